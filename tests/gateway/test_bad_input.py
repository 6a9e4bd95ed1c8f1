"""Whatever comes in: a clear 4xx or a sensible answer, never a 500, and nothing already accepted is lost."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from .conftest import FakeRasa, Gateway, assert_error

SEND = "/api/v1/visitor/messages"


@pytest.mark.parametrize("text", ["", " ", "\n\t", "\u3000", "\u200b\u200d\ufeff", "\x00\x07\x1b"])
async def test_blank_text_is_refused(gateway: Gateway, text: str) -> None:
    visitor = await gateway.visitor()
    assert_error(await visitor.send(text), 400, "empty_text")
    assert (await visitor.read())["messages"] == []


async def test_hundred_thousand_characters_are_too_large(gateway: Gateway, rasa: FakeRasa) -> None:
    visitor = await gateway.visitor()
    error = assert_error(await visitor.send("啊" * 50_000), 413, "text_too_long")
    assert error["max_chars"] == 2000
    assert_error(await visitor.send("啊" * 100_000), 413)
    assert_error(await visitor.send("a" * 2001), 413)
    assert (await visitor.send("a" * 2000)).status_code == 202
    assert [len(asked["message"]) for asked in rasa.asked] in ([2000], [])


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("😡😡👨‍👩‍👧", "😡😡👨‍👩‍👧"),
        ("你\x00好\x1b[31m\u202e吗", "你好[31m吗"),
        ("<script>alert(1)</script><img src=x onerror=alert(1)>", None),
        ("'; DROP TABLE message; --", None),
        ("e\u0301", "\u00e9"),
        ("第一行\r\n第二行", "第一行\n第二行"),
        ("𠮷野家", "𠮷野家"),
    ],
)
async def test_odd_text_is_stored_harmlessly_and_answered(gateway: Gateway, text: str, stored: str | None) -> None:
    visitor = await gateway.visitor()
    await visitor.say(text)
    messages = await visitor.messages()
    assert messages[0][2] == (stored or text)
    assert messages[1][0] == "bot"


@pytest.mark.parametrize("text", ['/greet{"a": 1}', "／restart", " / / ask_human", "⁄session_start", "//"])
async def test_leading_slash_never_reaches_rasa(gateway: Gateway, rasa: FakeRasa, text: str) -> None:
    visitor = await gateway.visitor()
    await visitor.say(text)
    assert rasa.asked[0]["message"]
    assert rasa.asked[0]["message"][0] not in "/／⁄∕ "


@pytest.mark.parametrize(
    "personal",
    [
        "13812345678",
        "１３８１２３４５６７８",
        "138 1234 5678",
        "a.b@example.com",
        "6222 0200 0000 0000 006",
        "11010519491231002X",
    ],
)
async def test_personal_numbers_are_masked_before_ledger_rasa_and_console(
    gateway: Gateway, rasa: FakeRasa, personal: str
) -> None:
    visitor, agent = await gateway.visitor(), await gateway.agent()
    await visitor.say(f"我的是{personal}请查")
    await visitor.ask_for_agent()
    opened = await agent.open(visitor.conversation_id)
    await agent.do("take", visitor.conversation_id)
    await agent.do("messages", visitor.conversation_id, client_msg_id="1", text=f"核对{personal}")
    everything = json.dumps([opened, await visitor.read(), rasa.asked], ensure_ascii=False)
    assert personal not in everything
    assert everything.count("**") >= 4


@pytest.mark.parametrize(
    "body",
    [
        b"\xff\xfe\x00",
        b'{"client_msg_id": "1", "text": "\xe4\xbd"}',
        b'{"client_msg_id": "1", "text": "\\ud800"}',
        b"{",
        b"null",
        b"[]",
        b"12",
        b'"text"',
        b"[" * 50_000,
        b'{"a":' * 20_000,
        b'{"client_msg_id": 1, "text": "a"}',
        b'{"client_msg_id": "1", "text": 5}',
        b'{"client_msg_id": "1", "text": null}',
        b'{"client_msg_id": "1", "text": ["a"]}',
        b'{"client_msg_id": "1", "text": {"a": 1}}',
        b'{"client_msg_id": true, "text": "a"}',
        b'{"text": "a"}',
        b'{"client_msg_id": "1"}',
        b"{}",
        b"",
        b'{"client_msg_id": "1", "text": "a", "sender": "agent"}',
        b'{"client_msg_id": "", "text": "a"}',
        b'{"client_msg_id": "a b", "text": "a"}',
        b'{"client_msg_id": "\xe4\xbd\xa0", "text": "a"}',
        b'{"client_msg_id": "' + b"x" * 65 + b'", "text": "a"}',
    ],
)
async def test_wrong_bodies_are_refused_in_the_one_shape(gateway: Gateway, body: bytes) -> None:
    visitor = await gateway.visitor()
    error = assert_error(await visitor.call("POST", SEND, content=body), 400)
    assert error["code"] in {"invalid_json", "invalid_input"}
    assert (await visitor.read())["messages"] == []


@pytest.mark.parametrize("body", [{}, {"channel": "fax"}, {"channel": None}, {"channel": "api", "x": 1}, [], "api"])
async def test_wrong_session_requests_are_refused(gateway: Gateway, body: Any) -> None:
    assert_error(await gateway.http.post("/api/v1/visitor/sessions", json=body), 400)


async def test_body_over_the_limit_is_413(gateway: Gateway) -> None:
    visitor = await gateway.visitor()
    body = json.dumps({"client_msg_id": "1", "text": "a" * 400_000})
    assert_error(await visitor.call("POST", SEND, content=body), 413, "too_large")


@pytest.mark.parametrize(
    "query",
    [
        "after=-1",
        "after=x",
        "after=1e9999",
        "after=99999999999999999999",
        "after=1.5",
        "wait=-1",
        "wait=nan",
        "wait=inf",
        "wait=abc",
        "after=",
        "after=%ff",
    ],
)
async def test_wrong_query_is_refused(gateway: Gateway, query: str) -> None:
    visitor = await gateway.visitor()
    response = await visitor.call("GET", f"{SEND}?{query}")
    if query != "after=":  # an empty parameter is no parameter
        assert_error(response, 400)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/nothing", 404),
        ("POST", "/api/v1/nothing", 404),
        ("PUT", "/api/v1/visitor/messages", 405),
        ("GET", "/api/v1/visitor/sessions", 405),
        ("DELETE", "/healthz", 405),
        ("GET", "/api/v1/disclosures/a/b", 404),
        ("GET", "/disclosures/a/b", 404),
        ("GET", "/../../etc/passwd", 503),
        ("GET", "/%2e%2e/%2e%2e/etc/passwd", 503),
        ("GET", "/chat/..%2f..%2f..%2fetc%2fpasswd", 503),
        ("GET", "/%00", 503),
        ("GET", "/console/", 503),
        ("GET", "/%ff%fe", 503),
    ],
)
async def test_unknown_addresses_answer_in_the_one_shape(gateway: Gateway, method: str, path: str, status: int) -> None:
    assert_error(await gateway.http.request(method, path), status)


@pytest.mark.parametrize(
    "raw",
    [
        b"GARBAGE\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /\xff\xff HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST /api/v1/visitor/sessions HTTP/1.1\r\nHost: x\r\nContent-Length: abc\r\n\r\n{}",
        b"POST /api/v1/visitor/sessions HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n{}",
        b"POST /api/v1/visitor/sessions HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Big: " + b"a" * 20_000 + b"\r\n\r\n",
        b"GET /api/v1/visitor/messages HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \xff\xfe\r\n\r\n",
        b"POST /api/v1/visitor/sessions HTTP/1.1\r\nHost: x\r\nExpect: nonsense\r\nContent-Length: 2\r\n\r\n{}",
    ],
)
async def test_broken_http_gets_4xx_and_the_server_lives(gateway: Gateway, raw: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", gateway.port)
    writer.write(raw)
    await writer.drain()
    writer.write_eof()
    async with asyncio.timeout(10):
        answer = await reader.read()
    writer.close()
    assert answer == b"" or answer.split(b" ")[1][:1] == b"4", answer[:300]
    assert (await gateway.http.get("/healthz")).status_code == 200


@pytest.mark.parametrize("header", [None, "", "Bearer", "Basic abc", "Bearer x", "Bearer " + "x" * 3000])
async def test_missing_or_wrong_token_is_401_everywhere(gateway: Gateway, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}
    for method, path in [
        ("GET", SEND),
        ("POST", SEND),
        ("POST", "/api/v1/visitor/handoff"),
        ("POST", "/api/v1/visitor/queue/leave"),
        ("GET", "/api/v1/agent/queue"),
        ("DELETE", "/api/v1/agent/sessions"),
        ("GET", "/api/v1/agent/conversations/x"),
        ("POST", "/api/v1/agent/conversations/x/take"),
        ("POST", "/api/v1/agent/conversations/x/messages"),
    ]:
        response = await gateway.http.request(method, path, headers=headers)
        assert_error(response, 401, "unauthorized")
        assert response.headers["www-authenticate"] == "Bearer"


async def test_refused_message_does_not_touch_what_was_accepted(gateway: Gateway) -> None:
    visitor = await gateway.visitor()
    await visitor.say("第一条")
    before = await visitor.read()
    await visitor.send("")
    await visitor.send("x" * 5000)
    await visitor.call("POST", SEND, content=b"\xff")
    assert await visitor.read() == before
