"""What a conversation remembers beside its entities: topic, what may be picked, failures in a row.

Read by :mod:`bot.rasa_components.context`, which describes the slots; written here alone, from what was really said.
"""

from __future__ import annotations

from typing import Any

from actions.turn import Turn
from bot.dialogue.replies import Kind, Outcome, Reply

UNSURE = frozenset({Outcome.CLARIFY.value, Outcome.OUT_OF_SCOPE.value, Outcome.NOT_UNDERSTOOD.value})
# Business that the bot does not do itself still is what the next half sentence is about.
WORDS = {"transfer_money": "转账", "report_loss": "银行卡挂失", "password_reset": "重置密码"}


def remember(
    turn: Turn, replies: list[Reply], choices: list[dict[str, str]] | None, failed: bool | None
) -> dict[str, Any]:
    """The slots after ``replies``.

    Args:
        choices: what a clarifying question offered, in its order; None where none was asked.
        failed: whether the customer was left without an answer; None reads it off the outcomes.
    """
    slots: dict[str, Any] = {"failures": _failures(turn, replies, failed)}
    if topic := _topic(turn, replies):
        slots["topic"] = topic
    listed = [item for reply in replies if reply.kind == Kind.PRODUCT_LIST.value for item in reply.data["products"]]
    if choices:
        slots["shown"] = {"items": choices, "asked": True}
    elif listed:
        slots["shown"] = {"items": [{"product": item["code"]} for item in listed], "asked": False}
    return slots


def _failures(turn: Turn, replies: list[Reply], failed: bool | None) -> int:
    if failed is None:
        outcomes = {reply.outcome for reply in replies}
        if outcomes and outcomes <= {Outcome.CHAT.value}:
            return turn.failures
        failed = bool(outcomes) and outcomes <= UNSURE
    return turn.failures + 1 if failed else 0


def _topic(turn: Turn, replies: list[Reply]) -> dict[str, Any] | None:
    """What the last of the replies was about; None leaves the topic as it was."""
    for reply in reversed(replies):
        data = reply.data
        if reply.kind == Kind.FAQ_ANSWER.value:
            return {"intent": "faq", "faq": data["faq_id"], "question": data["question"]}
        if reply.kind == Kind.PRODUCT_CARD.value:
            return _of_product(turn.intent, data["product"])
        if reply.kind == Kind.DISCLOSURE.value:
            return {"intent": turn.intent, "product": data["product_code"]}
        if reply.kind == Kind.PRODUCT_LIST.value:
            labels = {item["type_label"] for item in data["products"]}
            levels = {item["risk_level"] for item in data["products"] if item["risk_level"]}
            return {
                "intent": turn.intent,
                "words": labels.pop() if len(labels) == 1 else "",
                "risk": max(levels, default=None),
            }
    words = WORDS.get(turn.intent)
    answered = any(reply.outcome == Outcome.ANSWERED.value for reply in replies)
    return {"intent": turn.intent, "words": words} if words or answered else None


def _of_product(intent: str, product: dict[str, Any]) -> dict[str, Any]:
    return {
        "intent": intent,
        "product": product["code"],
        "words": product["type_label"],
        "risk": product["risk_level"],
    }
