from __future__ import annotations

from typing import Any

import pytest

from actions.parts import action_name
from bot.rasa_components.rivals import ASKABLE
from tests.actions.conftest import Run
from tests.actions.test_actions import rules

LIST = {"items": [{"product": "CD012"}, {"product": "CD036"}], "asked": False}


def test_part_is_answered_by_the_action_that_the_rules_name() -> None:
    assert {intent: action_name(intent) for intent in rules()} == rules()


async def test_product_becomes_the_topic(run: Run) -> None:
    result = await run("action_product_fee", "禾悦90天收费吗", intent="product_fee", entities={"product": "WM202"})
    assert result.slots["topic"] == {"intent": "product_fee", "product": "WM202", "words": "理财", "risk": "R2"}
    assert result.slots["failures"] == 0


async def test_list_may_be_picked_from(run: Run) -> None:
    result = await run(
        "action_product_search", "有哪些大额存单", intent="product_search", entities={"product_type": "large_cd"}
    )
    assert result.slots["shown"] == LIST
    assert result.slots["topic"]["words"] == "大额存单"


async def test_faq_answer_becomes_the_topic(run: Run) -> None:
    result = await run("action_faq_answer", intent="faq", faq={"id": "TRF-001", "score": 0.9})
    assert result.slots["topic"]["faq"] == "TRF-001"
    assert result.slots["topic"]["question"]


async def test_small_talk_leaves_topic_list_and_failures(run: Run) -> None:
    result = await run("action_thank", "谢谢", intent="thank", slots={"failures": 1, "shown": LIST})
    assert "topic" not in result.slots
    assert "shown" not in result.slots
    assert result.slots["failures"] == 1


async def test_question_back_offers_its_choices(run: Run) -> None:
    found = {"id": "TRF-001", "score": 0.4, "alternatives": [{"id": "TRF-002", "score": 0.3}]}
    result = await run("action_faq_clarify", intent="faq_clarify", faq=found)
    assert [item["faq"] for item in result.slots["shown"]["items"]] == ["TRF-001", "TRF-002"]
    assert result.slots["shown"]["asked"] is True
    assert result.slots["failures"] == 1


async def test_choices_of_different_kinds_are_offered_in_words(run: Run) -> None:
    choices = [{"intent": "report_loss"}, {"faq": "CARD-001"}]
    result = await run("action_faq_clarify", intent="faq_clarify", message={"choices": choices})
    assert result.titles == ["我要挂失银行卡", "银行卡挂失后怎么补办新卡", "转人工"]
    assert [item.get("intent") for item in result.slots["shown"]["items"]] == ["report_loss", None]


def test_every_inquiry_that_may_be_asked_for_has_words() -> None:
    from actions.faq import INQUIRIES

    assert set(INQUIRIES) >= ASKABLE
    assert len(set(INQUIRIES.values())) == len(INQUIRIES)


@pytest.mark.parametrize(
    ("action", "message"),
    [
        ("action_out_of_scope", {}),
        ("action_default_fallback", {}),
        ("action_faq_clarify", {"faq": None}),
        (
            "action_faq_clarify",
            {"faq": {"id": "TRF-001", "score": 0.4, "alternatives": [{"id": "TRF-002", "score": 0.3}]}},
        ),
    ],
)
async def test_second_failure_of_any_kind_offers_a_person(run: Run, action: str, message: dict[str, Any]) -> None:
    first = await run(action, message=message)
    assert first.slots["failures"] == 1
    second = await run(action, message=message, slots={"failures": 1})
    assert "转人工" in second.titles
    assert "需要我为您转接人工客服吗" in second.text
    assert second.slots["offer"] == "handoff:not_understood"
    assert second.slots["failures"] == 2


async def test_no_to_every_choice_is_a_failure_and_offers_a_person(run: Run) -> None:
    shown = {"items": [{"faq": "TRF-001"}], "asked": True}
    result = await run("action_deny", "都不是", intent="deny", slots={"failures": 1, "shown": shown})
    assert result.slots["offer"] == "handoff:not_understood"
    assert result.slots["failures"] == 2


async def test_other_service_named_is_no_failure(run: Run) -> None:
    result = await run("action_out_of_scope", "花呗怎么关闭", slots={"failures": 1})
    assert "花呗" in result.text
    assert result.slots["failures"] == 0


def part(text: str, intent: str, **more: Any) -> dict[str, Any]:
    return {"text": text, "intent": {"name": intent, "confidence": 0.9}, "faq": None, "entities": [], **more}


def entity(name: str, value: str) -> dict[str, Any]:
    return {"entity": name, "value": value, "start": 0, "end": 1}


async def test_two_questions_are_answered_in_order_each_with_its_disclosure(run: Run) -> None:
    parts = [
        part("禾悦30天怎么买", "product_buy", entities=[entity("product", "WM201")]),
        part("云程一年收费吗", "product_fee", entities=[entity("product", "WM301")]),
    ]
    result = await run(
        "action_product_buy",
        "……",
        intent="product_buy",
        entities={"product": ["WM201", "WM301"]},
        message={"parts": parts},
    )
    assert [reply["trace"]["action"] for reply in result.replies] == ["action_product_buy", "action_product_fee"]
    assert [reply["data"]["product"]["code"] for reply in result.replies] == ["WM201", "WM301"]
    assert all(reply["data"]["disclosures"] for reply in result.replies)
    assert result.slots["topic"]["product"] == "WM301"


async def test_second_part_is_about_the_product_of_the_first(run: Run) -> None:
    parts = [
        part("禾悦90天收益多少", "product_rate", entities=[entity("product", "WM202")]),
        part("手续费呢", "product_fee"),
    ]
    result = await run("action_product_rate", intent="product_rate", message={"parts": parts})
    assert [reply["data"]["product"]["code"] for reply in result.replies] == ["WM202", "WM202"]


async def test_unclear_part_is_asked_for_after_the_answer(run: Run) -> None:
    parts = [
        part("转账限额是多少", "faq", faq={"id": "TRF-001", "score": 0.9}),
        part("那个什么怎么弄", "out_of_scope"),
    ]
    result = await run("action_faq_answer", intent="faq", message={"parts": parts})
    assert [reply["outcome"] for reply in result.replies] == ["answered", "clarify"]
    assert "那个什么怎么弄" in result.replies[1]["text"]
    assert result.slots["failures"] == 0


async def test_repeat_for_another_type_keeps_the_term_of_the_product(run: Run) -> None:
    result = await run(
        "action_product_rate",
        "那国债呢",
        intent="product_rate",
        entities={"product_type": "treasury_bond"},
        slots={"product": "TD036"},
        message={"context": {"how": "repeat", "said": ""}},
    )
    assert result.codes == ["TB003"]


async def test_amount_is_held_against_the_minimum(run: Run) -> None:
    result = await run("action_product_buy", "5万能买吗", entities={"amount": "5000000"}, slots={"product": "CD036"})
    assert "没有达到起点金额" in result.text
    assert (await run("action_product_detail", "多少钱起", slots={"product": "CD036"})).text.startswith(
        "个人大额存单三年期的起点金额是"
    )
