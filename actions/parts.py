"""Several questions in one message: each is answered by its own action, in the customer's order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from actions.turn import Turn
from bot.dialogue.replies import Outcome

if TYPE_CHECKING:
    from actions.base import Answer, TingxinAction
    from actions.runtime import Services

# Actions are called after their intents; these are not. tests/actions holds this against the rules.
OTHER_NAMES = {
    "faq": "action_faq_answer",
    "ask_human": "action_handoff",
    "disclosure_inquiry": "action_disclosure",
}
OF_ENTITIES = ("product", "product_type", "term", "risk_level", "amount")
MAX_QUOTED = 20


@dataclass(frozen=True)
class Answered:
    """One question, the action that answered it, and its answer."""

    turn: Turn
    action: str
    answer: Answer


def action_name(intent: str) -> str:
    """The action that the rules give to ``intent``."""
    return OTHER_NAMES.get(intent, f"action_{intent}")


def answer_parts(
    turn: Turn, services: Services, action_of: Callable[[str], TingxinAction | None], unclear: Callable[[str], Answer]
) -> list[Answered]:
    """The answers to the parts of ``turn``, in their order.

    Args:
        action_of: the action with this name; None where there is none.
        unclear: asks about a part that was not understood.
    """
    found: list[Answered] = []
    slots = _before(turn)
    for part in turn.parts:
        one = _turn_of(turn, part, slots)
        action = None if one.intent == "out_of_scope" else action_of(action_name(one.intent))
        answer = action.respond(one, services) if action else unclear(one.text[:MAX_QUOTED])
        found.append(Answered(one, action.name() if action else "action_out_of_scope", answer))
        slots = {**one.slots, **answer.slots}
    return found


def _before(turn: Turn) -> dict[str, Any]:
    """The slots without what this message's entities put into them: they belong to its parts."""
    said = {name: turn.entities_of(name) for name in OF_ENTITIES}
    return {name: value for name, value in turn.slots.items() if str(value) not in said.get(name, [])}


def _turn_of(turn: Turn, part: dict[str, Any], slots: dict[str, Any]) -> Turn:
    intent = part.get("intent") or {}
    one = replace(
        turn,
        text=str(part.get("text") or ""),
        intent=str(intent.get("name") or ""),
        confidence=float(intent.get("confidence") or 0.0),
        entities=[entity for entity in part.get("entities") or [] if isinstance(entity, dict)],
        faq=part.get("faq") or None,
        choices=part.get("choices") or [],
        parts=[],
    )
    said = {name: one.entity(name) for name in OF_ENTITIES}
    return replace(one, slots={**slots, **{name: value for name, value in said.items() if value is not None}})


def is_answered(answer: Answer) -> bool:
    """Whether the answer leaves nothing open."""
    open_ = {Outcome.CLARIFY.value, Outcome.OUT_OF_SCOPE.value, Outcome.NOT_UNDERSTOOD.value}
    return any(reply.outcome not in open_ for reply in answer.replies)
