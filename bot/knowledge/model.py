"""What the catalogue hands out. A product that carries risk exists only together with its disclosure in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from bot.errors import UnavailableError
from bot.knowledge.kinds import CURRENCY_LABELS, ProductType, RiskLevel, SaleStatus
from bot.knowledge.schema import carries_risk

BANK_TIME = timezone(timedelta(hours=8))  # China has one time zone and no daylight saving


def bank_today() -> date:
    """The bank's calendar day: what is in force, on sale or withdrawn changes at midnight in Beijing."""
    return datetime.now(BANK_TIME).date()


class DisclosureMissingError(UnavailableError):
    """A product that carries risk has no disclosure in force, so that it cannot be shown."""

    code = "disclosure_missing"


@dataclass(frozen=True)
class Disclosure:
    """One version of a risk disclosure."""

    id: str
    version: str
    title: str
    short_text: str
    full_text: str
    effective_from: str  # ISO dates, both inclusive
    effective_to: str | None

    def in_force(self, on: date) -> bool:
        """Whether this version is in force on the day ``on``."""
        return self.effective_from <= on.isoformat() and (not self.effective_to or on.isoformat() <= self.effective_to)

    @property
    def url(self) -> str:
        """Path of the page with the full text, on the gateway."""
        return f"/disclosures/{self.id}/{self.version}"

    def entry(self, codes: list[str]) -> dict[str, Any]:
        """The form under ``data.disclosures`` of a reply that names the products ``codes``."""
        return {
            "product_codes": codes,
            "id": self.id,
            "version": self.version,
            "title": self.title,
            "text": self.short_text,
            "url": self.url,
        }


@dataclass(frozen=True)
class Product:
    """One product as stored. Show it to nobody: customers see :class:`DisclosedProduct`."""

    code: str
    name: str
    aliases: tuple[str, ...]
    type: ProductType
    risk_level: RiskLevel | None
    currency: str
    term_days: int | None
    term_text: str
    rate_text: str
    rate_percent: Decimal | None
    minimum_fen: int | None
    fees: str
    status: SaleStatus
    sale_start: str
    sale_end: str | None
    channels: str
    summary: str
    disclosure_id: str | None
    disclosure_version: str | None

    @property
    def carries_risk(self) -> bool:
        return carries_risk(self.type, self.risk_level)

    @property
    def names(self) -> tuple[str, ...]:
        """Everything that counts as naming this product."""
        return (self.name, *self.aliases, self.code)

    def status_on(self, day: date) -> SaleStatus:
        """What can truly be said on ``day``: the stored status, unless the dates say that it cannot be bought."""
        if self.status is not SaleStatus.ON_SALE:
            return self.status
        if self.sale_start > day.isoformat():
            return SaleStatus.UPCOMING
        if self.sale_end and self.sale_end < day.isoformat():
            return SaleStatus.WITHDRAWN
        return SaleStatus.ON_SALE


@dataclass(frozen=True)
class DisclosedProduct:
    """A product together with its disclosure; ``on`` is the day for which both are right.

    Raises:
        DisclosureMissingError: the product carries risk and ``disclosure`` is absent, another's, or not in force.
    """

    product: Product
    disclosure: Disclosure | None
    on: date

    def __post_init__(self) -> None:
        fits = (
            self.disclosure is not None
            and self.disclosure.id == self.product.disclosure_id
            and self.disclosure.in_force(self.on)
        )
        if self.disclosure is not None and not fits:
            raise _missing(self.product)
        if self.product.carries_risk and not fits:
            raise _missing(self.product)

    @property
    def status(self) -> SaleStatus:
        return self.product.status_on(self.on)

    @property
    def minimum_text(self) -> str:
        """起点金额 in words, e.g. ``1万元`` or ``100美元``; empty where there is none."""
        if self.product.minimum_fen is None:
            return ""
        unit = "元" if self.product.currency == "CNY" else CURRENCY_LABELS[self.product.currency]
        return money_text(self.product.minimum_fen, unit)

    def card(self) -> dict[str, Any]:
        """The product's customer-visible fields, as under ``data.product`` in docs/architecture.md."""
        product = self.product
        return {
            "code": product.code,
            "name": product.name,
            "type": product.type.value,
            "type_label": product.type.label,
            "risk_level": product.risk_level.value if product.risk_level else None,
            "term_text": product.term_text,
            "rate_text": product.rate_text,
            "minimum_text": self.minimum_text,
            "fees": product.fees,
            "status": self.status.value,
            "status_label": self.status.label,
            "summary": product.summary,
            "channels": product.channels,
        }


def _missing(product: Product) -> DisclosureMissingError:
    return DisclosureMissingError(
        "这款产品的风险揭示书正在更新，暂时无法介绍。",
        detail={"product": product.code, "disclosure": product.disclosure_id},
    )


def money_text(fen: int, unit: str = "元") -> str:
    """An amount in 分 as Chinese text: ``1_000_000`` → ``1万元``, ``5_000`` → ``50元``, ``5_050`` → ``50.5元``."""
    yuan = Decimal(fen) / 100
    for size, name in ((10**8, "亿"), (10**4, "万")):
        if yuan >= size and yuan * 100 % size == 0:
            return f"{_plain(yuan / size)}{name}{unit}"
    return f"{_plain(yuan)}{unit}"


def _plain(number: Decimal) -> str:
    return format(number.normalize(), "f")
