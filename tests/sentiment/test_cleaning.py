from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sentiment.cleaning import CHARS_MAX, clean, has_words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ＡＢＣ１２３", "ABC123"),
        ("气\u200b死\u200d我\ufeff了", "气死我了"),
        ("气\x00死\x07我", "气 死 我"),
        ("什么鬼😡", "什么鬼[怒]"),
        ("啊" * 5000, "啊啊啊啊"),
        ("在吗" * 50, "在吗在吗"),
        ("  多   少\n钱 ", "多 少 钱"),
        ("", ""),
    ],
)
def test_text_takes_its_normal_form(text: str, expected: str) -> None:
    assert clean(text) == expected


@given(st.text(max_size=300))
def test_cleaning_never_fails_and_stays_bounded(text: str) -> None:
    cleaned = clean(text)
    assert len(cleaned) <= 40 * len(text) + 1
    assert cleaned == cleaned.strip()


def test_endless_text_is_cut_to_both_ends() -> None:
    text = "".join(chr(0x4E00 + number % 5000) for number in range(20_000))
    cleaned = clean(text)
    assert len(cleaned) == CHARS_MAX
    assert cleaned[0] == text[0]
    assert cleaned[-1] == text[-1]


@pytest.mark.parametrize(
    ("text", "expected"), [("", False), ("123 456", False), ("。", False), ("???", True), ("好", True)]
)
def test_only_words_and_insistent_marks_are_judged(text: str, expected: bool) -> None:
    assert has_words(text) is expected
