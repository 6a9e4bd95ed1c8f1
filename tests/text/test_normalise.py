from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.normalise import normalise, normalise_text


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        ("ＡＢＣ１２３％", "ABC123%"),
        ("我想開通網上銀行，後來髮卡了", "我想开通网上银行，后来发卡了"),
        ("理\u200b财\ufeff产\u2060品", "理财产品"),
        ("存５万\u3000三個月？", "存5万 三个月？"),
        ("ａ\tｂ\nｃ", "a b c"),
        ("控制\x00符\x1b", "控制符"),
        ("㎡①", "m21"),
        ("著作权属于谁", "著作权属于谁"),
        ("", ""),
    ],
)
def test_text_in_another_form_becomes_its_normal_form(given_text: str, expected: str) -> None:
    assert normalise(given_text).text == expected


def test_chinese_punctuation_stays_as_typed() -> None:
    assert normalise("好的，谢谢！（真的）？").text == "好的，谢谢！（真的）？"


def test_span_after_left_out_characters_points_into_the_original() -> None:
    original = "買\u200b１０\u200b万理財"
    form = normalise(original)
    assert form.text == "买10万理财"
    start, end = form.original_span(1, 4)
    assert original[start:end] == "１０\u200b万"
    assert form.original_span(4, 6) == (6, 8)


def test_span_of_an_expanded_character_covers_the_whole_original() -> None:
    form = normalise("5㎡房")
    assert form.text == "5m2房"
    assert form.original_span(1, 3) == (1, 2)


@pytest.mark.parametrize(("start", "end"), [(-1, 1), (2, 1), (0, 3)])
def test_span_outside_the_text_is_refused(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="outside"):
        normalise("ab").original_span(start, end)


def test_runs_of_blanks_become_one_in_the_compared_form() -> None:
    assert normalise_text("  定期 \u3000\n 利率  ") == "定期 利率"


@given(st.text(max_size=60))
def test_any_text_has_one_offset_per_character_and_rising(text: str) -> None:
    form = normalise(text)
    assert len(form.offsets) == len(form.text) + 1
    assert list(form.offsets) == sorted(form.offsets)
    assert form.offsets[-1] == len(text)


@given(st.text(max_size=60))
def test_normal_form_of_the_normal_form_is_itself(text: str) -> None:
    once = normalise_text(text)
    assert normalise_text(once) == once
