from __future__ import annotations

import pytest

from actions.loan_calculator import months, stated_rate
from actions.runtime import Services
from actions.turn import Turn
from tests.actions.conftest import Run

WAN_FEN = 10_000_00


def turn(text: str, **entities: str) -> Turn:
    found = [{"entity": name, "value": value} for name, value in entities.items()]
    return Turn("c", text, "loan_calculate", 1.0, found, {})


async def test_interest_is_exact_and_says_rate_rounding_and_day(run: Run) -> None:
    entities = {"amount": str(5 * WAN_FEN), "term": "365"}
    result = await run("action_deposit_calculate", "5万存一年多少利息", entities=entities)
    assert result.codes == ["TD012"]
    assert "年利率 0.95%" in result.text and "到期利息 475.00元" in result.text and "50,475.00元" in result.text
    assert "四舍五入到分" in result.text and "存入当天" in result.text
    assert (result.slots["product"], result.slots["term"], result.slots["amount"]) == ("TD012", "365", "5000000")


async def test_missing_term_is_asked_for_with_the_terms_on_sale(run: Run) -> None:
    result = await run("action_deposit_calculate", "5万能有多少利息", entities={"amount": str(5 * WAN_FEN)})
    assert result.reply["outcome"] == "clarify"
    assert "5万元想存多久" in result.text and "3个月、6个月、1年、2年、3年、5年" in result.text
    assert "5万元存1年利息多少" in result.titles
    assert result.slots["failures"] == 0  # asking for the term is no failure to understand


async def test_missing_amount_is_asked_for_and_then_taken_with_the_term_of_before(run: Run) -> None:
    asked = await run("action_deposit_calculate", "存一年多少利息", entities={"term": "365"})
    assert asked.reply["outcome"] == "clarify" and "想存多少钱" in asked.text
    slots = {"term": "365", "product_type": "time_deposit"}
    told = await run("action_deposit_calculate", "十万", entities={"amount": str(10 * WAN_FEN)}, slots=slots)
    assert "到期利息 950.00元" in told.text


async def test_several_terms_are_reckoned_side_by_side(run: Run) -> None:
    entities = {"amount": str(5 * WAN_FEN), "term": ["1095", "1825"]}
    result = await run("action_deposit_calculate", "5万存三年和五年", entities=entities)
    assert "1,875.00元" in result.text and "3,250.00元" in result.text


async def test_term_that_is_not_offered_is_said_not_to_be(run: Run) -> None:
    entities = {"amount": str(5 * WAN_FEN), "term": "1460"}
    result = await run("action_deposit_calculate", "存四年", entities=entities)
    assert result.reply["outcome"] == "clarify" and "没有4年这个期限" in result.text


@pytest.mark.parametrize(
    ("text", "entities", "words"),
    [
        ("10万大额存单三年", {"product": "CD036", "amount": str(10 * WAN_FEN)}, "10万元不够起存"),
        ("30万大额存单三年", {"product_type": "large_cd", "term": "1095", "amount": str(30 * WAN_FEN)}, "13,050.00元"),
        ("50万七天通知20天", {"product": "ND007", "term": "20", "amount": str(50 * WAN_FEN)}, "利息 83.33元"),
        ("1万活期放90天", {"product_type": "demand_deposit", "term": "90", "amount": str(WAN_FEN)}, "利息 1.25元"),
        ("10万三年国债", {"product": "TB003", "amount": str(10 * WAN_FEN)}, "利息共 4,890.00元"),
        (
            "1万美元一年",
            {"product_type": "time_deposit", "currency": "USD", "term": "365", "amount": str(WAN_FEN)},
            "利息 280.00美元",
        ),
    ],
)
async def test_each_kind_of_deposit_is_reckoned_by_its_own_rule(
    run: Run, text: str, entities: dict[str, str], words: str
) -> None:
    assert words in (await run("action_deposit_calculate", text, entities=entities)).text


async def test_investment_bears_no_interest_that_could_be_reckoned(run: Run) -> None:
    entities = {"product": "WM202", "amount": str(5 * WAN_FEN)}
    result = await run("action_deposit_calculate", "5万放禾悦90天能赚多少", entities=entities)
    assert "收益不固定" in result.text and "理财非存款" in result.text
    kind = await run(
        "action_deposit_calculate", "5万买理财半年收益", entities={"product_type": "wealth", "term": "180"}
    )
    assert "收益不固定" in kind.text and kind.codes == ["WM203"]


async def test_instalments_of_both_kinds_with_the_rate_of_the_message(run: Run) -> None:
    # 30 万, 20 years, 3.6 %: 0.3 % a month; 等额本金 first 1250 + 900, interest 900 × 241 ÷ 2.
    entities = {"amount": str(30 * WAN_FEN), "term": "7300"}
    result = await run("action_loan_calculate", "贷30万20年 利率3.6% 月供多少", entities=entities)
    assert "240 期" in result.text and "年利率 3.6%" in result.text
    assert "每月还 1,755.33元" in result.text
    assert "首月还 2,150.00元" in result.text and "总利息 108,450.00元" in result.text


async def test_long_loan_is_reckoned_with_the_home_loans_rate_and_note(run: Run) -> None:
    entities = {"amount": str(30 * WAN_FEN), "term": "7300"}
    result = await run("action_loan_calculate", "贷30万20年月供多少", entities=entities)
    assert result.codes == ["LN101"]
    assert "年利率 3.05% 起试算" in result.text and "合理借贷" in result.text


async def test_loan_is_singled_out_by_words_and_held_to_its_longest_term(run: Run) -> None:
    amount = {"amount": str(10 * WAN_FEN)}
    short = await run("action_loan_calculate", "消费贷10万3年月供", entities={**amount, "term": "1095"})
    assert short.codes == ["LN201"]
    long = await run("action_loan_calculate", "消费贷10万10年月供", entities={**amount, "term": "3650"})
    assert long.reply["outcome"] == "clarify" and "最长5年" in long.text
    which = await run("action_loan_calculate", "贷10万3年月供", entities={**amount, "term": "1095"})
    assert which.reply["outcome"] == "clarify" and "想用哪种贷款" in which.text


async def test_what_a_loan_lacks_is_asked_for_and_taken_from_before(run: Run) -> None:
    asked = await run("action_loan_calculate", "房贷月供多少")
    assert "贷多少钱、分几年还" in asked.text and asked.reply["outcome"] == "clarify"
    half = await run("action_loan_calculate", "贷80万", entities={"amount": str(80 * WAN_FEN)})
    assert "请问分几年还" in half.text and "80万元" in half.text
    slots = {"amount": str(80 * WAN_FEN)}
    told = await run("action_loan_calculate", "25年", entities={"term": "9125"}, slots=slots)
    assert "贷款80万元，25年（300 期）" in told.text


@pytest.mark.parametrize(
    ("text", "entities", "rate"),
    [
        ("利率3.6%", {}, "3.6"),
        ("三个点", {"rate": "3"}, "3"),
        ("年利率4.1 20年", {}, "4.1"),
        ("月利率0.4%", {}, "4.8"),
        ("日息0.02%", {}, "7.20"),
        ("LPR减45基点", {"rate": "LPR-0.45"}, None),
        ("利率80%", {}, None),
        ("贷30万20年", {}, None),
    ],
)
def test_rate_is_read_as_a_yearly_percentage(text: str, entities: dict[str, str], rate: str | None) -> None:
    found = stated_rate(turn(text, **entities))
    assert (None if found is None else str(found)) == rate


@pytest.mark.parametrize(("text", "days", "count"), [("240期", None, 240), ("20年", 7300, 240), ("半年", 180, 6)])
def test_instalments_are_counted_from_periods_or_the_term(text: str, days: int | None, count: int) -> None:
    assert months(turn(text), days) == count


async def test_fee_of_a_transfer_is_told_by_channel_with_its_source(run: Run) -> None:
    result = await run("action_fee_calculate", "跨行转5万手续费多少", entities={"amount": str(5 * WAN_FEN)})
    for line in ("手机银行、网银：免费", "柜台：15元", "自助机：7.5元", "服务价格目录"):
        assert line in result.text
    counter = await run("action_fee_calculate", "柜台转8万", entities={"amount": str(8 * WAN_FEN)})
    assert "柜台：24元" in counter.text and "自助机" not in counter.text and "手机银行" in counter.text


async def test_fee_without_an_amount_shows_the_list_and_asks(run: Run) -> None:
    asked = await run("action_fee_calculate", "跨行转账手续费")
    assert asked.reply["outcome"] == "clarify" and asked.reply["data"]["faq_id"] == "FEE-001"
    slots = {"amount": str(WAN_FEN)}
    assert (
        "柜台：10元" in (await run("action_fee_calculate", "1万呢", slots=slots, before=["action_fee_calculate"])).text
    )
    other = await run("action_fee_calculate", "跨行转账手续费", slots=slots, before=["action_product_rate"])
    assert other.reply["outcome"] == "clarify"


@pytest.mark.parametrize(
    ("text", "entities", "faq"),
    [
        ("汇1万美元到国外手续费", {"amount": str(WAN_FEN), "currency": "USD"}, "FX-003"),
        ("跨行取款收几块", {}, "FEE-004"),
    ],
)
async def test_fee_that_no_table_reckons_is_answered_from_the_faq(
    run: Run, text: str, entities: dict[str, str], faq: str
) -> None:
    assert (await run("action_fee_calculate", text, entities=entities)).reply["data"]["faq_id"] == faq


async def test_bank_without_fees_is_led_to_the_faq(run: Run, bank: Services) -> None:
    bank.fees.clear()
    try:
        result = await run("action_fee_calculate", "跨行转5万", entities={"amount": str(5 * WAN_FEN)})
    finally:
        from bot.knowledge.fees import load_fees

        bank.fees.update(load_fees(bank.settings.path(bank.settings.knowledge_dir)))
    assert result.reply["data"]["faq_id"] == "FEE-001"
