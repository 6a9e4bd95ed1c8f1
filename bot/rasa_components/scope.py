"""Is a message any of a bank's business? How near it is to what customers of a bank say, and how it is said."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from bot.rasa_components import regression
from bot.retrieval.features import inverse_frequencies, ngram_counts, tfidf

STRENGTH = 10.0  # inverse of the prior on the regression's weights
NEIGHBOURS = 5  # nearest examples whose mean cosine says how near the bank's business is: one alone may be chance
PER_COSINE = 53.0  # log-odds per unit of that cosine; like the next two, fitted on development and foreign ones
MIDDLE = 0.68  # cosine at which nearness says nothing either way
CERTAINTY = 0.5  # both parts share evidence, so their sum is surer than it may be


class ScopeModel:
    """Logistic regression on vector and n-grams, learnt from the NLU examples, joined with nearness to those inside."""

    def __init__(self, matrix: np.ndarray, bias: float, buckets: np.ndarray, frequencies: np.ndarray) -> None:
        self._matrix = matrix  # (1, dimensions + n-grams)
        self._bias = bias
        self._buckets = buckets  # n-grams that the matrix knows, rising
        self._frequencies = frequencies  # (BUCKETS,), inverse

    @classmethod
    def fit(cls, vectors: np.ndarray, texts: list[str], outside: np.ndarray) -> ScopeModel:
        """Learn from unit vectors ``(n, 512)``, their texts and which of them lie outside; both kinds weigh alike."""
        counts = ngram_counts(texts)
        frequencies = inverse_frequencies(counts)
        grams = tfidf(counts, frequencies)
        buckets = np.unique(grams.indices)
        if outside.all() or not outside.any():
            nothing = np.zeros((1, vectors.shape[1] + len(buckets)), np.float32)
            return cls(nothing, 20.0 if outside.any() else -20.0, buckets, frequencies)
        sizes = np.bincount(outside.astype(np.int64))
        importance = (len(outside) / 2 / sizes)[outside.astype(np.int64)].astype(np.float32)
        owners = outside.astype(np.int64)
        matrix, bias = regression.fit(vectors, grams[:, buckets].tocsr(), owners, importance, STRENGTH)
        return cls(matrix[1:] - matrix[:1], float(bias[1] - bias[0]), buckets, frequencies)

    def probability(self, vector: np.ndarray, text: str, inside: np.ndarray) -> float:
        """Chance 0..1 that the message is out of scope.

        Args:
            vector: of the message, unit length.
            text: in normal form.
            inside: cosines to all examples in scope and all known questions of the FAQ.
        """
        odds = self._bias + float(self._matrix[0, : len(vector)] @ vector)
        form = tfidf(ngram_counts([text]), self._frequencies)
        odds += float(regression.gram_odds(self._matrix[:, len(vector) :], self._buckets, form)[0])
        odds -= PER_COSINE * (_nearness(inside) - MIDDLE)
        return float(1 / (1 + np.exp(-CERTAINTY * np.clip(odds, -60, 60))))

    def arrays(self) -> dict[str, np.ndarray]:
        """What has to be kept to load the model again."""
        return {
            "scope_matrix": self._matrix,
            "scope_bias": np.array(self._bias),
            "scope_buckets": self._buckets,
            "scope_frequencies": self._frequencies,
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray]) -> ScopeModel:
        """The model of :meth:`arrays`."""
        bias = float(arrays["scope_bias"])
        return cls(arrays["scope_matrix"], bias, arrays["scope_buckets"], arrays["scope_frequencies"])


def _nearness(cosines: np.ndarray) -> float:
    """Mean of the highest few; -1 without any."""
    if not len(cosines):
        return -1.0
    few = min(NEIGHBOURS, len(cosines))
    return float(np.partition(cosines, len(cosines) - few)[-few:].mean())
