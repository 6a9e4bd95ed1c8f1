"""Ranks FAQ entries for a question: what was learnt from the known questions, joined with the nearest of them.

The score of an entry is a sum of three likenesses, all cosines:

1. ``learnt``: of the question, as the FAQ's own last layer sees it (see ``tuning``), to the centre of the entry;
2. ``nearest``: to the nearest known question of the entry, as the encoder was published: one good example is enough;
3. ``document``: by characters, to the entry's known questions and answer taken together; it sees names and digits.

Where few questions are known, nothing can be learnt from them, and the answer's vector helps instead. The weights were
fitted on development questions (conditional logit), so that the scores are log-odds; ``bench/faq_retrieval.py``
measures them on any FAQ. See docs/adr/0006-a-last-layer-of-its-own.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from bot.retrieval.encoder import FloatArray, HalfArray
from bot.retrieval.features import BUCKETS, inverse_frequencies, ngram_counts, tfidf
from bot.retrieval.last_layer import NAMES, LastLayer

IntArray = npt.NDArray[np.int64]

LEARNT = 18.0  # log-odds per unit of cosine, as are the next three
NEAREST = 18.0
DOCUMENT = 20.0
ANSWER = 12.0  # times entries per known question: with one question each it counts in full
ENOUGH = 2.0  # known questions an entry from which on there is something to learn …
LEAST = 1000  # … and in all: measured, 240 questions only blur what the encoder knows, 1,800 sharpen it
NEAR_MIDDLE, NEAR_WIDTH = 0.62, 0.05  # cosine at which the nearest known question is as likely right as wrong


class Ranker:
    """What was learnt from the known questions of one FAQ. Make one with :meth:`fit`."""

    def __init__(
        self,
        layer: LastLayer | None,
        centres: FloatArray,
        vectors: FloatArray,
        owners: IntArray,
        documents: csr_matrix,
        weights: FloatArray,
        answers: FloatArray,
    ) -> None:
        self._layer = layer  # None: too little to learn from, the encoder's own vector counts
        self._centres = centres  # (entries, dimensions), unit rows
        self._vectors = vectors  # (questions, dimensions), unit rows
        self._owners = owners  # (questions,), rising: the entry of each question
        self._documents = documents  # (entries, BUCKETS), unit rows
        self._weights = weights  # (BUCKETS,), inverse document frequencies
        self._answers = answers  # (entries, dimensions), unit rows, or zero without an answer
        self._starts = np.searchsorted(owners, np.arange(len(centres)))
        self._reliance = ANSWER * len(centres) / max(1, len(owners))

    @classmethod
    def fit(
        cls,
        vectors: FloatArray,
        states: Sequence[HalfArray],
        texts: Sequence[str],
        owners: IntArray,
        answer_vectors: FloatArray,
        answers: Sequence[str],
        start: LastLayer | None,
    ) -> Ranker:
        """Learn.

        Args:
            vectors: of the known questions, shape ``(questions, dimensions)``, unit rows.
            states: of each of them below the encoder's last layer, ``(tokens, dimensions)``.
            texts: the known questions in normal form.
            owners: the entry of each question, rising, each entry at least once.
            answer_vectors: shape ``(entries, dimensions)``; the row of an entry without an answer does not count.
            answers: the entries' answers in normal form, ``""`` without.
            start: the encoder's last layer as published; None: do not learn.
        """
        entries = len(answers)
        layer, centres = None, _means(vectors, owners, entries)
        if start and entries > 1 and len(texts) >= max(LEAST, ENOUGH * entries):
            from bot.retrieval.tuning import tune  # needs PyTorch, which is not there where questions are answered

            layer, centres = tune(states, owners, entries, start)
        known: list[list[str]] = [[] for _ in answers]
        for text, owner in zip(texts, owners, strict=True):
            known[owner].append(text)
        together = ngram_counts([" ".join([*known[row], answer]) for row, answer in enumerate(answers)])
        weights = inverse_frequencies(together)
        there = np.array([bool(answer) for answer in answers], np.float32)[:, None]
        told = (answer_vectors * there).astype(np.float32)
        return cls(layer, centres, vectors, owners, tfidf(together, weights), weights, told)

    def rank(self, vector: FloatArray, states: HalfArray, text: str, k: int) -> list[tuple[int, float, float]]:
        """The ``k`` likeliest entries as ``(row, score 0..1, similarity)``, likeliest first."""
        odds, nearest = self.scores(vector, states, text)
        top = np.argsort(-odds, kind="stable")[:k]
        posterior = np.exp(odds - odds.max())
        posterior /= posterior.sum()
        near = 1 / (1 + np.exp(-(float(nearest.max()) - NEAR_MIDDLE) / NEAR_WIDTH))
        return [(int(at), float(near * posterior[at]), float(nearest[at])) for at in top]

    def scores(self, vector: FloatArray, states: HalfArray, text: str) -> tuple[FloatArray, FloatArray]:
        """Log-odds (up to a constant) and cosine to the nearest known question, of each entry: ``(entries,)`` both."""
        seen = self._layer.vector(states) if self._layer else vector
        nearest: FloatArray = np.maximum.reduceat(self._vectors @ vector, self._starts)
        form = tfidf(ngram_counts([text]), self._weights)
        asked = np.zeros(BUCKETS, np.float32)
        asked[form.indices] = form.data
        odds = LEARNT * (self._centres @ seen) + NEAREST * nearest + DOCUMENT * (self._documents @ asked)
        odds += self._reliance * (self._answers @ vector)
        return odds.astype(np.float32), nearest

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """What has to be kept to load the ranker again (the known questions' vectors are kept apart)."""
        layer = self._layer.weights if self._layer else {}
        return {
            "centres": self._centres,
            "owners": self._owners,
            "documents_data": self._documents.data,
            "documents_columns": self._documents.indices,
            "documents_ends": self._documents.indptr,
            "weights": self._weights,
            "answers": self._answers,
            **{f"layer.{name}": value.astype(np.float16) for name, value in layer.items()},
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, npt.NDArray[Any]], vectors: FloatArray) -> Ranker:
        """The ranker of :meth:`arrays`.

        Raises:
            KeyError, ValueError: something is missing, or the shapes do not fit.
        """
        centres, owners = arrays["centres"], arrays["owners"]
        weights, answers = arrays["weights"], arrays["answers"]
        fits = (
            centres.shape[1:] == vectors.shape[1:]
            and owners.shape == (len(vectors),)
            and weights.shape == (BUCKETS,)
            and answers.shape == centres.shape
        )
        if not fits:
            raise ValueError("ranker and vectors do not fit")
        parts = (arrays["documents_data"], arrays["documents_columns"], arrays["documents_ends"])
        documents = csr_matrix(parts, shape=(len(centres), BUCKETS))
        learnt = any(name.startswith("layer.") for name in arrays)
        layer = LastLayer({name: arrays[f"layer.{name}"] for name in NAMES}) if learnt else None
        return cls(layer, centres, vectors, owners, documents, weights, answers)


def _means(rows: FloatArray, owners: IntArray, entries: int) -> FloatArray:
    """Unit mean of each entry's rows."""
    sums = np.add.reduceat(rows, np.searchsorted(owners, np.arange(entries)), axis=0) if entries else rows
    means: FloatArray = (sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9)).astype(np.float32)
    return means
