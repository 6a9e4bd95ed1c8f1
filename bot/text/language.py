"""How likely a character is after those before it in what customers write. Read when first wanted.

Characters are counted by threes in the project's own texts: the examples of ``data/nlu``, questions and answers of
``data/knowledge/faq``, the names in ``data/knowledge/places.yml``, what customers say in ``data/sentiment/utterances``.
So these are inputs of the normal form. What they do not say is taken from the words of :mod:`bot.text.vocabulary`.
Python 3.10 safe, standard library only; a missing folder only makes the model poorer.
"""

from __future__ import annotations

import csv
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain
from pathlib import Path

from bot.text.tables import ROOT, places
from bot.text.vocabulary import vocabulary

EXAMPLES = ROOT / "data" / "nlu"
FAQ = ROOT / "data" / "knowledge" / "faq"
UTTERANCES = ROOT / "data" / "sentiment" / "utterances"
ORDER = 3  # characters that are looked at together; four gain nothing on so few texts
DISCOUNT = 0.75  # taken from each count, for what was never seen
GENERAL = 0.1  # share of the dictionary's characters in the likelihood of one by itself
NEW_WORD = 0.1  # share of any character whatever the one before, where two are before it
UNSEEN = 5e-7  # likelihood of a character that no source has
EDGE, NUMBER, LETTERS = "^", "0", "a"
_BREAK = "\n"
_EXAMPLE = re.compile(r"^ +- (?!intent:)(.+)$", re.MULTILINE)
_MARKED = re.compile(r"\[([^\]]*)\](?:\([^)]*\)|\{[^}]*\})")
_SIGNS = re.compile(r"(\d+)|([A-Za-z]+)|[^一-鿿0-9A-Za-z]+", re.ASCII)


class Language:
    """Likelihood of characters, of texts as :func:`shaped` writes them."""

    def __init__(self, texts: Iterable[str], words: Iterable[tuple[str, int]]) -> None:
        joined = _BREAK.join(texts)
        self._counts: dict[str, int] = Counter(joined)
        self._counts.pop(_BREAK, None)
        self._all = sum(self._counts.values())
        self._pairs: dict[str, int] = {}  # inside words
        self._ends: dict[str, int] = {}
        self._general: dict[str, int] = {}
        for word, count in words:
            for start in range(len(word) - 1):
                pair = word[start : start + 2]
                self._pairs[pair] = self._pairs.get(pair, 0) + count
            for char in word:
                self._general[char] = self._general.get(char, 0) + count
            self._ends[word[-1]] = self._ends.get(word[-1], 0) + count
        self._general_all = sum(self._general.values())
        self._totals: dict[str, int] = {}  # how many characters follow
        self._spare: dict[str, float] = {}  # of these, what is taken away for others
        for size in range(2, ORDER + 1):
            self._count(joined, size)
        # Characters that stand side by side in a text or a word.
        self.tied = frozenset(chain(self._pairs, (gram for gram in self._counts if len(gram) == 2)))

    def _count(self, joined: str, size: int) -> None:
        """Count what stands together, slips left out: examples have some on purpose, each of them once."""
        grams = Counter(map("".join, zip(*(joined[at:] for at in range(size)))))  # noqa: B905
        counts, totals, spare, pairs = self._counts, self._totals, self._spare, self._pairs
        for gram, count in grams.items():
            if _BREAK in gram:
                continue
            before = gram[:-1]
            totals[before] = totals.get(before, 0) + count
            kept = (before in counts and gram[1:] in counts) if size > 2 else (count > 1 or gram in pairs)
            if kept:
                counts[gram] = count
            spare[before] = spare.get(before, 0.0) + (DISCOUNT if kept else count)

    def seen(self, gram: str) -> int:
        """How often up to :data:`ORDER` characters stand together in the texts."""
        return self._counts.get(gram, 0)

    def general(self, char: str) -> int:
        """How often the dictionary's words have a character."""
        return self._general.get(char, 0)

    def log(self, gram: str) -> float:
        """Logarithm of the likelihood of the last character after those before it."""
        return math.log(self._likelihood(gram[-ORDER:]))

    def logs(self, text: str, start: int, end: int) -> float:
        """The sum of the logarithms of ``text[start:end]``."""
        return sum(self.log(text[max(0, at - ORDER + 1) : at + 1]) for at in range(start, min(end, len(text))))

    def _likelihood(self, gram: str) -> float:
        own = self._counts.get(gram, 0)
        if len(gram) == 1:
            general = self._general.get(gram, 0) / max(self._general_all, 1)
            return (1 - GENERAL) * own / max(self._all, 1) + GENERAL * general + UNSEEN
        before = gram[:-1]
        lower = self._likelihood(gram[1:])
        if len(gram) > 2:  # a word may end here, which the character alone does not tell (理 is mostly that of 理财)
            lower = (1 - NEW_WORD) * lower + NEW_WORD * self._likelihood(gram[-1])
        if len(gram) == 2:  # the rest of a word, or the beginning of another
            ends = self._ends.get(before, 0) + 1
            lower = (self._pairs.get(gram, 0) + ends * lower) / (self._general.get(before, 0) + 1)
        total = self._totals.get(before)
        if total is None:
            return lower
        return (max(own - DISCOUNT, 0) + self._spare[before] * lower) / total


def shaped(text: str) -> str:
    """``text`` as the model reads it: edges marked, numbers, Latin words and runs of signs one character each."""
    return EDGE + _SIGNS.sub(_sign, text.strip("，。！？,.!? ")) + EDGE


def _sign(found: re.Match[str]) -> str:
    return NUMBER if found.group(1) else LETTERS if found.group(2) else EDGE


@lru_cache(maxsize=1)
def language() -> Language:
    """The model of this process: a second and 40 MB, once."""
    texts = chain(
        _examples(),
        _cells(FAQ, {"question": r"\n", "similar": r"\|", "answer": r"[。；\n]"}),
        _cells(UTTERANCES, {"text": r"\n"}),
        (name + end for name in places() for end in ("", "市")),
    )
    return Language(dict.fromkeys(map(shaped, texts)), vocabulary().items())


def _examples() -> Iterator[str]:
    for path in sorted(EXAMPLES.glob("**/*.yml")):
        for line in _EXAMPLE.findall(path.read_text("utf-8")):
            yield _MARKED.sub(r"\1", line)


def _cells(folder: Path, parts: dict[str, str]) -> Iterator[str]:
    """The cells of some columns of all CSV files of a folder, each cut at the signs given for its column."""
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                for column, signs in parts.items():
                    yield from re.split(signs, row.get(column) or "")
