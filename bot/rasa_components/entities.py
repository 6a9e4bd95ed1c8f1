"""Entities: the bank's own words (gazetteer of the knowledge index) and quantities (rules)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.rasa_components.extraction import extract
from bot.rasa_components.shared import Watched
from bot.rasa_components.words import Words, index_words
from bot.retrieval.index import GAZETTEER_FILE
from bot.retrieval.store import current_folder, read_json

BEIJING = timezone(timedelta(hours=8))  # the bank's clock; no daylight saving time


_fixed_day: date | None = None


def bank_today() -> date:
    """The day that it is in Beijing, or the one that a measurement counts from."""
    return _fixed_day or datetime.now(BEIJING).date()


def count_days_from(day: date) -> None:
    """Let it be ``day`` for the rest of this process: annotated questions are right on one day only."""
    global _fixed_day
    _fixed_day = day


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class BankEntityExtractor(GraphComponent):
    """Finds products, types, cards, channels, cities, risk levels, terms, dates, rates, amounts and currencies.

    The bank's own words come from ``gazetteer.json`` of the index in force, so a new product is known without training.
    """

    @staticmethod
    def supported_languages() -> list[str] | None:
        return ["zh"]

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> BankEntityExtractor:
        return cls()

    def __init__(self, today: Callable[[], date] = bank_today) -> None:
        self._gazetteer: Watched[Words] = Watched(load_gazetteer)
        self._today = today

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            text = message.get(TEXT)
            if isinstance(text, str):
                found = find_entities(text, self._gazetteer.get() or Words(), self._today())
                message.set(ENTITIES, [*message.get(ENTITIES, []), *found], add_to_output=True)
        return messages


def load_gazetteer(root: Path) -> Words:
    """The gazetteer of the index in force, ready for look-up."""
    return index_words(read_json(current_folder(root) / GAZETTEER_FILE))


def find_entities(text: str, words: Words, today: date) -> list[dict[str, Any]]:
    """Rasa's entity dictionaries in order of appearance; offsets count in ``text`` as it was given."""
    return [
        {
            "entity": found.entity,
            "start": found.start,
            "end": found.end,
            "value": found.value,
            "text": text[found.start : found.end],
            "confidence_entity": 1.0,
            "extractor": "BankEntityExtractor",
        }
        for found in extract(text, words, today)
    ]
