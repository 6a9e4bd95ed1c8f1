"""Nobody reads or writes another's conversation."""

from __future__ import annotations

import asyncio
import hashlib

from sqlalchemy import select, update

from bot.storage.tables import agent_session
from bot.storage.tables import visitor as visitor_table

from .conftest import PASSWORD, Gateway, assert_error


async def test_visitors_see_only_their_own_messages(gateway: Gateway) -> None:
    first, second = await gateway.visitor(), await gateway.visitor()
    await first.say("甲的问题")
    await second.say("乙的问题")
    assert [text for _, _, text in await first.messages()] == ["甲的问题", "答：甲的问题"]
    assert [text for _, _, text in await second.messages()] == ["乙的问题", "答：乙的问题"]
    assert (await first.read())["conversation_id"] == first.conversation_id


async def test_same_client_msg_id_of_two_visitors_does_not_collide(gateway: Gateway) -> None:
    first, second = await gateway.visitor(), await gateway.visitor()
    assert (await first.send("甲", "same")).json()["seq"] == 1
    assert (await second.send("乙", "same")).json()["seq"] == 1


async def test_visitor_token_opens_no_agent_door_and_the_other_way_round(gateway: Gateway) -> None:
    visitor, agent = await gateway.visitor(), await gateway.agent()
    assert_error(await visitor.call("GET", "/api/v1/agent/queue"), 401)
    assert_error(await visitor.call("GET", f"/api/v1/agent/conversations/{visitor.conversation_id}"), 401)
    assert_error(await agent.call("GET", "/api/v1/visitor/messages"), 401)
    assert_error(await agent.call("POST", "/api/v1/visitor/handoff", json={}), 401)


async def test_expired_visitor_token_is_refused(gateway: Gateway) -> None:
    visitor = await gateway.visitor()
    async with gateway.parts.engine.begin() as connection:
        await connection.execute(update(visitor_table).values(expires_ms=1))
    assert_error(await visitor.send("你好"), 401)


async def test_tokens_are_stored_as_hashes_only(gateway: Gateway) -> None:
    visitor, agent = await gateway.visitor(), await gateway.agent()
    async with gateway.parts.engine.connect() as connection:
        stored = (await connection.execute(select(visitor_table.c.token_hash))).scalar_one()
        session = (await connection.execute(select(agent_session.c.token_hash))).scalar_one()
    assert stored == hashlib.sha256(visitor.token.encode()).hexdigest()
    assert session == hashlib.sha256(agent.token.encode()).hexdigest()


async def test_agents_read_waiting_own_and_served_but_nothing_else(gateway: Gateway) -> None:
    visitor, other = await gateway.visitor(), await gateway.visitor()
    first, second, boss = (
        await gateway.agent(),
        await gateway.agent("second"),
        await gateway.agent("boss", "supervisor"),
    )
    path = f"/api/v1/agent/conversations/{visitor.conversation_id}"
    await visitor.say("你好")
    assert_error(await first.call("GET", path), 403)
    assert (await boss.call("GET", path)).status_code == 200
    await visitor.ask_for_agent()
    assert (await second.call("GET", path)).status_code == 200
    await first.do("take", visitor.conversation_id)
    assert (await first.call("GET", path)).status_code == 200
    assert_error(await second.call("GET", path), 403)
    await first.do("close", visitor.conversation_id)
    assert (await first.call("GET", path)).status_code == 200
    assert_error(await second.call("GET", path), 403)
    assert_error(await first.call("GET", f"/api/v1/agent/conversations/{other.conversation_id}"), 403)
    assert [one["id"] for one in (await first.queue())["ended"]] == [visitor.conversation_id]
    assert (await second.queue())["ended"] == []


async def test_agents_act_only_on_what_they_own(gateway: Gateway) -> None:
    visitor = await gateway.visitor()
    first, second = await gateway.agent(), await gateway.agent("boss", "supervisor")
    for what in ("return", "close"):
        assert_error(await first.do(what, visitor.conversation_id), 409, "not_serving")
    assert_error(await first.do("take", visitor.conversation_id), 409, "not_waiting")
    assert_error(await first.do("take", "0" * 32), 404)
    assert_error(await first.do("messages", visitor.conversation_id, client_msg_id="1", text="x"), 409)
    await visitor.ask_for_agent()
    await first.do("take", visitor.conversation_id)
    assert_error(await second.do("take", visitor.conversation_id), 409, "already_taken")
    for what in ("return", "close"):
        assert_error(await second.do(what, visitor.conversation_id), 403, "forbidden")
    assert_error(await second.do("messages", visitor.conversation_id, client_msg_id="1", text="x"), 403)
    assert (await first.do("take", visitor.conversation_id)).json() == {"state": "human"}
    await first.do("close", visitor.conversation_id)
    assert_error(
        await first.do("messages", visitor.conversation_id, client_msg_id="1", text="x"), 409, "conversation_closed"
    )
    assert (await first.do("close", visitor.conversation_id)).json() == {"state": "closed"}


async def test_many_agents_taking_at_once_leave_one_owner(gateway: Gateway) -> None:
    visitor = await gateway.visitor()
    await visitor.ask_for_agent()
    agents = [await gateway.agent(), *[await gateway.agent(f"agent{number}") for number in range(4)]]
    answers = await asyncio.gather(*(agent.do("take", visitor.conversation_id) for agent in agents))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409, 409]
    joined = [one for one in (await visitor.read())["messages"] if one["data"].get("code") == "agent_joined"]
    winner = agents[[answer.status_code for answer in answers].index(200)]
    assert [one["data"]["work_no"] for one in joined] == [winner.account["work_no"]]


async def test_capacity_is_kept(gateway: Gateway) -> None:
    agent = await gateway.agent()
    visitors = [await gateway.visitor() for _ in range(6)]
    for visitor in visitors:
        await visitor.ask_for_agent()
    answers = [await agent.do("take", visitor.conversation_id) for visitor in visitors]
    assert [answer.status_code for answer in answers] == [200] * 5 + [409]
    assert_error(answers[-1], 409, "agent_full")


async def test_sign_in_refuses_wrong_passwords_and_stops_guessing(gateway: Gateway) -> None:
    path = "/api/v1/agent/sessions"
    codes = []
    for number in range(12):
        answer = await gateway.http.post(path, json={"username": "demo", "password": f"wrong {number}"})
        codes.append(answer.status_code)
    assert codes == [401] * 10 + [429] * 2
    error = assert_error(await gateway.http.post(path, json={"username": "demo", "password": PASSWORD}), 429)
    assert error["retry_after_s"] >= 1


async def test_unknown_user_and_wrong_password_read_the_same(gateway: Gateway) -> None:
    answers = [
        await gateway.http.post("/api/v1/agent/sessions", json={"username": name, "password": "x"})
        for name in ("demo", "nobody")
    ]
    assert answers[0].json() == answers[1].json()
    assert_error(answers[0], 401, "wrong_credentials")


async def test_signing_out_ends_the_session_and_its_socket(gateway: Gateway) -> None:
    agent = await gateway.agent()
    async with agent.socket() as socket:
        await socket.next("ready")
        assert (await agent.call("DELETE", "/api/v1/agent/sessions")).status_code == 200
        await asyncio.wait_for(socket.ws.wait_closed(), 5)
    assert_error(await agent.call("GET", "/api/v1/agent/queue"), 401)


async def test_foreign_origin_is_refused_and_own_is_served(gateway: Gateway) -> None:
    path, body = "/api/v1/visitor/sessions", {"channel": "bubble"}
    for origin in ("https://evil.example", "null", f"http://127.0.0.1:{gateway.port}.evil.example", "http://[bad"):
        answer = await gateway.http.post(path, json=body, headers={"Origin": origin})
        assert_error(answer, 403, "origin_not_allowed")
        assert "access-control-allow-origin" not in answer.headers
    own = await gateway.http.post(path, json=body, headers={"Origin": gateway.base})
    assert own.status_code == 201


async def test_allowed_origin_gets_cors_and_may_frame_the_chat_only(gateway: Gateway) -> None:
    gateway.settings.allowed_origins.append("https://bank.example")
    headers = {"Origin": "https://bank.example"}
    answer = await gateway.http.post("/api/v1/visitor/sessions", json={"channel": "bubble"}, headers=headers)
    assert answer.headers["access-control-allow-origin"] == "https://bank.example"
    preflight = await gateway.http.options(
        "/api/v1/visitor/messages", headers={**headers, "Access-Control-Request-Method": "POST"}
    )
    assert preflight.status_code == 204
    assert "Authorization" in preflight.headers["access-control-allow-headers"]
    chat = await gateway.http.get("/chat/")
    console = await gateway.http.get("/console/")
    assert "frame-ancestors 'self' https://bank.example" in chat.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in console.headers["content-security-policy"]


async def test_rate_limits_answer_429_with_the_time_to_wait(gateway: Gateway) -> None:
    from bot.gateway.limits import RateLimit

    visitor = await gateway.visitor()
    gateway.parts.message_limit = RateLimit(3)
    codes = [(await visitor.send(f"第{number}条")).status_code for number in range(5)]
    assert codes == [202, 202, 202, 429, 429]
    answer = await visitor.send("再来")
    assert int(answer.headers["retry-after"]) >= 1
    assert_error(answer, 429, "rate_limited")
