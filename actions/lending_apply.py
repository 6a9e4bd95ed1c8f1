"""Applying for a loan: where and with what. Nothing is applied for here."""

from __future__ import annotations

import re

from actions.base import HUMAN, Answer, TingxinAction, say
from actions.criteria import Criteria, named, pick
from actions.guides import led
from actions.products import describe, show_list
from actions.runtime import Services
from actions.turn import Turn
from bot.dialogue.product_replies import quick
from bot.dialogue.replies import Outcome
from bot.knowledge.kinds import ProductType, SaleStatus

MATERIALS = "申请个人贷款要准备哪些材料"
LEAD = "我不能替您提交申请，能告诉您怎么申请。我行不会在放款前收取任何费用。"

# Words of every application, and figures: they single out no loan, though a summary may hold them.
COMMON = re.compile(r"申请|办理|贷款|借款|手机|额度|[\d.,%]+|[万千百元块年月期个天]")


class LoanApply(TingxinAction):
    action = "action_loan_apply"

    def respond(self, turn: Turn, services: Services) -> Answer:
        criteria = Criteria(ProductType.LOAN)
        found = [item for item in named(turn, services) if item.product.type is ProductType.LOAN]
        items = found or pick(telling(turn.text), criteria.find(services, SaleStatus.ON_SALE))
        if not items:
            text = "抱歉，目前没有可以申请的贷款。需要我为您转接人工客服吗？"
            return Answer([say(text, Outcome.ANSWERED, [HUMAN])], offer="handoff:asked")
        if len(items) > 1:
            return show_list(items, f"{LEAD}您想申请哪一种？", criteria, Outcome.CLARIFY)
        return led(describe(items, "buy", turn), LEAD, quick(MATERIALS))


def telling(text: str) -> str:
    """``text`` without the words that any loan is spoken of with."""
    return COMMON.sub("|", text)
