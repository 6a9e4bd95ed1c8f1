"""Normal form of what customers type: half-width, simplified, without invisible characters. Pure functions.

The form is for reading by machines (encoder, dictionaries, rules). Chinese punctuation stays as it is, so the form may
also be shown to people. Every character of it knows where it came from, so a span found in the form can be pointed
out in the original.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

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

    Full-width letters, digits and signs become half-width, compatibility forms their plain ones, traditional
    characters simplified; zero-width, direction and control characters go; every white space becomes a blank.
    Case stays.
    """
    pieces: list[str] = []
    offsets: list[int] = []
    for position, char in enumerate(text):
        plain = _plain(char)
        pieces.append(plain)
        offsets.extend([position] * len(plain))
    offsets.append(len(text))
    return Normalised(_simplified("".join(pieces)), tuple(offsets))


def normalise_text(text: str) -> str:
    """The normal form alone, trimmed, runs of blanks made one: what encoder and index compare."""
    return " ".join(normalise(text).text.split())


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
    if text.isascii():
        return text
    converted: str = _converter().convert(text)
    if len(converted) == len(text):
        return converted
    return "".join(_simplified_char(char) for char in text)


@lru_cache(maxsize=8192)
def _simplified_char(char: str) -> str:
    converted: str = _converter().convert(char)
    return converted if len(converted) == 1 else char


@lru_cache(maxsize=1)
def _converter() -> Any:
    from opencc import OpenCC  # reads its dictionaries: only when text is really converted

    return OpenCC("t2s")
