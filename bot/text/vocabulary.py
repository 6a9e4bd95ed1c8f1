"""Words and how likely they are: jieba's dictionary, the bank's lexicon, what customers say. Read when first wanted."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from bot.text.tables import LEXICON, lines, places

LONGEST = 6  # characters of a banking word that counts
GENERAL_LONGEST = 4  # characters of jieba's words that count: longer ones are names and sayings
RARE = 10  # occurrences below which jieba's words are names and scraps: two thirds of the dictionary and the memory
# Occurrences that a bank's customers make of these words, on the scale of jieba's 60 million words of newspapers.
LEXICON_COUNT = 300
CUSTOMER_COUNT = 3000
UNKNOWN_COUNT = 1  # of a single character that no dictionary has


class Vocabulary:
    """Words with the logarithm of their likelihood, and those banking words that a blank may cut in two."""

    def __init__(self, counts: dict[str, int], targets: frozenset[str]) -> None:
        self._total = math.log(sum(counts.values()))
        self.targets = targets
        self.unknown = math.log(UNKNOWN_COUNT) - self._total
        self._logs = {word: math.log(max(count, UNKNOWN_COUNT)) - self._total for word, count in counts.items()}

    def __contains__(self, word: str) -> bool:
        return word in self._logs

    def log(self, word: str) -> float:
        """Logarithm of the word's likelihood; an unknown single character's for anything else."""
        return self._logs.get(word, self.unknown)

    def count(self, word: str) -> int:
        """How often the word occurs; 0 if it is not known."""
        return round(math.exp(self._logs[word] + self._total)) if word in self._logs else 0

    def items(self) -> Iterator[tuple[str, int]]:
        """Every word and how often it occurs."""
        scale = math.exp(self._total)
        return ((word, round(math.exp(log) * scale)) for word, log in self._logs.items())

    def paths(self, text: str) -> tuple[list[float], list[float]]:
        """Best logarithms of ``text[:i]`` and of ``text[i:]`` split into words, for each i from 0 to its length."""
        size = len(text)
        logs = self._logs
        forward = [0.0] + [-math.inf] * size
        backward = [-math.inf] * size + [0.0]
        found: list[list[tuple[int, float]]] = []
        for start in range(size):
            words = [(start + 1, logs.get(text[start], self.unknown))]
            for end in range(start + 2, min(start + LONGEST, size) + 1):
                likelihood = logs.get(text[start:end])
                if likelihood is not None:
                    words.append((end, likelihood))
            found.append(words)
            for end, likelihood in words:
                forward[end] = max(forward[end], forward[start] + likelihood)
        for start in range(size - 1, -1, -1):
            backward[start] = max(likelihood + backward[end] for end, likelihood in found[start])
        return forward, backward

    def words(self, text: str) -> list[tuple[int, int]]:
        """Spans of the likeliest words of ``text``."""
        _, backward = self.paths(text)
        spans = []
        start = 0
        while start < len(text):
            ends = range(start + 1, min(start + LONGEST, len(text)) + 1)
            known = [end for end in ends if end == start + 1 or text[start:end] in self._logs]
            best = max(known, key=lambda end: self.log(text[start:end]) + backward[end])
            spans.append((start, best))
            start = best
        return spans


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """The vocabulary of this process: half a second and 25 MB, once."""
    counts = general_counts()
    targets = set()
    for path in sorted(LEXICON.glob("*.txt")):
        for line in path.read_text("utf-8").splitlines():
            if line.strip() and not line.startswith("#"):
                word = line.split()[0]
                counts[word] = max(counts.get(word, 0), LEXICON_COUNT)
                targets.add(word)
    for name in places():
        counts[name] = max(counts.get(name, 0), LEXICON_COUNT)
    for line in lines("words.txt"):
        for word in line.split():
            if word.startswith("-"):
                targets.discard(word[1:])
            elif word.startswith("="):
                counts[word[1:]] = max(counts.get(word[1:], 0), LEXICON_COUNT)
            else:
                counts[word] = max(counts.get(word, 0), CUSTOMER_COUNT)
                targets.add(word)
    return Vocabulary(counts, frozenset(word for word in targets if 2 <= len(word) <= LONGEST))


def general_counts() -> dict[str, int]:
    """Words of at most :data:`GENERAL_LONGEST` characters and their counts in jieba's, without rare ones."""
    counts: dict[str, int] = {}
    with _dictionary().open(encoding="utf-8") as file:
        for line in file:
            word, count, *_ = line.split(" ")
            if len(word) <= GENERAL_LONGEST and (int(count) >= RARE or len(word) == 1):
                counts[word] = int(count)
    return counts


def _dictionary() -> Path:
    """jieba's dictionary, found without importing jieba."""
    found = find_spec("jieba")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("jieba")
    return Path(found.origin).parent / "dict.txt"
