from __future__ import annotations

import pytest

from bot.knowledge.praise import find_investment_praise, find_praise


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("安全稳健的选择", "安全"),
        ("本行保证到期兑付", "保证"),
        ("我们承诺到期还本", "承诺"),
        ("收益不波动且有保障", "有保障"),
        ("高收益产品", "高收益"),
        ("几乎无风险", "无风险"),
        ("不仅安全，而且灵活", "安全"),
        ("不承诺保本，但有保障", "有保障"),
    ],
)
def test_praise_is_found(text: str, word: str) -> None:
    assert [item.word for item in find_praise(text)] == [word]


@pytest.mark.parametrize(
    "text",
    [
        "理财产品不保证本金和收益",
        "不构成任何保证或承诺",
        "业绩比较基准不代表银行对收益的承诺",
        "管理人不保证基金一定盈利，也不保证最低收益",
        "任何产品都并非无风险",
        "警惕以“高收益”为诱饵的骗局",
        "请注意账户安全",
        "保证金比例由交易所规定",
    ],
)
def test_denial_warning_and_other_terms_are_no_praise(text: str) -> None:
    assert find_praise(text) == []


def test_position_of_the_word_is_given() -> None:
    text = "前一句。这款理财很安全。"
    assert [(item.word, text[item.start : item.start + 2]) for item in find_praise(text)] == [("安全", "安全")]


def test_only_sentences_about_investment_count_elsewhere() -> None:
    assert find_investment_praise("手机银行很安全。理财不保证收益。") == []
    assert [item.word for item in find_investment_praise("手机银行很安全。这款理财高收益。")] == ["高收益"]
