"""Which products does a message speak of? Criteria from its entities and the context, and a pick by its words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from actions.runtime import Services
from actions.turn import Turn
from bot.dialogue.product_replies import QuickReplies, quick
from bot.knowledge.catalogue import DisclosedProduct
from bot.knowledge.kinds import CURRENCY_LABELS, ProductType, RiskLevel, SaleStatus
from bot.knowledge.matching import match_key
from bot.knowledge.model import money_text
from bot.text.ellipsis import aspect

__all__ = ["Criteria", "aspect", "named", "pick", "remembered", "term_text", "type_choices"]

DEPOSITS = frozenset(
    {ProductType.DEMAND_DEPOSIT, ProductType.TIME_DEPOSIT, ProductType.LARGE_CD, ProductType.NOTICE_DEPOSIT}
)
FIRST_CHOICES = (
    ProductType.TIME_DEPOSIT,
    ProductType.WEALTH,
    ProductType.LARGE_CD,
    ProductType.FUND,
    ProductType.LOAN,
    ProductType.CREDIT_CARD,
)
REFINED = ("product_type", "term", "risk_level", "currency")  # an amount may be of the product itself: 5万能买吗


@dataclass(frozen=True)
class Criteria:
    """What a product has to meet; None is no matter."""

    type: ProductType | None = None
    term_days: int | None = None
    risk_level: RiskLevel | None = None
    amount_fen: int | None = None
    currency: str | None = None

    @classmethod
    def of(cls, turn: Turn) -> Criteria:
        """From this message; what it does not say comes from the context.

        A type starts anew, unless the last inquiry is only repeated for it (那国债呢).
        """
        if turn.entity("product_type") is not None and not turn.repeats:
            return cls.stated(turn)
        return cls._from(turn, lambda name: turn.entity(name) or turn.slot(name))

    @classmethod
    def stated(cls, turn: Turn) -> Criteria:
        """From this message alone."""
        return cls._from(turn, turn.entity)

    @classmethod
    def _from(cls, turn: Turn, value: Callable[[str], str | None]) -> Criteria:
        return cls(
            _member(ProductType, value("product_type")),
            _whole(value("term")),
            _member(RiskLevel, value("risk_level")),
            _whole(value("amount")),
            turn.entity("currency"),
        )

    def matching(self, turn: Turn, services: Services) -> tuple[Criteria, list[DisclosedProduct]]:
        """Products on sale; where the context leaves none (R1 after 结构性存款), those of the message alone."""
        if turn.repeats and self.term_days is None and (last := services.catalogue.by_code(turn.slot("product") or "")):
            same_term = replace(self, term_days=last.product.term_days)  # 那国债呢, after a deposit of three years
            if self.term_days != same_term.term_days and (items := same_term.find(services, SaleStatus.ON_SALE)):
                return same_term, items
        items = self.find(services, SaleStatus.ON_SALE)
        alone = Criteria.stated(turn)
        if items or alone.empty or alone == self:
            return self, items
        return alone, alone.find(services, SaleStatus.ON_SALE)

    @property
    def empty(self) -> bool:
        return self == Criteria()

    def find(self, services: Services, status: SaleStatus | None = None) -> list[DisclosedProduct]:
        """The products that meet all of it."""
        currency = self.currency or ("CNY" if self.type in DEPOSITS else None)
        return services.catalogue.search(
            type=self.type,
            term_days=self.term_days,
            risk_level=self.risk_level,
            amount_fen=self.amount_fen,
            currency=currency,
            status=status,
        )

    def text(self, status: str = "") -> str:
        """In words: ``期限6个月左右、风险等级R2（中低风险）的在售理财产品``."""
        parts = []
        if self.currency:
            parts.append(CURRENCY_LABELS.get(self.currency, self.currency))
        if self.term_days is not None:
            parts.append(f"期限{term_text(self.term_days)}左右")
        if self.risk_level:
            parts.append(f"风险等级{self.risk_level.value}（{self.risk_level.label}）")
        if self.amount_fen is not None:
            parts.append(f"起点不超过{money_text(self.amount_fen)}")
        kind = self.type.label if self.type else ""
        noun = status + (
            kind if self.type and self.type not in {ProductType.WEALTH, ProductType.FUND} else f"{kind}产品"
        )
        return f"{'、'.join(parts)}的{noun}" if parts else noun

    def slots(self) -> dict[str, Any]:
        """The context after this message: exactly these criteria."""
        return {
            "product_type": self.type.value if self.type else None,
            "term": None if self.term_days is None else str(self.term_days),
            "risk_level": self.risk_level.value if self.risk_level else None,
            "amount": None if self.amount_fen is None else str(self.amount_fen),
        }


def named(turn: Turn, services: Services) -> list[DisclosedProduct]:
    """The products that the message names, else none."""
    return services.catalogue.by_codes(turn.entities_of("product"))


def remembered(turn: Turn, services: Services) -> DisclosedProduct | None:
    """The product last spoken of, unless the message turns to another type or other criteria."""
    code = turn.slot("product")
    if not code or any(turn.entity(name) for name in REFINED):
        return None
    return services.catalogue.by_code(code)


def pick(text: str, items: Sequence[DisclosedProduct]) -> list[DisclosedProduct]:
    """Those of ``items`` that the words of ``text`` single out: 房贷 among the loans, 指数基金 among the funds.

    Compares pairs of characters; a pair that half of the items have singles out nothing. Without any such pair, all.
    """
    if len(items) < 2:
        return list(items)
    asked = _pairs(text)
    texts = [_pairs("。".join((*item.product.names, item.product.summary))) for item in items]
    telling = {pair for pair in asked if 0 < sum(pair in have for have in texts) <= len(items) / 2}
    scores = [len(telling & have) for have in texts]
    best = max(scores)
    return [item for item, score in zip(items, scores, strict=True) if score == best] if best else list(items)


def type_choices(services: Services) -> QuickReplies:
    """Quick replies to begin with: those types on sale that most customers ask for."""
    on_sale = services.catalogue.types()
    return quick(*(f"有哪些{kind.label}" for kind in FIRST_CHOICES if kind in on_sale))


def term_text(days: int) -> str:
    """Days in words: ``90`` → ``3个月``, ``365`` → ``1年``."""
    if days >= 360 and round(days / 365 * 2) / 2 * 365 - days in range(-10, 11):
        years = round(days / 365 * 2) / 2
        return f"{years:g}年"
    if days >= 30 and days % 30 in (0, 1, 2, 3):
        return f"{days // 30}个月"
    return f"{days}天"


def _pairs(text: str) -> set[str]:
    key = match_key(text)
    return {key[start : start + 2] for start in range(len(key) - 1)}


def _member(kind: Any, value: str | None) -> Any:
    try:
        return kind(value) if value else None
    except ValueError:
        return None


def _whole(value: str | None) -> int | None:
    """A positive whole number; anything else is as if nothing was said."""
    try:
        number = int(float(value)) if value else 0
    except (ValueError, OverflowError):
        return None
    return number if 0 < number < 2**63 else None
