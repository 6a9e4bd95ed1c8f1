"""The encoder's last layer, kept apart so that an FAQ can have its own: for the CLS token alone, in numpy.

A sentence's vector is the CLS token after the last of the encoder's layers. Only that token is wanted, so one question
costs a tenth of a whole layer: 0.5 ms. :mod:`bot.retrieval.tuning` trains the weights on the known questions.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import erf

from bot.retrieval.encoder import FloatArray

HEADS = 8
EPSILON = 1e-12  # of the layer norms, as in the encoder's config.json
PREFIX = "encoder.layer.3."
NAMES = tuple(
    f"{part}.{kind}"
    for part in (
        "attention.self.query",
        "attention.self.key",
        "attention.self.value",
        "attention.output.dense",
        "attention.output.LayerNorm",
        "intermediate.dense",
        "output.dense",
        "output.LayerNorm",
    )
    for kind in ("weight", "bias")
)


class LastLayer:
    """Turns the states below the last layer into a sentence vector.

    Args:
        weights: by :data:`NAMES`, as BERT calls them; matrices ``(out, in)``.

    Raises:
        KeyError: one is missing.
    """

    def __init__(self, weights: Mapping[str, npt.NDArray[Any]]) -> None:
        self.weights: dict[str, FloatArray] = {name: np.asarray(weights[name], np.float32) for name in NAMES}

    @classmethod
    def shipped(cls, folder: Path) -> LastLayer:
        """The layer as the encoder was published: from ``model.safetensors`` of its folder.

        Raises:
            OSError, KeyError: the file cannot be read, or is of another model.
        """
        from safetensors import safe_open  # only an import of knowledge needs it

        with safe_open(str(folder / "model.safetensors"), framework="numpy") as file:
            return cls({name: file.get_tensor(PREFIX + name) for name in NAMES})

    def vector(self, states: npt.NDArray[Any]) -> FloatArray:
        """Unit vector ``(dimensions,)`` of a text from its states ``(tokens, dimensions)``, CLS first."""
        x = states.astype(np.float32)
        cls = x[0]
        width = len(cls)
        query = self._linear("attention.self.query", cls).reshape(HEADS, -1)
        keys = self._linear("attention.self.key", x).reshape(len(x), HEADS, -1)
        values = self._linear("attention.self.value", x).reshape(len(x), HEADS, -1)
        scores = np.einsum("hd,thd->ht", query, keys) / math.sqrt(width / HEADS)
        shares = np.exp(scores - scores.max(axis=1, keepdims=True))
        shares /= shares.sum(axis=1, keepdims=True)
        seen = np.einsum("ht,thd->hd", shares, values).reshape(width)
        middle = self._norm("attention.output.LayerNorm", self._linear("attention.output.dense", seen) + cls)
        wide = self._linear("intermediate.dense", middle)
        wide = wide * 0.5 * (1 + erf(wide / math.sqrt(2)))
        out = self._norm("output.LayerNorm", self._linear("output.dense", wide) + middle)
        unit: FloatArray = (out / max(float(np.linalg.norm(out)), 1e-9)).astype(np.float32)
        return unit

    def _linear(self, name: str, x: FloatArray) -> FloatArray:
        product: FloatArray = x @ self.weights[f"{name}.weight"].T + self.weights[f"{name}.bias"]
        return product

    def _norm(self, name: str, x: FloatArray) -> FloatArray:
        centred = x - x.mean()
        scaled: FloatArray = centred / np.sqrt((centred * centred).mean() + EPSILON)
        return scaled * self.weights[f"{name}.weight"] + self.weights[f"{name}.bias"]
