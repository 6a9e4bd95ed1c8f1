"""Branches: where the nearest one is, and how to book a visit. Nothing is booked here."""

from __future__ import annotations

import re

from actions.base import HUMAN, Answer, TingxinAction
from actions.guides import first_line, guide
from actions.runtime import Services
from actions.turn import Turn
from bot.dialogue.product_replies import quick

FIND, HOURS, TICKET, CASH, FOREIGN_CASH = "BR-002", "BR-001", "BR-003", "BR-005", "FX-005"
ASKS_CASH = re.compile(r"取现|取款|取钱|现金|现钞|取[一二三四五六七八九十两\d]+\s?[万wW]|大额")
ASKS_FOREIGN = re.compile(r"外币|美元|美金|欧元|日元|英镑|港币|港元|外汇")
# A place as people name it: 苏州市, 城东区, 解放路. What stands before is no part of it.
PLACE = re.compile(r"(?:^|[在去到来离是住我们的，。\s])([一-龥]{2,4}?(?:市|区|县|镇|路|街|街道))(?!别|分|政|域)")


class BranchInquiry(TingxinAction):
    action = "action_branch_inquiry"

    def respond(self, turn: Turn, services: Services) -> Answer:
        where = place(turn)
        lead = (
            f"{where}的网点地址我这里查不到，请在手机银行或官网里按城市查找。"
            if where
            else "我看不到您的位置，报不出最近的网点，您可以这样找到："
        )
        hours = first_line(services, HOURS)
        tail = f"营业时间：{hours}" if hours else ""
        choices = [*quick("怎么预约取号", "网点几点开门几点下班"), HUMAN]
        return guide(services, FIND, lead, tail=tail, quick_replies=choices)


class BranchAppointment(TingxinAction):
    action = "action_branch_appointment"

    def respond(self, turn: Turn, services: Services) -> Answer:
        if ASKS_FOREIGN.search(turn.text) or turn.entity("currency") not in (None, "CNY"):
            entry, lead = FOREIGN_CASH, "取外币现金的预约要您本人来做，我不能代办。"
        elif ASKS_CASH.search(turn.text):
            entry, lead = CASH, "大额取现的预约要您本人来做，我不能代办。"
        else:
            entry, lead = TICKET, "网点预约要您本人来做，我不能代约。"
        return guide(services, entry, lead, quick_replies=[*quick("附近有没有网点"), HUMAN])


def place(turn: Turn) -> str:
    """The city, district or street that the message names; empty where it names none."""
    if city := turn.entity("city"):
        return city
    match = PLACE.search(turn.text)
    return match.group(1) if match else ""
