"""Dense features from the bge encoder: a sentence vector, and one for each word."""

from __future__ import annotations

from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.rasa_components import shared
from bot.text.normalise import normalise_text


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class BgeFeaturizer(DenseFeaturizer, GraphComponent):
    """Sentence features ``(1, 512)``: the encoder's CLS vector. Sequence features ``(words, 512)``: the mean of the
    encoder's tokens that lie in the word, zero for words past the encoder's limit."""

    @classmethod
    def required_components(cls) -> list[type]:
        return [Tokenizer]

    @staticmethod
    def required_packages() -> list[str]:
        return ["onnxruntime", "tokenizers"]

    @staticmethod
    def supported_languages() -> list[str] | None:
        return ["zh"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        # The bank's own components encode for themselves; Rasa's trainable ones (DIET, TED) need this set to true.
        return {**DenseFeaturizer.get_default_config(), "training_features": False}

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Nothing can be wrong: the encoder comes from ``TINGXIN_ENCODER_DIR``, and the one option is a switch."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> BgeFeaturizer:
        return cls(execution_context.node_name, config)

    def __init__(self, name: str, config: dict[str, Any]) -> None:
        super().__init__(name, config)
        self._training_features = bool(config.get("training_features"))

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            text = message.get(TEXT)
            if isinstance(text, str):
                sequence, sentence = features(text, message.get(TOKENS_NAMES[TEXT], []))
                self.add_features_to_message(sequence, sentence, TEXT, message)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        if self._training_features:
            self.process(training_data.training_examples)
        return training_data


def features(text: str, tokens: list[Token]) -> tuple[np.ndarray, np.ndarray]:
    """Sequence features ``(len(tokens), 512)`` and sentence features ``(1, 512)``, float32.

    The encoder reads the normal form; its tokens are handed to the words in order, by their lengths in that form.
    """
    encoder = shared.encoder()
    sentence, vectors, spans = encoder.encode_tokens(normalise_text(text))
    sequence = np.zeros((len(tokens), encoder.dimensions), dtype=np.float32)
    joined = normalise_text(text).lower()
    position = 0
    row = 0
    for number, token in enumerate(tokens):
        start = joined.find(token.lemma, position)
        if start < 0:
            continue
        position = start + len(token.lemma)
        while row < len(spans) and spans[row][1] <= start:
            row += 1
        last = row
        while last < len(spans) and spans[last][0] < position:
            last += 1
        if last > row:
            sequence[number] = vectors[row:last].mean(axis=0)
    return sequence, sentence[None, :]
