"""Two products side by side: facts and disclosures, no verdict."""

from __future__ import annotations

from collections.abc import Sequence

from actions.base import HUMAN, Answer, TingxinAction, say
from actions.criteria import Criteria, named, pick, type_choices
from actions.runtime import Services
from actions.turn import Turn
from bot.dialogue.product_replies import product_list, quick, status_text
from bot.dialogue.replies import Outcome
from bot.knowledge.catalogue import DisclosedProduct
from bot.knowledge.kinds import ProductType, SaleStatus

MAX_COMPARED = 4  # more do not fit side by side on a phone
PER_TYPE = 2  # of each kind when kinds are compared, not products
NO_VERDICT = "各有各的条件，没有绝对的好坏，要看您的用钱时间和能承受的风险，我不替您下结论。"


class ProductCompare(TingxinAction):
    action = "action_product_compare"

    def respond(self, turn: Turn, services: Services) -> Answer:
        found = compared(turn, services)
        if len(found) > 1:
            return side_by_side(found[:MAX_COMPARED])
        if found:
            text = f"您想拿{found[0].product.name}和哪一款比？告诉我另一款的名称就行。"
            slots = {"product": found[0].product.code, "product_type": found[0].product.type.value}
            choices = [*quick(f"有哪些{found[0].product.type.label}"), HUMAN]
            return Answer([say(text, Outcome.CLARIFY, choices)], slots, failed=False)
        text = "请问您想比较哪两款产品？把两个名称一起发给我，我把期限、费用、风险列在一起。"
        return Answer([say(text, Outcome.CLARIFY, [*type_choices(services), HUMAN])], failed=False)


def compared(turn: Turn, services: Services) -> list[DisclosedProduct]:
    """What to compare: the products and kinds that the message names, else what was spoken of before."""
    items = named(turn, services)
    if len(items) > 1:
        return items
    known = {kind.value for kind in ProductType}
    kinds = [ProductType(value) for value in turn.entities_of("product_type") if value in known]
    kinds = [kind for kind in kinds if not any(item.product.type is kind for item in items)]
    others = _of_kinds(turn, services, kinds, alone=not items)
    if others:
        return [*items, *others]
    before = [item for item in _before(turn, services) if item not in items]
    return [*before[:1], *items] if items else before


def side_by_side(items: Sequence[DisclosedProduct]) -> Answer:
    """Each fact of all products on one line."""
    rows = [
        ("类型", [item.product.type.label for item in items]),
        ("风险等级", [_risk(item) for item in items]),
        ("费用", [item.product.fees for item in items]),
        ("办理渠道", [item.product.channels for item in items]),
        ("状态", [status_text(item) for item in items]),
    ]
    lines = []
    for label, values in rows:
        if label == "风险等级" and not any(item.product.risk_level for item in items):
            continue
        if len(set(values)) == 1:
            lines.append(f"{label}：相同，{values[0]}")
        else:
            marked = "；".join(f"{number}. {value}" for number, value in enumerate(values, start=1))
            lines.append(f"{label}：{marked}")
    if len({item.product.risk_level for item in items}) > 1:
        lines.append("它们的风险等级不同，不能只比收益；产品风险等级高于您测评结果的，不适合您。")
    lines.append(NO_VERDICT)
    names = [item.product.name for item in items[:3]]
    choices = [{"title": name, "text": f"介绍一下{name}"} for name in names]
    reply = product_list(items, "对照如下：", tail="\n".join(lines), quick_replies=choices)
    types = {item.product.type.value for item in items}
    return Answer([reply], {"product_type": types.pop() if len(types) == 1 else None, "product": None})


def _risk(item: DisclosedProduct) -> str:
    level = item.product.risk_level
    return f"{level.value}（{level.label}）" if level else "没有（不是投资产品）"


def _before(turn: Turn, services: Services) -> list[DisclosedProduct]:
    """The products listed last, else the one that the last answer was about."""
    shown, topic = turn.slots.get("shown"), turn.slots.get("topic")
    listed = shown.get("items") if isinstance(shown, dict) else None
    codes = [str(item["product"]) for item in listed or [] if isinstance(item, dict) and item.get("product")]
    if not 1 < len(codes) <= MAX_COMPARED or turn.entity("product"):
        last = topic.get("product") if isinstance(topic, dict) else turn.slot("product")
        codes = [str(last)] if last else []
    return services.catalogue.by_codes(codes)


def _of_kinds(turn: Turn, services: Services, kinds: list[ProductType], *, alone: bool) -> list[DisclosedProduct]:
    """Products of the kinds: of one alone those that the words single out; of several two each, in terms alike."""
    found = {kind: Criteria(kind).find(services, SaleStatus.ON_SALE) for kind in kinds}
    terms = {int(value) for value in turn.entities_of("term") if value.isdigit()}
    if not terms and len(kinds) > 1:
        terms = set.intersection(*({item.product.term_days or 0 for item in items} for items in found.values())) - {0}
    if terms:
        found = {
            kind: [one for one in items if one.product.term_days in terms] or items for kind, items in found.items()
        }
    if len(kinds) == 1 and alone:
        return pick(turn.text, found[kinds[0]])[:MAX_COMPARED]
    return [item for items in found.values() for item in items[:PER_TYPE]]
