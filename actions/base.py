"""What all actions share: run, soften, gate, dispatch; and an honest reply when one of them fails."""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any, ClassVar

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import runtime
from actions.runtime import Services
from actions.turn import Turn
from bot.dialogue.replies import Kind, Outcome, Reply
from bot.errors import TingxinError

log = logging.getLogger(__name__)
HUMAN = {"title": "转人工", "text": "转人工"}

# Said first when the trend asks for care: one short sentence, never the same twice running.
CARING = ("抱歉让您费心了。", "不好意思，给您添了麻烦。", "明白，这件事让您着急了。")
CARING_UNSURE = ("抱歉，刚才没有帮上您。", "对不起，我没能一次弄清您的意思。")
UNSURE = {Outcome.CLARIFY.value, Outcome.OUT_OF_SCOPE.value, Outcome.NOT_UNDERSTOOD.value}
UNTOUCHED = {Outcome.CHAT.value, Outcome.HANDOFF.value}


@dataclass(frozen=True)
class Answer:
    """What an action says and remembers.

    Attributes:
        replies: sent in this order.
        slots: set afterwards.
        offer: what a bare 好的 would accept next (``handoff:REASON`` or ``faq:ID``); None offers nothing.
        caring: the text already cares for the customer, so that nothing is put before it.
    """

    replies: list[Reply]
    slots: dict[str, Any] = field(default_factory=dict)
    offer: str | None = None
    caring: bool = False


class TingxinAction(Action, ABC):  # type: ignore[misc]  # rasa_sdk is untyped
    """Base of every action: subclasses give ``action`` and :meth:`respond`."""

    action: ClassVar[str]

    def name(self) -> str:
        return self.action

    @abstractmethod
    def respond(self, turn: Turn, services: Services) -> Answer:
        """Decide what to say. May read the database; must not send anything."""

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        turn = Turn.of(tracker)
        try:
            services = runtime.services()
            answer = self.respond(turn, services)
            replies = [services.gate(reply) for reply in soften(answer, turn)]
            if turn.waiting:
                replies = [without_human(reply) for reply in replies]
        except Exception as error:  # Rasa would swallow it and leave the customer without any reply
            log.exception("%s failed in conversation %s", self.action, turn.conversation)
            answer = Answer([failure(error)], offer="handoff:engine_down")
            replies = answer.replies
        for reply in replies:
            dispatch(dispatcher, reply, turn.trace(self.action))
        slots = {**answer.slots, "offer": answer.offer}
        return [SlotSet(name, value) for name, value in slots.items()]


def dispatch(dispatcher: CollectingDispatcher, reply: Reply, trace: dict[str, Any]) -> None:
    """Hand a reply to Rasa in the wire form of :mod:`bot.dialogue.replies`."""
    dispatcher.utter_message(json_message=reply.model_copy(update={"trace": trace}).model_dump(mode="json"))


def soften(answer: Answer, turn: Turn) -> list[Reply]:
    """The replies, with a caring first sentence and the offer of a person when the trend asks for it."""
    replies = list(answer.replies)
    if not turn.uneasy or not replies:
        return replies
    first = replies[0]
    if not answer.caring and first.outcome not in UNTOUCHED:
        choice = CARING_UNSURE if first.outcome in UNSURE else CARING
        sentence = choice[turn.number % len(choice)]
        data = {**first.data, "body": sentence + first.data["body"]} if "body" in first.data else first.data
        replies[0] = first.model_copy(update={"text": sentence + first.text, "data": data})
    last = replies[-1]
    if last.kind != Kind.HANDOFF.value and not turn.waiting:
        replies[-1] = with_human(last)
    return replies


def with_human(reply: Reply) -> Reply:
    """``reply`` with the quick reply 转人工 at the end, once."""
    others = [item for item in reply.data.get("quick_replies", []) if item != HUMAN]
    return reply.model_copy(update={"data": {**reply.data, "quick_replies": [*others, HUMAN]}})


def without_human(reply: Reply) -> Reply:
    """``reply`` without the quick reply 转人工: whoever waits already has asked."""
    if HUMAN not in reply.data.get("quick_replies", []):
        return reply
    others = [item for item in reply.data["quick_replies"] if item != HUMAN]
    data = {name: value for name, value in reply.data.items() if name != "quick_replies"}
    return reply.model_copy(update={"data": {**data, "quick_replies": others} if others else data})


def failure(error: Exception) -> Reply:
    """An honest reply: never one that looks like success."""
    known = (
        error.message
        if isinstance(error, TingxinError) and error.status == 503
        else "系统刚才出了点问题，我没能查到结果。"
    )
    text = f"抱歉，{known}您可以稍后再试，或转人工处理。"
    return Reply(text=text, data={"quick_replies": [HUMAN]}, outcome=Outcome.NOT_UNDERSTOOD)


def say(text: str, outcome: Outcome = Outcome.ANSWERED, quick_replies: list[dict[str, str]] | None = None) -> Reply:
    """A plain text reply."""
    return Reply(text=text, data={"quick_replies": quick_replies} if quick_replies else {}, outcome=outcome)
