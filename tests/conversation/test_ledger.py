"""The ledger on a real SQLite file."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.conversation.ledger import Ledger
from bot.conversation.model import Change, ScoreRow, iso
from bot.conversation.states import ALLOWED, check_move
from bot.conversation.timeline import Timeline
from bot.dialogue.replies import Reply
from bot.errors import ConflictError, NotFoundError
from bot.settings import Settings
from bot.storage.engine import make_async_engine
from bot.storage.migrate import upgrade


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    settings = Settings(data_dir=tmp_path)
    upgrade(settings)
    made = make_async_engine(settings.db_url)
    yield made
    await made.dispose()


async def test_concurrent_messages_get_numbers_without_gap_or_double(engine: AsyncEngine) -> None:
    # Two ledgers over two engines: what two processes would do.
    other = make_async_engine(str(engine.url))
    ledgers = [Ledger(engine), Ledger(other)]
    opened = await ledgers[0].open_visitor("api", "hash", 1000)
    accepted = await asyncio.gather(
        *(ledgers[number % 2].accept_customer(opened.visitor_id, f"id{number}", f"文{number}") for number in range(40))
    )
    assert sorted(one.seq for one in accepted) == list(range(1, 41))
    messages = await Timeline(engine).messages_after(opened.visitor_id, 0)
    assert [one.seq for one in messages] == list(range(1, 41))
    by_seq = {one.seq: one.text for one in messages}
    assert all(by_seq[one.seq] == f"文{number}" for number, one in enumerate(accepted))
    await other.dispose()


async def test_repeated_client_msg_id_under_concurrency_is_stored_once(engine: AsyncEngine) -> None:
    ledger = Ledger(engine)
    opened = await ledger.open_visitor("api", "hash", 1000)
    accepted = await asyncio.gather(*(ledger.accept_customer(opened.visitor_id, "same", "问") for _ in range(20)))
    assert {one.seq for one in accepted} == {1}
    assert sum(not one.repeated for one in accepted) == 1


async def test_repeat_of_a_message_of_a_closed_conversation_opens_no_new_one(engine: AsyncEngine) -> None:
    ledger, timeline = Ledger(engine), Timeline(engine)
    opened = await ledger.open_visitor("api", "hash", 1000)
    await ledger.accept_customer(opened.visitor_id, "a", "问")
    async with ledger.writing(opened.id) as entry:
        await entry.move("waiting", "system", "x")
        await entry.move("human", "system", "x")
        await entry.move("closed", "system", "x")
    again = await ledger.accept_customer(opened.visitor_id, "a", "问")
    assert (again.seq, again.repeated, again.conversation.id) == (1, True, opened.id)
    fresh = await ledger.accept_customer(opened.visitor_id, "b", "新问")
    assert (fresh.seq, fresh.conversation.previous_id) == (2, opened.id)
    assert [one.id for one in await timeline.previous(fresh.conversation)] == [opened.id]


async def test_exception_inside_an_entry_leaves_nothing_behind(engine: AsyncEngine) -> None:
    ledger, timeline = Ledger(engine), Timeline(engine)
    heard: list[Change] = []
    opened = await ledger.open_visitor("api", "hash", 1000)
    ledger.listen(heard.append)
    with pytest.raises(RuntimeError):
        async with ledger.writing(opened.id) as entry:
            await entry.append("bot", "text", "半句")
            await entry.move("waiting", "system", "x")
            raise RuntimeError("crash")
    assert heard == []
    assert await timeline.conversation(opened.id) == opened
    assert await timeline.transcript(opened.id) == []


async def test_listeners_hear_after_the_commit_in_order(engine: AsyncEngine) -> None:
    ledger = Ledger(engine)
    heard: list[int] = []
    ledger.listen(lambda change: heard.extend(one.seq for one in change.messages))
    opened = await ledger.open_visitor("api", "hash", 1000)
    await asyncio.gather(*(ledger.accept_customer(opened.visitor_id, str(number), "问") for number in range(15)))
    assert heard == list(range(1, 16))


async def test_writing_to_an_unknown_conversation_is_not_found(engine: AsyncEngine) -> None:
    with pytest.raises(NotFoundError):
        async with Ledger(engine).writing("nope"):
            pass


async def test_defaults_of_a_reply_are_stored_as_plain_names(engine: AsyncEngine) -> None:
    ledger = Ledger(engine)
    opened = await ledger.open_visitor("api", "hash", 1000)
    async with ledger.writing(opened.id) as entry:
        await entry.answer(Reply(text="您好"))
    written = (await Timeline(engine).transcript(opened.id))[0]
    assert (written.kind, written.trace) == ("text", {"outcome": "answered"})


async def test_score_written_twice_counts_once(engine: AsyncEngine) -> None:
    ledger = Ledger(engine)
    opened = await ledger.open_visitor("api", "hash", 1000)
    for level in (0.5, 0.9):
        async with ledger.writing(opened.id) as entry:
            await entry.record_score(ScoreRow(1, 0.4, "不满", level, "watch", {}, []))
    found = await Timeline(engine).conversation(opened.id)
    assert found is not None and (found.level, found.stage) == (0.5, "watch")
    assert [row.level for row in await Timeline(engine).scores(opened.id)] == [0.5]


def test_only_the_documented_changes_of_state_are_allowed() -> None:
    allowed = {(old, new) for old, targets in ALLOWED.items() for new in targets}
    assert allowed == {
        ("bot", "waiting"),
        ("waiting", "human"),
        ("waiting", "bot"),
        ("human", "bot"),
        ("human", "closed"),
        ("human", "waiting"),
    }
    for old in ALLOWED:
        for new in ALLOWED:
            if (old, new) not in allowed:
                with pytest.raises(ConflictError):
                    check_move(old, new)


def test_times_are_written_in_utc_with_milliseconds() -> None:
    assert iso(1_767_225_600_007) == "2026-01-01T00:00:00.007Z"
    assert iso(0) == "1970-01-01T00:00:00.000Z"
