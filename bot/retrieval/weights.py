"""How much each likeness of the ranker counts, in log-odds per unit of cosine. Pure functions.

The defaults lie between two fits on the development questions, clean ones and those with slips. What an FAQ's known
questions are worth differs from bank to bank (without answers, characters say little), so an import fits the weights
again on known questions that were held back. Their sum stays: held-back known questions are easier than what customers
will ask, so their confidence would be too high.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.optimize import minimize

from bot.retrieval.encoder import FloatArray

LIKENESSES = ("learnt", "nearest", "close", "document", "sound")
# The five, and what is added for an intent: to the weight of "close", to that of "document", and in any case.
DEFAULT: FloatArray = np.array([12.0, 14.0, 5.5, 19.0, 20.0, 5.0, 6.0, -2.0], np.float32)
CLOSE, DOCUMENT = 2, 3
# Held-back known questions resemble each other in wording more than customers' do: what likens meanings may only gain
# by them, what likens wordings only lose.
BOUNDS = ((0, None), (0, None), (0, None), (None, 0), (None, 0))
TIGHT = 1.0  # standard deviation of the logarithm of a weight around the default's
RIVALS = 30  # likeliest meanings that a sample is compared on
LEAST = 100  # samples from which on there is something to fit


def odds_of(likenesses: FloatArray, weights: FloatArray, entries: int) -> FloatArray:
    """Log-odds, up to a constant, of meanings ``(meanings, likenesses)``; those from ``entries`` on are intents."""
    odds: FloatArray = likenesses @ weights[: len(LIKENESSES)]
    more_close, more_document, bias = weights[len(LIKENESSES) :]
    intents = likenesses[entries:]
    odds[entries:] += more_close * intents[:, CLOSE] + more_document * intents[:, DOCUMENT] + bias
    return odds


def fit(samples: Sequence[tuple[FloatArray, int]], entries: int) -> FloatArray:
    """The weights that find the meaning of the samples best, near to the default ones.

    Args:
        samples: likenesses ``(meanings, likenesses)`` of a question, and the row of its meaning.
        entries: how many of the meanings are entries of the FAQ.
    """
    rows, shifts = [], []
    for likenesses, right in samples:
        odds = odds_of(likenesses, DEFAULT, entries)
        likely = np.argsort(-odds)[:RIVALS]
        if right in likely:
            order = np.array([right, *(at for at in likely if at != right)])
            rows.append(likenesses[order])
            shifts.append(odds[order] - likenesses[order] @ DEFAULT[: len(LIKENESSES)])
    if len(rows) < LEAST:
        return DEFAULT
    table, fixed = np.array(rows, np.float64), np.array(shifts, np.float64)
    default = DEFAULT[: len(LIKENESSES)].astype(np.float64)

    def loss(change: np.ndarray) -> tuple[float, np.ndarray]:
        weights = default * np.exp(change)
        odds = table @ weights + fixed
        odds -= odds.max(axis=1, keepdims=True)
        chances = np.exp(odds)
        chances /= chances.sum(axis=1, keepdims=True)
        value = -np.log(chances[:, 0] + 1e-12).sum() + float(change @ change) / (2 * TIGHT**2)
        gradient = ((chances[:, :, None] * table).sum(axis=1) - table[:, 0]).sum(axis=0) * weights
        return value, gradient + change / TIGHT**2

    found = default * np.exp(minimize(loss, np.zeros(len(default)), jac=True, method="L-BFGS-B", bounds=BOUNDS).x)
    fitted = DEFAULT.copy()
    fitted[: len(LIKENESSES)] = found * default.sum() / found.sum()
    return fitted
