from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import Engine

from bot.knowledge.catalogue import Catalogue, DisclosedProduct, DisclosureMissingError
from bot.knowledge.importing import import_knowledge
from bot.knowledge.kinds import ProductType, RiskLevel, SaleStatus
from bot.knowledge.model import money_text
from bot.settings import Settings
from tests.knowledge.conftest import DISCLOSURES, FIXED, OLD, WEALTH, FakeEncoder, WriteFolder

TODAY = date(2026, 6, 1)
SHORT = "理财非存款，产品有风险，投资须谨慎。"
SOON = (
    FIXED.replace("TD1", "TD2").replace("甲定期", "丙定期").replace("在售", "待售").replace("2026-01-01", "2027-01-01")
)
DOLLAR = FIXED.replace("TD1", "TD3").replace("甲定期", "丁美元定期").replace("CNY", "USD").replace(",5000,", ",10000,")

OpenCatalogue = Callable[..., Catalogue]


@pytest.fixture
def catalogue(folder: WriteFolder, settings: Settings, engine: Engine) -> OpenCatalogue:
    def make(today: date = TODAY, **parts: object) -> Catalogue:
        folder(**{"products": (FIXED, WEALTH, OLD, SOON, DOLLAR), **parts})
        import_knowledge(settings, encoder=FakeEncoder(), today=TODAY)  # type: ignore[arg-type]
        return Catalogue(engine, today=lambda: today)

    return make


def codes(items: list[DisclosedProduct]) -> list[str]:
    return [item.product.code for item in items]


def test_risk_product_comes_with_its_disclosure_in_force(catalogue: OpenCatalogue) -> None:
    item = catalogue().by_code("WM1")
    assert item is not None
    assert item.disclosure is not None
    assert (item.disclosure.version, item.disclosure.short_text) == ("2026.1", SHORT)


@pytest.mark.parametrize("name", ["甲理财九十天", "甲九十", " 甲 九十 ", "「甲九十」", "wm1", "ＷＭ１"])
def test_product_is_found_by_name_alias_and_code_in_any_form(catalogue: OpenCatalogue, name: str) -> None:
    item = catalogue().by_name(name)
    assert item is not None
    assert item.product.code == "WM1"


@pytest.mark.parametrize("name", ["", "？", "甲九十一", "没有这个"])
def test_unknown_name_finds_nothing(catalogue: OpenCatalogue, name: str) -> None:
    assert catalogue().by_name(name) is None


def test_search_meets_every_criterion(catalogue: OpenCatalogue) -> None:
    found = catalogue()
    assert codes(found.search(type=ProductType.WEALTH)) == ["WM1", "WM2"]
    assert codes(found.search(risk_level=RiskLevel.R4)) == ["WM2"]
    assert codes(found.search(term_days=80)) == ["WM1"]
    assert codes(found.search(type=ProductType.WEALTH, amount_fen=100)) == ["WM1"]
    assert codes(found.search(currency="USD")) == ["TD3"]
    assert codes(found.search(type=ProductType.TIME_DEPOSIT, status=SaleStatus.ON_SALE)) == ["TD1", "TD3"]
    assert codes(found.search(status=SaleStatus.UPCOMING)) == ["TD2"]
    assert codes(found.search(type=ProductType.LOAN)) == []
    assert codes(found.search(limit=2)) == ["TD1", "TD3"]


def test_new_version_takes_over_on_its_first_day_without_import(catalogue: OpenCatalogue) -> None:
    changed = DISCLOSURES.replace(
        "effective_from: 2026-01-01", "effective_from: 2026-01-01\n  effective_to: 2026-06-30"
    )
    changed += (
        "- id: RISK\n  version: v3\n  title: 新版\n  effective_from: 2026-07-01\n  short_text: 新\n  full_text: 新\n"
    )
    before = catalogue(disclosures=changed).by_code("WM1")
    after = catalogue(date(2026, 7, 1), disclosures=changed).by_code("WM1")
    assert before is not None and before.disclosure is not None and before.disclosure.version == "2026.1"
    assert after is not None and after.disclosure is not None and after.disclosure.version == "v3"


def test_expired_disclosure_hides_the_product_from_lists_and_raises_by_code(catalogue: OpenCatalogue) -> None:
    ending = DISCLOSURES.replace("effective_from: 2026-01-01", "effective_from: 2026-01-01\n  effective_to: 2026-06-30")
    expired = catalogue(date(2026, 7, 1), disclosures=ending)
    assert codes(expired.search(type=ProductType.WEALTH)) == []
    with pytest.raises(DisclosureMissingError):
        expired.by_code("WM1")
    assert expired.risk_products()[0][1] is None


def test_risk_product_cannot_be_made_without_its_own_disclosure_in_force(catalogue: OpenCatalogue) -> None:
    item = catalogue().by_code("WM1")
    assert item is not None and item.disclosure is not None
    other = dataclasses.replace(item.disclosure, id="OTHER")
    for disclosure in (None, other, dataclasses.replace(item.disclosure, effective_to="2026-05-31")):
        with pytest.raises(DisclosureMissingError):
            DisclosedProduct(item.product, disclosure, TODAY)


def test_dates_overrule_a_stored_status_that_says_on_sale(catalogue: OpenCatalogue) -> None:
    early = catalogue(date(2025, 12, 31)).by_code("TD1")
    assert early is not None
    assert early.status is SaleStatus.UPCOMING
    ended = catalogue(products=(FIXED.replace("2026-01-01,,", "2026-01-01,2026-03-01,"), WEALTH, OLD)).by_code("TD1")
    assert ended is not None
    assert (ended.status, ended.card()["status_label"]) == (SaleStatus.WITHDRAWN, "已停售")


def test_old_version_can_still_be_read(catalogue: OpenCatalogue) -> None:
    old = catalogue().disclosure("RISK", "2025.1")
    assert old is not None
    assert old.full_text == "旧的全文。"
    assert catalogue().disclosure("RISK", "9") is None


def test_faq_is_read_with_its_lists(catalogue: OpenCatalogue) -> None:
    faq = catalogue().faq("Q1")
    assert faq is not None
    assert (faq.similar, faq.follow_ups) == (("如何办卡", "开卡要带什么"), ("开户要多久",))
    assert catalogue().faq("nope") is None


@pytest.mark.parametrize(
    ("fen", "text"),
    [
        (1, "0.01元"),
        (100, "1元"),
        (5050, "50.5元"),
        (1_000_000, "1万元"),
        (20_000_000, "20万元"),
        (15_000_000, "15万元"),
        (10_000_000_000, "1亿元"),
        (1_234_567, "12345.67元"),
    ],
)
def test_money_reads_as_people_write_it(fen: int, text: str) -> None:
    assert money_text(fen) == text


def test_foreign_minimum_names_its_currency(catalogue: OpenCatalogue) -> None:
    item = catalogue().by_code("TD3")
    assert item is not None
    assert item.minimum_text == "100美元"
