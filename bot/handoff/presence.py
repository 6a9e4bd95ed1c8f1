"""Which agents are there. In memory: connections belong to this process.

An agent is online while a console is connected, or while an agent without a console (a program on the REST interface)
has been heard of recently. Losing the last console connection starts the grace period.
"""

from __future__ import annotations

import time
from collections.abc import Callable

SILENT_AFTER_S = 300.0  # an agent who never opened a console and says nothing for this long is gone


class Presence:
    """Connections and last signs of life per agent, in seconds of a monotonic clock."""

    def __init__(self, grace_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._grace_s, self._clock = grace_s, clock
        self._started = clock()
        self._connections: dict[str, int] = {}
        self._lost_at: dict[str, float] = {}
        self._heard_at: dict[str, float] = {}

    def connected(self, agent_id: str) -> None:
        self._connections[agent_id] = self._connections.get(agent_id, 0) + 1
        self._lost_at.pop(agent_id, None)

    def disconnected(self, agent_id: str) -> None:
        left = self._connections.get(agent_id, 0) - 1
        if left > 0:
            self._connections[agent_id] = left
            return
        self._connections.pop(agent_id, None)
        self._lost_at[agent_id] = self._clock()

    def heard(self, agent_id: str) -> None:
        """The agent made a request."""
        self._heard_at[agent_id] = self._clock()

    def signed_out(self, agent_id: str) -> None:
        """The agent left on purpose: the next check takes them for gone, unless another console is connected."""
        self._heard_at.pop(agent_id, None)
        if agent_id not in self._connections:
            self._lost_at[agent_id] = self._clock() - self._grace_s

    def is_connected(self, agent_id: str) -> bool:
        return agent_id in self._connections

    def is_gone(self, agent_id: str) -> bool:
        """Whether the agent's conversations should be given to others."""
        if agent_id in self._connections:
            return False
        now, heard = self._clock(), self._heard_at.get(agent_id)
        lost = self._lost_at.get(agent_id)
        if lost is None:
            return now - (self._started if heard is None else heard) >= SILENT_AFTER_S
        return now - (lost if heard is None else max(lost, heard)) >= self._grace_s

    def online(self) -> int:
        """How many agents are there now."""
        now = self._clock()
        recent = {
            agent_id
            for agent_id, heard in self._heard_at.items()
            if agent_id not in self._lost_at and now - heard < SILENT_AFTER_S
        }
        return len(recent | set(self._connections))
