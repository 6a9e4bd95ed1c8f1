"""Answers that lead a customer on: a first sentence of their own, then the facts of an FAQ entry with its source."""

from __future__ import annotations

from typing import Any

from actions.base import HUMAN, Answer, say
from actions.runtime import Services
from actions.turn import Turn
from bot.dialogue.product_replies import QuickReplies
from bot.dialogue.replies import Kind, Outcome, Reply
from bot.knowledge.placeholders import fill

MAX_NUMBER = 10**15  # 分: ten thousand 亿 元; beyond, it is some other number


def guide(
    services: Services,
    faq_id: str,
    lead: str,
    *,
    tail: str = "",
    quick_replies: QuickReplies | None = None,
    outcome: Outcome = Outcome.ANSWERED,
    offer: str | None = None,
) -> Answer:
    """``lead``, the answer of the entry ``faq_id``, ``tail``. A bank without that entry leads to its hotline."""
    choices = quick_replies or []
    faq = services.catalogue.faq(faq_id)
    if faq is None:
        text = "\n".join(part for part in (lead, f"具体办法请致电客服热线 {services.hotline}，或转人工咨询。") if part)
        return Answer([say(text, outcome, [*choices, HUMAN])], offer=offer)
    answer = fill(faq.answer, bank_name=services.bank, hotline=services.hotline)
    body = "\n".join(part for part in (lead, answer, tail) if part)
    data: dict[str, Any] = {
        "faq_id": faq.id,
        "question": faq.question,
        "category": faq.category,
        "source": faq.source,
        "effective_date": faq.effective_date,
        "body": body,
    }
    if choices:
        data["quick_replies"] = choices
    text = f"{body}\n（依据：{faq.source}，{faq.effective_date} 起施行）"
    reply = Reply(kind=Kind.FAQ_ANSWER, text=text, data=data, outcome=outcome)
    # A question back for an amount is no failure; the facts have been told.
    return Answer([reply], {"last_faq": faq.id}, offer=offer, failed=False)


def first_line(services: Services, faq_id: str) -> str:
    """The first line of an entry's answer, which says the gist; empty where there is no such entry."""
    faq = services.catalogue.faq(faq_id)
    return fill(faq.answer, bank_name=services.bank, hotline=services.hotline).splitlines()[0] if faq else ""


def led(answer: Answer, lead: str, quick_replies: QuickReplies | None = None) -> Answer:
    """``answer`` with ``lead`` before its first reply, in text and body alike, and more quick replies in front."""
    first, *rest = answer.replies
    data = dict(first.data)
    if "body" in data:
        data["body"] = lead + data["body"]
    if quick_replies:
        data["quick_replies"] = [*quick_replies, *data.get("quick_replies", [])]
    first = first.model_copy(update={"text": lead + first.text, "data": data})
    return Answer([first, *rest], answer.slots, answer.offer, answer.caring)


def number(turn: Turn, name: str) -> int | None:
    """A positive whole number (an amount in 分, a term in days) from this message, else from the context."""
    for said in (turn.entity(name), turn.slot(name)):
        if said and said.isascii() and said.isdigit() and 0 < int(said) < MAX_NUMBER:
            return int(said)
    return None
