"""Numbers as customers write them: Arabic, Chinese, capital Chinese, mixed. Pure functions over normalised text."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0, "俩": 2, "幺": 1}
DIGITS |= {char: value for value, char in enumerate("壹贰叁肆伍陆柒捌玖", 1)}
UNITS = {"十": 10, "百": 100, "千": 1000, "拾": 10, "佰": 100, "仟": 1000}
LARGE = {"万": 10**4, "亿": 10**8}

CN = "零〇一二两三四五六七八九十百千壹贰叁肆伍陆柒捌玖拾佰仟"  # what a Chinese number below 万 is written with
ARABIC = r"(?:\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?)"
NUMBER = rf"(?:{ARABIC}|[{CN}]+)"
TO = r"\s?(?:-|－|~|～|—+|–|到|至)\s?"  # between the two figures of a range
ABOUT = "多来余"  # 20多万, 五十来万: the stated figure counts

# 五六万, 两三年: two digits side by side before a unit say "about"; read digit by digit (二零二六) they are a number.
_VAGUE = re.compile(
    r"(?<![一二两三四五六七八九零〇])[一二两三四五六七八九]{2}(?![一二两三四五六七八九零〇])|^[百千佰仟万亿]|[百千][一二三四五六七八九][万亿]"
)


class Found(NamedTuple):
    """An entity in the normal form: ``text[start:end]`` means ``value``."""

    entity: str
    start: int
    end: int
    value: str


def vague(number: str) -> bool:
    """五六万, 百八十万, 三五: no figure that could be reckoned with."""
    return bool(_VAGUE.search(number))


def chinese_number(text: str) -> Decimal | None:
    """``三万五`` → 35000, ``十二`` → 12, ``1,000`` → 1000, ``3.5万`` → 35000; None for what is no number."""
    plain = text.replace(",", "").replace(" ", "")
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


def digits_read(text: str) -> int | None:
    """A number read digit by digit, as years are: 二零二六 → 2026; None where it is no such number."""
    if text.isdecimal():
        return int(text)
    if text and all(char in DIGITS for char in text):
        return int("".join(str(DIGITS[char]) for char in text))
    return None


def small_number(text: str) -> int | None:
    """A whole number as days and months are written: 15, 十五, 二十一, 廿 is not known."""
    value = chinese_number(text)
    return int(value) if value is not None and value == value.to_integral_value() else None


def plain(value: Decimal) -> str:
    """Without exponent and trailing zeros: 3.50 → ``3.5``, 4.0 → ``4``."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
