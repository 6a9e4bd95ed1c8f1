"""How well entities are found: precision, recall and F1 over exact matches of span, type and value. Pure functions."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple


class Entity(NamedTuple):
    """``text[start:end]`` is an entity of this type and means ``value``."""

    entity: str
    start: int
    end: int
    value: str


class Score(NamedTuple):
    """Counts and what follows from them; a ratio over nothing is 0."""

    right: int
    found: int
    expected: int

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        return self.right / self.expected if self.expected else 0.0

    @property
    def f1(self) -> float:
        total = self.found + self.expected
        return 2 * self.right / total if total else 0.0

    def to_json(self) -> dict[str, float]:
        return {**self._asdict(), "precision": self.precision, "recall": self.recall, "f1": self.f1}


class EntityScores(NamedTuple):
    """``micro`` over all entities, ``by_type`` for each type seen; ``sentences_right`` are those without any error."""

    micro: Score
    by_type: dict[str, Score]
    sentences: int
    sentences_right: int


def place(text: str, annotation: str) -> list[Entity]:
    """An annotation of the development files (tests/data/nlu/README.md) with its offsets in ``text``.

    Args:
        annotation: a JSON list of ``{"entity", "text", "value"}`` in order of appearance. A ``card_type`` right after
            a ``product_type`` of the same words stands in the same place.

    Raises:
        ValueError: no such list, or a text that does not stand in the sentence after the one before it.
    """
    items = json.loads(annotation)
    if not isinstance(items, list):
        raise ValueError(f"no list of entities: {annotation}")
    found: list[Entity] = []
    position = 0
    for item in items:
        entity, words, value = _fields(item)
        last = found[-1] if found else None
        if last and entity == "card_type" and last.entity == "product_type" and text[last.start : last.end] == words:
            found.append(last._replace(entity=entity, value=value))
            continue
        start = text.find(words, position)
        if start < 0:
            raise ValueError(f"“{words}” does not stand in “{text}” at or after {position}")
        position = start + len(words)
        found.append(Entity(entity, start, position, value))
    return found


def _fields(item: Any) -> tuple[str, str, str]:
    if not isinstance(item, dict) or set(item) != {"entity", "text", "value"}:
        raise ValueError(f"an entity has entity, text and value, not: {item}")
    entity, words, value = item["entity"], item["text"], item["value"]
    if not all(isinstance(part, str) and part for part in (entity, words, value)):
        raise ValueError(f"entity, text and value are texts and not empty: {item}")
    return entity, words, value


def score_entities(expected: Sequence[Iterable[Entity]], found: Sequence[Iterable[Entity]]) -> EntityScores:
    """Compare sentence by sentence; only the same type, span and value count, each as often as it is expected.

    Raises:
        ValueError: not as many sentences on both sides.
    """
    right: Counter[str] = Counter()
    wanted: Counter[str] = Counter()
    given: Counter[str] = Counter()
    sentences_right = 0
    for want, got in zip(expected, found, strict=True):
        want_counts, got_counts = Counter(map(Entity._make, want)), Counter(map(Entity._make, got))
        for counts, total in ((want_counts, wanted), (got_counts, given), (want_counts & got_counts, right)):
            for entity, count in counts.items():
                total[entity.entity] += count
        sentences_right += want_counts == got_counts
    by_type = {kind: Score(right[kind], given[kind], wanted[kind]) for kind in sorted(wanted | given)}
    micro = Score(right.total(), given.total(), wanted.total())
    return EntityScores(micro, by_type, len(expected), sentences_right)
