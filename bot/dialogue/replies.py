"""Reply types: what the dialogue engine may say. Actions build them, the gateway commits and delivers them.

Every reply carries ``text``, complete in itself: WeChat and screen readers get nothing else. ``data`` is what the
rich clients draw. A product that carries risk cannot be put into a reply without its disclosure: the constructors
take :class:`bot.knowledge.catalogue.DisclosedProduct`, which cannot be made without one.

Wire form (Rasa ``json_message`` → gateway → clients)::

    {"kind": "product_card", "text": "…", "data": {…}, "outcome": "answered", "trace": {…}}

``outcome`` tells the gateway how the turn ended: answered | clarify | declined | out_of_scope | not_understood |
handoff | chat. ``trace`` (intent, confidence, entities, FAQ evidence) never leaves the bank.
"""

from __future__ import annotations

from enum import Enum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Kind(str, Enum):
    """Kinds of message in a conversation; ``data`` per kind is described in docs/architecture.md."""

    TEXT = "text"
    FAQ_ANSWER = "faq_answer"
    PRODUCT_CARD = "product_card"
    PRODUCT_LIST = "product_list"
    DISCLOSURE = "disclosure"
    HANDOFF = "handoff"
    QUEUE = "queue"
    NOTICE = "notice"


class Outcome(str, Enum):
    ANSWERED = "answered"
    CLARIFY = "clarify"
    DECLINED = "declined"
    OUT_OF_SCOPE = "out_of_scope"
    NOT_UNDERSTOOD = "not_understood"
    HANDOFF = "handoff"
    CHAT = "chat"


class Reply(BaseModel):
    """One bot message before it has a sequence number."""

    model_config = ConfigDict(extra="forbid", use_enum_values=True)

    kind: Kind = Kind.TEXT
    text: str = Field(min_length=1)
    data: dict[str, Any] = Field(default_factory=dict)
    outcome: Outcome = Outcome.ANSWERED
    trace: dict[str, Any] | None = None
