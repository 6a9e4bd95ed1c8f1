"""What comes in from people: cleaned, measured, masked. Pure functions; raw text goes no further than this module."""

from __future__ import annotations

import re
import unicodedata

from bot.errors import InputError, TooLargeError
from bot.text.mask import mask

_KEEP = {"\n", "\t"}
_FORCED = re.compile(r"^[\s/／⁄∕]+")
ZERO_WIDTH_JOINER = "\u200d"  # holds composed emoji together: kept between pictures, dropped elsewhere
# Lone surrogates cannot be stored, private and unassigned signs show as nothing.
_DROPPED = {"Cc", "Cf", "Cs", "Co", "Cn"}


def take_in(text: str, max_chars: int) -> str:
    """The text as it may be stored, logged and sent on: NFC, without control and invisible characters, masked.

    Raises:
        InputError: nothing is left (``empty_text``).
        TooLargeError: longer than ``max_chars`` (``text_too_long``).
    """
    cleaned = _strip_invisible(unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))).strip()
    if not cleaned:
        raise InputError("消息内容为空，请输入文字后再发送。", code="empty_text")
    if len(cleaned) > max_chars:
        raise TooLargeError(
            f"消息过长（{len(cleaned)} 个字符），一条消息最多 {max_chars} 个字符，请分几条发送。",
            code="text_too_long",
            public={"max_chars": max_chars},
        )
    return mask(cleaned)


def neutralise(text: str) -> str:
    """The text as Rasa may read it: a leading slash, in any width, would force an intent."""
    return _FORCED.sub("", text) or "？"


def _strip_invisible(text: str) -> str:
    kept: list[str] = []
    for char in text:
        if char == ZERO_WIDTH_JOINER:
            if kept and unicodedata.category(kept[-1]) in {"So", "Sk", "Mn"}:
                kept.append(char)
        elif char in _KEEP or unicodedata.category(char) not in _DROPPED:
            kept.append(char)
    return "".join(kept)
