"""From files to checked knowledge: every row through the schema, then what only holds across rows.

All problems are collected before any is reported: whoever maintains the files sees the whole list at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot.knowledge import sources
from bot.knowledge.kinds import SaleStatus
from bot.knowledge.matching import match_key
from bot.knowledge.placeholders import PLACEHOLDERS, unknown
from bot.knowledge.praise import INVESTMENT_WORDS, find_investment_praise, find_praise
from bot.knowledge.schema import DisclosureRow, FaqRow, FieldProblem, ProductRow, Row
from bot.knowledge.sources import Problem, Record, cut
from bot.text.normalise import normalise_text

R = TypeVar("R", bound=Row)
Checked = tuple[Record, R]
MAX_ENTRIES = 10_000  # FAQ entries: learning to tell them apart grows with entries times ways to ask
MAX_WAYS = 60_000  # ways to ask: about a millisecond each to encode, twice that to learn


@dataclass
class Knowledge:
    """Everything that the files say, checked; ``warnings`` do not stop an import."""

    sha256: str
    products: list[ProductRow] = field(default_factory=list)
    disclosures: list[DisclosureRow] = field(default_factory=list)
    faqs: list[FaqRow] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)


def load(folder: Path, today: date) -> tuple[Knowledge, list[Problem]]:
    """Read and check the knowledge folder as of ``today``. With any problem the knowledge must not be used."""
    found = sources.find_sources(folder)
    problems: list[Problem] = []
    for kind, file in (("product", "products.csv"), ("disclosure", "disclosures.yml"), ("faq", "faq/*.csv")):
        if not found[kind]:
            problems.append(Problem(file, 0, "", f"在 {folder.name} 目录下找不到这个文件"))
    products = _rows(found["product"], folder, ProductRow, problems)
    disclosures = _rows(found["disclosure"], folder, DisclosureRow, problems)
    faqs = _rows(found["faq"], folder, FaqRow, problems)
    warnings = [
        Problem(path.relative_to(folder).as_posix(), 0, "", "没有读取：问答只读 .csv、.yml 和 .yaml 文件")
        for path in sources.passed_over(folder)
    ]
    problems += _check_disclosures(disclosures)
    problems += _check_products(products, disclosures, today)
    problems += check_faqs(faqs, [row for _, row in products])
    if not problems:
        faqs, merged = merge_repeated(faqs)
        warnings += merged
    warnings += _doubts(products, faqs, today)
    knowledge = Knowledge(
        sources.digest([path for paths in found.values() for path in paths], folder),
        [row for _, row in products],
        [row for _, row in disclosures],
        [row for _, row in faqs],
        warnings,
    )
    return knowledge, sorted(problems, key=lambda problem: (problem.file, problem.line))


def _rows(paths: Iterable[Path], folder: Path, model: type[R], problems: list[Problem]) -> list[Checked[R]]:
    checked: list[Checked[R]] = []
    for path in paths:
        records, wrong = sources.read(path, folder, model.columns())
        problems += wrong
        checked += check_rows(records, model, problems)
    return checked


def check_rows(records: Iterable[Record], model: type[R], problems: list[Problem]) -> list[Checked[R]]:
    """The records that fit ``model``, as its rows; what is wrong with the others goes to ``problems``."""
    checked: list[Checked[R]] = []
    for record in records:
        try:
            checked.append((record, model.model_validate(record.values)))
        except ValidationError as error:
            problems += _from_pydantic(record, error.errors(include_url=False))
    return checked


def _from_pydantic(record: Record, errors: Sequence[ErrorDetails]) -> list[Problem]:
    problems = []
    for error in errors:
        column = str(error["loc"][0]) if error["loc"] else ""
        context = error.get("ctx", {})
        kind = error["type"]
        cause = context.get("error")
        if isinstance(cause, FieldProblem):
            column, message = cause.field, str(cause)
        elif kind == "value_error":
            message = str(cause)
        elif kind == "missing":
            message = "缺少这一列"
        elif kind == "string_too_long":
            message = f"最多 {context['max_length']} 字"
        else:
            message = f"内容不正确（{error['msg']}）"
        problems.append(record.at(column, message))
    return problems


def _check_unique(rows: Iterable[Checked[R]], column: str, what: str) -> list[Problem]:
    problems, seen = [], dict[object, Record]()
    for record, row in rows:
        value = getattr(row, column)
        if value in seen:
            first = seen[value]
            problems.append(record.at(column, f"{what}“{value}”与 {first.file} 第 {first.line} 行重复"))
        else:
            seen[value] = record
    return problems


def _check_disclosures(rows: list[Checked[DisclosureRow]]) -> list[Problem]:
    problems = []
    for position, (record, row) in enumerate(rows):
        for other_record, other in rows[:position]:
            if other.id != row.id:
                continue
            if other.version == row.version:
                problems.append(record.at("version", f"“{row.id}”的版本 {row.version} 与第 {other_record.line} 行重复"))
            elif row.effective_from <= (other.effective_to or date.max) and other.effective_from <= (
                row.effective_to or date.max
            ):
                message = (
                    f"“{row.id}”的版本 {row.version} 与版本 {other.version} 的有效期重叠，同一天只能有一个版本有效"
                )
                problems.append(record.at("effective_from", message))
    return problems


def _check_products(
    rows: list[Checked[ProductRow]], disclosures: list[Checked[DisclosureRow]], today: date
) -> list[Problem]:
    problems = _check_unique(rows, "code", "产品编号")
    known = {(row.id, row.version): row for _, row in disclosures}
    names: dict[str, tuple[str, Record]] = {}
    for record, row in rows:
        for column, name in (("code", row.code), ("name", row.name), *(("aliases", alias) for alias in row.aliases)):
            key = match_key(name)
            owner, first = names.setdefault(key, (row.code, record))
            if owner != row.code:
                problems.append(record.at(column, f"“{name}”已是第 {first.line} 行产品 {owner} 的名称或别名"))
        if row.disclosure_id and row.disclosure_version:
            problems += _check_reference(record, row, known, today)
        if row.carries_risk:
            for column in ("name", "aliases", "summary", "rate_text", "fees"):
                value = getattr(row, column)
                for praise in find_praise(value if isinstance(value, str) else "。".join(value)):
                    problems.append(record.at(column, f"投资产品不得使用“{praise.word}”宣传"))
    return problems


def _check_reference(
    record: Record, row: ProductRow, known: dict[tuple[str, str], DisclosureRow], today: date
) -> list[Problem]:
    assert row.disclosure_id and row.disclosure_version
    disclosure = known.get((row.disclosure_id, row.disclosure_version))
    if disclosure is None:
        named = f"{row.disclosure_id} {row.disclosure_version}"
        return [record.at("disclosure_id", f"找不到风险揭示书 {named}，请先在 disclosures 文件中添加")]
    if disclosure.in_force(today):
        return []
    until = f"至 {disclosure.effective_to}" if disclosure.effective_to else "起"
    message = f"风险揭示书 {disclosure.id} {disclosure.version} 今天无效（有效期 {disclosure.effective_from} {until}）"
    return [record.at("disclosure_version", message)]


def check_faqs(rows: list[Checked[FaqRow]], products: list[ProductRow]) -> list[Problem]:
    """What is wrong across entries: ids given twice, one way to ask with two answers, placeholders, praise."""
    problems = _check_unique(rows, "id", "问答编号")
    too_many = _check_amount(rows)
    if too_many:  # comparing them all would take minutes, for files that have to be cut down anyway
        return problems + too_many
    asked: dict[str, Checked[FaqRow]] = {}
    risky = [match_key(name) for row in products if row.carries_risk for name in (row.name, *row.aliases)]
    for record, row in rows:
        for column, question in _ways(row):
            key = question_key(question)
            here = record.of(question)
            if here is not record:
                column = "question"
            if not key:
                problems.append(here.at(column, f"“{cut(question)}”没有可以匹配的文字"))
                continue
            first, owner = asked.setdefault(key, (here, row))
            if owner.id != row.id and not _same_answer(owner.answer, row.answer):
                where = f"{first.file} 第 {first.line} 行（{owner.id}）"
                problems.append(
                    here.at(column, f"问法“{cut(question)}”已属于 {where}，而两处的回答不同，同一问法只能有一个答案")
                )
        key = match_key(row.answer)
        about_investment = bool(INVESTMENT_WORDS.search(row.category)) or any(name in key for name in risky)
        praises = find_praise(row.answer) if about_investment else find_investment_praise(row.answer)
        for column, texts in (("answer", [row.answer]), ("question", [row.question]), ("similar", row.similar)):
            allowed = PLACEHOLDERS if column == "answer" else ()
            wrong = [item for text in texts for item in unknown(text, allowed)]
            problems += [record.at(column, f"这里不能使用占位符 {item}") for item in wrong]
        problems += [record.at("answer", f"谈到投资产品的回答不得使用“{praise.word}”宣传") for praise in praises]
    return problems


def merge_repeated(rows: list[Checked[FaqRow]]) -> tuple[list[Checked[FaqRow]], list[Problem]]:
    """Entries that share a way to ask and the answer become one; each that went into an earlier one is a warning.

    Kept apart, they would make the bot ask which of the two is meant. The earlier keeps its id, source and date.
    """
    kept: dict[str, Checked[FaqRow]] = {}
    asked: dict[str, str] = {}
    warnings = []
    for record, row in rows:
        keys = [question_key(question) for _, question in _ways(row)]
        owners = (asked[key] for key in keys if key in asked)
        owner = next((id_ for id_ in owners if _same_answer(kept[id_][1].answer, row.answer)), row.id)
        if owner in kept:
            first, earlier = kept[owner]
            similar = dict.fromkeys(q for q in (*earlier.similar, row.question, *row.similar) if q != earlier.question)
            kept[owner] = first, earlier.model_copy(update={"similar": tuple(similar)})
            place = f"{first.file} 第 {first.line} 行（{owner}）"
            warnings.append(record.at("question", f"问法和回答都与 {place}重复，{row.id} 的问法已并入 {owner}"))
        else:
            kept[row.id] = record, row
        for key in keys:
            asked.setdefault(key, owner)
    return list(kept.values()), warnings


@lru_cache(maxsize=1 << 16)  # each question is looked at twice, and an import holds no more than this of them
def question_key(text: str) -> str:
    """What makes two questions the same: their normal form, by letters and digits alone."""
    return match_key(normalise_text(text))


def _same_answer(one: str, other: str) -> bool:
    """Whether two answers differ in nothing but blanks: a point or a sign may make another sum of it."""
    return one == other or one.split() == other.split()


def _check_amount(rows: list[Checked[FaqRow]]) -> list[Problem]:
    ways = sum(1 + len(row.similar) for _, row in rows)
    if len(rows) <= MAX_ENTRIES and ways <= MAX_WAYS:
        return []
    told = f"共 {len(rows)} 条问答、{ways} 种问法，最多 {MAX_ENTRIES} 条、{MAX_WAYS} 种，请减少条目或合并相近的问答"
    return [Problem("faq", 0, "", told)]


def _ways(row: FaqRow) -> list[tuple[str, str]]:
    return [("question", row.question), *(("similar", text) for text in row.similar)]


def _doubts(products: list[Checked[ProductRow]], faqs: list[Checked[FaqRow]], today: date) -> list[Problem]:
    warnings = []
    for record, row in products:
        if row.status is SaleStatus.ON_SALE and row.sale_start > today:
            warnings.append(record.at("sale_start", "状态为在售，但起售日期还没到，将按待售对客说明"))
        if row.status is SaleStatus.ON_SALE and row.sale_end and row.sale_end < today:
            warnings.append(record.at("sale_end", "状态为在售，但停售日期已过，将按已停售对客说明"))
        if row.status is SaleStatus.UPCOMING and row.sale_start <= today:
            warnings.append(record.at("status", "状态为待售，但起售日期已到，请确认是否改为在售"))
    for record, faq in faqs:
        if faq.effective_date > today:
            warnings.append(record.at("effective_date", "生效日期还没到"))
    return warnings
