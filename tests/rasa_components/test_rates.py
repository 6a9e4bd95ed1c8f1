from __future__ import annotations

import pytest

from bot.rasa_components.rates import rates


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3.50%", [("3.50%", "3.5")]),
        ("百分之三点五", [("百分之三点五", "3.5")]),
        ("百分之10", [("百分之10", "10")]),
        ("三个点", [("三个点", "3")]),
        ("2.8个点", [("2.8个点", "2.8")]),
        ("千分之五", [("千分之五", "0.5")]),
        ("1‰", [("1‰", "0.1")]),
        ("日息万分之五", [("万分之五", "0.05")]),
        ("日息万5", [("万5", "0.05")]),
        ("年化4有吗", [("4", "4")]),
        ("利率是3.05", [("3.05", "3.05")]),
        ("2.75的利率", [("2.75", "2.75")]),
        ("2%-3%", [("2%", "2"), ("3%", "3")]),
        ("2-3%", [("2", "2"), ("3%", "3")]),
        ("月息3厘", [("3厘", "0.3")]),
        ("月息一分二", [("一分二", "1.2")]),
        ("年息4厘", [("4厘", "4")]),
        ("日息5厘", [("5厘", "0.05")]),
        ("LPR+20BP", [("LPR+20BP", "LPR+0.2")]),
        ("lpr减45个基点", [("lpr减45个基点", "LPR-0.45")]),
        ("LPR加0.3%", [("LPR加0.3%", "LPR+0.3"), ("0.3%", "0.3")]),  # the extractor takes the longer
        ("万分之五一年", [("万分之五", "0.05")]),
    ],
)
def test_rates_are_read_in_percent(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(text[one.start : one.end], one.value) for one in rates(text)] == expected


@pytest.mark.parametrize(
    "text",
    [
        *(
            "百分之百",
            "百分百",
            "九折",
            "首付三成",
            "降了25个基点",
            "涨0.5个百分点",
            "LPR是什么",
            "三点",
            "3点半",
            "有点",
            "几个点",
        ),
        *("利率3年", "利率5万", "利率12月", "利息3元", "100点积分", "0%", "两个点位", "利息三分钱"),
    ],
)
def test_what_is_no_rate_is_left_alone(text: str) -> None:
    assert list(rates(text)) == []
