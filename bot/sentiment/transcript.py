"""Scores a whole dialogue as the gateway would have, message by message, without looking ahead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from bot.sentiment.classifier import Score, SentimentClassifier
from bot.sentiment.flags import reply_failed
from bot.sentiment.frustration import Assessment, TrendParams, TurnSignals, trajectory
from bot.sentiment.signals import Question, is_question, turn_signals


class TextEncoder(Protocol):
    """What :class:`bot.retrieval.encoder.Encoder` offers: unit vectors (n, dimensions)."""

    def encode(self, texts: list[str]) -> NDArray[np.float32]: ...


@dataclass(frozen=True, slots=True)
class TranscriptScore:
    """Per customer turn: score, signals and assessment. ``handoff_turn`` counts customer turns from 0; None: never."""

    scores: tuple[Score, ...]
    signals: tuple[TurnSignals, ...]
    assessments: tuple[Assessment, ...]
    handoff_turn: int | None

    @property
    def levels(self) -> list[float]:
        return [one.level for one in self.assessments]


def score_transcript(
    turns: Sequence[tuple[str, str]],
    classifier: SentimentClassifier,
    encoder: TextEncoder,
    params: TrendParams,
) -> TranscriptScore:
    """Score ``(sender, text)`` turns, sender ``customer`` or ``helpdesk``; a reason's ``seqs`` are indices of turns."""
    messages: list[tuple[int, str, str]] = []
    before = ""
    for index, (sender, text) in enumerate(turns):
        if sender == "customer":
            messages.append((index, text, before))
            before = ""
        else:
            before = text
    scores = classifier.score_many([(text, context) for _, text, context in messages])
    asked = [text for _, text, _ in messages if is_question(text)]
    vectors = iter(encoder.encode(asked)) if asked else iter(())
    earlier: list[Question] = []
    signals = []
    for (index, text, context), score in zip(messages, scores, strict=True):
        vector = next(vectors) if is_question(text) else None
        signals.append(turn_signals(index, text, score, vector, earlier, reply_failed(context)))
        if vector is not None:
            earlier.append(Question(index, vector))
    assessments = trajectory(signals, params)
    handoff = next((turn for turn, one in enumerate(assessments) if one.stage == "handoff"), None)
    return TranscriptScore(tuple(scores), tuple(signals), tuple(assessments), handoff)
