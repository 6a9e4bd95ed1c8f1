"""Is a message any of a bank's business? A small calibrated model over the encoder's vector and what is near it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

STRENGTH = 30.0  # inverse of the prior on the weights; like all here, chosen on questions outside the training data
NEAR_MIDDLE = 0.60  # cosine to the nearest known question at which nearness says nothing either way
PER_COSINE = 20.0  # log-odds per unit of cosine
CAUTION = 1.0  # log-odds: rather admit not to know than answer what was not asked
CERTAINTY = 0.4  # the parts share evidence, so their sum is surer than it may be: measured, AUC .97


class ScopeModel:
    """Logistic regression on the vector, trained on the NLU examples, joined with nearness to known questions."""

    def __init__(self, weights: np.ndarray, bias: float) -> None:
        self._weights = weights
        self._bias = bias

    @classmethod
    def fit(cls, vectors: np.ndarray, outside: np.ndarray) -> ScopeModel:
        """Learn from unit vectors ``(n, 512)`` and whether each lies outside. Both kinds weigh the same."""
        from sklearn.linear_model import LogisticRegression  # only Rasa's training needs it

        if outside.all() or not outside.any():
            return cls(np.zeros(vectors.shape[1], np.float32), -20.0 if not outside.any() else 20.0)
        model = LogisticRegression(C=STRENGTH, class_weight="balanced", max_iter=500).fit(vectors, outside)
        return cls(model.coef_[0].astype(np.float32), float(model.intercept_[0]))

    def probability(
        self, vector: np.ndarray, faq_similarity: float, nearest: Mapping[str, float], classified: float
    ) -> float:
        """Chance 0..1 that the message is out of scope.

        Args:
            vector: of the message, unit length.
            faq_similarity: cosine to the nearest FAQ question, -1 without any.
            nearest: cosine to the nearest example of each intent.
            classified: the classifier's chance of ``out_of_scope``.
        """
        inside = max([faq_similarity, *(value for name, value in nearest.items() if name != "out_of_scope")])
        outside = nearest.get("out_of_scope", 0.0)
        odds = float(self._weights @ vector) + self._bias
        odds -= PER_COSINE * (inside - max(outside, NEAR_MIDDLE))
        classified = min(max(classified, 1e-6), 1 - 1e-6)
        odds += float(np.log(classified / (1 - classified))) + CAUTION
        return float(1 / (1 + np.exp(-CERTAINTY * np.clip(odds, -60, 60))))

    def arrays(self) -> dict[str, np.ndarray]:
        return {"scope_weights": self._weights, "scope_bias": np.array(self._bias)}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray]) -> ScopeModel:
        return cls(arrays["scope_weights"], float(arrays["scope_bias"]))
