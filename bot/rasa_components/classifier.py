"""Classifies intents by meaning and by characters: logistic regression over the encoder's vector and n-grams."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.rasa_components import regression, shared
from bot.retrieval.features import inverse_frequencies, ngram_counts, tfidf
from bot.text.normalise import normalise_text

WEIGHTS_FILE = "classifier.npz"
CHANCES = "intent_chances"  # on the message, for the components after this one: {intent: chance}, all of them
STRENGTH = 10.0  # inverse of the prior's: chosen on tests/data/nlu/development/questions.csv, as is the next
BALANCE = 0.5  # 0 counts every example alike, 1 every intent: there are far more FAQ questions than greetings
RANKING_LENGTH = 10


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class BankIntentClassifier(GraphComponent, IntentClassifier):
    """Gives each intent its chance. Weights are kept as plain arrays: nothing is unpickled when a model is loaded."""

    @classmethod
    def required_components(cls) -> list[type]:
        return [DenseFeaturizer]

    @staticmethod
    def required_packages() -> list[str]:
        return ["scipy"]

    @staticmethod
    def supported_languages() -> list[str] | None:
        return ["zh"]

    def __init__(self, storage: ModelStorage, resource: Resource, weights: Weights | None = None) -> None:
        self._storage = storage
        self._resource = resource
        self._weights = weights

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> BankIntentClassifier:
        return cls(model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> BankIntentClassifier:
        with model_storage.read_from(resource) as folder, np.load(folder / WEIGHTS_FILE, allow_pickle=False) as file:
            return cls(model_storage, resource, Weights.from_arrays(dict(file)))

    def train(self, training_data: TrainingData) -> Resource:
        pairs = [
            (normalise_text(example.get(TEXT)), example.get(INTENT))
            for example in training_data.intent_examples
            if example.get(TEXT) and example.get(INTENT)
        ]
        self._weights = Weights.learn([text for text, _ in pairs], [intent for _, intent in pairs])
        with self._storage.write_to(self._resource) as folder:
            np.savez(folder / WEIGHTS_FILE, **self._weights.arrays())
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            text = message.get(TEXT)
            if isinstance(text, str) and self._weights is not None:
                chances = self._weights.chances(normalise_text(text))
                ranking = [
                    {"name": name, "confidence": round(chance, 4)}
                    for name, chance in sorted(chances.items(), key=lambda pair: -pair[1])[:RANKING_LENGTH]
                ]
                message.set(CHANCES, chances)
                message.set(INTENT, ranking[0], add_to_output=True)
                message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        return training_data


class Weights:
    """A trained regression. ``buckets`` are the n-grams that the examples had; others say nothing."""

    def __init__(
        self, names: list[str], matrix: np.ndarray, bias: np.ndarray, buckets: np.ndarray, frequencies: np.ndarray
    ) -> None:
        self._names = names
        self._matrix = matrix  # (intents, dimensions + buckets)
        self._bias = bias  # (intents,)
        self._buckets = buckets  # (buckets,), rising
        self._frequencies = frequencies  # (BUCKETS,), inverse

    @classmethod
    def learn(cls, texts: list[str], intents: list[str]) -> Weights:
        """From texts in normal form and their intents, at least two different ones."""
        vectors = shared.training_vectors(tuple(texts))
        counts = ngram_counts(texts)
        frequencies = inverse_frequencies(counts)
        grams = tfidf(counts, frequencies)
        buckets = np.unique(grams.indices)
        names, owners = np.unique(np.array(intents), return_inverse=True)
        sizes = np.bincount(owners)
        weights = {row: (len(owners) / len(sizes) / size) ** BALANCE for row, size in enumerate(sizes)}
        importance = np.array([weights[owner] for owner in owners], np.float32)
        matrix, bias = regression.fit(vectors, grams[:, buckets].tocsr(), owners, importance, STRENGTH)
        return cls(names.tolist(), matrix.astype(np.float32), bias.astype(np.float32), buckets, frequencies)

    def chances(self, text: str) -> dict[str, float]:
        """Chance of each intent; they sum to 1."""
        vector = shared.encoder().encode([text])[0]
        form = tfidf(ngram_counts([text]), self._frequencies)
        odds = self._matrix[:, : len(vector)] @ vector + self._bias
        odds = odds + regression.gram_odds(self._matrix[:, len(vector) :], self._buckets, form)
        chances = np.exp(odds - odds.max())
        chances /= chances.sum()
        return {name: float(chance) for name, chance in zip(self._names, chances, strict=True)}

    def arrays(self) -> dict[str, np.ndarray]:
        return {
            "names": np.array(self._names),
            "matrix": self._matrix,
            "bias": self._bias,
            "buckets": self._buckets,
            "frequencies": self._frequencies,
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray]) -> Weights:
        return cls(arrays["names"].tolist(), arrays["matrix"], arrays["bias"], arrays["buckets"], arrays["frequencies"])
