"""Misspelt copies of known questions: seeded, and still recognisable."""

from __future__ import annotations

from random import Random

from bot.retrieval.slips import slipped
from bot.text.sounds import near_sound, syllables


def test_copy_is_the_same_for_the_same_seed_and_mostly_differs_from_the_text() -> None:
    texts = ["信用卡年费怎么减免", "转账限额怎么调高", "手机银行登录不上去了怎么办"]
    first = [slipped(text, Random(seed)) for text in texts for seed in range(20)]
    again = [slipped(text, Random(seed)) for text in texts for seed in range(20)]
    assert first == again
    assert sum(copy == text for copy, text in zip(first, [text for text in texts for _ in range(20)], strict=True)) < 6


def test_copies_keep_most_of_what_was_said() -> None:
    text = "信用卡年费怎么减免"
    copies = [slipped(text, Random(seed)) for seed in range(200)]
    kept = [sum(char in copy for char in text) / len(text) for copy in copies]
    assert min(kept) >= 0.5
    assert sum(kept) / len(kept) > 0.75


def test_text_without_chinese_characters_stays() -> None:
    assert slipped("ETC 123", Random(0)) == "ETC 123"


def test_sounds_that_are_mixed_up_are_one() -> None:
    assert syllables("账户") == syllables("帐户") == syllables("张富")
    assert near_sound("zhang") == near_sound("zan")
    assert syllables("ETC2") == ["e", "t", "c", "2"]
