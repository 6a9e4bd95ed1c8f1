"""Are an inquiry and an entry of the FAQ equally likely? Then the customer is asked which is meant. A pure function."""

from __future__ import annotations

from typing import Any

from bot.rasa_components.arbitration import FAQ_INTENT, Evidence, Thresholds, lead_of_faq

# Inquiries that a button can stand for (actions/faq.py has its words); fraud, complaints and 转人工 do not wait.
ASKABLE = frozenset(
    {
        "report_loss", "product_search", "product_detail", "product_rate", "product_fee", "product_buy",
        "disclosure_inquiry", "loan_inquiry", "card_inquiry", "balance_inquiry", "transfer_money", "password_reset",
    }
)  # fmt: skip
CLOSE = 0.25  # log-odds either way
NEAR = 0.65  # cosine that both readings need: about the same topic
SURE = 0.86  # … and beyond which a reading stands


def rivals(evidence: Evidence, decided: str, limits: Thresholds) -> list[dict[str, Any]]:
    """``[{"intent"}, {"faq"}]``, the decided one first, where both are about as likely; else nothing."""
    inquiries = {name: chance for name, chance in evidence.chances.items() if name in ASKABLE}
    intent = decided if decided in ASKABLE else max(inquiries, key=lambda name: inquiries[name], default=None)
    if intent is None or decided not in (intent, FAQ_INTENT) or not evidence.hits:
        return []
    best, other = evidence.hits[0], evidence.nearest.get(intent, -1.0)
    if not (NEAR <= best.similarity < SURE and NEAR <= other < SURE):
        return []
    if abs(lead_of_faq(evidence, intent, limits)) > CLOSE:
        return []
    pair = [{"intent": intent}, {"faq": best.id}]
    return pair if decided == intent else pair[::-1]
