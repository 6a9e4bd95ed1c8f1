"""One turn as the actions see it: what was understood, what was spoken of before, how the customer feels."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from rasa_sdk import Tracker

NOT_REPLIES = frozenset({"action_listen", "action_session_start", "action_restart", "action_back"})


@dataclass(frozen=True)
class Turn:
    """Read from the tracker; everything that Rasa may leave out has a default."""

    conversation: str
    text: str
    intent: str
    confidence: float
    entities: list[dict[str, Any]]
    slots: dict[str, Any]
    faq: dict[str, Any] | None = None
    out_of_scope: float = 0.0
    signal: dict[str, Any] = field(default_factory=dict)
    state: str = "bot"
    number: int = 0  # how many messages the customer has sent
    replied_with: tuple[str, ...] = ()  # the actions of the turns before, oldest first
    parts: list[dict[str, Any]] = field(default_factory=list)  # its single questions, where it asks several
    choices: list[dict[str, Any]] = field(default_factory=list)  # close readings of different kinds: ask which
    context: dict[str, Any] = field(default_factory=dict)  # how it goes on from what was said before

    @classmethod
    def of(cls, tracker: Tracker) -> Turn:
        message = tracker.latest_message or {}
        intent = message.get("intent") or {}
        users = [event for event in tracker.events if event.get("event") == "user"]
        metadata = message.get("metadata") or (users[-1].get("metadata") if users else None) or {}
        names = [str(event.get("name")) for event in tracker.events if event.get("event") == "action"]
        return cls(
            conversation=str(tracker.sender_id),
            text=str(message.get("text") or ""),
            intent=str(intent.get("name") or ""),
            confidence=float(intent.get("confidence") or 0.0),
            entities=[entity for entity in message.get("entities") or [] if isinstance(entity, dict)],
            slots=dict(tracker.slots or {}),
            faq=message.get("faq") or None,
            out_of_scope=float(message.get("out_of_scope") or 0.0),
            signal=metadata.get("signal") or {},
            state=str(metadata.get("state") or "bot"),
            number=len(users),
            replied_with=tuple(name for name in names if name not in NOT_REPLIES),
            parts=[part for part in message.get("parts") or [] if isinstance(part, dict)],
            choices=[choice for choice in message.get("choices") or [] if isinstance(choice, dict)],
            context=message.get("context") or {},
        )

    def entity(self, name: str) -> str | None:
        """Value of the first entity ``name`` of this message."""
        return next(iter(self.entities_of(name)), None)

    def entities_of(self, name: str) -> list[str]:
        """Distinct values of the entity ``name`` of this message, in their order."""
        values = (entity.get("value") for entity in self.entities if entity.get("entity") == name)
        return list(dict.fromkeys(str(value) for value in values if value not in (None, "")))

    def slot(self, name: str) -> str | None:
        """Value that a slot kept from this message or an earlier one."""
        value = self.slots.get(name)
        return None if value in (None, "") else str(value)

    @property
    def failures(self) -> int:
        """How many replies in a row, up to this message, did not answer."""
        value = self.slots.get("failures")
        return int(value) if isinstance(value, (int, float)) and value > 0 else 0

    @property
    def asked(self) -> bool:
        """The reply before was a question which of several readings is meant."""
        shown = self.slots.get("shown")
        return bool(isinstance(shown, dict) and shown.get("asked") and self.failures)

    @property
    def repeats(self) -> bool:
        """The last inquiry once more, with another criterion (换成三年的)."""
        return self.context.get("how") == "repeat"

    @property
    def uneasy(self) -> bool:
        """The trend asks for a softer tone and the offer of a person."""
        return self.signal.get("stage") == "watch"

    @property
    def waiting(self) -> bool:
        """The customer already stands in the queue for a person."""
        return self.state == "waiting"

    def trace(self, action: str) -> dict[str, Any]:
        """What the console shows beside the reply; it never leaves the bank."""
        keys = ("entity", "value", "start", "end", "extractor")
        return {
            "action": action,
            "intent": self.intent,
            "confidence": round(self.confidence, 4),
            "entities": [{key: entity[key] for key in keys if key in entity} for entity in self.entities],
            "faq": self.faq,
            "out_of_scope": round(self.out_of_scope, 4),
            **({"context": self.context} if self.context else {}),
        }
