"""Is a confidence of .8 right in eight of ten? Reliability bins and the expected calibration error. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

BINS = 10  # of equal width: enough to see the shape, and none is empty with a thousand questions


class Bin(NamedTuple):
    """Answers whose confidence lies in ``[low, high)``; 1 belongs to the last bin. ``confidence`` is their mean."""

    low: float
    high: float
    n: int
    confidence: float
    right: float
    """Share 0..1 of right ones."""


class Calibration(NamedTuple):
    """``bins`` without the empty ones. ``error`` is the mean gap over all answers, ``None`` without any."""

    bins: tuple[Bin, ...]
    n: int
    error: float | None

    def to_json(self) -> dict[str, Any]:
        return {"n": self.n, "ece": self.error, "bins": [one._asdict() for one in self.bins]}


def calibrate(answers: Iterable[tuple[float, bool]]) -> Calibration:
    """From confidences 0..1 and whether each answer was right."""
    members: list[list[tuple[float, bool]]] = [[] for _ in range(BINS)]
    for confidence, right in answers:
        members[min(BINS - 1, max(0, int(confidence * BINS)))].append((confidence, right))
    bins = tuple(
        Bin(
            at / BINS,
            (at + 1) / BINS,
            len(rows),
            sum(confidence for confidence, _ in rows) / len(rows),
            sum(right for _, right in rows) / len(rows),
        )
        for at, rows in enumerate(members)
        if rows
    )
    count = sum(one.n for one in bins)
    gaps = sum(one.n * abs(one.right - one.confidence) for one in bins)
    return Calibration(bins, count, gaps / count if count else None)
