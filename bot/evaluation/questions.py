"""Sets of annotated questions: CSV files as tests/data/nlu/README.md describes them, and plain lists of texts."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.errors import InputError
from bot.evaluation.entities import Entity, place

FAQ = "faq"


@dataclass(frozen=True)
class Question:
    """One annotated question; what the file does not say is ``None`` and not scored.

    ``faq_id`` is set where ``intent`` is ``faq``. ``entities`` may be empty: then there are none to be found.
    """

    text: str
    intent: str | None
    faq_id: str | None
    entities: tuple[Entity, ...] | None
    where: str
    """File and line, for messages and lists."""


@dataclass(frozen=True)
class Labels:
    """What a question may be annotated with: the intents of the domain, and the FAQ entries with their categories."""

    intents: Collection[str]
    categories: dict[str, str]


def set_files(folder: Path) -> list[Path]:
    """The CSV files of a set.

    Raises:
        InputError: no such folder, or no CSV file in it.
    """
    files = sorted(folder.glob("*.csv")) if folder.is_dir() else []
    if not files:
        raise InputError(f"{folder} 里没有测试问题（CSV 文件）。")
    return files


def read_questions(files: Sequence[Path], labels: Labels) -> list[Question]:
    """All questions of ``files``, in order.

    Raises:
        InputError: a file or a line is wrong; names both.
    """
    return [question for path in files for question in _read(path, labels)]


def read_texts(path: Path) -> list[str]:
    """The first column without its header; blank lines are passed over.

    Raises:
        InputError: no such file, or nothing in it.
    """
    texts = [row[0].strip() for _, row in _rows(path) if row and row[0].strip()][1:]
    if not texts:
        raise InputError(f"{path} 里没有问题；需要一行表头，之后每行第一列是一个问题。")
    return texts


def _read(path: Path, labels: Labels) -> Iterator[Question]:
    rows = _rows(path)
    header = [name.strip() for name in next(rows, (0, []))[1]]
    if "text" not in header or not {"intent", "entities"} & set(header):
        raise InputError(f"{path} 第 1 行：需要列 text，以及 intent（问答类另加 faq_id）或 entities。")
    for line, row in rows:
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != len(header):
            raise InputError(f"{path} 第 {line} 行有 {len(row)} 列，应为 {len(header)} 列；含逗号的内容请用引号括起。")
        cells = dict(zip(header, row, strict=True))
        try:
            yield _question(cells, labels, f"{path.name}:{line}")
        except ValueError as error:
            raise InputError(f"{path} 第 {line} 行：{error}") from None


def _question(cells: dict[str, str], labels: Labels, where: str) -> Question:
    text = cells["text"]
    if not text.strip():
        raise ValueError("缺少 text。")
    intent = cells["intent"].strip() if "intent" in cells else None
    faq_id = cells.get("faq_id", "").strip() or None
    if intent is not None and intent not in labels.intents:
        raise ValueError(f"没有“{intent}”这个意图，可用的意图见 domain.yml。")
    if (intent == FAQ) != (faq_id is not None):
        raise ValueError("意图为 faq 时要填 faq_id，其他意图不填。")
    if faq_id is not None and faq_id not in labels.categories:
        raise ValueError(f"知识索引中没有问答 {faq_id}；若刚刚添加，请先执行 tingxin knowledge import。")
    entities = None
    if "entities" in cells:
        try:
            entities = tuple(place(text, cells["entities"] or "[]"))
        except ValueError as error:
            raise ValueError(f"实体标注不正确：{error}") from None
    return Question(text, intent, faq_id, entities, where)


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """``(number of the line, cells)``; a row that goes over several lines has the number of its last one."""
    try:
        text = path.read_text("utf-8-sig")
    except FileNotFoundError:
        raise InputError(f"无法读取 {path}：找不到这个文件，请检查名称和路径。") from None
    except OSError as error:
        raise InputError(f"无法读取 {path}：{error.strerror}。请检查路径和权限。") from None
    except UnicodeDecodeError:
        raise InputError(f"{path} 不是 UTF-8 编码，请另存为 UTF-8 CSV。") from None
    reader = csv.reader(text.splitlines(keepends=True), strict=True)
    try:
        for row in reader:
            yield reader.line_num, row
    except csv.Error as error:
        raise InputError(f"{path} 第 {reader.line_num} 行不是合格的 CSV：{error}。") from None
