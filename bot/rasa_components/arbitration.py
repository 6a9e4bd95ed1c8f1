"""Which reading of a message counts: an intent, an FAQ entry, two of them, or none. A pure function.

The index weighs intents and entries on one scale. Two questions are settled one after the other: is it any of the
bank's business, and if so, which reading is the likeliest?
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.retrieval.index import Hit

FAQ_INTENT = "faq"
CLARIFY_INTENT = "faq_clarify"
OUT_OF_SCOPE_INTENT = "out_of_scope"
PRODUCT_INTENT = "product_detail"
# To miss one of these costs a customer money or patience: the FAQ must be clearly likelier to hide them.
PROTECTED = frozenset({"ask_human", "report_fraud", "report_loss", "complaint", "dissatisfied"})
# Declined as well, and said why; so sure of it, a message need not look like a bank's business.
ADVICE_INTENT = "investment_advice"
# Small talk is short and unlike anything else; to take it wrongly costs nothing.
SMALL_TALK = frozenset({"greet", "goodbye", "thank", "chitchat_bot", "capabilities", "affirm", "deny"})


@dataclass(frozen=True)
class Thresholds:
    """Cosines of the encoder (0.4 is a chance likeness, 0.7 the same topic, 0.8 mostly the same meaning) and log-odds.

    Chosen on tests/data/nlu/development: see docs/adr/0007-one-softmax.md.
    """

    near: float = 0.57  # nothing nearer than this: not understood
    protected: float = 0.3  # log-odds on top for a protected intent
    protected_chance: float = 0.2  # … that is likely in itself
    small_talk_chance: float = 0.6  # so sure of small talk, nearness does not matter
    clarify_ratio: float = 0.8  # second reading this likely beside the first
    clarify_below: float = 0.86  # nearer than this, the first reading stands
    advice_chance: float = 0.6  # so sure that a forecast or a tip is wanted, it is declined as such
    foreign_chance: float = 0.8  # so like what is learnt to be foreign, half the evidence is enough …
    half_foreign: float = 0.3  # … this much
    out_of_scope: float = 0.65  # measured: 91 % of foreign questions lie above, 5 % of a bank's


@dataclass(frozen=True)
class Evidence:
    """What is known about one message.

    ``chances`` are those of the intents and, under ``faq``, of the likeliest entry, together at most 1; ``nearest`` the
    cosines to the nearest training example, by intent; ``hits`` the readings of the FAQ, likeliest first;
    ``out_of_scope`` the chance that the message is none of a bank's business; ``names_product`` says that a product of
    the bank is named in it.
    """

    chances: Mapping[str, float]
    nearest: Mapping[str, float]
    hits: Sequence[Hit]
    out_of_scope: float
    names_product: bool = False


def decide(evidence: Evidence, limits: Thresholds = Thresholds()) -> str:
    """Name of the intent that counts."""
    inquiries = {name: chance for name, chance in evidence.chances.items() if name not in _NO_INQUIRY}
    intent = max(inquiries, key=lambda name: inquiries[name], default=None)
    if intent is not None and intent in SMALL_TALK and inquiries[intent] >= limits.small_talk_chance:
        return intent
    if intent == ADVICE_INTENT and inquiries[intent] >= limits.advice_chance:
        return intent
    best = evidence.hits[0].similarity if evidence.hits else -1.0
    if _foreign(evidence, best, limits):
        return PRODUCT_INTENT if evidence.names_product else OUT_OF_SCOPE_INTENT
    if intent is not None and lead_of_faq(evidence, intent, limits) <= 0:
        return intent
    if best < limits.near:
        # The FAQ is meant, but has no such entry.
        return PRODUCT_INTENT if evidence.names_product else OUT_OF_SCOPE_INTENT
    return CLARIFY_INTENT if _two_readings(evidence.hits, limits) else FAQ_INTENT


_NO_INQUIRY = frozenset({FAQ_INTENT, CLARIFY_INTENT, OUT_OF_SCOPE_INTENT})


def _foreign(evidence: Evidence, best: float, limits: Thresholds) -> bool:
    """Whether the message is none of the bank's business, or like nothing that is known to be."""
    known = [cosine for name, cosine in evidence.nearest.items() if name != OUT_OF_SCOPE_INTENT]
    if best >= limits.clarify_below:  # nearly a known question, whatever else it is like
        return False
    alike = evidence.chances.get(OUT_OF_SCOPE_INTENT, 0.0) >= limits.foreign_chance
    least = limits.half_foreign if alike else limits.out_of_scope
    return evidence.out_of_scope >= least or max([best, *known]) < limits.near


def lead_of_faq(evidence: Evidence, intent: str, limits: Thresholds) -> float:
    """Log-odds for the likeliest entry against ``intent``; without an index the FAQ never leads."""
    if not evidence.hits:
        return -math.inf
    faq, other = evidence.chances.get(FAQ_INTENT, 0.0), evidence.chances[intent]
    protects = intent in PROTECTED and other >= limits.protected_chance
    return math.log(max(faq, 1e-9)) - math.log(max(other, 1e-9)) - (limits.protected if protects else 0.0)


def _two_readings(hits: Sequence[Hit], limits: Thresholds) -> bool:
    if len(hits) < 2 or hits[0].similarity >= limits.clarify_below:
        return False
    return hits[1].score >= limits.clarify_ratio * hits[0].score
