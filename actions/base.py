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
from actions.context import UNSURE, remember
from actions.parts import Answered, answer_parts, is_answered
from actions.runtime import Services
from actions.turn import Turn
from bot.dialogue.replies import Kind, Outcome, Reply
from bot.errors import TingxinError

log = logging.getLogger(__name__)
HUMAN = {"title": "转人工", "text": "转人工"}

# Said first when the trend asks for care: one short sentence, never the same twice running.
CARING = ("抱歉让您费心了。", "不好意思，给您添了麻烦。", "明白，这件事让您着急了。")
CARING_UNSURE = ("抱歉，刚才没有帮上您。", "对不起，我没能一次弄清您的意思。")
UNTOUCHED = {Outcome.CHAT.value, Outcome.HANDOFF.value}


@dataclass(frozen=True)
class Answer:
    """What an action says and remembers.

    Attributes:
        replies: sent in this order.
        slots: set afterwards.
        offer: what a bare 好的 would accept next (``handoff:REASON`` or ``faq:ID``); None offers nothing.
        caring: the text already cares for the customer, so that nothing is put before it.
        choices: what a clarifying question offers, in its order (``{"faq", "question"}`` or ``{"intent"}`` each).
        failed: whether the customer is left without an answer; None reads it off the outcomes.
    """

    replies: list[Reply]
    slots: dict[str, Any] = field(default_factory=dict)
    offer: str | None = None
    caring: bool = False
    choices: list[dict[str, str]] | None = None
    failed: bool | None = None


_actions: dict[str, type[TingxinAction]] = {}


class TingxinAction(Action, ABC):  # type: ignore[misc]  # rasa_sdk is untyped
    """Base of every action: subclasses give ``action`` and :meth:`respond`."""

    action: ClassVar[str]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "action" in cls.__dict__:
            _actions[cls.action] = cls

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
            answered = self.answers(turn, services)
            sent = []
            for at, one in enumerate(answered):
                replies = soften(one.answer, turn, first=at == 0, last=at == len(answered) - 1)
                gated = [services.gate(reply) for reply in replies]
                sent.append([without_human(reply) for reply in gated] if turn.waiting else gated)
        except Exception as error:  # Rasa would swallow it and leave the customer without any reply
            log.exception("%s failed in conversation %s", self.action, turn.conversation)
            answered = [Answered(turn, self.action, Answer([failure(error)], offer="handoff:engine_down"))]
            sent = [answered[0].answer.replies]
        slots: dict[str, Any] = {}
        for one, replies in zip(answered, sent, strict=True):
            for reply in replies:
                dispatch(dispatcher, reply, one.turn.trace(one.action))
            slots |= remember(one.turn, replies, one.answer.choices, one.answer.failed)
            slots |= {**one.answer.slots, "offer": one.answer.offer}
        if len(answered) > 1 and any(is_answered(one.answer) for one in answered):
            slots["failures"] = 0
        return [SlotSet(name, value) for name, value in slots.items()]

    def answers(self, turn: Turn, services: Services) -> list[Answered]:
        """The answer of this action; those of each one's own where the message asks several things."""
        if len(turn.parts) < 2:
            return [Answered(turn, self.action, self.respond(turn, services))]
        return answer_parts(turn, services, lambda name: _actions[name]() if name in _actions else None, ask_about)


def ask_about(text: str) -> Answer:
    """A part of a message was not understood: the rest is answered, this is asked for."""
    said = f"您还问到“{text}”，这一点我没有完全明白。请再说得具体一些，我接着为您解答。"
    return Answer([say(said, Outcome.CLARIFY)])


def dispatch(dispatcher: CollectingDispatcher, reply: Reply, trace: dict[str, Any]) -> None:
    """Hand a reply to Rasa in the wire form of :mod:`bot.dialogue.replies`."""
    dispatcher.utter_message(json_message=reply.model_copy(update={"trace": trace}).model_dump(mode="json"))


def soften(answer: Answer, turn: Turn, *, first: bool = True, last: bool = True) -> list[Reply]:
    """The replies, with a caring first sentence and the offer of a person when the trend asks for it.

    Of several answers only the ``first`` gets the sentence, only the ``last`` the offer.
    """
    replies = list(answer.replies)
    if not turn.uneasy or not replies:
        return replies
    opening = replies[0]
    if first and not answer.caring and opening.outcome not in UNTOUCHED:
        choice = CARING_UNSURE if opening.outcome in UNSURE else CARING
        sentence = choice[turn.number % len(choice)]
        data = {**opening.data, "body": sentence + opening.data["body"]} if "body" in opening.data else opening.data
        replies[0] = opening.model_copy(update={"text": sentence + opening.text, "data": data})
    if last and replies[-1].kind != Kind.HANDOFF.value and not turn.waiting:
        replies[-1] = with_human(replies[-1])
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
