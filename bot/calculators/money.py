"""Exact money: yearly rates as Decimal percent, amounts in 分 (integers), rounding once, half up to 分."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal


def round_fen(fen: Decimal) -> int:
    """Whole 分, half up, as the banks' own statements round."""
    return int(fen.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def fen_text(fen: int, unit: str = "元") -> str:
    """An amount to the 分: ``47500`` → ``475.00元``, ``123456789`` → ``1,234,567.89元``."""
    return f"{Decimal(fen) / 100:,.2f}{unit}"
