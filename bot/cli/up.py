"""``tingxin up`` and ``tingxin train``: from checked settings to a running product, in one command."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer
from rich.console import Console

from bot.cli.supervisor import Child, Supervisor
from bot.errors import SettingsError, TingxinError
from bot.settings import ROOT, Secrets, Settings, load_secrets, load_settings

READY_TIMEOUT_S = 180.0  # Rasa imports TensorFlow: 15 s on a quick machine, over a minute on a busy one
NEEDED_BYTES = 512 * 1024**2
RASA_PYTHON = ROOT / ".venv" / "rasa" / "bin" / "python"
console = Console(highlight=False, soft_wrap=True)


def train(
    force: Annotated[bool, typer.Option("--force", help="即使输入没有变化也重新训练")] = False,
) -> None:
    """Train the Rasa model when its inputs changed."""
    settings = load_settings()
    model = train_if_changed(settings, force=force)
    console.print(f"模型：{model.relative_to(ROOT) if model.is_relative_to(ROOT) else model}")


def up() -> None:
    """Start everything; Ctrl-C ends everything."""
    started = time.monotonic()
    settings = load_settings()
    check_environment(settings)
    os.umask(0o077)  # what customers write is for the owner's eyes: ledger, Rasa's events, logs
    with only_one(settings):
        check_ports(settings)
        secrets = load_secrets(settings)
        model = keep_model(prepare(settings), settings.path(settings.data_dir))
        supervisor = Supervisor(
            children(settings, secrets, model),
            ROOT,
            settings.path(settings.data_dir) / "log",
            lambda line: console.print(f"[yellow]⚠ {line}[/]"),
        )
        stop = _catch_signals()
        try:
            supervisor.start()
            if _wait_until_ready(settings, supervisor, stop):
                _banner(settings, secrets, time.monotonic() - started)
                while not stop:
                    supervisor.tick()
                    time.sleep(0.5)
        finally:
            console.print("\n正在停止……")
            supervisor.stop()
            console.print("已全部停止。")


def prepare(settings: Settings) -> Path:
    """Bring database, knowledge and Rasa model up to date; returns the model's path."""
    from bot.knowledge.importing import import_knowledge
    from bot.storage.migrate import upgrade

    console.print("▸ 数据库")
    upgrade(settings)
    console.print("▸ 产品与问答")
    report = import_knowledge(settings, on_progress=lambda line: console.print(f"  {line}"))
    console.print(f"  {report}")
    return train_if_changed(settings)


def keep_model(model: Path, folder: Path) -> Path:
    """A link to the model in ``folder``: training removes old models, and a restart of Rasa needs this one."""
    kept = folder / "rasa-model.tar.gz"
    kept.unlink(missing_ok=True)
    try:
        kept.hardlink_to(model)
    except OSError:  # another file system
        shutil.copyfile(model, kept)
    return kept


def train_if_changed(settings: Settings, *, force: bool = False) -> Path:
    """Train Rasa in its own environment unless a model for exactly these inputs exists.

    Raises:
        TingxinError: training failed; the message names the log.
    """
    from bot.cli.training import ensure_model

    return ensure_model(settings, force=force, on_progress=lambda line: console.print(f"  {line}"))


def children(settings: Settings, secrets: Secrets, model: Path) -> list[Child]:
    """The processes of the product, in the order of their start."""
    data = settings.path(settings.data_dir)
    shared = {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", "TINGXIN_INDEX_DIR": str(settings.index_dir)}
    rasa_env = {
        **shared,
        "RASA_TELEMETRY_ENABLED": "false",
        "TINGXIN_ACTIONS_URL": f"{settings.actions_url}/webhook",
        "TINGXIN_TRACKER_DB": str(data / "rasa.db"),
        "TINGXIN_ENCODER_DIR": str(settings.path(settings.encoder_dir)),
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "SANIC_WORKERS": "1",
    }
    rasa_command = [
        *(str(RASA_PYTHON), "-m", "rasa", "run", "--enable-api", "--model", str(model)),
        *("-i", "127.0.0.1", "-p", str(settings.rasa_port), "--auth-token", secrets.rasa_token),
        *("--endpoints", "endpoints.yml", "--credentials", "credentials.yml"),
    ]
    return [
        Child("actions", [sys.executable, "-m", "actions"], shared),
        Child("rasa", rasa_command, rasa_env),
        Child("gateway", [sys.executable, "-m", "bot.gateway"], shared),
    ]


def check_environment(settings: Settings) -> None:
    """One clear line for what would only fail later.

    Raises:
        SettingsError: an environment, a model, the web pages or disk space is missing, or a model is damaged.
    """
    from bot.retrieval.encoder import Encoder
    from bot.sentiment.classifier import SentimentClassifier

    if not RASA_PYTHON.exists():
        raise SettingsError("Rasa 的运行环境尚未安装，请先执行 make setup。")
    if not (settings.path(settings.web_dir) / "console" / "index.html").exists():
        raise SettingsError("网页尚未构建，请先执行 make setup。")
    Encoder(settings.path(settings.encoder_dir))
    SentimentClassifier(settings.path(settings.sentiment_dir))
    data = settings.path(settings.data_dir)
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    free = shutil.disk_usage(data).free
    if free < NEEDED_BYTES:
        raise SettingsError(f"磁盘空间不足：{data} 还剩 {free / 1024**2:.0f} MB，至少需要 512 MB。请清理后重试。")


def check_ports(settings: Settings) -> None:
    """Refuse to start on a busy port.

    Raises:
        SettingsError: names the port and the variable that changes it.
    """
    wanted = [
        (settings.gateway_host, settings.gateway_port, "TINGXIN_GATEWAY_PORT"),
        ("127.0.0.1", settings.rasa_port, "TINGXIN_RASA_PORT"),
        ("127.0.0.1", settings.actions_port, "TINGXIN_ACTIONS_PORT"),
    ]
    for host, port, name in wanted:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                raise SettingsError(
                    f"端口 {port} 不可用（{error.strerror}）。请关闭占用它的程序，或换一个端口：{name}=<端口> make run"
                ) from None


@contextlib.contextmanager
def only_one(settings: Settings) -> Iterator[None]:
    """Hold ``run.lock``: two products on one data folder would write each other's ledger.

    Raises:
        SettingsError: another one runs.
    """
    path = settings.path(settings.data_dir) / "run.lock"
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise SettingsError(
                f"数据目录 {path.parent} 已有一个听心在运行。请先停止它，或用 TINGXIN_DATA_DIR 指定另一个目录。"
            ) from None
        os.set_inheritable(file.fileno(), False)
        yield


def _catch_signals() -> list[int]:
    """A list that fills when SIGINT or SIGTERM arrives."""
    caught: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda received, _frame: caught.append(received))
    return caught


def _wait_until_ready(settings: Settings, supervisor: Supervisor, stop: list[int]) -> bool:
    console.print("▸ 启动服务（Rasa 需要半分钟左右）")
    url = f"http://{_reachable(settings.gateway_host)}:{settings.gateway_port}/healthz"
    ready: set[str] = set()
    failures = ""
    begun = time.monotonic()
    with httpx.Client(timeout=3.0, trust_env=False) as client:
        while time.monotonic() - begun < READY_TIMEOUT_S:
            if stop:
                return False
            supervisor.tick()
            parts = _health(client, url)
            for name, state in parts.items():
                if state == "ok" and name not in ready:
                    ready.add(name)
                    console.print(f"  ✓ {_PART_NAMES.get(name, name)} 就绪（{time.monotonic() - begun:.0f} 秒）")
            waiting = [f"{_PART_NAMES.get(name, name)}：{state}" for name, state in parts.items() if state != "ok"]
            failures = "；".join(waiting)
            if parts and not waiting:
                return True
            time.sleep(0.5)
    raise TingxinError(
        f"服务没有在 {READY_TIMEOUT_S:.0f} 秒内就绪（{failures or '网关没有应答'}）。"
        f"请查看 {settings.path(settings.data_dir) / 'log'} 下的日志。"
    )


_PART_NAMES = {"rasa": "Rasa 对话引擎", "actions": "动作服务", "database": "数据库", "models": "模型"}


def _health(client: httpx.Client, url: str) -> dict[str, str]:
    try:
        body: Any = client.get(url).json()
    except (httpx.HTTPError, ValueError):
        return {}
    parts = body.get("parts", {}) if isinstance(body, dict) else {}
    return {str(name): str(state) for name, state in parts.items()}


def _reachable(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)  # noqa: S104 - compared, not bound


def _banner(settings: Settings, secrets: Secrets, seconds: float) -> None:
    base = f"http://{_reachable(settings.gateway_host)}:{settings.gateway_port}"
    console.print()
    console.print(f"[bold green]听心已就绪[/]（{seconds:.0f} 秒）")
    console.print(f"  银行演示页（右下角气泡）  {base}/")
    console.print(f"  手机 H5 页                {base}/h5/")
    console.print(f"  坐席工作台                {base}/console/")
    console.print(f"    演示坐席  用户名 demo   密码 {secrets.agent_password}")
    console.print(f"  接口文档                  {base}/docs")
    console.print("按 Ctrl-C 停止。")
