"""The main job over the public interface: question, rising anger, hand-off, agent, return, end."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.conversation.model import Conversation, Message
from bot.gateway.pipeline import SORRY, TURNS_MAX

from .conftest import FakeRasa, Gateway, assert_error, custom


async def test_question_is_acknowledged_and_answered_by_long_poll(gateway: Gateway) -> None:
    visitor = await gateway.visitor()
    sent = await visitor.send("定期存款利率是多少？")
    assert sent.status_code == 202
    assert sent.json() == {"seq": 1, "conversation_id": visitor.conversation_id}

    got = await visitor.read(after=1, wait=5)

    assert got["state"] == "bot"
    assert [(one["seq"], one["sender"], one["kind"]) for one in got["messages"]] == [(2, "bot", "text")]
    assert got["messages"][0]["text"] == "答：定期存款利率是多少？"
    assert got["messages"][0]["at"].endswith("Z")


async def test_long_poll_without_news_returns_empty_after_the_wait(gateway: Gateway) -> None:
    visitor = await gateway.visitor()
    started = asyncio.get_running_loop().time()
    got = await visitor.read(wait=0.4)
    assert got["messages"] == []
    assert 0.35 <= asyncio.get_running_loop().time() - started < 3


async def test_metadata_carries_signal_state_and_channel(gateway: Gateway, rasa: FakeRasa) -> None:
    visitor = await gateway.visitor("h5")
    await visitor.say("你好")
    assert rasa.asked[0]["sender"] == visitor.conversation_id
    assert rasa.asked[0]["metadata"]["signal"].pop("level") < 0.1
    assert rasa.asked[0]["metadata"] == {
        "signal": {"escalate": False, "reason": "", "stage": "calm"},
        "state": "bot",
        "channel": "h5",
    }


async def test_rising_anger_hands_over_with_reasons_even_if_rasa_does_not(gateway: Gateway, rasa: FakeRasa) -> None:
    visitor, agent = await gateway.visitor(), await gateway.agent()
    await visitor.say("转账为什么还没到账")
    await visitor.say("到底怎么回事！")
    last = await visitor.say("你们太过分了！！！我的钱呢！！！")

    got = await visitor.read(after=last)
    assert [one["kind"] for one in got["messages"]] == ["text", "handoff"]
    told = got["messages"][1]
    assert told["sender"] == "system"
    assert told["data"]["reason"] == "frustration"
    assert (told["data"]["position"], told["data"]["expected_wait_minutes"]) == (1, 4)
    assert "抱歉" in told["text"] and "您排在第一位，预计等待 4 分钟" in told["text"]
    assert (got["state"], got["position"], got["expected_wait_minutes"]) == ("waiting", 1, 4)
    assert rasa.asked[-1]["metadata"]["signal"]["escalate"] is True
    assert rasa.asked[-1]["metadata"]["signal"]["reason"] == "frustration"

    waiting = (await agent.queue())["waiting"]
    assert [(one["id"], one["reason"], one["position"]) for one in waiting] == [
        (visitor.conversation_id, "frustration", 1)
    ]
    opened = await agent.open(visitor.conversation_id)
    assert opened["handoff"]["reason"] == "frustration"
    assert last in opened["handoff"]["reasons"][0]["seqs"]
    assert opened["handoff"]["reasons"][0]["text"]
    assert [point["seq"] for point in opened["curve"]] == [1, 3, 5]
    assert opened["curve"][-1]["level"] >= opened["threshold"] > opened["curve"][0]["level"]
    by_seq = {one["seq"]: one for one in opened["transcript"]}
    assert by_seq[5]["emotion"] == "愤怒" and by_seq[2]["emotion"] is None


async def test_handoff_reply_of_rasa_is_carried_out_once(gateway: Gateway, rasa: FakeRasa) -> None:
    rasa.answer = lambda asked: [
        custom("请先挂失。", outcome="answered"),
        custom("为您转人工", kind="handoff", outcome="handoff", reason="fraud_or_loss"),
    ]
    visitor = await gateway.visitor()
    await visitor.say("我的卡被盗刷了")
    assert [(sender, kind) for sender, kind, _ in await visitor.messages()] == [
        ("customer", "text"),
        ("bot", "text"),
        ("system", "handoff"),
    ]
    await visitor.say("人呢")
    assert [kind for _, kind, _ in (await visitor.messages())[3:]] == ["text", "text", "queue"]


async def test_while_waiting_the_bot_answers_and_is_told_so(gateway: Gateway, rasa: FakeRasa) -> None:
    visitor = await gateway.visitor()
    await visitor.ask_for_agent()
    await visitor.say("太差了！！！！！！")
    assert rasa.asked[-1]["metadata"]["state"] == "waiting"
    assert rasa.asked[-1]["metadata"]["signal"]["escalate"] is False
    assert [kind for _, kind, _ in await visitor.messages()] == ["handoff", "text", "text"]


async def test_agent_takes_replies_returns_and_the_bot_is_silent_meanwhile(gateway: Gateway, rasa: FakeRasa) -> None:
    visitor, agent = await gateway.visitor(), await gateway.agent()
    await visitor.ask_for_agent()
    taken = await agent.do("take", visitor.conversation_id)
    assert (taken.status_code, taken.json()) == (200, {"state": "human"})
    assert (await visitor.read())["agent_work_no"] == "8001"

    asked_before = len(rasa.asked)
    await visitor.say("在吗！！！")
    replied = await agent.do("messages", visitor.conversation_id, client_msg_id="a1", text="您好，我在。")
    assert replied.status_code == 202
    assert len(rasa.asked) == asked_before
    assert (await agent.open(visitor.conversation_id))["curve"][-1]["score"] > 0.9

    returned = await agent.do("return", visitor.conversation_id, summary="已解释")
    assert returned.json() == {"state": "bot"}
    await visitor.say("再问一下")
    texts = [text for _, _, text in await visitor.messages()]
    assert texts[-1] == "答：再问一下"
    assert "8001 为您服务" in texts[1] and texts[2:4] == ["在吗！！！", "您好，我在。"]
    assert rasa.asked[-1]["metadata"]["signal"]["level"] < 0.1
    events = [
        (one["who"].partition(":")[0], one["what"]) for one in (await agent.open(visitor.conversation_id))["events"]
    ]
    assert events == [("customer", "opened"), ("customer", "handed_over"), ("agent", "taken"), ("agent", "returned")]


async def test_bot_reply_that_comes_after_takeover_is_dropped(gateway: Gateway, rasa: FakeRasa) -> None:
    thinking, go_on = asyncio.Event(), asyncio.Event()

    async def slow(asked: dict[str, object]) -> object:
        thinking.set()
        await go_on.wait()
        return [custom("迟到的回答")]

    rasa.answer = slow
    visitor, agent = await gateway.visitor(), await gateway.agent()
    await visitor.send("你好")
    await thinking.wait()
    await visitor.ask_for_agent()
    await agent.do("take", visitor.conversation_id)
    go_on.set()
    await gateway.parts.pipeline.idle()
    assert "迟到的回答" not in [text for _, _, text in await visitor.messages()]
    assert "reply_dropped" in [one["what"] for one in (await agent.open(visitor.conversation_id))["events"]]


async def test_writing_after_the_end_opens_a_linked_conversation_with_running_numbers(gateway: Gateway) -> None:
    visitor, agent = await gateway.visitor(), await gateway.agent()
    await visitor.say("第一次")
    await visitor.ask_for_agent()
    await agent.do("take", visitor.conversation_id)
    assert (await agent.do("close", visitor.conversation_id)).json() == {"state": "closed"}
    ended = await visitor.read()
    assert (ended["state"], ended["messages"][-1]["data"]["code"]) == ("closed", "closed")
    last = ended["messages"][-1]["seq"]

    seq = await visitor.say("第二次")

    got = await visitor.read(after=last)
    assert seq == last + 1
    assert [one["text"] for one in got["messages"]] == ["第二次", "答：第二次"]
    assert got["state"] == "bot" and got["conversation_id"] != visitor.conversation_id
    await visitor.ask_for_agent()
    opened = await agent.open(got["conversation_id"])
    assert [one["id"] for one in opened["previous"]] == [visitor.conversation_id]
    assert len((await agent.open(visitor.conversation_id))["transcript"]) == last


async def test_handoff_button_after_the_end_is_a_clear_conflict(gateway: Gateway) -> None:
    visitor, agent = await gateway.visitor(), await gateway.agent()
    await visitor.ask_for_agent()
    await agent.do("take", visitor.conversation_id)
    await agent.do("close", visitor.conversation_id)
    assert_error(await visitor.call("POST", "/api/v1/visitor/handoff"), 409)


async def test_leaving_the_queue_returns_to_the_bot_and_is_idempotent(gateway: Gateway) -> None:
    visitor = await gateway.visitor()
    assert (await visitor.ask_for_agent())["position"] == 1
    for _ in range(2):
        left = await visitor.call("POST", "/api/v1/visitor/queue/leave", json={})
        assert (left.status_code, left.json()["state"]) == (200, "bot")
    assert [kind for _, kind, _ in await visitor.messages()] == ["handoff", "notice"]


async def test_second_failure_of_the_engine_hands_over(gateway: Gateway, rasa: FakeRasa) -> None:
    rasa.up = False
    visitor = await gateway.visitor()
    await visitor.say("利率多少")
    messages = (await visitor.read())["messages"]
    assert "抱歉" in messages[1]["text"]
    assert messages[1]["data"]["quick_replies"] == [{"title": "转人工", "text": "转人工"}]
    await visitor.say("利率多少呀")
    messages = (await visitor.read())["messages"]
    assert (messages[3]["kind"], messages[3]["data"]["reason"]) == ("handoff", "engine_down")


async def test_asking_for_a_person_works_without_the_engine(gateway: Gateway, rasa: FakeRasa) -> None:
    rasa.up = False
    visitor = await gateway.visitor()
    await visitor.say("转人工")
    messages = (await visitor.read())["messages"]
    assert (messages[1]["kind"], messages[1]["data"]["reason"]) == ("handoff", "asked")


async def test_engine_that_hangs_or_says_nothing_gets_an_honest_message(gateway: Gateway, rasa: FakeRasa) -> None:
    async def hang(asked: dict[str, object]) -> object:
        await asyncio.sleep(30)
        return []

    for answer in (hang, lambda asked: [], lambda asked: {"a": 1}, lambda asked: [{"custom": {"kind": "nope"}}]):
        rasa.answer = answer
        visitor = await gateway.visitor()
        await visitor.say("你好呀")
        sender, _, text = (await visitor.messages())[1]
        assert sender == "bot" and "抱歉" in text


async def test_broken_classifier_loses_nothing(gateway: Gateway) -> None:
    gateway.parts.scorer.classifier.broken = True
    visitor = await gateway.visitor()
    await visitor.say("你好！！！")
    assert [text for _, _, text in await visitor.messages()] == ["你好！！！", "答：你好！！！"]


async def test_repeated_question_is_noticed_by_meaning(gateway: Gateway) -> None:
    visitor, agent = await gateway.visitor(), await gateway.agent("boss", "supervisor")
    await visitor.say("转账为什么还没有到账")
    again = await visitor.say("转账为什么还没有到账")
    scores = await gateway.parts.timeline.scores(visitor.conversation_id)
    assert scores[-1].seq == again
    assert scores[-1].signals["repeated"] > 0.99 and scores[-1].signals["repeats_seq"] == 1
    assert len((await agent.open(visitor.conversation_id))["curve"]) == 2


async def test_shown_disclosures_are_recorded_with_the_reply(gateway: Gateway, rasa: FakeRasa) -> None:
    entry = {"product_codes": ["P1", "P2"], "id": "D1", "version": "2", "title": "t", "text": "风险", "url": "/d"}
    rasa.answer = lambda asked: [custom("产品", kind="product_list", products=[], disclosures=[entry])]
    visitor, agent = await gateway.visitor(), await gateway.agent("boss", "supervisor")
    await visitor.say("有什么理财")
    shown = (await agent.open(visitor.conversation_id))["disclosures_shown"]
    assert [(one["seq"], one["product_code"], one["id"], one["version"]) for one in shown] == [
        (2, "P1", "D1", "2"),
        (2, "P2", "D1", "2"),
    ]


async def test_message_that_always_fails_is_owned_up_to_and_the_next_is_answered(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline = gateway.parts.pipeline
    turn = pipeline._turn

    async def failing(found: Conversation, message: Message) -> None:
        if message.text == "坏":
            raise RuntimeError("always")
        await turn(found, message)

    monkeypatch.setattr(pipeline, "_turn", failing)
    monkeypatch.setattr("bot.gateway.pipeline.RETRIES_S", (0.01, 0.01))
    visitor = await gateway.visitor()
    await visitor.say("坏")
    await visitor.say("好")
    assert [text for _, _, text in await visitor.messages()] == ["坏", SORRY, "好", "答：好"]


async def test_many_at_once_are_all_acknowledged_and_answered_and_few_worked_on(
    gateway: Gateway, rasa: FakeRasa, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline = gateway.parts.pipeline
    turn, active, most = pipeline._turn, 0, 0

    async def counted(*work: Any) -> None:
        nonlocal active, most
        active += 1
        most = max(most, active)
        await asyncio.sleep(0.05)
        await turn(*work)
        active -= 1

    monkeypatch.setattr(pipeline, "_turn", counted)
    visitors = [await gateway.visitor() for _ in range(TURNS_MAX + 16)]
    sent = await asyncio.gather(*(visitor.send("问") for visitor in visitors))
    assert {response.status_code for response in sent} == {202}
    await pipeline.idle()
    assert 1 < most <= TURNS_MAX
    assert {(await visitor.messages())[-1][2] for visitor in visitors} == {"答：问"}


async def test_two_messages_at_once_are_asked_one_after_the_other(gateway: Gateway, rasa: FakeRasa) -> None:
    async def slow(asked: dict[str, str]) -> object:
        await asyncio.sleep(0.02)
        return [custom(f"答：{asked['message']}")]

    rasa.answer = slow
    visitor = await gateway.visitor()
    await asyncio.gather(*(visitor.send(f"问题{number}", f"id{number}") for number in range(8)))
    await gateway.parts.pipeline.idle()
    messages = (await visitor.read())["messages"]
    asked = [one["text"] for one in messages if one["sender"] == "customer"]
    assert [one["text"] for one in messages if one["sender"] == "bot"] == [f"答：{text}" for text in asked]
    assert [one["seq"] for one in messages] == list(range(1, 17))
    assert rasa.overlaps == 0
