"""The tables of ``data/typos``, read once when first wanted. Python 3.10 safe, standard library only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDER = ROOT / "data" / "typos"
LEXICON = ROOT / "data" / "lexicon"
PLACES = ROOT / "data" / "knowledge" / "places.yml"


@dataclass(frozen=True)
class Replacement:
    """``written`` stands for ``meant`` (of equal length) where the text around it says so."""

    written: str
    meant: str
    after: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    not_after: tuple[str, ...] = ()
    not_before: tuple[str, ...] = ()

    @property
    def anywhere(self) -> bool:
        """Whether no context is asked for."""
        return not (self.after or self.before or self.not_after or self.not_before)

    def fits(self, text: str, start: int, end: int) -> bool:
        """Whether the text around ``text[start:end]``, blanks passed over, allows the replacement."""
        while start and text[start - 1] == " ":
            start -= 1
        while end < len(text) and text[end] == " ":
            end += 1
        if any(_ends(text, start, sign) for sign in self.not_after):
            return False
        if any(_begins(text, end, sign) for sign in self.not_before):
            return False
        if not (self.after or self.before):
            return True
        return any(_ends(text, start, sign) for sign in self.after) or any(
            _begins(text, end, sign) for sign in self.before
        )


def _ends(text: str, end: int, sign: str) -> bool:
    if sign == "^":
        return end == 0
    if sign == "#":
        return end > 0 and text[end - 1].isdigit()
    return text.endswith(sign, 0, end)


def _begins(text: str, start: int, sign: str) -> bool:
    if sign == "$":
        return start == len(text)
    if sign == "#":
        return start < len(text) and text[start].isdigit()
    return text.startswith(sign, start)


@lru_cache(maxsize=4)
def replacements(name: str) -> tuple[Replacement, ...]:
    """The rows of ``pairs.tsv`` or ``abbreviations.tsv``.

    Raises:
        ValueError: a row's two forms are not equally long.
    """
    rows = []
    for line in lines(name):
        written, meant, *contexts = line.split("\t")
        if len(written) != len(meant):
            raise ValueError(f"{name}: {written} and {meant} are not equally long")
        rows.append(Replacement(written, meant, *(tuple(filter(None, cell.split("|"))) for cell in contexts)))
    return tuple(rows)


def lines(name: str) -> Iterator[str]:
    """Lines of a table, comments and blank ones left out."""
    for line in (FOLDER / name).read_text("utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            yield line


@lru_cache(maxsize=1)
def places() -> tuple[str, ...]:
    """Names of cities and provinces, and words that look like them: ``data/knowledge/places.yml``."""
    if not PLACES.is_file():
        return ()
    text = "\n".join(line for line in PLACES.read_text("utf-8").splitlines() if not line.startswith("#"))
    return tuple(dict.fromkeys(re.findall("[一-鿿]{2,}", text)))


@lru_cache(maxsize=1)
def readings() -> dict[str, tuple[str, ...]]:
    """The toneless readings of each character: 还 → hai, huan."""
    found: dict[str, list[str]] = {}
    for line in lines("pinyin.tsv"):
        syllable, characters = line.split("\t")
        for character in characters:
            found.setdefault(character, []).append(syllable)
    return {character: tuple(syllables) for character, syllables in found.items()}


@lru_cache(maxsize=1)
def lookalikes() -> dict[str, frozenset[str]]:
    """The characters that are taken for each one by their shape."""
    found: dict[str, set[str]] = {}
    for group in lines("lookalikes.txt"):
        for character in group.strip():
            found.setdefault(character, set()).update(set(group.strip()) - {character})
    return {character: frozenset(others) for character, others in found.items()}
