"""Known questions as they might have been mistyped or misheard: more to learn from. Seeded, standard library only.

Learnt beside the clean questions, and asked when the ranker's weights are fitted.
"""

from __future__ import annotations

from functools import lru_cache
from random import Random

from bot.text.sounds import near_sound
from bot.text.tables import lines, lookalikes, readings

FREQUENT = 12  # characters of a sound that an input method offers first
SHAPE_SHARE, NEAR_SHARE = 0.15, 0.3  # of the slips: a lookalike; a sound that is only near
DOUBLED, LEFT_OUT, SWAPPED = 0.15, 0.07, 0.06  # shares of the copies with such a slip besides
BEGUN, UNSIGNED = 0.15, 0.2  # shares that begin with a filler, and that have no punctuation
SHORT = 5  # Chinese characters up to which one slip is enough
BEGINNINGS = ("嗯", "那个", "呃", "就是", "我想问下", "请问一下", "啊", "你好")
SIGNS = frozenset("，。？！、, ?!")


def slipped(text: str, random: Random) -> str:
    """``text`` with one to three characters wrong, and perhaps more amiss; unchanged without Chinese characters."""
    chars = list(text)
    places = [at for at, char in enumerate(chars) if char in readings()]
    if not places:
        return text
    wrong = 1 if len(places) <= SHORT else random.choice((1, 1, 2, 2, 3))
    if random.random() < 0.6:
        chosen = random.sample(places, min(wrong, len(places)))
    else:  # a whole word
        first = random.choice(places)
        chosen = [at for at in (first, first + 1) if at in places]
    for at in chosen:
        chars[at] = _other(chars[at], random)
    share = random.random()
    if share < DOUBLED:
        chars[random.choice(places)] *= 2
    elif share < DOUBLED + LEFT_OUT and len(places) > SHORT:
        chars[random.choice(places)] = ""
    elif share < DOUBLED + LEFT_OUT + SWAPPED and len(chars) > SHORT:
        at = random.randrange(len(chars) - 1)
        chars[at], chars[at + 1] = chars[at + 1], chars[at]
    said = "".join(chars)
    if random.random() < BEGUN:
        said = random.choice(BEGINNINGS) + said
    if random.random() < UNSIGNED:
        said = "".join(char for char in said if char not in SIGNS)
    return said


def _other(char: str, random: Random) -> str:
    shapes = lookalikes().get(char)
    if shapes and random.random() < SHAPE_SHARE:
        return random.choice(sorted(shapes))
    sound = random.choice(readings()[char])
    near = random.random() < NEAR_SHARE
    others = [one for one in (_near()[near_sound(sound)] if near else _same()[sound][:FREQUENT]) if one != char]
    return random.choice(others) if others else char


@lru_cache(maxsize=1)
def _same() -> dict[str, str]:
    return dict(line.split("\t") for line in lines("pinyin.tsv"))


@lru_cache(maxsize=1)
def _near() -> dict[str, str]:
    found: dict[str, str] = {}
    for sound, chars in _same().items():
        found[near_sound(sound)] = found.get(near_sound(sound), "") + chars[:FREQUENT]
    return found
