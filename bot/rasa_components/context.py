"""What a message means after what was said before. Pure functions over slots and readings; no Rasa here.

Two slots carry the context, both written by the actions (:mod:`actions.context`):

``topic``
    what the last answer was about: ``{"intent", "product", "faq", "question", "words", "risk"}``, each where known.
    ``words`` name it in a question (定期存款), ``question`` is the FAQ's.
``shown``
    what the customer may pick from: ``{"items": [{"product": code} | {"faq": id, "question"} | {"intent": name}],
    "asked": bool}``; ``asked`` says that the last reply was the question which of them is meant.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.rasa_components.arbitration import CLARIFY_INTENT, FAQ_INTENT, OUT_OF_SCOPE_INTENT, SMALL_TALK
from bot.text.ellipsis import (
    Span,
    asks_for_less_risk,
    aspect,
    bare_number,
    is_bare,
    is_elliptic,
    is_marked,
    joined,
    ordinal,
    points_at_product,
    points_back,
)

# In any part of a message they count alone, and no context changes them.
URGENT = ("report_fraud", "report_loss", "ask_human", "complaint")
# Readings that stand as they are, however short the message.
DOUBTFUL = 0.6  # small talk read with less confidence than this, or with an amount in it (那5万呢), is none
CLOSED = SMALL_TALK | {*URGENT, "dissatisfied"}
CRITERIA = ("product", "product_type", "term", "amount", "currency", "risk_level")
# Inquiries about products, by what the words ask.
INQUIRY = {
    "risk": "disclosure_inquiry",
    "fee": "product_fee",
    "minimum": "product_detail",
    "term": "product_detail",
    "rate": "product_rate",
    "buy": "product_buy",
}
INQUIRIES = ("product_", "loan_", "card_", "disclosure_")
NOT_REPEATED = frozenset(
    {
        FAQ_INTENT,
        CLARIFY_INTENT,
        OUT_OF_SCOPE_INTENT,
        "transfer_money",
        "password_reset",
        "balance_inquiry",
        "report_loss",
    }
)
# A joined question is taken where an entry is this near (the thresholds of arbitration hold for whole questions).
NEAR = 0.62
SURE = 0.5  # score of an FAQ reading that needs no context
LOWEST_RISK = "R1"


@dataclass(frozen=True)
class Reading:
    """How one text reads by itself: the intent that counts, the FAQ's best entry, entities as Rasa writes them."""

    text: str
    intent: str
    confidence: float
    faq: Mapping[str, Any] | None
    similarity: float
    entities: Sequence[Mapping[str, Any]]
    choices: Sequence[Mapping[str, Any]] = ()

    @property
    def score(self) -> float:
        return float((self.faq or {}).get("score") or 0.0)


@dataclass(frozen=True)
class Context:
    """The slots, read leniently: anything malformed is as if nothing was said."""

    topic: Mapping[str, Any] = field(default_factory=dict)
    items: Sequence[Mapping[str, Any]] = ()
    asked: bool = False
    product: str | None = None  # last spoken of, whatever was asked since

    @classmethod
    def of(cls, slots: Mapping[str, Any]) -> Context:
        topic, shown = slots.get("topic"), slots.get("shown")
        items = shown.get("items") if isinstance(shown, Mapping) else None
        return cls(
            topic if isinstance(topic, Mapping) else {},
            [item for item in items if isinstance(item, Mapping)] if isinstance(items, Sequence) else [],
            bool(shown.get("asked")) if isinstance(shown, Mapping) else False,
            str(slots["product"]) if slots.get("product") else None,
        )

    @property
    def about_products(self) -> bool:
        return bool(self.topic.get("product")) or str(self.topic.get("intent") or "").startswith(INQUIRIES)

    def item(self, place: int) -> Mapping[str, Any] | None:
        """The item at ``place`` of what was shown; -1 is the last."""
        return self.items[place] if -1 <= place < len(self.items) and self.items else None


@dataclass(frozen=True)
class Referred:
    """What the context makes of a message.

    Attributes:
        how: ``pick`` of what was shown, ``repeat`` of the last inquiry with another criterion, ``aspect`` of what was
            spoken of, ``joined`` question.
        entities: take the place of those of the same kind in the message.
        faq: replaces the reading of the FAQ, where given.
    """

    how: str
    intent: str
    entities: Sequence[Mapping[str, Any]] = ()
    faq: Mapping[str, Any] | None = None
    said: str = ""  # the whole question, where it was joined
    confidence: float = 1.0
    choices: Sequence[Mapping[str, Any]] = ()


def candidates(text: str, context: Context) -> list[str]:
    """Whole questions that ``text`` may stand for, to be read beside it."""
    question = str(context.topic.get("question") or context.topic.get("words") or "")
    if not question or not (is_elliptic(text) or is_bare(text)):
        return []
    return joined(text, question) if context.topic.get("question") else [question + text]


def refer(reading: Reading, joint: Sequence[Reading], context: Context) -> Referred | None:
    """What the message refers to; None where it stands on its own.

    Args:
        reading: of the message as it was typed.
        joint: the readings of its :func:`candidates`, in that order.
    """
    if reading.intent in URGENT:
        return None
    if picked := _picked(reading, context):
        return picked
    doubtful = reading.confidence < DOUBTFUL or _names(reading, *CRITERIA)
    if reading.intent in CLOSED and not (reading.intent in SMALL_TALK and doubtful):
        return None
    if context.product and points_at_product(reading.text) and (asked := aspect(reading.text)):
        return None if _names(reading, "product") else Referred("aspect", INQUIRY[asked])
    if not context.topic:
        return None
    if asks_for_less_risk(reading.text) and context.about_products:
        return _less_risk(reading, context)
    spans = [(int(one["start"]), int(one["end"])) for one in reading.entities if one.get("entity") in CRITERIA]
    if not is_elliptic(reading.text, spans):
        return _of_bare(reading, joint) or _pointed(reading, context)
    asked = aspect(reading.text)
    if context.about_products and asked:
        return None if _names(reading, "product", "product_type") else Referred("aspect", INQUIRY[asked])
    if spans and context.topic.get("intent") and context.topic["intent"] not in NOT_REPEATED:
        return Referred("repeat", str(context.topic["intent"]))
    if _names(reading, "product") or (_names(reading, "product_type") and not joint):
        return None
    return _of_joined(reading, joint) or _pointed(reading, context)


def _names(reading: Reading, *kinds: str) -> bool:
    return any(one.get("entity") in kinds for one in reading.entities)


def _picked(reading: Reading, context: Context) -> Referred | None:
    """第二个, 最后那款, a bare 2, or a click on one of the choices."""
    if not context.items:
        return None
    said = reading.text.strip()
    clicked = next((place for place, item in enumerate(context.items) if item.get("question") == said), None)
    span: Span | None = bare_number(said) or ordinal(reading.text)
    if clicked is not None:
        span = Span(clicked, 0, len(reading.text))
    item = context.item(span.item) if span else None
    if span is None or item is None:
        return None
    if "product" in item:
        entity = {
            "entity": "product",
            "start": span.start,
            "end": span.end,
            "value": str(item["product"]),
            "text": reading.text[span.start : span.end],
            "confidence_entity": 1.0,
            "extractor": "FaqRetriever",
        }
        rest = reading.text[: span.start] + reading.text[span.end :]
        return Referred("pick", INQUIRY[asked] if (asked := aspect(rest)) else "product_detail", [entity])
    if "faq" in item:
        faq = {"id": item["faq"], "score": 1.0, "question": item.get("question"), "alternatives": []}
        return Referred("pick", FAQ_INTENT, faq=faq)
    return Referred("pick", str(item["intent"])) if "intent" in item else None


def _less_risk(reading: Reading, context: Context) -> Referred:
    """One level below what was spoken of."""
    now = str(context.topic.get("risk") or "R3")
    level = f"R{max(1, int(now[1:]) - 1)}" if now[1:].isdigit() else LOWEST_RISK
    entity = {
        "entity": "risk_level",
        "start": 0,
        "end": len(reading.text),
        "value": level,
        "text": reading.text,
        "confidence_entity": 1.0,
        "extractor": "FaqRetriever",
    }
    return Referred("repeat", "product_search", [entity])


def _of_joined(reading: Reading, joint: Sequence[Reading]) -> Referred | None:
    """The best whole question, if an entry (or an inquiry) is near it."""
    good = [one for one in joint if one.intent not in CLOSED | {OUT_OF_SCOPE_INTENT} and one.similarity >= NEAR]
    if not good:
        return None
    best = max(good, key=lambda one: one.score)
    if not is_marked(reading.text.strip()) and reading.intent == FAQ_INTENT and reading.score > max(SURE, best.score):
        return None  # it says enough by itself
    return _as_joined(best)


def _of_bare(reading: Reading, joint: Sequence[Reading]) -> Referred | None:
    """怎么注销 after a question about mobile banking: taken from there where it is doubtful by itself."""
    if not is_bare(reading.text):
        return None
    itself = 0.0 if reading.intent == OUT_OF_SCOPE_INTENT else reading.score
    good = [one for one in joint if one.intent == FAQ_INTENT and one.score >= SURE and one.score > itself]
    return _as_joined(good[0]) if good else None


def _as_joined(one: Reading) -> Referred:
    return Referred("joined", one.intent, faq=one.faq, said=one.text, confidence=one.confidence, choices=one.choices)


def _pointed(reading: Reading, context: Context) -> Referred | None:
    """这款…: about the product last spoken of, where nothing better is known."""
    doubtful = reading.intent in (OUT_OF_SCOPE_INTENT, CLARIFY_INTENT)
    if not (context.topic.get("product") and points_back(reading.text) and doubtful):
        return None
    asked = aspect(reading.text)
    return Referred("aspect", INQUIRY[asked] if asked else "product_detail")
