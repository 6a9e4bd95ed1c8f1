"""Loans and cards: the products with their facts."""

from __future__ import annotations

from typing import ClassVar

from actions.about import about
from actions.base import HUMAN, Answer, TingxinAction, say
from actions.criteria import Criteria, named, pick
from actions.products import show_list
from actions.runtime import Services
from actions.turn import Turn
from bot.dialogue.replies import Outcome
from bot.knowledge.kinds import ProductType, SaleStatus


class LoanInquiry(TingxinAction):
    action = "action_loan_inquiry"
    types: ClassVar[tuple[ProductType, ...]] = (ProductType.LOAN,)

    def respond(self, turn: Turn, services: Services) -> Answer:
        found = named(turn, services)
        if found:
            return about(found, turn)
        stated = turn.entity("product_type")
        kind = next((kind for kind in self.types if kind.value == stated), self.types[0])
        criteria = Criteria(kind)
        items = pick(turn.text, criteria.find(services, SaleStatus.ON_SALE))
        if not items:
            text = f"抱歉，目前没有在售的{kind.label}。需要我为您转接人工客服吗？"
            return Answer([say(text, Outcome.ANSWERED, [HUMAN])], offer="handoff:asked")
        if len(items) == 1:
            return about(items, turn)
        return show_list(items, f"我行的{kind.label}有这些：", criteria, Outcome.ANSWERED)


class CardInquiry(LoanInquiry):
    action = "action_card_inquiry"
    types: ClassVar[tuple[ProductType, ...]] = (ProductType.CREDIT_CARD, ProductType.DEBIT_CARD)
