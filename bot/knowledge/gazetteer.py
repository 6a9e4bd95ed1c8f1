"""Words that the language understanding looks up: product names → code, type words → type, risk words → level."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.knowledge.kinds import CURRENCY_SYNONYMS, RISK_SYNONYMS, TYPE_SYNONYMS
from bot.knowledge.schema import ProductRow

_QUOTES = str.maketrans("", "", "“”\"「」『』《》〈〉'‘’ ")


def build(products: Iterable[ProductRow], bank_name: str) -> dict[str, dict[str, str]]:
    """``{"product": {surface: code}, "product_type": …, "risk_level": …, "currency": …}``; longer surfaces first.

    A product is also found without the bank's name before it and without quotes and spaces in it.
    """
    found: dict[str, str] = {}
    for row in products:
        for name in (row.name, *row.aliases, row.code):
            plain = name.translate(_QUOTES)
            short = re.sub(rf"^{re.escape(bank_name)}", "", plain)
            for surface in (name, plain, short):
                if len(surface) >= 2:
                    found.setdefault(surface, row.code)
    types = {word: kind.value for kind, words in TYPE_SYNONYMS.items() for word in words}
    risks = {word: level.value for level, words in RISK_SYNONYMS.items() for word in words}
    currencies = {word: code for code, words in CURRENCY_SYNONYMS.items() for word in words}
    tables = {"product": found, "product_type": types, "risk_level": risks, "currency": currencies}
    return {
        kind: dict(sorted(words.items(), key=lambda pair: (-len(pair[0]), pair[0]))) for kind, words in tables.items()
    }
