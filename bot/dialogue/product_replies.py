"""Replies about products. They take :class:`DisclosedProduct`, so that no risk product comes without its disclosure.

``text`` is complete in itself; ``data.body`` is the part of it that a client still has to print when it draws the
product, the list and the disclosures from ``data``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from bot.dialogue.replies import Kind, Outcome, Reply
from bot.knowledge.catalogue import DisclosedProduct, Disclosure
from bot.knowledge.disclosure import append_notes
from bot.knowledge.kinds import SaleStatus

QuickReplies = list[dict[str, str]]


def quick(*texts: str) -> QuickReplies:
    """Quick replies whose title is what a click sends."""
    return [{"title": text, "text": text} for text in dict.fromkeys(texts)]


def product_card(
    item: DisclosedProduct,
    lead: str,
    *,
    facts: bool = True,
    quick_replies: QuickReplies | None = None,
    outcome: Outcome = Outcome.ANSWERED,
) -> Reply:
    """One product. ``lead`` answers in a short sentence; ``facts`` adds all that is known, in plain text."""
    lines = [lead, *fact_lines(item)] if facts else [lead]
    return _reply(Kind.PRODUCT_CARD, lead, lines, [item], {"product": item.card()}, quick_replies, outcome)


def product_list(
    items: Sequence[DisclosedProduct],
    lead: str,
    *,
    tail: str = "",
    quick_replies: QuickReplies | None = None,
    outcome: Outcome = Outcome.ANSWERED,
) -> Reply:
    """Several products, a line each. ``tail`` says how to go on."""
    lines = [lead, *(f"{number}. {one_line(item)}" for number, item in enumerate(items, start=1))]
    body = lead
    if tail:
        lines.append(tail)
        body = f"{lead}\n{tail}"
    cards = {"products": [item.card() for item in items]}
    return _reply(Kind.PRODUCT_LIST, body, lines, items, cards, quick_replies, outcome)


def disclosure_reply(item: DisclosedProduct, disclosure: Disclosure) -> Reply:
    """The full text of a product's disclosure, with version and first day of effect."""
    lead = (
        f"{item.product.name}适用《{disclosure.title}》，版本 {disclosure.version}，"
        f"{disclosure.effective_from} 起生效。全文如下："
    )
    data = {"product_code": item.product.code, "full_text": disclosure.full_text}
    lines = [lead, disclosure.full_text.strip()]
    return _reply(Kind.DISCLOSURE, lead, lines, [item], data, None, Outcome.ANSWERED)


def fact_lines(item: DisclosedProduct) -> list[str]:
    """What is known about a product, a line each, for those who read plain text."""
    product = item.product
    kind = product.type.label
    if product.risk_level:
        kind += f"，风险等级 {product.risk_level.value}（{product.risk_level.label}）"
    lines = [
        f"类型：{kind}",
        f"状态：{status_text(item)}",
        f"期限：{product.term_text}",
        f"利率或收益：{product.rate_text}",
    ]
    if item.minimum_text:
        lines.append(f"起点金额：{item.minimum_text}")
    return [*lines, f"费用：{product.fees}", f"办理渠道：{product.channels}"]


def one_line(item: DisclosedProduct) -> str:
    """Name, risk, term, rate, minimum and, where it cannot be bought, the status."""
    product = item.product
    marks = [product.risk_level.value] if product.risk_level else []
    marks.append(product.term_text)
    if item.status is not SaleStatus.ON_SALE:
        marks.append(item.status.label)
    start = f"，{item.minimum_text}起" if item.minimum_text else ""
    return f"{product.name}（{'，'.join(marks)}）：{product.rate_text}{start}"


def status_text(item: DisclosedProduct) -> str:
    """The status with the date that belongs to it."""
    if item.status is SaleStatus.UPCOMING:
        return f"待售，计划 {item.product.sale_start} 起发售，以公告为准"
    if item.status is SaleStatus.WITHDRAWN:
        return f"已停售（{item.product.sale_end} 止）"
    return item.status.label


def _reply(
    kind: Kind,
    body: str,
    lines: Iterable[str],
    items: Iterable[DisclosedProduct],
    data: dict[str, Any],
    quick_replies: QuickReplies | None,
    outcome: Outcome,
) -> Reply:
    """Every reply that shows products is made here: the disclosures go in with them."""
    groups: dict[tuple[str, str], tuple[Disclosure, list[str]]] = {}
    for item in items:
        if item.disclosure:
            key = (item.disclosure.id, item.disclosure.version)
            groups.setdefault(key, (item.disclosure, []))[1].append(item.product.code)
    data = {**data, "body": body, "disclosures": [found.entry(codes) for found, codes in groups.values()]}
    if quick_replies:
        data["quick_replies"] = quick_replies
    text = append_notes("\n".join(lines), [found for found, _ in groups.values()])
    return Reply(kind=kind, text=text, data=data, outcome=outcome)
