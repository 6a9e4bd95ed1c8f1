from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli.faq import app, read_rows
from bot.errors import InputError

FAQ = "id,question,answer\nLOSS,银行卡丢了怎么办,请立即挂失\nLIMIT,转账限额是多少,每日五万元\nHOURS,网点几点开门,\n"
QUESTIONS = "id,question\nLOSS,我的卡不见了\nLIMIT,一天最多能转几万\nHOURS,你们几点上班\n"


def write(path: Path, text: str, encoding: str = "utf-8") -> str:
    path.write_bytes(text.encode(encoding))
    return str(path)


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    return ["--faq", write(tmp_path / "f.csv", FAQ), "--questions", write(tmp_path / "q.csv", QUESTIONS)]


def run(*arguments: str) -> dict[str, float]:
    result = CliRunner().invoke(app, ["hit-test", *arguments, "--json"], catch_exceptions=False)
    assert result.exit_code == 0
    answer: dict[str, float] = json.loads(result.stdout)
    return answer


def test_faq_without_known_questions_is_measured(files: list[str]) -> None:
    answer = run(*files)
    assert set(answer) == {"n", "top1", "top3", "import_seconds", "ms_per_question"}
    assert (answer["n"], answer["top1"], answer["top3"]) == (3, 1.0, 1.0)
    assert answer["import_seconds"] > 0
    assert answer["ms_per_question"] > 0


def test_known_questions_are_learnt_from(tmp_path: Path, files: list[str]) -> None:
    odd = write(tmp_path / "odd.csv", "id,question\nLOSS,小红帽走了\nHOURS,大灰狼来了\n")
    known = write(tmp_path / "k.csv", "id,question\nLOSS,小红帽已经走了\nHOURS,大灰狼已经来了\n")
    arguments = ["--faq", files[1], "--questions", odd, "--known", known]
    assert run(*arguments)["top1"] == 1.0


def test_top1_and_top3_are_fractions_of_all_questions(tmp_path: Path, files: list[str]) -> None:
    wrong = write(tmp_path / "w.csv", "id,question\nHOURS,银行卡丢了怎么办\nLOSS,银行卡丢了怎么办\n")
    answer = run("--faq", files[1], "--questions", wrong)
    assert (answer["n"], answer["top1"], answer["top3"]) == (2, 0.5, 1.0)


def test_unknown_ids_count_as_missed_and_foreign_known_rows_are_passed_over(tmp_path: Path, files: list[str]) -> None:
    questions = write(tmp_path / "u.csv", "id,question\nLOSS,卡丢了\nNONE,卡丢了\n")
    known = write(tmp_path / "k.csv", "id,question\nNONE,卡丢了\n")
    answer = run("--faq", files[1], "--questions", questions, "--known", known)
    assert (answer["n"], answer["top1"], answer["top3"]) == (2, 0.5, 0.5)


def test_readable_output_names_the_figures_in_chinese(files: list[str]) -> None:
    result = CliRunner().invoke(app, ["hit-test", *files])
    assert "首条命中 100.0%，前三命中 100.0%" in result.stdout


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_encodings_of_excel_are_read(tmp_path: Path, encoding: str) -> None:
    path = Path(write(tmp_path / "f.csv", FAQ, encoding))
    assert read_rows(path)[0] == ("LOSS", "银行卡丢了怎么办", "请立即挂失")


def test_columns_in_any_order_with_others_between_and_crlf_are_read(tmp_path: Path) -> None:
    text = 'Answer,备注, QUESTION ,ID\r\n"答,案",x,"多行\n问题",A\r\n,,,\r\n\r\n'
    assert read_rows(Path(write(tmp_path / "f.csv", text))) == [("A", "多行\n问题", "答,案")]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("id,text\nA,b\n", "第 1 行 question 列：缺少列：question"),
        ("question\nb\n", "第 1 行 id 列：缺少列：id"),
        ("", "文件是空的"),
        ("id,question\n", "只有表头"),
        ("id,question\nA,怎么开户\nB,\n", "第 3 行 question 列：不能为空"),
        ("id,question\n,怎么开户\n", "第 2 行 id 列：不能为空"),
        ("id,question\nA\n", "第 2 行 question 列：不能为空"),
        ("id,question\nA,b\0\n", "第 2 行：含有空字符"),
    ],
)
def test_bad_file_is_refused_with_its_name_and_line(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "坏文件.csv"
    write(path, text)
    with pytest.raises(InputError, match=message) as refused:
        read_rows(path)
    assert str(path) in refused.value.message


def test_bytes_of_no_known_encoding_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes(b"id,question\nA,\xff\xff\xff\n")
    with pytest.raises(InputError, match="既不是 UTF-8 也不是 GB18030"):
        read_rows(path)


def test_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="无法读取"):
        read_rows(tmp_path / "none.csv")
