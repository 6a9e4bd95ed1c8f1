"""The one gate on the way out: no reply names a product that carries risk without its disclosure in force.

:func:`gate` is pure. It looks at every text of a reply, finds the risk products that it names, and returns a reply that
carries their disclosures twice: as entries under ``data.disclosures`` for clients that draw them, and as plain text at
the end of ``text`` for WeChat and screen readers. ``data.body`` keeps the text as it was, for those that draw.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol, Self, TypeVar

from bot.knowledge.catalogue import Catalogue
from bot.knowledge.matching import match_key
from bot.knowledge.model import Disclosure, Product, bank_today

LEAD = "【风险提示】"
BLOCKED_TEXT = "抱歉，这款产品的风险揭示书正在更新，我暂时不能介绍它。您可以换一款产品了解，或转人工咨询。"
HUMAN_QUICK_REPLY = {"title": "转人工", "text": "转人工"}
CHECK_EVERY_S = 1.0  # how long a reply may still carry the disclosure of the import before; one small query a second


class AnyReply(Protocol):
    """What the gate needs of :class:`bot.dialogue.replies.Reply`; this layer knows nothing of that one."""

    text: str
    data: dict[str, Any]

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self: ...


R = TypeVar("R", bound=AnyReply)


@dataclass(frozen=True)
class RiskSnapshot:
    """All risk products at one moment: their names as match keys, and their disclosures (None: none in force)."""

    keys: tuple[tuple[str, str], ...]  # (match key of a name, alias or code; product code)
    disclosures: Mapping[str, Disclosure | None]  # by product code

    @classmethod
    def of(cls, products: Iterable[tuple[Product, Disclosure | None]]) -> RiskSnapshot:
        """Snapshot of ``products`` as :meth:`Catalogue.risk_products` gives them."""
        pairs = list(products)
        keys = tuple((match_key(name), product.code) for product, _ in pairs for name in product.names)
        return cls(tuple(pair for pair in keys if pair[0]), {product.code: found for product, found in pairs})

    def named_in(self, texts: Iterable[str]) -> set[str]:
        """Codes of the risk products that any of ``texts`` names.

        A name that stands only inside a longer one (云程 in 云程两年) names the longer one's product alone.
        """
        named: set[str] = set()
        for text in texts:
            key = match_key(text)
            spans = [(span, code) for name, code in self.keys if name in key for span in _spans(name, key)]
            named.update(
                code
                for (start, end), code in spans
                if not any(left <= start and end <= right and end - start < right - left for (left, right), _ in spans)
            )
        return named


def gate(reply: R, snapshot: RiskSnapshot) -> R:
    """``reply`` with the disclosures of every risk product that it names. Idempotent.

    A reply that names a risk product without a disclosure in force is replaced by an honest one that names none.
    """
    text, data = reply.text, reply.data
    named = snapshot.named_in([text, *_texts({key: value for key, value in data.items() if key != "disclosures"})])
    others = []  # entries of products that carry no investment risk (loans, cards) stay as they are
    for entry in data.get("disclosures") or []:
        risky = [code for code in entry.get("product_codes", []) if code in snapshot.disclosures]
        named.update(risky)
        if not risky:
            others.append(entry)
    if not named:
        return reply
    while True:
        groups: dict[tuple[str, str], tuple[Disclosure, list[str]]] = {}
        for code in sorted(named):
            disclosure = snapshot.disclosures[code]
            if disclosure is None:
                blocked = {"quick_replies": [HUMAN_QUICK_REPLY], "disclosures": []}
                return reply.model_copy(
                    update={"kind": "text", "text": BLOCKED_TEXT, "data": blocked, "outcome": "declined"}
                )
            groups.setdefault((disclosure.id, disclosure.version), (disclosure, []))[1].append(code)
        text = append_notes(reply.text, [disclosure for disclosure, _ in groups.values()])
        found = snapshot.named_in([text])  # a disclosure may itself name a product
        if found <= named:
            break
        named |= found
    entries = [disclosure.entry(codes) for disclosure, codes in groups.values()]
    return reply.model_copy(
        update={"text": text, "data": {**data, "body": data.get("body", reply.text), "disclosures": others + entries}}
    )


def append_notes(text: str, disclosures: Iterable[Disclosure]) -> str:
    """``text`` with the short text of each disclosure that it does not hold yet, each on a line of its own."""
    for disclosure in disclosures:
        if " ".join(disclosure.short_text.split()) not in " ".join(text.split()):
            text = f"{text}\n{LEAD}{disclosure.short_text}"
    return text


def shown(data: Mapping[str, Any]) -> list[tuple[str, str]]:
    """``(product code, version)`` of every disclosure that a reply's ``data`` carries: what is to be recorded."""
    return [(code, entry["version"]) for entry in data.get("disclosures") or [] for code in entry["product_codes"]]


class DisclosureGate:
    """The gate over a database: keeps a snapshot and renews it when the knowledge or the day has changed.

    Args:
        catalogue: where the products are read; each check is one query for the number of the last import.
        clock: monotonic seconds; tests hand in another.
        today: as for :class:`Catalogue`.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        clock: Callable[[], float] = time.monotonic,
        today: Callable[[], date] = bank_today,
    ) -> None:
        self._catalogue = catalogue
        self._clock = clock
        self._today = today
        self._checked_at = -CHECK_EVERY_S - 1
        self._version: tuple[int, date] | None = None
        self._snapshot = RiskSnapshot((), {})

    def __call__(self, reply: R) -> R:
        """``reply`` through :func:`gate` with the knowledge in force."""
        return gate(reply, self.snapshot())

    def snapshot(self) -> RiskSnapshot:
        """The risk products in force, at most :data:`CHECK_EVERY_S` old."""
        now = self._clock()
        if self._version is None or now - self._checked_at >= CHECK_EVERY_S:
            version = (self._catalogue.import_id(), self._today())
            if version != self._version:
                self._snapshot = RiskSnapshot.of(self._catalogue.risk_products())
                self._version = version
            self._checked_at = now
        return self._snapshot


def _spans(name: str, key: str) -> Iterator[tuple[int, int]]:
    """Everywhere that ``name`` stands in ``key``, overlaps included."""
    start = key.find(name)
    while start >= 0:
        yield start, start + len(name)
        start = key.find(name, start + 1)


def _texts(value: Any) -> Iterator[str]:
    """Every string inside ``value``, keys included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield str(key)
            yield from _texts(item)
    elif isinstance(value, (list, tuple, set, frozenset)):
        for item in value:
            yield from _texts(item)
