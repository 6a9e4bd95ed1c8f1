"""Noisy copies of questions, for measuring how well the product reads them. Seeded, pure functions.

The errors come from a general pinyin table, a general dictionary and the lists below, never from the tables by which
``bot.text`` corrects: a measurement with a corrector's own errors would measure nothing.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from random import Random
from typing import Any

from bot.text.tables import lines
from bot.text.vocabulary import general_counts

CHOICES = 8  # of the most frequent characters of a sound, among which an input method's user slips
SHAPE_SHARE = 0.25  # of the errors where the character has a lookalike: pinyin input is by far the commoner
WORD_CHOICES = 5  # of the most frequent words of a sound, among which speech recognition errs
WORD_COUNT = 100  # occurrences in jieba's dictionary of a word that speech recognition would write
# General lookalikes of frequent characters, as primary-school books warn of them.
SHAPES = (
    "己已",
    "末未",
    "土士",
    "人入八",
    "天夫无",
    "大太犬",
    "力刀",
    "问间闻",
    "名各",
    "清情晴请睛",
    "住往",
    "找我",
    "办为",
    "今令",
    "免兔",
    "快块",
    "干千于",
    "午牛",
    "日曰目",
    "开井",
    "白自",
    "休体",
    "是足",
    "真直",
    "处外",
    "换唤",
    "期斯",
    "明朋",
    "没设",
    "到倒",
    "对时",
    "限跟",
    "银很",
    "拿拾",
    "话活",
    "因困",
    "低底抵",
    "转传",
    "贷货",
    "折拆",
)
FILLERS = ("嗯", "呃", "那个", "嗯那个", "就是", "就是说", "那什么", "我想问一下啊", "喂你好", "哎")
_DIGITS = "零一二三四五六七八九"
_UNITS = ("", "十", "百", "千")
_NUMERALS = frozenset(_DIGITS + "十百千点")  # numbers are heard well


def traditional(text: str) -> str:
    """``text`` in traditional characters, word by word."""
    converted: str = _converter().convert(text)
    return converted


def typos(text: str, random: Random) -> str:
    """``text`` with one or two characters written wrong, by their sound or their shape; short texts get one."""
    places = [at for at, char in enumerate(text) if _alike(char)]
    if not places:
        return text
    chars = list(text)
    for at in random.sample(places, min(len(places), random.choice((1, 2)) if len(places) > 5 else 1)):
        shapes = _shapes().get(chars[at], ())
        if shapes and random.random() < SHAPE_SHARE:
            chars[at] = random.choice(shapes)
        else:
            chars[at] = random.choice(_alike(chars[at]))
    return "".join(chars)


def voice(text: str, random: Random) -> str:
    """``text`` as speech recognition writes it.

    No punctuation, numbers in characters, a filler before it, a word for another of the same sound where there is one,
    one character twice.
    """
    spoken = re.sub(r"\d+(?:\.\d+)?", lambda found: _spoken(found.group()), text)
    spoken = "".join(char for char in spoken if unicodedata.category(char)[0] not in "PS")
    spoken = re.sub(r"\s+", "", spoken)
    spoken = _other_word(spoken, random)
    places = [at for at, char in enumerate(spoken) if "一" <= char <= "鿿" and char not in _NUMERALS]
    if places:
        at = random.choice(places)
        spoken = spoken[:at] + spoken[at] + spoken[at:]
    return random.choice(FILLERS) + spoken


def _other_word(text: str, random: Random) -> str:
    choices = []
    for at in range(len(text) - 1):
        others = [word for word in _words().get(_sound(text[at : at + 2]), ()) if word != text[at : at + 2]]
        if text[at : at + 2] in _known_words() and others and _NUMERALS.isdisjoint(text[at : at + 2]):
            choices.append((at, others))
    if not choices:
        return text
    at, others = random.choice(choices)
    return text[:at] + random.choice(others) + text[at + 2 :]


def _spoken(number: str) -> str:
    """12 → 十二, 5000 → 五千, 3.5 → 三点五; digit by digit what is longer or begins with a nought."""
    whole, _, part = number.partition(".")
    tail = "点" + "".join(_DIGITS[int(digit)] for digit in part) if part else ""
    if len(whole) > len(_UNITS) or (whole[0] == "0" and len(whole) > 1):
        return "".join(_DIGITS[int(digit)] for digit in whole) + tail
    if whole == "0":
        return "零" + tail
    said = "".join(
        _DIGITS[int(digit)] + (_UNITS[len(whole) - 1 - at] if digit != "0" else "") for at, digit in enumerate(whole)
    )
    said = re.sub("零+", "零", said).rstrip("零")
    return (said[1:] if said.startswith("一十") else said) + tail


@lru_cache(maxsize=8192)
def _alike(char: str) -> tuple[str, ...]:
    """Frequent characters of the same sound."""
    return tuple(
        dict.fromkeys(
            other for sound in _sounds().get(char, ()) for other in _syllables()[sound][:CHOICES] if other != char
        )
    )


@lru_cache(maxsize=1)
def _syllables() -> dict[str, str]:
    return dict(line.split("\t") for line in lines("pinyin.tsv"))


@lru_cache(maxsize=1)
def _sounds() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for syllable, chars in _syllables().items():
        for char in chars:
            found.setdefault(char, []).append(syllable)
    return found


@lru_cache(maxsize=1)
def _shapes() -> dict[str, tuple[str, ...]]:
    return {char: tuple(other for other in group if other != char) for group in SHAPES for char in group}


def _sound(word: str) -> str:
    return " ".join(_sounds().get(char, [char])[0] for char in word)


@lru_cache(maxsize=1)
def _known_words() -> dict[str, int]:
    return {word: count for word, count in general_counts().items() if len(word) == 2 and count >= WORD_COUNT}


@lru_cache(maxsize=1)
def _words() -> dict[str, tuple[str, ...]]:
    """Words of two characters by their sound, the most frequent first."""
    found: dict[str, list[str]] = {}
    for word in sorted(_known_words(), key=lambda one: (-_known_words()[one], one)):
        found.setdefault(_sound(word), []).append(word)
    return {sound: tuple(words[:WORD_CHOICES]) for sound, words in found.items()}


@lru_cache(maxsize=1)
def _converter() -> Any:
    from opencc import OpenCC  # reads its dictionaries: only when wanted

    return OpenCC("s2t")
