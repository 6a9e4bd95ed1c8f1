from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from rasa_sdk.executor import ActionExecutor
from sqlalchemy import create_engine

from actions import runtime
from actions.base import CARING, CARING_UNSURE
from actions.runtime import Services
from bot.dialogue.replies import Reply
from bot.knowledge.catalogue import Catalogue
from bot.knowledge.disclosure import DisclosureGate
from bot.knowledge.placeholders import fill
from bot.settings import ROOT
from tests.actions.conftest import Run

WATCH = {"stage": "watch", "level": 0.5, "escalate": False}


def domain() -> dict[str, list[str]]:
    loaded: dict[str, list[str]] = yaml.safe_load(Path(ROOT / "domain.yml").read_text("utf-8"))
    return loaded


def rules() -> dict[str, str]:
    """Intent → action, from all rules."""
    found: dict[str, str] = {}
    for path in (ROOT / "data" / "stories").glob("*.yml"):
        for rule in yaml.safe_load(path.read_text("utf-8")).get("rules", []):
            intent, action = rule["steps"]
            assert intent["intent"] not in found, f"two rules for {intent}"
            found[intent["intent"]] = action["action"]
    return found


def test_every_intent_has_one_rule_and_every_action_is_served(executor: ActionExecutor) -> None:
    assert set(rules()) == set(domain()["intents"])
    assert set(executor.actions) == set(domain()["actions"])
    assert set(rules().values()) <= set(domain()["actions"])


@pytest.mark.parametrize("action", domain()["actions"])
@pytest.mark.parametrize("stage", ["calm", "watch", "handoff"])
@pytest.mark.parametrize("state", ["bot", "waiting"])
async def test_every_action_answers_a_bare_turn_with_valid_gated_replies(
    run: Run, bank: Services, action: str, stage: str, state: str
) -> None:
    result = await run(action, "？", signal={"stage": stage}, state=state)
    assert result.replies
    for wire in result.replies:
        reply = Reply.model_validate(wire)
        assert reply.trace is not None
        assert bank.gate(reply) == reply
        assert "None" not in reply.text


async def test_trace_holds_what_was_understood_and_the_evidence(run: Run) -> None:
    evidence = {"id": "x", "score": 0.9, "question": "q", "alternatives": []}
    result = await run("action_faq_answer", intent="faq", entities={"term": "365"}, faq=evidence)
    assert result.reply["trace"] == {
        "action": "action_faq_answer",
        "intent": "faq",
        "confidence": 0.8765,
        "entities": [{"entity": "term", "value": "365", "start": 0, "end": 1}],
        "faq": evidence,
        "out_of_scope": 0.1,
    }


async def test_greeting_says_that_it_is_a_robot_service_and_offers_a_person(run: Run) -> None:
    result = await run("action_greet")
    assert "智能客服" in result.text
    assert "转人工" in result.titles
    assert (await run("action_greet", before=["action_greet"])).text != result.text


async def test_question_whether_it_is_human_is_answered_honestly(run: Run) -> None:
    assert "不是真人" in (await run("action_chitchat_bot")).text


async def test_faq_answer_comes_from_the_database_with_source_date_and_follow_ups(run: Run, bank: Services) -> None:
    with bank.catalogue._engine.connect() as connection:
        id = connection.exec_driver_sql("SELECT id FROM faq WHERE json_array_length(follow_ups) > 0").scalars().first()
    faq = bank.catalogue.faq(id)
    assert faq is not None
    result = await run("action_faq_answer", faq={"id": id, "score": 0.9, "question": faq.question, "alternatives": []})
    assert result.text.startswith(fill(faq.answer, bank_name=bank.bank, hotline=bank.hotline))
    assert "{" not in result.text
    assert faq.source in result.text and faq.effective_date in result.text
    data = result.reply["data"]
    assert (data["faq_id"], data["source"], data["effective_date"]) == (faq.id, faq.source, faq.effective_date)
    assert result.titles == list(faq.follow_ups[:3])
    assert result.slots["last_faq"] == faq.id


async def test_faq_that_is_gone_is_said_to_be_not_found(run: Run) -> None:
    result = await run("action_faq_answer", faq={"id": "gone", "score": 0.9, "question": "q", "alternatives": []})
    assert result.reply["outcome"] == "not_understood"
    assert result.titles == ["转人工"]


async def test_two_close_readings_are_offered_as_a_choice(run: Run, bank: Services) -> None:
    with bank.catalogue._engine.connect() as connection:
        pairs = connection.exec_driver_sql("SELECT id, question FROM faq ORDER BY id LIMIT 2").all()
    (first, one), (second, two) = pairs
    found = {
        "id": first,
        "score": 0.5,
        "question": one,
        "alternatives": [{"id": second, "score": 0.49, "question": two}],
    }
    result = await run("action_faq_clarify", faq=found)
    assert result.reply["outcome"] == "clarify"
    assert result.titles == [one, two, "转人工"]
    assert f"1. {one}" in result.text and f"2. {two}" in result.text


async def test_single_reading_is_offered_and_taken_by_a_yes(run: Run, bank: Services) -> None:
    with bank.catalogue._engine.connect() as connection:
        id, question = connection.exec_driver_sql("SELECT id, question FROM faq ORDER BY id LIMIT 1").one()
    result = await run("action_faq_clarify", faq={"id": id, "score": 0.5, "question": question, "alternatives": []})
    assert result.slots["offer"] == f"faq:{id}"
    assert (await run("action_affirm", slots={"offer": f"faq:{id}"})).reply["data"]["faq_id"] == id


@pytest.mark.parametrize(
    ("action", "facts"),
    [
        ("action_balance_inquiry", "看不到"),
        ("action_transfer_money", "不能代办"),
        ("action_password_reset", "看不到也改不了"),
    ],
)
async def test_account_business_is_declined_and_led_to_its_channel(
    run: Run, bank: Services, action: str, facts: str
) -> None:
    result = await run(action)
    assert result.reply["outcome"] == "declined"
    assert facts in result.text
    assert "手机银行" in result.text and "网点" in result.text and "验证码" in result.text
    assert result.slots["offer"] == "handoff:sensitive_business"


@pytest.mark.parametrize("action", ["action_report_loss", "action_report_fraud"])
async def test_loss_and_fraud_say_what_to_do_now_then_hand_over(run: Run, bank: Services, action: str) -> None:
    result = await run(action)
    steps, handoff = result.replies
    assert bank.hotline in steps["text"]
    assert (handoff["kind"], handoff["data"]["reason"]) == ("handoff", "fraud_or_loss")


async def test_person_is_reached_by_asking(run: Run) -> None:
    result = await run(
        "action_handoff", "转人工", intent="ask_human", signal={"escalate": True, "reason": "frustration"}
    )
    assert (result.reply["kind"], result.reply["data"]["reason"]) == ("handoff", "asked")


@pytest.mark.parametrize("reason", ["frustration", "not_understood"])
async def test_escalation_hands_over_with_its_reason(run: Run, reason: str) -> None:
    result = await run("action_handoff", intent="faq", signal={"escalate": True, "reason": reason, "stage": "handoff"})
    assert result.reply["data"]["reason"] == reason
    assert result.reply["outcome"] == "handoff"


async def test_grumble_gets_an_offer_that_a_yes_accepts(run: Run) -> None:
    result = await run("action_complaint", "你们服务真差")
    assert (result.reply["kind"], result.slots["offer"]) == ("text", "handoff:complaint")
    assert "转人工" in result.titles
    accepted = await run("action_affirm", slots={"offer": "handoff:complaint"})
    assert (accepted.reply["kind"], accepted.reply["data"]["reason"]) == ("handoff", "complaint")
    assert accepted.slots["offer"] is None
    declined = await run("action_deny", slots={"offer": "handoff:complaint"})
    assert (declined.reply["kind"], declined.slots["offer"]) == ("text", None)


@pytest.mark.parametrize(("text", "before"), [("我要投诉你们", []), ("真差劲", ["action_complaint"])])
async def test_formal_or_repeated_complaint_is_handed_over(run: Run, text: str, before: list[str]) -> None:
    result = await run("action_complaint", text, before=before)
    assert (result.reply["kind"], result.reply["data"]["reason"]) == ("handoff", "complaint")


@pytest.mark.parametrize("action", ["action_out_of_scope", "action_default_fallback"])
async def test_second_unanswered_question_in_a_row_offers_a_person(run: Run, action: str) -> None:
    again = await run(action, before=["action_out_of_scope"], slots={"failures": 1})
    assert again.titles == ["转人工"]
    assert again.slots["offer"] == "handoff:not_understood"
    broken = await run("action_out_of_scope", before=["action_out_of_scope", "action_greet"])
    assert broken.titles != ["转人工"]


async def test_investment_advice_is_declined(run: Run) -> None:
    result = await run("action_investment_advice", "买哪个能赚钱")
    assert result.reply["outcome"] == "declined"
    assert "不能替您判断" in result.text


async def test_uneasy_customer_is_met_with_care_and_the_offer_of_a_person(run: Run) -> None:
    entities = {"product_type": "time_deposit", "term": "365"}
    first = await run("action_product_rate", entities=entities, signal=WATCH)
    second = await run("action_product_rate", entities=entities, signal=WATCH, before=["action_product_rate"])
    assert first.text.startswith(CARING) and second.text.startswith(CARING)
    assert first.text != second.text
    assert first.reply["data"]["body"].startswith(CARING)
    assert first.titles[-1] == "转人工"
    calm = await run("action_product_rate", entities=entities)
    assert not calm.text.startswith(CARING) and "转人工" not in calm.titles


async def test_care_fits_the_reply(run: Run) -> None:
    unsure = await run("action_product_rate", "利率多少", signal=WATCH)
    assert unsure.text.startswith(CARING_UNSURE)
    assert not (await run("action_thank", signal=WATCH)).text.startswith((*CARING, *CARING_UNSURE))
    complaint = await run("action_complaint", "太差了", signal=WATCH)
    assert not complaint.text.startswith((*CARING, *CARING_UNSURE))
    assert complaint.titles.count("转人工") == 1


async def test_failing_action_apologises_instead_of_looking_like_success(
    run: Run, bank: Services, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    empty = Catalogue(create_engine("sqlite://"))  # a database without tables
    monkeypatch.setattr(runtime, "services", lambda: Services(bank.settings, empty, DisclosureGate(empty), bank.others))
    result = await run("action_product_search", entities={"product_type": "wealth"})
    assert result.text.startswith("抱歉")
    assert (result.reply["outcome"], result.titles) == ("not_understood", ["转人工"])
    assert "action_product_search failed" in caplog.text


@pytest.mark.parametrize("action", ["action_out_of_scope", "action_default_fallback"])
async def test_named_product_is_answered_though_nothing_else_was_understood(run: Run, action: str) -> None:
    result = await run(action, "禾悦90天", intent="out_of_scope", entities={"product": "WM202"})
    assert (result.reply["kind"], result.codes) == ("product_card", ["WM202"])
    fees = await run(action, "禾悦90天收哪些费用", intent="out_of_scope", entities={"product": "WM202"})
    assert "管理费" in fees.text.splitlines()[0]


async def test_question_about_a_named_product_is_answered_from_the_product_unless_the_faq_is_sure(
    run: Run, bank: Services
) -> None:
    with bank.catalogue._engine.connect() as connection:
        id = connection.exec_driver_sql("SELECT id FROM faq ORDER BY id LIMIT 1").scalar_one()
    options = {"intent": "faq", "entities": {"product": "WM902"}}
    doubtful = {"id": id, "score": 0.15, "question": "", "alternatives": []}
    product = await run("action_faq_answer", "禾悦60天还能买吗", faq=doubtful, **options)
    assert "已于 2026-02-28 停售" in product.text
    sure = await run("action_faq_answer", "禾悦60天还能买吗", faq={**doubtful, "score": 0.9}, **options)
    assert sure.reply["kind"] == "faq_answer"
    other = await run("action_faq_answer", "禾悦60天赎回多久到账", faq=doubtful, **options)
    assert other.reply["kind"] == "faq_answer"


async def test_dissatisfied_customer_is_asked_what_it_is_about_and_then_offered_a_person(run: Run) -> None:
    first = await run("action_dissatisfied", "答非所问", before=["action_product_detail"])
    assert first.reply["outcome"] == "not_understood"
    assert "没有答到点子上" in first.text
    assert first.titles == ["转人工"]
    again = await run("action_dissatisfied", "还是没用", before=["action_dissatisfied"])
    assert "转接人工客服吧" in again.text
    assert again.slots["offer"] == "handoff:not_understood"


async def test_service_of_another_company_is_named_as_such(run: Run) -> None:
    result = await run("action_out_of_scope", "为什么我的花呗用不了")
    assert result.reply["outcome"] == "out_of_scope"
    assert "“花呗”由支付宝平台提供" in result.text
    assert result.titles == ["转人工"]


@pytest.mark.parametrize("action", ["action_out_of_scope", "action_dissatisfied", "action_greet"])
async def test_waiting_customer_is_not_offered_what_they_have_asked_for(run: Run, action: str) -> None:
    assert "转人工" in (await run(action, state="bot", signal=WATCH)).titles
    assert "转人工" not in (await run(action, state="waiting", signal=WATCH)).titles
