from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from bot.evaluation.entities import Entity, Score, place, score_entities

DEVELOPMENT = Path(__file__).parent.parent / "data/nlu/development/entities.csv"
TERM = Entity("term", 1, 3, "365")
AMOUNT = Entity("amount", 4, 6, "5000000")


def test_same_span_type_and_value_is_right() -> None:
    scores = score_entities([[TERM, AMOUNT]], [[AMOUNT, TERM]])
    assert scores.micro == Score(2, 2, 2)
    assert (scores.micro.precision, scores.micro.recall, scores.micro.f1) == (1.0, 1.0, 1.0)
    assert (scores.sentences, scores.sentences_right) == (1, 1)


@pytest.mark.parametrize(
    "wrong", [TERM._replace(end=4), TERM._replace(start=0), TERM._replace(value="360"), TERM._replace(entity="date")]
)
def test_other_span_value_or_type_is_wrong(wrong: Entity) -> None:
    assert score_entities([[TERM]], [[wrong]]).micro == Score(0, 1, 1)


def test_ratios_are_reckoned_by_hand() -> None:
    scores = score_entities([[TERM, AMOUNT], [], [TERM]], [[TERM], [AMOUNT], [TERM]])
    assert scores.micro == Score(right=2, found=3, expected=3)
    assert scores.by_type == {"amount": Score(0, 1, 1), "term": Score(2, 2, 2)}
    assert scores.micro.f1 == pytest.approx(2 / 3)
    assert (scores.sentences, scores.sentences_right) == (3, 1)


def test_doubled_finding_counts_once() -> None:
    assert score_entities([[TERM]], [[TERM, TERM]]).micro == Score(1, 2, 1)


def test_nothing_expected_and_nothing_found_is_zero_not_an_error() -> None:
    micro = score_entities([[]], [[]]).micro
    assert (micro.precision, micro.recall, micro.f1) == (0.0, 0.0, 0.0)


def test_other_number_of_sentences_is_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        score_entities([[TERM]], [])


def test_places_follow_the_order_of_appearance() -> None:
    annotation = json.dumps(
        [
            {"entity": "amount", "text": "5万", "value": "5000000"},
            {"entity": "amount", "text": "5万", "value": "5000000"},
        ]
    )
    assert [(one.start, one.end) for one in place("5万还是5万", annotation)] == [(0, 2), (4, 6)]


def test_card_that_is_also_a_type_stands_twice_in_one_place() -> None:
    both = [
        {"entity": "product_type", "text": "信用卡", "value": "credit_card"},
        {"entity": "card_type", "text": "信用卡", "value": "credit"},
    ]
    placed = place("信用卡换信用卡", json.dumps(both + both))
    assert [(one.entity, one.start) for one in placed] == [
        ("product_type", 0),
        ("card_type", 0),
        ("product_type", 4),
        ("card_type", 4),
    ]


@pytest.mark.parametrize(
    "annotation",
    [
        "{}",
        '[{"entity": "term", "text": "两年", "value": "730"}]',
        '[{"entity": "term", "text": "一年"}]',
        '[{"entity": "term", "text": "一年", "value": 365}]',
    ],
)
def test_wrong_annotation_is_refused(annotation: str) -> None:
    with pytest.raises(ValueError, match=r"list|stand|entity"):
        place("存一年", annotation)


def test_development_file_can_be_read_and_a_third_of_it_has_none() -> None:
    rows = list(csv.DictReader(DEVELOPMENT.read_text("utf-8").splitlines()))
    placed = [place(row["text"], row["entities"]) for row in rows]
    assert len(rows) >= 300
    assert len({row["text"] for row in rows}) == len(rows)
    assert 0.25 < sum(not one for one in placed) / len(rows) < 0.45
    assert {one.entity for line in placed for one in line} == {
        *("product", "product_type", "card_type", "term", "risk_level", "amount"),
        *("currency", "rate", "date", "channel", "city"),
    }
