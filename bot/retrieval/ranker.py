"""Ranks what a question may mean: the entries of the FAQ and the intents, all on one scale of log-odds.

The score of a meaning is a weighted sum of five likenesses, all cosines:

1. ``learnt``: of the question, as this bank's own last layer sees it (see ``tuning``), to the centre of the meaning;
2. ``nearest``: to its nearest known question, as the encoder was published: one good example is enough;
3. ``close``: to its three nearest known questions, as the own layer sees them;
4. ``document``: by characters, to its known questions and answer taken together; it sees names and digits;
5. ``sound``: by syllables, to its known questions taken together; it reads what is mistyped or misheard.

Intents have a bias and weights of their own for two of them, as their examples are many and unlike. Where few questions
are known, nothing can be learnt from them, and the answer's vector helps instead. See :mod:`bot.retrieval.weights` and
docs/adr/0007-one-softmax.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from bot.retrieval.encoder import FloatArray, HalfArray
from bot.retrieval.features import BUCKETS, inverse_frequencies, ngram_counts, syllable_counts, tfidf
from bot.retrieval.last_layer import NAMES, LastLayer
from bot.retrieval.weights import DEFAULT, LIKENESSES, fit, odds_of

IntArray = npt.NDArray[np.int64]

ANSWER = 12.0  # log-odds per unit of cosine, times entries per known question: with one question each it counts in full
ENOUGH = 2.0  # known questions a meaning from which on there is something to learn …
LEAST = 1000  # … and in all: measured, 240 questions only blur what the encoder knows, 1,800 sharpen it
CANDIDATES = 40  # likeliest meanings for which the third likeness is looked at
CLOSEST = 3
NEAR_MIDDLE, NEAR_WIDTH = 0.62, 0.05  # cosine at which the nearest known question is as likely right as wrong
HELD_SHARE, HELD_MOST = 0.1, 1500  # of the known questions by which the weights are fitted to this bank
HELD_FROM = 5  # known questions of a meaning that can spare one
LAST_PACE = 0.3  # of the steps when the held questions are learnt in the end, too


class Encoded(NamedTuple):
    """Texts in normal form, their unit vectors, and their states below the encoder's last layer."""

    texts: Sequence[str]
    vectors: FloatArray
    states: Sequence[HalfArray]


@dataclass(frozen=True)
class Known:
    """What is known of all meanings, entries first, then intents.

    ``clean`` are the known questions, ``slipped`` a misspelt copy of each; ``owners`` the meaning of each, rising, each
    meaning at least once. ``answers`` of the entries, ``""`` without, and ``answer_vectors``; intents have none.
    """

    clean: Encoded
    slipped: Encoded
    owners: IntArray
    answers: Sequence[str]
    answer_vectors: FloatArray
    meanings: int


@dataclass(frozen=True)
class Weighed:
    """``odds``, log-odds up to a constant, and ``nearest``, cosines, of each meaning; ``cosines`` of each question."""

    odds: FloatArray
    nearest: FloatArray
    cosines: FloatArray


class Ranker:
    """What was learnt from the known questions. Make one with :meth:`fit`."""

    def __init__(
        self,
        layer: LastLayer | None,
        centres: FloatArray,
        vectors: FloatArray,
        learnt: HalfArray,
        owners: IntArray,
        documents: csr_matrix,
        document_weights: FloatArray,
        sounds: csr_matrix,
        sound_weights: FloatArray,
        answers: FloatArray,
        weights: FloatArray = DEFAULT,
    ) -> None:
        self._layer = layer  # None: too little to learn from, the encoder's own vector counts
        self._centres = centres  # (meanings, dimensions), unit rows
        self._vectors = vectors  # (questions, dimensions), unit rows
        self._learnt = learnt.astype(np.float32)  # the same by the own layer; half floats are slow to reckon with
        self._owners = owners  # (questions,), rising: the meaning of each question
        self._documents = documents  # (meanings, BUCKETS), unit rows
        self._document_weights = document_weights  # (BUCKETS,), inverse document frequencies
        self._sounds = sounds
        self._sound_weights = sound_weights
        self._answers = answers  # (entries, dimensions), unit rows, or zero without an answer
        self._weights = weights
        self._starts = np.searchsorted(owners, np.arange(len(centres) + 1))
        known = int(self._starts[len(answers)])  # of the entries
        self._reliance = ANSWER * len(answers) / max(1, known)

    @property
    def weights(self) -> FloatArray:
        """Of the likenesses, see :mod:`bot.retrieval.weights`."""
        return self._weights

    @classmethod
    def fit(cls, known: Known, start: LastLayer | None) -> Ranker:
        """Learn. ``start`` is the encoder's last layer as published; None: do not learn."""
        rows = np.arange(len(known.clean.texts))
        if start is None or known.meanings < 2 or len(rows) < max(LEAST, ENOUGH * known.meanings):
            return cls._of(known, rows, None, _means(known.clean.vectors, known.owners, known.meanings), DEFAULT)
        from bot.retrieval.tuning import ROUNDS, tune  # needs PyTorch, which is not there where questions are answered

        held = _held(known.owners)
        kept = np.setdiff1d(rows, held)
        layer, centres = tune(known, kept, start, rounds=ROUNDS - 1)
        draft = cls._of(known, kept, layer, centres, DEFAULT)
        weights = draft._fitted(known, held)
        layer, centres = tune(known, rows, layer, rounds=1, centres=centres, pace=LAST_PACE)
        return cls._of(known, rows, layer, centres, weights)

    @classmethod
    def _of(
        cls, known: Known, rows: IntArray, layer: LastLayer | None, centres: FloatArray, weights: FloatArray
    ) -> Ranker:
        """From some of the known questions."""
        owners = known.owners[rows]
        gathered: list[list[str]] = [[] for _ in range(known.meanings)]
        for row, owner in zip(rows, owners, strict=True):
            gathered[owner].append(known.clean.texts[row])
        told = [*known.answers, *[""] * (known.meanings - len(known.answers))]
        documents = ngram_counts([" ".join([*texts, answer]) for texts, answer in zip(gathered, told, strict=True)])
        sounds = syllable_counts([" ".join(texts) for texts in gathered])
        document_weights, sound_weights = inverse_frequencies(documents), inverse_frequencies(sounds)
        vectors = known.clean.vectors[rows]
        learnt = vectors
        if layer:
            from bot.retrieval.tuning import see

            learnt = see(layer, [known.clean.states[row] for row in rows])
        there = np.array([bool(answer) for answer in known.answers], np.float32)[:, None]
        return cls(
            layer,
            centres,
            vectors,
            learnt.astype(np.float16),
            owners,
            tfidf(documents, document_weights),
            document_weights,
            tfidf(sounds, sound_weights),
            sound_weights,
            (known.answer_vectors * there).astype(np.float32),
            weights,
        )

    def _fitted(self, known: Known, held: IntArray) -> FloatArray:
        """The weights by which the held questions, half of them misspelt, find their meaning best."""
        samples = []
        for at, row in enumerate(held):
            asked = known.slipped if at % 2 else known.clean
            likenesses, _, _ = self._likenesses(asked.vectors[row], asked.states[row], asked.texts[row])
            samples.append((likenesses, int(known.owners[row])))
        return fit(samples, len(known.answers))

    def rank(self, weighed: Weighed, k: int) -> list[tuple[int, float, float]]:
        """The ``k`` likeliest entries as ``(row, score 0..1, similarity)``, likeliest first."""
        odds, nearest = weighed.odds[: len(self._answers)], weighed.nearest[: len(self._answers)]
        top = np.argsort(-odds, kind="stable")[:k]
        posterior = np.exp(odds - odds.max())
        posterior /= posterior.sum()
        near = 1 / (1 + np.exp(-(float(nearest.max()) - NEAR_MIDDLE) / NEAR_WIDTH))
        return [(int(at), float(near * posterior[at]), float(nearest[at])) for at in top]

    def weigh(self, vector: FloatArray, states: HalfArray, text: str) -> Weighed:
        """Compare one question with all meanings.

        Args:
            vector: of the question, unit length, as the encoder was published.
            states: of it below the encoder's last layer, ``(tokens, dimensions)``.
            text: in normal form.
        """
        likenesses, nearest, cosines = self._likenesses(vector, states, text)
        odds = odds_of(likenesses, self._weights, len(self._answers))
        odds[: len(self._answers)] += self._reliance * (self._answers @ vector)
        return Weighed(odds.astype(np.float32), nearest, cosines)

    def _likenesses(
        self, vector: FloatArray, states: HalfArray, text: str
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """``(meanings, likenesses)``, and the cosines to the nearest question of each meaning and to each question."""
        seen = self._layer.vector(states) if self._layer else vector
        cosines: FloatArray = self._vectors @ vector
        nearest: FloatArray = np.maximum.reduceat(cosines, self._starts[:-1])
        found = np.zeros((len(self._centres), len(LIKENESSES)), np.float32)
        found[:, 0] = self._centres @ seen
        found[:, 1] = nearest
        found[:, 3] = _by_ngrams(self._documents, ngram_counts([text]), self._document_weights)
        found[:, 4] = _by_ngrams(self._sounds, syllable_counts([text]), self._sound_weights)
        partial = odds_of(found, self._weights, len(self._answers))
        likely = np.argsort(-partial)[:CANDIDATES]
        close = [self._close(at, seen) for at in likely]
        found[:, 2] = min(close)  # the others are no nearer, so far as it matters
        found[likely, 2] = close
        return found, nearest, cosines

    def _close(self, meaning: int, seen: FloatArray) -> float:
        """Mean cosine, by the own layer, to the nearest few questions of a meaning."""
        cosines = self._learnt[self._starts[meaning] : self._starts[meaning + 1]] @ seen
        few = min(CLOSEST, len(cosines))
        return float(np.partition(cosines, len(cosines) - few)[-few:].mean())

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """What has to be kept to load the ranker again (the known questions' vectors are kept apart)."""
        layer = self._layer.weights if self._layer else {}
        return {
            "centres": self._centres,
            "learnt": self._learnt.astype(np.float16),
            "owners": self._owners,
            **_sparse("documents", self._documents),
            "document_weights": self._document_weights,
            **_sparse("sounds", self._sounds),
            "sound_weights": self._sound_weights,
            "answers": self._answers,
            "weights": self._weights,
            **{f"layer.{name}": value.astype(np.float16) for name, value in layer.items()},
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, npt.NDArray[Any]], vectors: FloatArray) -> Ranker:
        """The ranker of :meth:`arrays`.

        Raises:
            KeyError, ValueError: something is missing, or the shapes do not fit.
        """
        centres, owners = arrays["centres"], arrays["owners"]
        fits = (
            centres.shape[1:] == vectors.shape[1:]
            and owners.shape == (len(vectors),)
            and arrays["learnt"].shape == vectors.shape
            and arrays["document_weights"].shape == arrays["sound_weights"].shape == (BUCKETS,)
            and arrays["answers"].shape[1:] == centres.shape[1:]
            and len(arrays["answers"]) <= len(centres)
            and arrays["weights"].shape == DEFAULT.shape
        )
        if not fits:
            raise ValueError("ranker and vectors do not fit")
        learnt = any(name.startswith("layer.") for name in arrays)
        layer = LastLayer({name: arrays[f"layer.{name}"] for name in NAMES}) if learnt else None
        return cls(
            layer,
            centres,
            vectors,
            arrays["learnt"],
            owners,
            _rows_of("documents", arrays, len(centres)),
            arrays["document_weights"],
            _rows_of("sounds", arrays, len(centres)),
            arrays["sound_weights"],
            arrays["answers"],
            arrays["weights"],
        )


def _held(owners: IntArray) -> IntArray:
    """Rows of some questions, of meanings that can spare them; the first of a meaning is its name and stays."""
    chance = Random(0)
    sizes = np.bincount(owners)
    starts = np.searchsorted(owners, np.arange(len(sizes)))
    spare = [row for row in range(len(owners)) if sizes[owners[row]] >= HELD_FROM and row != starts[owners[row]]]
    return np.array(sorted(chance.sample(spare, min(HELD_MOST, int(HELD_SHARE * len(spare))))), np.int64)


def _by_ngrams(rows: csr_matrix, counts: csr_matrix, weights: FloatArray) -> FloatArray:
    form = tfidf(counts, weights)
    asked = np.zeros(BUCKETS, np.float32)
    asked[form.indices] = form.data
    found: FloatArray = rows @ asked
    return found


def _sparse(name: str, rows: csr_matrix) -> dict[str, npt.NDArray[Any]]:
    return {f"{name}_data": rows.data, f"{name}_columns": rows.indices, f"{name}_ends": rows.indptr}


def _rows_of(name: str, arrays: Mapping[str, npt.NDArray[Any]], count: int) -> csr_matrix:
    parts = (arrays[f"{name}_data"], arrays[f"{name}_columns"], arrays[f"{name}_ends"])
    return csr_matrix(parts, shape=(count, BUCKETS))


def _means(rows: FloatArray, owners: IntArray, meanings: int) -> FloatArray:
    """Unit mean of each meaning's rows."""
    sums = np.add.reduceat(rows, np.searchsorted(owners, np.arange(meanings)), axis=0) if meanings else rows
    means: FloatArray = (sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9)).astype(np.float32)
    return means
