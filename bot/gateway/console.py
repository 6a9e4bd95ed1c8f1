"""The agents' interface: sign-in, queue, conversations, WebSocket."""

from __future__ import annotations

import asyncio
from typing import Any, Literal

from pydantic import Field
from sanic import Blueprint, Request, Websocket

from bot.conversation.model import Conversation, iso
from bot.errors import ForbiddenError, NotFoundError, TingxinError
from bot.gateway.auth import hash_token
from bot.gateway.board import Board, push_board
from bot.gateway.http import Body, Call, ClientMsgId, Empty, operation
from bot.gateway.hub import AgentLink
from bot.gateway.intake import take_in
from bot.gateway.parts import Parts
from bot.gateway.sockets import Pace, first_frame, receive, refuse, run_both, send, serve
from bot.handoff.queue import Agent
from bot.handoff.wording import AGENT_TEXT, parse_reason

agents = Blueprint("agents", url_prefix="/api/v1/agent")


class SignIn(Body):
    username: str = Field(min_length=1, max_length=64)
    password: str = Field(min_length=1, max_length=256)


class AgentMessage(Body):
    client_msg_id: str = ClientMsgId
    text: str


class Ending(Body):
    summary: str | None = Field(None, max_length=4000)


class AuthFrame(Body):
    type: Literal["auth"]
    token: str = Field(min_length=1, max_length=256)


@operation(agents, "POST", "/sessions", "坐席登录", status=201, body=SignIn, answer="token, agent")
async def sign_in(call: Call) -> dict[str, Any]:
    token, agent = await call.parts.auth.sign_in(call.body.username, call.body.password, call.request.ip)
    call.parts.presence.heard(agent.id)
    return {"token": token, "agent": agent.to_public()}


@operation(agents, "DELETE", "/sessions", "退出登录", who="agent")
async def sign_out(call: Call) -> dict[str, Any]:
    await call.parts.auth.sign_out(call.token)
    call.parts.hub.sign_out(hash_token(call.token))
    call.parts.presence.signed_out(call.agent.id)
    return {}


@operation(agents, "GET", "/queue", "排队、我的和已结束的会话", who="agent", answer="waiting, mine, ended")
async def read_queue(call: Call) -> dict[str, Any]:
    return await Board(call.parts.timeline, call.parts.hub).for_agent(call.agent.id)


@operation(
    agents,
    "GET",
    "/conversations/<conversation_id:str>",
    "会话全文、情绪、转人工原因",
    who="agent",
    answer="conversation, transcript, curve, threshold, handoff, events, disclosures_shown, previous",
)
async def read_conversation(call: Call, conversation_id: str) -> dict[str, Any]:
    parts = call.parts
    found = await _readable(parts, call.agent, conversation_id)
    board = Board(parts.timeline, parts.hub)
    scores = await parts.timeline.scores(found.id)
    by_seq = {row.seq: row for row in scores}
    transcript = []
    for message in await parts.timeline.transcript(found.id):
        row = by_seq.get(message.seq)
        transcript.append(
            {
                **message.to_public(),
                "frustration": row.frustration if row else None,
                "emotion": row.emotion if row else None,
                "trace": message.trace,
            }
        )
    conversation = (await board.briefs([found]))[0]
    return {
        "conversation": {
            **conversation,
            "position": await parts.timeline.position(found),
            "agent_work_no": await parts.auth.work_no(found.agent_id),
            "summary": found.summary,
        },
        "transcript": transcript,
        "curve": [{"seq": row.seq, "score": row.frustration, "level": row.level} for row in scores],
        "threshold": parts.scorer.params.handoff_from,
        "handoff": _handoff(found),
        "events": await parts.timeline.events(found.id),
        "disclosures_shown": await parts.timeline.disclosures_shown(found.id),
        "previous": await board.briefs(await parts.timeline.previous(found)),
    }


def _handoff(found: Conversation) -> dict[str, Any] | None:
    if not found.handoff:
        return None
    return {
        "reason": found.handoff["reason"],
        "text_reason": AGENT_TEXT[parse_reason(found.handoff["reason"])],
        "reasons": found.handoff["reasons"],
        "at": iso(found.handoff["at_ms"]),
    }


@operation(agents, "POST", "/conversations/<conversation_id:str>/take", "接入", who="agent", body=Empty, answer="state")
async def take(call: Call, conversation_id: str) -> dict[str, Any]:
    await _readable(call.parts, call.agent, conversation_id, also_waiting=True)
    return {"state": (await call.parts.queue.take(conversation_id, call.agent)).state}


@operation(
    agents,
    "POST",
    "/conversations/<conversation_id:str>/messages",
    "回复客户",
    who="agent",
    status=202,
    body=AgentMessage,
    answer="seq",
)
async def reply(call: Call, conversation_id: str) -> dict[str, Any]:
    text = take_in(call.body.text, call.parts.settings.max_text_chars)
    accepted = await call.parts.queue.reply(conversation_id, call.agent, call.body.client_msg_id, text)
    return {"seq": accepted.seq}


@operation(
    agents,
    "POST",
    "/conversations/<conversation_id:str>/return",
    "退回智能客服",
    who="agent",
    body=Ending,
    answer="state",
)
async def give_back(call: Call, conversation_id: str) -> dict[str, Any]:
    found = await call.parts.queue.give_back(conversation_id, call.agent, _summary(call))
    return {"state": found.state}


@operation(
    agents, "POST", "/conversations/<conversation_id:str>/close", "结束会话", who="agent", body=Ending, answer="state"
)
async def close(call: Call, conversation_id: str) -> dict[str, Any]:
    found = await call.parts.queue.close(conversation_id, call.agent, _summary(call))
    return {"state": found.state}


def _summary(call: Call) -> str | None:
    raw: str | None = call.body.summary
    return take_in(raw, 4000) if raw and raw.strip() else None


async def _readable(parts: Parts, agent: Agent, conversation_id: str, also_waiting: bool = False) -> Conversation:
    """The conversation, if the agent may see it.

    Raises:
        NotFoundError: there is none.
        ForbiddenError: it is another's.
    """
    found = await parts.timeline.conversation(conversation_id)
    if found is None:
        raise NotFoundError("找不到这个会话。")
    if also_waiting or agent.reads_all or await parts.timeline.may_read(agent.id, found):
        return found
    raise ForbiddenError("您没有查看这个会话的权限。")


@agents.websocket("/ws")  # type: ignore[untyped-decorator]
async def agent_socket(request: Request, ws: Websocket) -> None:
    """Queue, messages, scores and states as they happen. Being connected is being present."""
    await serve(request, _serve(request, ws))


async def _serve(request: Request, ws: Websocket) -> None:
    parts: Parts = request.app.ctx.parts
    try:
        auth = await first_frame(request, ws, AuthFrame)
        agent = await parts.auth.agent(auth.token)
    except TingxinError as error:
        await refuse(ws, error)
        return
    with parts.hub.agent(agent, hash_token(auth.token)) as link:
        parts.presence.connected(agent.id)
        parts.hub.queue_changed()
        try:
            await send(ws, {"type": "ready", "state": "online", "agent": agent.to_public()})
            lists = await Board(parts.timeline, parts.hub).for_agent(agent.id)
            push_board(link, lists["waiting"], lists["mine"])
            await run_both(
                asyncio.create_task(_read(parts, agent, ws)), asyncio.create_task(_write(link, ws)), link.cut
            )
        finally:
            parts.presence.disconnected(agent.id)
            parts.hub.queue_changed()


async def _write(link: AgentLink, ws: Websocket) -> None:
    while (frame := await link.frames.get()) is not None:
        await send(ws, frame)


async def _read(parts: Parts, agent: Agent, ws: Websocket) -> None:
    typing = Pace()
    async for frame in receive(ws):
        if frame.get("type") == "ping":
            await send(ws, {"type": "pong"})
        elif frame.get("type") == "typing":
            if not typing.is_due():
                continue
            found = await parts.unbroken.run(parts.timeline.conversation(str(frame.get("conversation_id"))[:64]))
            if found and found.state == "human" and found.agent_id == agent.id:
                parts.hub.to_visitor(found.visitor_id, {"type": "typing", "sender": "agent"})
        else:
            error = {"code": "unknown_frame", "message": "不认识的消息类型。"}
            await send(ws, {"type": "error", "error": error})
