"""What both WebSockets share. Tokens never stand in an address: the first frame carries them."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import from_json
from sanic import Request, Websocket
from sanic.exceptions import WebsocketClosed
from websockets.exceptions import ConnectionClosed

from bot.errors import AuthError, InputError, TingxinError
from bot.gateway.http import check_origin, input_error
from bot.gateway.log import log_error
from bot.gateway.parts import Parts

M = TypeVar("M", bound=BaseModel)

CLOSED = (ConnectionClosed, WebsocketClosed)
FIRST_FRAME_S = 10.0  # a client sends it at once; who does not is no client of ours
TYPING_S = 1.0  # how often "is typing" is passed on; a flood of it would drown those who read
STOP_WRITER_S = 1.0  # a query and a frame take milliseconds; a stuck connection is not waited for
# Close codes 4000–4999 are the application's: these follow HTTP's numbers.
CLOSE_CODES = {401: 4401, 403: 4403, 400: 4400}


async def serve(request: Request, work: Coroutine[Any, Any, None]) -> None:
    """Run a socket's whole life. It ends by noticing that the connection is gone, not by being cut off in a query."""
    parts: Parts = request.app.ctx.parts
    with contextlib.suppress(*CLOSED):
        await parts.unbroken.run(work)


async def first_frame(request: Request, ws: Websocket, model: type[M]) -> M:
    """Check the origin and read the first frame.

    Raises:
        ForbiddenError: a page of a foreign origin.
        AuthError: no such frame in time.
        InputError: another frame.
    """
    parts: Parts = request.app.ctx.parts
    check_origin(request, parts.settings.allowed_origins)
    raw = await ws.recv(timeout=FIRST_FRAME_S)
    if raw is None:
        raise AuthError("连接后没有收到身份验证消息。", code="auth_timeout")
    try:
        return model.model_validate_json(raw)
    except ValidationError as error:
        raise input_error(error) from None


class Pace:
    """Lets one sign of typing through per ``TYPING_S`` seconds."""

    def __init__(self) -> None:
        self._next = 0.0

    def is_due(self) -> bool:
        now = time.monotonic()
        if now < self._next:
            return False
        self._next = now + TYPING_S
        return True


async def refuse(ws: Websocket, error: TingxinError) -> None:
    """Tell why and close."""
    try:
        await send(ws, {"type": "error", **error.to_json()})
        await ws.close(CLOSE_CODES.get(error.status, 4500), error.code)
    except CLOSED:
        pass


async def send(ws: Websocket, frame: dict[str, Any]) -> None:
    """Send one JSON frame."""
    text = json.dumps(frame, ensure_ascii=False, separators=(",", ":"))
    await ws.send(text.encode("utf-8", "replace").decode())  # a client's own id may hold half a character


async def receive(ws: Websocket) -> AsyncIterator[dict[str, Any]]:
    """Frames that are JSON objects, until the connection ends; anything else gets an error frame."""
    while True:
        try:
            raw = await ws.recv()
        except CLOSED:
            return
        if raw is None:
            return
        try:
            frame = from_json(raw)  # unlike json: no half characters, which no database can look up
            if not isinstance(frame, dict):
                raise ValueError("not an object")
        except ValueError:
            error = InputError("消息不是正确的 JSON 对象（须为 UTF-8 编码）。", code="invalid_json")
            await send(ws, {"type": "error", **error.to_json(), "client_msg_id": None})
            continue
        yield frame


async def run_both(reader: asyncio.Task[None], writer: asyncio.Task[None], stop_writer: Callable[[], None]) -> None:
    """Run until one ends, then end the other; failures other than a closed connection are logged.

    The writer is asked to stop before it is cancelled: cancelled in the middle of a query it would cost the pool a
    connection.
    """
    try:
        await asyncio.wait((reader, writer), return_when=asyncio.FIRST_COMPLETED)
    finally:
        stop_writer()
        reader.cancel()
        await asyncio.wait((reader, writer), timeout=STOP_WRITER_S)
        writer.cancel()
        for outcome in await asyncio.gather(reader, writer, return_exceptions=True):
            if isinstance(outcome, Exception) and not isinstance(outcome, CLOSED):
                log_error("socket_failed", outcome)
