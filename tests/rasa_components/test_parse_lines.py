from __future__ import annotations

from typing import Any

import pytest

from bot.rasa_components.parse_lines import parse_line


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
