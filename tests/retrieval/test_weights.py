"""Weights of the likenesses: fitted where there is something to fit, and only in the direction that can be trusted."""

from __future__ import annotations

import numpy as np

from bot.retrieval.weights import DEFAULT, LIKENESSES, fit, odds_of

MEANINGS, ENTRIES = 12, 10


def samples(telling: int, count: int = 300) -> list[tuple[np.ndarray, int]]:
    """Questions whose meaning only one likeness tells."""
    chance = np.random.default_rng(3)
    made = []
    for _ in range(count):
        likenesses = chance.normal(0.5, 0.1, (MEANINGS, len(LIKENESSES))).astype(np.float32)
        right = int(chance.integers(ENTRIES))
        likenesses[right, telling] += 0.25
        made.append((likenesses, right))
    return made


def right(made: list[tuple[np.ndarray, int]], weights: np.ndarray) -> float:
    return float(np.mean([odds_of(one, weights, ENTRIES).argmax() == answer for one, answer in made]))


def test_likeness_of_meaning_gains_where_it_tells_more() -> None:
    fitted = fit(samples(0), ENTRIES)
    assert fitted[0] / fitted.sum() > DEFAULT[0] / DEFAULT.sum()
    assert right(samples(0), fitted) > right(samples(0), DEFAULT)


def test_likeness_of_wording_never_gains_over_that_of_meaning() -> None:
    fitted = fit(samples(3), ENTRIES)
    assert fitted[3] / fitted[0] <= DEFAULT[3] / DEFAULT[0] + 1e-3


def test_sum_and_the_weights_of_intents_stay() -> None:
    fitted = fit(samples(1), ENTRIES)
    assert np.isclose(fitted[: len(LIKENESSES)].sum(), DEFAULT[: len(LIKENESSES)].sum(), rtol=1e-3)
    assert np.array_equal(fitted[len(LIKENESSES) :], DEFAULT[len(LIKENESSES) :])


def test_few_samples_change_nothing() -> None:
    assert np.array_equal(fit(samples(0, 20), ENTRIES), DEFAULT)


def test_intents_get_their_own_bias() -> None:
    likenesses = np.zeros((MEANINGS, len(LIKENESSES)), np.float32)
    odds = odds_of(likenesses, DEFAULT, ENTRIES)
    assert (odds[:ENTRIES] == 0).all()
    assert np.allclose(odds[ENTRIES:], DEFAULT[-1])
