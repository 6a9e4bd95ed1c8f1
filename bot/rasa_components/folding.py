"""Makes one reading of a message, its parts and the whole questions that it may stand for. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.rasa_components.arbitration import CLARIFY_INTENT, FAQ_INTENT, OUT_OF_SCOPE_INTENT, SMALL_TALK
from bot.rasa_components.context import INQUIRY, URGENT, Context, Reading, Referred, refer
from bot.text.ellipsis import is_bare, is_elliptic, says_nothing
from bot.text.segments import Part

UNCLEAR = frozenset({CLARIFY_INTENT, OUT_OF_SCOPE_INTENT})
SURE_INTENT = 0.5  # confidence from which a part is an inquiry for sure
SURE_FAQ = 0.45  # score of an entry from which a part is that question for sure
KNOWN = 0.9  # cosine: the whole message is a known question, however many question marks stand in it
SAME = 0.98  # cosine: … even though it says 另外
WHOLE_FAQ, WHOLE_NEAR = 0.6, 0.8  # score and cosine: the whole message is one question, unless the customer says 另外


@dataclass(frozen=True)
class PartReading:
    """One question of a message: as typed, as read, and the whole questions that it may stand for."""

    part: Part
    reading: Reading
    joint: Sequence[Reading] = ()


@dataclass(frozen=True)
class Folded:
    """What counts: the reading, what the context had to do with it, and several questions where there are."""

    reading: Reading
    referred: Referred | None = None
    parts: Sequence[Mapping[str, Any]] = ()


def fold(whole: Reading, joint: Sequence[Reading], parts: Sequence[PartReading], context: Context) -> Folded:
    """The one reading of a message.

    Args:
        whole: of the message as it was typed; ``joint`` those of what it may stand for.
        parts: its single questions, if it was split.
    """
    if not parts:
        referred = refer(whole, joint, context)
        return Folded(apply(whole, referred), referred)
    readings = _read_parts(parts, context)
    urgent = [one for one in readings if one.intent in URGENT and one.confidence >= SURE_INTENT]
    if whole.intent in URGENT or urgent:
        return Folded(whole if whole.intent in URGENT else replace(urgent[0], entities=whole.entities))
    linked = any(one.part.linked for one in parts)
    if whole.similarity >= (SAME if linked else KNOWN) or (not linked and _is_one_question(whole)):
        return Folded(whole)
    kept = _kept(parts, readings)
    clear = [one for _, one in kept if is_clear(one)]
    if len(kept) > 1 and len(clear) > 0 and (len(clear) > 1 or is_clear(kept[0][1])):
        first = replace(kept[0][1], text=whole.text, entities=whole.entities)
        return Folded(first, None, [_output(part, one) for part, one in kept])
    if whole.intent in UNCLEAR and len(clear) == 1:
        return Folded(replace(clear[0], text=whole.text, entities=whole.entities))
    return Folded(whole)


def apply(reading: Reading, referred: Referred | None) -> Reading:
    """The reading as the context has it."""
    if referred is None:
        return reading
    given = {one["entity"] for one in referred.entities}
    entities = [*(one for one in reading.entities if one.get("entity") not in given), *referred.entities]
    faq = referred.faq if referred.faq is not None else reading.faq
    return replace(
        reading,
        intent=referred.intent,
        confidence=referred.confidence,
        faq=faq,
        entities=entities,
        choices=referred.choices,
    )


def is_clear(reading: Reading) -> bool:
    """Sure enough to be answered beside another."""
    if reading.intent in UNCLEAR or reading.intent in SMALL_TALK or says_nothing(reading.text):
        return False
    if reading.intent == FAQ_INTENT:
        return reading.score >= SURE_FAQ
    return reading.confidence >= SURE_INTENT


def _is_one_question(whole: Reading) -> bool:
    return whole.intent == FAQ_INTENT and whole.score >= WHOLE_FAQ and whole.similarity >= WHOLE_NEAR


def _read_parts(parts: Sequence[PartReading], context: Context) -> list[Reading]:
    """Each part after the ones before it: 手续费呢 is about what the part before asked."""
    readings: list[Reading] = []
    for place, part in enumerate(parts):
        before = context if place == 0 else _after(parts[place - 1].part, readings[-1])
        readings.append(apply(part.reading, refer(part.reading, part.joint, before)))
    return readings


def _after(part: Part, reading: Reading) -> Context:
    product = next((one.get("value") for one in reading.entities if one.get("entity") == "product"), None)
    topic: dict[str, Any] = {"intent": reading.intent, "question": part.text}
    return Context({**topic, "product": product}, product=str(product)) if product else Context(topic)


def _kept(parts: Sequence[PartReading], readings: Sequence[Reading]) -> list[tuple[Part, Reading]]:
    """The parts to answer: each meaning once, no small talk; a doubtful one only where the customer marked it."""
    kept: list[tuple[Part, Reading]] = []
    seen = set()
    for part, one in zip(parts, readings, strict=True):
        key = _key(one)
        doubtful = not is_clear(one)
        if (
            key in seen
            or (one.intent in SMALL_TALK and not says_nothing(part.part.text))
            or (not part.part.linked and (doubtful or _adds_detail(part, one, readings)))
        ):
            continue
        seen.add(key)
        kept.append((part.part, one))
    return kept


def _adds_detail(part: PartReading, reading: Reading, readings: Sequence[Reading]) -> bool:
    """Half a sentence at the end (往国外汇款几天到 收多少手续费) is no other question, but of a product or with 呢."""
    text = part.part.text.rstrip("？?。 ")
    half = part.part.start > 0 and (is_elliptic(text) or is_bare(text))
    product = any(one.get("entity") == "product" for other in readings for one in other.entities)
    return half and not text.endswith("呢") and not (product and reading.intent in INQUIRY.values())


def _key(reading: Reading) -> tuple[Any, ...]:
    if reading.intent in (FAQ_INTENT, CLARIFY_INTENT):
        return FAQ_INTENT, (reading.faq or {}).get("id")
    values = sorted((str(one.get("entity")), str(one.get("value"))) for one in reading.entities)
    return reading.intent, *values


def _output(part: Part, reading: Reading) -> dict[str, Any]:
    """JSON only, as the tracker stores it. Offsets of entities count in the part's own text."""
    intent = OUT_OF_SCOPE_INTENT if says_nothing(part.text) else reading.intent
    return {
        "text": part.text,
        "intent": {"name": intent, "confidence": round(reading.confidence, 4)},
        "faq": dict(reading.faq) if reading.faq else None,
        "entities": [dict(one) for one in reading.entities],
        "choices": [dict(one) for one in reading.choices],
    }
