"""The risk disclosure of a product: full text, version, first day of effect."""

from __future__ import annotations

from actions.base import HUMAN, Answer, TingxinAction, say
from actions.criteria import Criteria, aspect, named, pick, remembered
from actions.products import ask_which, search, show_list
from actions.runtime import Services
from actions.turn import Turn
from bot.dialogue.product_replies import disclosure_reply, quick
from bot.dialogue.replies import Outcome, Reply
from bot.knowledge.catalogue import DisclosedProduct

MAX_SHOWN = 2  # a full text is long


class DisclosureInquiry(TingxinAction):
    action = "action_disclosure"

    def respond(self, turn: Turn, services: Services) -> Answer:
        found = named(turn, services)
        if not found and (last := remembered(turn, services)):
            found = [last]
        if found:
            return show_disclosures(found)
        criteria = Criteria.of(turn)
        if criteria.empty:
            return ask_which(services, "请问您想看哪一款产品的风险揭示书？可以告诉我名称，或先选一类。")
        if turn.entity("risk_level") and aspect(turn.text) != "risk":
            return search(turn, services, criteria)  # 风险最低的产品: a search by its level
        criteria, items = criteria.matching(turn, services)
        items = pick(turn.text, items)
        texts = {item.disclosure for item in items}
        if len(texts) == 1 and None not in texts:
            return show_disclosures(items[:1])
        if items:
            return show_list(items, "您想看哪一款的风险揭示书？", criteria, Outcome.CLARIFY)
        text = f"抱歉，没有找到{criteria.text()}。请告诉我产品名称，或转人工咨询。"
        return Answer([say(text, Outcome.CLARIFY, [HUMAN])])


def show_disclosures(items: list[DisclosedProduct]) -> Answer:
    """The full texts that belong to ``items``, one reply each, at most two."""
    slots = {"product": items[0].product.code, "product_type": items[0].product.type.value}
    return Answer([_show(item) for item in items[:MAX_SHOWN]], slots)


def _show(item: DisclosedProduct) -> Reply:
    if item.disclosure:
        return disclosure_reply(item, item.disclosure)
    text = f"{item.product.name}是{item.product.type.label}，没有投资风险揭示书。{item.product.summary}"
    return say(text, Outcome.ANSWERED, quick(f"介绍一下{item.product.name}"))
