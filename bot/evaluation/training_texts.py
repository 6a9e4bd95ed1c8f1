"""What the model learns from: the NLU examples and the FAQ's known questions."""

from __future__ import annotations

from pathlib import Path

import yaml

from bot.errors import KnowledgeError
from bot.evaluation.folds import Example
from bot.evaluation.questions import FAQ
from bot.knowledge.schema import FaqRow
from bot.text.normalise import normalise_text


def nlu_examples(folder: Path) -> list[Example]:
    """The examples of all ``*.yml`` files below ``folder``.

    Raises:
        KnowledgeError: a file is not written as Rasa's training data is.
    """
    found: list[Example] = []
    for path in sorted(folder.rglob("*.yml")):
        try:
            groups = yaml.safe_load(path.read_text("utf-8"))["nlu"]
            pairs = [(group["intent"], line) for group in groups for line in group["examples"].splitlines()]
        except (yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
            raise KnowledgeError(f"{path} 不是合格的训练数据：{error}") from None
        texts = [(intent, line.strip().removeprefix("-").strip()) for intent, line in pairs]
        found.extend(Example(text, normalise_text(text), intent) for intent, text in texts if text)
    return found


def faq_examples(faqs: list[FaqRow]) -> list[Example]:
    """All known questions; the standard one of an entry is never held back, as it is the entry's name."""
    return [
        Example(text, normalise_text(text), FAQ, row.id, kept=text == row.question)
        for row in faqs
        for text in (row.question, *row.similar)
    ]
