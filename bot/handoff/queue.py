"""The queue: into it, out of it, to an agent, back to the bot, to the end.

``check_*`` refuses, ``do_*`` writes inside an :class:`~bot.conversation.ledger.Entry`; the methods without a prefix
are one whole transaction each.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from bot.conversation.ledger import Entry, Ledger
from bot.conversation.model import Accepted, Conversation
from bot.errors import ConflictError, ForbiddenError
from bot.handoff import wording
from bot.handoff.presence import Presence
from bot.handoff.wording import HandoffReason
from bot.storage.tables import conversation as table


@dataclass(frozen=True, slots=True)
class Agent:
    """A signed-in agent. ``role``: agent | supervisor | admin; ``work_no`` (工号) is what customers see."""

    id: str
    username: str
    work_no: str
    role: str

    @property
    def reads_all(self) -> bool:
        return self.role in {"supervisor", "admin"}

    def to_public(self) -> dict[str, Any]:
        return {"id": self.id, "username": self.username, "work_no": self.work_no, "role": self.role}


class Queue:
    """Hands conversations between bot and agents.

    Args:
        handling_minutes: average minutes that an agent needs for one customer.
        capacity: conversations that one agent serves at once.
    """

    def __init__(
        self, ledger: Ledger, presence: Presence, *, handling_minutes: float, capacity: int, hotline: str
    ) -> None:
        self._ledger, self._presence = ledger, presence
        self._handling_minutes, self._capacity, self._hotline = handling_minutes, capacity, hotline

    def wait_minutes(self, position: int) -> int | None:
        """Expected minutes until it is the turn of the customer at ``position``; None while no agent is online."""
        return wording.expected_wait_minutes(position, self._handling_minutes, self._presence.online())

    async def do_hand_over(
        self,
        entry: Entry,
        reason: HandoffReason,
        who: str,
        *,
        trigger_seq: int,
        reasons: list[dict[str, Any]] | None = None,
    ) -> bool:
        """Put a conversation of the bot into the queue and tell the customer. False when it is not the bot's."""
        if entry.conversation.state != "bot":
            return False
        told = reasons or [
            {"code": reason.value, "text": wording.REASON_NOTE[reason], "seqs": [trigger_seq], "weight": 1.0}
        ]
        handoff = {"reason": reason.value, "reasons": told, "at_ms": entry.at_ms, "trigger_seq": trigger_seq}
        last = (await entry.connection.execute(select(func.max(table.c.queue_key)))).scalar_one()
        await entry.move(
            "waiting",
            who,
            "handed_over",
            reason.value,
            {"trigger_seq": trigger_seq},
            handoff=handoff,
            queue_key=max(entry.at_ms, (last or 0) + 1),
            agent_id=None,
        )
        position = await self._position(entry)
        await entry.say(
            wording.handoff_text(
                reason,
                position=position,
                minutes=self.wait_minutes(position),
                hotline=self._hotline,
            )
        )
        return True

    async def do_tell_position(self, entry: Entry) -> None:
        """Tell a waiting customer where they stand."""
        position = await self._position(entry)
        await entry.say(wording.queue_text(position=position, minutes=self.wait_minutes(position)))

    async def ask(self, conversation_id: str) -> Conversation:
        """The customer wants a person (the 转人工 button). While waiting: the position is told again.

        Raises:
            ConflictError: the conversation has ended.
        """
        async with self._ledger.writing(conversation_id) as entry:
            state = entry.conversation.state
            if state == "bot":
                seq = entry.conversation.last_seq
                await self.do_hand_over(entry, HandoffReason.ASKED, "customer", trigger_seq=seq)
            elif state == "waiting":
                await self.do_tell_position(entry)
            elif state == "closed":
                raise ConflictError("会话已经结束。直接发送消息即可重新开始，再转人工。", public={"state": state})
        return entry.conversation

    async def leave(self, conversation_id: str) -> Conversation:
        """The customer gives up waiting. Nothing happens when the bot serves already.

        Raises:
            ConflictError: an agent has taken the conversation, or it has ended.
        """
        async with self._ledger.writing(conversation_id) as entry:
            state = entry.conversation.state
            if state in {"human", "closed"}:
                text = "人工客服已经接入，无需取消排队。" if state == "human" else "会话已经结束。"
                raise ConflictError(text, public={"state": state})
            if state == "waiting":
                await self._do_back_to_bot(entry, "customer", "left_queue", "gave_up")
                await entry.say(wording.left_queue_text())
        return entry.conversation

    async def take(self, conversation_id: str, agent: Agent) -> Conversation:
        """Make ``agent`` the owner. Taking one's own conversation again changes nothing.

        Raises:
            ConflictError: another agent has it, it is not waiting, or the agent has no room (``agent_full``).
        """
        async with self._ledger.writing(conversation_id) as entry:
            found = entry.conversation
            if found.state == "human" and found.agent_id == agent.id:
                return found
            self._check_takeable(found)
            await self._check_room(entry, agent)
            waited_ms = entry.at_ms - found.state_since_ms
            await entry.move(
                "human",
                f"agent:{agent.id}",
                "taken",
                detail={"work_no": agent.work_no, "waited_ms": waited_ms},
                agent_id=agent.id,
                queue_key=None,
            )
            await entry.say(wording.joined_text(agent.work_no))
        return entry.conversation

    async def reply(self, conversation_id: str, agent: Agent, client_msg_id: str, text: str) -> Accepted:
        """Write the agent's message (masked text). A repeated ``client_msg_id`` gets the first sequence number.

        Raises:
            ForbiddenError: another agent owns the conversation.
            ConflictError: no agent serves it.
        """
        async with self._ledger.writing(conversation_id) as entry:
            if entry.conversation.agent_id == agent.id:
                earlier = await entry.find_client_message("agent", client_msg_id)
                if earlier is not None:
                    return Accepted(entry.conversation, earlier, repeated=True)
            check_owner(entry.conversation, agent)
            written = await entry.append("agent", "text", text, client_msg_id=client_msg_id, agent_id=agent.id)
        return Accepted(entry.conversation, written.seq, repeated=False)

    async def give_back(self, conversation_id: str, agent: Agent, summary: str | None) -> Conversation:
        """Return the conversation to the bot; the trend starts anew.

        Raises:
            ForbiddenError: another agent owns it.
            ConflictError: no agent serves it.
        """
        async with self._ledger.writing(conversation_id) as entry:
            check_owner(entry.conversation, agent)
            await self._do_back_to_bot(entry, f"agent:{agent.id}", "returned", summary=summary)
            await entry.say(wording.returned_text(agent.work_no))
        return entry.conversation

    async def close(self, conversation_id: str, agent: Agent, summary: str | None) -> Conversation:
        """End the conversation.

        Raises:
            ForbiddenError: another agent owns it.
            ConflictError: no agent serves it.
        """
        async with self._ledger.writing(conversation_id) as entry:
            found = entry.conversation
            if found.state == "closed" and found.agent_id == agent.id:
                return found
            check_owner(found, agent)
            await entry.say(wording.closed_text(agent.work_no))
            await entry.move(
                "closed", f"agent:{agent.id}", "closed", summary=summary if summary is not None else found.summary
            )
        return entry.conversation

    async def lose(self, conversation_id: str, agent_id: str, work_no: str) -> bool:
        """The agent's connection vanished: back to the head of the queue. False when the agent has it no more."""
        async with self._ledger.writing(conversation_id) as entry:
            found = entry.conversation
            if found.state != "human" or found.agent_id != agent_id:
                return False
            first = (await entry.connection.execute(select(func.min(table.c.queue_key)))).scalar_one()
            await entry.move(
                "waiting",
                "system",
                "agent_lost",
                detail={"agent_id": agent_id},
                agent_id=None,
                queue_key=entry.at_ms if first is None else min(first - 1, entry.at_ms),
            )
            position = await self._position(entry)
            await entry.say(
                wording.lost_text(
                    work_no,
                    position=position,
                    minutes=self.wait_minutes(position),
                )
            )
        return True

    async def _do_back_to_bot(
        self, entry: Entry, who: str, what: str, why: str = "", summary: str | None = None
    ) -> None:
        found = entry.conversation
        await entry.move(
            "bot",
            who,
            what,
            why,
            agent_id=None,
            queue_key=None,
            level=0.0,
            stage="calm",
            trend_from_seq=found.last_seq,
            summary=summary if summary is not None else found.summary,
        )

    def _check_takeable(self, found: Conversation) -> None:
        if found.state == "human":
            raise ConflictError("该会话已由其他坐席接入。", code="already_taken", public={"state": found.state})
        if found.state != "waiting":
            text = "该会话已经结束。" if found.state == "closed" else "客户不在排队，无需接入。"
            raise ConflictError(text, code="not_waiting", public={"state": found.state})

    async def _check_room(self, entry: Entry, agent: Agent) -> None:
        query = select(func.count()).where(table.c.state == "human", table.c.agent_id == agent.id)
        serving = (await entry.connection.execute(query)).scalar_one()
        if serving >= self._capacity:
            raise ConflictError(f"您正在服务 {serving} 位客户，已达上限，请先结束或退回一个会话。", code="agent_full")

    async def _position(self, entry: Entry) -> int:
        own = entry.conversation
        query = select(func.count()).where(
            table.c.state == "waiting", table.c.id != own.id, table.c.queue_key < own.queue_key
        )
        return int((await entry.connection.execute(query)).scalar_one()) + 1


def check_owner(found: Conversation, agent: Agent) -> None:
    """Refuse what only the serving agent may do.

    Raises:
        ForbiddenError: another agent owns the conversation.
        ConflictError: no agent serves it.
    """
    if found.state == "closed":
        raise ConflictError("会话已经结束。", code="conversation_closed", public={"state": found.state})
    if found.state != "human":
        raise ConflictError("会话当前不由人工服务，请先接入。", code="not_serving", public={"state": found.state})
    if found.agent_id != agent.id:
        raise ForbiddenError("该会话由其他坐席服务。")
