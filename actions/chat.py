"""Small talk and what the bot is: greeting, thanks, goodbye, yes and no."""

from __future__ import annotations

from actions.base import HUMAN, Answer, TingxinAction, say
from actions.faq import answer_faq
from actions.handoff import hand_over
from actions.runtime import Services
from actions.turn import Turn
from bot.dialogue.product_replies import quick
from bot.dialogue.replies import Outcome

STARTERS = ("定期存款利率是多少", "有哪些理财产品", "转账限额是多少")


class Greet(TingxinAction):
    action = "action_greet"

    def respond(self, turn: Turn, services: Services) -> Answer:
        if turn.replied_with:
            return Answer([say("您好，我在。请问您要办理或咨询什么？", Outcome.CHAT, [*quick(*STARTERS), HUMAN])])
        text = (
            f"您好，我是{services.bank}的智能客服听心。"
            "存款、理财、贷款、银行卡和手机银行的问题都可以问我；需要人工时，随时告诉我“转人工”。"
        )
        return Answer([say(text, Outcome.CHAT, [*quick(*STARTERS), HUMAN])])


class Goodbye(TingxinAction):
    action = "action_goodbye"

    def respond(self, turn: Turn, services: Services) -> Answer:
        return Answer([say("再见，祝您生活愉快。有需要随时回来找我。", Outcome.CHAT)])


class Thank(TingxinAction):
    action = "action_thank"

    def respond(self, turn: Turn, services: Services) -> Answer:
        return Answer([say("不客气，很高兴能帮到您。还有别的问题，随时问我。", Outcome.CHAT)])


class ChitchatBot(TingxinAction):
    action = "action_chitchat_bot"

    def respond(self, turn: Turn, services: Services) -> Answer:
        text = (
            f"我是{services.bank}的智能客服听心，是机器人，不是真人。"
            "我的回答由系统生成；您想和真人说话，请告诉我“转人工”。"
        )
        return Answer([say(text, Outcome.CHAT, [*quick("你能做什么"), HUMAN])])


class Capabilities(TingxinAction):
    action = "action_capabilities"

    def respond(self, turn: Turn, services: Services) -> Answer:
        types = "、".join(kind.label for kind in services.catalogue.types())
        text = (
            f"我是智能客服（机器人），可以为您做这些事：\n"
            f"1. 介绍产品的利率、期限、费用和风险：{types}\n"
            "2. 解答开户、转账、手机银行、信用卡、贷款等常见问题\n"
            "3. 卡片丢失、被骗时，告诉您马上该做什么\n"
            "4. 为您转接人工客服\n"
            "我不能查询您的账户，也不能替您转账、改密码或决定买什么。"
        )
        return Answer([say(text, Outcome.CHAT, [*quick(*STARTERS), HUMAN])])


class Affirm(TingxinAction):
    action = "action_affirm"

    def respond(self, turn: Turn, services: Services) -> Answer:
        kind, _, value = (turn.slot("offer") or "").partition(":")
        if kind == "handoff":
            return hand_over(turn, services, value)
        if kind == "faq":
            return answer_faq(turn, services, value)
        return Answer([say("好的。请告诉我您想了解什么，我接着为您解答。", Outcome.CHAT)])


class Deny(TingxinAction):
    action = "action_deny"

    def respond(self, turn: Turn, services: Services) -> Answer:
        if turn.asked:
            text = "明白，都不是您要问的。请把问题再说具体一点，例如办什么业务、看到什么提示；也可以转人工咨询。"
            return Answer([say(text, Outcome.CHAT, [HUMAN])], offer="handoff:not_understood", failed=True)
        if turn.slot("offer"):
            return Answer([say("好的，那先不办。您可以换个说法接着问我，需要人工时随时说“转人工”。", Outcome.CHAT)])
        text = "明白。可能是我没有答到您要问的，请把问题再说具体一点，或转人工咨询。"
        return Answer([say(text, Outcome.CHAT, [HUMAN])])
