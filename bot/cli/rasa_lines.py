"""Programs that run in Rasa's environment and speak JSON lines: start one, hand it lines, read its answers."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from bot.cli.training import rasa_environment, rasa_python
from bot.errors import UnavailableError
from bot.rasa_components.model_files import latest_model
from bot.settings import ROOT, Settings

TERMINATED = -15  # by us, when the reader has had enough


def parse_command(settings: Settings, day: date | None = None) -> list[str]:
    """Module and arguments that read ``{"text"}`` lines with the trained model; ``day`` is what 明天 is counted from.

    Raises:
        SettingsError: no model has been trained, or it is damaged.
    """
    model = latest_model(ROOT, settings.path(settings.rasa_model_dir))
    return ["bot.rasa_components.parse_lines", str(model), *([day.isoformat()] if day else [])]


def rasa_lines(
    settings: Settings, command: Sequence[str], lines: Iterable[str] | None = None
) -> Iterator[dict[str, Any]]:
    """The answers of ``python -m COMMAND`` in Rasa's environment, each as soon as it is there.

    Args:
        lines: without line ends; ``None`` lets the program read our own standard input.

    Raises:
        SettingsError: Rasa's environment is missing.
        UnavailableError: the program failed; the message holds what it said last.
    """
    with tempfile.TemporaryFile() as complaints:  # Rasa's libraries warn a lot; shown only if it fails
        with tempfile.TemporaryFile("w+", encoding="utf-8") as given:  # a pipe would fill up while answers are read
            given.writelines(f"{line}\n" for line in lines or ())
            given.seek(0)
            process = subprocess.Popen(
                [str(rasa_python()), "-m", *command],
                cwd=ROOT,
                env=rasa_environment(settings),
                stdin=given if lines is not None else None,
                stdout=subprocess.PIPE,
                stderr=complaints,
                encoding="utf-8",
            )
        with process:
            assert process.stdout is not None
            try:
                for line in process.stdout:
                    yield json.loads(line)
            except BaseException:  # also IteratorExit: whoever reads has had enough
                process.terminate()
                raise
            code = process.wait()
        complaints.seek(0)
        said = complaints.read().decode("utf-8", "replace").strip().splitlines()
    if code not in (0, TERMINATED):
        raise UnavailableError(f"语言理解进程异常退出（{code}）：{said[-1][:300] if said else '没有输出'}")
