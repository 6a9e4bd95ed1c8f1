from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import create_engine

from actions.guides import guide
from actions.runtime import Services
from bot.knowledge.catalogue import Catalogue
from bot.storage.tables import metadata
from tests.actions.conftest import Run


@pytest.mark.parametrize(
    ("action", "text", "faq", "words"),
    [
        ("action_risk_assessment", "我要做风险测评", "WM-001", ("我不能代答", "12个月", "C1至C5")),
        ("action_branch_inquiry", "附近网点", "BR-002", ("看不到您的位置", "官网", "9:00至17:00")),
        ("action_branch_inquiry", "解放路有网点吗", "BR-002", ("解放路的网点地址我这里查不到",)),
        ("action_branch_appointment", "预约网点", "BR-003", ("不能代约", "预约取号")),
        ("action_branch_appointment", "预约取20万现金", "BR-005", ("不能代办", "提前1个工作日")),
        ("action_branch_appointment", "预约取美元", "FX-005", ("外币预约",)),
        ("action_exchange_rate", "今天美元汇率", "FX-006", ("没有实时牌价", "外汇 > 实时牌价")),
        ("action_queue_inquiry", "网点现在排队多吗", "BR-003", ("网点的排队情况我看不到",)),
    ],
)
async def test_customer_is_led_on_with_the_facts_and_source_of_the_faq(
    run: Run, action: str, text: str, faq: str, words: tuple[str, ...]
) -> None:
    result = await run(action, text)
    assert result.reply["data"]["faq_id"] == faq
    assert "（依据：" in result.text and result.reply["data"]["body"] in result.text
    for word in words:
        assert word in result.text


def test_bank_without_the_entry_leads_to_its_hotline(bank: Services) -> None:
    engine = create_engine("sqlite://")
    metadata.create_all(engine)
    empty = replace(bank, catalogue=Catalogue(engine))
    reply = guide(empty, "WM-001", "请本人作答。").replies[0]
    assert reply.kind == "text" and reply.text.startswith("请本人作答。") and bank.hotline in reply.text


async def test_city_of_the_message_is_named(run: Run) -> None:
    assert "苏州的网点" in (await run("action_branch_inquiry", "苏州有你们银行吗", entities={"city": "苏州"})).text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("换1万美元要多少人民币", "看“卖出价”"),
        ("1万美元能换多少人民币", "看“买入价”"),
        ("一万美元", "买外币看“卖出价”，卖外币看“买入价”"),
    ],
)
async def test_exchange_names_the_price_that_counts_and_no_figure(run: Run, text: str, said: str) -> None:
    result = await run("action_exchange_rate", text, entities={"amount": "1000000", "currency": "USD"})
    assert said in result.text.splitlines()[0]
    assert "美元牌价随时在变" in result.text


async def test_queue_is_told_by_the_gateway_to_who_waits_and_else_a_person_is_offered(run: Run) -> None:
    idle = await run("action_queue_inquiry", "前面还有几个人")
    assert (idle.reply["kind"], idle.slots["offer"], idle.titles) == ("text", "handoff:asked", ["转人工"])
    waiting = await run("action_queue_inquiry", "前面还有几个人", state="waiting")
    assert waiting.reply["kind"] == "handoff"


async def test_transactions_are_not_seen_here(run: Run) -> None:
    result = await run("action_transaction_inquiry", "查一下上个月的流水")
    assert result.reply["outcome"] == "declined" and "看不到" in result.text and "明细" in result.text
    assert result.slots["offer"] == "handoff:sensitive_business"


async def test_strange_debit_leads_to_the_way_of_a_fraud(run: Run, bank: Services) -> None:
    result = await run("action_transaction_inquiry", "这笔钱是谁扣的")
    assert "锁卡" in result.text and bank.hotline in result.text
    assert result.titles == ["这笔交易不是我做的", "转人工"]
    assert result.slots["offer"] == "handoff:fraud_or_loss"


async def test_loan_is_applied_for_elsewhere_and_shown_with_its_note(run: Run) -> None:
    one = await run("action_loan_apply", "我要申请房贷", entities={"product_type": "loan"})
    assert one.codes == ["LN101"]
    assert "不能替您提交申请" in one.text and "合理借贷" in one.text and "年利率 3.05%" in one.text
    assert one.titles[0] == "申请个人贷款要准备哪些材料"
    which = await run("action_loan_apply", "我要申请贷款", entities={"product_type": "loan"})
    assert which.reply["outcome"] == "clarify" and len(which.codes) == 4
