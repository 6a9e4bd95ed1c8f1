"""``tingxin sentiment score --json``, run as a program."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from bot.settings import ROOT


@pytest.fixture(scope="module")
def answers() -> list[dict[str, Any]]:
    lines: list[bytes] = [
        json.dumps({"id": 1, "text": "一年期定期利率是多少"}).encode(),
        json.dumps({"id": 2, "text": "骗子银行，气死我了，还我钱！"}).encode(),
        b"{broken",
        b'{"id": 4}',
        b'{"id": 5, "text": 7}',
        b"[1, 2]",
        b'{"id": 7, "text": "\xff\xfe"}',
        b"",
        json.dumps(
            {
                "id": 8,
                "turns": [
                    {"sender": "customer", "text": "转账一直失败怎么办"},
                    {"sender": "helpdesk", "text": "抱歉，我没有理解您的问题。"},
                    {"sender": "customer", "text": "骗子银行，气死我了，我要投诉你们！"},
                ],
            }
        ).encode(),
        b'{"id": 9, "turns": [{"sender": "robot", "text": "x"}]}',
        b'{"id": 10, "turns": []}',
        b'{"id": 11, "turns": 3}',
        b"[" * 100_000,
        json.dumps({"id": 13, "text": "x" * 100_000}).encode(),
    ]
    done = subprocess.run(
        [sys.executable, "-m", "bot.cli", "sentiment", "score", "--json"],
        input=b"\n".join(lines),
        capture_output=True,
        cwd=ROOT,
        check=True,
        timeout=100,
    )
    return [json.loads(line) for line in done.stdout.decode().splitlines()]


def test_every_line_but_the_empty_one_is_answered(answers: list[dict[str, Any]]) -> None:
    assert len(answers) == 13


def test_message_gets_frustration_and_emotion(answers: list[dict[str, Any]]) -> None:
    assert set(answers[0]) == {"id", "frustration", "emotion"}
    assert answers[0]["frustration"] < 0.5 <= answers[1]["frustration"]
    assert (answers[0]["id"], answers[1]["id"]) == (1, 2)


def test_bad_lines_get_an_error_with_their_id_and_do_not_stop_the_rest(answers: list[dict[str, Any]]) -> None:
    assert answers[2] == {"id": None, "error": "这一行不是正确的 JSON。"}
    assert answers[3] == {"id": 4, "error": "缺少 text，或它不是文字。"}
    assert answers[4] == {"id": 5, "error": "缺少 text，或它不是文字。"}
    assert answers[5] == {"id": None, "error": "每一行应当是一个 JSON 对象。"}
    assert answers[6]["emotion"] == "平静"
    assert {answers[8]["id"], answers[10]["id"]} == {9, 11}
    assert all("error" in answers[place] for place in (8, 10, 11))
    assert "frustration" in answers[12]


def test_dialogue_gets_a_trajectory_handoff_and_reasons(answers: list[dict[str, Any]]) -> None:
    found = answers[7]
    assert len(found["trajectory"]) == 2
    assert found["trajectory"][1] > found["trajectory"][0]
    assert found["handoff_turn"] == 1
    assert "threat" in {reason["code"] for reason in found["reasons"]}
    assert all(set(reason) == {"code", "text", "seqs", "weight"} for reason in found["reasons"])


def test_empty_dialogue_has_an_empty_trajectory(answers: list[dict[str, Any]]) -> None:
    assert answers[9]["trajectory"] == []
    assert answers[9]["handoff_turn"] is None
