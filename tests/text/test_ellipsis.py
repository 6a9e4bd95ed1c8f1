from __future__ import annotations

import pytest

from bot.text.ellipsis import (
    asks_for_less_risk,
    aspect,
    bare_number,
    is_bare,
    is_elliptic,
    joined,
    ordinal,
    points_back,
    subject,
)


@pytest.mark.parametrize(
    "text",
    [
        "那手续费呢？",
        "它有什么风险",
        "多少钱起",
        "能提前取吗",
        "要多久",
        "怎么买",
        "那柜台呢",
        "美元的呢",
        "换成三年的",
        "需要什么材料",
    ],
)
def test_half_sentence_is_elliptic(text: str) -> None:
    assert is_elliptic(text)


@pytest.mark.parametrize(
    "text",
    [
        "转账限额是多少",
        "信用卡怎么注销",
        "你能做什么",
        "网点几点开门",
        "我想知道那个理财产品的手续费是怎么收的呢",
        "",
        "存款保险赔多少",
    ],
)
def test_question_of_its_own_is_not(text: str) -> None:
    assert not is_elliptic(text)


def test_words_of_an_entity_are_none_of_its_own() -> None:
    assert not is_elliptic("三年定期多少")
    assert is_elliptic("三年定期多少", [(0, 4)])


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("有什么风险", "risk"),
        ("收费吗", "fee"),
        ("起购金额多少", "minimum"),
        ("多少钱起", "minimum"),
        ("期限多长", "term"),
        ("收益怎么样", "rate"),
        ("在哪买", "buy"),
        ("适合老人吗", None),
    ],
)
def test_aspect_is_what_the_words_ask(text: str, asked: str | None) -> None:
    assert aspect(text) == asked


@pytest.mark.parametrize(
    ("question", "about"),
    [
        ("往国外汇款怎么办理，几天到", "往国外汇款"),
        ("跨行转账收手续费吗", "跨行转账"),
        ("信用卡年费怎么减免", "信用卡"),
    ],
)
def test_subject_is_what_a_question_is_about(question: str, about: str) -> None:
    assert subject(question) == about


def test_half_sentence_joins_the_subject_or_takes_its_place() -> None:
    assert joined("那手续费呢", "往国外汇款怎么办理，几天到") == ["往国外汇款手续费呢"]
    assert joined("那柜台呢", "跨行转账收手续费吗") == ["柜台收手续费吗", "柜台跨行转账收手续费吗"]
    assert joined("怎么办", "怎么办") == []


@pytest.mark.parametrize(
    ("text", "item", "said"),
    [
        ("第二个怎么买", 1, "第二个"),
        ("第一款风险大吗", 0, "第一款"),
        ("最后那个", -1, "最后那个"),
        ("那最后一款呢", -1, "最后一款"),
        ("第3只多少钱起", 2, "第3只"),
        ("前者", 0, "前者"),
        ("第三", 2, "第三"),
    ],
)
def test_ordinal_is_found_with_its_place(text: str, item: int, said: str) -> None:
    found = ordinal(text)
    assert found is not None
    assert (found.item, text[found.start : found.end]) == (item, said)


@pytest.mark.parametrize(
    "text", ["第一次买基金", "第二个月的利息", "最后一个问题", "第三方支付", "第一个工作日", "第二天到账吗"]
)
def test_other_counting_is_no_ordinal_of_a_list(text: str) -> None:
    assert ordinal(text) is None


@pytest.mark.parametrize(("text", "item"), [("2", 1), ("选二", 1), ("3号", 2), ("我选1", 0)])
def test_bare_number_picks(text: str, item: int) -> None:
    found = bare_number(text)
    assert found is not None
    assert found.item == item


@pytest.mark.parametrize("text", ["2万", "12", "一年", "0", "第二", "二维码"])
def test_other_numbers_pick_nothing(text: str) -> None:
    assert bare_number(text) is None


def test_less_risk_pronouns_and_bare_verbs() -> None:
    assert asks_for_less_risk("有没有风险低点的")
    assert asks_for_less_risk("要更稳健一点的")
    assert not asks_for_less_risk("低风险理财有哪些")
    assert points_back("这款适合老人吗")
    assert not points_back("这个月的账单")
    assert is_bare("怎么注销")
    assert not is_bare("怎么注销手机银行")
