"""Normal form of what customers type: half-width, simplified, without slips of typing and speaking. Pure functions.

The form is for reading by machines (encoder, dictionaries, rules), never for showing. Every character of it knows
where it came from, so a span found in the form can be pointed out in the original. Python 3.10 safe. What is corrected
depends on dictionaries and on the project's own texts (:mod:`bot.text.language`), read when a text first needs them.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from bot.text import spelling, tidying

# A text longer than intake lets through is no message of a customer's: it is read as it stands.
MAX_CHARS = 2000
ROUNDS = 4  # what one step mends may let another one see more (信 用咔); two rounds are the rule
CACHE_TEXTS = 1024  # each message is read by several parts of the pipeline
_TELLING = re.compile(r"[一-鿿A-Za-z]{2}|[一-鿿] +[一-鿿]|([^\w\s])\1")
# Card, order and telephone numbers, masked or not. Amounts stay: shorter, or with a unit after them.
_NUMBER = re.compile(
    r"(?<![\d.,*])\d[\d*]{6,}[\dXx](?![\d.*])(?!,\d| ?[元块万千百亿年])"
    r"|[零〇一二三四五六七八九幺]{8,}(?![元块万千百亿十])"
)
NUMBER = "*"  # moves a question least: cosine .98, with the digits .93, with 号码 .93
_EMAIL = re.compile(r"[A-Za-z0-9][\w.*+\-]{0,63}@[A-Za-z0-9.\-]{1,200}", re.ASCII)
EMAIL = "邮箱"

# NFKC would turn these into ASCII; people expect to read them as they were typed.
_KEPT = frozenset("，。？！：；（）～、“”‘’《》【】「」…—")


@dataclass(frozen=True)
class Normalised:
    """``text`` and, for each of its characters and its end, the offset in the original: ``len(text) + 1`` numbers."""

    text: str
    offsets: tuple[int, ...]

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Where ``text[start:end]`` stands in the original, as a half-open span.

        Raises:
            ValueError: the span does not lie within the text.
        """
        if not 0 <= start <= end < len(self.offsets):
            raise ValueError(f"span {start}:{end} outside a text of {len(self.text)} characters")
        if start == end:
            return self.offsets[start], self.offsets[start]
        last = self.offsets[end - 1]
        # What was left out (zero-width signs) after the last character does not belong to the span; what one
        # character became (㎡ → m2) does as a whole.
        return self.offsets[start], last + 1


def normalise(text: str) -> Normalised:
    """Normal form of ``text`` with the way back.

    First every character by itself: full-width letters, digits and signs become half-width, compatibility forms their
    plain ones, traditional characters simplified; zero-width, direction and control characters go; every white space
    becomes a blank. Then the whole: repeated signs and characters, fillers and blanks inside words go, pinyin initials
    and misspelt words become the words that are meant. Case stays.
    """
    form = plain(text)
    refined, kept = _refined(form.text)
    if refined == form.text:
        return form
    return Normalised(refined, (*(form.offsets[at] for at in kept), len(text)))


def plain(text: str) -> Normalised:
    """The first half of :func:`normalise`: every character by itself, nothing corrected."""
    pieces: list[str] = []
    offsets: list[int] = []
    for position, char in enumerate(text):
        piece = _plain(char)
        pieces.append(piece)
        offsets.extend([position] * len(piece))
    offsets.append(len(text))
    return Normalised(_simplified("".join(pieces)), tuple(offsets))


def normalise_text(text: str) -> str:
    """What encoder and index compare: the normal form, trimmed, runs of blanks made one.

    Long numbers and addresses become one short word, and pictures go, unless there is nothing else: they say nothing
    about what is asked.
    """
    result = plain(text).text
    for _ in range(ROUNDS):
        before = result
        result = _compared(_refined(result)[0])
        if result == before:
            break
    return result


def _compared(text: str) -> str:
    if any(sign in text for sign in "0123456789零〇一二三四五六七八九幺"):
        text = _NUMBER.sub(NUMBER, text)
    if "@" in text:
        text = _EMAIL.sub(EMAIL, text)
    worded = "".join(char for char in text if not _is_picture(char))
    return " ".join(worded.split()) or " ".join(text.split())


@lru_cache(maxsize=CACHE_TEXTS)
def _refined(text: str) -> tuple[str, tuple[int, ...]]:
    """``text`` without slips, and where each of its characters stood."""
    places = tuple(range(len(text)))
    if len(text) > MAX_CHARS or _TELLING.search(text) is None:
        return text, places
    for _ in range(ROUNDS):
        before = text
        for left_out in (tidying.repeats, tidying.fillers, tidying.blanks):
            gone = set(left_out(text))
            if gone:
                places = tuple(place for at, place in enumerate(places) if at not in gone)
                text = "".join(char for at, char in enumerate(text) if at not in gone)
        text = spelling.correct(tidying.initials(text))
        if text == before:
            break
    return text, places


@lru_cache(maxsize=8192)
def _is_picture(char: str) -> bool:
    """Whether a character is an emoji or a part of one."""
    return unicodedata.category(char) in ("So", "Sk") and ord(char) > 0x2100


@lru_cache(maxsize=8192)
def _plain(char: str) -> str:
    """What one character becomes: nothing, itself, or its compatibility form."""
    if char in _KEPT:
        return char
    if char.isspace():
        return " "
    category = unicodedata.category(char)
    if category in ("Cc", "Cf", "Cs", "Co", "Cn") or "\ufe00" <= char <= "\ufe0f":
        return ""
    return "".join(" " if part.isspace() else part for part in unicodedata.normalize("NFKC", char))


def _simplified(text: str) -> str:
    """Simplified characters, one for one. Words decide where they can (乾坤 stays, 乾淨 becomes 干净)."""
    if not any(_may_change(char) for char in text):
        return text
    converted: str = _converter().convert(text)
    if len(converted) == len(text):
        return converted
    return "".join(_simplified_char(char) for char in text)


@lru_cache(maxsize=8192)
def _may_change(char: str) -> bool:
    """Whether a character is traditional somewhere; 覆 is the one that only words change (重覆 becomes 重复)."""
    return not char.isascii() and (char == "覆" or _simplified_char(char) != char)


@lru_cache(maxsize=8192)
def _simplified_char(char: str) -> str:
    converted: str = _converter().convert(char)
    return converted if len(converted) == 1 else char


@lru_cache(maxsize=1)
def _converter() -> Any:
    from opencc import OpenCC  # reads its dictionaries: only when text is really converted

    return OpenCC("t2s")
