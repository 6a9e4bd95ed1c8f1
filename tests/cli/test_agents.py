"""``tingxin agents``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli.agents import app
from bot.errors import ConflictError, InputError
from bot.gateway.auth import _matches
from bot.storage.engine import make_engine
from bot.storage.tables import agent


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TINGXIN_DATA_DIR", str(tmp_path))
    return tmp_path


def stored_hash(data_dir: Path) -> str:
    engine = make_engine(f"sqlite:///{data_dir / 'tingxin.db'}")
    with engine.connect() as connection:
        found = connection.execute(agent.select()).one().password_hash
    engine.dispose()
    return str(found)


def test_generated_password_is_printed_once_and_opens_the_account(data_dir: Path) -> None:
    result = CliRunner().invoke(app, ["add", "小李"])
    assert result.exit_code == 0
    password = result.output.splitlines()[-1].partition("：")[2]
    assert len(password) >= 8
    assert _matches(stored_hash(data_dir), password)
    assert password not in CliRunner().invoke(app, ["list"]).output


def test_given_password_is_read_from_standard_input_and_never_shown(data_dir: Path) -> None:
    result = CliRunner().invoke(app, ["add", "boss", "--role", "supervisor", "--password-stdin"], input="very secret\n")
    assert result.exit_code == 0 and "very secret" not in result.output
    assert _matches(stored_hash(data_dir), "very secret")


def test_list_gives_json_lines_with_running_work_numbers() -> None:
    for name in ("甲", "乙"):
        CliRunner().invoke(app, ["add", name])
    rows = [json.loads(line) for line in CliRunner().invoke(app, ["list", "--json"]).output.splitlines()]
    assert [(row["username"], row["work_no"], row["role"], row["active"]) for row in rows] == [
        ("甲", "8001", "agent", True),
        ("乙", "8002", "agent", True),
    ]


@pytest.mark.parametrize(
    ("arguments", "given", "error"),
    [
        (["add", " x"], "", InputError),
        (["add", ""], "", InputError),
        (["add", "x", "--role", "king"], "", InputError),
        (["add", "x", "--password-stdin"], "short\n", InputError),
        (["add", "taken"], "", ConflictError),
    ],
)
def test_what_cannot_be_an_account_is_refused(arguments: list[str], given: str, error: type[Exception]) -> None:
    CliRunner().invoke(app, ["add", "taken"])
    result = CliRunner().invoke(app, arguments, input=given)
    assert isinstance(result.exception, error)
    assert len(CliRunner().invoke(app, ["list", "--json"]).output.splitlines()) == 1
