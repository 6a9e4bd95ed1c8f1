"""The web channel (bubble, H5, terminal, programs): visitors' REST interface and WebSocket."""

from __future__ import annotations

import asyncio
import secrets
from typing import Any, Literal

from pydantic import Field, TypeAdapter, ValidationError
from sanic import Blueprint, Request, Websocket

from bot.conversation.model import Conversation
from bot.errors import InputError, NotFoundError, TingxinError
from bot.gateway.auth import Visitor, hash_token
from bot.gateway.http import Body, Call, ClientMsgId, Empty, input_error, operation
from bot.gateway.hub import VisitorLink
from bot.gateway.intake import take_in
from bot.gateway.parts import Parts
from bot.gateway.sockets import Pace, first_frame, receive, refuse, run_both, send, serve

SEQ_MAX = 2**31 - 1


class OpenSession(Body):
    channel: Literal["bubble", "h5", "api", "cli"]


class SendMessage(Body):
    client_msg_id: str = ClientMsgId
    text: str


visitors = Blueprint("visitors", url_prefix="/api/v1/visitor")


@operation(visitors, "POST", "/sessions", "新建访客会话", status=201, body=OpenSession, answer="conversation_id, token")
async def open_session(call: Call) -> dict[str, Any]:
    call.parts.session_limit.check(call.request.ip)
    token = secrets.token_urlsafe(32)
    found = await call.parts.ledger.open_visitor(call.body.channel, hash_token(token), call.parts.auth.visitor_ttl_ms)
    return {"conversation_id": found.id, "token": token}


@operation(
    visitors,
    "POST",
    "/messages",
    "发送消息；返回即表示已落盘",
    who="visitor",
    status=202,
    body=SendMessage,
    answer="seq, conversation_id",
)
async def send_message(call: Call) -> dict[str, Any]:
    return await accept(call.parts, call.visitor, call.body)


async def accept(parts: Parts, visitor: Visitor, body: SendMessage) -> dict[str, Any]:
    """Take in one message of a visitor."""
    parts.message_limit.check(visitor.id)
    text = take_in(body.text, parts.settings.max_text_chars)
    accepted = await parts.pipeline.accept(visitor.id, body.client_msg_id, text)
    return {"seq": accepted.seq, "conversation_id": accepted.conversation.id}


@operation(
    visitors,
    "GET",
    "/messages",
    "读取 after 之后的消息；wait 秒内没有新消息则返回空列表",
    who="visitor",
    query={"after": "最后收到的序号，默认 0", "wait": "最多等待的秒数，默认 0"},
    answer="messages, state, position, expected_wait_minutes, agent_work_no, conversation_id",
)
async def read_messages(call: Call) -> dict[str, Any]:
    after = _number(call.request, "after", _AFTER)
    wait_s = min(_number(call.request, "wait", _WAIT), call.parts.settings.long_poll_max_s)
    parts, loop = call.parts, asyncio.get_running_loop()
    deadline = loop.time() + wait_s
    first_place: dict[str, object] | None = None
    with parts.hub.visitor(call.visitor.id) as link:
        call.on_gone = link.cut
        while True:
            link.woken.clear()
            # In this order: a state may be newer than the messages, the next poll brings them; never the other way.
            messages = await parts.timeline.messages_after(call.visitor.id, after)
            place = await _place(parts, call.visitor)
            link.in_queue = place["state"] == "waiting"
            first_place = first_place or place
            left_s = deadline - loop.time()
            if messages or place != first_place or left_s <= 0 or link.closing:
                return {"messages": [message.to_public() for message in messages], **place}
            try:
                await asyncio.wait_for(link.woken.wait(), left_s)
            except TimeoutError:
                continue


@operation(visitors, "POST", "/handoff", "转人工", who="visitor", status=202, body=Empty, answer="state, position…")
async def ask_for_agent(call: Call) -> dict[str, Any]:
    call.parts.message_limit.check(call.visitor.id)
    found = await _latest(call.parts, call.visitor)
    return await call.parts.place(await call.parts.queue.ask(found.id))


@operation(visitors, "POST", "/queue/leave", "取消排队", who="visitor", body=Empty, answer="state")
async def leave_queue(call: Call) -> dict[str, Any]:
    call.parts.message_limit.check(call.visitor.id)
    found = await _latest(call.parts, call.visitor)
    return await call.parts.place(await call.parts.queue.leave(found.id))


async def _latest(parts: Parts, visitor: Visitor) -> Conversation:
    found = await parts.timeline.latest(visitor.id)
    if found is None:
        raise NotFoundError("找不到这个会话。")
    return found


async def _place(parts: Parts, visitor: Visitor) -> dict[str, object]:
    return await parts.place(await _latest(parts, visitor))


_AFTER: TypeAdapter[int] = TypeAdapter(int)
_WAIT: TypeAdapter[float] = TypeAdapter(float)


def _number(request: Request, name: str, kind: TypeAdapter[Any]) -> Any:
    try:
        value = kind.validate_python(request.args.get(name, "0"))
    except ValidationError:
        raise _wrong(name, "应为数字") from None
    if not 0 <= value <= SEQ_MAX:
        raise _wrong(name, "超出范围")
    return value


def _wrong(name: str, problem: str) -> InputError:
    return InputError(f"参数 {name} {problem}。", public={"fields": [{"field": name, "problem": problem}]})


# --- WebSocket ---------------------------------------------------------------------------------------------


class SendFrame(SendMessage):
    type: Literal["send"]


class AuthFrame(Body):
    type: Literal["auth"]
    token: str = Field(min_length=1, max_length=256)
    after: int = Field(0, ge=0, le=SEQ_MAX)


@visitors.websocket("/ws")  # type: ignore[untyped-decorator]
async def visitor_socket(request: Request, ws: Websocket) -> None:
    """Same events as the REST interface. The first frame carries the token."""
    await serve(request, _serve(request, ws))


async def _serve(request: Request, ws: Websocket) -> None:
    parts: Parts = request.app.ctx.parts
    try:
        auth = await first_frame(request, ws, AuthFrame)
        visitor = await parts.auth.visitor(auth.token)
        place = await _place(parts, visitor)
    except TingxinError as error:
        await refuse(ws, error)
        return
    with parts.hub.visitor(visitor.id) as link:
        await send(ws, {"type": "ready", **place})
        await run_both(
            asyncio.create_task(_read(parts, visitor, ws)),
            asyncio.create_task(_write(parts, visitor, link, ws, auth.after, place)),
            link.cut,
        )


async def _write(
    parts: Parts, visitor: Visitor, link: VisitorLink, ws: Websocket, after: int, told: dict[str, object]
) -> None:
    """Send what is new, until the connection or the gateway ends."""
    while not link.closing:
        link.woken.clear()
        frames, link.frames = link.frames, []
        place = await parts.unbroken.run(_place(parts, visitor))
        link.in_queue = place["state"] == "waiting"
        while messages := await parts.unbroken.run(parts.timeline.messages_after(visitor.id, after)):
            for message in messages:
                await send(ws, {"type": "message", "message": message.to_public()})
            after = messages[-1].seq
        if place != told:
            await send(ws, {"type": "state", **place})
            told = place
        for frame in frames:
            await send(ws, frame)
        if not link.closing:
            await link.woken.wait()


async def _read(parts: Parts, visitor: Visitor, ws: Websocket) -> None:
    """Take frames until the connection ends. A wrong frame gets an error and changes nothing."""
    typing = Pace()
    async for frame in receive(ws):
        client_msg_id = frame.get("client_msg_id")
        try:
            if frame.get("type") == "ping":
                await send(ws, {"type": "pong"})
            elif frame.get("type") == "typing":
                if typing.is_due():
                    found = await parts.unbroken.run(_latest(parts, visitor))
                    parts.hub.to_readers(found, {"type": "typing", "conversation_id": found.id})
            elif frame.get("type") == "send":
                accepted = await accept(parts, visitor, _send_frame(frame))
                await send(ws, {"type": "ack", "client_msg_id": client_msg_id, **accepted})
            else:
                raise InputError("不认识的消息类型。", code="unknown_frame")
        except TingxinError as error:
            told = client_msg_id if isinstance(client_msg_id, str) else None
            await send(ws, {"type": "error", **error.to_json(), "client_msg_id": told})


def _send_frame(frame: dict[str, Any]) -> SendFrame:
    try:
        return SendFrame.model_validate(frame)
    except ValidationError as error:
        raise input_error(error) from None
