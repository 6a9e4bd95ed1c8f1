"""Entities of one text: words of the gazetteer and quantities by rule, of what overlaps the longest. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from bot.rasa_components.amounts import amounts
from bot.rasa_components.dates import dates
from bot.rasa_components.numerals import Found
from bot.rasa_components.quantities import risk_levels, terms
from bot.rasa_components.rates import rates
from bot.rasa_components.words import Words, known_words, rank
from bot.text.normalise import normalise

MAX_CHARS = 2000  # what intake lets through; a longer text is read this far
RULES = (terms, amounts, rates, risk_levels)
DOUBLE = {"product_type", "card_type"}  # 信用卡 is a type of product and a kind of card: both are told


def extract(text: str, words: Words, today: date) -> list[Found]:
    """Entities in order of appearance; offsets count in ``text`` as it was given, before any normalisation.

    Where findings overlap the longest counts: 添禾90天 is a product, its 90天 no term. Of the same words both the
    product type and the card type are given, in this order.

    Args:
        text: at most :data:`MAX_CHARS` characters are read.
        words: the gazetteer.
        today: what 明天 or 3月5号 is counted from.
    """
    form = normalise(text[:MAX_CHARS])
    candidates = [*known_words(form.text, words), *dates(form.text, today)]
    for rule in RULES:
        candidates.extend(rule(form.text))
    entities = []
    for found in _longest(candidates):
        start, end = form.original_span(found.start, found.end)
        entities.append(Found(found.entity, start, end, found.value))
    return entities


def _longest(candidates: Iterable[Found]) -> list[Found]:
    """Findings that do not overlap: the longest win, of equals the kind that is ranked first."""
    chosen: list[Found] = []
    for found in sorted(candidates, key=lambda one: (one.start - one.end, rank(one.entity), one.start)):
        if all(_apart(found, other) for other in chosen):
            chosen.append(found)
    return sorted(
        (one for one in chosen if one.entity != "none"), key=lambda one: (one.start, one.entity != "product_type")
    )


def _apart(found: Found, other: Found) -> bool:
    if found.end <= other.start or other.end <= found.start:
        return True
    return found[1:3] == other[1:3] and {found.entity, other.entity} == DOUBLE
