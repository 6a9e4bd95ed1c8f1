"""What does a transfer to another bank cost? By channel, from the price list; asks for the amount."""

from __future__ import annotations

import re

from actions.base import HUMAN, Answer, TingxinAction, say
from actions.criteria import Criteria
from actions.guides import guide
from actions.runtime import Services
from actions.turn import Turn
from bot.dialogue.product_replies import quick
from bot.dialogue.replies import Outcome
from bot.knowledge.fees import FeeTable
from bot.knowledge.model import money_text

TRANSFER = "跨行转账"
TRANSFER_FAQ = "FEE-001"
# Fees that the FAQ answers and no table reckons: first match counts.
OTHERS = (
    (re.compile(r"境外|国外|海外|国际|跨境|出国|留学"), "FX-003"),
    (re.compile(r"信用卡.*(?:取现|提现|取钱|取款)|透支取"), "CC-010"),
    (re.compile(r"取现|取款|取钱"), "FEE-004"),
)
SAME_BANK = re.compile(r"本行|行内|同行|你们(?:银行|行|家)?的?卡(?:之间|互|转你们)|(?<!不)都是你们(?:银行|行|家)?")


class FeeCalculate(TingxinAction):
    action = "action_fee_calculate"

    def respond(self, turn: Turn, services: Services) -> Answer:
        for words, entry in OTHERS:
            if words.search(turn.text) or (entry == "FX-003" and turn.entity("currency") not in (None, "CNY")):
                return guide(services, entry, "", quick_replies=[HUMAN])
        table = services.fees.get(TRANSFER)
        if table is None:
            return guide(services, TRANSFER_FAQ, "", quick_replies=[HUMAN])
        amount = Criteria.stated(turn).amount_fen
        if amount is None and turn.replied_with[-1:] == (self.action,):
            amount = Criteria.of(turn).amount_fen  # asked for just now
        if amount is None:
            lead = "请告诉我要转多少钱，我按金额给您算。收费标准是："
            choices = quick("跨行转1万手续费多少", "跨行转5万手续费多少")
            return guide(services, table.faq, lead, quick_replies=choices, outcome=Outcome.CLARIFY)
        return Answer([say(_text(turn, table, amount), quick_replies=quick("手机银行转账一天最多能转多少"))])


def _text(turn: Turn, table: FeeTable, amount: int) -> str:
    asked = [channel for channel in table.channels if channel.named_in(turn.text)]
    free = [channel for channel in table.channels if not channel.steps]
    shown = [*asked, *(one for one in free if one not in asked)] if asked else table.channels
    if SAME_BANK.search(turn.text):
        lines = [f"转到本行账户，{money_text(amount)}在各渠道都免费。如果是转到别的银行："]
    else:
        lines = [f"{table.service}{money_text(amount)}的手续费："]
    for channel in shown:
        fee = channel.fee_fen(amount)
        lines.append(f"· {channel.name}：{money_text(fee) if fee else '免费'}")
    if table.note:
        lines.append(table.note)
    lines.append(f"（依据：{table.source}，{table.effective_date} 起施行）")
    return "\n".join(lines)
