"""The gateway's parts, put together once at start and handed to every handler."""

from __future__ import annotations

from dataclasses import dataclass, field

import httpx
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.conversation.ledger import Ledger
from bot.conversation.model import Conversation
from bot.conversation.timeline import Timeline
from bot.dialogue.client import DialogueClient
from bot.gateway.auth import Auth
from bot.gateway.hub import Hub
from bot.gateway.limits import RateLimit
from bot.gateway.pipeline import Pipeline
from bot.gateway.scoring import Scorer
from bot.gateway.unbroken import Unbroken
from bot.handoff.presence import Presence
from bot.handoff.queue import Queue
from bot.settings import Secrets, Settings


@dataclass(slots=True)
class Parts:
    """Everything that handlers need. ``model_errors``: which models could not be loaded, and why (Chinese)."""

    settings: Settings
    secrets: Secrets
    engine: AsyncEngine
    ledger: Ledger
    timeline: Timeline
    auth: Auth
    presence: Presence
    queue: Queue
    hub: Hub
    scorer: Scorer
    dialogue: DialogueClient
    pipeline: Pipeline
    probe: httpx.AsyncClient
    message_limit: RateLimit
    session_limit: RateLimit
    model_errors: dict[str, str]
    unbroken: Unbroken = field(default_factory=Unbroken)

    async def place(self, found: Conversation) -> dict[str, object]:
        """Where a visitor's conversation stands, as all visitor interfaces tell it."""
        position = await self.timeline.position(found)
        serving = found.agent_id if found.state == "human" else None
        return {
            "conversation_id": found.id,
            "state": found.state,
            "position": position,
            "expected_wait_minutes": self.queue.wait_minutes(position) if position else None,
            "agent_work_no": await self.auth.work_no(serving),
        }
