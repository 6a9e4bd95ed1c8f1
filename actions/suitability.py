"""May this customer buy this product? The rule in plain words: the product's R against the customer's C."""

from __future__ import annotations

import re

from actions.base import HUMAN, Answer, TingxinAction, say
from actions.criteria import named, remembered
from actions.guides import guide, led
from actions.products import describe
from actions.runtime import Services
from actions.turn import Turn
from bot.dialogue.product_replies import product_list, quick
from bot.dialogue.replies import Outcome
from bot.knowledge.catalogue import DisclosedProduct
from bot.text.normalise import normalise_text

LEVELS = 5
RULE = (
    "规则很简单：产品的风险等级（R1—R5）不能高于您的风险承受能力等级（C1—C5）。"
    "例如 C2 的客户可以买 R1、R2 的产品，R3 及以上不适合。"
)
VALID = "测评结果 12 个月内有效，过期要先重新测评。"
MAY_NOT_DECIDE = "是否购买由您自己决定，我不作推荐。"
# What the five results are called, as customers say them.
NAMES = {"保守型": 1, "谨慎型": 1, "稳健型": 2, "平衡型": 3, "成长型": 4, "进取型": 5, "激进型": 5}
_OWN = re.compile(r"(?<![a-z0-9])c\s?([1-5])(?![0-9])")
_PRODUCT = re.compile(r"(?<![a-z0-9])p?r\s?([1-5])(?![0-9])")
_PRODUCT_WORDS = re.compile(r"(中低|较低|中高|较高|中等|低|中|高)风险")
_WORDS = {"低": 1, "中低": 2, "较低": 2, "中": 3, "中等": 3, "中高": 4, "较高": 4, "高": 5}
# From 65 the bank takes one more step: the FAQ entry on elderly customers says which.
ELDERLY = "WM-010"
_OLD = re.compile(
    r"老人|老年|老爷子|老太|爷爷|奶奶|外公|外婆|姥姥|姥爷|退休|(?:岁数|年纪)大|高龄"
    r"|(?<!\d)(?:6[5-9]|[789]\d)(?:多?岁|多?了|周岁|(?=能|可以))"
    r"|(?:六十[五六七八九]|[七八九]十[一二三四五六七八九多来几]?)(?:岁|了|周岁|(?=能|可以))"
)


class SuitabilityInquiry(TingxinAction):
    action = "action_suitability_inquiry"

    def respond(self, turn: Turn, services: Services) -> Answer:
        own = own_level(turn)
        items = named(turn, services)
        asked = product_level(turn)
        if not items and asked is None and (last := remembered(turn, services)):
            items = [last]
        answer = _of_products(items, own, turn) if items else _of_levels(own, asked)
        if not _OLD.search(normalise_text(turn.text)):
            return answer
        more = guide(services, ELDERLY, "")
        return Answer([*answer.replies, *more.replies], answer.slots, answer.offer)


def own_level(turn: Turn) -> int | None:
    """The customer's own C level, 1 to 5, if this message (or an earlier one) says it."""
    text = normalise_text(turn.text).lower()
    if match := _OWN.search(text):
        return int(match.group(1))
    said = turn.entity("customer_level") or turn.slot("customer_level") or ""
    if match := _OWN.fullmatch(said.lower()):
        return int(match.group(1))
    return next((level for name, level in NAMES.items() if name in text), None)


def product_level(turn: Turn) -> int | None:
    """The R level that this message says, 1 to 5."""
    text = normalise_text(turn.text).lower()
    if match := _PRODUCT.search(text):
        return int(match.group(1))
    match = _PRODUCT_WORDS.search(text)
    return _WORDS[match.group(1)] if match else None


def verdict(own: int, asked: int) -> str:
    """Whether C ``own`` may buy R ``asked``, as the rule has it."""
    if asked > own:
        return f"R{asked} 高于 C{own}，不适合 C{own} 的客户购买，我行也不会向您推荐。"
    return f"R{asked} 没有超出 C{own}，等级上相符。{MAY_NOT_DECIDE}"


def _of_products(items: list[DisclosedProduct], own: int | None, turn: Turn) -> Answer:
    if len(items) > 1:
        lines = [_line(item, own) for item in items]
        reply = product_list(items, "按风险等级对照：", tail="\n".join([*lines, RULE, VALID]))
        return Answer([reply])
    item = items[0]
    answer = describe(items, "detail", turn)
    if item.product.risk_level is None:
        return led(answer, _line(item, own))
    lead = _line(item, own) + VALID
    too_high = own is not None and _number(item) > own
    reply = answer.replies[0]
    choices = _levels(own) if too_high and own else [*quick("风险测评怎么做", f"{item.product.name}风险揭示书")]
    data = {**reply.data, "body": f"{lead}\n{reply.data['body']}", "quick_replies": choices}
    return Answer([reply.model_copy(update={"text": f"{lead}\n{reply.text}", "data": data})], answer.slots)


def _line(item: DisclosedProduct, own: int | None) -> str:
    """One product against the rule."""
    name = item.product.name
    level = item.product.risk_level
    if level is None:
        return f"{name}没有风险等级，不需要风险测评。"
    asked = _number(item)
    text = f"{name}的风险等级是 {level.value}（{level.label}），"
    if own is None:
        return text + f"只有测评结果为 {_least(asked)}的客户可以购买。{MAY_NOT_DECIDE}"
    if asked > own:
        return text + f"高于 C{own}，不适合 C{own} 的客户，我行也不会向您推荐。"
    return text + f"没有超出 C{own}，等级上相符。{MAY_NOT_DECIDE}"


def _of_levels(own: int | None, asked: int | None) -> Answer:
    if own is not None and asked is not None:
        return Answer([say(verdict(own, asked) + RULE + VALID, quick_replies=_levels(own))])
    if own is not None:
        may = "、".join(f"R{level}" for level in range(1, own + 1))
        higher = "" if own == LEVELS else "，更高等级的不适合"
        text = f"C{own} 的客户可以购买 {may} 的产品{higher}。{VALID}{MAY_NOT_DECIDE}"
        return Answer([say(text, quick_replies=_levels(own))])
    if asked is not None:
        text = f"R{asked} 的产品，测评结果为 {_least(asked)}的客户才可以购买。{RULE}{VALID}"
        return Answer([say(text, quick_replies=quick("风险测评怎么做", f"有哪些R{asked}理财"))])
    text = (
        f"{RULE}{VALID}\n请告诉我产品名称和您的测评等级（在手机银行“理财 > 风险测评”里可以看到），"
        "例如“我是C2，能买R3吗”。"
    )
    return Answer([say(text, Outcome.CLARIFY, [*quick("风险测评怎么做"), HUMAN])], failed=False)


def _least(asked: int) -> str:
    return "C5 " if asked == LEVELS else f"C{asked} 及以上"


def _levels(own: int) -> list[dict[str, str]]:
    """Searches within the customer's level, the highest first; never above it."""
    return quick(*(f"有哪些R{level}理财" for level in range(own, max(0, own - 2), -1)), "风险测评怎么做")


def _number(item: DisclosedProduct) -> int:
    return int(item.product.risk_level.value[1]) if item.product.risk_level else 0
