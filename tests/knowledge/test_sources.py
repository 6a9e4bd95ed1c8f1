"""The form of tables: real files, good and bad."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.knowledge.sources import MAX_CELL, MAX_QUOTED, MAX_SHOWN, Columns, Problem, Record, cut, listed, read

TWO = Columns(("id", "question"))
LOOSE = Columns(("id", "question"), ("answer",), others=True, names={"编号": "id"})


def table(tmp_path: Path, content: str | bytes, columns: Columns = TWO) -> tuple[list[Record], list[Problem]]:
    path = tmp_path / "t.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read(path, tmp_path, columns)


def wrong(tmp_path: Path, content: str | bytes, columns: Columns = TWO) -> Problem:
    _, problems = table(tmp_path, content, columns)
    assert len(problems) == 1
    assert problems[0].file == "t.csv"
    return problems[0]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\r\r\n"])
def test_line_ends_of_every_system_are_read(tmp_path: Path, end: str) -> None:
    records, problems = table(tmp_path, end.join(["id,question", "A,一", 'B,"二', '三"', ""]))
    assert not problems
    assert [one.values["id"] for one in records] == ["A", "B"]


@pytest.mark.parametrize(("sign", "name"), [(";", "分号"), ("\t", "制表符"), ("，", "中文逗号"), ("|", "竖线")])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "gb18030"])
def test_wrong_delimiter_is_named(tmp_path: Path, sign: str, name: str, encoding: str) -> None:
    problem = wrong(tmp_path, f"id{sign}question\nA{sign}怎么开户\n".encode(encoding))
    assert problem.line == 1
    assert f"列与列之间用的是{name}" in problem.message and "英文逗号" in problem.message


def test_line_for_excel_before_the_header_is_named(tmp_path: Path) -> None:
    assert "sep=" in wrong(tmp_path, "sep=,\nid,question\nA,一\n").message


def test_missing_columns_are_named_with_those_that_are_there(tmp_path: Path) -> None:
    problem = wrong(tmp_path, "编码,id\n1,A\n", LOOSE)
    assert (problem.line, problem.column) == (1, "question")
    assert "现有：编码、id" in problem.message


def test_open_quote_is_named_where_it_opens(tmp_path: Path) -> None:
    problem = wrong(tmp_path, 'id,question\nA,一\nB,"二\nC,三\nD,四\n')
    assert problem.line == 3
    assert "引号不成对" in problem.message


def test_open_quote_before_much_text_is_named_where_it_opens(tmp_path: Path) -> None:
    problem = wrong(tmp_path, 'id,question\nA,一\nB,"二\n' + "C,怎么开户怎么开户\n" * 20_000)
    assert problem.line == 3
    assert "引号没有成对" in problem.message


def test_overlong_cell_is_named_and_the_rest_still_read(tmp_path: Path) -> None:
    records, problems = table(tmp_path, f"id,question\nA,{'长' * (MAX_CELL + 1)}\nB,二\n")
    assert [(one.line, one.column) for one in problems] == [(2, "question")]
    assert [one.values["id"] for one in records] == ["B"]


def test_formulas_are_text(tmp_path: Path) -> None:
    cells = ["=cmd|'/c calc'!A1", "+1", "-2", "@SUM(A1)"]
    records, problems = table(tmp_path, "id,question\n" + "".join(f"A,{cell}\n" for cell in cells))
    assert not problems
    assert [one.values["question"] for one in records] == cells


def test_blank_cells_and_commas_at_the_end_are_no_matter(tmp_path: Path) -> None:
    records, problems = table(tmp_path, "id,question,,\nA,一,,\n,,,\nB,二,,\n")
    assert not problems
    assert [one.values for one in records] == [{"id": "A", "question": "一"}, {"id": "B", "question": "二"}]


def test_unquoted_comma_is_named_by_line(tmp_path: Path) -> None:
    problem = wrong(tmp_path, "id,question\nA,开户,要带什么\n", LOOSE)
    assert problem.line == 2
    assert "引号括起" in problem.message


def test_rows_of_the_wrong_width_do_not_fill_the_memory(tmp_path: Path) -> None:
    _, problems = table(tmp_path, "id,question\n" + "A\n" * 50_000)
    assert len(problems) < 1_100
    assert "没有检查" in problems[-1].message


def test_loose_columns_have_other_names_any_case_and_blanks_for_what_is_missing(tmp_path: Path) -> None:
    records, problems = table(tmp_path, "编号,备注,Question,ANSWER\nA,x,一\n", LOOSE)
    assert not problems
    assert records[0].values | {"备注": ""} == {"id": "A", "question": "一", "answer": "", "备注": ""}


def test_folder_and_missing_file_are_named(tmp_path: Path) -> None:
    (tmp_path / "d.csv").mkdir()
    assert "目录" in read(tmp_path / "d.csv", tmp_path, TWO)[1][0].message
    assert "找不到" in read(tmp_path / "none.csv", tmp_path, TWO)[1][0].message
    (tmp_path / "loop.csv").symlink_to(tmp_path / "loop.csv")
    assert "无法读取" in read(tmp_path / "loop.csv", tmp_path, TWO)[1][0].message


def test_file_without_permission_is_named(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("id,question\nA,一\n")
    path.chmod(0)
    before = os.geteuid()
    if before == 0:
        os.seteuid(65534)  # nobody: to root, no file is closed
    try:
        records, problems = read(path, tmp_path, TWO)
    finally:
        os.seteuid(before)
    assert not records
    assert "没有读取权限" in problems[0].message


def test_empty_file_is_named(tmp_path: Path) -> None:
    for content in (b"", b"\xef\xbb\xbf", b"\r\n\r\n", b",,,\n"):
        assert "文件是空的" in wrong(tmp_path, content).message


def test_list_of_problems_and_repeated_values_stay_short() -> None:
    text = listed([Problem("a.csv", line, "", "坏") for line in range(1, 100_001)])
    assert len(text.splitlines()) == MAX_SHOWN + 1
    assert text.endswith("……另有 99800 处")
    assert cut("长" * 5000) == "长" * MAX_QUOTED + "…"
    assert cut("\x1b[31m红\n") == " [31m红 "
