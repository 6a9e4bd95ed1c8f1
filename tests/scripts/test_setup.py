"""The set-up script: what it finds, what it says. Real processes on a PATH made for the test."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def setup_script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("tingxin_setup", ROOT / "scripts" / "setup.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def executable(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


@pytest.fixture
def bare(setup_script: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without any Python, pyenv or uv; returns its bin folder."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    monkeypatch.setattr(sys, "executable", str(folder / "none"))
    return folder


def test_missing_interpreter_is_one_line_that_says_what_to_install(setup_script: ModuleType, bare: Path) -> None:
    if sys.version_info[:2] == (3, 10):
        pytest.skip("runs on another interpreter than the one looked for")
    with pytest.raises(setup_script.SetupError) as caught:
        setup_script.find_python([(3, 10)], "Rasa 对话引擎")
    assert str(caught.value).startswith("找不到 Python 3.10（Rasa 对话引擎）。请用 pyenv install 3.10 安装")
    assert "\n" not in str(caught.value)


def test_shim_that_refuses_is_passed_over_for_the_one_under_pyenv(
    setup_script: ModuleType, bare: Path, tmp_path: Path
) -> None:
    executable(bare / "python3.10", "#!/bin/sh\necho 'pyenv: python3.10: command not found' >&2\nexit 127\n")
    real = executable(tmp_path / "pyenv/versions/3.10.13/bin/python", "#!/bin/sh\necho 3 10\n")
    assert setup_script.find_python([(3, 10)], "x") == str(real)


def test_interpreter_is_found_through_uv_when_there_is_no_other(
    setup_script: ModuleType, bare: Path, tmp_path: Path
) -> None:
    real = executable(tmp_path / "uv-pythons/python", "#!/bin/sh\necho 3 10\n")
    marker = tmp_path / "installed"
    executable(
        bare / "uv",
        f'#!/bin/sh\nif [ "$2" = install ]; then : > {marker}; exit 0; fi\n[ -e {marker} ] && echo {real}\n',
    )
    assert setup_script.find_python([(3, 10)], "x") == str(real)


def test_interpreter_that_names_another_version_is_not_taken(setup_script: ModuleType, bare: Path) -> None:
    executable(bare / "python3.10", "#!/bin/sh\necho 3 9\n")
    with pytest.raises(setup_script.SetupError):
        setup_script.find_python([(3, 10)], "x")


@pytest.mark.parametrize(
    ("log", "expected"),
    [
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "磁盘已满"),
        ("ERROR: No matching distribution found for sanic==99.1", "没有锁定文件里的 sanic==99.1"),
        (
            "NewConnectionError: Failed to establish: [Errno -3] Temporary failure in name resolution\n"
            "ERROR: No matching distribution found for sanic==25.12.1",
            "连不上软件包仓库",
        ),
        ("ERROR: Invalid requirement: 'sanic=!25': Expected end", "锁定文件有一行无法识别：'sanic=!25'"),
        ("ERROR: ResolutionImpossible: for help visit", "版本互相冲突"),
        ("something else", "详情见"),
    ],
)
def test_failed_command_is_explained_in_one_line(
    setup_script: ModuleType, tmp_path: Path, log: str, expected: str
) -> None:
    path = tmp_path / "pip.log"
    path.write_text(log)
    said = setup_script.explain(path, "安装运行环境 main")
    assert expected in said
    assert "\n" not in said


def test_full_disk_is_said_before_anything_is_installed(
    setup_script: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: shutil._ntuple_diskusage(10, 9, 1024**3))  # type: ignore[attr-defined]
    with pytest.raises(setup_script.SetupError, match=r"还剩 1\.0 GB，安装需要约 8 GB"):
        setup_script.check_disk()


def test_missing_lock_file_is_named(setup_script: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setup_script, "ROOT", tmp_path)
    monkeypatch.setattr(setup_script, "VENVS", tmp_path / ".venv")
    with pytest.raises(setup_script.SetupError, match=r"缺少锁定文件 requirements/main\.lock"):
        setup_script.make_environment("main", [(3, 11)], "x")


def test_environment_that_fits_its_lock_is_left_alone_without_network(
    setup_script: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setup_script, "ROOT", tmp_path)
    monkeypatch.setattr(setup_script, "VENVS", tmp_path / ".venv")
    lock = tmp_path / "requirements/main.lock"
    lock.parent.mkdir()
    lock.write_text("sanic==25.12.1\n")
    executable(tmp_path / ".venv/main/bin/python", "#!/bin/sh\necho 3 11\n")
    (tmp_path / ".venv/main/lock.sha256").write_text(setup_script.digest(lock) + "\n")
    monkeypatch.setattr(setup_script, "run_logged", lambda *_a, **_k: pytest.fail("ran a command"))
    setup_script.make_environment("main", [(3, 11)], "x")


def test_lock_files_carry_names_and_versions_and_no_addresses() -> None:
    for name in ("main", "rasa"):
        for line in (ROOT / "requirements" / f"{name}.lock").read_text("utf-8").splitlines():
            if line.startswith("#"):
                continue
            package, _, version = line.partition("==")
            assert package, line
            assert version, line
            assert "/" not in line, line
    assert '"resolved"' not in (ROOT / "web/package-lock.json").read_text("utf-8")
