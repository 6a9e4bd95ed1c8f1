"""Why conversations are handed over, and what customers and agents read about it."""

from __future__ import annotations

import math
from enum import Enum

from bot.conversation.model import SystemText


class HandoffReason(str, Enum):
    ASKED = "asked"
    FRUSTRATION = "frustration"
    NOT_UNDERSTOOD = "not_understood"
    FRAUD_OR_LOSS = "fraud_or_loss"
    COMPLAINT = "complaint"
    SENSITIVE_BUSINESS = "sensitive_business"
    ENGINE_DOWN = "engine_down"


# For agents and supervisors.
AGENT_TEXT = {
    HandoffReason.ASKED: "客户要求人工服务",
    HandoffReason.FRUSTRATION: "客户情绪持续升高",
    HandoffReason.NOT_UNDERSTOOD: "智能客服多次未能答上",
    HandoffReason.FRAUD_OR_LOSS: "疑似被骗、盗刷或卡片丢失",
    HandoffReason.COMPLAINT: "客户要投诉",
    HandoffReason.SENSITIVE_BUSINESS: "业务须人工核实身份后办理",
    HandoffReason.ENGINE_DOWN: "智能客服暂时无法应答",
}

# For the customer: the words that open the hand-off, fitting its reason.
APOLOGY = {
    HandoffReason.ASKED: "好的，马上为您转接人工客服。",
    HandoffReason.FRUSTRATION: (
        "非常抱歉，刚才没能帮您把问题解决好，让您着急了。现在为您转接人工客服，前面的对话会一并转交，您不必重复说明。"
    ),
    HandoffReason.NOT_UNDERSTOOD: (
        "抱歉，我没能准确理解您的问题，耽误您的时间了。现在为您转接人工客服，前面的对话会一并转交。"
    ),
    HandoffReason.FRAUD_OR_LOSS: (
        "您的情况比较紧急，正在为您转接人工客服。"
        "等待期间请勿再转账，也不要向任何人透露密码和验证码；"
        "如需立即挂失或止付，请同时拨打客服热线 {hotline}。"
    ),
    HandoffReason.COMPLAINT: "非常抱歉给您带来了不愉快的体验。现在为您转接人工客服，由专人听取并受理您的意见。",
    HandoffReason.SENSITIVE_BUSINESS: (
        "这项业务需要由人工核实身份后为您办理，现在为您转接人工客服。请不要在对话中发送密码、验证码等信息。"
    ),
    HandoffReason.ENGINE_DOWN: "非常抱歉，智能客服暂时无法应答。现在为您转接人工客服，您的问题已经转交，不必重复说明。",
}

CUSTOMER_TEXT = {
    HandoffReason.ASKED: "您要求人工服务",
    HandoffReason.FRUSTRATION: "没能及时解决您的问题",
    HandoffReason.NOT_UNDERSTOOD: "没能准确理解您的问题",
    HandoffReason.FRAUD_OR_LOSS: "您的情况紧急",
    HandoffReason.COMPLAINT: "受理您的意见",
    HandoffReason.SENSITIVE_BUSINESS: "业务需要人工核实",
    HandoffReason.ENGINE_DOWN: "智能客服暂时无法应答",
}

# What the trend says about a hand-off that did not come from frustration.
REASON_NOTE = {
    HandoffReason.ASKED: "客户提出转人工",
    HandoffReason.FRAUD_OR_LOSS: "消息涉及被骗、盗刷或遗失",
    HandoffReason.COMPLAINT: "客户表达了投诉意愿",
    HandoffReason.SENSITIVE_BUSINESS: "消息涉及须核实身份的业务",
    HandoffReason.NOT_UNDERSTOOD: "智能客服没能答上客户的问题",
    HandoffReason.ENGINE_DOWN: "智能客服没有给出可用的回答",
    HandoffReason.FRUSTRATION: "客户情绪达到转人工的界限",
}


def parse_reason(value: object) -> HandoffReason:
    """A reason from outside; one that is not known counts as asked for."""
    try:
        return HandoffReason(value)
    except ValueError:
        return HandoffReason.ASKED


def expected_wait_minutes(position: int, handling_minutes: float, agents_online: int) -> int | None:
    """Minutes until it is the customer's turn, at least 1: position times handling time, shared by the agents.

    None while no agent is online: nobody can say.
    """
    if agents_online == 0:
        return None
    return max(1, math.ceil(position * handling_minutes / agents_online))


def queue_sentence(position: int, minutes: int | None) -> str:
    """Where the customer stands, honestly also when nobody is there (``minutes`` is None)."""
    ahead = position - 1
    if minutes is None:
        place = f"前面还有 {ahead} 位，" if ahead else "您排在第一位，"
        return (
            f"目前坐席都不在线，已为您排队，{place}坐席上线后会按顺序接待您。"
            "等待期间可以继续向我提问，也可以随时取消排队。"
        )
    if ahead == 0:
        return f"正在为您接通，您排在第一位，预计等待 {minutes} 分钟。等待期间可以继续向我提问。"
    return f"坐席全忙，您前面还有 {ahead} 位，预计等待 {minutes} 分钟。等待期间可以继续向我提问，也可以随时取消排队。"


def handoff_text(reason: HandoffReason, *, position: int, minutes: int | None, hotline: str) -> SystemText:
    """The message that opens a hand-off."""
    apology = APOLOGY[reason].format(hotline=hotline)
    return SystemText(
        "handoff",
        f"{apology}\n{queue_sentence(position, minutes)}",
        {
            "reason": reason.value,
            "text_reason": CUSTOMER_TEXT[reason],
            "position": position,
            "expected_wait_minutes": minutes,
        },
    )


def queue_text(*, position: int, minutes: int | None) -> SystemText:
    """The customer's place, told again."""
    return SystemText(
        "queue",
        queue_sentence(position, minutes),
        {"position": position, "expected_wait_minutes": minutes},
    )


def joined_text(work_no: str) -> SystemText:
    return SystemText("notice", f"坐席分配成功，{work_no} 为您服务。", {"code": "agent_joined", "work_no": work_no})


def returned_text(work_no: str) -> SystemText:
    return SystemText(
        "notice",
        f"人工客服 {work_no} 已结束本次服务，接下来由智能客服继续为您解答。如仍需人工，可以随时点“转人工”。",
        {"code": "returned_to_bot", "work_no": work_no},
    )


def closed_text(work_no: str) -> SystemText:
    return SystemText(
        "notice",
        f"人工客服 {work_no} 已结束本次会话，感谢您的咨询。如有新的问题，直接发送消息即可重新开始。",
        {"code": "closed", "work_no": work_no},
    )


def left_queue_text() -> SystemText:
    return SystemText(
        "notice", "已为您取消排队，智能客服继续为您服务。如需人工，可以随时点“转人工”。", {"code": "left_queue"}
    )


def lost_text(work_no: str, *, position: int, minutes: int | None) -> SystemText:
    where = "目前其他坐席都不在线，有坐席上线后会首先接待您。"
    if minutes is not None:
        where = (f"您前面还有 {position - 1} 位，" if position > 1 else "") + f"预计等待 {minutes} 分钟。"
    return SystemText(
        "notice",
        f"抱歉，人工客服 {work_no} 的连接中断了，已将您排到队伍最前面，由下一位坐席继续为您服务。{where}",
        {"code": "agent_lost", "work_no": work_no, "position": position, "expected_wait_minutes": minutes},
    )
