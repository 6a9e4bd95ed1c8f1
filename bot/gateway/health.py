"""Whether every part really answers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import httpx
from sqlalchemy import text

from bot.gateway.parts import Parts
from bot.knowledge.importing import index_problem

PROBE_S = 2.0  # a healthy part answers in milliseconds
Probe = Callable[[Parts], Coroutine[Any, Any, str]]


async def check_health(parts: Parts) -> tuple[bool, dict[str, Any]]:
    """``(healthy, {"status", "parts"})``; each part is ``ok`` or says what is wrong."""
    probes: dict[str, Probe] = {
        "rasa": _rasa,
        "actions": _actions,
        "database": _database,
        "models": _models,
    }
    results = await asyncio.gather(*(_probe(probe, parts) for probe in probes.values()))
    told = dict(zip(probes, results, strict=True))
    healthy = all(result == "ok" for result in results)
    return healthy, {"status": "ok" if healthy else "unavailable", "parts": told}


async def _probe(probe: Probe, parts: Parts) -> str:
    try:
        async with asyncio.timeout(PROBE_S):
            return await parts.unbroken.run(probe(parts))
    except (TimeoutError, httpx.TimeoutException):
        return f"{PROBE_S:g} 秒内没有应答"
    except httpx.HTTPError:
        return "无法连接"
    except Exception as error:
        return f"检查失败：{type(error).__name__}"


async def _rasa(parts: Parts) -> str:
    url = f"{parts.settings.rasa_url}/status"
    response = await parts.probe.get(url, params={"token": parts.secrets.rasa_token})
    if response.status_code == 409:
        return "模型尚未加载"
    if response.status_code != 200:
        return f"应答状态 {response.status_code}"
    return "ok" if response.json().get("model_file") else "模型尚未加载"


async def _actions(parts: Parts) -> str:
    response = await parts.probe.get(f"{parts.settings.actions_url}/health")
    return "ok" if response.status_code == 200 else f"应答状态 {response.status_code}"


async def _database(parts: Parts) -> str:
    async with parts.engine.connect() as connection:
        await connection.execute(text("SELECT count(*) FROM conversation WHERE state = 'waiting'"))
    return "ok"


async def _models(parts: Parts) -> str:
    index = await asyncio.to_thread(index_problem, parts.settings)
    return "；".join([*parts.model_errors.values(), *([index] if index else [])]) or "ok"
