"""What a conversation consists of, as plain values. Times are UTC epoch milliseconds."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from bot.conversation.states import State

Sender = Literal["customer", "bot", "agent", "system"]


def now_ms() -> int:
    """The present, in UTC epoch milliseconds."""
    return time.time_ns() // 1_000_000


def new_id() -> str:
    """A random identifier of 32 hexadecimal digits."""
    return secrets.token_hex(16)


def iso(at_ms: int) -> str:
    """ISO 8601 in UTC with milliseconds, as all interfaces write times."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass(frozen=True, slots=True)
class Conversation:
    """One conversation. ``handoff``: ``{"reason", "reasons": […], "at_ms", "trigger_seq"}`` of the last hand-off."""

    id: str
    visitor_id: str
    channel: str
    state: State
    state_since_ms: int
    created_ms: int
    last_seq: int
    agent_id: str | None
    handoff: dict[str, Any] | None
    level: float
    stage: str
    previous_id: str | None
    handled_seq: int
    trend_from_seq: int
    queue_key: int | None
    summary: str | None

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Conversation:
        return cls(**row)


@dataclass(frozen=True, slots=True)
class Message:
    """One committed message. ``trace`` never leaves the bank."""

    conversation_id: str
    seq: int
    sender: Sender
    kind: str
    text: str
    data: dict[str, Any]
    at_ms: int
    trace: dict[str, Any] | None = None
    client_msg_id: str | None = None
    agent_id: str | None = None

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Message:
        return cls(**row)

    def to_public(self) -> dict[str, Any]:
        """The message as customers and agents get it."""
        return {
            "seq": self.seq,
            "sender": self.sender,
            "kind": self.kind,
            "text": self.text,
            "data": self.data,
            "at": iso(self.at_ms),
        }


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """Sentiment of one customer message and the trend after it. ``signals``: the trend's input, for replay."""

    seq: int
    frustration: float
    emotion: str
    level: float
    stage: str
    signals: dict[str, Any]
    reasons: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class SystemText:
    """A message of the product itself to the customer, before it has a sequence number."""

    kind: str
    text: str
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Accepted:
    """Answer to a message that was taken in: its sequence number; ``repeated`` when it had been taken in before."""

    conversation: Conversation
    seq: int
    repeated: bool


@dataclass(slots=True)
class Change:
    """What one transaction of the ledger did, told to the listeners after the commit."""

    conversation: Conversation
    messages: list[Message] = field(default_factory=list)
    moved: bool = False
    score: ScoreRow | None = None
