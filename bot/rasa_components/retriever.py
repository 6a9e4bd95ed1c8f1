"""Reads a message: the FAQ entry or the intent that it means, by the index; or that it is none of a bank's business."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Optional

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.featurizers.featurizer import Featurizer
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.rasa_components import shared
from bot.rasa_components.arbitration import (
    CLARIFY_INTENT,
    FAQ_INTENT,
    OUT_OF_SCOPE_INTENT,
    Evidence,
    Thresholds,
    decide,
)
from bot.rasa_components.context import Context, Reading
from bot.rasa_components.folding import PartReading, fold
from bot.rasa_components.rivals import rivals
from bot.rasa_components.scope import ScopeModel
from bot.rasa_components.splitter import BESIDE, PART, WHOLE, context_of
from bot.retrieval.index import FaqIndex, Hit, Weighing
from bot.text.normalise import normalise_text

EXAMPLES_FILE = "examples.npz"
ALTERNATIVES = 3
RANKING_LENGTH = 10
PER_COSINE = 25.0  # log-odds per unit of cosine, where only the nearest examples tell intents apart


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class FaqRetriever(GraphComponent, IntentClassifier):
    """Sets the intent, and adds ``faq`` and ``out_of_scope`` to the output.

    Entries and intents are weighed by the knowledge index in force, which is read again when it changes. Training keeps
    the vectors of the NLU examples: by them it is told what is in scope, and, where there is no index, what is meant.
    """

    @classmethod
    def required_components(cls) -> list[type]:
        return [Featurizer]

    @staticmethod
    def supported_languages() -> list[str] | None:
        return ["zh"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {}

    def __init__(self, storage: ModelStorage, resource: Resource, examples: Examples | None = None) -> None:
        self._storage = storage
        self._resource = resource
        self._examples = examples
        self._index: shared.Watched[FaqIndex] = shared.Watched(lambda root: FaqIndex.load(root, shared.encoder()))
        self._exact: tuple[FaqIndex, dict[str, Hit]] | None = None
        self._limits = Thresholds()

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> FaqRetriever:
        return cls(model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> FaqRetriever:
        with model_storage.read_from(resource) as folder, np.load(folder / EXAMPLES_FILE, allow_pickle=False) as file:
            return cls(model_storage, resource, Examples.from_arrays(dict(file)))

    def train(self, training_data: TrainingData) -> Resource:
        pairs = [
            (normalise_text(example.get(TEXT)), example.get(INTENT))
            for example in training_data.intent_examples
            if example.get(TEXT) and example.get(INTENT)
        ]
        self._examples = Examples.learn(pairs)
        with self._storage.write_to(self._resource) as folder:
            np.savez(folder / EXAMPLES_FILE, **self._examples.arrays())
        return self._resource

    # Rasa hands the tracker to whichever component names it; its graph reads these annotations as they stand.
    def process(self, messages: list[Message], tracker: Optional[DialogueStateTracker] = None) -> list[Message]:  # noqa: UP045
        context = Context() if tracker is None or tracker.active_loop_name else context_of(tracker)
        similarities: dict[int, float] = {}
        whole: list[tuple[Message, list[Message]]] = []
        for message in messages:
            text = message.get(TEXT)
            similarity = self._process(message, normalise_text(text)) if isinstance(text, str) else -1.0
            similarities[id(message)] = similarity
            if message.get(BESIDE) is None or not whole:
                whole.append((message, []))
            else:
                whole[-1][1].append(message)
        for message, beside in whole:
            if isinstance(message.get(TEXT), str):
                _fold(message, beside, similarities, context)
        return [message for message, _ in whole]

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        return training_data

    def _standard(self, index: FaqIndex) -> dict[str, Hit]:
        """The standard questions of the index in force, in normal form, each as the one reading of itself."""
        if self._exact is None or self._exact[0] is not index:
            hits = {normalise_text(one.question): Hit(one.id, 1.0, one.question, 1.0) for one in index.entries}
            self._exact = (index, hits)
        return self._exact[1]

    def _process(self, message: Message, plain: str) -> float:
        """Read one text by itself; the cosine to the nearest FAQ question, -1 without."""
        index = self._index.get()
        weighing = index.weigh(plain, 1 + ALTERNATIVES) if index else Weighing()
        hits = list(weighing.hits)
        standard = self._standard(index).get(plain) if index else None
        if standard:  # a click on a question of the FAQ, or its very words: nothing to weigh
            hits = [standard, *(hit for hit in hits if hit.id != standard.id)][: 1 + ALTERNATIVES]
        message.set("faq", _faq(hits), add_to_output=True)
        if not plain:
            message.set("out_of_scope", 1.0, add_to_output=True)
            _replace_intent(message, OUT_OF_SCOPE_INTENT, 1.0)
            return -1.0
        if self._examples is None:
            message.set("out_of_scope", 0.0, add_to_output=True)
            return hits[0].similarity if hits else -1.0
        vector = shared.encoder().encode([plain])[0]
        if index and index.intents:
            names = self._examples.names & weighing.chances.keys()
            nearest = {name: weighing.nearest[name] for name in names}
            chances = {FAQ_INTENT: weighing.best_entry, **{name: weighing.chances[name] for name in names}}
            inside = np.delete(weighing.cosines, index.rows(OUT_OF_SCOPE_INTENT))
        else:
            nearest, own = self._examples.compare(vector)
            chances = by_nearness(nearest, hits)
            inside = np.concatenate([own, weighing.cosines])
        outside = self._examples.scope.probability(vector, plain, inside)
        named = any(one.get("entity") == "product" for one in message.get(ENTITIES) or [])
        evidence = Evidence(chances, nearest, hits, outside, named)
        decided = FAQ_INTENT if standard else decide(evidence, self._limits)
        choices = [] if standard else rivals(evidence, decided, self._limits)
        if choices:
            message.set("choices", choices)
            decided = CLARIFY_INTENT
        message.set("out_of_scope", round(outside, 4), add_to_output=True)
        ranking = sorted(chances.items(), key=lambda pair: -pair[1])[:RANKING_LENGTH]
        told = [{"name": name, "confidence": round(chance, 4)} for name, chance in ranking]
        message.set(INTENT_RANKING_KEY, told, add_to_output=True)
        if decided.startswith(FAQ_INTENT):
            _replace_intent(message, decided, hits[0].score)
        else:
            sure = max(outside, 1 - max(chances.values(), default=0.0))
            _replace_intent(message, decided, sure if decided == OUT_OF_SCOPE_INTENT else chances.get(decided, 0.0))
        return hits[0].similarity if hits else -1.0


class Examples:
    """The NLU examples as vectors: shape ``(examples, 512)``, unit rows, with the intent of each.

    The FAQ's own questions are not among them: they are the index's, and may have changed since the training.
    """

    def __init__(self, vectors: np.ndarray, intents: np.ndarray, scope: ScopeModel) -> None:
        self._vectors = vectors
        self._intents = intents
        self._rows = {name: np.flatnonzero(intents == name) for name in sorted(set(intents.tolist()))}
        self._inside = intents != OUT_OF_SCOPE_INTENT
        self.names = frozenset(self._rows)
        self.scope = scope

    @classmethod
    def learn(cls, pairs: list[tuple[str, str]]) -> Examples:
        """From ``(text, intent)`` pairs."""
        texts = [text for text, _ in pairs]
        vectors = shared.training_vectors(tuple(texts))
        intents = np.array([intent for _, intent in pairs])
        scope = ScopeModel.fit(vectors, texts, intents == OUT_OF_SCOPE_INTENT)
        own = intents != FAQ_INTENT
        return cls(vectors[own], intents[own], scope)

    def compare(self, vector: np.ndarray) -> tuple[dict[str, float], np.ndarray]:
        """Cosine to the nearest example of each intent, and the cosines to all examples in scope."""
        cosines = self._vectors @ vector
        return {name: float(cosines[rows].max()) for name, rows in self._rows.items()}, cosines[self._inside]

    def arrays(self) -> dict[str, np.ndarray]:
        return {"vectors": self._vectors, "intents": self._intents, **self.scope.arrays()}

    @classmethod
    def from_arrays(cls, arrays: dict[str, np.ndarray]) -> Examples:
        return cls(arrays["vectors"], arrays["intents"], ScopeModel.from_arrays(arrays))


def by_nearness(nearest: Mapping[str, float], hits: Sequence[Hit]) -> dict[str, float]:
    """The chances of intents and, under ``faq``, of the first hit, by the nearest examples alone; they sum to 1."""
    found = {**nearest, **({FAQ_INTENT: hits[0].similarity} if hits else {})}
    if not found:
        return {}
    odds = np.array(list(found.values())) * PER_COSINE
    chances = np.exp(odds - odds.max())
    return dict(zip(found, (chances / chances.sum()).tolist(), strict=True))


def _fold(message: Message, beside: list[Message], similarities: dict[int, float], context: Context) -> None:
    """Write the one reading of a message over its reading by itself."""

    def reading(one: Message) -> Reading:
        intent = one.get(INTENT) or {}
        return Reading(
            one.get(TEXT),
            str(intent.get("name") or ""),
            float(intent.get("confidence") or 0.0),
            one.get("faq"),
            similarities[id(one)],
            one.get(ENTITIES) or [],
            one.get("choices") or [],
        )

    def joint(place: int) -> list[Reading]:
        return [reading(one) for one in beside if one.get(BESIDE) == place and one.get(PART) is None]

    parts = [PartReading(one.get(PART), reading(one), joint(one.get(BESIDE))) for one in beside if one.get(PART)]
    before = reading(message)
    folded = fold(before, joint(WHOLE), parts, context)
    after = folded.reading
    message.set("parts", list(folded.parts), add_to_output=True)
    message.set("choices", list(after.choices), add_to_output=True)
    if after.faq != before.faq:
        message.set("faq", dict(after.faq) if after.faq else None, add_to_output=True)
    if list(after.entities) != list(before.entities):
        message.set(ENTITIES, [dict(one) for one in after.entities], add_to_output=True)
    if (after.intent, after.confidence) != (before.intent, before.confidence):
        _replace_intent(message, after.intent, after.confidence)
    if folded.referred is not None:
        context_output = {"how": folded.referred.how, "said": folded.referred.said}
        message.set("context", context_output, add_to_output=True)


def _faq(hits: list[Hit]) -> dict[str, Any] | None:
    """The ``faq`` part of the output: JSON only, as the tracker stores it."""
    if not hits:
        return None
    plain = [{"id": hit.id, "score": round(hit.score, 4), "question": hit.question} for hit in hits]
    return {**plain[0], "alternatives": plain[1:]}


def _replace_intent(message: Message, name: str, confidence: float) -> None:
    intent = {"name": name, "confidence": round(min(1.0, max(0.0, confidence)), 4)}
    ranking = [one for one in message.get(INTENT_RANKING_KEY) or [] if one.get("name") != name]
    message.set(INTENT, intent, add_to_output=True)
    message.set(INTENT_RANKING_KEY, [intent, *ranking], add_to_output=True)
