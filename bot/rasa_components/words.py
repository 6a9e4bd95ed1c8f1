"""Look-up of the gazetteer's words in a text: exact, across blanks, with figures written otherwise, and misspelt.

Pure functions over normalised text, but for jieba's dictionary, which tells ordinary words from misspelt names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product

from bot.rasa_components.numerals import DIGITS, UNITS, Found, chinese_number
from bot.text.normalise import normalise
from bot.text.normalise import plain as half_width

# Of two findings of the same words the earlier kind counts.
ORDER = (
    *("product", "none", "card_type", "product_type", "channel", "risk_level"),
    *("term", "date", "rate", "amount", "currency", "city"),
)
FUZZY = "product_fuzzy"
CONTEXT_ONLY = ("city_doubtful", "province")
MAX_VARIANTS = 24  # ways to write the figures of one name; 2025年第六期 has six
ORDINARY = 100  # jieba's count from which two characters are a word that people really use
_NUMERALS = frozenset("0123456789.") | DIGITS.keys() | UNITS.keys()
_NEVER_A_TYPO = frozenset("的了吗呢吧啊呀是有我你他在跟与怎么什多还要能会可不就都也这那个，。？！、；：,.?!;: （）()/-")
_FIGURE = re.compile(r"\d+|[一二两三四五六七八九十百千]+")


@dataclass(frozen=True)
class Word:
    """A surface in normal form, lower case, and what it means."""

    surface: str
    entity: str
    value: str


@dataclass
class Words:
    """Surfaces by their first characters, longest first; ``fuzzy`` are the names that are also found misspelt."""

    by_first: dict[str, list[Word]] = field(default_factory=dict)
    fuzzy: list[Word] = field(default_factory=list)


def index_words(gazetteer: Mapping[str, Mapping[str, str]]) -> Words:
    """``{entity: {surface: value}}``, ready for look-up."""
    words = Words()
    for entity, surfaces in gazetteer.items():
        for surface, value in surfaces.items():
            # A name is never misspelt; but messages are read in normal form, in which one 债 of 纯债债券 is gone.
            forms = [half_width(surface).text]
            if entity in ("product", FUZZY):
                forms.append(normalise(surface).text)
            for plain in dict.fromkeys(form.strip().lower() for form in forms):
                if not plain:
                    continue
                if entity == FUZZY:
                    words.fuzzy.append(Word(plain, "product", value))
                    continue
                for variant in _variants(plain) if entity == "product" else (plain,):
                    words.by_first.setdefault(variant[0], []).append(Word(variant, entity, value))
    for group in words.by_first.values():
        group.sort(key=lambda word: (-len(word.surface), rank(word.entity)))
    words.fuzzy.sort(key=lambda word: -len(word.surface))
    return words


def rank(entity: str) -> int:
    return ORDER.index(entity) if entity in ORDER else len(ORDER)


def known_words(text: str, words: Words) -> Iterator[Found]:
    """Every word of the gazetteer in ``text``, overlapping ones too; entity ``none`` is a word that hides others."""
    lowered = text.lower()
    for word, start, end in _matches(lowered, words):
        if word.entity in CONTEXT_ONLY:
            if word.entity == "province" or not _surely_a_city(lowered, start, end, words):
                continue
            yield Found("city", start, end, word.value)
        elif word.entity == "city":
            if _is_place(lowered, start, end, words):
                yield Found("city", start, end, word.value)
        elif not (word.entity == "channel" and _SPLIT_BANK_CARD.match(lowered, end) and word.surface.endswith("银行")):
            yield Found(word.entity, start, end, word.value)
    yield from _products_across_blanks(lowered, words)
    yield from _misspelt(lowered, words)


def _matches(lowered: str, words: Words) -> Iterator[tuple[Word, int, int]]:
    for start, char in enumerate(lowered):
        for word in words.by_first.get(char, ()):
            end = start + len(word.surface)
            if lowered.startswith(word.surface, start) and not _inside_a_word(lowered, start, end):
                yield word, start, end


def _inside_a_word(lowered: str, start: int, end: int) -> bool:
    """Latin letters and digits do not match in the middle of a longer run of them: R2 is not in PR25."""
    for inner, outer in ((start, start - 1), (end - 1, end)):
        if 0 <= outer < len(lowered):
            a, b = lowered[inner], lowered[outer]
            if a.isascii() and b.isascii() and a.isalnum() and b.isalnum():
                return True
    return False


def _variants(surface: str) -> Iterator[str]:
    """The surface with its figures in Arabic and Chinese: 添禾90天, 添禾九十天; 两年, 二年, 2年."""
    parts: list[list[str]] = []
    position = 0
    for match in _FIGURE.finditer(surface):
        parts += [[surface[position : match.start()]], _writings(match.group())]
        position = match.end()
    parts.append([surface[position:]])
    for count, choice in enumerate(product(*parts)):
        if count >= MAX_VARIANTS:
            return
        yield "".join(choice)


def _writings(figure: str) -> list[str]:
    value = chinese_number(figure)
    # Years and digits read one by one (二零二五) stay; so do figures of five digits and more.
    if value is None or value >= 10000 or figure.startswith(("百", "千")) or (figure.isdecimal() and value >= 1000):
        return [figure]
    chinese = _in_chinese(int(value))
    return list(dict.fromkeys([figure, str(int(value)), chinese, *(["两", "二"] if value == 2 else [])]))


def _in_chinese(value: int) -> str:
    """0 … 9999 in Chinese: 90 → 九十, 105 → 一百零五."""
    digits, text, gap = "零一二三四五六七八九", "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, value = divmod(value, unit)
        if digit:
            text += ("零" if gap else "") + ("" if digit == 1 and unit == 10 and not text else digits[digit]) + name
        gap = not digit and bool(text)
    return text or "零"


def _products_across_blanks(lowered: str, words: Words) -> Iterator[Found]:
    """添禾 90, 禾悦 180 天: names whose blanks the customer put in."""
    if " " not in lowered.strip():
        return
    places = [place for place, char in enumerate(lowered) if char != " "]
    squeezed = "".join(lowered[place] for place in places)
    for word, start, end in _matches(squeezed, words):
        if word.entity == "product" and places[end - 1] - places[start] >= len(word.surface):
            yield Found("product", places[start], places[end - 1] + 1, word.value)


# 换了手机银行卡怎么办: 手机 and 银行卡; but 手机银行卡住了.
_SPLIT_BANK_CARD = re.compile(r"卡(?![住死顿了在])")

# --- Cities ---

# 上海银行, 南京西路, 武汉大学, 深圳航空: part of a name, no place.
_PART_OF_A_NAME = re.compile(
    r"市?(?:农村)?(?:商业)?银行|农商|农信|村镇银行|证券|信托|航空|铁路|大学|学院|[一二三四五六七八九十]中|医院|高架|机场"
    r"|[东西南北]?站|[东西南北中]?[一二三四五六七八九十]?[路街巷](?!过|上的)|[东西南北中]?大[道街厦]|饭店|酒店|啤酒|牌|话"
)
_BEFORE_A_CITY = re.compile(r"(?:在|去|到|回|从|住)$")
_AFTER_A_CITY = re.compile(r"市|人|(?:的)?(?:分行|支行|网点)|这边|那边|地区")


def _is_place(lowered: str, start: int, end: int, words: Words) -> bool:
    if lowered[end - 1] != "市" and _PART_OF_A_NAME.match(lowered, end):
        return False
    # 湖南平台: a province's last character begins the word, so it is no city.
    return not any(
        lowered.startswith(name, start - len(name) + 1) for name in _provinces(words) if start >= len(name) - 1
    )


def _surely_a_city(lowered: str, start: int, end: int, words: Words) -> bool:
    if not _is_place(lowered, start, end, words):
        return False
    province = any(
        lowered.endswith(name, 0, start) or lowered.endswith(name + "省", 0, start) for name in _provinces(words)
    )
    return bool(province or _BEFORE_A_CITY.search(lowered, 0, start) or _AFTER_A_CITY.match(lowered, end))


def _provinces(words: Words) -> Iterator[str]:
    for group in words.by_first.values():
        for word in group:
            if word.entity == "province":
                yield word.surface


# --- Misspelt names ---


def _misspelt(lowered: str, words: Words) -> Iterator[Found]:
    """Product names with one character missing, wrong or too many, never a figure, where only one product fits."""
    hits: list[tuple[int, Found]] = []
    for word in words.fuzzy:
        surface = word.surface
        middle = len(surface) // 2
        # With one error at most, one half of the name stands there unharmed.
        for at in _places(lowered, surface[:middle]):
            rest = at + middle
            for length in _edited(surface[middle:], lowered[rest:], from_end=False):
                hits.append((len(surface), Found(word.surface, at, rest + length, word.value)))
        for at in _places(lowered, surface[middle:]):
            for length in _edited(surface[:middle], lowered[:at], from_end=True):
                hits.append((len(surface), Found(word.surface, at - length, at + len(surface) - middle, word.value)))
    hits = [hit for hit in hits if _plausible(lowered, hit[1], words)]
    for length, found in hits:
        rivals = [
            other for size, other in hits if other.start < found.end and found.start < other.end and size >= length
        ]
        if all(other.value == found.value for other in rivals):
            yield found._replace(entity="product")


def _places(text: str, part: str) -> Iterator[int]:
    at = text.find(part)
    while at >= 0:
        yield at
        at = text.find(part, at + 1)


def _edited(part: str, text: str, *, from_end: bool) -> Iterator[int]:
    """Lengths of the beginning (or end) of ``text`` that differs from ``part`` by exactly one character."""
    if from_end:
        part, text = part[::-1], text[::-1]
    same = 0
    while same < min(len(part), len(text)) and part[same] == text[same]:
        same += 1
    if same == len(part):
        return
    lost, wrong, extra = part[same:], text[same : same + 1], text[same + 1 :]
    if wrong and _may_be_typo(lost[0], wrong) and extra.startswith(lost[1:]):
        yield len(part)
    elif _may_be_typo(lost[0], lost[0]) and text[same:].startswith(lost[1:]) and len(lost) > 1:
        yield len(part) - 1
    elif wrong and _may_be_typo(wrong, wrong) and extra.startswith(lost):
        yield len(part) + 1


def _may_be_typo(expected: str, written: str) -> bool:
    if expected in _NUMERALS or written in _NUMERALS or expected.isascii() or written.isascii():
        return False
    return written not in _NEVER_A_TYPO


def _plausible(lowered: str, found: Found, words: Words) -> bool:
    """Enough of the name is left, and what stands there is not made of other words."""
    surface, window = found.entity, lowered[found.start : found.end]
    if _inside_a_word(lowered, found.start, found.end):
        return False
    others = [word for word, _, _ in _matches(window, words) if word.surface not in surface and len(word.surface) > 1]
    if others:
        return False
    types = [word for word, _, _ in _matches(surface, words) if word.entity == "product_type"]
    covered = max((len(word.surface) for word in types), default=0)
    brand_intact = window.startswith(surface[:2])
    if not brand_intact and len(surface) - covered - 1 < 3:
        return False
    changed = _changed(surface, window)
    if changed < 2 and len(window) < len(surface):
        return False  # 禾90天: of a brand of two characters one is too little
    if changed < len(surface) and surface[changed] in "天月年周日期" and surface[changed - 1] in _NUMERALS:
        return False  # 90天, 一年: a figure and its unit are one
    pairs = (lowered[at : at + 2] for at in (found.start + changed - 1, found.start + changed) if at >= 0)
    return not any(pair not in surface and ordinary(pair) for pair in pairs if len(pair) == 2)


def _changed(surface: str, window: str) -> int:
    same = 0
    while same < min(len(surface), len(window)) and surface[same] == window[same]:
        same += 1
    return same


@lru_cache(maxsize=4096)
def ordinary(word: str) -> bool:
    """Whether jieba's own dictionary counts ``word`` as one that is really used."""
    import jieba  # its dictionary takes a second: only when a name is nearly there

    jieba.dt.check_initialized()
    return bool(jieba.dt.FREQ.get(word, 0) >= ORDINARY)
