"""Makes the logits mean what they say: Platt scaling of frustration, a temperature for the emotions. Fitted on dev."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Calibration:
    """``frustration = sigmoid(scale * logit + bias)``; emotions ``softmax(logits / emotion_temperature)``."""

    scale: float = 1.0
    bias: float = 0.0
    emotion_temperature: float = 1.0

    def frustration(self, logits: Floats) -> Floats:
        """Probabilities (n,) of logits (n,)."""
        return sigmoid(self.scale * logits + self.bias)


def sigmoid(values: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(values, -40, 40))))


def fit(
    frustration_logits: Floats, soft_labels: Floats, emotion_logits: Floats, emotions: NDArray[np.int64]
) -> Calibration:
    """Least cross-entropy on the given rows: Newton's method for scale and bias, a grid for the temperature."""
    scale, bias = _platt(frustration_logits, soft_labels)
    grid = np.geomspace(0.5, 3.0, 40)
    losses = [emotion_loss(emotion_logits / temperature, emotions) for temperature in grid]
    return Calibration(round(scale, 5), round(bias, 5), round(float(grid[int(np.argmin(losses))]), 4))


def _platt(logits: Floats, labels: Floats) -> tuple[float, float]:
    prior = np.array([1.0, 0.0])
    columns = np.stack([logits, np.ones_like(logits)], axis=1)

    def loss(weights: Floats) -> float:
        scores = columns @ weights
        # A light pull towards "no change" keeps small dev sets from bending the scale.
        return float((np.logaddexp(0, scores) - labels * scores).sum() + ((weights - prior) ** 2).sum() / 2)

    weights = prior
    for _ in range(100):
        chances = sigmoid(columns @ weights)
        gradient = columns.T @ (chances - labels) + (weights - prior)
        curvature = (columns * (chances * (1 - chances))[:, None]).T @ columns + np.eye(2)
        step = np.linalg.solve(curvature, gradient)
        # Full steps overshoot where the logits are large: halve until the loss falls.
        while loss(weights - step) > loss(weights) and float(np.abs(step).max()) > 1e-9:
            step = step / 2
        weights = weights - step
        if float(np.abs(step).max()) < 1e-8:
            break
    return float(max(weights[0], 0.05)), float(weights[1])


def emotion_loss(logits: Floats, emotions: NDArray[np.int64]) -> float:
    """Mean cross-entropy of logits (n, 7) at the labelled emotions (n,)."""
    top = logits.max(axis=1, keepdims=True)
    norm = top[:, 0] + np.log(np.exp(logits - top).sum(axis=1))
    return float((norm - logits[np.arange(len(logits)), emotions]).mean())
