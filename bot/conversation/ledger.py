"""The only writer of conversations: messages, sequence numbers, states, scores, events.

Every change happens inside one transaction that holds the conversation (SQLite: the write lock, taken at once;
PostgreSQL: the row), so that sequence numbers have no gaps and no state is changed behind another's back. Listeners
hear of a change after its commit, in the order of the commits of that conversation.

Sequence numbers run on over the linked conversations of one visitor: a client that knows the last number it has seen
never needs to know where one conversation ended and the next began.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from enum import Enum
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.conversation.model import (
    Accepted,
    Change,
    Conversation,
    Message,
    ScoreRow,
    Sender,
    SystemText,
    new_id,
    now_ms,
)
from bot.conversation.states import State, check_move
from bot.dialogue.replies import Reply
from bot.errors import NotFoundError
from bot.storage.engine import IMMEDIATE
from bot.storage.tables import conversation, disclosure_shown, event, message, score, visitor

Listener = Callable[[Change], None]


class Ledger:
    """Writes conversations in the database behind ``engine``. One per process."""

    def __init__(self, engine: AsyncEngine, clock: Callable[[], int] = now_ms) -> None:
        self._engine = engine
        self._clock = clock
        self._listeners: list[Listener] = []
        # SQLite has one writer: waiting here is fair and cheap, waiting in its busy handler polls.
        sqlite = engine.dialect.name == "sqlite"
        self._gate: contextlib.AbstractAsyncContextManager[Any] = asyncio.Lock() if sqlite else contextlib.nullcontext()

    def listen(self, listener: Listener) -> None:
        """Call ``listener`` after each commit. It must be quick and must not raise."""
        self._listeners.append(listener)

    async def open_visitor(self, channel: str, token_hash: str, ttl_ms: int) -> Conversation:
        """Register a visitor with a first conversation."""
        visitor_id, at_ms = new_id(), self._clock()
        async with self._transaction() as connection:
            await connection.execute(
                insert(visitor).values(
                    id=visitor_id, token_hash=token_hash, channel=channel, created_ms=at_ms, expires_ms=at_ms + ttl_ms
                )
            )
            return await self._open(connection, visitor_id, channel, None, at_ms)

    @contextlib.asynccontextmanager
    async def writing(self, conversation_id: str) -> AsyncIterator[Entry]:
        """Hold one conversation and write to it; all or nothing. Leave by an exception and nothing has happened.

        Raises:
            NotFoundError: there is no such conversation.
        """
        async with self._transaction() as connection:
            query = select(conversation).where(conversation.c.id == conversation_id).with_for_update()
            row = (await connection.execute(query)).mappings().one_or_none()
            if row is None:
                raise NotFoundError("找不到这个会话。")
            entry = Entry(connection, Conversation.from_row(dict(row)), self._clock())
            yield entry
            await entry.finish()
        self._tell(entry.change)

    async def accept_customer(self, visitor_id: str, client_msg_id: str, text: str) -> Accepted:
        """Take in a customer's message (masked text). The return is the acknowledgement: it is on disk.

        A repeated ``client_msg_id`` gets the first sequence number. After the end of a conversation the message
        opens a new one.
        """
        async with self._transaction() as connection:
            # The visitor's row serialises on PostgreSQL what the write lock serialises on SQLite.
            await connection.execute(select(visitor.c.id).where(visitor.c.id == visitor_id).with_for_update())
            repeat = await self._find_repeat(connection, visitor_id, client_msg_id)
            if repeat is not None:
                return repeat
            latest = await latest_conversation(connection, visitor_id, lock=True)
            if latest is None:
                raise NotFoundError("找不到这个会话。")
            if latest.state == "closed":
                at_ms = max(self._clock(), latest.created_ms + 1)
                latest = await self._open(connection, visitor_id, latest.channel, latest, at_ms)
            entry = Entry(connection, latest, self._clock())
            written = await entry.append("customer", "text", text, client_msg_id=client_msg_id)
            await entry.finish()
        self._tell(entry.change)
        return Accepted(entry.conversation, written.seq, repeated=False)

    async def _find_repeat(self, connection: AsyncConnection, visitor_id: str, client_msg_id: str) -> Accepted | None:
        query = (
            select(conversation, message.c.seq.label("found_seq"))
            .join_from(message, conversation, message.c.conversation_id == conversation.c.id)
            .where(
                conversation.c.visitor_id == visitor_id,
                message.c.sender == "customer",
                message.c.client_msg_id == client_msg_id,
            )
        )
        row = (await connection.execute(query)).mappings().first()
        if row is None:
            return None
        values = dict(row)
        seq = values.pop("found_seq")
        return Accepted(Conversation.from_row(values), seq, repeated=True)

    async def _open(
        self, connection: AsyncConnection, visitor_id: str, channel: str, previous: Conversation | None, at_ms: int
    ) -> Conversation:
        seq = previous.last_seq if previous else 0
        opened = Conversation(
            id=new_id(),
            visitor_id=visitor_id,
            channel=channel,
            state="bot",
            state_since_ms=at_ms,
            created_ms=at_ms,
            last_seq=seq,
            agent_id=None,
            handoff=None,
            level=0.0,
            stage="calm",
            previous_id=previous.id if previous else None,
            handled_seq=seq,
            trend_from_seq=seq,
            queue_key=None,
            summary=None,
        )
        await connection.execute(insert(conversation).values(_columns(opened)))
        await add_event(connection, opened.id, at_ms, "customer", "opened", detail={"previous_id": opened.previous_id})
        return opened

    @contextlib.asynccontextmanager
    async def _transaction(self) -> AsyncIterator[AsyncConnection]:
        async with self._gate, self._engine.connect() as connection:
            await connection.execution_options(**{IMMEDIATE: True})
            async with connection.begin():
                yield connection

    def _tell(self, change: Change) -> None:
        for listener in self._listeners:
            listener(change)


class Entry:
    """One conversation, held by one transaction. ``conversation`` is always as it will be after the commit."""

    def __init__(self, connection: AsyncConnection, found: Conversation, at_ms: int) -> None:
        self.connection = connection
        self.at_ms = at_ms
        self.change = Change(found)
        self._before = found

    @property
    def conversation(self) -> Conversation:
        return self.change.conversation

    async def append(
        self,
        sender: Sender,
        kind: str,
        text: str,
        data: dict[str, Any] | None = None,
        *,
        trace: dict[str, Any] | None = None,
        client_msg_id: str | None = None,
        agent_id: str | None = None,
    ) -> Message:
        """Write one message under the next sequence number."""
        written = Message(
            conversation_id=self.conversation.id,
            seq=self.conversation.last_seq + 1,
            sender=sender,
            kind=kind,
            text=text,
            data=data or {},
            at_ms=self.at_ms,
            trace=trace,
            client_msg_id=client_msg_id,
            agent_id=agent_id,
        )
        await self.connection.execute(insert(message).values(_columns(written)))
        self.set(last_seq=written.seq)
        self.change.messages.append(written)
        return written

    async def find_client_message(self, sender: Sender, client_msg_id: str) -> int | None:
        """Sequence number of an earlier message with this ``client_msg_id``, if there is one."""
        query = select(message.c.seq).where(
            message.c.conversation_id == self.conversation.id,
            message.c.sender == sender,
            message.c.client_msg_id == client_msg_id,
        )
        found: int | None = (await self.connection.execute(query)).scalar_one_or_none()
        return found

    async def say(self, said: SystemText) -> Message:
        """Write a message of the product itself."""
        return await self.append("system", said.kind, said.text, said.data)

    async def answer(self, reply: Reply) -> Message:
        """Write a reply of the bot; the disclosures that it carries are recorded as shown with it."""
        trace = {**(reply.trace or {}), "outcome": _plain(reply.outcome)}
        written = await self.append("bot", _plain(reply.kind), reply.text, reply.data, trace=trace)
        shown: dict[str, tuple[str, str]] = {}
        for item in reply.data.get("disclosures", []):
            for code in item["product_codes"]:
                shown[str(code)] = (str(item["id"]), str(item["version"]))
        for code, (disclosure_id, version) in shown.items():
            await self.connection.execute(
                insert(disclosure_shown).values(
                    conversation_id=self.conversation.id,
                    seq=written.seq,
                    product_code=code,
                    disclosure_id=disclosure_id,
                    version=version,
                    at_ms=self.at_ms,
                )
            )
        return written

    async def move(
        self, state: State, who: str, what: str, why: str = "", detail: dict[str, Any] | None = None, **values: Any
    ) -> None:
        """Change the state (and ``values`` with it) and note who did what and why.

        Raises:
            ConflictError: the conversation cannot go from its state to this one.
        """
        check_move(self.conversation.state, state)
        detail = {"from": self.conversation.state, "to": state, "seq": self.conversation.last_seq, **(detail or {})}
        self.set(state=state, state_since_ms=self.at_ms, **values)
        self.change.moved = True
        await self.note(who, what, why, detail)

    async def note(self, who: str, what: str, why: str = "", detail: dict[str, Any] | None = None) -> None:
        """Write an event."""
        await add_event(self.connection, self.conversation.id, self.at_ms, who, what, why, detail)

    async def record_score(self, row: ScoreRow) -> None:
        """Write a message's sentiment and bring the conversation's level and stage up to it. A repeat is ignored."""
        query = select(score.c.seq).where(score.c.conversation_id == self.conversation.id, score.c.seq == row.seq)
        if (await self.connection.execute(query)).first() is None:
            await self.connection.execute(insert(score).values(conversation_id=self.conversation.id, **_columns(row)))
            self.set(level=row.level, stage=row.stage)
            self.change.score = row

    def set(self, **values: Any) -> None:
        """Change columns of the conversation; states go through :meth:`move`."""
        self.change.conversation = replace(self.conversation, **values)

    async def finish(self) -> None:
        """Write the conversation's row if it changed. Called by the ledger, before the commit."""
        before, after = _columns(self._before), _columns(self.conversation)
        changed = {name: value for name, value in after.items() if before[name] != value}
        if changed:
            await self.connection.execute(
                update(conversation).where(conversation.c.id == self.conversation.id).values(changed)
            )


async def latest_conversation(connection: AsyncConnection, visitor_id: str, lock: bool = False) -> Conversation | None:
    """The visitor's newest conversation."""
    query = (
        select(conversation)
        .where(conversation.c.visitor_id == visitor_id)
        .order_by(conversation.c.created_ms.desc())
        .limit(1)
    )
    row = (await connection.execute(query.with_for_update() if lock else query)).mappings().one_or_none()
    return None if row is None else Conversation.from_row(dict(row))


async def add_event(
    connection: AsyncConnection,
    conversation_id: str | None,
    at_ms: int,
    who: str,
    what: str,
    why: str = "",
    detail: dict[str, Any] | None = None,
) -> None:
    await connection.execute(
        insert(event).values(
            conversation_id=conversation_id, at_ms=at_ms, who=who, what=what, why=why, detail=detail or {}
        )
    )


def _plain(value: Any) -> str:
    """The name itself, of an enum's member or of a string (pydantic leaves defaults as members)."""
    return str(value.value) if isinstance(value, Enum) else str(value)


def _columns(value: Any) -> dict[str, Any]:
    """A slotted dataclass as column values, without copying what it holds."""
    return {name: getattr(value, name) for name in value.__slots__}
