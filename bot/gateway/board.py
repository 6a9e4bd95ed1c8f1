"""The agents' lists: briefs of conversations, and telling the consoles when they change."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable
from typing import Any

from bot.conversation.model import Conversation, Message, iso, now_ms
from bot.conversation.timeline import Timeline
from bot.gateway.hub import AgentLink, Hub
from bot.gateway.log import log_error
from bot.handoff.wording import AGENT_TEXT, parse_reason

GATHER_S = 0.1  # a burst of changes makes one frame
LAST_TEXT_CHARS = 60


def brief(found: Conversation, last: Message | None, position: int | None, at_ms: int) -> dict[str, Any]:
    """One line of a list, see docs/architecture.md."""
    reason = found.handoff["reason"] if found.handoff else None
    waiting = found.state == "waiting"
    return {
        "id": found.id,
        "channel": found.channel,
        "state": found.state,
        "level": found.level,
        "stage": found.stage,
        "reason": reason,
        "text_reason": AGENT_TEXT[parse_reason(reason)] if reason else None,
        "since": iso(found.state_since_ms),
        "waiting_seconds": max(0, (at_ms - found.state_since_ms) // 1000) if waiting else None,
        "last_text": last.text[:LAST_TEXT_CHARS] if last else "",
        "last_at": iso(last.at_ms) if last else None,
        "last_seq": found.last_seq,
        "agent_id": found.agent_id,
        "position": position,
    }


class Board:
    """Reads the lists and pushes them to connected consoles."""

    def __init__(self, timeline: Timeline, hub: Hub) -> None:
        self._timeline, self._hub = timeline, hub

    async def briefs(self, conversations: Iterable[Conversation], queue: bool = False) -> list[dict[str, Any]]:
        """Briefs of ``conversations``. ``queue``: they are the whole queue in order, positions follow from it."""
        listed = list(conversations)
        last = await self._timeline.last_messages([found.id for found in listed])
        at_ms = now_ms()
        return [
            brief(found, last.get(found.id), index if queue else None, at_ms)
            for index, found in enumerate(listed, start=1)
        ]

    async def for_agent(self, agent_id: str) -> dict[str, Any]:
        """Waiting, own and ended conversations."""
        return {
            "waiting": await self.briefs(await self._timeline.waiting(), queue=True),
            "mine": await self.briefs(await self._timeline.served_now(agent_id)),
            "ended": await self.briefs(await self._timeline.served_before(agent_id)),
        }

    async def push_forever(self) -> None:
        """Send the lists to each console whenever what it shows has changed, until the gateway ends."""
        while not self._hub.closing:
            await self._hub.board_changed.wait()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._hub.closed.wait(), GATHER_S)
                return
            self._hub.board_changed.clear()
            try:
                await self._push()
            except Exception as error:
                log_error("board_failed", error)

    async def _push(self) -> None:
        if not self._hub.agents:
            return
        waiting = await self.briefs(await self._timeline.waiting(), queue=True)
        served = await self.briefs(await self._timeline.served_now())
        for link in list(self._hub.agents):
            mine = [one for one in served if one["agent_id"] == link.agent.id]
            push_board(link, waiting, mine)


def push_board(link: AgentLink, waiting: list[dict[str, Any]], mine: list[dict[str, Any]]) -> None:
    """Send the lists, unless the console has them already (waiting times alone are no news)."""
    timeless = {"waiting": _timeless(waiting), "mine": _timeless(mine)}
    if link.last_board != timeless:
        link.last_board = timeless
        link.push({"type": "queue", "waiting": waiting, "mine": mine})


def _timeless(briefs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**one, "waiting_seconds": None} for one in briefs]
