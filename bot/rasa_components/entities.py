"""Entities: the bank's own words (gazetteer of the knowledge index) and quantities (rules)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.rasa_components.quantities import Found, amounts, currencies, risk_levels, terms
from bot.rasa_components.shared import Watched
from bot.retrieval.index import GAZETTEER_FILE
from bot.retrieval.store import current_folder, read_json
from bot.text.normalise import normalise

Words = dict[str, list[tuple[str, str, str]]]  # first character → (surface, entity, value), longest surface first
MAX_CHARS = 2000  # what intake lets through; a longer text is read this far
RULES = (terms, amounts, risk_levels, currencies)
# Of two findings of the same words the earlier kind counts.
ORDER = ("product", "product_type", "risk_level", "term", "amount", "currency")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class BankEntityExtractor(GraphComponent):
    """Finds products, product types, risk levels, terms, amounts and currencies.

    Products and types come from ``gazetteer.json`` of the index in force, so a new product is known without training.
    Where findings overlap the longest counts: 添禾90天 is a product, its 90天 no term.
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

    def __init__(self) -> None:
        self._gazetteer: Watched[Words] = Watched(load_gazetteer)

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            text = message.get(TEXT)
            if isinstance(text, str):
                found = find_entities(text, self._gazetteer.get() or {})
                message.set(ENTITIES, [*message.get(ENTITIES, []), *found], add_to_output=True)
        return messages


def load_gazetteer(root: Path) -> Words:
    """The gazetteer of the index in force, ready for look-up."""
    return index_words(read_json(current_folder(root) / GAZETTEER_FILE))


def index_words(gazetteer: Mapping[str, Mapping[str, str]]) -> Words:
    """``{entity: {surface: value}}`` by the surfaces' first characters, in normal form."""
    words: Words = {}
    for entity, surfaces in gazetteer.items():
        for surface, value in surfaces.items():
            plain = normalise(surface).text.strip().lower()
            if plain:
                words.setdefault(plain[0], []).append((plain, entity, value))
    for group in words.values():
        group.sort(key=lambda word: (-len(word[0]), _order(word[1])))
    return words


def find_entities(text: str, words: Words) -> list[dict[str, Any]]:
    """Rasa's entity dictionaries in order of appearance; offsets count in ``text`` as it was given."""
    form = normalise(text[:MAX_CHARS])
    candidates = [*_known_words(form.text.lower(), words)]
    for rule in RULES:
        candidates.extend(rule(form.text))
    entities = []
    for found in _longest(candidates):
        start, end = form.original_span(found.start, found.end)
        entities.append(
            {
                "entity": found.entity,
                "start": start,
                "end": end,
                "value": found.value,
                "text": text[start:end],
                "confidence_entity": 1.0,
                "extractor": "BankEntityExtractor",
            }
        )
    return entities


def _known_words(lowered: str, words: Words) -> Iterator[Found]:
    for start, char in enumerate(lowered):
        for surface, entity, value in words.get(char, ()):
            if lowered.startswith(surface, start) and not _inside_a_word(lowered, start, start + len(surface)):
                yield Found(entity, start, start + len(surface), value)


def _inside_a_word(lowered: str, start: int, end: int) -> bool:
    """Latin letters and digits do not match in the middle of a longer run of them: R2 is not in PR25."""
    for inner, outer in ((start, start - 1), (end - 1, end)):
        if 0 <= outer < len(lowered):
            a, b = lowered[inner], lowered[outer]
            if a.isascii() and b.isascii() and a.isalnum() and b.isalnum():
                return True
    return False


def _longest(candidates: Iterable[Found]) -> list[Found]:
    """Findings that do not overlap: the longest win, of equals the kind that :data:`ORDER` names first."""
    chosen: list[Found] = []
    for found in sorted(candidates, key=lambda one: (one.start - one.end, _order(one.entity), one.start)):
        if all(found.end <= other.start or other.end <= found.start for other in chosen):
            chosen.append(found)
    return sorted(chosen, key=lambda one: one.start)


def _order(entity: str) -> int:
    return ORDER.index(entity) if entity in ORDER else len(ORDER)
