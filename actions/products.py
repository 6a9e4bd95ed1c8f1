"""Finding products, and one product's facts: rate, fees, how to buy."""

from __future__ import annotations

from abc import abstractmethod

from actions.base import HUMAN, Answer, TingxinAction, say
from actions.criteria import Criteria, aspect, named, pick, remembered, type_choices
from actions.runtime import Services
from actions.turn import Turn
from bot.dialogue.product_replies import QuickReplies, product_card, product_list, quick, status_text
from bot.dialogue.replies import Outcome
from bot.knowledge.catalogue import DisclosedProduct
from bot.knowledge.kinds import ProductType, SaleStatus
from bot.knowledge.model import money_text

MAX_LISTED = 5
NARROW = ("minimum", "term")  # aspects that no intent stands for
NO_MATCH_KEEPS_TYPE = "可以换个期限、金额或风险等级再找。"


def show_list(items: list[DisclosedProduct], lead: str, criteria: Criteria, outcome: Outcome) -> Answer:
    """At most five products; says how many there are and how to narrow them down."""
    listed, rest = items[:MAX_LISTED], items[MAX_LISTED:]
    tail = "想看哪一款，告诉我名称就行。"
    if rest:
        lead = f"{lead}共 {len(items)} 款，先列出 {len(listed)} 款："
        risky = any(item.product.risk_level for item in items)
        tail = f"还有 {len(rest)} 款没有列出。您可以说出期限{'或风险等级' if risky else ''}，我再缩小范围。"
    names = [item.product.name for item in listed[:3]]
    choices: QuickReplies = [{"title": name, "text": f"介绍一下{name}"} for name in names]
    reply = product_list(listed, lead, tail=tail, quick_replies=choices, outcome=outcome)
    return Answer([reply], {**criteria.slots(), "product": items[0].product.code if len(items) == 1 else None})


def ask_which(services: Services, text: str) -> Answer:
    """No product is known: ask for one, with the types to choose from."""
    return Answer([say(text, Outcome.CLARIFY, [*type_choices(services), HUMAN])])


class ProductSearch(TingxinAction):
    action = "action_product_search"

    def respond(self, turn: Turn, services: Services) -> Answer:
        found = named(turn, services)
        if found:
            return describe(found, "detail", turn)
        criteria = Criteria.of(turn)
        if criteria.empty:
            return ask_which(services, "请问您想找哪一类产品？也可以直接告诉我期限、金额或风险等级。")
        return search(turn, services, criteria)


def search(turn: Turn, services: Services, criteria: Criteria) -> Answer:
    """Products on sale that meet the criteria; else what there is, said to be so; else an honest no."""
    criteria, items = criteria.matching(turn, services)
    if criteria.type and not criteria.risk_level:
        items = pick(turn.text, items)
    if items:
        lead = f"为您找到{criteria.text('在售')}：" if len(items) <= MAX_LISTED else criteria.text("在售")
        return show_list(items, lead, criteria, Outcome.ANSWERED)
    others = criteria.find(services)
    if others:
        return show_list(others, f"{criteria.text()}目前没有在售的，相近的有：", criteria, Outcome.ANSWERED)
    slots = criteria.slots()
    text = f"抱歉，没有找到{criteria.text()}。{NO_MATCH_KEEPS_TYPE}"
    choices = quick(f"有哪些{criteria.type.label}") if criteria.type else type_choices(services)
    return Answer([say(text, Outcome.ANSWERED, [*choices, HUMAN])], slots)


class ProductFacts(TingxinAction):
    """Base of the four questions about one product."""

    @property
    @abstractmethod
    def focus(self) -> str:
        """What the answer begins with: detail, rate, fee or buy; the words may say minimum or term instead."""

    def respond(self, turn: Turn, services: Services) -> Answer:
        found = named(turn, services)
        if not found and (last := remembered(turn, services)):
            found = [last]
        if found:
            asked = aspect(turn.text)
            return describe(found, asked if self.focus == "detail" and asked in NARROW else self.focus, turn)
        criteria = Criteria.of(turn)
        if criteria.empty:
            return ask_which(services, "请问您问的是哪一款产品？可以告诉我名称，或先选一类。")
        return by_criteria(turn, services, criteria, self.focus)


def by_criteria(turn: Turn, services: Services, criteria: Criteria, focus: str) -> Answer:
    """The one product that meets the criteria, else a list."""
    criteria, items = criteria.matching(turn, services)
    items = pick(turn.text, items) if criteria.type else items
    if len(items) != 1:
        return search(turn, services, criteria)
    answer = describe(items, focus, turn)
    return Answer(answer.replies, {**criteria.slots(), **answer.slots})


class ProductDetail(ProductFacts):
    action = "action_product_detail"
    focus = "detail"


class ProductRate(ProductFacts):
    action = "action_product_rate"
    focus = "rate"


class ProductFee(ProductFacts):
    action = "action_product_fee"
    focus = "fee"


class ProductBuy(ProductFacts):
    action = "action_product_buy"
    focus = "buy"


def describe(items: list[DisclosedProduct], focus: str, turn: Turn) -> Answer:
    """The named products: one as a card that begins with what was asked, several side by side."""
    if len(items) > 1:
        criteria = Criteria(items[0].product.type if len({item.product.type for item in items}) == 1 else None)
        return show_list(items, "您问的这几款产品：", criteria, Outcome.ANSWERED)
    item = items[0]
    follow = _follow_ups(item, focus)
    lent = item.product.type in (ProductType.LOAN, ProductType.CREDIT_CARD)  # their yearly rate belongs to every answer
    said = lead(item, focus, _whole_fen(turn.entity("amount")))
    reply = product_card(item, said, facts=focus == "detail" or lent, quick_replies=follow)
    return Answer([reply], {"product": item.product.code, "product_type": item.product.type.value})


def lead(item: DisclosedProduct, focus: str, amount_fen: int | None = None) -> str:
    """The first sentences: what was asked, and that it cannot be bought where that is so.

    Args:
        amount_fen: what the customer has in mind, held against the minimum.
    """
    product = item.product
    level = f"，风险等级{product.risk_level.value}（{product.risk_level.label}）" if product.risk_level else ""
    if focus == "rate":
        start = f"，{item.minimum_text}起" if item.minimum_text else ""
        text = f"{product.name}：{product.rate_text}。期限{product.term_text}{start}{level}。"
        if product.type in (ProductType.WEALTH, ProductType.FUND):
            text += "实际收益以产品净值为准。"
    elif focus == "fee":
        text = f"{product.name}的费用：{product.fees}。"
    elif focus == "minimum":
        text = (
            f"{product.name}的起点金额是{item.minimum_text}。" if item.minimum_text else f"{product.name}没有起点金额。"
        )
    elif focus == "term":
        text = f"{product.name}的期限：{product.term_text}。{product.summary}"
    elif focus == "buy":
        text = _how_to_buy(item)
    else:
        text = f"{product.name}{level}：{product.summary}"
    if amount_fen and product.minimum_fen:
        enough = amount_fen >= product.minimum_fen
        text += f"{money_text(amount_fen)}{'达到' if enough else '没有达到'}起点金额（{item.minimum_text}）。"
    if focus != "buy" and item.status is not SaleStatus.ON_SALE:
        text += f"请注意：这款产品{status_text(item)}。"
    return text


def _whole_fen(value: str | None) -> int | None:
    return int(value) if value and value.isdecimal() else None


def _how_to_buy(item: DisclosedProduct) -> str:
    product = item.product
    if item.status is SaleStatus.WITHDRAWN:
        return f"{product.name}已于 {product.sale_end} 停售，不能再购买。我可以为您看看其他在售的{product.type.label}。"
    if item.status is SaleStatus.UPCOMING:
        return f"{product.name}还没有发售，计划 {product.sale_start} 起发售，以公告为准。"
    text = f"{product.name}可以通过{product.channels}{_verb(item)}。"
    if item.minimum_text:
        text += f"起点金额{item.minimum_text}。"
    if product.carries_risk:
        text += "购买前须完成风险承受能力评估，产品风险等级高于评估结果的不适合您。我不能替您下单。"
    return text


def _verb(item: DisclosedProduct) -> str:
    """Investments and bonds are bought; deposits, loans and cards are not."""
    return "购买" if item.product.carries_risk or item.product.type is ProductType.TREASURY_BOND else "办理"


def _follow_ups(item: DisclosedProduct, focus: str) -> QuickReplies:
    if item.status is not SaleStatus.ON_SALE:
        return quick(f"有哪些{item.product.type.label}")
    rated = item.product.rate_percent or item.product.type is ProductType.CREDIT_CARD
    questions = {
        "rate": "收益怎么样" if item.product.carries_risk else "利率是多少" if rated else "",
        "fee": "收哪些费用",
        "buy": "怎么买" if _verb(item) == "购买" else "怎么办理",
        "risk": "风险揭示书" if item.disclosure else "",
    }
    name = item.product.name  # a click still means this product when the talk has moved on
    return [{"title": text, "text": f"{name}{text}"} for key, text in questions.items() if text and key != focus]
