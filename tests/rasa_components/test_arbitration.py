from __future__ import annotations

import pytest

from bot.rasa_components.arbitration import Evidence, decide
from bot.retrieval.index import Hit


def evidence(
    intent: str, confidence: float, similarity: float, *hits: tuple[float, float], outside: float = 0.0
) -> Evidence:
    """``hits`` are ``(score, similarity)``."""
    return Evidence(
        intent,
        confidence,
        similarity,
        [Hit(str(row), score, "?", cosine) for row, (score, cosine) in enumerate(hits)],
        outside,
    )


def test_nearer_faq_entry_becomes_the_faq_intent() -> None:
    assert decide(evidence("product_fee", 0.5, 0.70, (0.9, 0.92), (0.05, 0.6))) == "faq"


def test_nearer_intent_stays() -> None:
    assert decide(evidence("product_rate", 0.9, 0.90, (0.6, 0.75))) == "product_rate"


def test_sure_classifier_needs_a_clear_lead_to_be_overruled() -> None:
    assert decide(evidence("greet", 1.0, 0.80, (0.8, 0.83))) == "greet"
    assert decide(evidence("greet", 0.4, 0.80, (0.8, 0.83))) == "faq"


@pytest.mark.parametrize("intent", ["ask_human", "report_fraud", "report_loss", "complaint"])
def test_protected_intent_wins_against_a_slightly_nearer_faq_entry(intent: str) -> None:
    assert decide(evidence(intent, 0.6, 0.80, (0.9, 0.88))) == intent


def test_protected_intent_yields_to_a_far_nearer_faq_entry() -> None:
    assert decide(evidence("complaint", 0.6, 0.66, (0.95, 0.97))) == "faq"


def test_protected_intent_that_is_itself_far_is_not_believed_out_of_scope() -> None:
    assert decide(evidence("report_loss", 0.5, 0.40, outside=0.9)) == "out_of_scope"


def test_two_close_readings_ask_back() -> None:
    assert decide(evidence("out_of_scope", 0.5, 0.5, (0.4, 0.75), (0.35, 0.74))) == "faq_clarify"


def test_two_readings_do_not_ask_back_when_the_first_is_nearly_word_for_word() -> None:
    assert decide(evidence("out_of_scope", 0.5, 0.5, (0.5, 0.97), (0.45, 0.80))) == "faq"


def test_nothing_near_is_out_of_scope() -> None:
    assert decide(evidence("product_buy", 0.9, 0.45, (0.1, 0.5))) == "out_of_scope"
    assert decide(evidence("product_buy", 0.9, 0.45)) == "out_of_scope"


def test_foreign_message_is_out_of_scope_even_if_something_is_near() -> None:
    assert decide(evidence("product_buy", 0.9, 0.7, (0.3, 0.7), outside=0.8)) == "out_of_scope"


def test_without_an_index_the_classifier_decides() -> None:
    assert decide(evidence("greet", 0.9, 0.9)) == "greet"


def test_inquiry_that_is_neither_sure_nor_near_yields_to_the_faq() -> None:
    assert decide(evidence("balance_inquiry", 0.3, 0.72, (0.5, 0.70))) == "faq"
    assert decide(evidence("balance_inquiry", 0.3, 0.80, (0.5, 0.70))) == "balance_inquiry"


def test_doubtful_small_talk_stands() -> None:
    assert decide(evidence("thank", 0.3, 0.72, (0.5, 0.70))) == "thank"


def test_classifier_that_says_faq_leaves_the_reading_to_the_index() -> None:
    assert decide(evidence("faq", 0.9, 0.99, (0.5, 0.90))) == "faq"
    assert decide(evidence("faq", 0.9, 0.50, (0.5, 0.30))) == "out_of_scope"
