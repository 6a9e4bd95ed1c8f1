"""Words that the language understanding looks up: product names → code, type words → type, cities and so on."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.knowledge.kinds import (
    CARD_SYNONYMS,
    CHANNEL_SYNONYMS,
    CURRENCY_SYNONYMS,
    OTHER_WORDS,
    RISK_SYNONYMS,
    TYPE_SYNONYMS,
)
from bot.knowledge.places import Places
from bot.knowledge.schema import ProductRow

Tables = dict[str, dict[str, str]]
_QUOTES = str.maketrans("", "", "“”\"「」『』《》〈〉'‘’ ")
_TYPE_WORDS = tuple(word for words in TYPE_SYNONYMS.values() for word in words)
# Names that begin so have no brand: nothing in them tells a misspelt name from ordinary words.
_GENERIC_STARTS = (
    *("个人", "单位", "企业", "公积金", "人民币", "标准"),
    *_TYPE_WORDS,
    *(word for words in CURRENCY_SYNONYMS.values() for word in words),
)
BRAND_CHARS = 2  # 添禾, 云程: what the bank's families of products begin with
MIN_FUZZY_CHARS = 4  # in a shorter name one wrong character leaves too little to know it by


def build(
    products: Iterable[ProductRow], bank_name: str, places: Places | None = None, other_services: Iterable[str] = ()
) -> Tables:
    """``{"product": {surface: code}, "product_type": …, "card_type": …, "city": …}``; longer surfaces first.

    A product is also found without the bank's name before it and without quotes and spaces in it. Beside the
    entities there are tables for the look-up itself: ``product_fuzzy`` (names that are also found misspelt),
    ``city_doubtful`` and ``province`` (see ``places.yml``) and ``none`` (words that hold others but mean something
    else, among them ``other_services``).
    """
    rows = list(products)
    places = places or Places()
    found: dict[str, str] = {}
    for row in rows:
        for name in (row.name, *row.aliases, row.code):
            for surface in _forms(name, bank_name):
                found.setdefault(surface, row.code)
    found |= {short: code for short, code in _shortened(rows, bank_name).items() if short not in found}
    brands = _brands(rows, bank_name)
    tables: Tables = {
        "product": found,
        "product_fuzzy": {
            surface: code
            for surface, code in found.items()
            if len(surface) >= MIN_FUZZY_CHARS and surface.startswith(tuple(brands))
        },
        "product_type": {word: kind.value for kind, words in TYPE_SYNONYMS.items() for word in words},
        "card_type": {word: kind.value for kind, words in CARD_SYNONYMS.items() for word in words},
        "channel": {word: kind.value for kind, words in CHANNEL_SYNONYMS.items() for word in words},
        "risk_level": {word: level.value for level, words in RISK_SYNONYMS.items() for word in words},
        "currency": {word: code for code, words in CURRENCY_SYNONYMS.items() for word in words},
        "city": places.surfaces(),
        "city_doubtful": {name: name for name in places.doubtful},
        "province": {name: name for name in places.provinces},
        "none": {word: "" for word in (*OTHER_WORDS, *places.no_place, *other_services) if word not in found},
    }
    return {
        kind: dict(sorted(words.items(), key=lambda pair: (-len(pair[0]), pair[0]))) for kind, words in tables.items()
    }


def _forms(name: str, bank_name: str) -> list[str]:
    plain = name.translate(_QUOTES)
    short = re.sub(rf"^{re.escape(bank_name)}", "", plain)
    return [surface for surface in (name, plain, short) if len(surface) >= 2]


def _brands(rows: Iterable[ProductRow], bank_name: str) -> set[str]:
    names = [_forms(row.name, bank_name)[-1] for row in rows]
    return {name[:BRAND_CHARS] for name in names if not name.startswith(_GENERIC_STARTS)}


def _shortened(rows: Iterable[ProductRow], bank_name: str) -> dict[str, str]:
    """Beginnings that only one product has: brand and figure (添禾90), or brand and the next two characters.

    A beginning that cuts through a type word (小店经营 of 小店经营贷) is an ordinary phrase and left out.
    """
    rows = list(rows)
    brands = tuple(_brands(rows, bank_name))
    owners: dict[str, set[str]] = {}
    for row in rows:
        for name in (row.name, *row.aliases):
            plain = _forms(name, bank_name)[-1] if len(name) >= 2 else name
            if not plain.startswith(brands):
                continue
            figure = re.match(rf".{{{BRAND_CHARS}}}\d+", plain)
            short = figure.group() if figure else plain[: BRAND_CHARS + 2]
            if len(short) > BRAND_CHARS + 1 and not _cuts_a_type(plain, len(short)):
                owners.setdefault(short, set()).add(row.code)
    return {short: next(iter(codes)) for short, codes in owners.items() if len(codes) == 1}


def _cuts_a_type(name: str, cut: int) -> bool:
    return any(
        match.start() < cut < match.end() for word in _TYPE_WORDS for match in re.finditer(re.escape(word), name)
    )
