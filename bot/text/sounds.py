"""How a text sounds: one toneless syllable a character. Pure functions.

What is mistyped through an input method, or misheard, mostly keeps its sound.
"""

from __future__ import annotations

from functools import lru_cache

from bot.text.tables import readings

_NEAR_INITIALS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l"))
_NEAR = {"hu": "fu", "er": "e", "me": "mo"}


@lru_cache(maxsize=1024)
def near_sound(syllable: str) -> str:
    """One form for syllables that are mixed up: z/zh, c/ch, s/sh, n/l, fu/hu, e/er, me/mo, an/ang, en/eng, in/ing."""
    for long, short in _NEAR_INITIALS:
        if syllable.startswith(long):
            syllable = short + syllable[len(long) :]
            break
    syllable = _NEAR.get(syllable, syllable)
    return syllable[:-1] if syllable.endswith(("ang", "eng", "ing")) else syllable


def syllables(text: str) -> list[str]:
    """The near sound of each character, by its first reading; small letters and signs stand for themselves."""
    return [_syllable(char) for char in text.lower()]


@lru_cache(maxsize=8192)
def _syllable(char: str) -> str:
    known = readings().get(char)
    return near_sound(known[0]) if known else char
