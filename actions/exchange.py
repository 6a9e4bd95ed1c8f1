"""Exchange rates: there are no live ones here. Says so, says which price counts and where to see it."""

from __future__ import annotations

import re

from actions.base import HUMAN, Answer, TingxinAction
from actions.guides import guide
from actions.runtime import Services
from actions.turn import Turn
from bot.dialogue.product_replies import quick
from bot.knowledge.kinds import CURRENCY_LABELS

RATES = "FX-006"
FOREIGN = r"(?:美元|美金|美刀|欧元|日元|日圆|日币|英镑|港币|港元|澳元|加元|外币|外汇)"
# The customer has foreign money and wants 人民币 for it.
SELLS = re.compile(
    rf"结汇|{FOREIGN}[^，。？]*(?:换成?|兑换?成?|折合?|值|等于|能换|合)[^，。？]*(?:人民币|块|元)|卖(?:出|掉)?{FOREIGN}"
)
BUYS = re.compile(
    rf"购汇|(?:换|兑|买|购)[^，。？]{{0,8}}{FOREIGN}|人民币[^，。？]*(?:换|兑|买|等于|值|折)[^，。？]*{FOREIGN}"
)


class ExchangeRate(TingxinAction):
    action = "action_exchange_rate"

    def respond(self, turn: Turn, services: Services) -> Answer:
        code = next((one for one in turn.entities_of("currency") if one != "CNY"), "")
        name = CURRENCY_LABELS.get(code, "")
        lead = f"{name or '外汇'}牌价随时在变，我这里没有实时牌价，不能替您报价或折算。"
        if turn.entity("amount"):
            lead += f"折算办法：金额乘以成交那一刻的牌价，{price(turn.text)}。"
        choices = [*quick("个人一年可以换多少外汇", "怎么在手机上购汇"), HUMAN]
        return guide(services, RATES, lead, quick_replies=choices)


def price(text: str) -> str:
    """Which of the bank's prices counts for what ``text`` wants, in words."""
    if BUYS.search(text):
        return "您买外币，看“卖出价”"
    if SELLS.search(text):
        return "您把外币换成人民币，看“买入价”"
    return "买外币看“卖出价”，卖外币看“买入价”"
