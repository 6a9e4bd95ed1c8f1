"""The whole product as ``tingxin up`` starts it, on free ports and a data folder of its own, and a real browser."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil
import pytest
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
START_TIMEOUT_S = 300.0
BUILT_INDEX = ROOT / "var/test/data/index"  # left there by scripts/rasa-test.sh; used only if made from these files
BROWSERS = ["chromium", "chromium-browser", "google-chrome"]


@dataclass
class Product:
    """The running product: where it is, how to sign in, and its processes."""

    base: str
    password: str
    process: subprocess.Popen[bytes]
    log: Path
    data_dir: Path
    ports: list[int]

    def children(self) -> dict[str, psutil.Process]:
        """The supervisor's children by name: actions, rasa, gateway."""
        found = {}
        for child in psutil.Process(self.process.pid).children():
            line = " ".join(child.cmdline())
            for name, mark in (("actions", "-m actions"), ("rasa", "rasa run"), ("gateway", "bot.gateway")):
                if mark in line:
                    found[name] = child
        return found


def free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    try:
        for item in sockets:
            item.bind(("127.0.0.1", 0))
        return [item.getsockname()[1] for item in sockets]
    finally:
        for item in sockets:
            item.close()


def start(data_dir: Path, **settings: str) -> Product:
    """Start ``tingxin up`` and wait until every part answers."""
    ports = free_ports(3)
    env = {
        **os.environ,
        "TINGXIN_DATA_DIR": str(data_dir),
        "TINGXIN_GATEWAY_PORT": str(ports[0]),
        "TINGXIN_RASA_PORT": str(ports[1]),
        "TINGXIN_ACTIONS_PORT": str(ports[2]),
        **settings,
    }
    data_dir.mkdir(parents=True, exist_ok=True)
    if BUILT_INDEX.is_dir() and not (data_dir / "index").exists():
        shutil.copytree(BUILT_INDEX, data_dir / "index")  # learning it anew for each product takes a minute and more
    log = data_dir / "up.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [str(ROOT / "tingxin"), "up"], cwd=ROOT, env=env, stdout=output, stderr=subprocess.STDOUT
        )
    base = f"http://127.0.0.1:{ports[0]}"
    deadline = time.monotonic() + START_TIMEOUT_S
    while True:
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            pytest.fail(f"tingxin up did not get ready:\n{log.read_text('utf-8')[-3000:]}")
        try:
            if httpx.get(f"{base}/healthz", timeout=5, trust_env=False).status_code == 200:
                break
        except httpx.HTTPError:
            pass
        time.sleep(0.5)
    password = json.loads((data_dir / "secrets.json").read_text("utf-8"))["agent_password"]
    return Product(base, password, process, log, data_dir, ports)


def stop(product: Product) -> None:
    """Ctrl-C; then no process and no port may be left."""
    parent = psutil.Process(product.process.pid)
    family = [parent, *parent.children(recursive=True)]
    product.process.send_signal(signal.SIGINT)
    product.process.wait(40)
    _gone, alive = psutil.wait_procs(family, timeout=10)
    assert not alive, f"still running after Ctrl-C: {alive}"
    for port in product.ports:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))


@pytest.fixture(scope="package")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    running = start(tmp_path_factory.mktemp("product"))
    yield running
    if running.process.poll() is None:
        stop(running)


@pytest.fixture(scope="module")  # Playwright's event loop would stand in the way of asynchronous tests after it
def browser() -> Iterator[Browser]:
    path = next((found for found in map(shutil.which, BROWSERS) if found), None)
    if path is None:
        message = "no Chromium for the browser tests: sudo apt-get install chromium fonts-noto-cjk"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    arguments = [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--lang=zh-CN",
    ]
    if sys.platform == "linux":
        arguments.append("--disable-dev-shm-usage")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=arguments)
        yield running
        running.close()


@pytest.fixture(scope="session")
def pictures() -> Path:
    """Where the screenshots go: looked at by people, kept out of git."""
    folder = ROOT / "var" / "test" / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
