"""What the model learns from: the NLU examples and the FAQ's known questions."""

from __future__ import annotations

from pathlib import Path

from bot.evaluation.folds import Example
from bot.evaluation.questions import FAQ
from bot.knowledge.intents import read_intents
from bot.knowledge.schema import FaqRow
from bot.text.normalise import normalise_text


def nlu_examples(folder: Path) -> list[Example]:
    """The examples of all ``*.yml`` files below ``folder``.

    Raises:
        KnowledgeError: a file is not written as Rasa's training data is.
    """
    found = read_intents(folder)
    return [Example(text, normalise_text(text), intent) for intent, texts in found.items() for text in texts]


def faq_examples(faqs: list[FaqRow]) -> list[Example]:
    """All known questions; the standard one of an entry is never held back, as it is the entry's name."""
    return [
        Example(text, normalise_text(text), FAQ, row.id, kept=text == row.question)
        for row in faqs
        for text in (row.question, *row.similar)
    ]
