"""Parts of ``tingxin up`` that need no running product."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.cli.up import keep_model


@pytest.fixture
def model(tmp_path: Path) -> Path:
    made = tmp_path / "models" / "one.tar.gz"
    made.parent.mkdir()
    made.write_bytes(b"weights")
    return made


def test_model_in_use_outlives_its_removal_by_training(model: Path, tmp_path: Path) -> None:
    kept = keep_model(model, tmp_path)
    model.unlink()
    assert kept.read_bytes() == b"weights"


def test_next_start_keeps_the_new_model(model: Path, tmp_path: Path) -> None:
    keep_model(model, tmp_path)
    newer = model.with_name("two.tar.gz")
    newer.write_bytes(b"better")
    assert keep_model(newer, tmp_path).read_bytes() == b"better"
    assert model.read_bytes() == b"weights"


def test_model_on_another_file_system_is_copied(model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, target: Path) -> None:
        raise OSError(18, "cross-device link")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    assert keep_model(model, tmp_path).read_bytes() == b"weights"
