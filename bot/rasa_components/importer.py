"""Training data for the intent ``faq``: the questions of the FAQ files themselves.

What is a bank's business is learnt from them, too (:mod:`bot.rasa_components.scope`). Which entry is meant is the
index's business, and an entry that was imported after the training is found all the same.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rasa.shared.core.domain import Domain
from rasa.shared.core.training_data.structures import StoryGraph
from rasa.shared.importers.importer import TrainingDataImporter
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.rasa_components.arbitration import FAQ_INTENT
from bot.rasa_components.shared import ROOT

SEPARATOR = "|"


class FaqImporter(TrainingDataImporter):
    """Adds every known FAQ question as an example of ``faq``; stories and domain come from Rasa's own importer.

    Args:
        faq_dir: folder of the FAQ's CSV files, below the project's root.
    """

    def __init__(
        self,
        config_file: str | None = None,
        domain_path: str | None = None,
        training_data_paths: Any = None,
        faq_dir: str = "data/knowledge/faq",
    ) -> None:
        self._folder = ROOT / faq_dir

    def get_nlu_data(self, language: str | None = "zh") -> TrainingData:
        return TrainingData([Message.build(text=text, intent=FAQ_INTENT) for text in read_questions(self._folder)])

    def get_domain(self) -> Domain:
        return Domain.empty()

    def get_stories(self, exclusion_percentage: int | None = None) -> StoryGraph:
        return StoryGraph([])

    def get_conversation_tests(self) -> StoryGraph:
        return StoryGraph([])

    def get_config(self) -> dict[str, Any]:
        return {}

    def get_config_file_for_auto_config(self) -> str | None:
        return None


def read_questions(folder: Path) -> Iterator[str]:
    """Standard and similar questions of all files, each once. The import has validated them; a gap is passed over."""
    seen: set[str] = set()
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                for text in [row.get("question") or "", *(row.get("similar") or "").split(SEPARATOR)]:
                    if text.strip() and text.strip() not in seen:
                        seen.add(text.strip())
                        yield text.strip()
