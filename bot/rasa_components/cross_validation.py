"""Trains and asks one fold after the other: ``python -m bot.rasa_components.cross_validation`` in Rasa's environment.

Standard input, one JSON line: ``{"indexes": [folder of each fold's knowledge index],
"examples": [[text, intent, faq_id | null, fold]]}``, fold -1 being in every training. The indexes are made before, as
that needs PyTorch, which is not here (``tingxin eval nlu --cross-validation``). Standard output, JSON lines:
``{"fold", "step": "learn"}``, then ``{"fold", "example": number, "reading": {…}}`` for each example of that fold.

The components of the pipeline are trained and run as they are; only Rasa's loop around them is left out.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.rasa_components.entities import BankEntityExtractor
from bot.rasa_components.parse_lines import quiet_stdout, reading
from bot.rasa_components.retriever import FaqRetriever
from bot.rasa_components.splitter import MessageSplitter

STEP = 50  # questions read at once: often enough for progress


def main() -> int:
    answers = quiet_stdout()
    task = json.loads(sys.stdin.readline())
    with tempfile.TemporaryDirectory(prefix="tingxin-folds-") as folder:
        for fold in range(len(task["indexes"])):
            for line in run_fold(task, fold, Path(folder) / str(fold)):
                answers.write(json.dumps(line, ensure_ascii=False) + "\n")
                answers.flush()
    return 0


def run_fold(task: dict[str, Any], fold: int, folder: Path) -> Iterator[dict[str, Any]]:
    """Learn from all other folds, then read the questions of this one. ``folder`` is made for the fold alone."""

    yield {"fold": fold, "step": "learn"}
    examples = task["examples"]
    learnt = [one for one in examples if one[3] != fold]
    asked = [number for number, one in enumerate(examples) if one[3] == fold]
    os.environ["TINGXIN_INDEX_DIR"] = task["indexes"][fold]
    components = _components(learnt, folder / "model")
    for start in range(0, len(asked), STEP):
        numbers = asked[start : start + STEP]
        messages = [Message(data={TEXT: examples[number][0]}) for number in numbers]
        for component in components:
            messages = component.process(messages)
        for number, message in zip(numbers, messages, strict=True):
            parsed = message.as_dict(only_output_properties=True)
            yield {"fold": fold, "example": number, "reading": reading(examples[number][0], parsed)}


def _components(learnt: Sequence[Sequence[Any]], folder: Path) -> list[Any]:
    # Rasa's importer gives each FAQ question once (FaqImporter), whatever entries have it.
    pairs = dict.fromkeys((text, intent) for text, intent, _, _ in learnt)
    data = TrainingData([Message.build(text=text, intent=intent) for text, intent in pairs])
    folder.mkdir(parents=True)
    storage = LocalModelStorage(folder)
    retriever = FaqRetriever(storage, Resource("retriever"))
    retriever.train(data)
    return [MessageSplitter(), BankEntityExtractor(), retriever]


if __name__ == "__main__":
    sys.exit(main())
