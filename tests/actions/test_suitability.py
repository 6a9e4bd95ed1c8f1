from __future__ import annotations

from typing import Any

import pytest

from tests.actions.conftest import Result, Run


def disclosed(result: Result) -> set[str]:
    return {code for entry in result.replies[0]["data"]["disclosures"] for code in entry["product_codes"]}


async def test_products_are_set_side_by_side_with_both_disclosures_and_no_verdict(run: Run) -> None:
    result = await run("action_product_compare", "禾悦90天和云程一年哪个好", entities={"product": ["WM202", "WM301"]})
    assert result.codes == ["WM202", "WM301"]
    assert disclosed(result) == {"WM202", "WM301"}
    assert "风险等级：1. R2（中低风险）；2. R3（中风险）" in result.text
    assert "不能只比收益" in result.text and "不替您下结论" in result.text


@pytest.mark.parametrize(
    ("text", "options", "codes"),
    [
        (
            "它跟三年国债比呢",
            {"entities": {"product": "TB003"}, "slots": {"topic": {"product": "TD036"}}},
            ["TD036", "TB003"],
        ),
        (
            "这两款哪个好",
            {"slots": {"shown": {"items": [{"product": "WM201"}, {"product": "WM202"}]}}},
            ["WM201", "WM202"],
        ),
        (
            "定期和大额存单哪个好",
            {"entities": {"product_type": ["time_deposit", "large_cd"]}},
            ["TD012", "TD036", "CD012", "CD036"],
        ),
        (
            "三年的定期和国债有什么区别",
            {"entities": {"product_type": ["time_deposit", "treasury_bond"], "term": "1095"}},
            ["TD036", "TB003"],
        ),
        ("几款信用卡比较一下", {"entities": {"product_type": "credit_card"}}, ["CC101", "CC201", "CC301"]),
    ],
)
async def test_what_to_compare_is_found_in_the_message_and_before(
    run: Run, text: str, options: dict[str, Any], codes: list[str]
) -> None:
    assert (await run("action_product_compare", text, **options)).codes == codes


async def test_single_product_asks_for_the_other(run: Run) -> None:
    result = await run("action_product_compare", "禾悦90天怎么比", entities={"product": "WM202"})
    assert result.reply["outcome"] == "clarify" and "和哪一款比" in result.text
    assert (await run("action_product_compare", "哪个好")).reply["outcome"] == "clarify"


@pytest.mark.parametrize(
    ("text", "entities", "said"),
    [
        ("我是C2能买R3吗", {"risk_level": "R3"}, "R3 高于 C2"),
        ("我是稳健型 能买R1不", {"risk_level": ["R2", "R1"]}, "R1 没有超出 C2"),
        ("c3能买什么", {}, "C3 的客户可以购买 R1、R2、R3 的产品，更高等级的不适合"),
        ("R5要什么等级", {"risk_level": "R5"}, "测评结果为 C5 的客户才可以购买"),
        ("中高风险的我能买吗 我测出来是C1", {"risk_level": "R4"}, "R4 高于 C1"),
    ],
)
async def test_rule_is_applied_to_the_levels_of_the_message(
    run: Run, text: str, entities: dict[str, Any], said: str
) -> None:
    result = await run("action_suitability_inquiry", text, entities=entities)
    assert said in result.text and "12 个月" in result.text


async def test_product_above_the_level_is_said_to_be_unsuitable_and_nothing_above_is_offered(run: Run) -> None:
    result = await run("action_suitability_inquiry", "我是C2 云程一年适合我吗", entities={"product": "WM301"})
    assert "高于 C2，不适合" in result.text.splitlines()[0]
    assert disclosed(result) == {"WM301"}
    assert result.titles == ["有哪些R2理财", "有哪些R1理财", "风险测评怎么做"]
    lowest = await run("action_suitability_inquiry", "保守型能买星海吗", entities={"product": "WM501"})
    assert lowest.titles == ["有哪些R1理财", "风险测评怎么做"]


async def test_product_within_the_level_is_told_without_a_recommendation(run: Run) -> None:
    result = await run("action_suitability_inquiry", "C3能买禾悦90天吗", entities={"product": "WM202"})
    assert "没有超出 C3" in result.text and "不作推荐" in result.text and "理财非存款" in result.text


async def test_product_of_before_is_meant_and_without_a_level_the_least_is_told(run: Run) -> None:
    result = await run("action_suitability_inquiry", "这个适合我吗", slots={"product": "WM501"})
    assert result.codes == ["WM501"] and "测评结果为 C5 的客户" in result.text


async def test_elderly_customer_hears_of_the_extra_step(run: Run) -> None:
    result = await run("action_suitability_inquiry", "我妈70了能买禾悦90天吗", entities={"product": "WM202"})
    card, faq = result.replies
    assert (card["kind"], faq["data"]["faq_id"]) == ("product_card", "WM-010")


async def test_deposit_needs_no_assessment(run: Run) -> None:
    result = await run("action_suitability_inquiry", "三年定期适合我吗", entities={"product": "TD036"})
    assert "不需要风险测评" in result.text and "风险测评怎么做" not in result.titles


async def test_without_product_and_level_the_rule_is_told_and_both_are_asked_for(run: Run) -> None:
    result = await run("action_suitability_inquiry", "我能买吗")
    assert result.reply["outcome"] == "clarify" and "不能高于您的风险承受能力等级" in result.text
