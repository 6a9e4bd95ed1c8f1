"""Brings a message to the form on which the model was trained. Pure functions; used by training and serving."""

from __future__ import annotations

import re
import unicodedata

# What is worth keeping of an emoji is its mood; the encoder's vocabulary knows words and few emoji.
EMOJI_WORDS = {
    "[怒]": "😠😡🤬👿💢😤😾🖕👊",
    "[无语]": "🙄😒😑😐🙃😓🤦😅",
    "[哭]": "😢😭😿🥺😥😰😩😫😖😣💔😞😔😟☹🙁😱",
    "[笑]": "😀😃😄😁😆😊🙂😂🤣😍🥰😘😉☺",
    "[谢]": "🙏👍🌹❤💐👏💯🤝",
    "[疑问]": "🤔❓🤨😕",
}
_EMOJI = {ord(sign): word for word, signs in EMOJI_WORDS.items() for sign in signs}

# More of the same sign says nothing more, and one key held down must not fill the window.
_RUN = re.compile(r"(.)\1{4,}", re.DOTALL)
_UNIT_RUN = re.compile(r"(.{2,12}?)\1{3,}", re.DOTALL)
_SPACE = re.compile(r"\s+")
# Much more than a customer may send (bot.settings: max_text_chars); bounds the work on anything else.
CHARS_MAX = 4000


def clean(text: str) -> str:
    """Normal form: NFKC, no invisible or control characters, moods for emoji, no long runs, single spaces."""
    if len(text) > CHARS_MAX:
        half = CHARS_MAX // 2
        text = text[:half] + text[-half:]
    text = unicodedata.normalize("NFKC", text).translate(_EMOJI)
    text = "".join(sign if _visible(sign) else ("" if unicodedata.category(sign) == "Cf" else " ") for sign in text)
    text = _RUN.sub(r"\1\1\1\1", text)
    text = _UNIT_RUN.sub(r"\1\1", text)
    return _SPACE.sub(" ", text).strip()


def has_words(cleaned: str) -> bool:
    """True when there is something to judge: a letter, or insistent marks such as "???"."""
    return any(sign.isalpha() for sign in cleaned) or bool(re.search(r"[?!]{2}", cleaned))


def _visible(sign: str) -> bool:
    return unicodedata.category(sign) not in {"Cc", "Cf", "Cs", "Co", "Cn"}
