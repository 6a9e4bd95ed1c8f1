"""Answers from the FAQ, with source and effective date; a question back when two readings are close."""

from __future__ import annotations

from typing import Any

from actions.about import rescued
from actions.base import HUMAN, Answer, TingxinAction, say
from actions.runtime import Services
from actions.turn import Turn
from bot.dialogue.product_replies import quick
from bot.dialogue.replies import Kind, Outcome, Reply
from bot.knowledge.placeholders import fill

MAX_CHOICES = 4
MAX_FOLLOW_UPS = 3


def answer_faq(turn: Turn, services: Services, id: str) -> Answer:
    """The answer of the entry ``id``; an honest reply when it is no longer there."""
    faq = services.catalogue.faq(id)
    if faq is None:
        text = "抱歉，这个问题的答案刚刚更新过，我暂时没有找到。请换个说法再问一次，或转人工咨询。"
        return Answer([say(text, Outcome.NOT_UNDERSTOOD, [HUMAN])], offer="handoff:not_understood")
    answer = fill(faq.answer, bank_name=services.bank, hotline=services.hotline)
    text = f"{answer}\n（依据：{faq.source}，{faq.effective_date} 起施行）"
    data: dict[str, Any] = {
        "faq_id": faq.id,
        "question": faq.question,
        "category": faq.category,
        "source": faq.source,
        "effective_date": faq.effective_date,
        "body": answer,
    }
    if faq.follow_ups:
        data["quick_replies"] = quick(*faq.follow_ups[:MAX_FOLLOW_UPS])
    return Answer([Reply(kind=Kind.FAQ_ANSWER, text=text, data=data)], {"last_faq": faq.id})


class FaqAnswer(TingxinAction):
    action = "action_faq_answer"

    def respond(self, turn: Turn, services: Services) -> Answer:
        return rescued(turn, services) or answer_faq(turn, services, str((turn.faq or {}).get("id") or ""))


class FaqClarify(TingxinAction):
    action = "action_faq_clarify"

    def respond(self, turn: Turn, services: Services) -> Answer:
        if answer := rescued(turn, services):
            return answer
        found = turn.faq or {}
        readings = [found, *(found.get("alternatives") or [])]
        known = [faq for reading in readings if (faq := services.catalogue.faq(str(reading.get("id") or "")))]
        questions = list(dict.fromkeys(faq.question for faq in known))[:MAX_CHOICES]
        if not questions:
            text = "抱歉，我没有完全明白。请说得再具体一点，例如办什么业务、遇到什么提示；也可以转人工咨询。"
            return Answer([say(text, Outcome.NOT_UNDERSTOOD, [HUMAN])], offer="handoff:not_understood")
        if len(questions) == 1:
            text = f"您是想问“{questions[0]}”吗？"
            return Answer([say(text, Outcome.CLARIFY, [*quick(*questions), HUMAN])], offer=f"faq:{known[0].id}")
        lines = [f"{number}. {question}" for number, question in enumerate(questions, start=1)]
        body = "您想问的是下面哪一个？"
        text = "\n".join([body, *lines, "请点选或直接把问题发给我；都不是的话，可以转人工。"])
        data = {"body": body, "quick_replies": [*quick(*questions), HUMAN]}
        return Answer([Reply(text=text, data=data, outcome=Outcome.CLARIFY)])
