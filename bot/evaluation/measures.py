"""What the answers to annotated questions are worth. Pure functions over questions and readings.

A reading is one line of ``tingxin nlu parse --json``. ``faq_clarify`` counts as ``faq`` wherever intents are compared,
as it says that an FAQ entry is meant; but it answers nothing, so it never counts as answered.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from bot.evaluation.calibration import Calibration, calibrate
from bot.evaluation.entities import Entity, EntityScores, Score, score_entities
from bot.evaluation.questions import FAQ, Question
from bot.sentiment.evaluation import auc

CLARIFY = "faq_clarify"
OUT_OF_SCOPE = "out_of_scope"
# Led there by mistake, a customer is frightened, or kept from an answer.
URGENT = frozenset({"report_loss", "report_fraud", "complaint", "ask_human"})
CHOICES_SHOWN = 4  # of a clarifying question, as the customer sees it

Reading = Mapping[str, Any]


class Share(NamedTuple):
    """``part`` of ``whole``; of nothing there is no share."""

    part: int
    whole: int

    @property
    def value(self) -> float | None:
        return self.part / self.whole if self.whole else None

    def to_json(self) -> dict[str, Any]:
        return {"value": self.value, **self._asdict()}


class Ranked(NamedTuple):
    """Questions of one kind whose entry the retriever ranks first, and among the first three."""

    n: int
    first: int
    among_three: int


class Miss(NamedTuple):
    """A question that was not answered right; ids stand behind the intent, ``faq ACC-001``."""

    text: str
    expected: str
    got: str
    confidence: float
    where: str


@dataclass(frozen=True)
class Scope:
    """``auroc`` of ``out_of_scope``, ``None`` where one kind is missing; declined is what became ``out_of_scope``."""

    auroc: float | None
    foreign_declined: Share
    own_declined: Share

    def to_json(self) -> dict[str, Any]:
        return {
            "auroc": self.auroc,
            "foreign_declined": self.foreign_declined.to_json(),
            "own_declined": self.own_declined.to_json(),
        }


@dataclass(frozen=True)
class Figures:
    """All that is reported of one set.

    ``answered`` is right at once: the right intent and, for the FAQ, the right entry. ``faq_answered`` is that among
    FAQ questions alone, ``faq_offered`` counts those, too, whose entry stands among the choices of a question back;
    ``faq`` is the retriever's ranking, whatever was decided. ``macro_f1`` is the mean over the intents that were
    expected or found. ``confusion`` counts ``(expected, found)``.
    """

    n: int
    answered: Share
    faq_answered: Share
    faq_offered: Share
    faq: Ranked
    by_category: dict[str, Ranked]
    accuracy: Share
    macro_f1: float | None
    by_intent: dict[str, Score]
    confusion: Counter[tuple[str, str]]
    false_urgent: Share
    scope: Scope
    faq_calibration: Calibration
    intent_calibration: Calibration
    entities: EntityScores | None
    misses: tuple[Miss, ...]
    """Surest first: these are the ones that mislead."""

    def to_json(self, worst: int = 0) -> dict[str, Any]:
        """For machines: shares are 0..1, and ``worst`` misses are given in full."""
        return {
            "n": self.n,
            "answered_first": self.answered.to_json(),
            "faq": {
                "answered": self.faq_answered.to_json(),
                "answered_or_offered": self.faq_offered.to_json(),
                **_ranked(self.faq),
                "categories": {name: _ranked(one) for name, one in self.by_category.items()},
            },
            "intent": {
                "accuracy": self.accuracy.to_json(),
                "macro_f1": self.macro_f1,
                "intents": {name: _intent(one) for name, one in self.by_intent.items()},
            },
            "confusion": [
                {"expected": expected, "got": got, "count": count}
                for (expected, got), count in self.confusion.most_common()
            ],
            "false_urgent": self.false_urgent.to_json(),
            "out_of_scope": self.scope.to_json(),
            "calibration": {"faq": self.faq_calibration.to_json(), "intent": self.intent_calibration.to_json()},
            "entities": _entities(self.entities) if self.entities else None,
            "wrong": len(self.misses),
            "worst": [one._asdict() for one in self.misses[:worst]],
        }


def measure(questions: Sequence[Question], readings: Sequence[Reading], categories: Mapping[str, str]) -> Figures:
    """Compare ``readings`` with ``questions``, side by side.

    Args:
        categories: of the FAQ entries, by id.

    Raises:
        ValueError: not as many readings as questions.
    """
    pairs = [(one, reading) for one, reading in zip(questions, readings, strict=True) if one.intent is not None]
    named = [(str(one.intent), _intent_of(reading)) for one, reading in pairs]
    faqs = [(one, reading) for one, reading in pairs if one.faq_id is not None]
    entered = [
        (one.entities, found) for one, found in zip(questions, readings, strict=True) if one.entities is not None
    ]
    by_intent = intent_scores(named)
    return Figures(
        n=len(pairs),
        answered=Share(sum(is_answered(one, reading) for one, reading in pairs), len(pairs)),
        faq_answered=Share(sum(is_answered(one, reading) for one, reading in faqs), len(faqs)),
        faq_offered=Share(sum(is_offered(one, reading) for one, reading in faqs), len(faqs)),
        faq=_rank(faqs),
        by_category=_by_category(faqs, categories),
        accuracy=Share(sum(expected == got for expected, got in named), len(named)),
        macro_f1=sum(one.f1 for one in by_intent.values()) / len(by_intent) if by_intent else None,
        by_intent=by_intent,
        confusion=Counter(pair for pair in named if pair[0] != pair[1]),
        false_urgent=Share(sum(got in URGENT and expected not in URGENT for expected, got in named), len(named)),
        scope=measure_scope(
            [reading for one, reading in pairs if one.intent == OUT_OF_SCOPE],
            [reading for one, reading in pairs if one.intent != OUT_OF_SCOPE],
        ),
        faq_calibration=calibrate(
            (float(reading["faq"]["score"]), is_answered(one, reading))
            for one, reading in pairs
            if reading["intent"] == FAQ and reading["faq"]
        ),
        intent_calibration=calibrate(
            (float(reading["confidence"]), is_answered(one, reading))
            for one, reading in pairs
            if reading["intent"] not in (FAQ, CLARIFY)
        ),
        entities=score_entities([want for want, _ in entered], [_entities_of(got) for _, got in entered])
        if entered
        else None,
        misses=_misses(pairs),
    )


def is_answered(question: Question, reading: Reading) -> bool:
    """The right intent and, for the FAQ, the right entry; a question back is no answer."""
    if reading["intent"] != question.intent:
        return False
    return question.faq_id is None or (reading["faq"] or {}).get("id") == question.faq_id


def is_offered(question: Question, reading: Reading) -> bool:
    """Answered right, or the right entry stands among the choices of a question back."""
    if reading["intent"] != CLARIFY:
        return is_answered(question, reading)
    choices = reading["choices"] or [{"faq": id_} for id_ in _ranking(reading)]
    return any(one.get("faq") == question.faq_id for one in choices[:CHOICES_SHOWN])


def intent_scores(pairs: Sequence[tuple[str, str]]) -> dict[str, Score]:
    """Precision, recall and F1 of each intent, from ``(expected, found)``; ``expected`` of a score is the support."""
    expected, found = Counter(one for one, _ in pairs), Counter(one for _, one in pairs)
    right = Counter(one for one, other in pairs if one == other)
    return {name: Score(right[name], found[name], expected[name]) for name in sorted(expected | found)}


def measure_scope(foreign: Sequence[Reading], own: Sequence[Reading]) -> Scope:
    """How well what is none of a bank's business is told from what is."""
    chances = np.array([float(one["out_of_scope"]) for one in (*foreign, *own)])
    truth = np.arange(len(chances)) < len(foreign)
    return Scope(
        auc(truth, chances) if foreign and own else None,
        Share(sum(one["intent"] == OUT_OF_SCOPE for one in foreign), len(foreign)),
        Share(sum(one["intent"] == OUT_OF_SCOPE for one in own), len(own)),
    )


def _intent_of(reading: Reading) -> str:
    return FAQ if reading["intent"] == CLARIFY else str(reading["intent"])


def _ranking(reading: Reading) -> list[str]:
    faq = reading["faq"]
    return [str(one["id"]) for one in (faq, *faq["alternatives"])] if faq else []


def _rank(faqs: Sequence[tuple[Question, Reading]]) -> Ranked:
    rankings = [(one.faq_id, _ranking(reading)) for one, reading in faqs]
    return Ranked(
        len(rankings),
        sum(found[:1] == [id_] for id_, found in rankings),
        sum(id_ in found[:3] for id_, found in rankings),
    )


def _by_category(faqs: Sequence[tuple[Question, Reading]], categories: Mapping[str, str]) -> dict[str, Ranked]:
    groups: dict[str, list[tuple[Question, Reading]]] = {}
    for one, reading in faqs:
        groups.setdefault(categories.get(one.faq_id or "", ""), []).append((one, reading))
    return {name: _rank(rows) for name, rows in sorted(groups.items())}


def _entities_of(reading: Reading) -> list[Entity]:
    return [Entity(one["entity"], one["start"], one["end"], str(one["value"])) for one in reading["entities"]]


def _misses(pairs: Sequence[tuple[Question, Reading]]) -> tuple[Miss, ...]:
    found = [
        Miss(
            one.text,
            f"{one.intent} {one.faq_id}" if one.faq_id else str(one.intent),
            _said(reading),
            float(reading["confidence"]),
            one.where,
        )
        for one, reading in pairs
        if not is_answered(one, reading)
    ]
    return tuple(sorted(found, key=lambda one: -one.confidence))


def _said(reading: Reading) -> str:
    intent = str(reading["intent"])
    return f"{intent} {reading['faq']['id']}" if intent in (FAQ, CLARIFY) and reading["faq"] else intent


def _ranked(one: Ranked) -> dict[str, Any]:
    return {"n": one.n, "first": Share(one.first, one.n).value, "among_three": Share(one.among_three, one.n).value}


def _intent(one: Score) -> dict[str, Any]:
    return {"precision": one.precision, "recall": one.recall, "f1": one.f1, "support": one.expected, "found": one.found}


def _entities(scores: EntityScores) -> dict[str, Any]:
    return {
        "sentences": scores.sentences,
        "sentences_right": scores.sentences_right,
        "micro": scores.micro.to_json(),
        "types": {name: one.to_json() for name, one in scores.by_type.items()},
    }
