from __future__ import annotations

import math

import numpy as np
import pytest

from bot.sentiment.calibration import fit, sigmoid
from bot.sentiment.classifier import Score
from bot.sentiment.corpus import Utterance
from bot.sentiment.evaluation import auc, calibration_error, dialogue_figures, utterance_figures


def test_auc_counts_ties_half() -> None:
    assert auc(np.array([True, True, False, False]), np.array([0.9, 0.5, 0.5, 0.1])) == pytest.approx(0.875)


def test_auc_without_one_kind_is_nan() -> None:
    assert math.isnan(auc(np.array([True, True]), np.array([0.9, 0.5])))


def test_calibration_error_is_the_gap_between_score_and_label() -> None:
    assert calibration_error(np.array([0.5, 0.5]), np.array([0.8, 0.8])) == pytest.approx(0.3)
    assert calibration_error(np.array([0.0, 1.0]), np.array([0.05, 0.95])) == pytest.approx(0.05)


def test_utterance_figures_count_hits_and_calm_rows_flagged() -> None:
    rows = [Utterance(str(n), "s", "x", "", "平静", value) for n, value in enumerate((0.1, 0.2, 0.6, 0.9))]
    scores = [Score(value, "平静", {}) for value in (0.1, 0.7, 0.4, 0.8)]
    figures = utterance_figures(rows, scores)
    assert (figures.precision, figures.recall, figures.f1, figures.calm_flagged) == (0.5, 0.5, 0.5, 0.5)
    assert figures.auc == 0.75
    assert figures.emotion_accuracy == 1.0


def test_dialogue_figures_tell_false_missed_and_late_handoffs() -> None:
    figures = dialogue_figures([2, 3, None, None, 1], [2, 5, 1, None, None])
    assert figures.precision == pytest.approx(0.6667)
    assert figures.recall == pytest.approx(0.6667)
    assert figures.false_handoffs == 0.5
    assert figures.mean_distance == 1.0
    assert figures.within_one_turn == 0.5


def test_calibration_undoes_a_known_distortion() -> None:
    rng = np.random.default_rng(0)
    true = rng.normal(0, 2, 4000)
    labels = sigmoid(true)
    found = fit((true - 0.7) / 0.5, labels, np.eye(7)[[0] * 4000], np.zeros(4000, dtype=np.int64))
    assert found.scale == pytest.approx(0.5, abs=0.02)
    assert found.bias == pytest.approx(0.7, abs=0.02)
