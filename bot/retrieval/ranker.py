"""Ranks FAQ entries for a question: what was learnt from the known questions, blended with the nearest of them.

Learning happens at import, in seconds, with numpy and scipy alone:

1. Known questions of one entry differ in wording, not in meaning: the directions in which they differ are noise. Their
   covariance (shrunk towards the identity) is whitened away, as in linear discriminant analysis.
2. Each entry starts at the mean of its whitened questions; a few rounds of gradient descent on a softmax over cosines
   move entries apart where they are confused. An entry with one question is simply that question.
3. The score blends the cosine to the entry with how densely its known questions lie around the one asked, where one odd
   example cannot win alone; with characters (of the nearest known question, and of all that is known about the entry),
   which see names and digits; with the cosine to the answer, if there is one: it says most where few questions are
   known; and, a little, with how many ways to ask are known: what is asked in many ways is asked often.

The weights were chosen on questions held out from banks' FAQs; ``bench/faq_retrieval.py`` measures them on any.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from bot.retrieval.encoder import FloatArray
from bot.retrieval.features import BUCKETS, inverse_frequencies, ngram_counts, tfidf

IntArray = npt.NDArray[np.int64]

SHRINKAGE = 0.8  # of the within-entry covariance towards the identity
SCALE = 20.0  # of cosines inside the softmax
ROUNDS = 15  # through the known questions; fewer when they are many
MIN_ROUNDS = 6
MANY = 60_000  # questions times rounds
BATCH = 128
STEP = 0.003  # of Adam, falling to zero
DENSITY = 0.5  # weight of the density of known questions, against 1 for what was learnt
KERNEL = 16.0  # of the density: a question nearer by 0.06 counts e times as much
PRIOR = 0.02  # weight of the logarithm of the number of known questions
CHARACTERS = 0.15  # weight of the nearest known question by characters
DOCUMENT = 0.25  # weight of the entry's questions and answer, taken together, by characters
ANSWER = 0.2  # weight of the answer's vector
CANDIDATES = 100  # entries compared question by question; the right one is practically always among them
CERTAINTY = 22.0  # turns differences of the blend into chances; calibrated on held-out questions
NEAR_MIDDLE, NEAR_WIDTH = 0.62, 0.05  # cosine at which the nearest known question is as likely right as wrong


class Ranker:
    """What was learnt from the known questions of one FAQ. Make one with :meth:`fit`."""

    def __init__(
        self,
        projection: FloatArray,
        centres: FloatArray,
        vectors: FloatArray,
        owners: IntArray,
        characters: csr_matrix,
        documents: csr_matrix,
        weights: FloatArray,
        answers: FloatArray,
    ) -> None:
        self._projection = projection  # (dimensions, dimensions)
        self._centres = centres  # (entries, dimensions), unit rows
        self._vectors = vectors  # (questions, dimensions), unit rows
        self._owners = owners  # (questions,), rising: the entry of each question
        self._characters = characters  # (questions, BUCKETS), unit rows
        self._documents = documents  # (entries, BUCKETS), unit rows
        self._weights = weights  # (BUCKETS,), inverse document frequencies
        self._answers = answers  # (entries, dimensions), unit rows, or zero without an answer
        self._starts = np.searchsorted(owners, np.arange(len(centres) + 1))
        self._sizes = np.diff(self._starts)
        # The fewer questions are known, the more the answers say: three times as much with one question each.
        self._reliance = 1 + 2 * len(centres) / max(1, len(owners)) if answers.any() else 1.0

    @classmethod
    def fit(
        cls,
        vectors: FloatArray,
        texts: Sequence[str],
        owners: IntArray,
        answer_vectors: FloatArray,
        answers: Sequence[str],
    ) -> Ranker:
        """Learn.

        Args:
            vectors: of the known questions, shape ``(questions, dimensions)``, unit rows.
            texts: the known questions in normal form.
            owners: the entry of each question, rising, each entry at least once.
            answer_vectors: shape ``(entries, dimensions)``; the row of an entry without an answer does not count.
            answers: the entries' answers in normal form, ``""`` without.
        """
        entries = len(answers)
        projection = _whitening(vectors, owners, entries)
        rows = _unit(vectors @ projection)
        centres = _separated(rows, _unit(_means(rows, owners, entries)), owners)
        counts = ngram_counts(texts)
        weights = inverse_frequencies(counts)
        known: list[list[str]] = [[] for _ in answers]
        for text, owner in zip(texts, owners, strict=True):
            known[owner].append(text)
        together = ngram_counts([" ".join([*known[row], answer]) for row, answer in enumerate(answers)])
        there = np.array([bool(answer) for answer in answers], np.float32)[:, None]
        return cls(
            projection,
            centres,
            vectors,
            owners,
            tfidf(counts, weights),
            tfidf(together, inverse_frequencies(together)),
            weights,
            (answer_vectors * there).astype(np.float32),
        )

    def rank(self, vector: FloatArray, text: str, k: int) -> list[tuple[int, float, float]]:
        """The ``k`` likeliest entries as ``(row, score 0..1, similarity)``, likeliest first."""
        entries, blended, nearest = self.scores(vector, text)
        top = np.argsort(-blended, kind="stable")[:k]
        posterior = np.exp(CERTAINTY * (blended - blended.max()))
        posterior /= posterior.sum()
        near = 1 / (1 + np.exp(-(float(nearest.max()) - NEAR_MIDDLE) / NEAR_WIDTH))
        return [(int(entries[at]), float(near * posterior[at]), float(nearest[at])) for at in top]

    def scores(self, vector: FloatArray, text: str) -> tuple[IntArray, FloatArray, FloatArray]:
        """The entries that can win, their blended scores and cosines to their nearest known questions, side by side.

        With many entries only those that the learnt part puts first are compared question by question.
        """
        learnt = self._centres @ _unit((vector @ self._projection)[None, :])[0]
        entries = np.arange(len(learnt))
        rows: Any = slice(None)
        sizes = self._sizes
        if len(learnt) > CANDIDATES:
            entries = np.sort(np.argpartition(-learnt, CANDIDATES)[:CANDIDATES])
            sizes = sizes[entries]
            rows = np.concatenate([np.arange(self._starts[one], self._starts[one + 1]) for one in entries])
        starts = np.cumsum(sizes) - sizes
        cosines = self._vectors[rows] @ vector
        nearest: FloatArray = np.maximum.reduceat(cosines, starts)
        density = np.log(np.add.reduceat(np.exp(KERNEL * (cosines - 1)), starts)) / KERNEL
        asked = np.zeros(BUCKETS, np.float32)
        form = tfidf(ngram_counts([text]), self._weights)
        asked[form.indices] = form.data
        alike = np.maximum.reduceat(self._characters[rows] @ asked, starts)
        blended: FloatArray = learnt[entries] + DENSITY * density + CHARACTERS * alike + PRIOR * np.log(sizes)
        told = DOCUMENT * (self._documents[entries] @ asked) + ANSWER * (self._answers[entries] @ vector)
        blended += self._reliance * told
        return entries, blended.astype(np.float32), nearest

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """What has to be kept to load the ranker again (the known questions' vectors are kept apart)."""
        return {
            "projection": self._projection,
            "centres": self._centres,
            "owners": self._owners,
            **_sparse_arrays("characters", self._characters),
            **_sparse_arrays("documents", self._documents),
            "weights": self._weights,
            "answers": self._answers,
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, npt.NDArray[Any]], vectors: FloatArray) -> Ranker:
        """The ranker of :meth:`arrays`.

        Raises:
            KeyError, ValueError: something is missing, or the shapes do not fit.
        """
        projection, centres = arrays["projection"], arrays["centres"]
        owners, weights, answers = arrays["owners"], arrays["weights"], arrays["answers"]
        width = vectors.shape[1]
        fits = (
            projection.shape == (width, width)
            and centres.shape[1:] == (width,)
            and owners.shape == (len(vectors),)
            and weights.shape == (BUCKETS,)
            and answers.shape == centres.shape
        )
        if not fits:
            raise ValueError("ranker and vectors do not fit")
        characters = _sparse("characters", arrays, len(vectors))
        documents = _sparse("documents", arrays, len(centres))
        return cls(projection, centres, vectors, owners, characters, documents, weights, answers)


def _sparse_arrays(name: str, matrix: csr_matrix) -> dict[str, npt.NDArray[Any]]:
    return {f"{name}_data": matrix.data, f"{name}_columns": matrix.indices, f"{name}_ends": matrix.indptr}


def _sparse(name: str, arrays: Mapping[str, npt.NDArray[Any]], rows: int) -> csr_matrix:
    parts = (arrays[f"{name}_data"], arrays[f"{name}_columns"], arrays[f"{name}_ends"])
    return csr_matrix(parts, shape=(rows, BUCKETS))


def _unit(rows: FloatArray) -> FloatArray:
    unit: FloatArray = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return unit


def _means(rows: FloatArray, owners: IntArray, entries: int) -> FloatArray:
    sums = np.add.reduceat(rows, np.searchsorted(owners, np.arange(entries)), axis=0)
    means: FloatArray = (sums / np.bincount(owners, minlength=entries)[:, None]).astype(np.float32)
    return means


def _whitening(vectors: FloatArray, owners: IntArray, entries: int) -> FloatArray:
    """Matrix that makes the spread within entries round, shape ``(dimensions, dimensions)``."""
    width = vectors.shape[1]
    residuals = vectors - _means(vectors, owners, entries)[owners]
    freedom = len(vectors) - entries
    if freedom < 1:  # one question each: nothing is known about the spread
        return np.eye(width, dtype=np.float32)
    spread = (residuals.T @ residuals).astype(np.float64) / freedom
    # Few repeats say little about 512 directions: shrink all the more.
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
    rounds = max(MIN_ROUNDS, min(ROUNDS, MANY // len(rows)))
    steps, step = rounds * -(-len(rows) // BATCH), 0
    for _ in range(rounds):
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
