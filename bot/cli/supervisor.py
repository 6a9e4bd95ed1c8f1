"""The supervisor: starts the children, restarts one that dies (with back-off), and ends them all together.

Children get a session of their own, so Ctrl-C reaches the supervisor alone, which ends them in order; should the
supervisor itself be killed, Linux sends them SIGTERM (``PR_SET_PDEATHSIG``): no process and no port stays behind.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

FIRST_DELAY_S = 1.0
LONGEST_DELAY_S = 30.0
STABLE_S = 60.0  # after this long without dying, a child's back-off starts anew
STOP_GRACE_S = 12.0  # Rasa takes a few seconds to end in good order
LOG_KEPT_BYTES = 20 * 1024**2
_PR_SET_PDEATHSIG = 1


@dataclass
class Child:
    """One process to keep alive.

    Attributes:
        name: short name; its output goes to ``log_dir/NAME.log``.
        command: argument list.
        env: variables added to the supervisor's own.
    """

    name: str
    command: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    restart_at: float | None = None
    delay_s: float = FIRST_DELAY_S


class Supervisor:
    """Keeps children alive until :meth:`stop`.

    Args:
        children: started in this order, stopped in the opposite one.
        root: working folder of all children.
        log_dir: where their output goes.
        report: called with one Chinese line when a child dies or is restarted.
    """

    def __init__(
        self,
        children: Sequence[Child],
        root: Path,
        log_dir: Path,
        report: Callable[[str], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.children = list(children)
        self.root = root
        self.log_dir = log_dir
        self.report = report
        self.clock = clock
        self.stopping = False

    def start(self) -> None:
        self.log_dir.mkdir(parents=True, exist_ok=True)
        for child in self.children:
            self._spawn(child)

    def tick(self) -> None:
        """Look after the children once: notice deaths, restart what is due. Call about once a second."""
        now = self.clock()
        for child in self.children:
            if child.process is not None and child.process.poll() is not None:
                code = child.process.returncode
                child.process = None
                if now - child.started_at > STABLE_S:
                    child.delay_s = FIRST_DELAY_S
                child.restart_at = now + child.delay_s
                self.report(
                    f"{child.name} 意外退出（代码 {code}），{child.delay_s:.0f} 秒后重启；"
                    f"日志见 {self.log_dir / (child.name + '.log')}"
                )
                child.delay_s = min(child.delay_s * 2, LONGEST_DELAY_S)
            elif child.restart_at is not None and now >= child.restart_at:
                child.restart_at = None
                self._spawn(child)
                self.report(f"{child.name} 已重新启动")

    def stop(self) -> None:
        """End all children: SIGTERM in reverse order, SIGKILL to what has not ended within the grace period."""
        self.stopping = True
        running = [child.process for child in reversed(self.children) if child.process is not None]
        for process in running:
            _signal_group(process, signal.SIGTERM)
        deadline = time.monotonic() + STOP_GRACE_S
        for process in running:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                _signal_group(process, signal.SIGKILL)
                process.wait()
            _signal_group(process, signal.SIGKILL)  # whatever the child itself had started
        for child in self.children:
            child.process = None
            child.restart_at = None

    def _spawn(self, child: Child) -> None:
        path = self.log_dir / f"{child.name}.log"
        if path.exists() and path.stat().st_size > LOG_KEPT_BYTES:
            path.replace(path.with_suffix(".log.1"))
        with path.open("ab") as log:
            child.process = subprocess.Popen(
                list(child.command),
                cwd=self.root,
                env={**os.environ, **child.env},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_end_with_parent if sys.platform == "linux" else None,
            )
        child.started_at = self.clock()


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    try:
        os.killpg(process.pid, number)
    except (ProcessLookupError, PermissionError):
        return
