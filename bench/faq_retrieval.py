"""FAQ retrieval side by side: characters, nearest neighbour, linear classifiers, and what the product does.

    .venv/main/bin/python bench/faq_retrieval.py FOLDER [--pairs FILE.csv --pairs …] [--seed 0]

FOLDER holds ``faq.csv`` (id,question[,answer]) and ``questions.csv`` (id,question), perhaps ``known.csv``
(id,question), as for ``tingxin faq hit-test``. With ``--pairs`` (files of FOLDER: sentence1,sentence2,label) an FAQ is
made from pairs of questions instead: label 1 joins them, three and more joined questions form an entry, entries whose
means lie near are taken together, a fifth of each of four and more is held out. Entries that stay apart although they
mean the same lower all figures alike.
"""

from __future__ import annotations

import argparse
import csv
import random
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, hstack
from sklearn.cluster import AgglomerativeClustering
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bot.cli.faq import read_rows
from bot.retrieval.encoder import Encoder
from bot.retrieval.index import FaqEntry, FaqIndex
from bot.text.normalise import normalise_text

Scores = npt.NDArray[np.float64]
SMALLEST = 3  # questions of an entry made from pairs
APART = 0.07  # cosine distance of means below which two groups mean the same: nobody happened to join them


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pairs", action="append", default=[])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--encoder", type=Path, default=Path("models/encoder"))
    options = parser.parse_args()
    encoder = Encoder(options.encoder, threads=2)
    if options.pairs:
        entries, tests = from_pairs([options.folder / name for name in options.pairs], options.seed, encoder)
    else:
        entries, tests = from_folder(options.folder)
    rows = {entry.id: row for row, entry in enumerate(entries)}
    texts = [normalise_text(text) for entry in entries for text in entry.questions]
    owners = np.repeat(np.arange(len(entries)), [len(entry.questions) for entry in entries])
    asked = [normalise_text(text) for _, text in tests]
    truth = np.array([rows[id_] for id_, _ in tests])
    print(f"{len(entries)} entries, {len(texts)} known questions, {len(tests)} test questions")
    vectors, queries = encoder.encode(texts), encoder.encode(asked)
    grams = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True).fit(texts)
    known, new = grams.transform(texts), grams.transform(asked)
    both = hstack([csr_matrix(vectors), known]).tocsr()
    both_new = hstack([csr_matrix(queries), new]).tocsr()

    def nearest(similarities: Scores) -> Scores:
        starts = np.searchsorted(owners, np.arange(len(entries)))
        return np.maximum.reduceat(similarities, starts, axis=1)

    report("TF-IDF, nearest", truth, lambda: nearest((new @ known.T).toarray()))
    report("bge, nearest", truth, lambda: nearest(queries @ vectors.T))
    if len(entries) > 1:
        report("SVM, bge + chars", truth, lambda: LinearSVC(C=0.3).fit(both, owners).decision_function(both_new))
        logistic = LogisticRegression(C=10, max_iter=100)
        report("logistic, bge", truth, lambda: logistic.fit(vectors, owners).decision_function(queries))
    report("tingxin", truth, lambda: ours(entries, encoder, asked, rows))


def ours(entries: list[FaqEntry], encoder: Encoder, asked: list[str], rows: dict[str, int]) -> Scores:
    index = FaqIndex.build(entries, encoder)
    scores = np.zeros((len(asked), len(entries)))
    for at, text in enumerate(asked):
        for place, hit in enumerate(index.search(text, 10)):
            scores[at, rows[hit.id]] = 10 - place
    return scores


def report(name: str, truth: npt.NDArray[np.int64], method: Callable[[], Scores]) -> None:
    started = time.perf_counter()
    scores = method()
    if scores.ndim == 1:  # two classes
        scores = np.stack([-scores, scores], axis=1)
    right = scores[np.arange(len(truth)), truth]
    rank = (scores > right[:, None]).sum(axis=1)
    seconds = time.perf_counter() - started
    print(f"{name:20} first {np.mean(rank == 0):.3f}   among three {np.mean(rank < 3):.3f}   {seconds:6.1f} s")


def from_folder(folder: Path) -> tuple[list[FaqEntry], list[tuple[str, str]]]:
    """Entries with all their known questions, and the test questions whose entry is there."""
    questions: dict[str, list[str]] = defaultdict(list)
    answers: dict[str, str] = {}
    for id_, question, answer in read_rows(folder / "faq.csv"):
        questions[id_].append(question)
        answers.setdefault(id_, answer)
    if (folder / "known.csv").exists():
        for id_, question, _ in read_rows(folder / "known.csv"):
            if id_ in answers:
                questions[id_].append(question)
    entries = [unique(FaqEntry(id_, texts[0], tuple(texts), "", answers[id_])) for id_, texts in questions.items()]
    tests = [(id_, question) for id_, question, _ in read_rows(folder / "questions.csv") if id_ in answers]
    return entries, tests


def from_pairs(paths: list[Path], seed: int, encoder: Encoder) -> tuple[list[FaqEntry], list[tuple[str, str]]]:
    """Entries made of questions that mean the same, directly or through others."""
    parent: dict[str, str] = {}

    def root(text: str) -> str:
        parent.setdefault(text, text)
        while parent[text] != text:
            parent[text] = parent[parent[text]]
            text = parent[text]
        return text

    for path in paths:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                first, second = root(normalise_text(row["sentence1"])), root(normalise_text(row["sentence2"]))
                if row["label"] == "1":
                    parent[first] = second
    joined: dict[str, list[str]] = defaultdict(list)
    for text in parent:
        joined[root(text)].append(text)
    groups = merged(sorted(sorted(group) for group in joined.values() if len(group) >= SMALLEST), encoder)
    chance = random.Random(seed)
    entries, tests = [], []
    for number, group in enumerate(groups):
        chance.shuffle(group)
        held = max(1, len(group) // 5) if len(group) > SMALLEST else 0
        tests += [(str(number), text) for text in group[:held]]
        entries.append(unique(FaqEntry(str(number), group[held], tuple(group[held:]))))
    return entries, tests


def merged(groups: list[list[str]], encoder: Encoder) -> list[list[str]]:
    """Groups whose means lie within :data:`APART` of each other, on average, taken together."""
    means = np.stack([encoder.encode(group).mean(axis=0) for group in groups])
    linked = AgglomerativeClustering(None, metric="cosine", linkage="average", distance_threshold=APART)
    together: dict[int, list[str]] = defaultdict(list)
    for group, label in zip(groups, linked.fit_predict(means), strict=True):
        together[int(label)] += group
    return [sorted(group) for _, group in sorted(together.items())]


def unique(entry: FaqEntry) -> FaqEntry:
    """The entry with each question once, in normal form, as the index will hold them."""
    texts = tuple(dict.fromkeys(normalise_text(text) for text in (entry.question, *entry.questions)))
    return FaqEntry(entry.id, entry.question, texts, entry.category, entry.answer)


if __name__ == "__main__":
    main()
