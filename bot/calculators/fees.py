"""A fee by the steps of a price list. Pure: 分 in, 分 out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from bot.calculators.money import round_fen


@dataclass(frozen=True)
class Step:
    """One line of a price list: up to ``up_to_fen`` (that amount included; None: any) a fixed fee or a percentage.

    Exactly one of ``fixed_fen`` and ``percent`` is set; ``max_fen`` caps a percentage.
    """

    up_to_fen: int | None
    fixed_fen: int | None = None
    percent: Decimal | None = None
    max_fen: int | None = None


def fee(amount_fen: int, steps: Sequence[Step], share: Decimal = Decimal(1)) -> int:
    """The fee for ``amount_fen``, times ``share`` (0.5 for 5折), in 分.

    Raises:
        ValueError: the amount is not positive, or beyond the last step.
    """
    if amount_fen <= 0:
        raise ValueError("the amount must be positive")
    for step in steps:
        if step.up_to_fen is None or amount_fen <= step.up_to_fen:
            return round_fen(_of_step(amount_fen, step) * share)
    raise ValueError("the price list ends below this amount")


def _of_step(amount_fen: int, step: Step) -> Decimal:
    if step.fixed_fen is not None:
        return Decimal(step.fixed_fen)
    share = amount_fen * (step.percent or Decimal(0)) / 100
    return min(share, Decimal(step.max_fen)) if step.max_fen is not None else share
