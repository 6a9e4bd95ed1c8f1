from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.retrieval.encoder import Encoder
from bot.sentiment.classifier import SentimentClassifier
from bot.sentiment.params import load_params
from bot.sentiment.signals import Question, is_question, most_similar
from bot.sentiment.transcript import score_transcript
from bot.settings import load_settings


def vector(*values: float) -> NDArray[np.float32]:
    array = np.array(values, dtype=np.float32)
    return array / np.linalg.norm(array)


def test_most_similar_names_the_nearest_earlier_question() -> None:
    earlier = [Question(1, vector(1, 0)), Question(3, vector(0, 1)), Question(5, vector(1, 1))]
    similarity, seq = most_similar(vector(0.1, 1), earlier)
    assert seq == 3
    assert similarity == pytest.approx(0.995, abs=0.001)


def test_nothing_earlier_is_no_repetition() -> None:
    assert most_similar(vector(1, 0), []) == (0.0, None)


@pytest.mark.parametrize(
    ("text", "expected"), [("好的", False), ("？？？", False), ("在吗", False), ("余额怎么查", True)]
)
def test_only_longer_texts_count_as_questions(text: str, expected: bool) -> None:
    assert is_question(text) is expected


@pytest.fixture(scope="module")
def parts() -> tuple[SentimentClassifier, Encoder]:
    settings = load_settings()
    return SentimentClassifier(settings.path(settings.sentiment_dir)), Encoder(settings.path(settings.encoder_dir))


def test_repeating_and_misunderstood_customer_is_handed_over(parts: tuple[SentimentClassifier, Encoder]) -> None:
    turns = [
        ("customer", "信用卡年费怎么减免"),
        ("helpdesk", "抱歉，我没有理解您的问题。"),
        ("customer", "信用卡年费怎么减免啊"),
        ("helpdesk", "抱歉，我没有理解您的问题，请换个说法。"),
        ("customer", "我说信用卡年费怎么减免！"),
        ("helpdesk", "抱歉，我没有理解您的问题。"),
        ("customer", "问了多少遍了，就问信用卡年费怎么减免，气死我了"),
    ]
    found = score_transcript(turns, *parts, load_params())
    assert len(found.levels) == 4
    assert found.handoff_turn in {2, 3}
    assert {"repeated", "not_understood"} <= {reason.code for reason in found.assessments[-1].reasons}


def test_calm_conversation_is_left_to_the_bot(parts: tuple[SentimentClassifier, Encoder]) -> None:
    turns = [
        ("customer", "你好，请问一年定期利率多少"),
        ("helpdesk", "您好，一年期整存整取年利率为1.10%。"),
        ("customer", "那三年的呢"),
        ("helpdesk", "三年期为1.50%。"),
        ("customer", "好的谢谢"),
    ]
    found = score_transcript(turns, *parts, load_params())
    assert found.handoff_turn is None
    assert max(found.levels) < 0.4


def test_scoring_never_looks_ahead(parts: tuple[SentimentClassifier, Encoder]) -> None:
    turns = [
        ("customer", "为什么转账失败了"),
        ("helpdesk", "请稍等"),
        ("customer", "还没好吗"),
        ("customer", "骗子银行"),
    ]
    whole = score_transcript(turns, *parts, load_params()).levels
    early = score_transcript(turns[:3], *parts, load_params()).levels
    # One batch more or less may move the last digits of an int8 score.
    assert whole[:2] == pytest.approx(early, abs=0.05)


def test_dialogue_without_customer_turns_has_no_trajectory(parts: tuple[SentimentClassifier, Encoder]) -> None:
    found = score_transcript([("helpdesk", "您好")], *parts, load_params())
    assert (found.levels, found.handoff_turn) == ([], None)
