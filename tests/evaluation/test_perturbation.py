from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.evaluation.perturbation import SHAPES, traditional, typos, voice
from bot.text.tables import lookalikes, readings

QUESTION = "信用卡丢了，转账5000元要多少手续费？"


def test_traditional_form_is_the_other_script() -> None:
    assert traditional("转账到账户") == "轉賬到賬戶"


@pytest.mark.parametrize("seed", range(20))
def test_typing_errors_change_one_or_two_characters_by_sound_or_shape(seed: int) -> None:
    noisy = typos(QUESTION, Random(seed))
    changed = [(one, other) for one, other in zip(QUESTION, noisy, strict=True) if one != other]
    assert 1 <= len(changed) <= 2
    for one, other in changed:
        alike = not set(readings()[one]).isdisjoint(readings()[other])
        assert alike or any(one in group and other in group for group in SHAPES)


@pytest.mark.parametrize("seed", range(20))
def test_voice_has_no_punctuation_and_no_digits(seed: int) -> None:
    noisy = voice(QUESTION, Random(seed))
    assert "五千" in noisy or "五" in noisy
    assert not any(char.isdigit() and char.isascii() for char in noisy)
    assert "，" not in noisy and "？" not in noisy
    assert len(noisy) > len(QUESTION) - 5


@pytest.mark.parametrize(
    ("text", "said"),
    [("12", "十二"), ("5000", "五千"), ("1050", "一千零五十"), ("3.5", "三点五"), ("95500", "九五五零零")],
)
def test_numbers_are_said_as_people_say_them(text: str, said: str) -> None:
    assert voice(text, Random(1)).endswith(said)


@given(st.text(max_size=40), st.integers(0, 5))
def test_same_seed_gives_the_same_copy(text: str, seed: int) -> None:
    for noise in (typos, voice):
        assert noise(text, Random(seed)) == noise(text, Random(seed))


def test_shapes_are_not_the_correctors() -> None:
    corrected = {(one, other) for one, others in lookalikes().items() for other in others}
    own = {(one, other) for group in SHAPES for one in group for other in group if one != other}
    assert len(own - corrected) > len(own) / 2
