"""Which reading of a message counts: the classifier's intent, an FAQ entry, two of them, or none. A pure function."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.retrieval.index import Hit

FAQ_INTENT = "faq"
CLARIFY_INTENT = "faq_clarify"
OUT_OF_SCOPE_INTENT = "out_of_scope"
# To miss one of these costs a customer money or patience: no FAQ entry that is merely a little nearer may hide them.
PROTECTED = frozenset({"ask_human", "report_fraud", "report_loss", "complaint", "dissatisfied"})
# Small talk is short and unlike anything else: to take it wrongly costs nothing, so a doubtful one stands.
SMALL_TALK = frozenset({"greet", "goodbye", "thank", "chitchat_bot", "capabilities", "affirm", "deny"})


@dataclass(frozen=True)
class Thresholds:
    """Cosines of the encoder (0.4 is a chance likeness, 0.7 the same topic, 0.8 mostly the same meaning)."""

    near: float = 0.62  # nothing nearer than this: not understood
    protected_confidence: float = 0.5
    protected_lead: float = 0.12  # an FAQ entry must be nearer by this to hide a protected intent
    doubt_confidence: float = 0.5  # a classifier less sure than this needs an example this near to be believed:
    doubt_similarity: float = 0.78
    sure_lead: float = 0.06  # … to overrule a classifier that is certain; none is needed when it is in doubt
    clarify_ratio: float = 0.6  # second reading this likely beside the first
    clarify_below: float = 0.86  # nearer than this, the first reading stands
    out_of_scope: float = 0.5


@dataclass(frozen=True)
class Evidence:
    """What is known about one message.

    ``similarity`` is the cosine to the nearest training example of ``intent``; ``hits`` are the readings of the FAQ,
    likeliest first; ``out_of_scope`` is the chance that the message is none of a bank's business.
    """

    intent: str
    confidence: float
    similarity: float
    hits: Sequence[Hit]
    out_of_scope: float


def decide(evidence: Evidence, limits: Thresholds = Thresholds()) -> str:
    """Name of the intent that counts: ``evidence.intent`` or one of the three that this module adds."""
    best = evidence.hits[0].similarity if evidence.hits else -1.0
    lead = best - evidence.similarity
    if evidence.intent in PROTECTED and evidence.confidence >= limits.protected_confidence:
        believable = evidence.similarity >= limits.near or evidence.out_of_scope < limits.out_of_scope
        if believable and lead < limits.protected_lead:
            return evidence.intent
    nearest = max(best, evidence.similarity)
    if nearest < limits.near or evidence.out_of_scope >= limits.out_of_scope:
        return OUT_OF_SCOPE_INTENT
    if evidence.intent not in (OUT_OF_SCOPE_INTENT, FAQ_INTENT) and not _doubtful(evidence, limits):
        needed = limits.sure_lead * max(0.0, 2 * evidence.confidence - 1)
        if lead <= needed:
            return evidence.intent
    if best < limits.near:
        return OUT_OF_SCOPE_INTENT
    return CLARIFY_INTENT if _two_readings(evidence.hits, limits) else FAQ_INTENT


def _doubtful(evidence: Evidence, limits: Thresholds) -> bool:
    """Whether an inquiry is believed neither for the classifier's sake nor for an example's."""
    if evidence.intent in SMALL_TALK:
        return False
    return evidence.confidence < limits.doubt_confidence and evidence.similarity < limits.doubt_similarity


def _two_readings(hits: Sequence[Hit], limits: Thresholds) -> bool:
    if len(hits) < 2 or hits[0].similarity >= limits.clarify_below:
        return False
    return hits[1].score >= limits.clarify_ratio * hits[0].score
