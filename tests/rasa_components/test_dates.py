from __future__ import annotations

from datetime import date

import pytest

from bot.rasa_components.dates import dates

TODAY = date(2026, 3, 18)  # a Wednesday


def found(text: str, today: date = TODAY) -> list[tuple[str, str]]:
    """Of overlapping findings only the longest, as the extractor chooses."""
    every = sorted(set(dates(text, today)), key=lambda one: (one.start - one.end, one.start))
    chosen = [
        one
        for place, one in enumerate(every)
        if not any(one.start < other.end and other.start < one.end for other in every[:place])
    ]
    return [(text[one.start : one.end], one.value) for one in sorted(chosen, key=lambda one: one.start)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026年3月5日的交易", [("2026年3月5日", "2026-03-05")]),
        ("2026-03-05", [("2026-03-05", "2026-03-05")]),
        ("2026/3/5", [("2026/3/5", "2026-03-05")]),
        ("2026.3.5", [("2026.3.5", "2026-03-05")]),
        ("20260305", [("20260305", "2026-03-05")]),
        ("二零二六年三月五日", [("二零二六年三月五日", "2026-03-05")]),
        ("3月5号转的", [("3月5号", "2026-03-05")]),
        ("3月5转的", [("3月5", "2026-03-05")]),
        ("三月二十五号", [("三月二十五号", "2026-03-25")]),
        ("3.5号", [("3.5号", "2026-03-05")]),
        ("3月份账单", [("3月份", "2026-03")]),
        ("2025年的", [("2025年", "2025")]),
        ("2025年12月", [("2025年12月", "2025-12")]),
        ("去年12月31日", [("去年12月31日", "2025-12-31")]),
        ("2月底", [("2月底", "2026-02-28")]),
        ("3月1日-3月5日", [("3月1日", "2026-03-01"), ("3月5日", "2026-03-05")]),
        ("3月5号到10号", [("3月5号", "2026-03-05"), ("10号", "2026-03-10")]),
        ("2月28日到3月3日期间", [("2月28日", "2026-02-28"), ("3月3日", "2026-03-03")]),
        ("15号", [("15号", "2026-03-15")]),
    ],
)
def test_calendar_dates_are_read(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("今天", "2026-03-18"),
        ("昨晚", "2026-03-17"),
        ("大前天", "2026-03-15"),
        ("前天", "2026-03-16"),
        ("大后天", "2026-03-21"),
        ("这周三", "2026-03-18"),
        ("本周日", "2026-03-22"),
        ("上周五", "2026-03-13"),
        ("下星期天", "2026-03-29"),
        ("下下周一", "2026-03-30"),
        ("上个月15号", "2026-02-15"),
        ("下月5日", "2026-04-05"),
        ("上个月", "2026-02"),
        ("月底", "2026-03-31"),
        ("下月初", "2026-04-01"),
        ("上个月底", "2026-02-28"),
        ("年底", "2026-12-31"),
        ("去年底", "2025-12-31"),
        ("明年初", "2027-01-01"),
        ("前年", "2024"),
        ("3天前", "2026-03-15"),
        ("两周之前", "2026-03-04"),
        ("国庆", "2026-10-01"),
        ("春节", "2027-02-06"),
        ("今年春节", "2026-02-17"),
        ("除夕", "2027-02-05"),
        ("清明节", "2026-04-05"),
        ("明年端午", "2027-06-09"),
    ],
)
def test_relative_dates_are_counted_from_today(text: str, value: str) -> None:
    assert found(text) == [(text, value)]


@pytest.mark.parametrize(
    ("today", "text", "value"),
    [
        (date(2026, 12, 20), "1月5号", "2027-01-05"),
        (date(2026, 1, 5), "12月30号", "2025-12-30"),
        (date(2026, 1, 5), "上个月20号", "2025-12-20"),
        (date(2026, 12, 5), "下个月", "2027-01"),
        (date(2024, 2, 10), "月底", "2024-02-29"),
        (date(2026, 10, 3), "国庆", "2026-10-01"),
        (date(2026, 12, 31), "明天", "2027-01-01"),
    ],
)
def test_turn_of_month_and_year_is_crossed(today: date, text: str, value: str) -> None:
    assert found(text, today) == [(text, value)]


@pytest.mark.parametrize(
    "text",
    [
        *(
            "每月15号",
            "还款日是5号",
            "账单日15号",
            "每年年底",
            "周六上班吗",
            "周末",
            "下周",
            "当天",
            "三个月",
            "3月期",
            "12期",
        ),
        *(
            "15号楼",
            "3号窗口",
            "2号线",
            "尾号15",
            "提前天数",
            "不过年费",
            "今日头条",
            "双十一",
            "周五一起",
            "2月30号",
            "13月5日",
        ),
        *("一月多少钱", "提前3天前", "第15号", "A15号", "七日年化", "3点前", "2026年第六期"),
    ],
)
def test_what_is_no_date_is_left_alone(text: str) -> None:
    assert found(text) == []


def test_holiday_beyond_the_table_is_not_guessed() -> None:
    assert found("春节", date(2036, 6, 1)) == []
