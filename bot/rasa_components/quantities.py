"""Terms, amounts and risk levels in Chinese text, as customers write them. Pure functions over normalised text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0, "俩": 2, "幺": 1}
UNITS = {"十": 10, "百": 100, "千": 1000}
LARGE = {"万": 10**4, "亿": 10**8}
DAYS_PER_MONTH = 30
DAYS_PER_YEAR = 365
MAX_YEARS = 70  # more is a calendar year (2026年), not a term
MAX_FEN = 10**15  # ten trillion yuan: beyond, it is some other number

_CN = "零〇一二两三四五六七八九十百千"
_NUMBER = rf"(?:\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?|[{_CN}]+)"
_NOT_DIGIT = r"(?<![\d.第])"


class Found(NamedTuple):
    """An entity in the normal form: ``text[start:end]`` means ``value``."""

    entity: str
    start: int
    end: int
    value: str


def chinese_number(text: str) -> Decimal | None:
    """``三万五`` → 35000, ``十二`` → 12, ``1,000`` → 1000, ``3.5万`` → 35000; None for what is no number."""
    plain = text.replace(",", "")
    if re.fullmatch(r"\d+(\.\d+)?", plain):
        return Decimal(plain)
    total, section, last_unit = Decimal(0), Decimal(0), 1
    position = 0
    while position < len(plain):
        match = re.match(r"\d+(\.\d+)?", plain[position:])
        digit: Decimal | None = None
        if match:
            digit = Decimal(match.group())
            position += match.end()
        elif plain[position] in DIGITS:
            digit = Decimal(DIGITS[plain[position]])
            position += 1
        unit = plain[position] if position < len(plain) else ""
        if unit in UNITS:
            section += (Decimal(1) if digit is None else digit) * UNITS[unit]
            last_unit = UNITS[unit]
            position += 1
        elif unit in LARGE:
            section += digit or 0
            total = (total + (section or 1)) * LARGE[unit]
            section, last_unit = Decimal(0), LARGE[unit]
            position += 1
        elif digit is not None:
            # 三万五 is 35000, but 一百零五 is 105 and 十五 is 15.
            shorthand = position == len(plain) and last_unit >= 100 and not plain[:-1].endswith(("零", "〇"))
            section += digit * (last_unit // 10 if shorthand and digit < 10 else 1)
        elif unit:
            return None
    return total + section


_TERM = re.compile(
    rf"{_NOT_DIGIT}(?:"
    rf"(?P<years>{_NUMBER})年(?P<half_year>半)?(?:零?(?P<extra>{_NUMBER})个月)?"
    rf"|(?P<months>{_NUMBER})个(?P<half_month>半)?月"
    rf"|(?P<months_plain>\d{{1,2}}|[{_CN}]{{1,3}})月期"
    r"|(?P<half>半)年"
    r"|(?P<fortnight>半)个月"
    rf"|(?P<quarters>{_NUMBER})个季度"
    rf"|(?P<weeks>{_NUMBER})(?:个?星期|个?礼拜|周)(?![一二三四五六日天\d])"
    rf"|(?P<days>{_NUMBER})天"
    r")(?:期(?!货|权|间|限|待))?"
)


def terms(text: str) -> Iterator[Found]:
    """Lengths of time, in days: 三个月 → 90, 半年 → 180, 两年半 → 910. Dates (2026年, 3月5日) are none."""
    for match in _TERM.finditer(text):
        days = _days(match)
        if days is not None and days >= 1:
            yield Found("term", match.start(), match.end(), str(int(days)))


def _days(match: re.Match[str]) -> Decimal | None:
    got = match.groupdict()
    if got["half"]:
        return Decimal(6 * DAYS_PER_MONTH)
    if got["fortnight"]:
        return Decimal(15)
    if got["years"]:
        years = chinese_number(got["years"])
        if years is None or years > MAX_YEARS:
            return None
        months = (chinese_number(got["extra"]) or 0) if got["extra"] else 0
        return _months(years * 12 + (6 if got["half_year"] else 0) + months)
    if got["months"] or got["months_plain"]:
        months = chinese_number(got["months"] or got["months_plain"])
        if months is None or months > MAX_YEARS * 12:
            return None
        return _months(months) + (15 if got["half_month"] else 0)
    for name, factor in (("quarters", 3 * DAYS_PER_MONTH), ("weeks", 7), ("days", 1)):
        if got[name]:
            count = chinese_number(got[name])
            return None if count is None or count > MAX_YEARS * DAYS_PER_YEAR else count * factor
    return None


def _months(months: Decimal) -> Decimal:
    """Whole years count 365 days, the months beyond them 30, as the banks' product lists do."""
    return months // 12 * DAYS_PER_YEAR + months % 12 * DAYS_PER_MONTH


_MONEY_WORDS = r"(?:块钱|元整|元钱|块|元|圆|人民币|rmb|RMB)"
_AMOUNT = re.compile(
    rf"(?<![\d.A-Za-z])(?P<number>"
    rf"(?:\d{{1,3}}(?:,\d{{3}})+|\d+)(?:\.\d+)?\s?(?:[万亿]+|[wWkK](?![A-Za-z])|[十百千]万?)?(?:[{_CN}\d][十百千]?(?![\d年月天日个]))?"
    rf"|[{_CN}万亿]*[{_CN}](?:[万亿][{_CN}]*)*"
    rf")(?P<unit>\s?(?:多|来)?{_MONEY_WORDS})?"
)
_BEFORE_AMOUNT = re.compile(r"(?:存|取|转|借|贷|买|投|充|还|提现|汇|刷|花|有)(?:了|个|款)?$")
_AFTER_NUMBER = re.compile(r"\s?(?:分之|[年月日号天时点个位次笔期周岁级类档倍%％折分]|星期|小时|工作日)")
_FOREIGN = re.compile(r"\s?(?:美元|美金|欧元|日元|英镑|港币|港元)")


def amounts(text: str) -> Iterator[Found]:
    """Sums of money in 分 (hundredths of any currency): 5万元, 10w, 三万五, 500块, 1万美元.

    A bare figure counts from three digits on, and only after 存, 取, 转, 借…
    """
    for match in _AMOUNT.finditer(text):
        number, unit = match["number"].strip(), match["unit"]
        foreign = _FOREIGN.match(text, match.end())
        if _AFTER_NUMBER.match(text, match.end()) and not (unit or foreign):
            continue
        large = re.search(r"[万亿wWkK千]", number) and re.search(rf"\d|[{_CN[:10]}十百]", number)
        bare = re.fullmatch(r"\d{3,9}(?:\.\d+)?", number) and _BEFORE_AMOUNT.search(text, 0, match.start())
        if not (unit or large or bare or foreign):
            continue
        yuan = _yuan(number)
        if yuan is None or not 0 < yuan * 100 <= MAX_FEN:
            continue
        yield Found("amount", match.start(), match.end(), str(int(yuan * 100)))


def _yuan(number: str) -> Decimal | None:
    plain = re.sub(r"[wW]", "万", re.sub(r"[kK]", "千", number)).replace(" ", "").replace(",", "")
    return chinese_number(plain)


_RISK = re.compile(
    r"(?<![A-Za-z\d])P?R\s?(?P<letter>[1-5])(?!\d)级?"
    r"|(?<![\d一二三四五六七八九十])(?P<grade>[一二三四五1-5])级(?!市场|分行|支行|甲等|医院|建造|账户|代理|教师|证书)"
    r"|(?P<words>中低|较低|中高|较高|中等|低|中|高)风险",
    re.IGNORECASE,
)
_RISK_WORDS = {"低": 1, "中低": 2, "较低": 2, "中": 3, "中等": 3, "中高": 4, "较高": 4, "高": 5}


def risk_levels(text: str) -> Iterator[Found]:
    """Product risk levels ``R1``–``R5``: R2, PR2, 二级, 中低风险."""
    for match in _RISK.finditer(text):
        if match["letter"]:
            level = int(match["letter"])
        elif match["grade"]:
            level = int(chinese_number(match["grade"]) or 0)
        else:
            level = _RISK_WORDS[match["words"]]
        yield Found("risk_level", match.start(), match.end(), f"R{level}")


_CURRENCIES = {
    "人民币": "CNY", "美元": "USD", "美金": "USD", "欧元": "EUR", "日元": "JPY", "英镑": "GBP", "港币": "HKD",
    "港元": "HKD", "澳元": "AUD", "加元": "CAD", "瑞士法郎": "CHF", "新加坡元": "SGD",
}  # fmt: skip
_CURRENCY = re.compile("|".join(_CURRENCIES) + r"|(?<![A-Za-z])(?:CNY|USD|EUR|JPY|GBP|HKD|AUD|CAD)(?![A-Za-z])", re.I)


def currencies(text: str) -> Iterator[Found]:
    """Currencies as ISO codes: 美元 → USD."""
    for match in _CURRENCY.finditer(text):
        yield Found("currency", match.start(), match.end(), _CURRENCIES.get(match.group(), match.group().upper()))
