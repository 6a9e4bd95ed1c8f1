"""Telling open connections what happened, inside this process.

Visitors are only woken: what they get is read from the ledger after their last sequence number, so that nothing can
be lost or doubled on the way. Agents get frames pushed; one that cannot keep up is cut off and resumes by reading.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bot.conversation.model import Change, Conversation, Message, ScoreRow
from bot.handoff.queue import Agent

FRAMES_MAX = 500  # an agent's connection that is this far behind is dead or hopeless
LINKS_MAX = 20  # connections of one visitor at once; a new one ends the oldest


@dataclass(eq=False, slots=True)
class VisitorLink:
    """One waiting request or WebSocket of a visitor."""

    visitor_id: str
    woken: asyncio.Event = field(default_factory=asyncio.Event)
    frames: list[dict[str, Any]] = field(default_factory=list)  # passing ones: typing
    in_queue: bool = False  # wants to hear of every change of the queue
    closing: bool = False

    def cut(self) -> None:
        """End the connection."""
        self.closing = True
        self.woken.set()


@dataclass(eq=False, slots=True)
class AgentLink:
    """One console of an agent."""

    agent: Agent
    token_hash: str
    frames: asyncio.Queue[dict[str, Any] | None] = field(default_factory=lambda: asyncio.Queue(FRAMES_MAX))
    last_board: dict[str, Any] | None = None

    def push(self, frame: dict[str, Any]) -> None:
        try:
            self.frames.put_nowait(frame)
        except asyncio.QueueFull:
            self.cut()

    def cut(self) -> None:
        """End the connection."""
        while not self.frames.empty():
            self.frames.get_nowait()
        self.frames.put_nowait(None)


class Hub:
    """Who is connected, and who must hear of what."""

    def __init__(self) -> None:
        self._visitors: dict[str, dict[VisitorLink, None]] = {}  # of each visitor, oldest first
        self.agents: set[AgentLink] = set()
        self.board_changed = asyncio.Event()
        self.closed = asyncio.Event()

    @property
    def closing(self) -> bool:
        return self.closed.is_set()

    @contextlib.contextmanager
    def visitor(self, visitor_id: str) -> Iterator[VisitorLink]:
        """Listen for one visitor."""
        link = VisitorLink(visitor_id)
        links = self._visitors.setdefault(visitor_id, {})
        links[link] = None
        for old in list(links)[:-LINKS_MAX]:
            old.cut()
        if self.closing:
            link.cut()
        try:
            yield link
        finally:
            del links[link]
            if not links:
                del self._visitors[visitor_id]

    @contextlib.contextmanager
    def agent(self, agent: Agent, token_hash: str) -> Iterator[AgentLink]:
        """Listen for one agent."""
        link = AgentLink(agent, token_hash)
        self.agents.add(link)
        if self.closing:
            link.cut()
        try:
            yield link
        finally:
            self.agents.discard(link)

    def on_change(self, change: Change) -> None:
        """Hear of a commit of the ledger."""
        found = change.conversation
        if change.messages or change.moved:
            self.wake_visitor(found.visitor_id)
        for link in self._readers(found):
            for message in change.messages:
                link.push(message_frame(message))
            if change.score is not None:
                link.push(score_frame(found, change.score))
        if change.moved:
            for link in self.agents:
                link.push({"type": "state", "conversation_id": found.id, "state": found.state})
            self.queue_changed()
        elif found.state in {"waiting", "human"}:
            self.board_changed.set()

    def queue_changed(self) -> None:
        """Positions or waits may be others now."""
        self.board_changed.set()
        for links in self._visitors.values():
            for link in links:
                if link.in_queue:
                    link.woken.set()

    def wake_visitor(self, visitor_id: str) -> None:
        for link in self._visitors.get(visitor_id, ()):
            link.woken.set()

    def to_visitor(self, visitor_id: str, frame: dict[str, Any]) -> None:
        """A passing frame, for those who are connected now."""
        for link in self._visitors.get(visitor_id, ()):
            if frame not in link.frames:  # a client that does not read gathers none
                link.frames.append(frame)
            link.woken.set()

    def to_readers(self, found: Conversation, frame: dict[str, Any]) -> None:
        """A passing frame to the agents who follow a conversation."""
        for link in self._readers(found):
            link.push(frame)

    def sign_out(self, token_hash: str) -> None:
        """Cut the consoles of a session that has ended."""
        for link in self.agents:
            if link.token_hash == token_hash:
                link.cut()

    def close(self) -> None:
        """Wake everything: the gateway ends."""
        self.closed.set()
        self.board_changed.set()
        for links in self._visitors.values():
            for link in links:
                link.cut()
        for agent_link in self.agents:
            agent_link.cut()

    async def drained(self, timeout_s: float) -> None:
        """Wait until no connection is served any more, or the time is over."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                while self._visitors or self.agents:  # noqa: ASYNC110 (once, at the end: an event would be kept for ever)
                    await asyncio.sleep(0.01)

    def _readers(self, found: Conversation) -> list[AgentLink]:
        if found.state == "waiting":
            return list(self.agents)
        if found.state not in {"human", "closed"}:
            return []
        return [link for link in self.agents if link.agent.id == found.agent_id or link.agent.reads_all]


def message_frame(message: Message) -> dict[str, Any]:
    """A message for agents; its score follows in a frame of its own."""
    return {
        "type": "message",
        "conversation_id": message.conversation_id,
        "message": {**message.to_public(), "frustration": None, "emotion": None},
    }


def score_frame(found: Conversation, row: ScoreRow) -> dict[str, Any]:
    return {
        "type": "score",
        "conversation_id": found.id,
        "seq": row.seq,
        "frustration": row.frustration,
        "emotion": row.emotion,
        "level": row.level,
        "stage": row.stage,
    }
