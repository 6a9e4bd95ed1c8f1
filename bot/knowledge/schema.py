"""Rows of the knowledge files, strictly checked. Messages are Chinese: the bank's staff reads them.

Rates are :class:`~decimal.Decimal`, amounts are 分 (integers), dates are ISO ``YYYY-MM-DD``. Every value comes in as
text; what is blank is ``None`` where the field allows it, and an error where it does not.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Self, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from bot.knowledge.kinds import (
    ALWAYS_RISK,
    CURRENCY_LABELS,
    MAY_CARRY_RISK,
    TYPE_SYNONYMS,
    ProductType,
    RiskLevel,
    SaleStatus,
)
from bot.knowledge.sources import Columns, cut

E = TypeVar("E", bound=Enum)
TYPE_WORDS = frozenset(word.casefold() for words in TYPE_SYNONYMS.values() for word in words)
MAX_QUESTION = 256  # characters; the encoder reads 128 tokens
MAX_FEN = 10**15  # ten thousand 亿: more is a typing error


class FieldProblem(ValueError):
    """A rule that involves several fields failed; ``field`` is the one to look at."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def _blank_to_none(value: Any) -> Any:
    if isinstance(value, str):
        return value.strip() or None
    return value


def _required(value: Any) -> Any:
    if value is None or (isinstance(value, str) and not value.strip()):
        raise ValueError("不能为空")
    return value.strip() if isinstance(value, str) else value


def _labelled(kind: type[E], what: str) -> Callable[[Any], Any]:
    """A validator that takes a value or a Chinese label of the enumeration ``kind``."""

    def check(value: Any) -> Any:
        if value is None or isinstance(value, kind):
            return value
        for member in kind:
            if value in (member.value, getattr(member, "label", None)):
                return member
        allowed = "、".join(str(getattr(member, "label", member.value)) for member in kind)
        raise ValueError(f"{what}“{cut(value)}”不在允许的范围内（{allowed}）")

    return check


def _risk_level(value: Any) -> Any:
    if value is None or isinstance(value, RiskLevel):
        return value
    if value not in RiskLevel.__members__:
        raise ValueError(f"风险等级“{cut(value)}”应为 R1、R2、R3、R4、R5 之一，没有投资风险的产品留空")
    return RiskLevel(value)


def _rate(value: Any) -> Any:
    if value is None or isinstance(value, Decimal):
        return value
    if not isinstance(value, str) or not re.fullmatch(r"\d{1,2}(\.\d{1,4})?", value):
        raise ValueError(f"利率“{cut(value)}”应为百分数的数字部分，不带百分号，最多四位小数，如 1.05")
    return Decimal(value)


def _whole(what: str, example: str, maximum: int) -> Callable[[Any], Any]:
    def check(value: Any) -> Any:
        if value is None or (isinstance(value, int) and not isinstance(value, bool)):
            return value
        if not isinstance(value, str) or not re.fullmatch(r"\d{1,16}", value) or int(value) > maximum:
            raise ValueError(f"{what}“{cut(value)}”应为不带小数和单位的整数，如 {example}")
        return int(value)

    return check


def _iso_date(value: Any) -> Any:
    if value is None or isinstance(value, date):
        return value
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise ValueError(f"日期“{cut(value)}”应写成 2026-01-31 的形式，且是真实存在的一天")


def _currency(value: Any) -> Any:
    if value not in CURRENCY_LABELS:
        raise ValueError(f"币种“{cut(value)}”应为 {'、'.join(CURRENCY_LABELS)} 之一")
    return value


def _identifier(value: Any) -> Any:
    if not isinstance(value, str) or not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{1,31}", value):
        raise ValueError(f"编号“{cut(value)}”应为 2 到 32 位的字母、数字、连字符或下划线")
    return value


def _version(value: Any) -> Any:
    if value is not None and (
        not isinstance(value, str) or not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,15}", value)
    ):
        raise ValueError(f"版本“{cut(value)}”应为 1 到 16 位的字母、数字、点、连字符或下划线")
    return value


def _words(value: Any) -> Any:
    """``A|B`` (CSV) or a list (YAML) → tuple of distinct, non-blank texts."""
    if value is None:
        return ()
    parts = value.split("|") if isinstance(value, str) else value
    if not isinstance(parts, (list, tuple)) or not all(isinstance(part, str) for part in parts):
        raise ValueError("应为用 | 分隔的文字")
    return tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))


Required = BeforeValidator(_required)
Blank = BeforeValidator(_blank_to_none)


def text(most: int) -> Any:
    """Field of 1..``most`` characters."""
    return Field(min_length=1, max_length=most)


Identifier = Annotated[str, BeforeValidator(_identifier), Required]
IsoDate = Annotated[date, BeforeValidator(_iso_date), Required]
OptionalDate = Annotated[date | None, BeforeValidator(_iso_date), Blank]
Version = Annotated[str, BeforeValidator(_version), Required]
Words = Annotated[tuple[Annotated[str, Field(max_length=MAX_QUESTION)], ...], BeforeValidator(_words)]


class Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    @classmethod
    def columns(cls) -> Columns:
        """A table of such rows has all of the columns, and no others."""
        return Columns(tuple(cls.model_fields))


class ProductRow(Row):
    """One product of ``products.csv``."""

    code: Identifier
    name: Annotated[str, Required, text(64)]
    aliases: Words = ()
    type: Annotated[ProductType, BeforeValidator(_labelled(ProductType, "产品类型")), Required]
    risk_level: Annotated[RiskLevel | None, BeforeValidator(_risk_level), Blank] = None
    currency: Annotated[str, BeforeValidator(_currency), Required]
    term_days: Annotated[int | None, BeforeValidator(_whole("期限天数", "365", 40_000)), Blank] = None
    term_text: Annotated[str, Required, text(64)]
    rate_text: Annotated[str, Required, text(128)]
    rate_percent: Annotated[Decimal | None, BeforeValidator(_rate), Blank] = None
    minimum_fen: Annotated[int | None, BeforeValidator(_whole("起点金额（分）", "5000 表示 50 元", MAX_FEN)), Blank] = (
        None
    )
    fees: Annotated[str, Required, text(1000)]
    status: Annotated[SaleStatus, BeforeValidator(_labelled(SaleStatus, "销售状态")), Required]
    sale_start: IsoDate
    sale_end: OptionalDate = None
    channels: Annotated[str, Required, text(128)]
    summary: Annotated[str, Required, text(1000)]
    disclosure_id: Annotated[str | None, Blank] = None
    disclosure_version: Annotated[str | None, Blank] = None

    @property
    def carries_risk(self) -> bool:
        """Whether the product may only be shown together with its disclosure."""
        return carries_risk(self.type, self.risk_level)

    @model_validator(mode="after")
    def _together(self) -> Self:
        if self.type in ALWAYS_RISK and self.risk_level is None:
            raise FieldProblem("risk_level", f"{self.type.label}产品必须填写风险等级 R1–R5")
        if self.risk_level and self.type not in ALWAYS_RISK | MAY_CARRY_RISK:
            raise FieldProblem("risk_level", f"{self.type.label}没有投资风险等级，请留空")
        if self.carries_risk and not self.disclosure_id:
            raise FieldProblem("disclosure_id", "有投资风险的产品必须填写风险揭示书编号")
        if bool(self.disclosure_id) != bool(self.disclosure_version):
            field = "disclosure_version" if self.disclosure_id else "disclosure_id"
            raise FieldProblem(field, "风险揭示书的编号和版本必须同时填写")
        if self.sale_end and self.sale_end < self.sale_start:
            raise FieldProblem("sale_end", "停售日期早于起售日期")
        if self.status is SaleStatus.WITHDRAWN and not self.sale_end:
            raise FieldProblem("sale_end", "已停售的产品必须填写停售日期")
        for name in (self.name, *self.aliases):
            if len(name) < 2 or name.casefold() in TYPE_WORDS:
                field = "name" if name == self.name else "aliases"
                raise FieldProblem(field, f"“{cut(name)}”太宽泛，会把所有同类咨询都认成这一款产品")
        return self


def carries_risk(kind: ProductType, risk_level: RiskLevel | None) -> bool:
    """Whether a product of this type and level may only be shown together with its disclosure."""
    return kind in ALWAYS_RISK or risk_level is not None


class DisclosureRow(Row):
    """One version of a risk disclosure in ``disclosures.yml``. Both days are inclusive."""

    id: Identifier
    version: Version
    title: Annotated[str, Required, text(128)]
    short_text: Annotated[str, Required, text(500)]
    full_text: Annotated[str, Required, text(20_000)]
    effective_from: IsoDate
    effective_to: OptionalDate = None

    @model_validator(mode="after")
    def _together(self) -> Self:
        if self.effective_to and self.effective_to < self.effective_from:
            raise FieldProblem("effective_to", "失效日期早于生效日期")
        return self

    def in_force(self, on: date) -> bool:
        """Whether this version is in force on the day ``on``."""
        return self.effective_from <= on and (self.effective_to is None or on <= self.effective_to)


class FaqRow(Row):
    """One question and answer of ``faq/*.csv``."""

    id: Identifier
    category: Annotated[str, Required, text(32)]
    question: Annotated[str, Required, text(MAX_QUESTION)]
    similar: Words = ()
    answer: Annotated[str, Required, text(4000)]
    source: Annotated[str, Required, text(128)]
    effective_date: IsoDate
    follow_ups: Words = ()
