from __future__ import annotations

import time
from datetime import date

import pytest

from bot.rasa_components.extraction import extract
from bot.rasa_components.words import index_words

NAMES = {"添禾90天": "SD090", "添禾180天": "SD180", "禾悦90天": "WM202", "晴川天天": "WM101", "晴川": "WM101"}
NAMES |= {"云程一年": "WM301", "云程两年": "WM302", "云帆成长": "FD401", "定期三年": "TD036", "远山两年": "WM401"}
WORDS = index_words(
    {
        "product": NAMES,
        "product_fuzzy": {name: code for name, code in NAMES.items() if len(name) >= 4 and name != "定期三年"},
        "product_type": {"信用卡": "credit_card", "银行卡": "debit_card", "保险": "insurance", "定期": "time_deposit"},
        "card_type": {"信用卡": "credit", "金卡": "gold"},
        "channel": {"手机银行": "mobile", "APP": "mobile", "分行": "branch"},
        "city": {"上海": "上海", "上海市": "上海", "南京": "南京", "西安": "西安", "南平": "南平", "开封市": "开封"},
        "city_doubtful": {"开封": "开封"},
        "province": {"湖南": "湖南", "河南": "河南"},
        "none": {"保险柜": "", "资金卡": "", "东西安": ""},
    }
)


def found(text: str) -> list[tuple[str, str, str]]:
    return [(one.entity, text[one.start : one.end], one.value) for one in extract(text, WORDS, date(2026, 3, 18))]


@pytest.mark.parametrize(
    ("text", "name", "code"),
    [
        ("买添禾九十天", "添禾九十天", "SD090"),
        ("添禾 180 天怎么样", "添禾 180 天", "SD180"),
        ("定期3年", "定期3年", "TD036"),
        ("云程2年", "云程2年", "WM302"),
        ("云程二年", "云程二年", "WM302"),
        ("添和90天", "添和90天", "SD090"),
        ("我想买禾月90天", "禾月90天", "WM202"),
        ("晴川甜天", "晴川甜天", "WM101"),
        ("云帆成张怎么样", "云帆成张", "FD401"),
        ("買添禾９０天", "添禾９０天", "SD090"),
    ],
)
def test_name_written_otherwise_is_found(text: str, name: str, code: str) -> None:
    assert found(text) == [("product", name, code)]


@pytest.mark.parametrize(
    "text",
    [
        "过程一年",
        "全程一年",
        "泰山两年",
        "上山两年",
        "添禾60天",
        "禾90天",
        "云帆成本",
        "云帆的成长",
        "存满90天",
        "添禾1天",
    ],
)
def test_ordinary_words_and_other_figures_are_no_misspelt_name(text: str) -> None:
    assert [one for one in found(text) if one[0] == "product"] == []


def test_card_word_is_type_and_card_in_this_order() -> None:
    assert found("信用卡") == [("product_type", "信用卡", "credit_card"), ("card_type", "信用卡", "credit")]


@pytest.mark.parametrize("text", ["保险柜", "资金卡在途中", "东西安全吗"])
def test_word_inside_another_is_left_alone(text: str) -> None:
    assert found(text) == []


def test_bank_card_after_mobile_is_no_mobile_bank() -> None:
    assert found("手机银行卡丢了") == [("product_type", "银行卡", "debit_card")]
    assert found("手机银行卡住了") == [("channel", "手机银行", "mobile")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("在上海", [("city", "上海", "上海")]),
        ("上海市", [("city", "上海市", "上海")]),
        ("上海分行", [("city", "上海", "上海"), ("channel", "分行", "branch")]),
        ("开封市", [("city", "开封市", "开封")]),
        ("河南开封", [("city", "开封", "开封")]),
        ("去开封", [("city", "开封", "开封")]),
        ("信开封了", []),
        ("上海银行", []),
        ("上海农商行", []),
        ("南京西路", []),
        ("南京东站", []),
        ("湖南平台", []),
    ],
)
def test_city_is_found_only_where_a_place_is_meant(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert found(text) == expected


def test_letters_match_in_any_case_but_not_inside_a_word() -> None:
    assert found("用app转") == [("channel", "app", "mobile")]
    assert found("apple") == []


@pytest.mark.parametrize(
    "text",
    ["一" * 5000, "1" * 5000, "5到" * 2000, "添禾" * 2000, "上海" * 2000, "百分之" * 1500, "3月" * 2000, "每月" * 2000],
)
def test_hostile_text_is_read_in_bounded_time(text: str) -> None:
    started = time.monotonic()
    entities = extract(text, WORDS, date(2026, 3, 18))
    assert time.monotonic() - started < 5  # a turn must not hang; on two slow cores all of these take under 0.5 s
    for one in entities:
        assert 0 <= one.start < one.end <= len(text)
