from __future__ import annotations

import time
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from bot.dialogue.replies import Kind, Outcome, Reply
from bot.knowledge.catalogue import Catalogue
from bot.knowledge.disclosure import CHECK_EVERY_S, DisclosureGate, RiskSnapshot, gate, shown
from bot.knowledge.importing import import_knowledge
from bot.knowledge.kinds import ProductType, RiskLevel, SaleStatus
from bot.knowledge.matching import match_key
from bot.knowledge.model import Disclosure, Product
from bot.settings import Settings
from tests.knowledge.conftest import DISCLOSURES, FIXED, OLD, WEALTH, FakeEncoder, WriteFolder

A = Disclosure("RISK-A", "1", "甲揭示书", "甲类产品有风险，投资须谨慎。", "全文甲", "2026-01-01", None)
B = Disclosure("RISK-B", "2", "乙揭示书", "乙类产品可能损失本金。", "全文乙", "2026-01-01", None)
LOAN_ENTRY = {
    "product_codes": ["LN1"],
    "id": "LOAN",
    "version": "1",
    "title": "贷款提示",
    "text": "按时还款。",
    "url": "/x",
}


def product(code: str, name: str, *aliases: str, disclosure: str = "RISK-A") -> Product:
    return Product(
        code, name, aliases, ProductType.WEALTH, RiskLevel.R2, "CNY", 90, "90天", "2%", None, 100, "无",
        SaleStatus.ON_SALE, "2026-01-01", None, "手机银行", "简介", disclosure, "1",
    )  # fmt: skip


PRODUCTS = [
    (product("WM301", "云程一年定期开放", "云程"), A),
    (product("WM302", "云程两年定期开放", "云程两年"), A),
    (product("WM501", "星海三年", "Star Sea 3", disclosure="RISK-B"), B),
]
SNAPSHOT = RiskSnapshot.of(PRODUCTS)
NAMES = [name for item, _ in PRODUCTS for name in item.names]


def codes(reply: Reply) -> set[str]:
    return {code for code, _ in shown(reply.data)}


def test_reply_without_a_risk_product_is_left_alone() -> None:
    reply = Reply(text="一年定期年利率 0.95%。", data={"quick_replies": [{"title": "转人工", "text": "转人工"}]})
    assert gate(reply, SNAPSHOT) is reply


def test_named_product_gets_entry_and_text() -> None:
    gated = gate(Reply(text="可以看看星海三年。"), SNAPSHOT)
    assert gated.text == "可以看看星海三年。\n【风险提示】乙类产品可能损失本金。"
    assert gated.data["body"] == "可以看看星海三年。"
    assert gated.data["disclosures"] == [
        {
            "product_codes": ["WM501"],
            "id": "RISK-B",
            "version": "2",
            "title": "乙揭示书",
            "text": "乙类产品可能损失本金。",
            "url": "/disclosures/RISK-B/2",
        }
    ]


@pytest.mark.parametrize(
    "text",
    [
        "星海 三年",
        "“星海”三年",
        "星\u200b海三年",
        "STAR SEA 3",
        "ｓｔａｒ－ｓｅａ３",
        "wm501",
        "星\n海三年",
        "星海三年期",
    ],
)
def test_disguised_name_is_seen(text: str) -> None:
    assert codes(gate(Reply(text=f"试试{text}"), SNAPSHOT)) == {"WM501"}


def test_traditional_characters_are_seen() -> None:
    assert codes(gate(Reply(text="雲程兩年怎麼樣"), SNAPSHOT)) == {"WM302"}


@pytest.mark.parametrize(
    "data",
    [
        {"product": {"name": "星海三年"}},
        {"products": [{"code": "WM501"}]},
        {"quick_replies": [{"title": "看看", "text": "介绍星海三年"}]},
        {"question": "星海三年能赎回吗"},
        {"星海三年": 1},
    ],
)
def test_name_anywhere_in_data_is_seen(data: dict[str, Any]) -> None:
    assert codes(gate(Reply(text="请看", data=data), SNAPSHOT)) == {"WM501"}


def test_shorter_name_inside_a_longer_one_names_the_longer_product_alone() -> None:
    assert codes(gate(Reply(text="云程两年"), SNAPSHOT)) == {"WM302"}
    assert codes(gate(Reply(text="云程和云程两年"), SNAPSHOT)) == {"WM301", "WM302"}


def test_products_of_one_disclosure_share_one_note() -> None:
    gated = gate(Reply(text="云程和云程两年"), SNAPSHOT)
    assert gated.text.count(A.short_text) == 1
    assert [entry["product_codes"] for entry in gated.data["disclosures"]] == [["WM301", "WM302"]]


def test_stale_or_forged_entry_is_replaced_by_the_version_in_force() -> None:
    stale = {"product_codes": ["WM501"], "id": "RISK-B", "version": "0", "title": "", "text": "没有风险", "url": ""}
    gated = gate(Reply(text="请看", data={"disclosures": [stale, LOAN_ENTRY]}), SNAPSHOT)
    assert [entry["version"] for entry in gated.data["disclosures"]] == ["1", "2"]
    assert gated.data["disclosures"][0] == LOAN_ENTRY
    assert B.short_text in gated.text


def test_product_without_disclosure_in_force_is_not_named_at_all() -> None:
    snapshot = RiskSnapshot.of([(PRODUCTS[0][0], A), (PRODUCTS[2][0], None)])
    reply = Reply(kind=Kind.PRODUCT_CARD, text="云程和星海三年", data={"product": {"name": "星海三年"}})
    gated = gate(reply, snapshot)
    assert snapshot.named_in([gated.text, str(gated.data)]) == set()
    assert (gated.kind, gated.outcome) == ("text", "declined")
    assert "转人工" in gated.text


def test_disclosure_that_names_a_further_product_brings_its_disclosure_too() -> None:
    wordy = Disclosure("RISK-C", "1", "丙", "风险与星海三年相当。", "全文", "2026-01-01", None)
    snapshot = RiskSnapshot.of([(product("WM9", "远山两年", disclosure="RISK-C"), wordy), PRODUCTS[2]])
    gated = gate(Reply(text="远山两年"), snapshot)
    assert codes(gated) == {"WM9", "WM501"}
    assert B.short_text in gated.text


noise = st.text(alphabet=st.sampled_from(" “”。-\u200b\n甲A1云程星海两三年"), max_size=8)
spaced = st.sampled_from(NAMES).flatmap(
    lambda name: st.lists(st.sampled_from(["", " ", "\u200b", "·", "”"]), min_size=len(name), max_size=len(name)).map(
        lambda gaps: "".join(char + gap for char, gap in zip(name, gaps, strict=True))
    )
)
pieces = st.lists(st.one_of(noise, spaced, st.text(max_size=12)), max_size=6).map("".join)
values = st.recursive(
    st.one_of(pieces, st.integers(), st.none(), st.booleans()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(pieces, inner, max_size=3)),
    max_leaves=8,
)
replies = st.builds(
    Reply,
    kind=st.sampled_from(Kind),
    text=pieces.map(lambda text: text or "好"),
    data=st.dictionaries(
        st.sampled_from(["product", "products", "quick_replies", "question", "x"]), values, max_size=4
    ),
    outcome=st.sampled_from(Outcome),
)


def strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for key, item in value.items() for text in [str(key), *strings(item)]]
    return [text for item in value for text in strings(item)] if isinstance(value, list) else []


def covered(key: str) -> set[str]:
    """Codes whose names stand in ``key`` outside of every longer name: an independent, slow reading."""
    found = set()
    keys = [(match_key(name), item.code) for item, _ in PRODUCTS for name in item.names]
    for start in range(len(key)):
        here = [(name, code) for name, code in keys if key.startswith(name, start)]
        for name, code in here:
            inside = any(
                len(longer) > len(name)
                and begin <= start
                and start + len(name) <= begin + len(longer)
                and key.startswith(longer, begin)
                for longer, _ in keys
                for begin in range(max(0, start - len(longer)), start + 1)
            )
            if not inside:
                found.add(code)
    return found


@settings(max_examples=600, deadline=None)
@given(replies)
def test_no_reply_names_a_risk_product_without_its_disclosure(reply: Reply) -> None:
    gated = gate(reply, SNAPSHOT)
    in_force = {item.code: disclosure for item, disclosure in PRODUCTS}
    outside = [gated.text, *strings({key: value for key, value in gated.data.items() if key != "disclosures"})]
    named = set().union(*(covered(match_key(text)) for text in outside))
    entries = {code: entry for entry in gated.data.get("disclosures", []) for code in entry["product_codes"]}
    for code in named:
        assert entries[code]["version"] == in_force[code].version
        assert entries[code]["text"] == in_force[code].short_text
        assert in_force[code].short_text in gated.text
    assert named == set(entries)
    assert gated.text.startswith(reply.text)


@settings(max_examples=200, deadline=None)
@given(replies)
def test_gating_twice_changes_nothing(reply: Reply) -> None:
    once = gate(reply, SNAPSHOT)
    assert gate(once, SNAPSHOT) == once


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=6), st.text(min_size=1, max_size=6), st.text(max_size=6))
def test_key_of_a_text_holds_the_keys_of_its_parts(before: str, name: str, after: str) -> None:
    assert match_key(before) + match_key(name) + match_key(after) == match_key(before + name + after)


def test_gate_takes_up_a_new_import_and_a_new_day(folder: WriteFolder, settings: Settings, engine: Engine) -> None:
    day, clock = [date(2026, 6, 1)], [0.0]
    ending = DISCLOSURES.replace("effective_from: 2026-01-01", "effective_from: 2026-01-01\n  effective_to: 2026-06-30")
    folder(disclosures=ending)
    import_knowledge(settings, encoder=FakeEncoder(), today=day[0])  # type: ignore[arg-type]
    live = DisclosureGate(Catalogue(engine, today=lambda: day[0]), clock=lambda: clock[0], today=lambda: day[0])
    assert codes(live(Reply(text="甲九十"))) == {"WM1"}
    assert codes(live(Reply(text="新名字"))) == set()

    folder(products=(FIXED, WEALTH.replace("甲九十", "新名字"), OLD), disclosures=ending)
    import_knowledge(settings, encoder=FakeEncoder(), today=day[0])  # type: ignore[arg-type]
    clock[0] += CHECK_EVERY_S
    assert codes(live(Reply(text="新名字"))) == {"WM1"}

    day[0] = date(2026, 7, 1)
    clock[0] += CHECK_EVERY_S
    assert live(Reply(text="新名字")).outcome == "declined"


def test_gate_is_cheap_with_a_thousand_products() -> None:
    snapshot = RiskSnapshot.of([(product(f"P{n:04}", f"产品{n}号甲", f"别名{n}乙"), A) for n in range(1000)])
    reply = Reply(text="这是一段没有提到任何产品的回答。" * 60)
    gate(reply, snapshot)
    started = time.perf_counter()
    for _ in range(20):
        gate(reply, snapshot)
    assert (time.perf_counter() - started) / 20 < 0.05
