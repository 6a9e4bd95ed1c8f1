"""Misspelt banking words: characters that sound or look like those of a known word. Pure functions.

A window of characters becomes a known word when the whole clause gets clearly likelier by it (words of jieba's
dictionary and the bank's, each by itself): 办理才能 stays, as 办理 and 才能 are likelier than 理财 between two scraps.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import product

from bot.text.tables import lookalikes, readings, replacements
from bot.text.vocabulary import LONGEST, Vocabulary, vocabulary

# How much likelier (natural logarithm) a clause must get, and what each changed character adds to that.
NEEDED = 1.5
SAME_SOUND = 1.0
NEAR_SOUND = 2.5  # 's' for 'sh', 'in' for 'ing'
SAME_SHAPE = 2.5
ALL_CHANGED = 3.0  # no character of the word is left; a word of two is then never meant
EVERYDAY = 30  # occurrences in jieba's dictionary from which a word is taken as written
# Particles and the like: what they sound like is rarely meant (付款吗 is not 付款码).
KEPT = frozenset(
    "吗嘛呢吧的地得了是会能我你他她它都就也很但只啦呀啊哦好多不没有在还么什这那里想先拿给要去来把被让从到过"
)
ROUNDS = 3  # a correction may allow the next one; three have never been needed
HAN = re.compile(r"[一-鿿]{2,}")
_NEAR_INITIALS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l"))
_NEAR = {"hu": "fu", "er": "e"}


def correct(text: str) -> str:
    """``text`` with misspelt banking words corrected; of the same length."""
    text = _pairs(text)
    if HAN.search(text) is None:
        return text
    return HAN.sub(lambda run: _run(run.group()), text)


def _pairs(text: str) -> str:
    for row in replacements("pairs.tsv"):
        start = text.find(row.written)
        while start >= 0:
            end = start + len(row.written)
            if row.fits(text, start, end):
                text = text[:start] + row.meant + text[end:]
            start = text.find(row.written, end)
    return text


def _run(text: str) -> str:
    """One run of Chinese characters, corrected."""
    words = vocabulary()
    for _ in range(ROUNDS):
        found = _corrections(text, words)
        if not found:
            break
        taken: set[int] = set()
        for _, start, meant in sorted(found, reverse=True):
            places = range(start, start + len(meant))
            if taken.isdisjoint(places):
                taken.update(places)
                text = text[:start] + meant + text[start + len(meant) :]
    return text


def _corrections(text: str, words: Vocabulary) -> list[tuple[float, int, str]]:
    """Gain, start and word of each window that is better read as that word."""
    candidates = []
    index = _index()
    codes = [_codes(character) for character in text]
    for start in range(len(text) - 1):
        for first in codes[start]:
            known = index.get(first)
            if known is None:
                continue
            for second in codes[start + 1]:
                for meant in known.get(second, ()):
                    end = start + len(meant)
                    written = text[start:end]
                    if written != meant and len(written) == len(meant):
                        cost = _cost(written, meant)
                        if cost is not None:
                            candidates.append((cost, start, meant))
    if not candidates:
        return []
    forward, backward = words.paths(text)
    everyday = _everyday(text, words)
    better = []
    for cost, start, meant in set(candidates):
        if any(everyday[start + at] for at, one in enumerate(meant) if one != text[start + at]):
            continue
        gain = forward[start] + words.log(meant) + backward[start + len(meant)] - forward[-1] - cost - NEEDED
        if gain > 0:
            better.append((gain, start, meant))
    return better


def _everyday(text: str, words: Vocabulary) -> list[bool]:
    """For each character, whether it belongs to a common word of the likeliest reading, or stays by itself."""
    marks = []
    for start, end in words.words(text):
        common = end - start > 1 and words.count(text[start:end]) >= EVERYDAY
        marks.extend([common or (end - start == 1 and text[start] in KEPT)] * (end - start))
    return marks


def _cost(written: str, meant: str) -> float | None:
    """What the changed characters cost together; None if one neither sounds nor looks alike."""
    total = 0.0
    same = 0
    for one, other in zip(written, meant, strict=True):
        if one == other:
            same += 1
            continue
        step = _step(one, other)
        if step is None:
            return None
        total += step
    if same:
        return total
    return total + ALL_CHANGED if len(written) > 2 else None


@lru_cache(maxsize=16384)
def _step(one: str, other: str) -> float | None:
    sounds, wanted = readings().get(one, ()), readings().get(other, ())
    if not set(sounds).isdisjoint(wanted):
        return SAME_SOUND
    if not {_near(sound) for sound in sounds}.isdisjoint(_near(sound) for sound in wanted):
        return NEAR_SOUND
    return SAME_SHAPE if other in lookalikes().get(one, ()) else None


@lru_cache(maxsize=1024)
def _near(syllable: str) -> str:
    """One form for syllables that are mixed up: z/zh, c/ch, s/sh, n/l, fu/hu, e/er, an/ang, en/eng, in/ing."""
    for long, short in _NEAR_INITIALS:
        if syllable.startswith(long):
            syllable = short + syllable[len(long) :]
            break
    syllable = _NEAR.get(syllable, syllable)
    return syllable[:-1] if syllable.endswith(("ang", "eng", "ing")) else syllable


@lru_cache(maxsize=8192)
def _codes(character: str) -> tuple[str, ...]:
    """The near sounds of a character and of those that look like it."""
    alike = (character, *sorted(lookalikes().get(character, ())))
    return tuple(dict.fromkeys(_near(sound) for one in alike for sound in readings().get(one, ())))


@lru_cache(maxsize=1)
def _index() -> dict[str, dict[str, tuple[str, ...]]]:
    """The words that may be meant, by the near sounds of their first two characters."""
    found: dict[str, dict[str, list[str]]] = {}
    for word in sorted(vocabulary().targets):
        if len(word) > LONGEST or HAN.fullmatch(word) is None:
            continue
        sounds = [{_near(sound) for sound in readings().get(character, ())} for character in word[:2]]
        for first, second in product(*sounds):
            found.setdefault(first, {}).setdefault(second, []).append(word)
    return {first: {second: tuple(words) for second, words in rest.items()} for first, rest in found.items()}
