from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.errors import KnowledgeError
from bot.knowledge import gazetteer, validation
from bot.knowledge.kinds import CARD_SYNONYMS, CHANNEL_SYNONYMS, TYPE_SYNONYMS
from bot.knowledge.other_services import load_other_services
from bot.knowledge.places import Places, load_places

KNOWLEDGE = Path(__file__).parent.parent.parent / "data/knowledge"


@pytest.fixture(scope="module")
def tables() -> gazetteer.Tables:
    knowledge, problems = validation.load(KNOWLEDGE, date(2026, 11, 1))
    assert problems == []
    services = load_other_services(KNOWLEDGE).names
    return gazetteer.build(knowledge.products, "示例银行", load_places(KNOWLEDGE), services)


def test_unique_beginning_of_a_name_is_enough_but_a_family_is_not(tables: gazetteer.Tables) -> None:
    assert tables["product"]["添禾90"] == "SD090"
    assert tables["product"]["星途白金"] == "CC201"
    for family in ("添禾", "禾悦", "青禾", "云帆"):
        assert family not in tables["product"]


def test_beginning_that_cuts_a_type_word_is_left_out(tables: gazetteer.Tables) -> None:
    assert "小店经营" not in tables["product"]
    assert tables["product"]["小店经营贷"] == "LN301"


def test_only_names_with_a_brand_are_found_misspelt(tables: gazetteer.Tables) -> None:
    assert tables["product_fuzzy"]["云帆成长"] == "FD401"
    assert not [
        name for name in tables["product_fuzzy"] if name.startswith(("个人", "整存", "定期", "三年", "美元", "国债"))
    ]
    assert min(map(len, tables["product_fuzzy"])) >= gazetteer.MIN_FUZZY_CHARS


def test_words_of_the_bank_are_in_their_tables(tables: gazetteer.Tables) -> None:
    assert tables["card_type"]["附属卡"] == "supplementary"
    assert tables["card_type"]["II类户"] == "class_2"
    assert tables["channel"]["网点"] == "branch"
    assert tables["currency"]["瑞士法郎"] == "CHF"
    assert tables["none"]["微粒贷"] == ""
    assert not tables["none"].keys() & tables["product"].keys()


def test_a_word_has_one_meaning_a_kind() -> None:
    for synonyms in (CARD_SYNONYMS, CHANNEL_SYNONYMS, TYPE_SYNONYMS):
        words = [word for group in synonyms.values() for word in group]
        assert len(words) == len(set(words))


def test_cities_are_those_of_the_file(tables: gazetteer.Tables) -> None:
    assert (tables["city"]["上海市"], tables["city"]["恩施州"], tables["city"]["开封市"]) == ("上海", "恩施", "开封")
    assert "开封" not in tables["city"]
    assert tables["city_doubtful"]["开封"] == "开封"
    assert len(set(tables["city"].values())) > 330  # the country has 333 prefectures and four municipalities


def test_doubtful_city_is_not_among_the_sure_ones() -> None:
    places = load_places(KNOWLEDGE)
    assert not set(places.doubtful) & set(places.cities)
    assert len(places.cities) == len(set(places.cities))


def test_bank_without_the_file_knows_no_city(tmp_path: Path) -> None:
    assert load_places(tmp_path) == Places()


@pytest.mark.parametrize("content", ["cities: 北京", "towns: [北京]", "cities: [北京", "- 北京"])
def test_wrong_file_is_refused_with_its_name(tmp_path: Path, content: str) -> None:
    (tmp_path / "places.yml").write_text(content, "utf-8")
    with pytest.raises(KnowledgeError, match=r"places\.yml"):
        load_places(tmp_path)
