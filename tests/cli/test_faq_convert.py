"""A bank's plain FAQ becomes a file of the knowledge folder, and the index finds its questions."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from bot.cli.faq import app
from bot.knowledge.importing import import_knowledge
from bot.retrieval.encoder import Encoder
from bot.retrieval.index import FaqIndex
from bot.settings import ROOT, Settings
from bot.storage.migrate import upgrade

FAQ = '编号,问题,答案\n1,存折丢了怎么补,"请带身份证到网点，\n当场补发。"\n2,=SUM(A1)是什么,"说“是”，或 ""公式""。"\n'
KNOWN = "id,question\n1,存折找不到了\n1,折子没了|急\n2,表格里的等号算式\n"
META = ("--category", "账户", "--source", "本行规则", "--effective-date", "2026-01-01")


def put(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def convert(tmp_path: Path, faq: str, known: str | None, *options: str) -> Result:
    given = ["convert", "--faq", str(put(tmp_path / "bank.csv", faq)), "--output", str(tmp_path / "faq" / "out.csv")]
    if known is not None:
        given += ["--known", str(put(tmp_path / "known.csv", known))]
    return CliRunner().invoke(app, [*given, *options])


def errors(result: Result) -> list[tuple[str, int, str]]:
    assert result.exit_code == 1
    found = json.loads(result.stdout)["error"]["errors"]
    return [(Path(one["file"]).name, one["line"], one["column"]) for one in found]


def test_converted_table_is_imported_and_its_questions_are_found(tmp_path: Path) -> None:
    knowledge = tmp_path / "knowledge"
    (knowledge / "faq").mkdir(parents=True)
    for name in ("products.csv", "disclosures.yml"):
        shutil.copy(ROOT / "data/knowledge" / name, knowledge)
    faq, known = put(tmp_path / "bank.csv", FAQ, "gb18030"), put(tmp_path / "known.csv", KNOWN, "utf-16")
    output = knowledge / "faq" / "bank.csv"
    files = ["--faq", str(faq), "--known", str(known), "--output", str(output)]
    done = CliRunner().invoke(app, ["convert", *files, *META, "--prefix", "BANK-"], catch_exceptions=False)
    assert "2 条问答、5 种问法" in done.stdout
    (tmp_path / "nlu").mkdir()
    settings = Settings(data_dir=tmp_path / "var", knowledge_dir=knowledge, nlu_dir=tmp_path / "nlu", _env_file=None)
    upgrade(settings)
    report = import_knowledge(settings)
    assert (report.counts["faqs"], report.counts["questions"]) == (2, 5)
    index = FaqIndex.load(settings.index_dir, Encoder(settings.path(settings.encoder_dir)))
    for asked, id_ in (("存折不见了", "BANK-1"), ("折子没了｜急", "BANK-1"), ("等号算式", "BANK-2")):
        assert index.search(asked, 1)[0].id == id_


def test_texts_come_through_unchanged_and_the_rows_may_say_their_own_source(tmp_path: Path) -> None:
    table = FAQ.replace("答案", "答案,来源").replace('补发。"', '补发。",内部手册')
    # The second row lacks its source: the option fills it.
    assert convert(tmp_path, table, KNOWN, *META, "--prefix", "BANK-").exit_code == 0
    from bot.knowledge.schema import FaqRow
    from bot.knowledge.sources import read

    records, problems = read(tmp_path / "faq" / "out.csv", tmp_path, FaqRow.columns())
    assert not problems
    first, second = (FaqRow.model_validate(one.values) for one in records)
    assert (first.question, first.answer) == ("存折丢了怎么补", "请带身份证到网点，\n当场补发。")
    assert first.similar == ("存折找不到了", "折子没了｜急")
    assert (first.source, second.source) == ("内部手册", "本行规则")
    assert (second.question, second.answer) == ("=SUM(A1)是什么", '说“是”，或 "公式"。')


def test_every_problem_of_both_tables_is_told_and_nothing_written(tmp_path: Path) -> None:
    faq = "id,question,answer\nA1,一,甲\nA1,二,乙\nA2,,丙\n坏,四,丁\nA5,五,\nA6,三三,戊\nA7,六六,请打{phone}\n"
    known = f"id,question\nA1,三三\nNONE,七\nA6,{'长' * 300}\nA6,\n"
    assert errors(convert(tmp_path, faq, known, *META, "--json")) == [
        ("bank.csv", 3, "id"),
        ("bank.csv", 4, "question"),
        ("bank.csv", 5, "id"),
        ("bank.csv", 6, "answer"),
        ("bank.csv", 7, "question"),
        ("bank.csv", 8, "answer"),
        ("known.csv", 3, "id"),
        ("known.csv", 4, "question"),
        ("known.csv", 5, "question"),
    ]
    assert not (tmp_path / "faq").exists()


def test_known_question_of_two_answers_is_told_where_it_stands(tmp_path: Path) -> None:
    faq = "id,question,answer\nA1,一一,甲\nA2,二二,乙\n"
    result = convert(tmp_path, faq, "id,question\nA1,三三\nA2,三 三？\n", *META, "--json")
    assert errors(result) == [("known.csv", 3, "question")]
    assert "known.csv 第 2 行（A1）" in json.loads(result.stdout)["error"]["message"]


def test_missing_category_is_told_once_with_its_option(tmp_path: Path) -> None:
    faq = "id,question,answer\n" + "".join(f"A{one},第{one}问,答\n" for one in range(100, 150))
    result = convert(tmp_path, faq, None, *META[2:], "--json")
    assert errors(result) == [("bank.csv", 1, "category")]
    assert "--category" in result.stdout


def test_existing_output_is_kept_unless_forced(tmp_path: Path) -> None:
    faq = "id,question,answer\nA1,一一,甲\n"
    assert convert(tmp_path, faq, None, *META).exit_code == 0
    output = tmp_path / "faq" / "out.csv"
    output.write_text("mine")
    assert "已经存在" in str(convert(tmp_path, faq, None, *META).exception)
    assert output.read_text() == "mine"
    assert convert(tmp_path, faq, None, *META, "--force").exit_code == 0
    assert "一一" in output.read_text("utf-8-sig")
    assert [path.name for path in output.parent.iterdir()] == ["out.csv"]


@pytest.mark.parametrize(("name", "said"), [("bank.csv", "输入文件"), ("out.xlsx", "扩展名应为 .csv")])
def test_output_over_the_input_or_of_another_kind_is_refused(tmp_path: Path, name: str, said: str) -> None:
    faq = put(tmp_path / "bank.csv", "id,question,answer\nA1,一一,甲\n")
    given = ["convert", "--faq", str(faq), "--output", str(tmp_path / name), "--force", *META]
    assert said in str(CliRunner().invoke(app, given).exception)
    assert faq.read_text().startswith("id")
