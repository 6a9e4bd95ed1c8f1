"""The customer's own transactions: never seen here. Says where they are seen, and what to do about a strange debit."""

from __future__ import annotations

import re

from actions.account import NEVER_SEND, OFFER
from actions.base import HUMAN, Answer, TingxinAction, say
from actions.runtime import Services
from actions.turn import Turn
from bot.dialogue.product_replies import quick
from bot.dialogue.replies import Outcome
from bot.handoff.wording import HandoffReason

STRANGE = re.compile(
    r"谁扣|谁划|谁刷|怎么扣|为什么扣|为啥扣|莫名|不认识|不认得|不明|陌生|没印象|没买|没用过|没刷|不是我|不知道|奇怪|异常|可疑"
)
NOT_MINE = "这笔交易不是我做的"


class TransactionInquiry(TingxinAction):
    action = "action_transaction_inquiry"

    def respond(self, turn: Turn, services: Services) -> Answer:
        if STRANGE.search(turn.text):
            return _strange_debit(services)
        text = (
            "您的交易记录我看不到，需要您自己登录查看。\n"
            "1. 手机银行：首页 > 我的账户 > 明细，可以按时间、金额、收支筛选，点开一笔能看到对方户名和摘要；\n"
            "2. 要盖章的流水：手机银行可以导出，也可以带身份证到任一网点打印；\n"
            f"3. 客服热线 {services.hotline}：核实身份后可以查询。\n" + NEVER_SEND
        )
        choices = [*quick("怎么打印银行流水并盖章", "有一笔扣款看不懂"), HUMAN]
        return Answer([say(text, Outcome.DECLINED, choices)], offer=OFFER)


def _strange_debit(services: Services) -> Answer:
    text = (
        "这笔钱是谁扣的，我看不到，请您这样核对：\n"
        "1. 手机银行：首页 > 我的账户 > 明细，点开这一笔，看“摘要”和“对方户名”；\n"
        "2. 自动续费、代扣：我的 > 支付管理 > 免密与代扣，可以解约；\n"
        f"3. 确定不是您本人操作的：马上在手机银行锁卡或挂失，并拨打 24 小时客服热线 {services.hotline}；"
        f"也可以告诉我“{NOT_MINE}”，我马上为您转人工。\n" + NEVER_SEND
    )
    choices = [*quick(NOT_MINE), HUMAN]
    return Answer([say(text, Outcome.DECLINED, choices)], offer=f"handoff:{HandoffReason.FRAUD_OR_LOSS.value}")
