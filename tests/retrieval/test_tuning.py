"""The FAQ's own last layer: begins as the encoder's, learns to tell entries apart, says the same after a reload."""

from __future__ import annotations

import csv
from random import Random

import numpy as np
import pytest

from bot.retrieval.encoder import Encoder
from bot.retrieval.last_layer import NAMES, LastLayer
from bot.retrieval.ranker import Encoded, Known
from bot.retrieval.slips import slipped
from bot.retrieval.tuning import see, tune
from bot.settings import ROOT

FILES = ("accounts", "cards", "transfers")
KNOWN, HELD_OUT = 16, 6


def read_questions() -> list[list[str]]:
    """Known questions of some categories, the same number of each entry."""
    rows = []
    for name in FILES:
        with (ROOT / f"data/knowledge/faq/{name}.csv").open(encoding="utf-8", newline="") as file:
            rows += list(csv.DictReader(file))
    return [[row["question"], *row["similar"].split("|")][: KNOWN + HELD_OUT] for row in rows]


def test_shipped_layer_gives_the_encoders_own_vector(encoder: Encoder) -> None:
    texts = ["信用卡年费多少", "查", "我上个月在国外刷的那笔钱怎么还没入账呢，是不是漏了？"]
    vectors, states = encoder.encode_states(texts)
    layer = LastLayer.shipped(encoder.folder)
    cosines = [float(layer.vector(one) @ vector) for one, vector in zip(states, vectors, strict=True)]
    assert min(cosines) > 0.99  # fp16 weights here, int8 there


def test_states_of_one_text_are_the_same_alone_and_in_company(encoder: Encoder) -> None:
    _, alone = encoder.encode_states(["还款"])
    _, company = encoder.encode_states(["还款", "挂失"])
    assert np.allclose(alone[0], company[0], atol=1e-2)


@pytest.mark.timeout(400)  # a few seconds of learning, minutes on a busy machine
def test_tuned_layer_tells_new_questions_apart_better(encoder: Encoder) -> None:
    entries = read_questions()
    texts = [text for entry in entries for text in entry[:KNOWN]]
    vectors, states = encoder.encode_states(texts)
    chance = Random(0)
    slips = [slipped(text, chance) for text in texts]
    _, asked = encoder.encode_states([text for entry in entries for text in entry[KNOWN:]])
    owners = np.repeat(np.arange(len(entries)), KNOWN)
    start = LastLayer.shipped(encoder.folder)
    answers = [""] * len(entries)
    known = Known(
        Encoded(texts, vectors, states),
        Encoded(slips, *encoder.encode_states(slips)),
        owners,
        answers,
        encoder.encode(answers),
        len(entries),
    )
    layer, centres = tune(known, np.arange(len(texts)), start)
    again, _ = tune(known, np.arange(len(texts)), start)
    means = np.array([sum(start.vector(states[row]) for row in np.flatnonzero(owners == at)) for at in set(owners)])
    means /= np.linalg.norm(means, axis=1, keepdims=True)

    def right(one: LastLayer, to: np.ndarray) -> float:
        found = (np.array([one.vector(state) for state in asked]) @ to.T).argmax(axis=1)
        return float((found == np.repeat(np.arange(len(entries)), HELD_OUT)).mean())

    assert np.allclose(np.linalg.norm(centres, axis=1), 1, atol=1e-5)
    assert right(layer, centres) > right(start, means)
    assert np.allclose(see(layer, asked), np.array([layer.vector(state) for state in asked]), atol=1e-4)
    assert all(np.array_equal(layer.weights[name], again.weights[name]) for name in NAMES)


def test_layer_with_a_missing_part_is_refused() -> None:
    with pytest.raises(KeyError):
        LastLayer({})
