from __future__ import annotations

import pytest

from actions.criteria import term_text
from actions.runtime import Services
from tests.actions.conftest import Result, Run

WEALTH_PHRASE = "理财非存款，产品有风险，投资须谨慎"


def disclosed(result: Result) -> set[str]:
    return {code for entry in result.reply["data"]["disclosures"] for code in entry["product_codes"]}


async def test_search_by_type_lists_at_most_five_with_disclosures_and_counts_the_rest(run: Run) -> None:
    result = await run("action_product_search", "有什么理财", entities={"product_type": "wealth"})
    assert result.reply["kind"] == "product_list"
    assert len(result.codes) == 5
    assert set(result.codes) == disclosed(result)
    assert WEALTH_PHRASE in result.text
    assert "还有 2 款" in result.text
    assert result.slots["product_type"] == "wealth"


async def test_search_by_type_term_and_risk_finds_the_one(run: Run) -> None:
    entities = {"product_type": "wealth", "term": "180", "risk_level": "R2"}
    result = await run("action_product_search", "半年的稳健理财", entities=entities)
    assert result.codes == ["WM203"]
    assert result.slots["product"] == "WM203"


async def test_search_refines_what_was_spoken_of_before(run: Run) -> None:
    result = await run(
        "action_product_search", "R5的呢", entities={"risk_level": "R5"}, slots={"product_type": "wealth"}
    )
    assert result.codes == ["WM501"]


async def test_new_type_starts_anew(run: Run) -> None:
    result = await run(
        "action_product_search",
        "那大额存单呢",
        entities={"product_type": "large_cd"},
        slots={"term": "90", "risk_level": "R2"},
    )
    assert result.codes == ["CD012", "CD036"]
    assert (result.slots["term"], result.slots["risk_level"]) == (None, None)


async def test_search_by_amount_leaves_out_what_is_too_dear(run: Run) -> None:
    result = await run(
        "action_product_search", entities={"product_type": "wealth", "risk_level": "R5", "amount": "500000"}
    )
    assert result.reply["kind"] == "text"
    assert "没有找到" in result.text


async def test_search_without_any_criterion_asks_back(run: Run) -> None:
    result = await run("action_product_search", "有什么产品")
    assert result.reply["outcome"] == "clarify"
    assert "有哪些理财" in result.titles and "转人工" in result.titles


async def test_rate_of_type_and_term_is_answered_in_the_first_sentence(run: Run) -> None:
    result = await run("action_product_rate", "一年定期利率", entities={"product_type": "time_deposit", "term": "365"})
    assert result.text.startswith("整存整取一年：年利率 0.95%。")
    assert result.reply["data"]["disclosures"] == []


async def test_rate_of_the_product_spoken_of_before(run: Run) -> None:
    result = await run("action_product_rate", "收益怎么样", slots={"product": "WM202", "product_type": "wealth"})
    assert result.codes == ["WM202"]
    assert disclosed(result) == {"WM202"}
    assert WEALTH_PHRASE in result.text


async def test_other_type_in_the_message_leaves_the_remembered_product(run: Run) -> None:
    entities = {"product_type": "notice_deposit"}
    result = await run("action_product_rate", "通知存款利率", entities=entities, slots={"product": "WM202"})
    assert result.codes == ["ND001", "ND007"]


@pytest.mark.parametrize(
    ("text", "kind", "code"),
    [("指数基金手续费", "fund", "FD301"), ("货币基金收费吗", "fund", "FD101"), ("意外险多少钱", "insurance", "IN001")],
)
async def test_words_single_out_a_product_of_the_type(run: Run, text: str, kind: str, code: str) -> None:
    assert (await run("action_product_fee", text, entities={"product_type": kind})).codes == [code]


@pytest.mark.parametrize(
    ("text", "code"),
    [("房贷利率多少", "LN101"), ("想申请消费贷", "LN201"), ("做生意的经营贷", "LN301"), ("公积金贷款怎么贷", "LN401")],
)
async def test_loan_is_singled_out_and_shown_with_its_note(run: Run, text: str, code: str) -> None:
    result = await run("action_loan_inquiry", text, entities={"product_type": "loan"})
    assert result.codes == [code]
    assert "合理借贷" in result.text and "年利率" in result.text


async def test_cards_are_listed_by_kind(run: Run) -> None:
    assert (await run("action_card_inquiry", "想办卡")).codes == ["CC101", "CC201", "CC301"]
    assert (await run("action_card_inquiry", "借记卡", entities={"product_type": "debit_card"})).codes == ["DC001"]


async def test_detail_tells_everything_in_plain_text(run: Run, bank: Services) -> None:
    result = await run("action_product_detail", entities={"product": "WM501"})
    item = bank.catalogue.by_code("WM501")
    assert item is not None and item.disclosure is not None
    for fact in (
        item.product.rate_text,
        item.product.fees,
        item.product.channels,
        "10万元",
        "R5",
        item.disclosure.short_text,
    ):
        assert fact in result.text
    assert result.reply["data"]["product"]["minimum_text"] == "10万元"
    assert result.slots["product"] == "WM501"


async def test_two_products_are_set_side_by_side(run: Run) -> None:
    result = await run("action_product_detail", entities={"product": ["WM202", "FD401"]})
    assert result.codes == ["WM202", "FD401"]
    assert disclosed(result) == {"WM202", "FD401"}


async def test_buying_names_channels_and_the_assessment_and_does_not_order(run: Run) -> None:
    result = await run("action_product_buy", entities={"product": "WM202"})
    assert "手机银行" in result.text and "风险承受能力评估" in result.text and "不能替您下单" in result.text


@pytest.mark.parametrize(
    ("code", "words"), [("WM902", "已于 2026-02-28 停售"), ("WM302", "还没有发售，计划 2027-06-01 起")]
)
async def test_product_that_cannot_be_bought_is_said_to_be_so(run: Run, code: str, words: str) -> None:
    assert words in (await run("action_product_buy", entities={"product": code})).text
    rate = await run("action_product_rate", entities={"product": code})
    assert "停售" in rate.text or "待售" in rate.text


async def test_disclosure_is_shown_in_full_with_version_and_date(run: Run, bank: Services) -> None:
    result = await run("action_disclosure", "有什么风险", slots={"product": "WM202"})
    item = bank.catalogue.by_code("WM202")
    assert item is not None and item.disclosure is not None
    data = result.reply["data"]
    assert (result.reply["kind"], data["product_code"]) == ("disclosure", "WM202")
    assert data["full_text"] == item.disclosure.full_text
    assert f"版本 {item.disclosure.version}" in result.text and item.disclosure.effective_from in result.text
    assert item.disclosure.full_text.strip() in result.text


async def test_product_without_risk_is_said_to_have_no_disclosure(run: Run) -> None:
    assert "没有投资风险揭示书" in (await run("action_disclosure", entities={"product": "TD012"})).text


async def test_unknown_product_code_asks_back(run: Run) -> None:
    assert (await run("action_product_rate", entities={"product": "NOPE"})).reply["outcome"] == "clarify"


@pytest.mark.parametrize("value", ["", "abc", "1e400", "-5"])
async def test_broken_entity_values_do_not_break_the_answer(run: Run, value: str) -> None:
    entities = {"product_type": "wealth", "term": value, "amount": value, "risk_level": value, "currency": value}
    assert (await run("action_product_search", entities=entities)).text


@pytest.mark.parametrize(
    ("days", "text"), [(7, "7天"), (30, "1个月"), (90, "3个月"), (180, "6个月"), (365, "1年"), (730, "2年")]
)
def test_term_reads_as_people_say_it(days: int, text: str) -> None:
    assert term_text(days) == text


async def test_context_that_leaves_nothing_is_dropped(run: Run) -> None:
    options = {"entities": {"risk_level": "R1"}, "slots": {"product_type": "structured_deposit", "term": "90"}}
    result = await run("action_product_search", "风险最低的呢", **options)
    assert result.codes == ["FD101", "WM101"]
    assert (result.slots["product_type"], result.slots["risk_level"]) == (None, "R1")


async def test_weak_faq_match_gives_way_to_the_products_that_the_message_describes(run: Run) -> None:
    faq = {"id": "x", "score": 0.13, "question": "", "alternatives": []}
    result = await run(
        "action_faq_answer", "积存金", intent="faq", entities={"product_type": "precious_metal"}, faq=faq
    )
    assert result.codes == ["PM001"]
    assert disclosed(result) == {"PM001"}


async def test_risk_level_without_a_word_of_disclosure_is_a_search(run: Run) -> None:
    result = await run("action_disclosure", "风险最低的产品", entities={"risk_level": "R1"})
    assert (result.reply["outcome"], result.codes) == ("answered", ["FD101", "WM101"])
