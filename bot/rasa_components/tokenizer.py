"""Splits Chinese text into words with jieba and the bank's own dictionary."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.rasa_components.shared import ROOT
from bot.text.normalise import normalise

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # jieba still asks for pkg_resources
    import jieba

LEXICON_FILE = "lexicon.txt"
NO_WORD = "∅"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=True)
class BankTokenizer(Tokenizer):
    """jieba with a dictionary that belongs to this component alone, not to the whole process.

    The dictionary is kept in the model, so that a model always splits as it was trained. Words come from the normal
    form of the text (half-width, simplified); ``text``, ``start`` and ``end`` of a token stand for the original,
    ``lemma`` for the normal form.
    """

    @staticmethod
    def supported_languages() -> list[str] | None:
        return ["zh"]

    @staticmethod
    def required_packages() -> list[str]:
        return ["jieba"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {
            # Folder of jieba dictionaries (*.txt), below the project's root.
            "lexicon": "data/lexicon",
            # Rasa's tokenizer base class asks for these three.
            "intent_tokenization_flag": False,
            "intent_split_symbol": "_",
            "token_pattern": None,
        }

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource, words: str) -> None:
        super().__init__(config)
        self._storage = storage
        self._resource = resource
        self._words = words
        self._jieba = make_jieba(words)

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> BankTokenizer:
        return cls(config, model_storage, resource, read_lexicon(ROOT / config["lexicon"]))

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> BankTokenizer:
        with model_storage.read_from(resource) as folder:
            words = (folder / LEXICON_FILE).read_text("utf-8")
        return cls(config, model_storage, resource, words)

    def train(self, training_data: TrainingData) -> Resource:
        with self._storage.write_to(self._resource) as folder:
            (folder / LEXICON_FILE).write_text(self._words, "utf-8")
        return self._resource

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """Words of the attribute's text, blanks left out."""
        original = message.get(attribute)
        form = normalise(original)
        tokens = []
        for word, start, end in self._jieba.tokenize(form.text):
            if not word.isspace():
                first, last = form.original_span(start, end)
                tokens.append(Token(original[first:last], first, last, lemma=word.lower()))
        # Text without a word (blank, invisible signs) still needs a token: the stock classifier fails without any.
        return self._apply_token_pattern(tokens) or [Token(original, 0, len(original), lemma=NO_WORD)]


def read_lexicon(folder: Path) -> str:
    """All words of the folder's ``*.txt`` files, one ``word [frequency]`` a line, comments left out."""
    lines = []
    for path in sorted(folder.glob("*.txt")):
        for line in path.read_text("utf-8").splitlines():
            if line.strip() and not line.startswith("#"):
                lines.append(line.strip())
    return "\n".join(lines) + "\n"


def make_jieba(words: str) -> jieba.Tokenizer:
    """A tokenizer of its own with jieba's dictionary and ``words``; no cache file is read or written."""
    tokenizer = jieba.Tokenizer()
    # What jieba's initialize() does, without its marshal file in the world-writable temporary folder.
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    tokenizer.initialized = True
    for line in words.splitlines():
        if line.strip():
            word, *frequency = line.split()
            tokenizer.add_word(word, int(frequency[0]) if frequency else None)
    return tokenizer
