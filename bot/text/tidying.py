"""What typing and speech recognition add to a message: repeats, fillers, blanks inside words, initials for words.

Pure functions. Each says which characters to leave out, so that the others keep their places; initials are replaced one
letter by one character (xyk → 信用卡).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from bot.text.tables import Replacement, lines, replacements
from bot.text.vocabulary import LONGEST, vocabulary

_HAN = "[一-鿿]"
_SIGNS = re.compile(r"([。，、！？；：～…!?;~])\1+")
# Not of numerals: 一一 and 百万万 are numbers, or slips that only the customer can clear up; nor of what is a word and
# often ends one: 分期还还款, 银行行吗, 可以以后再说, 最多多少.
_DOUBLED = re.compile(r"(?![零〇一二三四五六七八九十百千万亿两几幺还行以多])([一-鿿])\1+")
_FALTERED = frozenset("我你您请能没要这那怎什为")  # what people falter on: nobody means 我我
USUAL = 500  # occurrences in jieba's dictionary from which a doubled character is a word (看看, 天天)
STUTTER = 5.0  # how much likelier (natural logarithm) a clause must get without the second character
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
    """Whether the doubled character at ``start`` is one of a banking word, said twice: 怎怎么办, 转账账了.

    Not where each of the two belongs to a word of its own (分期期数).
    """
    words = vocabulary()
    if words.count(text[start] * 2) >= USUAL:
        return False
    left, right = _run_around(text, start)
    said, at = text[left:right], start - left
    once = said[:at] + said[at + 1 :]
    if words.paths(once)[0][-1] - words.paths(said)[0][-1] < STUTTER:
        return False
    spans = words.words(said)
    if all(end - begin > 1 for begin, end in spans if begin in (at, at + 1) or end in (at + 1, at + 2)):
        return False
    if text[start] in _FALTERED:
        return True
    return any(begin <= at < end and once[begin:end] in words.targets for begin, end in words.words(once))


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
