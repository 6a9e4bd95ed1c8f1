"""How much interest does a deposit bear? Reckoned from the catalogue's rates; asks for what is missing."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from actions.base import HUMAN, Answer, TingxinAction, say
from actions.criteria import Criteria, named, pick, term_text
from actions.guides import led, number
from actions.products import describe, search
from actions.runtime import Services
from actions.turn import Turn
from bot.calculators.deposit import interest_by_days, interest_by_months, whole_months
from bot.calculators.money import fen_text
from bot.dialogue.product_replies import QuickReplies, product_card, quick
from bot.dialogue.replies import Outcome
from bot.knowledge.catalogue import DisclosedProduct
from bot.knowledge.kinds import CURRENCY_LABELS, ProductType, SaleStatus
from bot.knowledge.model import money_text

FIXED = frozenset({ProductType.TIME_DEPOSIT, ProductType.LARGE_CD, ProductType.TREASURY_BOND})  # a rate for a term
DAILY = frozenset({ProductType.DEMAND_DEPOSIT, ProductType.NOTICE_DEPOSIT})  # a rate for as long as it lies there
TERM_SLACK_DAYS = 5  # 12 months of 30 days are a year, too
MAX_TERMS = 4  # terms reckoned side by side in one answer
EXAMPLE_AMOUNTS_FEN = (10_000_00, 50_000_00, 100_000_00)  # to choose from; any other may be typed
UNCERTAIN = "收益不固定，不能像存款那样算出利息。"
EARLY_NOTICE = "通知存款要提前通知，没有按约定通知的，支取部分按活期利率计息。"
NOTE = "利息四舍五入到分；利率以存入当天公布的为准。"


class DepositCalculate(TingxinAction):
    action = "action_deposit_calculate"

    def respond(self, turn: Turn, services: Services) -> Answer:
        items = named(turn, services)
        if not items and turn.entity("product_type") is None and turn.entity("term") is None:
            items = services.catalogue.by_codes([turn.slot("product") or ""])
        criteria = replace(Criteria.of(turn), term_days=number(turn, "term"), amount_fen=number(turn, "amount"))
        kind = items[0].product.type if items else criteria.type or ProductType.TIME_DEPOSIT
        if kind not in FIXED | DAILY:
            return _uncertain(turn, services, items, criteria)
        amount = criteria.amount_fen
        slots = {"product_type": kind.value, "amount": None if amount is None else str(amount)}
        if kind in DAILY:
            return _daily(items or _offered(services, kind, criteria, turn), criteria, slots)
        offered = items or _offered(services, kind, criteria, turn)
        terms = [] if items else _terms(turn)
        if not items and terms:
            items = [item for days in terms for item in offered if _near(item, days)][:MAX_TERMS]
            if not items:
                return _no_such_term(kind, terms[0], amount, offered, slots)
        if not items:
            return _ask_term(kind, amount, offered, slots)
        slots["term"] = str(items[0].product.term_days or "") or None
        if amount is None:
            return _ask_amount(items[0], slots)
        return _reckoned(items, amount, slots)


def _reckoned(items: list[DisclosedProduct], amount: int, slots: dict[str, str | None]) -> Answer:
    item = items[0]
    if len(items) == 1:
        slots["product"] = item.product.code
        if (item.product.minimum_fen or 0) > amount:
            text = f"{item.product.name}起存金额是{item.minimum_text}，{_amount(item, amount)}不够起存。"
            return Answer([say(text, quick_replies=quick(f"{item.minimum_text}{_saved(item)}利息多少"))], slots)
        lead = f"{_sum(item, amount)}{_note(item)}"
        name = item.product.name
        return Answer([product_card(item, lead, facts=False, quick_replies=quick(f"{name}怎么办理"))], slots)
    lines = [_sum(one, amount) for one in items if (one.product.minimum_fen or 0) <= amount]
    if not lines:
        text = f"{item.product.type.label}起存金额是{item.minimum_text}，{_amount(item, amount)}不够起存。"
        return Answer([say(text)], slots)
    return Answer([say("\n".join([*lines, _note(item)]))], slots)


def _sum(item: DisclosedProduct, amount: int) -> str:
    """One product reckoned, in one sentence."""
    product = item.product
    rate, days = product.rate_percent or Decimal(0), product.term_days or 0
    months = whole_months(days)
    interest = interest_by_days(amount, rate, days) if months is None else interest_by_months(amount, rate, months)
    unit = _unit(item)
    paid = "每年付息一次，利息共" if product.type is ProductType.TREASURY_BOND else "到期利息"
    return (
        f"{_amount(item, amount)}{_saved(item)}（{product.name}，年利率 {rate}%），{paid} "
        f"{fen_text(interest, unit)}，本息合计 {fen_text(amount + interest, unit)}。"
    )


def _daily(items: list[DisclosedProduct], criteria: Criteria, slots: dict[str, str | None]) -> Answer:
    """A demand or notice deposit: by the days that it lies there."""
    item = items[0]
    days, amount = criteria.term_days, criteria.amount_fen
    slots["term"] = None if days is None else str(days)
    if len(items) == 1:
        slots["product"] = item.product.code
    if amount is None:
        return _ask_amount(item, slots)
    if days is None:
        text = f"请问{_amount(item, amount)}打算存多少天？{item.product.name}按实际天数计息。"
        choices = quick(*(f"{_amount(item, amount)}{item.product.name}存{days}天利息多少" for days in (30, 90)))
        return Answer([say(text, Outcome.CLARIFY, choices)], slots, failed=False)
    lines = []
    for one in items:
        if (one.product.minimum_fen or 0) > amount:
            lines.append(f"{one.product.name}起存金额是{one.minimum_text}，{_amount(one, amount)}不够起存。")
            continue
        rate = one.product.rate_percent or Decimal(0)
        interest = interest_by_days(amount, rate, days)
        lines.append(
            f"{_amount(one, amount)}存{term_text(days)}（{one.product.name}，年利率 {rate}%），"
            f"按 {days} 天、一年 360 天算，利息 {fen_text(interest, _unit(one))}。"
        )
    lines.append(NOTE + (EARLY_NOTICE if item.product.type is ProductType.NOTICE_DEPOSIT else "活期利率可能调整。"))
    return Answer([say("\n".join(lines))], slots)


def _uncertain(turn: Turn, services: Services, items: list[DisclosedProduct], criteria: Criteria) -> Answer:
    """Investments bear no interest that could be reckoned; loans and cards are no deposits."""
    if items:
        risky = any(item.product.risk_level for item in items)
        return led(describe(items, "rate", turn), f"{items[0].product.name}{UNCERTAIN}" if risky else "")
    label = criteria.type.label if criteria.type else "这类产品"
    return led(search(turn, services, criteria), f"{label}{UNCERTAIN}")


def _ask_term(
    kind: ProductType, amount: int | None, offered: list[DisclosedProduct], slots: dict[str, str | None]
) -> Answer:
    if not offered:
        return Answer(
            [say(f"抱歉，目前没有在售的{kind.label}，请换一种存法，或转人工咨询。", quick_replies=[HUMAN])], slots
        )
    said = f"{_amount(offered[0], amount)}想存多久" if amount else "想存多少钱、存多久"
    terms = "、".join(dict.fromkeys(item.product.term_text for item in offered))
    text = f"请问{said}？{kind.label}可以存{terms}。"
    choices = _term_choices(offered, amount or EXAMPLE_AMOUNTS_FEN[1])
    return Answer([say(text, Outcome.CLARIFY, [*choices, HUMAN])], slots, failed=False)


def _no_such_term(
    kind: ProductType, days: int, amount: int | None, offered: list[DisclosedProduct], slots: dict[str, str | None]
) -> Answer:
    terms = "、".join(dict.fromkeys(item.product.term_text for item in offered))
    text = f"{kind.label}没有{term_text(days)}这个期限，可以存{terms}。您想按哪一个算？"
    choices = _term_choices(offered, amount or EXAMPLE_AMOUNTS_FEN[1])
    return Answer([say(text, Outcome.CLARIFY, [*choices, HUMAN])], slots, failed=False)


def _ask_amount(item: DisclosedProduct, slots: dict[str, str | None]) -> Answer:
    least = item.product.minimum_fen or 0
    amounts = [amount for amount in EXAMPLE_AMOUNTS_FEN if amount >= least] or [least]
    start = f"起存金额{item.minimum_text}。" if item.minimum_text else ""
    text = f"请问想存多少钱？{item.product.name}的年利率是 {item.product.rate_percent}%。{start}"
    choices = quick(*(f"{_amount(item, amount)}{_saved(item)}利息多少" for amount in amounts))
    return Answer([say(text, Outcome.CLARIFY, choices)], slots, failed=False)


def _term_choices(offered: list[DisclosedProduct], amount: int) -> QuickReplies:
    return quick(*(f"{_amount(item, amount)}{_saved(item)}利息多少" for item in offered[:MAX_TERMS]))


def _offered(services: Services, kind: ProductType, criteria: Criteria, turn: Turn) -> list[DisclosedProduct]:
    """Products of the kind on sale, shortest first, in the currency of the message."""
    found = Criteria(kind, currency=criteria.currency).find(services, SaleStatus.ON_SALE)
    found = [item for item in found if item.product.rate_percent is not None]
    if kind in DAILY:
        return pick(turn.text, found)
    return sorted(found, key=lambda item: item.product.term_days or 0)


def _terms(turn: Turn) -> list[int]:
    said = turn.entities_of("term") or [turn.slot("term") or ""]
    return [int(value) for value in said if value.isdigit()]


def _near(item: DisclosedProduct, days: int) -> bool:
    return abs((item.product.term_days or 0) - days) <= TERM_SLACK_DAYS


def _note(item: DisclosedProduct) -> str:
    if item.product.type is ProductType.TREASURY_BOND:
        return "利息四舍五入到分；利率以购买当期公布的为准，提前兑取另有规定。"
    return f"{NOTE}提前支取的部分按活期利率计息。"


def _saved(item: DisclosedProduct) -> str:
    """As customers say it: 存1年, 买三年期国债."""
    kind = item.product.type
    if kind is ProductType.TREASURY_BOND:
        return f"买{item.product.term_text}期国债"
    if kind in DAILY:
        return f"存{item.product.name}"
    return f"存{item.product.term_text}" + ("大额存单" if kind is ProductType.LARGE_CD else "")


def _unit(item: DisclosedProduct) -> str:
    return "元" if item.product.currency == "CNY" else CURRENCY_LABELS[item.product.currency]


def _amount(item: DisclosedProduct, amount: int) -> str:
    return money_text(amount, _unit(item))
