from __future__ import annotations

from typing import Any

import pytest

from bot.rasa_components.parse_lines import parse_line, reading


def echo(text: str) -> dict[str, Any]:
    return {"understood": text}


def test_text_is_handed_on_as_it_is() -> None:
    assert parse_line('{"text": " 转账 "}\n'.encode(), echo) == {"understood": " 转账 "}


def test_unknown_fields_are_ignored() -> None:
    assert parse_line(b'{"text": "a", "id": 7}', echo) == {"understood": "a"}


@pytest.mark.parametrize(
    "raw",
    [
        b"not json",
        b"[]",
        b'"text"',
        b"{}",
        b'{"text": 5}',
        b'{"text": null}',
        b'{"text": ["a"]}',
        b"\xff\xfe",
        b"[" * 100_000,
    ],
)
def test_bad_line_gets_an_error_and_is_not_understood(raw: bytes) -> None:
    def never(text: str) -> dict[str, Any]:
        raise AssertionError(text)

    assert set(parse_line(raw, never)) == {"error"}


def test_lone_surrogate_becomes_a_character_that_can_be_written() -> None:
    assert parse_line(b'{"text": "a\\ud800"}', echo) == {"understood": "a?"}


def test_reading_holds_what_is_promised_and_nothing_else() -> None:
    parsed = {
        "intent": {"name": "faq", "confidence": 0.81234},
        "faq": {
            "id": "A",
            "score": 0.8,
            "question": "甲",
            "alternatives": [{"id": "B", "score": 0.1, "question": "乙"}],
        },
        "entities": [{"entity": "term", "value": "365", "start": 1, "end": 3, "extractor": "x"}],
        "out_of_scope": 0.1,
        "choices": [{"faq": "A"}],
    }
    assert reading("存一年", parsed) == {
        "intent": "faq",
        "confidence": 0.8123,
        "faq": {"id": "A", "score": 0.8, "alternatives": [{"id": "B", "score": 0.1}]},
        "choices": [{"faq": "A"}],
        "entities": [{"entity": "term", "value": "365", "start": 1, "end": 3, "text": "一年"}],
        "out_of_scope": 0.1,
    }


def test_reading_without_an_index_has_no_faq() -> None:
    assert reading("?", {"intent": {"name": "greet", "confidence": 1.0}, "faq": None})["faq"] is None
