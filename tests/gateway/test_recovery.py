"""A crash between acknowledgement and answer loses nothing and answers nothing twice."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.settings import Settings

from .conftest import FakeRasa, Gateway, Visitor, custom


async def crash(gateway: Gateway) -> None:
    """End without letting work come to an end."""
    for task in gateway.parts.pipeline._tasks.values():
        task.cancel()
    await gateway.stop()


async def test_acknowledged_message_is_answered_after_a_restart(settings: Settings, rasa: FakeRasa) -> None:
    async def never(asked: dict[str, Any]) -> Any:
        await asyncio.sleep(60)

    rasa.answer = never
    first = await Gateway(settings, rasa).start()
    visitor = await first.visitor()
    for text in ("第一问", "第二问"):
        assert (await visitor.send(text)).status_code == 202
    await crash(first)

    rasa.answer = lambda asked: [custom(f"答：{asked['message']}")]
    second = await Gateway(settings, rasa).start()
    back = Visitor(second, visitor.conversation_id, visitor.token)
    await second.parts.pipeline.idle()
    assert [text for _, _, text in await back.messages()] == ["第一问", "第二问", "答：第一问", "答：第二问"]
    await crash(second)

    third = await Gateway(settings, rasa).start()
    await third.parts.pipeline.idle()
    back = Visitor(third, visitor.conversation_id, visitor.token)
    assert len(await back.messages()) == 4
    again = await back.send("第一问", "m1")
    assert again.json()["seq"] == 1
    await third.stop()


async def test_restart_while_the_engine_is_down_gives_an_honest_message(settings: Settings, rasa: FakeRasa) -> None:
    async def never(asked: dict[str, Any]) -> Any:
        await asyncio.sleep(60)

    rasa.answer = never
    first = await Gateway(settings, rasa).start()
    visitor = await first.visitor()
    await visitor.send("在吗")
    await crash(first)
    rasa.up = False
    second = await Gateway(settings, rasa).start()
    await second.parts.pipeline.idle()
    messages = await Visitor(second, visitor.conversation_id, visitor.token).messages()
    assert len(messages) == 2 and "抱歉" in messages[1][2]
    await second.stop()


async def test_failing_score_write_is_tried_again_and_answered_once(gateway: Gateway, rasa: FakeRasa) -> None:
    scorer, failures = gateway.parts.scorer, [RuntimeError("disk"), RuntimeError("disk")]
    real = scorer.score

    async def flaky(*args: Any) -> Any:
        if failures:
            raise failures.pop()
        return await real(*args)

    scorer.score = flaky  # type: ignore[method-assign]
    visitor = await gateway.visitor()
    await visitor.say("你好")
    assert [sender for sender, _, _ in await visitor.messages()] == ["customer", "bot"]
    assert len(rasa.asked) == 1


@pytest.mark.parametrize("signal_number", [signal.SIGTERM, signal.SIGINT])
def test_process_ends_cleanly_and_promptly_on_a_signal(tmp_path: Path, signal_number: int) -> None:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = {
        **os.environ,
        "TINGXIN_DATA_DIR": str(tmp_path),
        "TINGXIN_GATEWAY_PORT": str(port),
        "TINGXIN_RASA_PORT": "1",
        "TINGXIN_ACTIONS_PORT": "1",
        "TINGXIN_BREAKER_REST_S": "1",
    }
    process = subprocess.Popen([sys.executable, "-m", "bot.gateway"], env=env, stderr=subprocess.PIPE, text=True)
    try:
        base = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + 60
        while True:
            try:
                health = httpx.get(f"{base}/healthz", trust_env=False, timeout=5)
                break
            except httpx.TransportError:
                assert process.poll() is None and time.monotonic() < deadline
                time.sleep(0.1)
        assert health.status_code == 503 and health.json()["parts"]["rasa"] == "无法连接"
        session = httpx.post(f"{base}/api/v1/visitor/sessions", json={"channel": "api"}, trust_env=False).json()
        headers = {"Authorization": f"Bearer {session['token']}"}
        body = {"client_msg_id": "1", "text": "我的手机号是13812345678，绝密的话"}
        httpx.post(f"{base}/api/v1/visitor/messages", json=body, headers=headers, trust_env=False)
        started = time.monotonic()
        process.send_signal(signal_number)
        _, log = process.communicate(timeout=15)
        assert time.monotonic() - started < 8
        assert process.returncode == 0
        for secret in (session["token"], "绝密", "13812345678", "5678"):
            assert secret not in log
        assert '"event": "stopped"' in log
    finally:
        process.kill()
