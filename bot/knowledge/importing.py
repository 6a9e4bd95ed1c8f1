"""``tingxin knowledge import``: files → checked rows → SQL tables and index, all or nothing.

Order: everything is validated; the index is built beside the one in force; one transaction replaces the tables; one
rename puts the index in force. Whatever fails before the commit leaves everything as it was.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection, Engine, delete, insert, select

from bot.errors import KnowledgeError
from bot.knowledge import gazetteer, validation
from bot.knowledge.intents import read_intents
from bot.knowledge.model import bank_today
from bot.knowledge.other_services import load_other_services
from bot.knowledge.places import load_places
from bot.knowledge.schema import DisclosureRow, FaqRow, ProductRow
from bot.knowledge.sources import MAX_SHOWN, Problem, listed
from bot.knowledge.validation import Knowledge
from bot.retrieval import store
from bot.retrieval.encoder import MODEL_FILE, SUMS_FILE, Encoder
from bot.retrieval.index import FaqEntry, FaqIndex
from bot.settings import Settings
from bot.storage import tables
from bot.storage.engine import make_engine


@dataclass(frozen=True)
class ImportReport:
    """What an import did. ``imported`` is False when sources and index were already in force."""

    imported: bool
    sha256: str
    counts: dict[str, int]
    seconds: float
    warnings: list[Problem] = field(default_factory=list)

    def __str__(self) -> str:
        held = (
            f"{self.counts['products']} 款产品、{self.counts['disclosures']} 份风险揭示书、{self.counts['faqs']} 条问答"
        )
        done = f"已导入，用时 {self.seconds:.1f} 秒" if self.imported else "没有变化"
        told = f"\n提醒（{len(self.warnings)} 处）：\n{listed(self.warnings)}" if self.warnings else ""
        return f"{held}（{done}）{told}"


def check_knowledge(settings: Settings, *, today: date | None = None) -> Knowledge:
    """Read and validate the knowledge folder without importing it.

    Raises:
        KnowledgeError: something is wrong, see :func:`refused`.
    """
    folder = settings.path(settings.knowledge_dir)
    if not folder.is_dir():
        raise KnowledgeError(f"找不到知识目录 {folder}，请检查设置 TINGXIN_KNOWLEDGE_DIR。")
    knowledge, problems = validation.load(folder, today or bank_today())
    if problems:
        raise refused(problems, "知识文件")
    return knowledge


def refused(problems: Sequence[Problem], what: str, instead: str = "没有导入任何内容") -> KnowledgeError:
    """The error that tells ``problems`` by file, line and column.

    ``public`` has the first ``MAX_SHOWN`` of them under ``errors`` and how many there are under ``error_count``.
    """
    return KnowledgeError(
        f"{what}有 {len(problems)} 处错误，{instead}：\n{listed(problems)}",
        public={
            "errors": [problem.to_json() for problem in problems[:MAX_SHOWN]],
            "error_count": len(problems),
        },
    )


def import_knowledge(
    settings: Settings,
    *,
    encoder: Encoder | None = None,
    on_progress: Callable[[str], None] | None = None,
    today: date | None = None,
    force: bool = False,
) -> ImportReport:
    """Bring tables and index in line with the knowledge folder; does nothing when they are already.

    The tables must exist (``bot.storage.migrate.upgrade``). Without ``encoder`` the one of the settings is loaded,
    and only when the index has to be built.

    Raises:
        KnowledgeError: a file is wrong. Nothing has been changed.
        SettingsError: the encoder is missing or damaged. Nothing has been changed.
    """
    started = time.monotonic()
    say = on_progress or (lambda _line: None)
    knowledge = check_knowledge(settings, today=today)
    counts = {
        "products": len(knowledge.products),
        "disclosures": len(knowledge.disclosures),
        "faqs": len(knowledge.faqs),
        "questions": sum(1 + len(row.similar) for row in knowledge.faqs),
    }
    intents = read_intents(settings.path(settings.nlu_dir))
    folder = settings.path(settings.knowledge_dir)
    services = load_other_services(folder).names
    words = gazetteer.build(knowledge.products, settings.bank_name, load_places(folder), services)
    engine = make_engine(settings.db_url_sync)
    try:
        imported = _imported_sha256(engine) == knowledge.sha256
        made_from = _index_sha256(settings, knowledge, words, intents)
        in_force = store.in_force(settings.index_dir, made_from, _encoder_sha256(settings))
        if imported and in_force and not force:
            return ImportReport(False, knowledge.sha256, counts, time.monotonic() - started, knowledge.warnings)
        if in_force and not force:  # another database over the same files: only the tables are missing
            swap: Callable[[], None] = lambda: None  # noqa: E731 (shorter than a function that does nothing)
        else:
            say(f"建立索引：{counts['questions']} 种问法，{sum(map(len, intents.values()))} 条意图示例")
            encoder = encoder or Encoder(settings.path(settings.encoder_dir), threads=min(4, os.cpu_count() or 1))
            index = build_index(knowledge, intents, encoder, learn=settings.index_learning)
            staged = index.stage(settings.index_dir, words, made_from).name
            swap = lambda: store.activate(settings.index_dir, staged)  # noqa: E731
        say("写入数据库")
        with engine.begin() as connection:
            _replace(connection, knowledge, counts)
        swap()
    finally:
        engine.dispose()
    return ImportReport(True, knowledge.sha256, counts, time.monotonic() - started, knowledge.warnings)


def _imported_sha256(engine: Engine) -> str | None:
    table = tables.knowledge_import
    with engine.connect() as connection:
        return connection.execute(select(table.c.sha256).order_by(table.c.id.desc()).limit(1)).scalar()


def _replace(connection: Connection, knowledge: Knowledge, counts: dict[str, int]) -> None:
    for table in (tables.product, tables.disclosure, tables.faq):
        connection.execute(delete(table))
    if knowledge.disclosures:
        connection.execute(insert(tables.disclosure), [_disclosure_values(row) for row in knowledge.disclosures])
    if knowledge.products:
        connection.execute(insert(tables.product), [_product_values(row) for row in knowledge.products])
    if knowledge.faqs:
        connection.execute(insert(tables.faq), [_faq_values(row) for row in knowledge.faqs])
    done = {"at_ms": time.time_ns() // 1_000_000, "sha256": knowledge.sha256, "counts": counts}
    connection.execute(insert(tables.knowledge_import).values(**done))


def _product_values(row: ProductRow) -> dict[str, Any]:
    return {
        **row.model_dump(mode="json"),
        "aliases": list(row.aliases),
        "rate_percent": None if row.rate_percent is None else str(row.rate_percent),
    }


def _disclosure_values(row: DisclosureRow) -> dict[str, Any]:
    return row.model_dump(mode="json")


def _faq_values(row: FaqRow) -> dict[str, Any]:
    return {**row.model_dump(mode="json"), "similar": list(row.similar), "follow_ups": list(row.follow_ups)}


def _index_sha256(
    settings: Settings, knowledge: Knowledge, words: Mapping[str, Mapping[str, str]], intents: Mapping[str, list[str]]
) -> str:
    """Checksum of what the index is made from: files, examples, words that the program adds, and whether it learns."""
    added = (words, intents)
    made_from = [
        knowledge.sha256,
        *(json.dumps(one, ensure_ascii=False) for one in added),
        str(settings.index_learning),
    ]
    return hashlib.sha256("\n".join(made_from).encode()).hexdigest()


def _encoder_sha256(settings: Settings) -> str | None:
    """Checksum that the encoder's folder claims for its weights; loading the encoder verifies it."""
    path = settings.path(settings.encoder_dir) / SUMS_FILE
    lines = path.read_text("utf-8").splitlines() if path.is_file() else []
    return next((line.split()[0] for line in lines if line.split()[1:] in ([MODEL_FILE], ["*" + MODEL_FILE])), None)


def index_problem(settings: Settings) -> str | None:
    """What makes the index in force unusable with the encoder of the settings, in Chinese; None when nothing does.

    Reads two small files, not the index; an installation that never imported anything has no problem here.
    """
    if not (settings.index_dir / store.CURRENT_FILE).exists():
        return None
    try:
        folder = store.current_folder(settings.index_dir)
        manifest = store.read_json(folder / store.MANIFEST_FILE)
    except store.IndexFilesError as error:
        return error.message
    if manifest.get("format") != store.FORMAT:
        found = manifest.get("format")
        return f"知识索引 {folder} 的格式是 {found}，程序需要 {store.FORMAT}。请执行 tingxin knowledge import。"
    made, here = str(manifest.get("encoder_sha256")), _encoder_sha256(settings)
    if here and made != here:
        encoder = settings.path(settings.encoder_dir)
        return (
            f"知识索引 {folder} 由另一个句向量模型建立（{made[:12]}…），与当前模型 {encoder}（{here[:12]}…）不符，"
            "只按意图应答，不查问答库。请执行 tingxin knowledge import。"
        )
    return None


def build_index(
    knowledge: Knowledge, intents: Mapping[str, Sequence[str]], encoder: Encoder, *, learn: bool = True
) -> FaqIndex:
    """The index over the FAQ and the intents; nothing is written."""
    entries = [
        FaqEntry(row.id, row.question, (row.question, *row.similar), row.category, row.answer) for row in knowledge.faqs
    ]
    return FaqIndex.build(entries, encoder, intents=intents, learn=learn)
