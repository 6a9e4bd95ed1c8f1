"""Asks Rasa. One request in flight per conversation, in order; a deadline of our own; a breaker.

Rasa's failures often look like success (HTTP 200 with an empty list), so that everything but a list of well-formed
replies with at least one in it is a failure here.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
from pydantic import ValidationError

from bot.dialogue.replies import Kind, Outcome, Reply
from bot.errors import UnavailableError

WEBHOOK = "/webhooks/rest/webhook"
ANSWER_BYTES_MAX = 1_048_576  # the longest product list is under 100 KB
IN_FLIGHT_MAX = 16  # over all conversations: Rasa is one process, more would only wait inside it, on our deadline
LAST_TRY = 0.25  # part of the deadline that is left at least to one who has waited for room
FROM_RASA = frozenset(Kind) - {Kind.QUEUE, Kind.NOTICE}


class DialogueError(UnavailableError):
    """Rasa gave no usable answer. ``code``: ``timeout unreachable status malformed empty breaker_open``."""

    def __init__(self, code: str, **detail: Any) -> None:
        super().__init__("智能客服暂时无法应答。", code=code, detail=detail)


class Breaker:
    """Stops asking after ``failures`` failures in a row, for ``rest_s`` seconds; then lets one request try."""

    def __init__(self, failures: int, rest_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._failures, self._rest_s, self._clock = failures, rest_s, clock
        self._in_row = 0
        self._open_until = 0.0
        self._trying = False

    @property
    def is_failing(self) -> bool:
        """Whether the last answer was a failure."""
        return self._in_row > 0

    @property
    def is_open(self) -> bool:
        return self._in_row >= self._failures and (self._trying or self._clock() < self._open_until)

    def check(self) -> None:
        """Refuse, or note that a trial runs.

        Raises:
            DialogueError: ``breaker_open``.
        """
        if self.is_open:
            raise DialogueError("breaker_open")
        self._trying = self._in_row >= self._failures

    def succeeded(self) -> None:
        self._in_row, self._trying = 0, False

    def failed(self) -> None:
        self._in_row += 1
        self._trying = False
        if self._in_row >= self._failures:
            self._open_until = self._clock() + self._rest_s

    def gave_up(self) -> None:
        """The request ended without telling anything about Rasa (it was cancelled)."""
        self._trying = False


class DialogueClient:
    """Talks to one Rasa server.

    Args:
        base_url: where Rasa listens (loopback).
        timeout_s: deadline of one request, all in all.
        transport: how httpx sends; tests hand in a fake Rasa.
    """

    def __init__(
        self,
        base_url: str,
        *,
        timeout_s: float,
        breaker: Breaker,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._timeout_s = timeout_s
        self._breaker = breaker
        self._http = httpx.AsyncClient(base_url=base_url, transport=transport, timeout=timeout_s, trust_env=False)
        self._turns: dict[str, tuple[asyncio.Lock, int]] = {}
        self._room = asyncio.Semaphore(IN_FLIGHT_MAX)

    async def close(self) -> None:
        await self._http.aclose()

    async def ask(self, conversation_id: str, text: str, metadata: dict[str, Any]) -> list[Reply]:
        """Replies to one message of the customer; at least one.

        Args:
            text: masked and neutralised: Rasa reads a leading ``/`` as a forced intent.
            metadata: ``{"signal": …, "state": …, "channel": …}``, see docs/architecture.md.

        Raises:
            DialogueError: no usable answer within the deadline.
        """
        begun = time.monotonic()
        async with self._turn(conversation_id), self._room:
            self._breaker.check()
            timeout_s = self._timeout_s
            if self._breaker.is_failing:
                # Who waited for room behind requests that ran out of time is not made to wait as long again.
                timeout_s = max(timeout_s - (time.monotonic() - begun), timeout_s * LAST_TRY)
            try:
                async with asyncio.timeout(timeout_s):
                    replies = await self._post({"sender": conversation_id, "message": text, "metadata": metadata})
            except TimeoutError:
                self._breaker.failed()
                raise DialogueError("timeout", seconds=timeout_s) from None
            except DialogueError:
                self._breaker.failed()
                raise
            except BaseException:
                self._breaker.gave_up()
                raise
            self._breaker.succeeded()
            return replies

    async def _post(self, body: dict[str, Any]) -> list[Reply]:
        try:
            async with self._http.stream("POST", WEBHOOK, json=body) as response:
                if response.status_code != 200:
                    raise DialogueError("status", status=response.status_code)
                content = bytearray()
                async for chunk in response.aiter_bytes():
                    content += chunk
                    if len(content) > ANSWER_BYTES_MAX:
                        raise DialogueError("malformed", problem="answer too long")
        except httpx.TimeoutException:
            raise DialogueError("timeout", seconds=self._timeout_s) from None
        except httpx.HTTPError as error:
            raise DialogueError("unreachable", problem=type(error).__name__) from None
        return parse_replies(bytes(content))

    @contextlib.asynccontextmanager
    async def _turn(self, conversation_id: str) -> AsyncIterator[None]:
        lock, users = self._turns.get(conversation_id, (asyncio.Lock(), 0))
        self._turns[conversation_id] = (lock, users + 1)
        try:
            async with lock:
                yield
        finally:
            _, users = self._turns[conversation_id]
            if users == 1:
                del self._turns[conversation_id]
            else:
                self._turns[conversation_id] = (lock, users - 1)


def parse_replies(content: bytes) -> list[Reply]:
    """The webhook's answer as replies.

    Raises:
        DialogueError: ``malformed`` (``detail["problem"]`` names what, never the text), or ``empty``.
    """
    try:
        items = json.loads(content)
    except (ValueError, RecursionError):
        raise DialogueError("malformed", problem="not JSON") from None
    if not isinstance(items, list):
        raise DialogueError("malformed", problem="not a list")
    replies = [_parse_one(item) for item in items]
    if not replies:
        raise DialogueError("empty")
    return replies


def _parse_one(item: object) -> Reply:
    if not isinstance(item, dict):
        raise DialogueError("malformed", problem="an item is not an object")
    custom, text = item.get("custom"), item.get("text")
    if custom is not None:
        try:
            reply = Reply.model_validate(custom)
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            place = ".".join(str(part) for part in first["loc"])
            raise DialogueError("malformed", problem=f"{place}: {first['type']}") from None
        if Kind(reply.kind) not in FROM_RASA:
            raise DialogueError("malformed", problem=f"kind {reply.kind} is not Rasa's to send")
        check_data(reply)
        return reply
    if isinstance(text, str) and text.strip():
        return Reply(kind=Kind.TEXT, text=text.strip(), outcome=Outcome.ANSWERED)
    raise DialogueError("malformed", problem="neither custom nor text")


def check_data(reply: Reply) -> None:
    """Check the parts of ``data`` that the gateway itself reads or that every client draws.

    Raises:
        DialogueError: ``malformed``.
    """
    for quick in _list(reply.data, "quick_replies"):
        if not isinstance(quick, dict) or not all(isinstance(quick.get(name), str) for name in ("title", "text")):
            raise DialogueError("malformed", problem="quick_replies")
    for item in _list(reply.data, "disclosures"):
        if not (
            isinstance(item, dict)
            and isinstance(item.get("product_codes"), list)
            and all(isinstance(item.get(name), str) for name in ("id", "version", "text"))
        ):
            raise DialogueError("malformed", problem="disclosures")
    if reply.kind == Kind.HANDOFF.value and not isinstance(reply.data.get("reason"), str):
        raise DialogueError("malformed", problem="handoff without a reason")


def _list(data: dict[str, Any], name: str) -> list[Any]:
    found = data.get(name, [])
    if not isinstance(found, list):
        raise DialogueError("malformed", problem=name)
    return found
