"""Business that touches the account: never done in a chat. Says why, and where it is done."""

from __future__ import annotations

from actions.base import HUMAN, Answer, TingxinAction, say
from actions.runtime import Services
from actions.turn import Turn
from bot.dialogue.product_replies import quick
from bot.dialogue.replies import Outcome

OFFER = "handoff:sensitive_business"
NEVER_SEND = "请不要把卡号、密码、验证码发在这里，本行人员也不会向您索要。"


class BalanceInquiry(TingxinAction):
    action = "action_balance_inquiry"

    def respond(self, turn: Turn, services: Services) -> Answer:
        text = (
            "您的账户信息我看不到，需要您自己登录查看。\n"
            "1. 手机银行：登录后在首页查看余额、明细、账单、贷款和持仓；\n"
            "2. ATM 或营业网点：凭银行卡或身份证查询；\n"
            f"3. 客服热线 {services.hotline}：核实身份后可以查询。\n" + NEVER_SEND
        )
        return Answer([say(text, Outcome.DECLINED, [HUMAN])], offer=OFFER)


class TransferMoney(TingxinAction):
    action = "action_transfer_money"

    def respond(self, turn: Turn, services: Services) -> Answer:
        text = (
            "动用资金的业务我不能代办，请您本人操作。\n"
            "1. 手机银行：转账、还款、缴费、存取和兑换，登录后都可以办理；\n"
            "2. 营业网点：大额转账、取现或不方便用手机的，请带身份证和银行卡到网点；\n"
            "3. 转账前请核对收款人；遇到陌生人催促转账，请先停下来核实。\n" + NEVER_SEND
        )
        return Answer([say(text, Outcome.DECLINED, [*quick("转账限额是多少"), HUMAN])], offer=OFFER)


class PasswordReset(TingxinAction):
    action = "action_password_reset"

    def respond(self, turn: Turn, services: Services) -> Answer:
        text = (
            "密码只能由您本人重置，我看不到也改不了。\n"
            "1. 手机银行登录密码：在登录页点“忘记密码”，按提示核实身份后重设；\n"
            "2. 银行卡取款密码：忘记或被锁时，请本人带身份证和银行卡到网点重置；\n"
            f"3. 信用卡密码：登录手机银行“信用卡—密码管理”，或拨打客服热线 {services.hotline}。\n" + NEVER_SEND
        )
        return Answer([say(text, Outcome.DECLINED, [HUMAN])], offer=OFFER)
