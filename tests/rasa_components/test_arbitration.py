from __future__ import annotations

import pytest

from bot.rasa_components.arbitration import Evidence, decide
from bot.retrieval.index import Hit


def evidence(
    intent: str,
    chance: float,
    similarity: float,
    *hits: tuple[float, float],
    faq: float = 0.1,
    outside: float = 0.0,
    names_product: bool = False,
) -> Evidence:
    """The likeliest intent, its chance and nearness; ``hits``: ``(score, similarity)``; ``faq``: the first's chance."""
    return Evidence(
        {intent: chance, "faq": faq, "out_of_scope": 0.01},
        {intent: similarity},
        [Hit(str(row), score, "?", cosine) for row, (score, cosine) in enumerate(hits)],
        outside,
        names_product,
    )


def test_likelier_reading_wins() -> None:
    assert decide(evidence("product_fee", 0.3, 0.70, (0.9, 0.92), (0.05, 0.6), faq=0.6)) == "faq"
    assert decide(evidence("product_rate", 0.5, 0.90, (0.6, 0.75), faq=0.4)) == "product_rate"


def test_entry_that_is_likelier_than_any_intent_but_near_to_nothing_is_not_given() -> None:
    assert decide(evidence("balance_inquiry", 0.01, 0.61, (0.5, 0.55), faq=0.98)) == "out_of_scope"


@pytest.mark.parametrize("intent", ["ask_human", "report_fraud", "report_loss", "complaint", "dissatisfied"])
def test_protected_intent_wins_where_another_would_lose(intent: str) -> None:
    assert decide(evidence("product_fee", 0.4, 0.74, (0.9, 0.88), faq=0.45)) == "faq"
    assert decide(evidence(intent, 0.4, 0.74, (0.9, 0.88), faq=0.45)) == intent


def test_protected_intent_yields_to_a_far_likelier_faq_entry() -> None:
    assert decide(evidence("complaint", 0.3, 0.66, (0.95, 0.97), faq=0.6)) == "faq"


def test_sure_small_talk_stands_though_it_is_near_to_nothing() -> None:
    assert decide(evidence("thank", 0.7, 0.5, (0.2, 0.5), outside=0.9)) == "thank"
    assert decide(evidence("thank", 0.5, 0.5, (0.2, 0.5), outside=0.9)) == "out_of_scope"


def test_two_close_readings_ask_back() -> None:
    assert decide(evidence("product_buy", 0.1, 0.5, (0.4, 0.75), (0.35, 0.74), faq=0.8)) == "faq_clarify"


def test_two_readings_do_not_ask_back_when_the_first_is_nearly_word_for_word() -> None:
    assert decide(evidence("product_buy", 0.1, 0.5, (0.5, 0.97), (0.45, 0.80), faq=0.8)) == "faq"


def test_nothing_near_is_out_of_scope() -> None:
    assert decide(evidence("product_buy", 0.9, 0.45, (0.1, 0.5))) == "out_of_scope"
    assert decide(evidence("product_buy", 0.9, 0.45)) == "out_of_scope"


def test_foreign_message_is_out_of_scope_even_if_something_is_near() -> None:
    assert decide(evidence("product_buy", 0.9, 0.7, (0.3, 0.7), outside=0.8)) == "out_of_scope"


def test_message_that_names_a_product_is_never_out_of_scope() -> None:
    assert decide(evidence("product_buy", 0.3, 0.45, (0.1, 0.5), names_product=True)) == "product_detail"
    assert decide(evidence("product_fee", 0.9, 0.7, (0.1, 0.5), names_product=True)) == "product_fee"


def test_without_an_index_the_intents_decide() -> None:
    assert decide(evidence("greet", 0.9, 0.9)) == "greet"
    assert decide(evidence("product_rate", 0.2, 0.7, faq=0.7)) == "product_rate"


def test_without_examples_nothing_is_understood() -> None:
    assert decide(Evidence({}, {}, [], 0.0)) == "out_of_scope"


def test_advice_is_declined_as_such_though_it_is_no_business_of_a_bank() -> None:
    assert decide(evidence("investment_advice", 0.8, 0.5, (0.2, 0.5), outside=0.9)) == "investment_advice"
    assert decide(evidence("investment_advice", 0.4, 0.5, (0.2, 0.5), outside=0.9)) == "out_of_scope"


def test_what_is_like_foreign_examples_needs_less_evidence() -> None:
    chances = {"product_buy": 0.1, "faq": 0.05}
    near, hits = {"product_buy": 0.7}, [Hit("A", 0.3, "?", 0.7)]
    assert decide(Evidence({**chances, "out_of_scope": 0.85}, near, hits, 0.4)) == "out_of_scope"
    assert decide(Evidence({**chances, "out_of_scope": 0.5}, near, hits, 0.4)) == "product_buy"
