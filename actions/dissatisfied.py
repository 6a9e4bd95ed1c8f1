"""The customer says that an answer, or the service, was no good: owned up to, and a person is offered at once."""

from __future__ import annotations

from actions.base import HUMAN, Answer, TingxinAction, say
from actions.runtime import Services
from actions.scope import OFFER
from actions.turn import Turn
from bot.dialogue.replies import Outcome


class Dissatisfied(TingxinAction):
    action = "action_dissatisfied"

    def respond(self, turn: Turn, services: Services) -> Answer:
        if turn.replied_with and turn.replied_with[-1] == self.action:
            text = (
                "很抱歉，还是没能帮上您。我为您转接人工客服吧，前面的对话会一并转交，您不用重复说明。需要现在转接吗？"
            )
        elif turn.replied_with:
            text = "抱歉，刚才没有答到点子上。请告诉我您最想解决的是哪件事，我重新为您查；也可以马上转人工。"
        else:
            text = "抱歉让您有不好的体验。请告诉我是哪件事没办好，我来帮您查；也可以马上转人工为您处理。"
        return Answer([say(text, Outcome.NOT_UNDERSTOOD, [HUMAN])], offer=OFFER, caring=True)
