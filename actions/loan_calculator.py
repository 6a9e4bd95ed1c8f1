"""What is the monthly instalment of a loan? 等额本息 beside 等额本金; asks for what is missing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from actions.base import HUMAN, Answer, TingxinAction, say
from actions.criteria import Criteria, named, pick
from actions.guides import number
from actions.lending_apply import telling
from actions.runtime import Services
from actions.turn import Turn
from bot.calculators.deposit import whole_months
from bot.calculators.loan import MAX_MONTHS, Repayment, equal_instalments, equal_principal
from bot.calculators.money import fen_text
from bot.dialogue.product_replies import product_card, quick
from bot.dialogue.replies import Outcome
from bot.knowledge.catalogue import DisclosedProduct
from bot.knowledge.kinds import ProductType, SaleStatus
from bot.knowledge.model import money_text
from bot.text.normalise import normalise_text

MAX_RATE_PERCENT = Decimal(36)  # a yearly rate above this is a typing error: no bank lends at it
LONG_MONTHS = 60  # beyond five years people speak of a home loan; below, there are several kinds
_RATE = re.compile(
    r"(?P<a>\d{1,2}(?:\.\d+)?)\s?(?:[%％]|个点|个百分点)"
    r"|(?:利率|年化|年利)(?:是|为|按|算|大概|打完折)?\s?(?P<b>\d{1,2}(?:\.\d+)?)(?![\d万千年个月期])"
)
PER_YEAR = {"月": 12, "日": 360}  # a yearly rate is twelve monthly, or 360 daily ones
_PERIOD = re.compile(r"([月日])(?:利率|息)")
_PERIODS = re.compile(r"(?P<n>\d{1,3})\s?(?:期|个月)")
_LONGEST = re.compile(r"最长(\d+)年")
NOTE = "按每月还一次、利率不变试算，每期四舍五入到分，实际以借款合同为准。"


@dataclass(frozen=True)
class Wish:
    """What is known of the loan; None is to be asked for."""

    amount_fen: int | None
    months: int | None
    rate_percent: Decimal | None


class LoanCalculate(TingxinAction):
    action = "action_loan_calculate"

    def respond(self, turn: Turn, services: Services) -> Answer:
        term_days = number(turn, "term")
        wish = Wish(number(turn, "amount"), months(turn, term_days), stated_rate(turn))
        slots = {
            "product_type": ProductType.LOAN.value,
            "amount": None if wish.amount_fen is None else str(wish.amount_fen),
            "term": None if term_days is None else str(term_days),
        }
        missing = [word for word, value in (("贷多少钱", wish.amount_fen), ("分几年还", wish.months)) if value is None]
        if missing:
            have = f"（已记下：{money_text(wish.amount_fen)}）" if wish.amount_fen else ""
            text = f"请问{'、'.join(missing)}{have}？例如“房贷50万20年月供多少”；知道年利率的，也可以一起告诉我。"
            return Answer([say(text, Outcome.CLARIFY, [*quick("房贷50万20年月供多少"), HUMAN])], slots, failed=False)
        assert wish.amount_fen is not None and wish.months is not None
        if not 1 <= wish.months <= MAX_MONTHS:
            return Answer(
                [say("个人贷款最长 30 年，请换一个期限再算。", Outcome.CLARIFY, [HUMAN])], slots, failed=False
            )
        if wish.rate_percent is not None:
            about = f"年利率 {wish.rate_percent}%"
            return Answer([say(_text(wish.amount_fen, wish.months, wish.rate_percent, about))], slots)
        return _by_product(turn, services, wish.amount_fen, wish.months, slots)


def _by_product(turn: Turn, services: Services, amount: int, count: int, slots: dict[str, str | None]) -> Answer:
    """With the rate of the loan that the message means; asks which where that is open."""
    loans = [
        item for item in Criteria(ProductType.LOAN).find(services, SaleStatus.ON_SALE) if item.product.rate_percent
    ]
    items = [item for item in named(turn, services) if item in loans]
    if not items and (picked := pick(telling(turn.text), loans)) and len(picked) < len(loans):
        items = picked
    if not items and (slot := turn.slot("product")):
        items = [item for item in loans if item.product.code == slot]
    fitting = [item for item in items or loans if _longest(item) >= count]
    if items and not fitting:
        text = f"{items[0].product.name}{items[0].product.term_text}，请换一个期限再算。"
        return Answer([say(text, Outcome.CLARIFY, quick(f"介绍一下{items[0].product.name}"))], slots, failed=False)
    if not fitting:
        return Answer([say("没有这么长期限的贷款，请换一个期限再算。", Outcome.CLARIFY, [HUMAN])], slots, failed=False)
    if not items and len(fitting) > 1 and count <= LONG_MONTHS:
        asked = f"{money_text(amount)}{_term(count)}"
        text = f"请问{asked}想用哪种贷款？也可以直接告诉我年利率，例如“年利率3.5%”。"
        choices = quick(*(f"{item.product.name}{asked}月供多少" for item in fitting[:3]))
        return Answer([say(text, Outcome.CLARIFY, [*choices, HUMAN])], slots, failed=False)
    item = fitting[0]
    rate = item.product.rate_percent
    assert rate is not None
    about = f"按{item.product.name}的年利率 {rate}% 起试算，实际利率以审批结果为准"
    reply = product_card(
        item, _text(amount, count, rate, about), facts=False, quick_replies=quick("等额本息和等额本金有什么区别")
    )
    return Answer([reply], {**slots, "product": item.product.code})


def months(turn: Turn, term_days: int | None) -> int | None:
    """How many instalments: 240期 as it stands, 20年 as 240."""
    if match := _PERIODS.search(normalise_text(turn.text)):
        return int(match["n"])
    if term_days is None:
        return None
    return whole_months(term_days) or max(1, round(Decimal(term_days) / 365 * 12))


def stated_rate(turn: Turn) -> Decimal | None:
    """The yearly rate in percent that the message says; None for none, or for one that cannot be."""
    text = normalise_text(turn.text)
    said = (turn.entity("rate") or "").rstrip("%％")
    if not said and (match := _RATE.search(text)):
        said = match["a"] or match["b"]
    try:
        rate = Decimal(said) if said else None
    except InvalidOperation:  # LPR-0.45 is no figure of its own
        return None
    if rate is not None and (period := _PERIOD.search(text)):
        rate *= PER_YEAR[period.group(1)]
    return rate if rate is not None and 0 < rate <= MAX_RATE_PERCENT else None


def _text(amount: int, count: int, rate: Decimal, about: str) -> str:
    level, falling = equal_instalments(amount, rate, count), equal_principal(amount, rate, count)
    return (
        f"贷款{money_text(amount)}，{_term(count)}（{count} 期），{about}：\n"
        f"1. 等额本息：每月还 {fen_text(level.first_fen)}（最后一期 {fen_text(level.last_fen)}），"
        f"{_interest(level)}；\n"
        f"2. 等额本金：首月还 {fen_text(falling.first_fen)}，逐月减少，最后一期 {fen_text(falling.last_fen)}，"
        f"{_interest(falling)}。\n{NOTE}"
    )


def _interest(repayment: Repayment) -> str:
    return f"总利息 {fen_text(repayment.interest_fen)}"


def _term(count: int) -> str:
    return f"{count // 12}年" if count % 12 == 0 else f"{count}个月"


def _longest(item: DisclosedProduct) -> int:
    """The most instalments that the product's term allows."""
    match = _LONGEST.search(item.product.term_text)
    return int(match.group(1)) * 12 if match else MAX_MONTHS
