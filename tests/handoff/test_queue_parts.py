"""Waiting times, wording, presence."""

from __future__ import annotations

import pytest

from bot.handoff import wording
from bot.handoff.presence import SILENT_AFTER_S, Presence
from bot.handoff.wording import HandoffReason


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("position", "handling", "online", "minutes"),
    [(1, 4.0, 1, 4), (3, 4.0, 2, 6), (1, 0.2, 5, 1), (2, 4.0, 0, None), (5, 4.0, 3, 7)],
)
def test_expected_wait_is_shared_by_agents_and_at_least_a_minute(
    position: int, handling: float, online: int, minutes: int | None
) -> None:
    assert wording.expected_wait_minutes(position, handling, online) == minutes


@pytest.mark.parametrize("reason", list(HandoffReason))
def test_every_reason_has_words_for_customer_and_agent(reason: HandoffReason) -> None:
    told = wording.handoff_text(reason, position=3, minutes=8, hotline="400-123-4567")
    assert "坐席全忙，您前面还有 2 位，预计等待 8 分钟" in told.text
    assert "{" not in told.text
    assert told.data == {
        "reason": reason.value,
        "text_reason": wording.CUSTOMER_TEXT[reason],
        "position": 3,
        "expected_wait_minutes": 8,
    }
    assert wording.AGENT_TEXT[reason] and wording.REASON_NOTE[reason]


def test_urgent_reason_names_the_hotline() -> None:
    told = wording.handoff_text(HandoffReason.FRAUD_OR_LOSS, position=1, minutes=4, hotline="400-123-4567")
    assert "400-123-4567" in told.text


def test_nobody_online_is_said_honestly() -> None:
    told = wording.handoff_text(HandoffReason.ASKED, position=1, minutes=None, hotline="x")
    assert "坐席都不在线" in told.text and "预计等待" not in told.text


def test_unknown_reason_counts_as_asked() -> None:
    assert wording.parse_reason("whatever") is HandoffReason.ASKED
    assert wording.parse_reason(["x"]) is HandoffReason.ASKED


def test_lost_connection_counts_after_the_grace_only() -> None:
    clock = Clock()
    presence = Presence(20.0, clock)
    presence.connected("a")
    assert (presence.online(), presence.is_gone("a")) == (1, False)
    presence.disconnected("a")
    assert (presence.online(), presence.is_gone("a")) == (0, False)
    clock.now += 19.9
    assert not presence.is_gone("a")
    clock.now += 0.2
    assert presence.is_gone("a")
    presence.connected("a")
    assert not presence.is_gone("a")


def test_second_tab_keeps_the_agent_present() -> None:
    clock = Clock()
    presence = Presence(1.0, clock)
    presence.connected("a")
    presence.connected("a")
    presence.disconnected("a")
    clock.now += 100
    assert not presence.is_gone("a") and presence.online() == 1


def test_agent_without_a_console_is_present_while_heard_of() -> None:
    clock = Clock()
    presence = Presence(1.0, clock)
    presence.heard("a")
    clock.now += SILENT_AFTER_S - 1
    assert not presence.is_gone("a") and presence.online() == 1
    clock.now += 2
    assert presence.is_gone("a") and presence.online() == 0


def test_signing_out_gives_the_conversations_away_at_once() -> None:
    clock = Clock()
    presence = Presence(20.0, clock)
    presence.heard("a")
    presence.signed_out("a")
    assert presence.is_gone("a")
