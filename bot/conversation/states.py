"""The states of a conversation and the changes that are allowed. Pure.

::

    bot ──► waiting ──► human ──► bot
              │  ▲        │ └───► closed
              ▼  └────────┘ the agent vanished
             bot

``closed`` is final: a customer who writes again gets a new conversation, linked by ``previous_id``.
"""

from __future__ import annotations

from typing import Literal

from bot.errors import ConflictError

State = Literal["bot", "waiting", "human", "closed"]

ALLOWED: dict[State, frozenset[State]] = {
    "bot": frozenset({"waiting"}),
    "waiting": frozenset({"human", "bot"}),
    "human": frozenset({"bot", "closed", "waiting"}),
    "closed": frozenset(),
}

# While these hold, the bot may speak.
BOT_SPEAKS: frozenset[State] = frozenset({"bot", "waiting"})


def check_move(old: State, new: State) -> None:
    """Refuse a change of state that does not exist.

    Raises:
        ConflictError: ``old → new`` is not allowed.
    """
    if new not in ALLOWED[old]:
        raise ConflictError("会话状态已经变化，请刷新后再试。", public={"state": old})
