"""Reading conversations: resuming after a sequence number, transcripts, lists. Never writes."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.conversation.ledger import latest_conversation
from bot.conversation.model import Conversation, Message, ScoreRow, iso
from bot.storage.tables import conversation, disclosure_shown, event, message, score

PAGE = 500  # messages of one answer; the next call goes on after the last of them


class Timeline:
    """Reads from the database behind ``engine``."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def _rows(self, query: Select[Any]) -> list[dict[str, Any]]:
        async with self._engine.connect() as connection:
            return [dict(row) for row in (await connection.execute(query)).mappings()]

    async def conversation(self, conversation_id: str) -> Conversation | None:
        rows = await self._rows(select(conversation).where(conversation.c.id == conversation_id))
        return Conversation.from_row(rows[0]) if rows else None

    async def latest(self, visitor_id: str) -> Conversation | None:
        """The visitor's newest conversation: the one that new messages go to, unless it is closed."""
        async with self._engine.connect() as connection:
            return await latest_conversation(connection, visitor_id)

    async def messages_after(self, visitor_id: str, after: int, limit: int = PAGE) -> list[Message]:
        """A visitor's messages with a sequence number over ``after``, in order, over linked conversations."""
        query = (
            select(message)
            .join(conversation, message.c.conversation_id == conversation.c.id)
            .where(conversation.c.visitor_id == visitor_id, message.c.seq > after)
            .order_by(message.c.seq)
            .limit(limit)
        )
        return [Message.from_row(row) for row in await self._rows(query)]

    async def next_unhandled(self, conversation_id: str) -> tuple[Conversation, Message] | None:
        """The first customer message that was taken in but not yet scored and answered."""
        query = (
            select(message)
            .join(conversation, message.c.conversation_id == conversation.c.id)
            .where(
                conversation.c.id == conversation_id,
                message.c.sender == "customer",
                message.c.seq > conversation.c.handled_seq,
            )
            .order_by(message.c.seq)
            .limit(1)
        )
        rows = await self._rows(query)
        found = await self.conversation(conversation_id) if rows else None
        return (found, Message.from_row(rows[0])) if found else None

    async def with_unhandled(self) -> list[str]:
        """Conversations with customer messages that nobody has answered: what a crash may leave behind."""
        query = (
            select(conversation.c.id)
            .join(message, message.c.conversation_id == conversation.c.id)
            .where(message.c.sender == "customer", message.c.seq > conversation.c.handled_seq)
            .distinct()
        )
        return [row["id"] for row in await self._rows(query)]

    async def customer_turns(self, conversation_id: str, after: int, before: int, limit: int) -> list[Message]:
        """The last ``limit`` customer messages with ``after < seq < before``, oldest first."""
        query = (
            select(message)
            .where(
                message.c.conversation_id == conversation_id,
                message.c.sender == "customer",
                message.c.seq > after,
                message.c.seq < before,
            )
            .order_by(message.c.seq.desc())
            .limit(limit)
        )
        return [Message.from_row(row) for row in reversed(await self._rows(query))]

    async def last_bot_messages(self, conversation_id: str, before: int, limit: int) -> list[Message]:
        """The last ``limit`` messages of the bot before a sequence number, newest first."""
        query = (
            select(message)
            .where(message.c.conversation_id == conversation_id, message.c.sender == "bot", message.c.seq < before)
            .order_by(message.c.seq.desc())
            .limit(limit)
        )
        return [Message.from_row(row) for row in await self._rows(query)]

    async def scores(self, conversation_id: str) -> list[ScoreRow]:
        """All scores of a conversation, in order."""
        query = select(score).where(score.c.conversation_id == conversation_id).order_by(score.c.seq)
        rows = await self._rows(query)
        return [ScoreRow(**{name: row[name] for name in ScoreRow.__slots__}) for row in rows]

    async def transcript(self, conversation_id: str) -> list[Message]:
        """All messages of one conversation, in order."""
        query = select(message).where(message.c.conversation_id == conversation_id).order_by(message.c.seq)
        return [Message.from_row(row) for row in await self._rows(query)]

    async def last_messages(self, conversation_ids: list[str]) -> dict[str, Message]:
        """The newest message that a person or the bot wrote, per conversation (system messages say little)."""
        newest = (
            select(message.c.conversation_id, func.max(message.c.seq).label("seq"))
            .where(message.c.conversation_id.in_(conversation_ids), message.c.sender != "system")
            .group_by(message.c.conversation_id)
            .subquery()
        )
        query = select(message).join(
            newest, and_(message.c.conversation_id == newest.c.conversation_id, message.c.seq == newest.c.seq)
        )
        return {row["conversation_id"]: Message.from_row(row) for row in await self._rows(query)}

    async def events(self, conversation_id: str) -> list[dict[str, Any]]:
        """Who did what, when and why."""
        query = select(event).where(event.c.conversation_id == conversation_id).order_by(event.c.id)
        return [
            {"at": iso(row["at_ms"]), **{name: row[name] for name in ("who", "what", "why", "detail")}}
            for row in await self._rows(query)
        ]

    async def disclosures_shown(self, conversation_id: str) -> list[dict[str, Any]]:
        """Which disclosure of which product was shown with which message."""
        query = (
            select(disclosure_shown)
            .where(disclosure_shown.c.conversation_id == conversation_id)
            .order_by(disclosure_shown.c.seq, disclosure_shown.c.product_code)
        )
        return [
            {
                "seq": row["seq"],
                "product_code": row["product_code"],
                "id": row["disclosure_id"],
                "version": row["version"],
                "at": iso(row["at_ms"]),
            }
            for row in await self._rows(query)
        ]

    async def previous(self, found: Conversation) -> list[Conversation]:
        """The visitor's earlier conversations, newest first."""
        query = (
            select(conversation)
            .where(conversation.c.visitor_id == found.visitor_id, conversation.c.created_ms < found.created_ms)
            .order_by(conversation.c.created_ms.desc())
        )
        return [Conversation.from_row(row) for row in await self._rows(query)]

    async def waiting(self) -> list[Conversation]:
        """The queue, next first."""
        query = (
            select(conversation)
            .where(conversation.c.state == "waiting")
            .order_by(conversation.c.queue_key, conversation.c.id)
        )
        return [Conversation.from_row(row) for row in await self._rows(query)]

    async def served_now(self, agent_id: str | None = None) -> list[Conversation]:
        """Conversations that agents (or one agent) serve now, longest first."""
        query = select(conversation).where(conversation.c.state == "human").order_by(conversation.c.state_since_ms)
        if agent_id is not None:
            query = query.where(conversation.c.agent_id == agent_id)
        return [Conversation.from_row(row) for row in await self._rows(query)]

    async def served_before(self, agent_id: str, limit: int = 50) -> list[Conversation]:
        """Conversations that an agent served and that ended or went back to the bot, newest first."""
        query = (
            select(conversation)
            .where(conversation.c.id.in_(_taken_by(agent_id)), conversation.c.state.in_(("closed", "bot")))
            .order_by(conversation.c.state_since_ms.desc())
            .limit(limit)
        )
        return [Conversation.from_row(row) for row in await self._rows(query)]

    async def may_read(self, agent_id: str, found: Conversation) -> bool:
        """Whether an agent (not a supervisor) may read: waiting, own, served before and ended, or an earlier
        conversation of a customer who waits or whom the agent serves."""
        if found.state == "waiting" or (found.state == "human" and found.agent_id == agent_id):
            return True
        same_customer = and_(
            conversation.c.visitor_id == found.visitor_id,
            conversation.c.created_ms > found.created_ms,
            or_(
                conversation.c.state == "waiting",
                and_(conversation.c.state == "human", conversation.c.agent_id == agent_id),
            ),
        )
        served = and_(
            conversation.c.id == found.id,
            conversation.c.state.in_(("closed", "bot")),
            conversation.c.id.in_(_taken_by(agent_id)),
        )
        query = select(conversation.c.id).where(or_(same_customer, served)).limit(1)
        return bool(await self._rows(query))

    async def position(self, found: Conversation) -> int | None:
        """Place in the queue, 1 is next; None when not waiting."""
        if found.state != "waiting" or found.queue_key is None:
            return None
        query = select(func.count().label("ahead")).where(
            conversation.c.state == "waiting",
            or_(
                conversation.c.queue_key < found.queue_key,
                and_(conversation.c.queue_key == found.queue_key, conversation.c.id < found.id),
            ),
        )
        return int((await self._rows(query))[0]["ahead"]) + 1


def _taken_by(agent_id: str) -> Select[Any]:
    return select(event.c.conversation_id).where(event.c.who == f"agent:{agent_id}", event.c.what == "taken")
