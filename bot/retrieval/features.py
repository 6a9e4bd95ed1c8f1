"""Hashed n-grams of characters and of syllables, weighted by TF-IDF: what the encoder does not see.

Characters tell exact words, digits and names; syllables tell the same words mistyped or misheard.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from bot.text.sounds import syllables

BUCKETS = 1 << 17  # 19,000 questions have some 50,000 different n-grams: few share a bucket
SIZES = (1, 2)


def ngram_counts(texts: Sequence[str]) -> csr_matrix:
    """Counts of hashed character n-grams: sparse, shape ``(len(texts), BUCKETS)``. Case is ignored."""
    return _counts([f"^{text.lower()}$" for text in texts], "")


def syllable_counts(texts: Sequence[str]) -> csr_matrix:
    """Counts of hashed n-grams of syllables (see :mod:`bot.text.sounds`), in the same shape."""
    return _counts([["^", *syllables(text), "$"] for text in texts], "|")


def _counts(pieces: Sequence[Sequence[str]], joint: str) -> csr_matrix:
    """Counts of runs of one or two pieces."""
    columns: list[int] = []
    ends = [0]
    for row in pieces:
        for size in SIZES:
            columns.extend(
                zlib.crc32(joint.join(row[start : start + size]).encode("utf-8", "surrogatepass")) % BUCKETS
                for start in range(len(row) - size + 1)
            )
        ends.append(len(columns))
    counts = csr_matrix(
        (np.ones(len(columns), np.float32), np.asarray(columns, np.int32), np.asarray(ends, np.int64)),
        shape=(len(pieces), BUCKETS),
    )
    counts.sum_duplicates()
    return counts


def inverse_frequencies(counts: csr_matrix) -> npt.NDArray[np.float32]:
    """Smoothed inverse document frequency of each bucket, shape ``(BUCKETS,)``; unseen buckets get the highest."""
    seen = np.bincount(counts.indices, minlength=counts.shape[1])
    weights: npt.NDArray[np.float32] = (np.log((1 + counts.shape[0]) / (1 + seen)) + 1).astype(np.float32)
    return weights


def tfidf(counts: csr_matrix, weights: npt.NDArray[np.float32]) -> csr_matrix:
    """Rows of unit length (or zero): sub-linear counts times ``weights``."""
    scaled = counts.copy()
    scaled.data = (1 + np.log(scaled.data)) * weights[scaled.indices]
    lengths = np.sqrt(np.asarray(scaled.multiply(scaled).sum(axis=1)).ravel())
    rows = np.repeat(np.arange(scaled.shape[0]), np.diff(scaled.indptr))
    scaled.data = (scaled.data / np.maximum(lengths, 1e-9)[rows]).astype(np.float32)
    return scaled
