"""Reads our own labelled corpus under ``data/sentiment`` and splits it by scenario.

A wrong row is named by file and line, and nothing is read by halves.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml

from bot.errors import SettingsError
from bot.sentiment.labels import CALM, EMOTIONS, FLAGS
from bot.settings import ROOT

CORPUS_DIR = ROOT / "data" / "sentiment"
NLU_DIR = ROOT / "data" / "nlu"
FAQ_DIR = ROOT / "data" / "knowledge" / "faq"

Split = Literal["train", "dev", "test"]
SPLITS: tuple[Split, ...] = ("train", "dev", "test")

# Intents whose examples are ordinary questions; those of others may well be upset.
CALM_INTENTS = frozenset(
    {
        *("greet", "goodbye", "affirm", "capabilities", "disclosure_inquiry", "investment_advice"),
        *("product_search", "product_detail", "product_rate", "product_fee", "product_buy"),
        *("loan_inquiry", "card_inquiry", "balance_inquiry", "transfer_money", "password_reset"),
    }
)
# What an ordinary question deserves: calm, with a little room for doubt.
CALM_FRUSTRATION = 0.08


@dataclass(frozen=True, slots=True)
class Utterance:
    """One labelled customer message. ``weight`` scales its part in the training loss."""

    id: str
    scenario: str
    text: str
    context: str
    emotion: str
    frustration: float
    flags: frozenset[str] = frozenset()
    split: Split = "train"
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn of a labelled dialogue; only customer turns may carry labels."""

    sender: Literal["customer", "helpdesk"]
    text: str
    frustration: float | None = None
    emotion: str | None = None


@dataclass(frozen=True, slots=True)
class Dialogue:
    """``handoff_turn`` counts customer turns from 0: there a good supervisor would step in; None: never."""

    id: str
    scenario: str
    turns: tuple[Turn, ...]
    handoff_turn: int | None
    ends_well: bool
    split: Split


@dataclass(frozen=True, slots=True)
class Corpus:
    utterances: tuple[Utterance, ...]
    dialogues: tuple[Dialogue, ...]

    def part(self, split: Split) -> list[Utterance]:
        return [one for one in self.utterances if one.split == split]


def split_of(scenario: str, hint: str = "") -> Split:
    """The split of a whole scenario: fixed by its name, so that a growing corpus never moves a text between splits."""
    for split in SPLITS:
        if hint == split:
            return split
    bucket = hashlib.sha256(scenario.encode()).digest()[0] % 20
    return "test" if bucket < 3 else "dev" if bucket < 6 else "train"


def load_corpus(directory: Path = CORPUS_DIR) -> Corpus:
    """All utterances and dialogues, the dialogues' labelled customer turns among the utterances too.

    Raises:
        SettingsError: a row is wrong (file and line are named), an id or text is there twice, or there are no rows.
    """
    utterances = [row for path in sorted((directory / "utterances").glob("*.csv")) for row in _utterances(path)]
    dialogues = [one for path in sorted((directory / "dialogues").glob("*.jsonl")) for one in _dialogues(path)]
    if not utterances:
        raise SettingsError(f"{directory / 'utterances'} 中没有标注语料，无法训练或评估情绪模型。")
    ids = [row.id for row in utterances] + [one.id for one in dialogues]
    twice = {one for one in ids if ids.count(one) > 1} if len(set(ids)) < len(ids) else set()
    if twice:
        raise SettingsError(f"情绪语料中编号重复：{'、'.join(sorted(twice)[:5])}。请改成不同的编号。")
    return Corpus(tuple(utterances) + tuple(_turns_as_utterances(dialogues)), tuple(dialogues))


def ordinary_questions(
    nlu_dir: Path = NLU_DIR, faq_dir: Path = FAQ_DIR, weight: float = 0.3, most: int = 900
) -> list[Utterance]:
    """The sample bank's own questions (NLU examples and FAQ) as calm training rows; empty where there are none.

    At most ``most``, chosen by a hash of the text, so that the corpus itself is not outnumbered.
    """
    texts: dict[str, None] = {}
    for path in sorted(nlu_dir.glob("*.yml")):
        for block in (yaml.safe_load(path.read_text("utf-8")) or {}).get("nlu", ()):
            if block.get("intent") not in CALM_INTENTS:
                continue
            texts.update((_plain(line), None) for line in str(block.get("examples", "")).splitlines() if line.strip())
    for path in sorted(faq_dir.glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                for name in ("question", "similar", "similar_questions", "variants"):
                    texts.update((part.strip(), None) for part in (row.get(name) or "").split("|") if part.strip())
    return [
        Utterance(f"Q{index}", "ordinary", text, "", CALM, CALM_FRUSTRATION, weight=weight)
        for index, text in enumerate(sorted(filter(None, texts), key=_digest)[:most])
    ]


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def _plain(example: str) -> str:
    """A Rasa training example without its list dash and entity marks: ``[一年](term)`` → ``一年``."""
    text, rest = "", example.strip().removeprefix("-").strip()
    while rest:
        head, mark, tail = rest.partition("[")
        text += head
        if not mark:
            break
        word, _, after = tail.partition("]")
        text += word
        closing = {"(": ")", "{": "}"}.get(after[:1])
        rest = after.partition(closing)[2] if closing else after
    return text


def _utterances(path: Path) -> Iterator[Utterance]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        missing = {"id", "scenario", "text", "emotion", "frustration"} - set(reader.fieldnames or ())
        if missing:
            raise SettingsError(f"{path} 缺少列：{'、'.join(sorted(missing))}。")
        for row in reader:
            place = f"{path} 第 {reader.line_num} 行"
            text = (row["text"] or "").strip()
            flags = frozenset(filter(None, (row.get("flags") or "").strip().split("|")))
            if not row["id"] or not row["scenario"] or not text:
                raise SettingsError(f"{place}：id、scenario 和 text 不能为空。")
            if flags - set(FLAGS):
                raise SettingsError(f"{place}：没有这样的标记 {'、'.join(sorted(flags - set(FLAGS)))}。")
            yield Utterance(
                id=row["id"],
                scenario=row["scenario"],
                text=text,
                context=(row.get("context") or "").strip(),
                emotion=_emotion(row["emotion"], place),
                frustration=_frustration(row["frustration"], place),
                flags=flags,
                split=split_of(row["scenario"], (row.get("split_hint") or "").strip()),
            )


def _dialogues(path: Path) -> Iterator[Dialogue]:
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if not line.strip():
            continue
        place = f"{path} 第 {number} 行"
        try:
            raw = json.loads(line)
            turns = tuple(_turn(turn, place) for turn in raw["turns"])
            handoff = raw["handoff_turn"]
            customers = [index for index, turn in enumerate(turns) if turn.sender == "customer"]
            if handoff is not None and handoff not in customers:
                raise SettingsError(f"{place}：handoff_turn 必须是某一条客户消息在 turns 中的序号，或 null。")
            yield Dialogue(
                id=str(raw["id"]),
                scenario=str(raw["scenario"]),
                turns=turns,
                handoff_turn=None if handoff is None else customers.index(handoff),
                ends_well=bool(raw["ends_well"]),
                split=split_of(str(raw["scenario"])),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise SettingsError(f"{place}：对话的格式不正确（{error}）。") from None


def _turn(raw: dict[str, Any], place: str) -> Turn:
    if raw["sender"] not in ("customer", "helpdesk"):
        raise SettingsError(f"{place}：sender 只能是 customer 或 helpdesk。")
    value, emotion = raw.get("frustration"), raw.get("emotion")
    return Turn(
        sender=raw["sender"],
        text=str(raw["text"]),
        frustration=None if value is None else _frustration(value, place),
        emotion=None if emotion is None else _emotion(str(emotion), place),
    )


def _turns_as_utterances(dialogues: list[Dialogue]) -> Iterator[Utterance]:
    for one in dialogues:
        for index, turn in enumerate(one.turns):
            if turn.sender == "customer" and turn.frustration is not None and turn.emotion is not None:
                before = one.turns[index - 1] if index else None
                context = before.text if before is not None and before.sender == "helpdesk" else ""
                yield Utterance(
                    f"{one.id}#{index}",
                    one.scenario,
                    turn.text,
                    context,
                    turn.emotion,
                    turn.frustration,
                    split=one.split,
                )


def _emotion(value: str, place: str) -> str:
    if value not in EMOTIONS:
        raise SettingsError(f"{place}：没有这样的情绪 {value!r}，应为 {'、'.join(EMOTIONS)} 之一。")
    return value


def _frustration(value: Any, place: str) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = -1.0
    if not 0.0 <= number <= 1.0:
        raise SettingsError(f"{place}：frustration 必须是 0 到 1 之间的数，现在是 {value!r}。")
    return number
