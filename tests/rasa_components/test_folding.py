from __future__ import annotations

from typing import Any

import pytest

from bot.rasa_components.context import Context, Reading, candidates, refer
from bot.rasa_components.folding import PartReading, apply, fold
from bot.text.segments import split

PRODUCT = Context({"intent": "product_rate", "product": "TD012", "words": "定期存款", "risk": None}, product="TD012")
FAQ = Context({"intent": "faq", "faq": "FX-003", "question": "往国外汇款怎么办理，几天到"})
LIST = Context({"intent": "product_search"}, [{"product": "A"}, {"product": "B"}, {"product": "C"}])
ASKED = Context(
    {}, [{"intent": "report_loss", "question": "我要挂失银行卡"}, {"faq": "X", "question": "怎么补卡"}], True
)


def read(
    text: str, intent: str = "faq", *, faq: str = "F-1", score: float = 0.4, near: float = 0.8, **more: Any
) -> Reading:
    found = {"id": faq, "score": score, "question": "", "alternatives": []}
    return Reading(text, intent, more.pop("confidence", 0.9), found, near, more.pop("entities", []), **more)


def entity(name: str, value: str, start: int, end: int) -> dict[str, Any]:
    return {"entity": name, "value": value, "start": start, "end": end}


def test_aspect_of_the_product_spoken_of() -> None:
    referred = refer(read("那手续费呢"), [], PRODUCT)
    assert referred is not None
    assert (referred.how, referred.intent) == ("aspect", "product_fee")


def test_joined_question_takes_the_place_of_half_a_sentence() -> None:
    assert candidates("那手续费呢", FAQ) == ["往国外汇款手续费呢"]
    referred = refer(read("那手续费呢"), [read("往国外汇款手续费呢", faq="F-9", score=0.7)], FAQ)
    assert referred is not None
    assert referred.how == "joined"
    assert referred.faq is not None
    assert referred.faq["id"] == "F-9"


def test_far_joined_question_is_not_taken() -> None:
    assert refer(read("那手续费呢"), [read("往国外汇款手续费呢", near=0.5)], FAQ) is None


@pytest.mark.parametrize("context", [PRODUCT, FAQ, LIST])
def test_whole_question_inherits_nothing(context: Context) -> None:
    assert candidates("信用卡怎么注销", context) == []
    assert refer(read("信用卡怎么注销"), [], context) is None


@pytest.mark.parametrize(
    "intent", ["thank", "affirm", "deny", "dissatisfied", "ask_human", "report_fraud", "report_loss"]
)
def test_small_talk_and_what_is_urgent_stand_as_they_are(intent: str) -> None:
    assert refer(read("那好吧", intent), [read("定期存款那好吧")], PRODUCT) is None


def test_last_inquiry_is_repeated_with_another_criterion() -> None:
    referred = refer(read("换成三年的", "product_search", entities=[entity("term", "1095", 2, 4)]), [], PRODUCT)
    assert referred is not None
    assert (referred.how, referred.intent) == ("repeat", "product_rate")


def test_less_risk_is_one_level_below_and_takes_the_place_of_what_was_read() -> None:
    context = Context({"intent": "product_search", "risk": "R4"})
    reading = read("有没有风险低点的", "product_search", entities=[entity("risk_level", "R1", 3, 6)])
    after = apply(reading, refer(reading, [], context))
    assert [one["value"] for one in after.entities] == ["R3"]
    assert after.intent == "product_search"


@pytest.mark.parametrize(
    ("text", "code", "intent"),
    [
        ("第二个怎么买", "B", "product_buy"),
        ("第一款风险大吗", "A", "disclosure_inquiry"),
        ("最后那个", "C", "product_detail"),
        ("2", "B", "product_detail"),
    ],
)
def test_item_of_the_list_is_picked(text: str, code: str, intent: str) -> None:
    after = apply(read(text), refer(read(text), [], LIST))
    assert [one["value"] for one in after.entities] == [code]
    assert after.intent == intent


def test_item_that_is_not_there_is_not_picked() -> None:
    assert refer(read("第五个怎么买"), [], Context({}, LIST.items)) is None


@pytest.mark.parametrize(
    ("text", "intent"),
    [("1", "report_loss"), ("我要挂失银行卡", "report_loss"), ("怎么补卡", "faq"), ("第二个", "faq")],
)
def test_choice_is_taken_by_number_or_by_its_words(text: str, intent: str) -> None:
    referred = refer(read(text, "out_of_scope"), [], ASKED)
    assert referred is not None
    assert referred.intent == intent


def test_malformed_slots_are_no_context() -> None:
    found = Context.of({"topic": "x", "shown": ["y"], "product": None})
    assert (dict(found.topic), list(found.items), found.asked, found.product) == ({}, [], False, None)
    assert list(Context.of({"shown": {"items": "abc"}}).items) == []


def parts_of(text: str, *readings: Reading) -> list[PartReading]:
    parts = split(text)
    assert len(parts) == len(readings)
    return [PartReading(part, reading) for part, reading in zip(parts, readings, strict=True)]


def test_two_different_questions_are_both_kept_in_order() -> None:
    text = "一年定期利率是多少，另外网点几点开门"
    readings = parts_of(text, read("一年定期利率是多少", "product_rate"), read("网点几点开门", faq="BR-001", score=0.9))
    folded = fold(read(text, faq="BR-001"), [], readings, Context())
    assert [part["intent"]["name"] for part in folded.parts] == ["product_rate", "faq"]
    assert folded.reading.intent == "product_rate"


def test_same_reading_twice_is_one_question() -> None:
    text = "怎么开户？开户要带什么材料？"
    readings = parts_of(text, read("怎么开户", score=0.9), read("开户要带什么材料", score=0.9))
    assert fold(read(text), [], readings, Context()).parts == ()


def test_doubtful_second_is_kept_only_where_the_customer_marked_it() -> None:
    marked, unmarked = "限额是多少？另外那个东西怎么搞定", "限额是多少？那个东西怎么搞定"
    first, second = read("限额是多少", score=0.9), read("那个东西怎么搞定", "out_of_scope", faq="F-2")
    assert len(fold(read(marked), [], parts_of(marked, first, second), Context()).parts) == 2
    assert fold(read(unmarked), [], parts_of(unmarked, first, second), Context()).parts == ()


@pytest.mark.parametrize("intent", ["report_fraud", "report_loss", "ask_human", "complaint"])
def test_urgent_part_wins_alone(intent: str) -> None:
    text = "网点几点开门？另外出了急事怎么办理"
    readings = parts_of(text, read("网点几点开门", score=0.9), read("出了急事怎么办理", intent))
    folded = fold(read(text, score=0.9), [], readings, Context())
    assert folded.reading.intent == intent
    assert folded.parts == ()


def test_known_question_with_two_question_words_is_one() -> None:
    text = "买了保险后悔了能退吗，犹豫期几天"
    readings = parts_of(text, read("买了保险后悔了能退吗", score=0.9), read("犹豫期几天", faq="F-2", score=0.9))
    assert fold(read(text, score=0.99, near=1.0), [], readings, Context()).parts == ()
