from __future__ import annotations

from decimal import Decimal

import pytest

from bot.calculators.loan import equal_instalments, equal_principal

MILLION_FEN = 1_000_000 * 100


def test_equal_instalments_of_a_million_over_thirty_years_are_those_of_the_textbooks() -> None:
    repayment = equal_instalments(MILLION_FEN, Decimal("4.9"), 360)
    assert repayment.first_fen == 5307_27
    # Without rounding the interest is 910616.19; rounding every month moves it by less than 2 元.
    assert abs(repayment.interest_fen - 910_616_19) < 200


def test_equal_principal_of_a_million_over_thirty_years_is_that_of_the_textbooks() -> None:
    repayment = equal_principal(MILLION_FEN, Decimal("4.9"), 360)
    assert repayment.first_fen == 6861_11  # 2777.78 + 4083.33
    assert abs(repayment.last_fen - 2789_12) < 100  # the last share settles 360 roundings of a third of a 分
    assert abs(repayment.interest_fen - 737_041_67) < 200  # 1000000 × 4.9% ÷ 12 × 361 ÷ 2


def test_three_months_worked_out_by_hand() -> None:
    # 1200 元 at 12 % a year, 1 % a month. Shares of 400: 412, 408, 404.
    assert equal_principal(1200_00, Decimal(12), 3).__dict__ == {
        "months": 3,
        "first_fen": 412_00,
        "last_fen": 404_00,
        "interest_fen": 24_00,
    }
    # Instalment 1200 × 0.01 × 1.030301 ÷ 0.030301 = 408.0265…; left 803.97, then 403.98, then 403.98 + 4.04.
    assert equal_instalments(1200_00, Decimal(12), 3).__dict__ == {
        "months": 3,
        "first_fen": 408_03,
        "last_fen": 408_02,
        "interest_fen": 24_08,
    }


def test_loan_without_interest_is_divided_and_the_last_instalment_takes_the_rest() -> None:
    for plan in (equal_instalments, equal_principal):
        repayment = plan(100_00, Decimal(0), 3)
        assert (repayment.first_fen, repayment.last_fen, repayment.interest_fen) == (33_33, 33_34, 0)


def test_one_month_is_paid_at_once() -> None:
    for plan in (equal_instalments, equal_principal):
        assert plan(10_000_00, Decimal("3.6"), 1).first_fen == 10_030_00


@pytest.mark.parametrize(
    ("principal", "rate", "months"), [(0, "3", 12), (100, "-1", 12), (100, "3", 0), (100, "3", 481)]
)
def test_impossible_loan_is_refused(principal: int, rate: str, months: int) -> None:
    for plan in (equal_instalments, equal_principal):
        with pytest.raises(ValueError, match="months from 1 to 480"):
            plan(principal, Decimal(rate), months)
