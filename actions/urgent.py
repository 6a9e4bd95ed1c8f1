"""A lost card, a fraud: what to do this minute, then a person."""

from __future__ import annotations

from actions.base import Answer, TingxinAction, say
from actions.handoff import hand_over
from actions.runtime import Services
from actions.turn import Turn
from bot.dialogue.replies import Outcome
from bot.handoff.wording import HandoffReason


class ReportLoss(TingxinAction):
    action = "action_report_loss"

    def respond(self, turn: Turn, services: Services) -> Answer:
        text = (
            "请先挂失，挂失后卡片立即停用。\n"
            "1. 手机银行：登录后进入“银行卡—挂失”，马上生效；\n"
            f"2. 电话：拨打 24 小时客服热线 {services.hotline}，按提示办理口头挂失；\n"
            "3. 补卡：之后请本人带身份证到任一网点办理。\n"
            "手机一起丢了的，请同时联系运营商停用手机号。请不要把卡号、密码、验证码发在这里。"
        )
        return hand_over(turn, services, HandoffReason.FRAUD_OR_LOSS.value, say(text, Outcome.ANSWERED))


class ReportFraud(TingxinAction):
    action = "action_report_fraud"

    def respond(self, turn: Turn, services: Services) -> Answer:
        text = (
            "请马上停止转账，不要再和对方联系，也不要透露密码和验证码。\n"
            f"1. 止付：立即拨打 24 小时客服热线 {services.hotline}，要求紧急止付并挂失；\n"
            "2. 报警：拨打 110，或全国反诈专线 96110，越早报警越有可能拦住资金；\n"
            "3. 留证：保存聊天、通话和转账记录，不要删除；\n"
            "4. 改密：换一部手机，修改手机银行和支付密码。"
        )
        return hand_over(turn, services, HandoffReason.FRAUD_OR_LOSS.value, say(text, Outcome.ANSWERED))
