"""Figures of the served model and the trend on our own corpus: nothing here is trained on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from bot.sentiment.classifier import Score, SentimentClassifier
from bot.sentiment.corpus import Corpus, Dialogue, Split, Utterance
from bot.sentiment.frustration import TrendParams
from bot.sentiment.labels import EMOTIONS, FRUSTRATED_FROM
from bot.sentiment.transcript import TextEncoder, score_transcript

BINS = 10


@dataclass(frozen=True, slots=True)
class UtteranceFigures:
    """``auc``, ``f1``, ``precision``, ``recall`` of frustrated-or-not at 0.5; ``ece`` against the soft labels."""

    n: int
    frustrated: int
    auc: float
    f1: float
    precision: float
    recall: float
    calm_flagged: float
    """Share of the rows labelled at most 0.3 that are scored 0.5 or more."""
    ece: float
    emotion_accuracy: float
    emotion_macro_f1: float


@dataclass(frozen=True, slots=True)
class DialogueFigures:
    """Hand-offs found. ``distance`` is in customer turns, positive when late, over dialogues where both hand over."""

    n: int
    with_handoff: int
    precision: float
    recall: float
    false_handoffs: float
    """Share of the dialogues without a labelled hand-off that were handed over."""
    mean_distance: float
    within_one_turn: float


def evaluate_utterances(classifier: SentimentClassifier, rows: Sequence[Utterance]) -> UtteranceFigures:
    """Score ``rows`` with their context."""
    return utterance_figures(rows, classifier.score_many([(row.text, row.context) for row in rows]))


def utterance_figures(rows: Sequence[Utterance], scores: Sequence[Score]) -> UtteranceFigures:
    """Figures of given scores, in the order of ``rows``; a figure that cannot be computed is NaN."""
    labels = np.array([row.frustration for row in rows])
    found = np.array([score.frustration for score in scores])
    truth, flagged = labels >= FRUSTRATED_FROM, found >= FRUSTRATED_FROM
    hits = float((truth & flagged).sum())
    precision, recall = _share(hits, flagged.sum()), _share(hits, truth.sum())
    calm = labels <= 0.3
    emotions = [(row.emotion, score.emotion) for row, score in zip(rows, scores, strict=True)]
    return UtteranceFigures(
        n=len(rows),
        frustrated=int(truth.sum()),
        auc=_round(auc(truth, found)),
        f1=_round(_share(2 * precision * recall, precision + recall)),
        precision=_round(precision),
        recall=_round(recall),
        calm_flagged=_round(_share((calm & flagged).sum(), calm.sum())),
        ece=_round(calibration_error(labels, found)),
        emotion_accuracy=_round(_share(sum(told == given for told, given in emotions), len(emotions))),
        emotion_macro_f1=_round(_macro_f1(emotions)),
    )


def evaluate_dialogues(
    classifier: SentimentClassifier, encoder: TextEncoder, params: TrendParams, dialogues: Sequence[Dialogue]
) -> DialogueFigures:
    """Replay each dialogue through the trend."""
    found = [
        score_transcript([(turn.sender, turn.text) for turn in one.turns], classifier, encoder, params).handoff_turn
        for one in dialogues
    ]
    return dialogue_figures([one.handoff_turn for one in dialogues], found)


def dialogue_figures(labelled: Sequence[int | None], found: Sequence[int | None]) -> DialogueFigures:
    """Compare hand-off turns. A hand-off counts as right wherever it falls; how far off it was is ``distance``."""
    both = [
        (told, given) for told, given in zip(labelled, found, strict=True) if told is not None and given is not None
    ]
    due = sum(told is not None for told in labelled)
    made = sum(given is not None for given in found)
    return DialogueFigures(
        n=len(labelled),
        with_handoff=due,
        precision=_round(_share(len(both), made)),
        recall=_round(_share(len(both), due)),
        false_handoffs=_round(_share(made - len(both), len(labelled) - due)),
        mean_distance=_round(_share(sum(given - told for told, given in both), len(both))),
        within_one_turn=_round(_share(sum(abs(given - told) <= 1 for told, given in both), len(both))),
    )


def evaluate(
    classifier: SentimentClassifier, encoder: TextEncoder, params: TrendParams, corpus: Corpus, split: Split = "test"
) -> dict[str, dict[str, float]]:
    """Both groups of figures as plain numbers, for printing and for the model card."""
    figures: dict[str, dict[str, float]] = {"utterances": asdict(evaluate_utterances(classifier, corpus.part(split)))}
    dialogues = [one for one in corpus.dialogues if one.split == split]
    if dialogues:
        figures["dialogues"] = asdict(evaluate_dialogues(classifier, encoder, params, dialogues))
    return figures


def auc(truth: NDArray[np.bool_], scores: NDArray[np.float64]) -> float:
    """Chance that a true row scores above a false one, ties half; NaN when one kind is missing."""
    positive, negative = scores[truth], np.sort(scores[~truth])
    if not len(positive) or not len(negative):
        return float("nan")
    below = np.searchsorted(negative, positive, "left") + np.searchsorted(negative, positive, "right")
    return float(below.mean() / 2 / len(negative))


def calibration_error(labels: NDArray[np.float64], scores: NDArray[np.float64]) -> float:
    """Expected calibration error over ten equal bins of the score, against soft labels 0..1."""
    if not len(labels):
        return float("nan")
    bins = np.minimum((scores * BINS).astype(int), BINS - 1)
    gaps = [
        abs(labels[bins == one].mean() - scores[bins == one].mean()) * (bins == one).sum() for one in np.unique(bins)
    ]
    return float(sum(gaps) / len(labels))


def _macro_f1(pairs: Sequence[tuple[str, str]]) -> float:
    parts = []
    for emotion in EMOTIONS:
        told, given = sum(one == emotion for one, _ in pairs), sum(one == emotion for _, one in pairs)
        if told:
            parts.append(2 * sum(one == other == emotion for one, other in pairs) / (told + given))
    return float(np.mean(parts)) if parts else float("nan")


def _share(part: float, whole: float) -> float:
    return float(part / whole) if whole else float("nan")


def _round(value: float) -> float:
    return round(value, 4)
