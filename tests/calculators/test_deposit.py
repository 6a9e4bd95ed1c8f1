from __future__ import annotations

from decimal import Decimal

import pytest

from bot.calculators.deposit import interest_by_days, interest_by_months, whole_months


@pytest.mark.parametrize(
    ("yuan", "percent", "months", "interest_fen"),
    [
        (50_000, "0.95", 12, 475_00),  # 50000 × 0.95% = 475
        (100_000, "1.25", 36, 3750_00),  # 100000 × 1.25% × 3
        (10_000, "0.65", 3, 16_25),  # 10000 × 0.65% ÷ 4
        (333, "0.65", 3, 54),  # 0.541125 元: down
        (100, "0.05", 1, 0),  # 0.4167 分: down to nothing
        (1000, "0.85", 6, 4_25),
        (12, "0.50", 10, 5),  # exactly 0.05 元
        (6, "0.50", 6, 2),  # exactly 1.5 分: half up
    ],
)
def test_interest_of_whole_months_is_simple_and_rounded_half_up(
    yuan: int, percent: str, months: int, interest_fen: int
) -> None:
    assert interest_by_months(yuan * 100, Decimal(percent), months) == interest_fen


@pytest.mark.parametrize(
    ("yuan", "percent", "days", "interest_fen"),
    [
        (50_000, "0.30", 7, 2_92),  # 50000 × 0.30% × 7 ÷ 360 = 2.9166…
        (360_000, "0.10", 1, 1_00),
        (10_000, "0.05", 90, 1_25),
    ],
)
def test_interest_of_days_counts_a_year_of_360(yuan: int, percent: str, days: int, interest_fen: int) -> None:
    assert interest_by_days(yuan * 100, Decimal(percent), days) == interest_fen


@pytest.mark.parametrize(
    ("days", "months"), [(30, 1), (90, 3), (180, 6), (365, 12), (545, 18), (1095, 36), (1825, 60), (7, None), (0, None)]
)
def test_term_of_the_product_list_is_whole_months_or_none(days: int, months: int | None) -> None:
    assert whole_months(days) == months


@pytest.mark.parametrize("function", [interest_by_months, interest_by_days])
def test_negative_amount_is_refused(function: object) -> None:
    with pytest.raises(ValueError, match="negative"):
        function(-1, Decimal(1), 12)  # type: ignore[operator]
