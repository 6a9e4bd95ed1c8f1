from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.rasa_components.amounts import amounts
from bot.rasa_components.entities import BankEntityExtractor, find_entities
from bot.rasa_components.numerals import chinese_number
from bot.rasa_components.quantities import risk_levels, terms
from bot.rasa_components.shared import encoder
from bot.rasa_components.words import index_words
from bot.retrieval.index import FaqEntry, FaqIndex

WORDS = index_words(
    {
        "product": {"添禾90天": "SD090", "云程": "WM301", "TD003": "TD003"},
        "product_type": {"理财": "wealth", "定期": "time_deposit", "定期存款": "time_deposit"},
        "risk_level": {"稳健": "R2"},
        "currency": {"美元": "USD", "美金": "USD", "欧元": "EUR", "USD": "USD"},
    }
)

TODAY = date(2026, 3, 18)


def found(text: str) -> list[tuple[str, str, str]]:
    return [(one["entity"], text[one["start"] : one["end"]], one["value"]) for one in find_entities(text, WORDS, TODAY)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("三个月", [("三个月", "90")]),
        ("存半年", [("半年", "180")]),
        ("一年期的", [("一年期", "365")]),
        ("两年半", [("两年半", "910")]),
        ("90天", [("90天", "90")]),
        ("18个月", [("18个月", "545")]),
        ("一年零三个月", [("一年零三个月", "455")]),
        ("一个半月", [("一个半月", "45")]),
        ("三周", [("三周", "21")]),
        ("一百二十天", [("一百二十天", "120")]),
        ("6月期", [("6月期", "180")]),
        ("三个月还是半年", [("三个月", "90"), ("半年", "180")]),
        ("3-6个月", [("3", "90"), ("6个月", "180")]),
        ("三到五年", [("三", "1095"), ("五年", "1825")]),
        ("90来天", [("90来天", "90")]),
        ("一年多少利息", [("一年", "365")]),
        ("三十年月供", [("三十年", "10950")]),
        ("提前3天", [("3天", "3")]),
        ("两三年", []),
        ("十几天", []),
        ("每3个月", []),
        ("第三天", []),
        ("有一天", []),
        ("三个月前", []),
        ("三年级", []),
        ("两周年", []),
        ("一周期", []),
        ("2026年3月5日", []),
        ("七日年化", []),
        ("周三来", []),
        ("3个工作日", []),
    ],
)
def test_terms_are_read_in_days(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(text[one.start : one.end], one.value) for one in terms(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("三万五", [("三万五", "3500000")]),
        ("10w", [("10w", "10000000")]),
        ("5万元", [("5万元", "5000000")]),
        ("1,000元", [("1,000元", "100000")]),
        ("3.5万", [("3.5万", "3500000")]),
        ("500块钱", [("500块钱", "50000")]),
        ("一千零五十元", [("一千零五十元", "105000")]),
        ("5万3千", [("5万3千", "5300000")]),
        ("两百万", [("两百万", "200000000")]),
        ("一亿", [("一亿", "10000000000")]),
        ("99.5元", [("99.5元", "9950")]),
        ("存5000有多少利息", [("5000", "500000")]),
        ("1万美元", [("1万", "1000000")]),
        ("1.5个w", [("1.5个w", "1500000")]),
        ("5k", [("5k", "500000")]),
        ("贰万元整", [("贰万元整", "2000000")]),
        ("取一百二", [("一百二", "12000")]),
        ("五十来万", [("五十来万", "50000000")]),
        ("20多万元", [("20多万元", "20000000")]),
        ("3块5", [("3块5", "350")]),
        ("5毛", [("5毛", "50")]),
        ("¥500", [("¥500", "50000")]),
        ("5到10万", [("5", "5000000"), ("10万", "10000000")]),
        ("3000到5000元", [("3000", "300000"), ("5000元", "500000")]),
        ("单日限额5万年限额多少", [("5万", "5000000")]),
        ("五六万", []),
        ("百八十万", []),
        ("十几万", []),
        ("万把块", []),
        ("2万积分", []),
        ("三千人", []),
        ("一块办", []),
        ("直角三角形", []),
        ("尾号1234", []),
        ("欠费102m", []),
        ("是100还是200", []),
        ("万分之五", []),
        ("几万块", []),
        ("千万不要", []),
        ("手机号13800138000", []),
        ("第3个", []),
    ],
)
def test_amounts_are_read_in_fen(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(text[one.start : one.end], one.value) for one in amounts(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("R2", ["R2"]),
        ("pr3级", ["R3"]),
        ("二级的理财", ["R2"]),
        ("中低风险", ["R2"]),
        ("中高风险还是高风险", ["R4", "R5"]),
        ("R1到R3", ["R1", "R3"]),
        ("二级市场", []),
        ("R25", []),
        ("ER2", []),
    ],
)
def test_risk_levels_are_read(text: str, expected: list[str]) -> None:
    assert [one.value for one in risk_levels(text)] == expected


def test_currencies_are_read_as_iso_codes() -> None:
    assert [value for _, _, value in found("美金换欧元，usd也行")] == ["USD", "EUR", "USD"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("十五", 15),
        ("二十", 20),
        ("一百零五", 105),
        ("两百五", 250),
        ("三万五", 35000),
        ("1.2亿", 120000000),
        ("十万", 100000),
    ],
)
def test_chinese_numbers_are_read(text: str, value: int) -> None:
    assert chinese_number(text) == value


def test_word_that_is_no_number_is_none() -> None:
    assert chinese_number("好") is None


def test_term_inside_a_product_name_is_part_of_the_name() -> None:
    assert found("添禾90天还是90天的理财") == [
        ("product", "添禾90天", "SD090"),
        ("term", "90天", "90"),
        ("product_type", "理财", "wealth"),
    ]


def test_longer_surface_wins() -> None:
    assert found("定期存款") == [("product_type", "定期存款", "time_deposit")]


def test_code_is_found_in_any_case_but_not_inside_another() -> None:
    assert found("td003怎么样") == [("product", "td003", "TD003")]
    assert found("XTD0031") == []


def test_offsets_point_into_the_original_text() -> None:
    text = "買\u200b添禾９０天，５萬元"
    assert found(text) == [("product", "添禾９０天", "SD090"), ("amount", "５萬元", "5000000")]


def test_all_kinds_are_found_in_one_sentence() -> None:
    assert found("我有二十万，想买稳健点的理财，半年左右，美元也行") == [
        ("amount", "二十万", "20000000"),
        ("risk_level", "稳健", "R2"),
        ("product_type", "理财", "wealth"),
        ("term", "半年", "180"),
        ("currency", "美元", "USD"),
    ]


def test_new_product_is_found_after_the_index_changed_without_a_restart(index_root: Path) -> None:
    extractor = BankEntityExtractor()

    def entities() -> list[str]:
        message = Message(data={TEXT: "新品星河一号怎么样"})
        extractor.process([message])
        return [one["value"] for one in message.get(ENTITIES) if one["entity"] == "product"]

    assert entities() == []
    index = FaqIndex.build([FaqEntry("A", "怎么开户")], encoder())
    index.save(index_root, {"product": {"星河一号": "WM001"}})
    assert entities() == ["WM001"]
    index.save(index_root, {"product": {"星河一号": "WM002"}})
    assert entities() == ["WM002"]
