from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from bot.calculators.fees import Step, fee
from bot.errors import KnowledgeError
from bot.knowledge.fees import load_fees
from bot.settings import ROOT

HALF = Decimal("0.5")
STEPS = [Step(2000_00, fixed_fen=2_00), Step(None, percent=Decimal("0.03"), max_fen=50_00)]


@pytest.mark.parametrize(
    ("yuan", "fee_fen"), [(1, 2_00), (2000, 2_00), (10_000, 3_00), (100_000, 30_00), (166_667, 50_00), (10**7, 50_00)]
)
def test_step_includes_its_limit_and_a_percentage_is_capped(yuan: int, fee_fen: int) -> None:
    assert fee(yuan * 100, STEPS) == fee_fen


def test_share_is_taken_of_the_fee_and_rounded_half_up() -> None:
    assert fee(2000_00, STEPS, HALF) == 1_00
    assert fee(3333_00, STEPS, HALF) == 50  # 0.9999 ÷ 2


def test_amount_beyond_the_list_or_below_one_fen_is_refused() -> None:
    with pytest.raises(ValueError, match="ends below"):
        fee(3000_00, STEPS[:1])
    with pytest.raises(ValueError, match="positive"):
        fee(0, STEPS)


@pytest.mark.parametrize(
    ("yuan", "counter_fen", "machine_fen"),
    [
        (2000, 2_00, 1_00),
        (2001, 5_00, 2_50),
        (5000, 5_00, 2_50),
        (10_000, 10_00, 5_00),
        (50_000, 15_00, 7_50),
        (60_000, 18_00, 9_00),
        (200_000, 50_00, 25_00),
    ],
)
def test_sample_bank_charges_what_its_price_list_says(yuan: int, counter_fen: int, machine_fen: int) -> None:
    mobile, counter, machine = load_fees(ROOT / "data" / "knowledge")["跨行转账"].channels
    amount = yuan * 100
    assert [one.fee_fen(amount) for one in (mobile, counter, machine)] == [0, counter_fen, machine_fen]
    assert machine.named_in("在ATM上转") and not machine.named_in("柜台转")


def test_bank_without_the_file_has_no_fees(tmp_path: Path) -> None:
    assert load_fees(tmp_path) == {}


HEAD = (
    "- {service: 转账, faq: F, source: 目录, effective_date: 2026-01-05, channels: [{name: 柜台, words: [柜台], steps: "
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{", "不是有效的 YAML"),
        (HEAD + "[{fixed: 1, percent: 2}]}]}", "写且只写一个"),
        (HEAD + "[{fixed: 1, max: 2}]}]}", "max 只能和 percent"),
        (HEAD + "[{up_to: 5, fixed: 1}]}]}", "最后一档不应写 up_to"),
        (HEAD + "[{up_to: 5, fixed: 1}, {up_to: 5, fixed: 2}, {fixed: 3}]}]}", "从小到大"),
        (HEAD + "[{fixed: -1}]}]}", "第 1 → channels → 1 → steps → 1 → fixed 项"),
    ],
)
def test_wrong_file_is_named(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "fees.yml").write_text(text, "utf-8")
    with pytest.raises(KnowledgeError, match=said):
        load_fees(tmp_path)
