"""One customer message, from intake to the committed reply.

The ledger is also the list of work: a conversation has work while it holds customer messages after ``handled_seq``.
One task per conversation goes through them in order, so that a message is scored once, answered once, and picked up
again after a crash between acknowledgement and answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from bot.conversation.ledger import Ledger
from bot.conversation.model import Accepted, Conversation, Message, ScoreRow
from bot.conversation.states import BOT_SPEAKS
from bot.conversation.timeline import Timeline
from bot.dialogue.client import DialogueClient, DialogueError
from bot.dialogue.replies import Kind, Reply
from bot.gateway.hub import Hub
from bot.gateway.intake import neutralise
from bot.gateway.log import log, log_error
from bot.gateway.scoring import Scorer
from bot.handoff.queue import Queue
from bot.handoff.wording import HandoffReason, parse_reason

Gate = Callable[[Reply], Reply]

FAILED = "failed"  # outcome of a turn that the dialogue engine did not answer
TURNS_MAX = 24  # worked on at once: enough to keep Rasa busy; more would only make those wait who are still writing
ENGINE_DOWN_FROM = 2  # failures in a row from which the gateway hands over by itself
RETRIES_S = (0.2, 1.0, 5.0)  # pauses before a turn is tried again after a failure of our own (a locked database)
SORRY = "非常抱歉，我这边暂时出了点问题，没能查到答案。您可以稍后再问一次，也可以转人工客服为您处理。"
HUMAN_BUTTON = {"title": "转人工", "text": "转人工"}


class Pipeline:
    """Takes messages in and works through them.

    Args:
        gate: the disclosure gate; every reply of the bot goes through it, in a thread.
    """

    def __init__(
        self,
        *,
        ledger: Ledger,
        timeline: Timeline,
        queue: Queue,
        hub: Hub,
        scorer: Scorer,
        dialogue: DialogueClient,
        gate: Gate,
    ) -> None:
        self._ledger, self._timeline, self._queue, self._hub = ledger, timeline, queue, hub
        self._scorer, self._dialogue, self._gate = scorer, dialogue, gate
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._woken: set[str] = set()
        self._closing = False
        self._room = asyncio.Semaphore(TURNS_MAX)

    async def accept(self, visitor_id: str, client_msg_id: str, text: str) -> Accepted:
        """Commit a message (text from :func:`bot.gateway.intake.take_in`) and start work on it.

        Work starts even when the caller is gone by then: the customer's connection may drop at any moment.
        """

        async def commit() -> Accepted:
            accepted = await self._ledger.accept_customer(visitor_id, client_msg_id, text)
            self.wake(accepted.conversation.id)
            return accepted

        return await asyncio.shield(asyncio.ensure_future(commit()))

    async def recover(self) -> int:
        """Take up what an earlier process acknowledged and did not finish; how many conversations that were."""
        left = await self._timeline.with_unhandled()
        for conversation_id in left:
            self.wake(conversation_id)
        return len(left)

    def wake(self, conversation_id: str) -> None:
        """There is work in a conversation."""
        if self._closing:
            return
        self._woken.add(conversation_id)
        if conversation_id not in self._tasks:
            task = asyncio.ensure_future(self._work(conversation_id))
            self._tasks[conversation_id] = task

    async def idle(self) -> None:
        """Wait until there is no work (for tests and for an orderly end)."""
        while self._tasks:
            await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def close(self, drain_s: float) -> None:
        """Stop after at most ``drain_s`` seconds; what is not finished is taken up at the next start."""
        self._closing = True
        if self._tasks:
            await asyncio.wait(self._tasks.values(), timeout=drain_s)
        for task in list(self._tasks.values()):
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def _work(self, conversation_id: str) -> None:
        try:
            while conversation_id in self._woken:
                self._woken.discard(conversation_id)
                while not self._closing and await self._next_turn(conversation_id):
                    pass
        finally:
            # Nothing may be awaited between the check above and here, or a wake in between would be lost.
            del self._tasks[conversation_id]

    async def _next_turn(self, conversation_id: str) -> bool:
        """One message; False when there is none. A failure of our own is tried again, then owned up to."""
        for pause_s in (*RETRIES_S, None):
            try:
                work = await self._timeline.next_unhandled(conversation_id)
                if work is None:
                    return False
                async with self._room:
                    await self._turn(*work)
                return True
            except Exception as error:
                log_error("turn_failed", error, conversation_id=conversation_id)
                if pause_s is not None:
                    await asyncio.sleep(pause_s)
        return await self._own_up(conversation_id)

    async def _own_up(self, conversation_id: str) -> bool:
        """Tell that a message cannot be answered, or it would stand in the way of all that follow.

        False when not even that works: then it is left for the next wake.
        """
        try:
            work = await self._timeline.next_unhandled(conversation_id)
            if work is None:
                return False
            async with self._ledger.writing(conversation_id) as entry:
                if entry.conversation.state in BOT_SPEAKS:
                    await entry.answer(_sorry(entry.conversation, "internal"))
                entry.set(handled_seq=work[1].seq)
        except Exception as error:
            log_error("owning_up_failed", error, conversation_id=conversation_id)
            return False
        return True

    async def _turn(self, found: Conversation, message: Message) -> None:
        row = await self._scorer.score(found, message)
        async with self._ledger.writing(found.id) as entry:
            await entry.record_score(row)
            if entry.conversation.state not in BOT_SPEAKS:
                entry.set(handled_seq=message.seq)
        found = entry.conversation
        if found.state in BOT_SPEAKS:
            await self._converse(found, message, row)

    async def _converse(self, found: Conversation, message: Message, row: ScoreRow) -> None:
        """Ask the dialogue engine and commit what it says, together with the hand-off that follows from it."""
        due = _due_reason(row) if found.state == "bot" and row.stage == "handoff" else None
        wanted: HandoffReason | None = due
        self._hub.to_visitor(found.visitor_id, {"type": "typing", "sender": "bot"})
        try:
            replies = await self._ask(found, message, row, due)
        except DialogueError as error:
            log("dialogue_failed", conversation_id=found.id, seq=message.seq, code=error.code, **error.detail)
            wanted = wanted or await self._after_failure(found, message, row)
            replies = [] if wanted else [_sorry(found, error.code)]
        for reply in replies:
            if reply.kind == Kind.HANDOFF.value:
                wanted = parse_reason(reply.data.get("reason"))
        told = [reply for reply in replies if reply.kind != Kind.HANDOFF.value]
        await self._commit(found.id, message, row, told, wanted)

    async def _ask(
        self, found: Conversation, message: Message, row: ScoreRow, due: HandoffReason | None
    ) -> list[Reply]:
        metadata = {
            "signal": {
                "escalate": due is not None,
                "reason": due.value if due else "",
                "level": row.level,
                "stage": row.stage,
            },
            "state": found.state,
            "channel": found.channel,
        }
        replies = await self._dialogue.ask(found.id, neutralise(message.text), metadata)
        try:
            return await asyncio.to_thread(lambda: [self._gate(reply) for reply in replies])
        except Exception as error:
            # Without its disclosure nothing may be shown: the turn counts as not answered.
            log_error("gate_failed", error, conversation_id=found.id, seq=message.seq)
            raise DialogueError("gate_failed") from None

    async def _after_failure(self, found: Conversation, message: Message, row: ScoreRow) -> HandoffReason | None:
        """Whether a failure of the engine leads to a person: the customer asks for one, or it fails again."""
        if found.state != "bot":
            return None
        if row.signals.get("asks_human"):
            return HandoffReason.ASKED
        before = await self._timeline.last_bot_messages(found.id, message.seq, ENGINE_DOWN_FROM - 1)
        failed = [reply for reply in before if (reply.trace or {}).get("outcome") == FAILED]
        recent = all(reply.seq > found.trend_from_seq for reply in failed)
        return HandoffReason.ENGINE_DOWN if len(failed) == ENGINE_DOWN_FROM - 1 and recent else None

    async def _commit(
        self,
        conversation_id: str,
        message: Message,
        row: ScoreRow,
        replies: list[Reply],
        wanted: HandoffReason | None,
    ) -> None:
        async with self._ledger.writing(conversation_id) as entry:
            state = entry.conversation.state
            if state not in BOT_SPEAKS:
                # An agent took over, or the conversation ended, while the engine was thinking.
                await entry.note("bot", "reply_dropped", state, {"seq": message.seq, "replies": len(replies)})
                entry.set(handled_seq=message.seq)
                return
            for reply in replies:
                await entry.answer(reply)
            entry.set(handled_seq=message.seq)
            if wanted is None:
                return
            if state == "waiting":
                await self._queue.do_tell_position(entry)
                return
            who = "customer" if wanted is HandoffReason.ASKED else "bot"
            await self._queue.do_hand_over(entry, wanted, who, trigger_seq=message.seq, reasons=_reasons(row, wanted))


def _due_reason(row: ScoreRow) -> HandoffReason:
    """The reason that fits the signal that weighed most."""
    heaviest = row.reasons[0]["code"] if row.reasons else ""
    return {"asks_human": HandoffReason.ASKED, "not_understood": HandoffReason.NOT_UNDERSTOOD}.get(
        heaviest, HandoffReason.FRUSTRATION
    )


def _reasons(row: ScoreRow, wanted: HandoffReason) -> list[dict[str, Any]] | None:
    """What the console shows as the evidence: the trend's account where the trend decided."""
    decided = wanted is HandoffReason.FRUSTRATION or row.stage == "handoff"
    return row.reasons if decided and row.reasons else None


def _sorry(found: Conversation, code: str) -> Reply:
    data: dict[str, Any] = {"quick_replies": [HUMAN_BUTTON]} if found.state == "bot" else {}
    text = SORRY if found.state == "bot" else "非常抱歉，我暂时没能查到答案。您已在排队，人工客服很快会为您处理。"
    reply = Reply(kind=Kind.TEXT, text=text, data=data)
    return reply.model_copy(update={"trace": {"failure": code}, "outcome": FAILED})
