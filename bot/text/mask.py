"""Masking of personal data before anything is stored, logged or sent on. Pure functions, Python 3.10 safe.

Masked: mobile numbers, resident-identity numbers (date and checksum right), bank-card numbers (13–19 digits, Luhn)
and e-mail addresses; written with full-width, circled or keycap digits, with separators or zero-width characters
between the digits, or with Chinese digits (一三八…), also mixed. What fails its check (an order number, an amount)
stays readable.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from datetime import date

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"
_DIGITS_MAX = 19  # of the longest number, a bank card's
# Written, spoken and formal Chinese digits, as code points for str.translate.
_CHINESE_DIGITS = str.maketrans("〇零一二三四五六七八九幺壹贰叁肆伍陆柒捌玖", "001234567891123456789")

# One character to one character, so that offsets in the folded text are offsets in the original.
_FOLD = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_FOLD[0x3000] = " "
# Zero-width signs, and what makes a digit a keycap (1️⃣).
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\ufe0e\ufe0f\u20e3"
_SEPARATOR = rf"[\s\-‐‑‒–—−·•._*{_INVISIBLE}]"
_RUN = re.compile(rf"\d(?:{_SEPARATOR}{{0,3}}\d){{9,}}(?:{_SEPARATOR}{{0,3}}[Xx](?![A-Za-z0-9]))?", re.ASCII)
# Signs that also stand between amounts: they count only where the digits are grouped as people group such a number.
_LOOSE = rf"(?:{_SEPARATOR}|[,、，。/|()~:;'\"]){{1,3}}"
_GROUPED = re.compile(
    rf"(?<!\d)(?:1[3-9]\d{_LOOSE}\d{{4}}{_LOOSE}\d{{4}}"
    rf"|\d{{4}}(?:{_LOOSE}\d{{4}}){{2,3}}(?:{_LOOSE}\d{{1,4}})?"
    rf"|\d{{6}}{_LOOSE}\d{{8}}{_LOOSE}\d{{3}}[\dXx]"
    rf"|\d(?:{_LOOSE}\d){{10,18}}(?:{_LOOSE}[Xx])?)(?![\dA-Za-z])",
    re.ASCII,
)
_EMAIL = re.compile(
    r"[A-Za-z0-9][A-Za-z0-9._%+\-]{0,63}\s{0,2}@\s{0,2}(?:[A-Za-z0-9\-]{1,63}\.){1,6}[A-Za-z]{2,24}", re.ASCII
)


def mask(text: str) -> str:
    """Return ``text`` with personal numbers and addresses replaced by starred forms. Idempotent."""
    spans: list[tuple[int, int, str]] = []
    for folded in _readings(text):
        spans.extend((found.start(), found.end(), _mask_email(found.group())) for found in _EMAIL.finditer(folded))
        for run in _RUN.finditer(folded):
            spans.extend(_mask_run(run.group(), run.start()))
        for group in _GROUPED.finditer(folded):
            digits = re.sub(r"[^\dXx]", "", group.group()).upper()
            kind = _classify(digits)
            if kind is not None:
                spans.append((group.start(), group.end(), kind(digits)))
    if not spans:
        return text
    parts: list[str] = []
    position = 0
    for start, end, replacement in sorted(spans):
        if start < position:
            continue
        parts.extend((text[position:start], replacement))
        position = end
    parts.append(text[position:])
    return "".join(parts)


def _readings(text: str) -> list[str]:
    """``text`` with its digits in ASCII, offsets unchanged: decimal digits alone, circled and Chinese ones too.

    Each is looked at for itself, or a list's ① would become part of the number that follows it.
    """
    plain = "".join(_digit(char, unicodedata.decimal) for char in text.translate(_FOLD))
    circled = "".join(_digit(char, unicodedata.digit) for char in plain)
    return list(dict.fromkeys((plain, circled, circled.translate(_CHINESE_DIGITS))))


def _digit(char: str, value: Callable[[str, None], int | None]) -> str:
    found = None if char.isascii() else value(char, None)
    return char if found is None else str(found)


def _mask_run(run: str, offset: int) -> Iterator[tuple[int, int, str]]:
    """Find personal numbers in one run of digits and separators, longest first from each block's start."""
    blocks = [(found.start(), found.end(), found.group().upper()) for found in re.finditer(r"\d+[Xx]?|[Xx]", run)]
    first = 0
    while first < len(blocks):
        digits, found = "", None
        for last in range(first, len(blocks)):
            digits += blocks[last][2]
            if len(digits) > _DIGITS_MAX:
                break
            kind = _classify(digits)
            if kind is not None:
                found = last, kind(digits)
        if found is not None:
            last, masked = found
            yield offset + blocks[first][0], offset + blocks[last][1], masked
            first = last
        first += 1


def _classify(digits: str) -> Callable[[str], str] | None:
    """The masking function for a number that passes one of the checks, or None."""
    if re.fullmatch(r"(?:0{0,2}86|0)?1[3-9]\d{9}", digits):
        return _mask_phone
    if is_identity_number(digits):
        return _mask_identity
    if is_bank_card(digits):
        return _mask_card
    return None


def is_identity_number(digits: str) -> bool:
    """Whether an 18-character (checksum) or 15-digit (old form) string is a resident-identity number."""
    if re.fullmatch(r"[1-9]\d{16}[\dX]", digits):
        total = sum(int(digit) * weight for digit, weight in zip(digits[:17], _ID_WEIGHTS, strict=True))
        return _is_date(digits[6:14]) and _ID_CHECKS[total % 11] == digits[17]
    if re.fullmatch(r"[1-6]\d{14}", digits):
        return _is_date("19" + digits[6:12])
    return False


def is_bank_card(digits: str) -> bool:
    """Whether a string of 13 to 19 digits passes the Luhn check and is not one digit over and over."""
    if not re.fullmatch(r"\d{13,19}", digits) or len(set(digits)) == 1:
        return False
    total = 0
    for index, char in enumerate(reversed(digits)):
        value = int(char) * (1 + index % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _is_date(text: str) -> bool:
    try:
        found = date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        return False
    return 1880 <= found.year <= 2100


def _mask_phone(digits: str) -> str:
    number = digits[-11:]
    return f"{number[:3]}****{number[-4:]}"


def _mask_identity(digits: str) -> str:
    return f"{digits[:3]}{'*' * (len(digits) - 7)}{digits[-4:]}"


def _mask_card(digits: str) -> str:
    return f"{digits[:4]}{'*' * (len(digits) - 8)}{digits[-4:]}"


def _mask_email(address: str) -> str:
    name, _, host = address.partition("@")
    return f"{name[0]}***@{host.strip()}"
