"""To a person: asked for, called for by the trend, or for a complaint. The gateway decides and says who comes next."""

from __future__ import annotations

import re

from actions.base import HUMAN, Answer, TingxinAction, say
from actions.runtime import Services
from actions.turn import Turn
from bot.dialogue.product_replies import quick
from bot.dialogue.replies import Kind, Outcome, Reply
from bot.handoff.wording import APOLOGY, CUSTOMER_TEXT, HandoffReason, parse_reason

# The customer wants the complaint taken down, not only to grumble.
FORMAL_COMPLAINT = re.compile(r"投诉|举报|申诉|12378|监管|银保监|消保|消协|律师|起诉|曝光|说法")


def hand_over(turn: Turn, services: Services, reason: str, first: Reply | None = None) -> Answer:
    """Ask the gateway to hand over, after ``first``. To a customer who already waits it tells the position instead."""
    before = [first] if first else []
    known = parse_reason(reason)
    data = {"reason": known.value, "text_reason": CUSTOMER_TEXT[known]}
    text = APOLOGY[known].format(hotline=services.hotline)
    return Answer([*before, Reply(kind=Kind.HANDOFF, text=text, data=data, outcome=Outcome.HANDOFF)], caring=True)


class Handoff(TingxinAction):
    action = "action_handoff"

    def respond(self, turn: Turn, services: Services) -> Answer:
        if turn.intent != "ask_human" and turn.signal.get("escalate"):
            return hand_over(turn, services, str(turn.signal.get("reason") or HandoffReason.FRUSTRATION.value))
        return hand_over(turn, services, HandoffReason.ASKED.value)


class Complaint(TingxinAction):
    action = "action_complaint"

    def respond(self, turn: Turn, services: Services) -> Answer:
        repeated = self.action in turn.replied_with
        if repeated or FORMAL_COMPLAINT.search(turn.text):
            return hand_over(turn, services, HandoffReason.COMPLAINT.value)
        text = (
            "很抱歉，这次的体验没让您满意。您可以告诉我具体是哪件事，我先帮您看看；"
            f"也可以转人工，由客服专员登记处理，或拨打客服热线 {services.hotline}。需要现在为您转人工吗？"
        )
        choices = [HUMAN] if turn.waiting else [*quick("我要投诉"), HUMAN]
        return Answer([say(text, Outcome.ANSWERED, choices)], offer="handoff:complaint", caring=True)
