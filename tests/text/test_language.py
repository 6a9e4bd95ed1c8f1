from __future__ import annotations

import math
from pathlib import Path

import pytest

from bot.text import language as module
from bot.text.language import Language, language, shaped

TEXTS = [shaped(text) for text in ("信用卡怎么还", "信用卡怎么还款", "信用咔丢了", "卡怎么办")]


def test_a_text_is_read_with_its_edges_and_one_sign_for_each_number() -> None:
    assert shaped("转 500.5元，ATM可以吗？") == "^转^0^0元^a可以吗^"


def test_what_follows_a_character_adds_up_to_one() -> None:
    model = Language(TEXTS, [("怎么", 50), ("怎样", 30), ("款", 20), ("么", 5)])
    known = {char for text in TEXTS for char in text} | {"样"}
    for before in ("怎", "卡怎", "么"):
        assert sum(math.exp(model.log(before + char)) for char in known) == pytest.approx(1, abs=0.01)


def test_a_pair_that_stands_once_and_in_no_word_is_taken_for_a_slip() -> None:
    model = Language(TEXTS, [("丢了", 9)])
    assert model.seen("用卡") == 2
    assert model.seen("用咔") == 0
    assert model.seen("用咔丢") == 0
    assert model.seen("丢了") == 1


def test_customers_language_knows_what_they_ask() -> None:
    model = language()
    assert model.log("信用卡") > model.log("信用咔") + 3
    assert model.log("怎么") > model.log("怎末") + 3


def test_without_texts_the_words_alone_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("EXAMPLES", "FAQ", "UTTERANCES"):
        monkeypatch.setattr(module, name, tmp_path / name)
    model = language.__wrapped__()
    assert model.seen("信用卡") == 0
    assert model.log("需要") > model.log("需药")
