"""Clients that leave in the middle, flood, or knock at the wrong door harm nobody else."""

from __future__ import annotations

import asyncio
import gc
import json
from typing import Any

import pytest
import websockets

from bot.errors import NotFoundError
from bot.gateway.hub import LINKS_MAX
from bot.gateway.unbroken import Unbroken

from .conftest import Gateway, Visitor, assert_error


async def begin(visitor: Visitor, method: str, path: str) -> asyncio.StreamWriter:
    """Send a request and do not wait for the answer."""
    _, writer = await asyncio.open_connection("127.0.0.1", visitor.gateway.port)
    writer.write(
        f"{method} {path} HTTP/1.1\r\nHost: bank\r\nAuthorization: Bearer {visitor.token}\r\n"
        f"Content-Length: 0\r\n\r\n".encode()
    )
    await writer.drain()
    return writer


async def until(condition: Any) -> None:
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 (the product offers no event for this)
            await asyncio.sleep(0.01)


async def test_request_whose_client_leaves_in_the_middle_comes_to_its_end(gateway: Gateway) -> None:
    visitor = await gateway.visitor()
    gate = gateway.parts.ledger._gate
    assert isinstance(gate, asyncio.Lock)
    await gate.acquire()
    writer = await begin(visitor, "POST", "/api/v1/visitor/handoff")
    await until(lambda: gate._waiters)
    connections = len(gateway.server.connections)
    writer.transport.abort()
    await until(lambda: len(gateway.server.connections) < connections)
    gate.release()
    assert (await visitor.read(wait=5))["state"] == "waiting"


async def test_failure_that_nobody_waits_for_is_logged_without_its_message(caplog: pytest.LogCaptureFixture) -> None:
    async def fail(error: Exception) -> None:
        await asyncio.sleep(0)
        raise error

    unbroken = Unbroken()
    for error in (RuntimeError("13800001111"), NotFoundError("找不到。")):
        caller = asyncio.ensure_future(unbroken.run(fail(error)))
        await asyncio.sleep(0)
        caller.cancel()
        await asyncio.gather(caller, return_exceptions=True)
    await unbroken.end(1)
    gc.collect()
    await asyncio.sleep(0)
    assert [record.fields["error"] for record in caplog.records] == ["RuntimeError"]


async def test_clients_that_leave_at_any_moment_do_not_block_the_database(gateway: Gateway) -> None:
    visitors = [await gateway.visitor() for _ in range(4)]
    agent = await gateway.agent()
    for pause_ms in range(0, 30, 3):
        writers = [
            await begin(visitor, method, path)
            for visitor in visitors
            for method, path in (
                ("POST", "/api/v1/visitor/handoff"),
                ("POST", "/api/v1/visitor/queue/leave"),
                ("GET", "/api/v1/visitor/messages?wait=5"),
            )
        ]
        await asyncio.sleep(pause_ms / 1000)
        for writer in writers:
            writer.transport.abort()
    async with asyncio.timeout(5):
        for visitor in visitors:
            await visitor.say("还在吗")
        assert (await agent.queue())["mine"] == []
    for visitor in visitors:
        seqs = [message["seq"] for message in (await visitor.read())["messages"]]
        assert seqs == list(range(1, len(seqs) + 1))


async def test_long_poll_of_a_client_that_left_stops_waiting(gateway: Gateway) -> None:
    visitor = await gateway.visitor()
    writer = await begin(visitor, "GET", "/api/v1/visitor/messages?wait=5")
    hub = gateway.parts.hub
    await until(lambda: hub._visitors)
    writer.transport.abort()
    async with asyncio.timeout(1):
        await until(lambda: not hub._visitors)


@pytest.mark.parametrize("path", ["/api/v1/visitor/ws", "/api/v1/agent/ws"])
async def test_ordinary_request_to_a_socket_is_told_so(gateway: Gateway, path: str) -> None:
    assert_error(await gateway.http.get(path), 426, "upgrade_required")


async def test_opaque_origin_without_a_host_is_refused(gateway: Gateway) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", gateway.port)
    writer.write(b"GET /api/v1/config HTTP/1.0\r\nOrigin: null\r\n\r\n")
    assert b" 403 " in await reader.readline()
    writer.close()


@pytest.mark.parametrize("frame", ['{"type": "typing", "conversation_id": "\\ud800"}', "[" * 5000, "[]"])
async def test_odd_frame_of_an_agent_gets_an_error_and_the_socket_stays(gateway: Gateway, frame: str) -> None:
    agent = await gateway.agent()
    async with agent.socket() as socket:
        await socket.next("ready")
        await socket.ws.send(frame)
        assert (await socket.next("error"))["error"]["code"] == "invalid_json"
        await socket.send(type="ping")
        await socket.next("pong")


async def test_flood_of_typing_is_passed_on_once(gateway: Gateway) -> None:
    visitor, agent = await gateway.visitor(), await gateway.agent()
    await visitor.ask_for_agent()
    async with agent.socket() as console, visitor.socket() as chat:
        await console.next("ready")
        await chat.next("ready")
        for _ in range(600):  # more than an agent's connection may be behind
            await chat.send(type="typing")
        await chat.send(type="ping")
        await chat.next("pong")
        await visitor.say("在吗")
        seen: list[str] = []
        while "message" not in seen:
            seen.append((await console.next())["type"])
        assert 1 <= seen.count("typing") <= 3


async def test_visitor_with_too_many_connections_loses_the_oldest(gateway: Gateway) -> None:
    visitor = await gateway.visitor()
    sockets = []
    for _ in range(LINKS_MAX + 1):
        ws = await websockets.connect(f"ws://127.0.0.1:{gateway.port}{visitor.socket_path}")
        await ws.send(json.dumps({"type": "auth", "token": visitor.token}))
        assert json.loads(await ws.recv())["type"] == "ready"
        sockets.append(ws)
    async with asyncio.timeout(5):
        with pytest.raises(websockets.ConnectionClosed):
            await sockets[0].recv()
    for ws in sockets[1:]:
        await ws.send('{"type": "ping"}')
        assert json.loads(await ws.recv())["type"] == "pong"
        await ws.close()
