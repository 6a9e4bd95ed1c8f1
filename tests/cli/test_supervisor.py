"""The supervisor with real child processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from bot.cli.supervisor import Child, Supervisor

SLEEPS = [sys.executable, "-c", "import time; time.sleep(60)"]
DIES = [sys.executable, "-c", "import sys; print('last words'); sys.exit(3)"]
DEAF = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)",
]
BEGETS = [
    sys.executable,
    "-c",
    "import subprocess, sys, time; p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']);"
    "print(p.pid, flush=True); time.sleep(60)",
]


def wait_for(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def supervise(tmp_path: Path, *children: Child) -> tuple[Supervisor, list[str]]:
    said: list[str] = []
    return Supervisor(children, tmp_path, tmp_path / "log", said.append), said


def test_child_that_dies_is_restarted_with_growing_delay(tmp_path: Path) -> None:
    now = [0.0]
    said: list[str] = []
    child = Child("mayfly", DIES)
    supervisor = Supervisor([child], tmp_path, tmp_path / "log", said.append, clock=lambda: now[0])
    supervisor.start()
    delays = []
    for _ in range(7):
        assert child.process is not None
        child.process.wait(10)
        supervisor.tick()
        assert child.restart_at is not None
        delays.append(child.restart_at - now[0])
        now[0] = child.restart_at
        supervisor.tick()
    supervisor.stop()
    assert delays == [1, 2, 4, 8, 16, 30, 30]
    assert "mayfly 意外退出（代码 3），1 秒后重启" in said[0]
    assert "last words" in (tmp_path / "log" / "mayfly.log").read_text()


def test_child_that_ran_long_starts_its_delay_anew(tmp_path: Path) -> None:
    now = [0.0]
    child = Child("mayfly", DIES, delay_s=16.0)
    supervisor = Supervisor([child], tmp_path, tmp_path / "log", lambda _line: None, clock=lambda: now[0])
    supervisor.start()
    assert child.process is not None
    child.process.wait(10)
    now[0] = 61.0
    supervisor.tick()
    assert child.restart_at == 62.0
    supervisor.stop()


def test_stop_ends_children_and_grandchildren(tmp_path: Path) -> None:
    supervisor, _ = supervise(tmp_path, Child("one", SLEEPS), Child("two", BEGETS))
    supervisor.start()
    log = tmp_path / "log" / "two.log"
    wait_for(lambda: log.read_text().strip().isdigit())
    pids = [int(log.read_text())] + [child.process.pid for child in supervisor.children if child.process]
    supervisor.stop()
    wait_for(lambda: not any(_alive(pid) for pid in pids))


def test_child_deaf_to_sigterm_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.cli.supervisor.STOP_GRACE_S", 0.5)
    supervisor, _ = supervise(tmp_path, Child("deaf", DEAF))
    supervisor.start()
    child = supervisor.children[0].process
    assert child is not None
    wait_for(lambda: "deaf" in (tmp_path / "log" / "deaf.log").read_text())
    supervisor.stop()
    assert child.returncode == -signal.SIGKILL


@pytest.mark.skipif(sys.platform != "linux", reason="PR_SET_PDEATHSIG is Linux's")
def test_killed_supervisor_leaves_no_child_behind(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from bot.cli.supervisor import Child, Supervisor\n"
        f"s = Supervisor([Child('c', [sys.executable, '-c', 'import time; time.sleep(60)'])], Path({str(tmp_path)!r}),"
        f" Path({str(tmp_path / 'log')!r}), print)\n"
        "s.start(); print(s.children[0].process.pid, flush=True); time.sleep(60)"
    )
    root = Path(__file__).resolve().parents[2]
    parent = subprocess.Popen(
        [sys.executable, "-c", code], cwd=root, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(root)}
    )
    assert parent.stdout is not None
    with parent.stdout as output:
        pid = int(output.readline())
        parent.kill()
        parent.wait(10)
    wait_for(lambda: not _alive(pid))


def _alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
