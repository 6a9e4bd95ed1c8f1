"""The extractor on the development sentences: a change that understands less fails here."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from bot.evaluation.entities import Entity, EntityScores, place, score_entities
from bot.knowledge import gazetteer, validation
from bot.knowledge.other_services import load_other_services
from bot.knowledge.places import load_places
from bot.rasa_components.extraction import extract
from bot.rasa_components.words import index_words

ROOT = Path(__file__).parent.parent.parent
TODAY = date(2026, 3, 18)  # the reference day of tests/data/nlu/README.md


@pytest.fixture(scope="module")
def scores() -> EntityScores:
    folder = ROOT / "data/knowledge"
    knowledge, _ = validation.load(folder, date(2026, 11, 1))
    services = load_other_services(folder).names
    words = index_words(gazetteer.build(knowledge.products, "示例银行", load_places(folder), services))
    with (ROOT / "tests/data/nlu/development/entities.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    found = [[Entity(*one) for one in extract(row["text"], words, TODAY)] for row in rows]
    return score_entities([place(row["text"], row["entities"]) for row in rows], found)


def test_nearly_all_entities_are_found_and_nearly_nothing_else(scores: EntityScores) -> None:
    assert scores.micro.precision >= 0.98
    assert scores.micro.recall >= 0.98


def test_no_kind_is_left_behind(scores: EntityScores) -> None:
    assert {kind: score.f1 for kind, score in scores.by_type.items() if score.f1 < 0.95} == {}
