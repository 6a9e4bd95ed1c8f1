"""The client against a fake Rasa that is handed in as a transport."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from bot.dialogue.client import IN_FLIGHT_MAX, Breaker, DialogueClient, DialogueError, parse_replies

Answer = Callable[[httpx.Request], Awaitable[httpx.Response] | httpx.Response]


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def client(answer: Answer, timeout_s: float = 0.3, breaker: Breaker | None = None) -> DialogueClient:
    return DialogueClient(
        "http://rasa",
        timeout_s=timeout_s,
        breaker=breaker or Breaker(100, 10),
        transport=httpx.MockTransport(answer),  # type: ignore[arg-type]
    )


def ok(items: Any) -> httpx.Response:
    return httpx.Response(200, json=items)


async def test_request_has_the_agreed_shape_and_replies_come_in_order() -> None:
    asked: list[Any] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append((request.method, request.url.path, json.loads(request.content)))
        return ok([{"text": " 一 "}, {"custom": {"kind": "faq_answer", "text": "二", "data": {"faq_id": "F1"}}}])

    replies = await client(answer).ask("c1", "问", {"state": "bot"})
    assert asked == [
        ("POST", "/webhooks/rest/webhook", {"sender": "c1", "message": "问", "metadata": {"state": "bot"}})
    ]
    assert [(reply.kind, reply.text) for reply in replies] == [("text", "一"), ("faq_answer", "二")]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"[]", "empty"),
        (b"", "malformed"),
        (b"\xff", "malformed"),
        (b"{}", "malformed"),
        (b"null", "malformed"),
        (b"[" * 100_000, "malformed"),
        (b"[1]", "malformed"),
        (b"[{}]", "malformed"),
        (b'[{"text": ""}]', "malformed"),
        (b'[{"text": 5}]', "malformed"),
        (b'[{"image": "http://x"}]', "malformed"),
        (b'[{"custom": []}]', "malformed"),
        (b'[{"custom": {"kind": "text"}}]', "malformed"),
        (b'[{"custom": {"kind": "text", "text": ""}}]', "malformed"),
        (b'[{"custom": {"kind": "queue", "text": "x"}}]', "malformed"),
        (b'[{"custom": {"kind": "notice", "text": "x"}}]', "malformed"),
        (b'[{"custom": {"kind": "text", "text": "x", "html": "y"}}]', "malformed"),
        (b'[{"custom": {"kind": "handoff", "text": "x"}}]', "malformed"),
        (b'[{"custom": {"kind": "text", "text": "x", "data": {"quick_replies": ["a"]}}}]', "malformed"),
        (b'[{"custom": {"kind": "text", "text": "x", "data": {"disclosures": [{"id": "D"}]}}}]', "malformed"),
        (b'[{"text": "good"}, {"custom": 5}]', "malformed"),
    ],
)
def test_anything_but_well_formed_replies_is_a_failure(content: bytes, code: str) -> None:
    with pytest.raises(DialogueError) as caught:
        parse_replies(content)
    assert caught.value.code == code


@pytest.mark.parametrize("status", [204, 302, 400, 404, 500, 503])
async def test_other_status_is_a_failure(status: int) -> None:
    with pytest.raises(DialogueError) as caught:
        await client(lambda request: httpx.Response(status)).ask("c", "问", {})
    assert caught.value.code == "status"


async def test_silence_ends_at_the_deadline() -> None:
    async def hang(request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(30)
        return ok([])

    started = asyncio.get_running_loop().time()
    with pytest.raises(DialogueError) as caught:
        await client(hang, timeout_s=0.1).ask("c", "问", {})
    assert caught.value.code == "timeout"
    assert asyncio.get_running_loop().time() - started < 2


async def test_refused_connection_is_unreachable() -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    with pytest.raises(DialogueError) as caught:
        await client(refuse).ask("c", "问", {})
    assert caught.value.code == "unreachable"


async def test_endless_answer_is_cut() -> None:
    with pytest.raises(DialogueError) as caught:
        await client(lambda request: httpx.Response(200, content=b"[" + b" " * 2_000_000)).ask("c", "问", {})
    assert caught.value.code == "malformed"


async def test_one_conversation_is_asked_in_order_and_others_do_not_wait() -> None:
    running: dict[str, int] = {}
    order: list[str] = []
    together = 0

    async def answer(request: httpx.Request) -> httpx.Response:
        nonlocal together
        body = json.loads(request.content)
        sender = body["sender"]
        assert not running.get(sender)
        running[sender] = 1
        together = max(together, sum(running.values()))
        await asyncio.sleep(0.01)
        running[sender] = 0
        order.append(body["message"])
        return ok([{"text": "好"}])

    asking = client(answer, timeout_s=5)
    await asyncio.gather(*(asking.ask(f"c{number % 3}", f"{number}", {}) for number in range(12)))
    for sender in range(3):
        own = [int(text) for text in order if int(text) % 3 == sender]
        assert own == sorted(own)
    assert together == 3
    assert asking._turns == {}


async def test_silence_while_many_wait_tells_all_of_them_soon_after_the_deadline() -> None:
    async def silent(request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(30)
        return ok([{"text": "太晚"}])

    found = client(silent, timeout_s=0.4)
    begun = time.monotonic()
    outcomes = await asyncio.gather(
        *(found.ask(f"c{number}", "问", {}) for number in range(2 * IN_FLIGHT_MAX)), return_exceptions=True
    )
    assert {outcome.code for outcome in outcomes if isinstance(outcome, DialogueError)} == {"timeout"}
    assert len(outcomes) == 2 * IN_FLIGHT_MAX
    assert time.monotonic() - begun < 2 * 0.4


async def test_breaker_opens_after_failures_rests_and_lets_one_try() -> None:
    clock, calls, down = Clock(), [], [True]

    def answer(request: httpx.Request) -> httpx.Response:
        calls.append(1)
        return httpx.Response(500) if down[0] else ok([{"text": "好"}])

    asking = client(answer, breaker=Breaker(2, 10, clock))

    async def code() -> str:
        try:
            await asking.ask("c", "问", {})
        except DialogueError as error:
            return error.code
        return "ok"

    assert [await code() for _ in range(4)] == ["status", "status", "breaker_open", "breaker_open"]
    assert len(calls) == 2
    clock.now += 11
    assert [await code(), await code()] == ["status", "breaker_open"]
    clock.now += 11
    down[0] = False
    assert [await code(), await code()] == ["ok", "ok"]


async def test_cancelled_trial_does_not_keep_the_breaker_open_for_ever() -> None:
    clock = Clock()
    state = ["fail"]

    async def answer(request: httpx.Request) -> httpx.Response:
        if state[0] == "fail":
            return httpx.Response(500)
        if state[0] == "hang":
            await asyncio.sleep(30)
        return ok([{"text": "好"}])

    asking = client(answer, timeout_s=20, breaker=Breaker(1, 10, clock))
    with pytest.raises(DialogueError):
        await asking.ask("c", "问", {})
    clock.now += 11
    state[0] = "hang"
    trial = asyncio.create_task(asking.ask("c", "问", {}))
    await asyncio.sleep(0.05)
    trial.cancel()
    await asyncio.gather(trial, return_exceptions=True)
    state[0] = "good"
    assert (await asking.ask("c", "问", {}))[0].text == "好"
