"""``tingxin up`` itself: restarts what dies, says so honestly, refuses what cannot work, leaves nothing behind."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.e2e.conftest import ROOT, Product, free_ports, start, stop

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]


@pytest.fixture
def client(product: Product) -> Iterator[httpx.Client]:
    """A visitor of its own, signed in."""
    with httpx.Client(base_url=product.base, timeout=40, trust_env=False) as opened:
        made = opened.post("/api/v1/visitor/sessions", json={"channel": "api"}).json()
        opened.headers["Authorization"] = f"Bearer {made['token']}"
        yield opened


def say(client: httpx.Client, text: str) -> int:
    answer = client.post("/api/v1/visitor/messages", json={"client_msg_id": uuid.uuid4().hex, "text": text})
    assert answer.status_code == 202, answer.text
    return int(answer.json()["seq"])


def next_reply(client: httpx.Client, after: int, seconds: float = 40.0) -> dict[str, object]:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = client.get("/api/v1/visitor/messages", params={"after": after, "wait": 5}).json()
        for message in found["messages"]:
            if message["sender"] in ("bot", "system"):
                return dict(message)
    raise AssertionError("no reply")


def test_rasa_that_dies_is_replaced_and_the_customer_is_told_honestly_meanwhile(
    product: Product, client: httpx.Client
) -> None:
    product.children()["rasa"].kill()
    reply = next_reply(client, say(client, "活期利率多少"))
    assert "人工" in str(reply["text"])
    health = client.get("/healthz")
    assert health.status_code == 503
    assert health.json()["parts"]["rasa"] != "ok"
    deadline = time.monotonic() + 180
    while client.get("/healthz").status_code != 200:
        assert time.monotonic() < deadline, "Rasa did not come back"
        time.sleep(1)
    assert "rasa 意外退出" in product.log.read_text("utf-8")
    deadline = time.monotonic() + 60  # the breaker may rest a little longer
    while True:
        reply = next_reply(client, say(client, "信用卡年费怎么收"))
        if reply["kind"] == "faq_answer":
            break
        assert time.monotonic() < deadline, reply
        time.sleep(2)


def test_second_start_on_the_same_data_is_refused_in_one_line(product: Product) -> None:
    env = {**os.environ, "TINGXIN_DATA_DIR": str(product.data_dir)}
    again = subprocess.run([ROOT / "tingxin", "up"], cwd=ROOT, env=env, capture_output=True, text=True, timeout=60)
    assert again.returncode == 1
    assert "已有一个听心在运行" in again.stderr
    assert "Traceback" not in again.stderr


def test_busy_port_is_named_with_the_variable_that_changes_it(tmp_path: Path) -> None:
    ports = free_ports(2)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        busy = taken.getsockname()[1]
        env = {
            **os.environ,
            "TINGXIN_DATA_DIR": str(tmp_path),
            "TINGXIN_GATEWAY_PORT": str(busy),
            "TINGXIN_RASA_PORT": str(ports[0]),
            "TINGXIN_ACTIONS_PORT": str(ports[1]),
        }
        refused = subprocess.run(
            [ROOT / "tingxin", "up"], cwd=ROOT, env=env, capture_output=True, text=True, timeout=60
        )
    assert refused.returncode == 1
    assert f"端口 {busy} 不可用" in refused.stderr
    assert "TINGXIN_GATEWAY_PORT" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_second_start_is_ready_within_a_minute_and_keeps_the_secrets_private(
    product: Product, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("second")
    stop(start(folder))
    assert (folder / "secrets.json").stat().st_mode & 0o077 == 0
    begun = time.monotonic()
    again = start(folder)
    seconds = time.monotonic() - begun
    stop(again)
    print(f"second start: {seconds:.1f} s")
    assert seconds < 60


def test_damaged_model_is_refused_at_start_with_its_name_and_checksum(tmp_path: Path) -> None:
    broken = tmp_path / "sentiment"
    shutil.copytree(ROOT / "models" / "sentiment", broken)
    with (broken / "model.onnx").open("r+b") as file:
        file.seek(1000)
        file.write(b"damage")
    env = {**os.environ, "TINGXIN_DATA_DIR": str(tmp_path / "data"), "TINGXIN_SENTIMENT_DIR": str(broken)}
    refused = subprocess.run([ROOT / "tingxin", "up"], cwd=ROOT, env=env, capture_output=True, text=True, timeout=60)
    assert refused.returncode == 1
    assert "model.onnx 已损坏" in refused.stderr
    assert "SHA-256" in refused.stderr
    assert "Traceback" not in refused.stderr
