"""The risk assessment: what it is, where and how it is done."""

from __future__ import annotations

from actions.base import HUMAN, Answer, TingxinAction
from actions.guides import guide
from actions.runtime import Services
from actions.turn import Turn
from bot.dialogue.product_replies import quick

HOW_TO = "WM-001"


class RiskAssessment(TingxinAction):
    action = "action_risk_assessment"

    def respond(self, turn: Turn, services: Services) -> Answer:
        lead = "风险测评要您本人作答，我不能代答，也看不到您的测评结果。"
        choices = [*quick("风险测评过期了会怎样", "C2能买什么等级的产品"), HUMAN]
        return guide(services, HOW_TO, lead, quick_replies=choices)
