"""Ranks FAQ entries for a question: what was learnt from the known questions, blended with the nearest of them.

Learning happens at import, in seconds, with numpy alone:

1. Features of a question are the encoder's CLS, mean and maximum vectors (:meth:`Encoder.features`).
2. Known questions of one entry differ in wording, not in meaning: the directions in which they differ are noise. Their
   covariance (shrunk towards the identity) is whitened away, as in linear discriminant analysis.
3. Each entry starts at the mean of its questions; a few rounds of gradient descent on a softmax over cosines move the
   entries apart where they are confused. An entry with one question is simply that question.
4. The score blends that with the cosine to the nearest known question.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from bot.retrieval.encoder import FloatArray

IntArray = npt.NDArray[np.int64]

SHRINKAGE = 0.95  # of the within-entry covariance; measured with bench/faq_retrieval.py
SCALE = 16.0  # of cosines inside the softmax
ROUNDS = 10
BATCH = 128
STEP = 0.003
NEAREST = 0.5  # weight of the nearest known question against what was learnt


class Ranker:
    """What was learnt from the known questions of one FAQ. Make one with :meth:`fit`."""

    def __init__(self, projection: FloatArray, centres: FloatArray, vectors: FloatArray, owners: IntArray) -> None:
        self._projection = projection  # (features, features)
        self._centres = centres  # (entries, features), unit rows
        self._vectors = vectors  # (questions, dimensions), unit rows
        self._owners = owners  # (questions,), rising: the entry of each question
        self._starts = np.searchsorted(owners, np.arange(len(centres)))

    @classmethod
    def fit(cls, features: FloatArray, texts: Sequence[str], owners: IntArray, entries: int) -> Ranker:
        """Learn.

        Args:
            features: of the known questions, shape ``(questions, 3 * dimensions)``.
            texts: the known questions in normal form.
            owners: the entry of each question, rising, each entry at least once.
            entries: how many there are.
        """
        dimensions = features.shape[1] // 3
        projection = _whitening(features, owners, entries)
        rows = _unit(features @ projection)
        centres = _separated(rows, _unit(_means(rows, owners, entries)), owners)
        return cls(projection, centres, features[:, :dimensions], owners)

    def scores(self, features: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Blended score and cosine to the nearest known question, both of shape ``(entries,)``."""
        learnt = self._centres @ _unit((features @ self._projection)[None, :])[0]
        cosines = self._vectors @ features[: self._vectors.shape[1]]
        nearest: FloatArray = np.maximum.reduceat(cosines, self._starts)
        blended: FloatArray = (learnt + NEAREST * nearest).astype(np.float32)
        return blended, nearest

    def rank(self, features: FloatArray, text: str, k: int) -> list[tuple[int, float, float]]:
        """The ``k`` likeliest entries as ``(row, score 0..1, similarity)``, likeliest first."""
        blended, nearest = self.scores(features)
        top = np.argsort(-blended, kind="stable")[:k]
        posterior = np.exp(SCALE * (blended - blended.max()))
        posterior /= posterior.sum()
        near = 1 / (1 + np.exp(-(float(nearest.max()) - 0.6) / 0.05))
        return [(int(row), float(near * posterior[row]), float(nearest[row])) for row in top]

    def arrays(self) -> dict[str, npt.NDArray[np.generic]]:
        """What has to be kept to load the ranker again (the known questions' vectors are kept apart)."""
        return {"projection": self._projection, "centres": self._centres, "owners": self._owners}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, npt.NDArray[np.generic]], vectors: FloatArray) -> Ranker:
        """The ranker of :meth:`arrays`.

        Raises:
            KeyError, ValueError: something is missing, or the shapes do not fit.
        """
        projection = np.asarray(arrays["projection"], np.float32)
        centres = np.asarray(arrays["centres"], np.float32)
        owners = np.asarray(arrays["owners"], np.int64)
        width = 3 * vectors.shape[1]
        if projection.shape != (width, width) or centres.shape[1] != width or owners.shape != (len(vectors),):
            raise ValueError("ranker and vectors do not fit")
        return cls(projection, centres, vectors, owners)


def _unit(rows: FloatArray) -> FloatArray:
    unit: FloatArray = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return unit


def _means(rows: FloatArray, owners: IntArray, entries: int) -> FloatArray:
    sums = np.add.reduceat(rows, np.searchsorted(owners, np.arange(entries)), axis=0)
    means: FloatArray = (sums / np.bincount(owners, minlength=entries)[:, None]).astype(np.float32)
    return means


def _whitening(features: FloatArray, owners: IntArray, entries: int) -> FloatArray:
    """Matrix that makes the spread within entries round, shape ``(features, features)``."""
    width = features.shape[1]
    residuals = features - _means(features, owners, entries)[owners]
    freedom = len(features) - entries
    if freedom < 1:  # one question each: nothing is known about the spread
        return np.eye(width, dtype=np.float32)
    spread = (residuals.T @ residuals).astype(np.float64) / freedom
    # Few repeats say little about 1536 directions: shrink all the more.
    shrinkage = max(SHRINKAGE, 1 - freedom / (freedom + 200))
    round_ = np.trace(spread) / width * np.eye(width)
    mixed = (1 - shrinkage) * spread + shrinkage * round_ + 1e-9 * np.eye(width)
    projection: FloatArray = np.linalg.cholesky(np.linalg.inv(mixed)).astype(np.float32)
    return projection


def _separated(rows: FloatArray, centres: FloatArray, owners: IntArray) -> FloatArray:
    """Centres moved apart by gradient descent (Adam) on the softmax over scaled cosines. Deterministic."""
    if len(centres) < 2 or len(rows) == len(centres):
        return centres
    random = np.random.RandomState(0)
    weights = centres.copy()
    first, second = np.zeros_like(weights), np.zeros_like(weights)
    steps, step = ROUNDS * -(-len(rows) // BATCH), 0
    for _ in range(ROUNDS):
        order = random.permutation(len(rows))
        for start in range(0, len(rows), BATCH):
            picked = order[start : start + BATCH]
            x, y = rows[picked], owners[picked]
            lengths = np.linalg.norm(weights, axis=1, keepdims=True)
            unit = weights / lengths
            logits = SCALE * (x @ unit.T)
            errors = np.exp(logits - logits.max(axis=1, keepdims=True))
            errors /= errors.sum(axis=1, keepdims=True)
            errors[np.arange(len(y)), y] -= 1
            gradient = (SCALE / len(y)) * (errors.T @ x)
            gradient = (gradient - unit * (gradient * unit).sum(axis=1, keepdims=True)) / lengths
            step += 1
            first = 0.9 * first + 0.1 * gradient
            second = 0.99 * second + 0.01 * gradient * gradient
            rate = STEP * (1 - step / (steps + 1))
            weights -= rate * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.99**step)) + 1e-8)
    return _unit(weights)
