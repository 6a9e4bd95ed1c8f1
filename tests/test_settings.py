from __future__ import annotations

import stat
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.settings import ROOT, Settings, load_secrets, load_settings


def test_every_setting_is_documented_with_its_default_and_nothing_else_is() -> None:
    documented = {}
    for line in (ROOT / "docs" / "settings.md").read_text("utf-8").splitlines():
        if line.startswith("| `TINGXIN_"):
            name, default, text = (cell.strip() for cell in line.strip("|").split("|"))
            documented[name.strip("`")] = (default.strip("`"), text)
    expected = {}
    for name, field in Settings.model_fields.items():
        default = field.get_default(call_default_factory=True)
        expected["TINGXIN_" + name.upper()] = (str(default), field.description)
    assert documented == expected


def test_wrong_setting_is_named_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TINGXIN_GATEWAY_PORT", "99999")
    with pytest.raises(SettingsError, match="TINGXIN_GATEWAY_PORT"):
        load_settings()


def test_secrets_are_made_once_and_only_their_owner_reads_them(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "new")
    first = load_secrets(settings)
    path = tmp_path / "new" / "secrets.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_secrets(settings) == first
    assert len(first.agent_password) >= 12


def test_secrets_that_others_can_read_are_refused(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    load_secrets(settings)
    (tmp_path / "secrets.json").chmod(0o644)
    with pytest.raises(SettingsError, match="chmod 600"):
        load_secrets(settings)


def test_damaged_secrets_are_refused_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "secrets.json").write_text("{")
    (tmp_path / "secrets.json").chmod(0o600)
    with pytest.raises(SettingsError, match="已损坏"):
        load_secrets(Settings(data_dir=tmp_path))
