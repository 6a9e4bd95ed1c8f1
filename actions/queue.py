"""How long until a person answers? The gateway knows the position; a branch's queue is seen in 手机银行."""

from __future__ import annotations

import re

from actions.base import HUMAN, Answer, TingxinAction, say
from actions.guides import guide
from actions.handoff import hand_over
from actions.runtime import Services
from actions.turn import Turn
from bot.dialogue.product_replies import quick
from bot.handoff.wording import HandoffReason

AT_A_BRANCH = re.compile(r"网点|柜台|支行|营业厅|取号|排号|叫号|窗口|大厅|号票")
TICKET = "BR-003"


class QueueInquiry(TingxinAction):
    action = "action_queue_inquiry"

    def respond(self, turn: Turn, services: Services) -> Answer:
        if AT_A_BRANCH.search(turn.text):
            lead = "网点的排队情况我看不到。手机银行的“网点”里显示各网点当前排队人数。"
            return guide(services, TICKET, lead, quick_replies=[*quick("附近有没有网点"), HUMAN])
        if turn.waiting:
            return hand_over(turn, services, HandoffReason.ASKED.value)
        text = (
            "您目前没有在排队等人工。转人工以后，这里会一直显示您前面还有几位、大约要等多久；"
            "等的时候可以继续问我。需要现在为您转人工吗？"
        )
        return Answer([say(text, quick_replies=[HUMAN])], offer=f"handoff:{HandoffReason.ASKED.value}")
