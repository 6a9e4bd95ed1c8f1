"""Measures the shipped sentiment model on real data that is not part of the project.

    python bench/sentiment_real.py DATA_DIR [--sample 2000] [--json]

DATA_DIR holds ``emotion/ewect_*.csv`` (text,label with ``angry``), ``helpdesk/*.jsonl`` (dialogues with ``S_mean``)
and ``bank_questions/*.csv`` (ordinary questions). Prints figures only, never a sentence of the data.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import statistics
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bot.retrieval.encoder import Encoder
from bot.sentiment.classifier import SentimentClassifier
from bot.sentiment.evaluation import auc
from bot.sentiment.params import load_params
from bot.sentiment.transcript import score_transcript
from bot.settings import load_settings


def anger(classifier: SentimentClassifier, path: Path, sample: int, rng: random.Random) -> dict[str, float]:
    """AUC of frustration for posts labelled angry against all others, and against each other label."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["text"].strip()]
    rows = rng.sample(rows, min(sample, len(rows)))
    scores = np.array([one.frustration for one in classifier.score_many([(row["text"], "") for row in rows])])
    labels = np.array([row["label"] for row in rows])
    angry = labels == "angry"
    figures = {"n": len(rows), "auc": round(auc(angry, scores), 4)}
    for label in sorted(set(labels) - {"angry"}):
        part = angry | (labels == label)
        figures[f"auc_against_{label}"] = round(auc(angry[part], scores[part]), 4)
    return figures


def dissatisfaction(classifier: SentimentClassifier, path: Path, sample: int, rng: random.Random) -> dict[str, float]:
    """AUC for dialogues whose mean satisfaction is below zero, by several ways to sum up a trajectory."""
    settings = load_settings()
    encoder, params = Encoder(settings.path(settings.encoder_dir)), load_params()
    dialogues = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    dialogues = rng.sample(dialogues, min(sample, len(dialogues)))
    found = [
        score_transcript([(turn["sender"], turn["text"]) for turn in one["turns"]], classifier, encoder, params)
        for one in dialogues
    ]
    satisfaction = np.array([one["S_mean"] for one in dialogues])
    unhappy = satisfaction < 0
    figures: dict[str, float] = {
        "n": len(dialogues),
        "handed_over_of_unhappy": _share([one.handoff_turn is not None for one in found], unhappy),
        "handed_over_of_others": _share([one.handoff_turn is not None for one in found], ~unhappy),
    }
    for kind, values in (
        ("level", [one.levels for one in found]),
        ("frustration", [[score.frustration for score in one.scores] for one in found]),
    ):
        for how, sum_up in (("max", max), ("mean", statistics.fmean), ("last", lambda turns: turns[-1])):
            scores = np.array([sum_up(turns) for turns in values])
            figures[f"auc_{kind}_{how}"] = round(auc(unhappy, scores), 4)
            figures[f"auc_{kind}_{how}_below_-0.5"] = round(auc(satisfaction < -0.5, scores), 4)
    return figures


def ordinary(classifier: SentimentClassifier, folder: Path, sample: int, rng: random.Random) -> dict[str, float]:
    """Share of ordinary bank questions scored as frustrated, and the time that one takes."""
    texts: list[str] = []
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            texts += [row["sentence1"] for row in csv.DictReader(file)]
    texts = rng.sample(texts, min(sample, len(texts)))
    started = time.perf_counter()
    scores = np.array([classifier.score(text).frustration for text in texts])
    return {
        "n": len(texts),
        "flagged": round(float((scores >= 0.5).mean()), 4),
        "flagged_at_0.4": round(float((scores >= 0.4).mean()), 4),
        "mean": round(float(scores.mean()), 4),
        "ms_per_message": round((time.perf_counter() - started) * 1000 / len(texts), 2),
    }


def _share(flags: list[bool], among: np.ndarray) -> float:
    return round(float(np.array(flags)[among].mean()), 4)


def main() -> None:
    """Run all three."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--sample", type=int, default=2000)
    parser.add_argument("--model", type=Path, default=None)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    settings = load_settings()
    classifier = SentimentClassifier(options.model or settings.path(settings.sentiment_dir))
    rng = random.Random(1)
    figures = {
        path.stem: anger(classifier, path, options.sample, rng)
        for path in sorted((options.data / "emotion").glob("ewect_*.csv"))
    }
    for path in sorted((options.data / "helpdesk").glob("*.jsonl")):
        figures[path.stem] = dissatisfaction(classifier, path, options.sample, rng)
    figures["bank_questions"] = ordinary(classifier, options.data / "bank_questions", options.sample, rng)
    if options.json:
        print(json.dumps(figures))
        return
    for name, values in figures.items():
        print(name, *(f"  {key} {value:g}" for key, value in values.items()), sep="\n")


if __name__ == "__main__":
    main()
