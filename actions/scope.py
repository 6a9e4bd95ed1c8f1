"""What the bot cannot answer, said honestly: outside its business, not understood, not its decision."""

from __future__ import annotations

from actions.about import rescued
from actions.base import HUMAN, Answer, TingxinAction, say
from actions.chat import STARTERS
from actions.runtime import Services
from actions.turn import Turn
from bot.dialogue.product_replies import quick
from bot.dialogue.replies import Outcome

OFFER = "handoff:not_understood"


class OutOfScope(TingxinAction):
    action = "action_out_of_scope"

    def respond(self, turn: Turn, services: Services) -> Answer:
        if answer := rescued(turn, services):
            return answer
        if other := services.others.find(turn.text):
            text = (
                f"“{other.name}”由{other.owner}提供，不是{services.bank}的产品，我不能代为解答，请咨询{other.ask}。"
                f"如果是用{services.bank}的卡绑定、扣款或还款遇到问题，请告诉我具体情况，我来帮您查。"
            )
            # Which service answers it was said: that is an answer.
            return Answer([say(text, Outcome.OUT_OF_SCOPE, [HUMAN])], caring=True, failed=False)
        if turn.failures:
            text = "抱歉，这个问题我也答不上来。需要我为您转接人工客服吗？"
            return Answer([say(text, Outcome.OUT_OF_SCOPE, [HUMAN])], offer=OFFER, caring=True)
        text = (
            "抱歉，这个问题我答不上来。"
            f"我是{services.bank}的智能客服，能回答存款、理财、贷款、银行卡和手机银行方面的问题。"
            "您可以换个说法再问一次。"
        )
        return Answer([say(text, Outcome.OUT_OF_SCOPE, quick(*STARTERS))], caring=True)


class DefaultFallback(TingxinAction):
    action = "action_default_fallback"

    def respond(self, turn: Turn, services: Services) -> Answer:
        if answer := rescued(turn, services):
            return answer
        if turn.failures:
            text = "抱歉，我还是没能理解您的意思。需要我为您转接人工客服吗？"
        else:
            text = "抱歉，我没有理解您的意思。请换个说法，例如“一年定期利率是多少”；也可以转人工咨询。"
        return Answer([say(text, Outcome.NOT_UNDERSTOOD, [HUMAN])], offer=OFFER, caring=True)


class InvestmentAdvice(TingxinAction):
    action = "action_investment_advice"

    def respond(self, turn: Turn, services: Services) -> Answer:
        text = (
            "买哪一款、什么时候买，我不能替您判断，也不预测行情和收益。"
            "我可以按期限、风险等级为您列出产品和它们的风险；购买前请在手机银行完成风险承受能力评估，"
            "产品风险等级高于评估结果的，不适合您。需要一对一的建议，可以转人工，由理财经理与您沟通。"
        )
        choices = [*quick("有哪些R1理财", "有哪些R2理财", "风险测评怎么做"), HUMAN]
        return Answer([say(text, Outcome.DECLINED, choices)], offer="handoff:asked")
