"""The index: which entry of the FAQ does a question mean, or which intent? Learnt at import, without training Rasa.

Entries and intents are weighed on one scale, see :mod:`bot.retrieval.ranker`; an index may do without intents. The
folder on disk is described in docs/architecture.md; see :mod:`bot.retrieval.store` for how it is written and swapped.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, NamedTuple
from zipfile import BadZipFile

import numpy as np

from bot.errors import KnowledgeError, SettingsError
from bot.retrieval.encoder import Encoder, FloatArray
from bot.retrieval.last_layer import LastLayer
from bot.retrieval.ranker import LEAST, Encoded, Known, Ranker
from bot.retrieval.slips import slipped
from bot.retrieval.store import FORMAT, IndexFilesError, activate, current_folder, read_json, write_folder
from bot.text.normalise import normalise_text

FAQ_FILE = "faq.json"
INTENTS_FILE = "intents.json"
VECTORS_FILE = "vectors.npy"
RANKER_FILE = "ranker.npz"
GAZETTEER_FILE = "gazetteer.json"
ANSWER_CHARS = 400  # of an answer that count: what it is about stands at its beginning


class IndexMismatchError(SettingsError):
    """The index was made by another encoder or another version of the program."""

    code = "index_mismatch"


@dataclass(frozen=True)
class FaqEntry:
    """One FAQ entry: ``questions`` are all known ways to ask it; ``question``, the standard one, counts among them.

    The answer helps to find an entry with few known questions. It is learnt from, not kept.
    """

    id: str
    question: str
    questions: tuple[str, ...] = ()
    category: str = ""
    answer: str = ""


class Hit(NamedTuple):
    """One reading of a question. ``score`` 0..1 falls with the rank; ``similarity`` is the cosine, -1..1, to the
    nearest known question of the entry, comparable between indexes."""

    id: str
    score: float
    question: str
    similarity: float


@dataclass(frozen=True)
class Weighing:
    """What one question may mean.

    ``hits`` are the likeliest entries. ``chances`` are those of the intents, and under ``best_entry`` that of the first
    hit: of all meanings, so they sum to less than 1. ``nearest`` are the cosines to the nearest example of each intent,
    ``cosines`` those to all known questions, of the entries first, see :meth:`FaqIndex.rows`.
    """

    hits: tuple[Hit, ...] = ()
    chances: Mapping[str, float] = field(default_factory=dict)
    best_entry: float = 0.0
    nearest: Mapping[str, float] = field(default_factory=dict)
    cosines: FloatArray = field(default_factory=lambda: np.empty(0, np.float32))


class FaqIndex:
    """Searches entries and intents by meaning. Make one with :meth:`build` or :meth:`load`; it does not change."""

    def __init__(
        self,
        entries: Sequence[FaqEntry],
        intents: Mapping[str, int],
        vectors: FloatArray,
        ranker: Ranker,
        encoder: Encoder,
    ) -> None:
        self.entries = tuple(entries)
        self.intents = dict(intents)  # name and number of examples, in the order of the ranker's rows
        self.vectors = vectors
        self._known = sum(len(entry.questions) for entry in entries)
        self._ranker = ranker
        self._encoder = encoder

    @classmethod
    def build(
        cls,
        entries: Sequence[FaqEntry],
        encoder: Encoder,
        *,
        intents: Mapping[str, Sequence[str]] | None = None,
        learn: bool = True,
    ) -> FaqIndex:
        """Encode all known questions and, where they are enough, learn from them (which needs PyTorch).

        Args:
            intents: examples of each intent.

        Raises:
            KnowledgeError: an id stands twice, or an entry has no question.
        """
        entries = [_checked(entry) for entry in entries]
        ids = [entry.id for entry in entries]
        if len(set(ids)) < len(ids):
            twice = next(id_ for id_ in ids if ids.count(id_) > 1)
            raise KnowledgeError(f"问答编号 {twice} 重复，请改为不同的编号。")
        examples = {name: _forms(texts) for name, texts in sorted((intents or {}).items())}
        meant = [*(entry.questions for entry in entries), *(texts for texts in examples.values())]
        texts = [text for questions in meant for text in questions]
        owners = np.repeat(np.arange(len(meant)), [len(questions) for questions in meant])
        clean = Encoded(texts, *encoder.encode_states(texts))
        answers = [normalise_text(entry.answer)[:ANSWER_CHARS] for entry in entries]
        slips, start = clean, None
        if learn and len(texts) >= LEAST:
            chance = Random(0)
            copies = [slipped(text, chance) for text in texts]  # uncorrected: what corrections overlook counts
            slips, start = Encoded(copies, *encoder.encode_states(copies)), LastLayer.shipped(encoder.folder)
        known = Known(clean, slips, owners, answers, encoder.encode(answers), len(meant))
        counts = {name: len(forms) for name, forms in examples.items()}
        return cls(entries, counts, clean.vectors, Ranker.fit(known, start), encoder)

    def rows(self, intent: str) -> slice:
        """Which of :attr:`Weighing.cosines` are those to the examples of an intent; none of an unknown one."""
        start = self._known
        for name, count in self.intents.items():
            if name == intent:
                return slice(start, start + count)
            start += count
        return slice(start, start)

    def search(self, text: str, k: int = 3) -> list[Hit]:
        """The ``k`` likeliest entries, likeliest first; fewer when there are fewer, none for a blank text."""
        return list(self.weigh(text, k).hits)

    def weigh(self, text: str, k: int = 3) -> Weighing:
        """What ``text`` may mean, with the ``k`` likeliest entries; nothing for a blank text."""
        plain = normalise_text(text)
        if not plain or not (self.entries or self.intents):
            return Weighing()
        vectors, states = self._encoder.encode_states([plain])
        weighed = self._ranker.weigh(vectors[0], states[0], plain)
        hits = [
            Hit(self.entries[row].id, score, self.entries[row].question, similarity)
            for row, score, similarity in (self._ranker.rank(weighed, k) if self.entries else [])
        ]
        chances = np.exp(weighed.odds - weighed.odds.max())
        chances /= chances.sum()
        count = len(self.entries)
        return Weighing(
            tuple(hits),
            {name: float(chances[count + at]) for at, name in enumerate(self.intents)},
            float(chances[:count].max()) if count else 0.0,
            {name: float(weighed.nearest[count + at]) for at, name in enumerate(self.intents)},
            weighed.cosines,
        )

    def save(self, root: Path, gazetteer: Mapping[str, Any] | None = None, sha256: str | None = None) -> Path:
        """Write the index below ``root`` and put it in force; return its folder. Readers never see half of it."""
        folder = self.stage(root, gazetteer, sha256)
        activate(root, folder.name)
        return folder

    def stage(self, root: Path, gazetteer: Mapping[str, Any] | None = None, sha256: str | None = None) -> Path:
        """Write the index beside the one in force; ``activate(root, folder.name)`` swaps it in.

        Args:
            root: ``var/index``.
            gazetteer: entity surfaces, kept in the same folder so that both change at once.
            sha256: names the sources; without it, the checksum of the entries.
        """
        faq = [
            {"id": one.id, "category": one.category, "question": one.question, "questions": list(one.questions)}
            for one in self.entries
        ]
        manifest = {
            "encoder_sha256": self._encoder.sha256,
            "dimensions": self._encoder.dimensions,
            "faq_count": len(self.entries),
            "question_count": self._known,
        }

        def fill(folder: Path) -> None:
            (folder / FAQ_FILE).write_text(json.dumps(faq, ensure_ascii=False, indent=0), "utf-8")
            (folder / INTENTS_FILE).write_text(json.dumps(self.intents, ensure_ascii=False, indent=0), "utf-8")
            (folder / GAZETTEER_FILE).write_text(json.dumps(gazetteer or {}, ensure_ascii=False, indent=0), "utf-8")
            np.save(folder / VECTORS_FILE, self.vectors)
            np.savez(folder / RANKER_FILE, **self._ranker.arrays())  # type: ignore[arg-type]

        return write_folder(root, manifest, fill, sha256)

    @classmethod
    def load(cls, root: Path, encoder: Encoder) -> FaqIndex:
        """Read the index in force below ``root``.

        Raises:
            IndexFilesError: there is none, or a file of it is missing or damaged.
            IndexMismatchError: it was made with another encoder.
        """
        folder = current_folder(root)
        manifest = read_json(folder / "manifest.json")
        if manifest.get("format") != FORMAT:
            raise IndexMismatchError(
                f"知识索引 {folder} 的格式是 {manifest.get('format')}，程序需要 {FORMAT}。"
                "请执行 tingxin knowledge import。"
            )
        if manifest.get("encoder_sha256") != encoder.sha256:
            raise IndexMismatchError(
                f"知识索引 {folder} 由另一个句向量模型建立（{str(manifest.get('encoder_sha256'))[:12]}…），"
                f"与当前模型 {encoder.folder}（{encoder.sha256[:12]}…）不符。请执行 tingxin knowledge import。"
            )
        try:
            entries = [
                FaqEntry(row["id"], row["question"], tuple(row["questions"]), row["category"])
                for row in read_json(folder / FAQ_FILE)
            ]
            intents = {str(name): int(count) for name, count in read_json(folder / INTENTS_FILE).items()}
            vectors = np.load(folder / VECTORS_FILE, allow_pickle=False)
            with (folder / RANKER_FILE).open("rb") as file, np.load(file, allow_pickle=False) as arrays:
                ranker = Ranker.from_arrays(dict(arrays), vectors)
        except (OSError, ValueError, KeyError, TypeError, AttributeError, EOFError, BadZipFile) as error:
            raise IndexFilesError(
                f"知识索引 {folder} 已损坏（{error}）。请执行 tingxin knowledge import --force。"
            ) from None
        known = sum(len(entry.questions) for entry in entries)
        expected = (known + sum(intents.values()), encoder.dimensions)
        if vectors.shape != expected:
            raise IndexFilesError(
                f"知识索引 {folder} 已损坏：{VECTORS_FILE} 的形状是 {vectors.shape}，应为 {expected}。"
                "请执行 tingxin knowledge import --force。"
            )
        return cls(entries, intents, vectors, ranker, encoder)


def _checked(entry: FaqEntry) -> FaqEntry:
    """The entry with its questions in normal form, each once, the standard one first."""
    questions = _forms((entry.question, *entry.questions))
    if not questions:
        raise KnowledgeError(f"问答 {entry.id} 没有问题，请补上。")
    return FaqEntry(entry.id, entry.question, questions, entry.category, entry.answer)


def _forms(texts: Iterable[str]) -> tuple[str, ...]:
    """Normal forms, each once, in order of appearance."""
    forms = [normalise_text(text) for text in texts]
    return tuple(dict.fromkeys(form for form in forms if form))
