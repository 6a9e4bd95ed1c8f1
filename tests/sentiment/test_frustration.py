from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sentiment.frustration import Assessment, TrendParams, TurnSignals, assess, trajectory
from bot.sentiment.params import load_params

PARAMS = load_params()

unit = st.floats(0, 1, allow_nan=False)
turns = st.lists(
    st.builds(
        TurnSignals,
        seq=st.integers(1, 10_000),
        frustration=unit,
        repeated=unit,
        not_understood=st.booleans(),
        asks_human=st.booleans(),
        insult=st.booleans(),
        threat=st.booleans(),
        distress=st.booleans(),
    ),
    min_size=1,
    max_size=12,
)


def tones(*values: float) -> list[TurnSignals]:
    return [TurnSignals(seq=number * 2 + 1, frustration=value) for number, value in enumerate(values)]


def test_no_turns_is_calm() -> None:
    assert assess([], PARAMS) == Assessment(0.0, "calm", ())


@pytest.mark.parametrize("value", [0.0, 0.1, 0.2])
def test_twenty_calm_turns_stay_calm(value: float) -> None:
    assert {one.stage for one in trajectory(tones(*[value] * 20), PARAMS)} == {"calm"}


@pytest.mark.parametrize("value", [0.5, 0.55, 0.6, 0.65, 0.7])
def test_one_annoyed_message_hands_nobody_over(value: float) -> None:
    assert assess(tones(value), PARAMS).stage != "handoff"


@pytest.mark.parametrize("value", [0.82, 0.9, 1.0])
def test_one_fierce_message_hands_over_and_is_named(value: float) -> None:
    found = assess(tones(value), PARAMS)
    assert found.stage == "handoff"
    assert (found.reasons[0].code, found.reasons[0].seqs) == ("fierce", (1,))
    assert found.reasons[0].text == f"言辞激烈：不满程度达到 {value:.2f}"


def test_rising_tone_hands_over_and_names_the_three_turns() -> None:
    found = assess(tones(0.1, 0.4, 0.6, 0.7), PARAMS)
    assert found.stage == "handoff"
    assert (found.reasons[0].code, found.reasons[0].seqs) == ("rising", (3, 5, 7))
    assert found.reasons[0].text == "情绪持续升高：最近三条消息的不满程度为 0.40→0.60→0.70"


def test_customer_who_calms_down_is_believed_within_three_turns() -> None:
    stages = [one.stage for one in trajectory(tones(0.95, 0.1, 0.05, 0.05), PARAMS)]
    assert stages[0] == "handoff"
    assert stages[-1] == "calm"


def test_polite_customer_not_understood_three_times_while_repeating_is_handed_over() -> None:
    asked = [
        TurnSignals(1, 0.1),
        TurnSignals(3, 0.15, repeated=0.95, repeats_seq=1, not_understood=True),
        TurnSignals(5, 0.2, repeated=0.97, repeats_seq=1, not_understood=True),
        TurnSignals(7, 0.25, repeated=0.97, repeats_seq=3, not_understood=True),
    ]
    found = assess(asked, PARAMS)
    assert found.stage == "handoff"
    texts = {reason.code: reason for reason in found.reasons}
    assert texts["repeated"].text == "重复提问：同样的问题又问了 3 遍"
    assert texts["repeated"].seqs == (1, 3, 5, 7)
    assert texts["not_understood"].text == "连续未被理解：机器人有 3 次没有答上"


def test_asking_again_once_is_no_handoff() -> None:
    assert assess([TurnSignals(1, 0.1), TurnSignals(2, 0.1, repeated=1.0, repeats_seq=1)], PARAMS).stage == "calm"


def test_similar_but_different_question_adds_nothing() -> None:
    alike = [TurnSignals(1, 0.1), TurnSignals(2, 0.1, repeated=PARAMS.repeated_from - 0.01, repeats_seq=1)]
    assert assess(alike, PARAMS).level == assess(tones(0.1, 0.1), PARAMS).level


@pytest.mark.parametrize("flag", ["asks_human", "insult", "threat", "distress"])
def test_flag_raises_the_level_and_gives_a_reason_of_its_own(flag: str) -> None:
    plain = TurnSignals(1, 0.4)
    found = assess([replace(plain, **{flag: True})], PARAMS)
    assert found.level > assess([plain], PARAMS).level
    assert flag in {reason.code for reason in found.reasons}


@given(turns)
def test_same_turns_give_the_same_assessment(told: list[TurnSignals]) -> None:
    assert assess(told, PARAMS) == assess(list(told), PARAMS)


@given(turns)
def test_later_turns_never_change_earlier_assessments(told: list[TurnSignals]) -> None:
    whole = trajectory(told, PARAMS)
    assert [trajectory(told[: end + 1], PARAMS)[-1] for end in range(len(told))] == whole


@given(turns, st.data())
@settings(max_examples=200)
def test_fiercer_turn_never_lowers_any_level(told: list[TurnSignals], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(told) - 1))
    fiercer = list(told)
    fiercer[index] = replace(told[index], frustration=data.draw(st.floats(told[index].frustration, 1)))
    before, after = trajectory(told, PARAMS), trajectory(fiercer, PARAMS)
    assert all(late.level >= early.level - 1e-4 for early, late in zip(before, after, strict=True))


@given(turns)
def test_weights_account_for_no_more_than_the_level(told: list[TurnSignals]) -> None:
    found = assess(told, PARAMS)
    assert 0 <= found.level < 1
    assert sum(reason.weight for reason in found.reasons) <= found.level + 0.001
    weights = [reason.weight for reason in found.reasons]
    assert weights == sorted(weights, reverse=True)
    known = {turn.seq for turn in told}
    assert all(set(reason.seqs) <= known for reason in found.reasons)


@pytest.mark.parametrize("broken", [float("nan"), float("inf"), -3.0])
def test_broken_score_counts_as_calm(broken: float) -> None:
    assert assess([TurnSignals(1, broken)], PARAMS).level == 0.0


def test_watch_over_handoff_is_refused() -> None:
    with pytest.raises(ValueError, match="watch_from 不能大于 handoff_from"):
        TrendParams(watch_from=0.8, handoff_from=0.7)
