"""Builds the trend's input from the conversation: score, flags, and whether the customer is asking again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.sentiment.classifier import Score
from bot.sentiment.cleaning import clean
from bot.sentiment.flags import lexical_flags
from bot.sentiment.frustration import TurnSignals

# "好的", "在吗", "1" said twice is no question asked again.
QUESTION_CHARS_MIN = 4


@dataclass(frozen=True, slots=True)
class Question:
    """An earlier customer message: its sequence number, and its unit vector from the encoder (dimensions,)."""

    seq: int
    vector: NDArray[np.float32]


def is_question(text: str) -> bool:
    """True when the text is long enough to count as asking something; only such texts are compared."""
    return sum(sign.isalnum() for sign in clean(text)) >= QUESTION_CHARS_MIN


def most_similar(vector: NDArray[np.float32], earlier: Sequence[Question]) -> tuple[float, int | None]:
    """Highest cosine similarity 0..1 to an earlier question and that question's seq; ``(0.0, None)`` without any."""
    if not earlier:
        return 0.0, None
    similarities = np.stack([question.vector for question in earlier]) @ vector
    best = int(similarities.argmax())
    return float(np.clip(similarities[best], 0.0, 1.0)), earlier[best].seq


def turn_signals(
    seq: int,
    text: str,
    score: Score,
    vector: NDArray[np.float32] | None = None,
    earlier: Sequence[Question] = (),
    not_understood: bool = False,
) -> TurnSignals:
    """Signals of one customer message.

    Args:
        seq: sequence number of the message.
        text: the (masked) text.
        score: the classifier's score of it.
        vector: the encoder's unit vector of ``text``, or None when the text is no question (:func:`is_question`).
        earlier: the customer's earlier questions in this conversation.
        not_understood: the bot's answer to the customer's previous message failed.
    """
    flags = lexical_flags(text)
    repeated, repeats_seq = most_similar(vector, earlier) if vector is not None else (0.0, None)
    return TurnSignals(
        seq=seq,
        frustration=score.frustration,
        emotion=score.emotion,
        repeated=repeated,
        repeats_seq=repeats_seq,
        not_understood=not_understood,
        asks_human=flags.asks_human,
        insult=flags.insult,
        threat=flags.threat,
        distress=flags.distress,
    )
