"""Interest on deposits. Pure functions: 分 in, 分 out.

Whole months count by the month (逐月计息: principal × yearly rate × months ÷ 12), single days by a year of 360 days,
as deposits in 人民币 are reckoned.
"""

from __future__ import annotations

from decimal import Decimal

from bot.calculators.money import round_fen

DAYS_PER_MONTH = 30  # a term in days from the product list: 90 is three months
DAYS_PER_LIST_YEAR = 365  # … and 365 is a year of twelve
DAYS_PER_RATE_YEAR = 360  # a daily rate is the yearly rate ÷ 360


def interest_by_months(principal_fen: int, rate_percent: Decimal, months: int) -> int:
    """Simple interest in 分 for ``months`` whole months at ``rate_percent`` a year.

    Raises:
        ValueError: an argument is negative.
    """
    _check(principal_fen, rate_percent, months)
    return round_fen(principal_fen * rate_percent / 100 * months / 12)


def interest_by_days(principal_fen: int, rate_percent: Decimal, days: int) -> int:
    """Simple interest in 分 for ``days`` days at ``rate_percent`` a year.

    Raises:
        ValueError: an argument is negative.
    """
    _check(principal_fen, rate_percent, days)
    return round_fen(principal_fen * rate_percent / 100 * days / DAYS_PER_RATE_YEAR)


def whole_months(term_days: int) -> int | None:
    """Months of a term as product lists and entities count it (90 → 3, 365 → 12, 910 → 30); None for odd days."""
    years, rest = divmod(term_days, DAYS_PER_LIST_YEAR)
    months, odd = divmod(rest, DAYS_PER_MONTH)
    if odd or months >= 12 or term_days <= 0:
        return None
    return years * 12 + months


def _check(principal_fen: int, rate_percent: Decimal, length: int) -> None:
    if principal_fen < 0 or rate_percent < 0 or length < 0:
        raise ValueError("principal, rate and term must not be negative")
