from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bot.errors import SettingsError
from bot.sentiment.frustration import TrendParams
from bot.sentiment.params import TREND_FILE, load_params


def test_shipped_file_names_every_parameter() -> None:
    assert set(yaml.safe_load(TREND_FILE.read_text("utf-8"))) == set(TrendParams.model_fields)


def test_missing_value_has_its_default(tmp_path: Path) -> None:
    path = tmp_path / "trend.yml"
    path.write_text("insult: 0.5\n", "utf-8")
    assert load_params(path) == TrendParams(insult=0.5)


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("handoff_from: 7\n", "handoff_from"),
        ("handof_from: 0.7\n", "handof_from"),
        ("- 1\n", "名称: 数值"),
        ("a: [1\n", "不是正确的 YAML"),
    ],
)
def test_wrong_file_is_refused_and_the_fault_named(tmp_path: Path, content: str, named: str) -> None:
    path = tmp_path / "trend.yml"
    path.write_text(content, "utf-8")
    with pytest.raises(SettingsError, match=named):
        load_params(path)


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"没有|找不到.*nowhere\.yml"):
        load_params(tmp_path / "nowhere.yml")
