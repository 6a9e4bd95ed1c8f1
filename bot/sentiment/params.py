"""Reads the trend's parameters, ``data/sentiment/trend.yml``."""

from __future__ import annotations

from pathlib import Path

import yaml
from pydantic import ValidationError

from bot.errors import SettingsError
from bot.sentiment.frustration import TrendParams
from bot.settings import ROOT

TREND_FILE = ROOT / "data" / "sentiment" / "trend.yml"


def load_params(path: Path = TREND_FILE) -> TrendParams:
    """Read and check the parameters; what the file leaves out has its default.

    Raises:
        SettingsError: the file is missing, is no YAML mapping, or holds a wrong value; the message names it.
    """
    try:
        raw = yaml.safe_load(path.read_text("utf-8"))
    except OSError:
        raise SettingsError(f"找不到情绪趋势参数文件 {path}，请从安装包恢复它。") from None
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        place = getattr(error, "problem_mark", None)
        line = f"第 {place.line + 1} 行" if place is not None else "内容"
        raise SettingsError(f"情绪趋势参数文件 {path} {line}不是正确的 YAML，请改正。") from None
    if not isinstance(raw, dict):
        raise SettingsError(f"情绪趋势参数文件 {path} 应当是“名称: 数值”的列表，请改正。")
    try:
        return TrendParams.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"]) or "整体"
        raise SettingsError(f"情绪趋势参数文件 {path} 中的 {name} 不正确：{first['msg']}。请改正。") from None
