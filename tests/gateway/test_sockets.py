"""WebSockets: the same events as the REST interface, in order, without gap or double."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
import websockets

from .conftest import FakeRasa, Gateway, custom


async def test_visitor_sends_and_hears_everything_in_order(gateway: Gateway) -> None:
    visitor = await gateway.visitor()
    async with visitor.socket(after=0) as socket:
        ready = await socket.next()
        assert (ready["type"], ready["state"], ready["conversation_id"]) == ("ready", "bot", visitor.conversation_id)
        await socket.send(type="send", client_msg_id="c1", text="你好")
        seen = [await socket.next("ack", "message", "typing") for _ in range(4)]
        assert next(one for one in seen if one["type"] == "ack") == {
            "type": "ack",
            "client_msg_id": "c1",
            "seq": 1,
            "conversation_id": visitor.conversation_id,
        }
        assert [one["message"]["text"] for one in seen if one["type"] == "message"] == ["你好", "答：你好"]
        assert {"type": "typing", "sender": "bot"} in seen
        await socket.send(type="ping")
        assert await socket.next() == {"type": "pong"}


async def test_reconnecting_after_a_number_gets_exactly_the_rest(gateway: Gateway) -> None:
    visitor = await gateway.visitor()
    for text in ("一", "二", "三"):
        await visitor.say(text)
    async with visitor.socket(after=3) as socket:
        await socket.next("ready")
        assert [(await socket.next("message"))["message"]["seq"] for _ in range(3)] == [4, 5, 6]


async def test_waiting_visitor_hears_position_and_agent(gateway: Gateway) -> None:
    first, second, agent = await gateway.visitor(), await gateway.visitor(), await gateway.agent()
    await first.ask_for_agent()
    async with second.socket(after=0) as socket:
        await socket.next("ready")
        await second.ask_for_agent()
        told = await socket.next("state")
        assert (told["state"], told["position"], told["expected_wait_minutes"]) == ("waiting", 2, 8)
        await agent.do("take", first.conversation_id)
        told = await socket.next("state")
        assert (told["position"], told["expected_wait_minutes"]) == (1, 4)
        await agent.do("take", second.conversation_id)
        told = await socket.next("state")
        assert (told["state"], told["position"], told["agent_work_no"]) == ("human", None, "8001")
        await agent.do("messages", second.conversation_id, client_msg_id="1", text="您好")
        while (message := (await socket.next("message"))["message"])["sender"] != "agent":
            pass
        assert message["text"] == "您好"


async def test_agent_hears_queue_messages_scores_states_and_typing(gateway: Gateway) -> None:
    visitor, agent = await gateway.visitor(), await gateway.agent()
    async with agent.socket() as console, visitor.socket(after=0) as chat:
        assert (await console.next())["type"] == "ready"
        assert await console.next("queue") == {"type": "queue", "waiting": [], "mine": []}
        await visitor.ask_for_agent()
        assert (await console.next("state"))["state"] == "waiting"
        assert [one["id"] for one in (await console.next("queue"))["waiting"]] == [visitor.conversation_id]
        await agent.do("take", visitor.conversation_id)
        mine = (await console.next("queue"))["mine"]
        assert [(one["id"], one["state"]) for one in mine] == [(visitor.conversation_id, "human")]

        await visitor.send("快点！！！")
        while (frame := await console.next("message"))["message"]["sender"] != "customer":
            pass
        assert frame["conversation_id"] == visitor.conversation_id
        assert (frame["message"]["text"], frame["message"]["frustration"]) == ("快点！！！", None)
        score = await console.next("score")
        assert (score["seq"], score["emotion"]) == (frame["message"]["seq"], "愤怒")
        assert score["frustration"] > 0.9 and 0 < score["level"] <= 1 and score["stage"]

        await console.send(type="typing", conversation_id=visitor.conversation_id)
        assert (await chat.next("typing"))["sender"] == "agent"
        await chat.send(type="typing")
        assert (await console.next("typing"))["conversation_id"] == visitor.conversation_id


async def test_agent_hears_nothing_of_conversations_of_others(gateway: Gateway) -> None:
    visitor, first, second = await gateway.visitor(), await gateway.agent(), await gateway.agent("second")
    await visitor.ask_for_agent()
    async with second.socket() as console:
        await first.do("take", visitor.conversation_id)
        await visitor.send("悄悄话")
        await gateway.parts.pipeline.idle()
        await console.send(type="typing", conversation_id=visitor.conversation_id)
        await console.send(type="ping")
        frames = []
        while not frames or frames[-1]["type"] != "pong":
            frames.append(await console.next())
        assert "悄悄话" not in json.dumps(frames, ensure_ascii=False)


@pytest.mark.parametrize("path", ["/api/v1/visitor/ws", "/api/v1/agent/ws"])
@pytest.mark.parametrize(
    ("first", "code"),
    [
        ('{"type": "auth", "token": "wrong"}', 4401),
        ('{"type": "auth"}', 4400),
        ('{"type": "send"}', 4400),
        ("not json", 4400),
        ("[]", 4400),
        (b"\xff\xfe", 4400),
        ('{"type": "auth", "token": "x", "after": "1"}', 4400),
    ],
)
async def test_wrong_first_frame_gets_an_error_and_the_end(gateway: Gateway, path: str, first: Any, code: int) -> None:
    async with websockets.connect(f"ws://127.0.0.1:{gateway.port}{path}") as ws:
        await ws.send(first)
        frame = json.loads(await asyncio.wait_for(ws.recv(), 5))
        assert frame["type"] == "error" and frame["error"]["message"]
        await asyncio.wait_for(ws.wait_closed(), 5)
        assert ws.close_code == code


async def test_foreign_origin_is_refused_on_the_socket(gateway: Gateway) -> None:
    url = f"ws://127.0.0.1:{gateway.port}/api/v1/visitor/ws"
    async with websockets.connect(url, origin="https://evil.example") as ws:
        assert json.loads(await ws.recv())["error"]["code"] == "origin_not_allowed"


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "nonsense",
        "[]",
        "[" * 5000,
        b"\xff",
        '{"type": "send"}',
        '{"type": "send", "client_msg_id": "1", "text": ""}',
        '{"type": "send", "client_msg_id": "1", "text": 1}',
        '{"type": "send", "client_msg_id": "1", "text": "\\ud800"}',
        '{"type": "send", "client_msg_id": "\\ud800", "text": "a"}',
        '{"type": "send", "client_msg_id": "1", "text": "a", "admin": true}',
        '{"type": "take"}',
        '{"type": ["a"]}',
        "{}",
    ],
)
async def test_wrong_frames_get_an_error_and_the_socket_goes_on(gateway: Gateway, frame: Any) -> None:
    visitor = await gateway.visitor()
    async with visitor.socket(after=0) as socket:
        await socket.next("ready")
        await socket.ws.send(frame)
        assert (await socket.next())["error"]["message"]
        await socket.send(type="send", client_msg_id="good", text="还在吗")
        assert (await socket.next("ack"))["seq"] == 1


async def test_frame_over_the_limit_ends_the_socket_and_not_the_server(gateway: Gateway) -> None:
    visitor = await gateway.visitor()
    async with visitor.socket(after=0) as socket:
        await socket.next("ready")
        await socket.ws.send("x" * 400_000)
        with pytest.raises(websockets.ConnectionClosed):
            await socket.next("never")
    assert (await visitor.send("你好")).status_code == 202


async def test_two_sockets_of_one_visitor_both_hear_all(gateway: Gateway) -> None:
    visitor = await gateway.visitor()
    async with visitor.socket(after=0) as first, visitor.socket(after=0) as second:
        await first.next("ready"), await second.next("ready")
        await first.send(type="send", client_msg_id="1", text="你好")
        for socket in (first, second):
            assert [(await socket.next("message"))["message"]["seq"] for _ in range(2)] == [1, 2]


async def test_repeat_over_socket_and_rest_is_answered_once(gateway: Gateway, rasa: FakeRasa) -> None:
    async def slow(asked: dict[str, Any]) -> Any:
        await asyncio.sleep(0.05)
        return [custom("好的")]

    rasa.answer = slow
    visitor = await gateway.visitor()

    async def by_socket() -> int:
        async with visitor.socket(after=0) as socket:
            await socket.next("ready")
            await socket.send(type="send", client_msg_id="same", text="你好")
            return int((await socket.next("ack"))["seq"])

    async def by_rest() -> int:
        return int((await visitor.send("你好", "same")).json()["seq"])

    seqs = await asyncio.gather(*(by_rest() for _ in range(10)), *(by_socket() for _ in range(5)))
    await gateway.parts.pipeline.idle()
    assert set(seqs) == {1}
    assert [sender for sender, _, _ in await visitor.messages()] == ["customer", "bot"]
    assert len(rasa.asked) == 1


async def test_agent_that_vanishes_gives_the_customer_to_the_head_of_the_queue(gateway: Gateway) -> None:
    visitor, other, agent = await gateway.visitor(), await gateway.visitor(), await gateway.agent()
    await visitor.ask_for_agent()
    await other.ask_for_agent()
    async with agent.socket() as console:
        await console.next("ready")
        await agent.do("take", visitor.conversation_id)
    got: dict[str, Any] = {"state": "human"}
    for _ in range(40):
        got = await visitor.read()
        if got["state"] != "human" and got["messages"][-1]["data"].get("code") != "agent_joined":
            break
        await asyncio.sleep(0.1)
    assert (got["state"], got["position"]) == ("waiting", 1)
    assert got["messages"][-1]["data"]["code"] == "agent_lost"
    assert "8001" in got["messages"][-1]["text"]
    assert (await other.read())["position"] == 2


async def test_agent_that_reloads_within_the_grace_keeps_the_conversation(gateway: Gateway) -> None:
    gateway.parts.presence._grace_s = 3
    visitor, agent = await gateway.visitor(), await gateway.agent()
    await visitor.ask_for_agent()
    async with agent.socket() as console:
        await console.next("ready")
        await agent.do("take", visitor.conversation_id)
    async with agent.socket() as console:
        assert [one["id"] for one in (await console.next("queue"))["mine"]] == [visitor.conversation_id]
        await asyncio.sleep(1.5)
        assert (await visitor.read())["state"] == "human"


async def test_stopping_ends_sockets_and_long_polls_promptly(settings: Any, rasa: FakeRasa) -> None:
    gateway = await Gateway(settings, rasa).start()
    visitor, agent = await gateway.visitor(), await gateway.agent()
    poll = asyncio.create_task(visitor.read(wait=5))
    async with visitor.socket(after=0) as chat, agent.socket() as console:
        await chat.next("ready"), await console.next("ready")
        started = asyncio.get_running_loop().time()
        await gateway.server.before_stop()
        await asyncio.wait_for(chat.ws.wait_closed(), 3)
        await asyncio.wait_for(console.ws.wait_closed(), 3)
        assert (await poll)["messages"] == []
        assert asyncio.get_running_loop().time() - started < 3
    await gateway.http.aclose()
    await gateway.server.close()
    await gateway.server.after_stop()
