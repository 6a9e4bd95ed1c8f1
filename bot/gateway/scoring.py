"""Scores one customer message and follows the trend of its conversation."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from bot.conversation.model import Conversation, Message, ScoreRow
from bot.conversation.timeline import Timeline
from bot.gateway.log import log_error
from bot.sentiment.classifier import Score
from bot.sentiment.frustration import TrendParams, TurnSignals, assess
from bot.sentiment.labels import CALM
from bot.sentiment.signals import Question, is_question, turn_signals

EARLIER_MAX = 12  # questions that a new one is compared with; the trend has forgotten what is older
TURNS_MAX = 60  # turns that the trend reads; evidence halves at least every third turn
FAILED_OUTCOMES = frozenset({"not_understood", "failed"})


class Classifier(Protocol):
    """What :class:`bot.sentiment.classifier.SentimentClassifier` does."""

    def score(self, text: str, context: str = "") -> Score: ...


class TextEncoder(Protocol):
    """What :class:`bot.retrieval.encoder.Encoder` does."""

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]: ...


class Scorer:
    """Runs the models in threads of its own. Without a model the trend goes on with what it knows.

    Args:
        classifier, encoder: None when they could not be loaded; ``/healthz`` says so.
    """

    def __init__(
        self,
        timeline: Timeline,
        params: TrendParams,
        classifier: Classifier | None,
        encoder: TextEncoder | None,
    ) -> None:
        self.params = params
        self.classifier, self.encoder = classifier, encoder
        self._timeline = timeline
        self._threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="score")

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def score(self, found: Conversation, message: Message) -> ScoreRow:
        """Score ``message`` and assess the conversation up to it. Never raises for a model's failure."""
        earlier = await self._timeline.customer_turns(found.id, found.trend_from_seq, message.seq, EARLIER_MAX)
        replies = await self._timeline.last_bot_messages(found.id, message.seq, 5)
        context = replies[0].text if replies else ""
        last_turn = earlier[-1].seq if earlier else message.seq
        not_understood = any(
            reply.seq > last_turn and (reply.trace or {}).get("outcome") in FAILED_OUTCOMES for reply in replies
        )
        signals = await asyncio.get_running_loop().run_in_executor(
            self._threads, self._signals, message, context, earlier, not_understood
        )
        turns = [
            TurnSignals(**row.signals)
            for row in await self._timeline.scores(found.id)
            if found.trend_from_seq < row.seq < message.seq
        ]
        assessment = assess([*turns, signals][-TURNS_MAX:], self.params)
        return ScoreRow(
            seq=message.seq,
            frustration=signals.frustration,
            emotion=signals.emotion,
            level=assessment.level,
            stage=assessment.stage,
            signals=asdict(signals),
            reasons=[_reason(asdict(reason)) for reason in assessment.reasons],
        )

    def _signals(self, message: Message, context: str, earlier: list[Message], not_understood: bool) -> TurnSignals:
        score = Score(0.0, CALM, {})
        try:
            if self.classifier is not None:
                score = self.classifier.score(message.text, context)
        except Exception as error:
            log_error("classifier_failed", error, conversation_id=message.conversation_id, seq=message.seq)
        vector: NDArray[np.float32] | None = None
        questions: list[Question] = []
        try:
            if self.encoder is not None and is_question(message.text):
                asked = [turn for turn in earlier if is_question(turn.text)]
                vectors = [self.encoder.encode([turn.text])[0] for turn in asked]  # one by one: they are cached
                questions = [Question(turn.seq, found) for turn, found in zip(asked, vectors, strict=True)]
                vector = self.encoder.encode([message.text])[0]
        except Exception as error:
            log_error("encoder_failed", error, conversation_id=message.conversation_id, seq=message.seq)
            vector = None
        return turn_signals(message.seq, message.text, score, vector, questions, not_understood)


def _reason(values: dict[str, Any]) -> dict[str, Any]:
    return {**values, "seqs": list(values["seqs"])}
