"""One answer about products that a message names, by what it asks: for intents that do not say it themselves."""

from __future__ import annotations

from actions.base import Answer
from actions.criteria import Criteria, aspect, named
from actions.disclosures import show_disclosures
from actions.products import by_criteria, describe
from actions.runtime import Services
from actions.turn import Turn
from bot.knowledge.catalogue import DisclosedProduct

# Looked up in tests/data/nlu/development/questions.csv, on the chance that the ranker now gives. Of 60 messages that
# name a type and were read as FAQ, 57 were FAQ questions; one right entry lies below 0.2, the next at 0.31.
WEAK_FAQ = 0.2  # below this a type, a term or an amount in the message says more than the entry found
# Of those that name a product two were read as FAQ, at 0.17 and 0.62, and neither was; half of the right ones have 0.8.
SURE_FAQ = 0.7  # from here on the FAQ was surely meant, even where a product is named


def about(items: list[DisclosedProduct], turn: Turn) -> Answer:
    """Rate, fees, how to buy, or the disclosure of ``items``; everything where the words do not say which."""
    focus = aspect(turn.text) or "detail"
    if focus == "risk":
        return show_disclosures(items)
    return describe(items, focus, turn)


def rescued(turn: Turn, services: Services) -> Answer | None:
    """An answer after all, where a message names a product of ours but was read as something else.

    Names are the bank's own and may be new, so that the classifier never saw them; what stands in the catalogue
    is a better answer than a doubtful reading of the FAQ, or none.
    """
    items = named(turn, services)
    from_faq = turn.intent in ("faq", "faq_clarify")
    score = float((turn.faq or {}).get("score") or 0.0)
    if items:
        if from_faq and (aspect(turn.text) is None or score >= SURE_FAQ):
            return None
        return about(items, turn)
    criteria = Criteria.stated(turn)
    telling = criteria.type or criteria.risk_level or (criteria.term_days and criteria.amount_fen)
    if not from_faq or score >= WEAK_FAQ or not telling:  # an amount alone may be of a transfer
        return None
    return by_criteria(turn, services, criteria, aspect(turn.text) or "detail")
