"""First in the pipeline: puts beside a message its single questions and the whole questions that it may stand for.

Every component after it works on all of them alike, so that a part is read by the same classifier, entities and FAQ as
a message of its own. The last one (:mod:`bot.rasa_components.retriever`) makes one message of them again.
"""

from __future__ import annotations

from typing import Any, Optional

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.rasa_components.context import Context, candidates
from bot.text.segments import Part, split

BESIDE = "beside"  # on a message that is not the customer's: (place of its part, from 0; -1 the whole message)
PART = "part"  # on a message that is a part: the Part as it stands in the text
WHOLE = -1


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class MessageSplitter(GraphComponent):
    """Adds messages; takes none away. In a form, where short answers are expected, it adds none."""

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
    ) -> MessageSplitter:
        return cls()

    # Rasa hands the tracker to whichever component names it; its graph reads these annotations as they stand.
    def process(self, messages: list[Message], tracker: Optional[DialogueStateTracker] = None) -> list[Message]:  # noqa: UP045
        if tracker is not None and tracker.active_loop_name:
            return messages
        context = context_of(tracker)
        found: list[Message] = []
        for message in messages:
            found.append(message)
            text = message.get(TEXT)
            if isinstance(text, str) and not text.startswith("/"):
                found.extend(beside(text, context))
        return found


def context_of(tracker: DialogueStateTracker | None) -> Context:
    """What was said before; nothing without a tracker."""
    return Context.of(tracker.current_slot_values()) if tracker is not None else Context()


def beside(text: str, context: Context) -> list[Message]:
    """The messages to read beside ``text``."""
    parts = split(text)
    if not parts:
        return [_message(one, WHOLE) for one in candidates(text, context)]
    found = []
    for place, part in enumerate(parts):
        before = context if place == 0 else Context({"question": parts[place - 1].text})
        found.append(_message(part.text, place, part))
        found.extend(_message(one, place) for one in candidates(part.text, before))
    return found


def _message(text: str, place: int, part: Part | None = None) -> Message:
    return Message(data={TEXT: text, BESIDE: place, PART: part})
