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
# What a button of a clarifying question says for an inquiry; said to the bot, it is read as that inquiry.
INQUIRIES = {
    "report_loss": "我要挂失银行卡",
    "report_fraud": "我被骗了，要马上止付",
    "complaint": "我要投诉",
    "product_search": "有哪些产品可以选",
    "product_detail": "介绍一下这款产品",
    "product_rate": "利率和收益是多少",
    "product_fee": "这款产品收哪些费用",
    "product_buy": "这款产品怎么购买",
    "disclosure_inquiry": "这款产品有什么风险",
    "loan_inquiry": "有哪些贷款产品",
    "card_inquiry": "有哪些银行卡可以办",
    "balance_inquiry": "查询账户余额",
    "transfer_money": "帮我转账",
    "password_reset": "帮我重置密码",
}


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
    """Asks which of the close readings is meant: FAQ entries, and inquiries beside them."""

    action = "action_faq_clarify"

    def respond(self, turn: Turn, services: Services) -> Answer:
        if answer := rescued(turn, services):
            return answer
        choices = _choices(turn, services)[:MAX_CHOICES]
        if not choices:
            text = "抱歉，我没有完全明白。请说得再具体一点，例如办什么业务、遇到什么提示；也可以转人工咨询。"
            if turn.failures:
                text = "抱歉，我还是没有明白。需要我为您转接人工客服吗？"
            return Answer([say(text, Outcome.NOT_UNDERSTOOD, [HUMAN])], offer="handoff:not_understood")
        questions = [choice["question"] for choice in choices]
        if len(questions) == 1:
            text = f"您是想问“{questions[0]}”吗？"
            offer = f"faq:{choices[0]['faq']}" if "faq" in choices[0] else None
            return Answer([say(text, Outcome.CLARIFY, [*quick(*questions), HUMAN])], offer=offer, choices=choices)
        lines = [f"{number}. {question}" for number, question in enumerate(questions, start=1)]
        body = "您想问的是下面哪一个？"
        last = "请点选，回复序号，或直接把问题发给我；都不是的话，可以转人工。"
        if turn.failures:  # the question before was not taken, or the answer was none
            last = "如果都不是，需要我为您转接人工客服吗？"
        text = "\n".join([body, *lines, last])
        data = {"body": f"{body}{last}" if turn.failures else body, "quick_replies": [*quick(*questions), HUMAN]}
        offer = "handoff:not_understood" if turn.failures else None
        return Answer([Reply(text=text, data=data, outcome=Outcome.CLARIFY)], offer=offer, choices=choices)


def _choices(turn: Turn, services: Services) -> list[dict[str, str]]:
    """The readings in words, each once: ``{"faq", "question"}`` or ``{"intent", "question"}``."""
    found = turn.faq or {}
    readings = turn.choices or [{"faq": one.get("id")} for one in (found, *(found.get("alternatives") or []))]
    choices: dict[str, dict[str, str]] = {}
    for reading in readings:
        if question := INQUIRIES.get(str(reading.get("intent") or "")):
            choices.setdefault(question, {"intent": str(reading["intent"]), "question": question})
        elif faq := services.catalogue.faq(str(reading.get("faq") or "")):
            choices.setdefault(faq.question, {"faq": faq.id, "question": faq.question})
    return list(choices.values())
