"""Reading products, disclosures and FAQ answers from SQL. Synchronous; the action server and the command line use it.

Products come out as :class:`DisclosedProduct` only. A risk product whose disclosure is not in force on the day is
left out of lists and raises where it was asked for by name.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Engine, Row, func, select

from bot.knowledge.kinds import ProductType, RiskLevel, SaleStatus
from bot.knowledge.matching import match_key
from bot.knowledge.model import DisclosedProduct, Disclosure, DisclosureMissingError, Product, bank_today
from bot.storage import tables

__all__ = ["Catalogue", "DisclosedProduct", "Disclosure", "DisclosureMissingError", "Faq", "Product"]

log = logging.getLogger(__name__)
TERM_SLACK = 0.25  # "半年左右" finds 150 to 220 days
STATUS_ORDER = {SaleStatus.ON_SALE: 0, SaleStatus.UPCOMING: 1, SaleStatus.WITHDRAWN: 2}


@dataclass(frozen=True)
class Faq:
    """One question and its answer."""

    id: str
    category: str
    question: str
    similar: tuple[str, ...]
    answer: str
    source: str
    effective_date: str
    follow_ups: tuple[str, ...]


class Catalogue:
    """Products, disclosures and FAQ of one database.

    Args:
        engine: synchronous engine of the database that holds the knowledge tables.
        today: the day for which statuses and disclosures are read; tests hand in another.
    """

    def __init__(self, engine: Engine, today: Callable[[], date] = bank_today) -> None:
        self._engine = engine
        self._today = today

    def by_code(self, code: str) -> DisclosedProduct | None:
        """The product with this code.

        Raises:
            DisclosureMissingError: it carries risk and has no disclosure in force.
        """
        return next(iter(self.by_codes([code])), None)

    def by_codes(self, codes: Iterable[str]) -> list[DisclosedProduct]:
        """The known ones of ``codes``, in that order. Raises as :meth:`by_code` does."""
        wanted = list(dict.fromkeys(codes))
        with self._engine.connect() as connection:
            rows = connection.execute(select(tables.product).where(tables.product.c.code.in_(wanted))).all()
            found = {row.code: row for row in rows}
            disclosures = self._disclosures(connection)
        return [self._disclose(_product(found[code]), disclosures) for code in wanted if code in found]

    def by_name(self, name: str) -> DisclosedProduct | None:
        """The product whose name, alias or code is ``name``, whatever its spaces, quotes and width of letters."""
        key = match_key(name)
        with self._engine.connect() as connection:
            for row in connection.execute(select(tables.product)):
                product = _product(row)
                if key and key in (match_key(known) for known in product.names):
                    return self._disclose(product, self._disclosures(connection))
        return None

    def search(
        self,
        *,
        type: ProductType | None = None,
        term_days: int | None = None,
        risk_level: RiskLevel | None = None,
        amount_fen: int | None = None,
        currency: str | None = None,
        status: SaleStatus | None = None,
        limit: int | None = None,
    ) -> list[DisclosedProduct]:
        """Products that meet every criterion given, those on sale first, then by nearness of term and by rate.

        ``term_days`` matches within a quarter of it; ``amount_fen`` is what the customer has, so that products with
        a higher minimum are left out.
        """
        query = select(tables.product)
        if type is not None:
            query = query.where(tables.product.c.type == type.value)
        if risk_level is not None:
            query = query.where(tables.product.c.risk_level == risk_level.value)
        if currency is not None:
            query = query.where(tables.product.c.currency == currency)
        if amount_fen is not None:
            query = query.where(func.coalesce(tables.product.c.minimum_fen, 0) <= amount_fen)
        if term_days is not None:
            slack = max(1, round(term_days * TERM_SLACK))
            query = query.where(tables.product.c.term_days.between(term_days - slack, term_days + slack))
        with self._engine.connect() as connection:
            products = [_product(row) for row in connection.execute(query)]
            disclosures = self._disclosures(connection)
        found = []
        for product in products:
            try:
                found.append(self._disclose(product, disclosures))
            except DisclosureMissingError as error:
                log.warning("product left out: no disclosure in force: %s", error.detail)
        found = [item for item in found if status is None or item.status is status]
        found.sort(key=lambda item: _rank(item, term_days))
        return found[:limit]

    def types(self) -> list[ProductType]:
        """Types that have a product on sale, in the order of :class:`ProductType`."""
        on_sale = {item.product.type for item in self.search(status=SaleStatus.ON_SALE)}
        return [kind for kind in ProductType if kind in on_sale]

    def disclosure(self, id: str, version: str) -> Disclosure | None:
        """One version of a disclosure, in force or not: what was once shown can always be read again."""
        table = tables.disclosure
        query = select(table).where(table.c.id == id, table.c.version == version)
        with self._engine.connect() as connection:
            row = connection.execute(query).one_or_none()
        return _disclosure(row) if row else None

    def faq(self, id: str) -> Faq | None:
        """The FAQ entry with this id."""
        with self._engine.connect() as connection:
            row = connection.execute(select(tables.faq).where(tables.faq.c.id == id)).one_or_none()
        if row is None:
            return None
        values = dict(row._mapping)
        return Faq(**{**values, "similar": tuple(values["similar"]), "follow_ups": tuple(values["follow_ups"])})

    def import_id(self) -> int:
        """Number of the last import; it changes whenever the knowledge does. 0: nothing was imported yet."""
        with self._engine.connect() as connection:
            return int(connection.execute(select(func.max(tables.knowledge_import.c.id))).scalar() or 0)

    def risk_products(self) -> list[tuple[Product, Disclosure | None]]:
        """Every product that carries risk with its disclosure in force, None where there is none: for the gate."""
        with self._engine.connect() as connection:
            products = [_product(row) for row in connection.execute(select(tables.product))]
            disclosures = self._disclosures(connection)
        return [(product, disclosures.get(product.disclosure_id or "")) for product in products if product.carries_risk]

    def _disclosures(self, connection: Connection) -> dict[str, Disclosure]:
        """Disclosures in force today, by id."""
        day = self._today()
        every = [_disclosure(row) for row in connection.execute(select(tables.disclosure))]
        return {item.id: item for item in every if item.in_force(day)}

    def _disclose(self, product: Product, disclosures: dict[str, Disclosure]) -> DisclosedProduct:
        return DisclosedProduct(product, disclosures.get(product.disclosure_id or ""), self._today())


def _rank(item: DisclosedProduct, term_days: int | None) -> tuple[Any, ...]:
    product = item.product
    distance = abs((product.term_days or 0) - term_days) if term_days is not None else 0
    days = product.term_days or 0
    rate = -(product.rate_percent or 0)
    return (STATUS_ORDER[item.status], distance, product.risk_level or "", days, rate, product.code)


def _product(row: Row[Any]) -> Product:
    values = dict(row._mapping)
    values["aliases"] = tuple(values["aliases"])
    values["type"] = ProductType(values["type"])
    values["risk_level"] = RiskLevel(values["risk_level"]) if values["risk_level"] else None
    values["rate_percent"] = Decimal(values["rate_percent"]) if values["rate_percent"] else None
    values["status"] = SaleStatus(values["status"])
    return Product(**values)


def _disclosure(row: Row[Any]) -> Disclosure:
    return Disclosure(**row._mapping)
