"""What typing and speech recognition add to a message: repeats, fillers, blanks inside words, initials for words.

Pure functions. Each says which characters to leave out, so that the others keep their places; initials are replaced one
letter by one character (xyk → 信用卡).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from bot.text.language import ORDER, language, shaped
from bot.text.tables import Replacement, lines, replacements
from bot.text.vocabulary import LONGEST, vocabulary

_HAN = "[一-鿿]"
_SIGNS = re.compile(r"([。，、！？；：～…!?;~])\1+")
# Not of numerals: 一一 and 百万万 are numbers, or slips that only the customer can clear up; nor of what is a word and
# often ends one: 分期还还款, 银行行吗, 可以以后再说, 最多多少.
_DOUBLED = re.compile(r"(?![零〇一二三四五六七八九十百千万亿两几幺还行以多])([一-鿿])\1+")
# How much likelier (natural logarithm) a text must get without the second character.
STUTTER = 7.0
USUAL_MORE = 4.0  # for what is a word when doubled (看看, 天天)
FALTERED_LESS = 2.5  # for what people falter on: nobody means 我我
USUAL = 500  # occurrences in jieba's dictionary from which a doubled character is a word
_FALTERED = frozenset("吗的了呢我你您请能没要这那怎什为")
_BLANKS = re.compile(rf"(?<={_HAN}) +(?={_HAN})")
_SPELT = re.compile(rf"(?<![^ ]){_HAN}(?: +{_HAN}){{2,}}(?![^ ，。！？,.!?])")
_INITIALS = re.compile(r"(?<![A-Za-z0-9@._/\-])[A-Za-z]{2,6}(?![A-Za-z@/]|[._\-][A-Za-z0-9])")
JOINED = 2.0  # how much likelier (natural logarithm) a clause must get for a blank in it to go
NEIGHBOURS = 12  # characters on each side that are looked at: two words of the greatest length
SAID = 2  # characters that must follow a filler: alone it is an answer


def repeats(text: str) -> list[int]:
    """Places of repeated signs (！！！) and stuttered characters (怎怎么办); 谢谢 and 看看 stay."""
    gone: list[int] = []
    for found in _SIGNS.finditer(text):
        gone.extend(range(found.start() + 1, found.end()))
    for found in _DOUBLED.finditer(text):
        start, end = found.span()
        if end - start > 2:
            keep = 2 if found.group(1) * 2 in vocabulary() else 1
            gone.extend(range(start + keep, end))
        elif _stuttered(text, start):
            gone.append(start)
    return gone


def _stuttered(text: str, start: int) -> bool:
    """Whether the doubled character at ``start`` was meant once: 怎怎么办, 转账账了.

    Not where customers' language doubles it, nor where each of the two belongs to a word of its own (分期期数).
    """
    words, model = vocabulary(), language()
    if start and text[start - 1 : start + 1] in words and text[start + 1 : start + 3] in words:
        return False
    left, right = _run_around(text, start)
    twice, at = shaped(text[left:right]), start - left + 1
    if any(model.seen(twice[begin : begin + ORDER]) for begin in (at - 1, at)):
        return False
    needed = STUTTER
    if words.count(text[start] * 2) >= USUAL:
        needed += USUAL_MORE
    if text[start] in _FALTERED:
        needed -= FALTERED_LESS
    once = twice[:at] + twice[at + 1 :]
    return model.logs(once, at, at + ORDER) - model.logs(twice, at, at + ORDER + 1) > needed


def _run_around(text: str, start: int) -> tuple[int, int]:
    """The Chinese characters around ``start``, so far as they can matter."""
    left = right = start
    while left > max(0, start - NEIGHBOURS) and "一" <= text[left - 1] <= "鿿":
        left -= 1
    while right < min(len(text), start + NEIGHBOURS) and "一" <= text[right] <= "鿿":
        right += 1
    return left, right


def fillers(text: str) -> list[int]:
    """Places of sounds of thinking before something that is said."""
    gone: list[int] = []
    for found in _fillers().finditer(text):
        rest = re.findall(r"\w", text[found.end() : found.end() + 2 * SAID])
        if len(rest) >= SAID:
            gone.extend(range(*found.span()))
    return gone


@lru_cache(maxsize=1)
def _fillers() -> re.Pattern[str]:
    words = sorted(lines("fillers.txt"), key=lambda word: (-len(word), word))
    alone = "|".join(word for word in words if not word.endswith("+"))
    guarded = "|".join(word[:-1] for word in words if word.endswith("+"))
    stop = "[，、。…～ ,.~]"
    one = rf"(?:(?:{alone}){stop}{{0,3}}|(?:{guarded})(?:{stop}{{1,3}}|(?=(?:{alone}|{guarded}))))"
    begun = rf"(?<={_HAN})(?:那个|这个|就是)(?=[我你您想请要帮问]|怎么|如何|可以|能|咨询)"
    return re.compile(rf"(?:(?<=^)|(?<=[，。！？；,!?; ]))(?:{one})+(?:{begun})?")


def blanks(text: str) -> list[int]:
    """Places of blanks inside banking words (手机 银行) and spelt-out text (信 用 卡 丢 了).

    A blank in place of a comma stays.
    """
    found = list(_BLANKS.finditer(text))
    if not found:
        return []
    gone = {at for run in _SPELT.finditer(text) for at in range(*run.span()) if text[at] == " "}
    for start, end in _stretches(text):
        cuts = [one for one in found if start <= one.start() < end]
        if cuts:
            gone.update(_inside_words(text, start, end, cuts))
    return sorted(gone)


def _stretches(text: str) -> Iterator[tuple[int, int]]:
    """Spans of Chinese characters and the blanks between them."""
    for found in re.finditer(rf"{_HAN}+(?: +{_HAN}+)+", text):
        yield found.span()


def _inside_words(text: str, start: int, end: int, cuts: list[re.Match[str]]) -> Iterator[int]:
    words = vocabulary()
    joined = text[start:end].replace(" ", "")
    passed = 0
    split: list[tuple[int, int]] | None = None
    for cut in cuts:
        at = cut.start() - start - passed
        passed += cut.end() - cut.start()
        if not any(
            joined[begin:stop] in words.targets
            for begin in range(max(0, at - LONGEST + 1), at)
            for stop in range(at + 1, min(len(joined), begin + LONGEST) + 1)
        ):
            continue
        if split is None:
            split = words.words(joined)
            forward, backward = words.paths(joined)
        banking = any(begin < at < stop and joined[begin:stop] in words.targets for begin, stop in split)
        if banking and forward[-1] - forward[at] - backward[at] > JOINED:
            yield from range(*cut.span())


def initials(text: str) -> str:
    """Pinyin initials (yhk) replaced by the word that they stand for; of the same length."""

    def replace(found: re.Match[str]) -> str:
        row = _rows().get(found.group().lower())
        if row is None:
            return found.group()
        if not row.anywhere and not found.group().islower():
            return found.group()
        followed = text[found.end() : found.end() + 1].isdigit()
        if (followed and "#" not in row.before) or not row.fits(text, *found.span()):
            return found.group()
        return row.meant

    return _INITIALS.sub(replace, text)


@lru_cache(maxsize=1)
def _rows() -> dict[str, Replacement]:
    return {row.written: row for row in replacements("abbreviations.tsv")}
