"""Repayment of loans by the month: 等额本息 and 等额本金. Pure functions: 分 in, 分 out.

Every month's interest is rounded to 分; the last instalment pays off whatever is left, so that the parts always add up
to the loan.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, localcontext

from bot.calculators.money import round_fen

PRECISION = 40  # digits: (1 + rate) ** 360 keeps far more than 分 need
MAX_MONTHS = 480  # forty years: longer loans do not exist


@dataclass(frozen=True)
class Repayment:
    """First and last instalment and the interest of all of them, in 分."""

    months: int
    first_fen: int
    last_fen: int
    interest_fen: int


def equal_instalments(principal_fen: int, rate_percent: Decimal, months: int) -> Repayment:
    """等额本息: the same instalment every month, but for the 分 that the last one settles.

    Raises:
        ValueError: the principal is not positive, the rate negative, or the months outside 1 to 480.
    """
    _check(principal_fen, rate_percent, months)
    with localcontext() as context:
        context.prec = PRECISION
        rate = rate_percent / 1200
        growth = (1 + rate) ** months
        due = principal_fen * rate * growth / (growth - 1) if rate else Decimal(principal_fen) / months
        instalment = round_fen(due)
        parts = []
        left = principal_fen
        for month in range(1, months + 1):
            interest = round_fen(left * rate)
            part = left + interest if month == months else instalment
            parts.append(part)
            left -= part - interest
    return Repayment(months, parts[0], parts[-1], sum(parts) - principal_fen)


def equal_principal(principal_fen: int, rate_percent: Decimal, months: int) -> Repayment:
    """等额本金: the same part of the principal every month, and interest on what is left. Raises as above."""
    _check(principal_fen, rate_percent, months)
    with localcontext() as context:
        context.prec = PRECISION
        rate = rate_percent / 1200
        share = round_fen(Decimal(principal_fen) / months)
        parts = []
        left = principal_fen
        for month in range(1, months + 1):
            paid = left if month == months else share
            parts.append(paid + round_fen(left * rate))
            left -= paid
    return Repayment(months, parts[0], parts[-1], sum(parts) - principal_fen)


def _check(principal_fen: int, rate_percent: Decimal, months: int) -> None:
    if principal_fen <= 0 or rate_percent < 0 or not 1 <= months <= MAX_MONTHS:
        raise ValueError("the principal must be positive, the rate not negative, the months from 1 to 480")
