"""A bank's own FAQ as plain tables, ``id,question,answer`` and ``id,question``, and how they become ``faq/*.csv``.

Also what ``tingxin faq hit-test`` measures. Other columns are passed over, titles may be Chinese.
"""

from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.knowledge import sources, validation
from bot.knowledge.schema import MAX_QUESTION, FaqRow
from bot.knowledge.sources import Columns, Problem, Record, cut

TITLES = {
    **dict.fromkeys(("编号", "序号", "问答编号", "问题编号"), "id"),
    **dict.fromkeys(("问题", "标准问题", "标准问", "问法", "相似问法"), "question"),
    **dict.fromkeys(("答案", "回答", "标准答案"), "answer"),
    **dict.fromkeys(("类别", "分类"), "category"),
    "来源": "source",
    "生效日期": "effective_date",
}
OWN = ("category", "source", "effective_date")  # a table may say these itself, row by row
OPTIONS = {"category": "--category", "source": "--source", "effective_date": "--effective-date"}
QUESTIONS = Columns(("id", "question"), others=True, names=TITLES)
FAQ = Columns(("id", "question"), ("answer", *OWN), others=True, names=TITLES)
FULL_FAQ = Columns(("id", "question", "answer"), OWN, others=True, names=TITLES)
SEPARATOR = "|"  # of the lists in faq/*.csv; in a question it becomes the full-width one, which is read alike


@dataclass(frozen=True)
class Converted:
    """Rows for ``faq/*.csv``, and what is wrong or doubtful in the tables that they come from."""

    rows: list[FaqRow]
    problems: list[Problem]
    warnings: list[Problem]


def read_plain(path: Path, columns: Columns) -> tuple[list[Record], list[Problem]]:
    """Rows of a plain table in which no required cell is blank, and all that is wrong with the others."""
    records, problems = _read(path, columns)
    good = []
    for record in records:
        blank = [column for column in columns.required if not record.values[column]]
        problems += [record.at(column, "不能为空") for column in blank]
        if not blank:
            good.append(record)
    return good, problems


def _read(path: Path, columns: Columns) -> tuple[list[Record], list[Problem]]:
    records, problems = sources.read(path, None, columns)
    if not records and not problems:
        problems.append(Problem(str(path), 0, "", "只有表头，没有内容"))
    return records, problems


def convert(faq: Path, known: Path | None, defaults: Mapping[str, str], prefix: str = "") -> Converted:
    """Rows for ``faq/*.csv`` from a bank's own tables.

    Args:
        faq: columns ``id,question,answer``.
        known: columns ``id,question``, further ways to ask.
        defaults: category, source and effective date of rows that do not say them.
        prefix: put before each id, where ids are too short or are taken.
    """
    entries, problems = _read(faq, FULL_FAQ)  # its blank cells are found with the rows
    further, wrong = read_plain(known, QUESTIONS) if known else ([], [])
    problems += wrong
    without = {column for column in OWN if not defaults.get(column) and not any(cell(one, column) for one in entries)}
    if entries:
        problems += [Problem(str(faq), 1, column, f"没有这一列，请用 {OPTIONS[column]} 给出") for column in without]
    ids = {cell(record, "id") for record in entries}
    ways: dict[str, list[Record]] = {}
    for record in further:
        id_ = cell(record, "id")
        if entries and id_ not in ids:
            problems.append(record.at("id", f"{faq} 里没有编号“{cut(id_)}”"))
        if len(cell(record, "question")) > MAX_QUESTION:
            problems.append(record.at("question", f"最多 {MAX_QUESTION} 字"))
        else:
            ways.setdefault(id_, []).append(record)
    found: list[Problem] = []
    rows = validation.check_rows([_entry(one, ways, defaults, prefix) for one in entries], FaqRow, found)
    problems += [problem for problem in found if problem.column not in without]  # these were told, once
    problems += validation.check_faqs(rows, [])
    rows, warnings = (rows, []) if problems else validation.merge_repeated(rows)
    files = [str(faq), str(known)]
    problems.sort(key=lambda problem: (files.index(problem.file) if problem.file in files else 2, problem.line))
    return Converted([row for _, row in rows], problems, warnings)


def _entry(record: Record, ways: Mapping[str, list[Record]], defaults: Mapping[str, str], prefix: str) -> Record:
    id_ = cell(record, "id")
    similar = {cell(one, "question").replace(SEPARATOR, "｜"): one for one in ways.get(id_, ())}
    values: dict[str, str | list[str]] = {
        "id": prefix + id_ if id_ else "",
        "question": cell(record, "question"),
        "similar": list(similar),
        "answer": cell(record, "answer"),
        **{column: cell(record, column) or defaults.get(column, "") for column in OWN},
    }
    return Record(record.file, record.line, values, origins=similar)


def cell(record: Record, column: str) -> str:
    """The text of a cell, ``""`` where the table has no such column."""
    value = record.values.get(column, "")
    return value if isinstance(value, str) else SEPARATOR.join(value)


def write(rows: Sequence[FaqRow], path: Path) -> None:
    """Write ``faq/*.csv``, whole or not at all: UTF-8 with byte order mark, so that Excel shows it rightly."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, aside = tempfile.mkstemp(prefix=".faq-", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(FaqRow.model_fields)
            for row in rows:
                values = row.model_dump(mode="json").values()
                writer.writerow([SEPARATOR.join(one) if isinstance(one, list) else one for one in values])
        Path(aside).chmod(0o644)
        Path(aside).replace(path)
    except BaseException:
        Path(aside).unlink(missing_ok=True)
        raise
