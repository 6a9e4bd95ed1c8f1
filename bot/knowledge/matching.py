"""How names are compared: by their letters and digits only, simplified, whatever their width or case."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from bot.text.normalise import normalise_text


def match_key(text: str) -> str:
    """Letters and digits of ``text``, folded: 「禾悦 90 天」, “禾悅９０天” and 禾-悦-90-天 are one name.

    Character by character, so that the key of a text that holds a name always holds the key of the name. Spaces,
    quotes, punctuation, accents and invisible characters are dropped: none of them hides a name.
    """
    return "".join(map(_fold, text))


@lru_cache(maxsize=16_384)
def _fold(char: str) -> str:
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", char).casefold())
    return "".join(_simplified(part) for part in plain if part.isalnum())


def _simplified(char: str) -> str:
    return char if char.isascii() else normalise_text(char)
