"""Rasa's environment seen from ours: train the model when its inputs changed, find the one to run."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

from bot.errors import SettingsError, UnavailableError
from bot.rasa_components import model_files
from bot.settings import ROOT, Settings

RASA_PYTHON = ROOT / ".venv" / "rasa" / "bin" / "python"


def ensure_model(settings: Settings, *, force: bool = False, on_progress: Callable[[str], None] | None = None) -> Path:
    """The model of the present inputs, trained now if there is none (or it is damaged, or ``force``).

    Raises:
        SettingsError: Rasa's environment is missing.
        UnavailableError: training failed; the message names the log.
    """
    folder = settings.path(settings.rasa_model_dir)
    say = on_progress or (lambda _line: None)
    if not force:
        try:
            return model_files.current_model(ROOT, folder)
        except model_files.ModelFilesError:
            say("模型的输入有变化，重新训练（约一分钟）")
    log = settings.path(settings.data_dir) / "log" / "train.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    command = [str(rasa_python()), "-m", "bot.rasa_components.train", "--output", str(folder)]
    with log.open("w", encoding="utf-8") as file:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=rasa_environment(settings),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=file,
            encoding="utf-8",
            errors="replace",
        )
        assert process.stdout is not None
        try:
            for line in process.stdout:
                file.write(line)
                file.flush()
                if line.startswith("正在"):
                    say(line.strip())
            code = process.wait()
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()
    if code != 0:
        raise UnavailableError(f"训练失败，详见 {log}：{_last_line(log)}", code="training_failed")
    return model_files.current_model(ROOT, folder)


def rasa_python() -> Path:
    """The interpreter of Rasa's environment.

    Raises:
        SettingsError: it is not installed.
    """
    if not RASA_PYTHON.is_file():
        raise SettingsError(f"Rasa 的运行环境 {RASA_PYTHON.parent.parent} 尚未安装，请先执行 make setup。")
    return RASA_PYTHON


def rasa_environment(settings: Settings) -> dict[str, str]:
    """Environment variables of everything that runs in Rasa's environment."""
    return {
        "OPENBLAS_NUM_THREADS": "1",  # one message is too little to share: other threads would only wait, and busily
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
        "PYTHONWARNINGS": "ignore",
        "RASA_TELEMETRY_ENABLED": "false",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "TQDM_DISABLE": "1",
        "TINGXIN_ENCODER_DIR": str(settings.path(settings.encoder_dir)),
        "TINGXIN_INDEX_DIR": str(settings.index_dir),
    }


def _last_line(log: Path) -> str:
    lines = [line.strip() for line in log.read_text("utf-8", "replace").splitlines() if line.strip()]
    return lines[-1][:300] if lines else "没有输出"
