"""Work that a lost connection must not cut off.

Sanic cancels a handler when its client goes away. A query that is cancelled in the middle costs a database connection,
and with bad luck that connection keeps SQLite's write lock for ever; a commit that is cancelled is told to nobody. So
handlers run in tasks of their own, which come to their end whoever still listens.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import httpx
from sanic.exceptions import WebsocketClosed
from websockets.exceptions import ConnectionClosed

from bot.errors import TingxinError
from bot.gateway.log import log_error

T = TypeVar("T")


class Unbroken:
    """Runs coroutines to their end and knows which are under way."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    async def run(self, work: Coroutine[Any, Any, T], on_cancel: Callable[[], None] | None = None) -> T:
        """What ``work`` returns or raises. When the caller is cancelled, ``work`` goes on.

        Args:
            on_cancel: called when the caller is cancelled, so that work that waits for news can stop waiting.
        """
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            if on_cancel is not None:
                on_cancel()
            task.add_done_callback(_note_failure)
            raise

    async def end(self, timeout_s: float) -> None:
        """Wait for what is under way; what has not ended by then is cancelled: the process ends."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=timeout_s)
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


def _note_failure(task: asyncio.Task[Any]) -> None:
    """Nobody is left to hear of a failure; one that we did not raise on purpose belongs into the log."""
    error = None if task.cancelled() else task.exception()
    if error is not None and not isinstance(error, TingxinError | httpx.HTTPError | ConnectionClosed | WebsocketClosed):
        log_error("failed_unheard", error)
