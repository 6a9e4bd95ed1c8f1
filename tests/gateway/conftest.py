"""A real gateway on a real port, with a real SQLite file; only Rasa and the models are fakes that are handed in."""

from __future__ import annotations

import asyncio
import contextlib
import json
import shutil
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
import websockets
from numpy.typing import NDArray
from sanic import Sanic

from bot.dialogue.replies import Reply
from bot.gateway.app import create_app, prepare_database
from bot.gateway.parts import Parts
from bot.sentiment.classifier import Score
from bot.sentiment.frustration import TrendParams
from bot.settings import Secrets, Settings

PASSWORD = "correct horse battery"
Replies = list[dict[str, Any]]


def custom(text: str, kind: str = "text", outcome: str = "answered", **data: Any) -> dict[str, Any]:
    return {"recipient_id": "x", "custom": {"kind": kind, "text": text, "data": data, "outcome": outcome}}


@dataclass
class FakeRasa:
    """Answers the webhook with what ``answer`` returns; remembers what it was asked."""

    answer: Callable[[dict[str, Any]], Awaitable[Any] | Any] = lambda asked: [custom(f"答：{asked['message']}")]
    asked: list[dict[str, Any]] = field(default_factory=list)
    up: bool = True
    running: dict[str, int] = field(default_factory=dict)
    overlaps: int = 0

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        if not self.up:
            raise httpx.ConnectError("refused", request=request)
        if request.url.path == "/status":
            good = request.url.params.get("token") == "rasa-token"
            return httpx.Response(200 if good else 401, json={"model_file": "m.tar.gz"})
        if request.url.path == "/health":
            return httpx.Response(200, json={"status": "ok"})
        body = json.loads(request.content)
        sender = body["sender"]
        self.overlaps += self.running.get(sender, 0)
        self.running[sender] = self.running.get(sender, 0) + 1
        try:
            self.asked.append(body)
            found = self.answer(body)
            if asyncio.iscoroutine(found):
                found = await found
            return found if isinstance(found, httpx.Response) else httpx.Response(200, json=found)
        finally:
            self.running[sender] -= 1


class FakeClassifier:
    """Frustration by exclamation marks: 0.3 each."""

    broken = False

    def score(self, text: str, context: str = "") -> Score:
        if self.broken:
            raise RuntimeError("model failed")
        frustration = min(0.95, 0.05 + 0.3 * text.count("！"))
        return Score(frustration, "愤怒" if frustration > 0.5 else "平静", {})


class FakeEncoder:
    """A bag of characters."""

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = np.full((len(texts), 512), 1e-6, dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for char in text:
                row[ord(char) % 512] += 1
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def no_gate(reply: Reply) -> Reply:
    return reply


class Gateway:
    """A running gateway and ways to talk to it."""

    def __init__(self, settings: Settings, rasa: FakeRasa, **parts: Any) -> None:
        self.settings, self.rasa, self.parts_given = settings, rasa, parts

    async def start(self) -> Gateway:
        Sanic.test_mode = True
        self.app = create_app(
            self.settings,
            Secrets(rasa_token="rasa-token", agent_password=PASSWORD, token_key="k"),
            transport=httpx.MockTransport(self.rasa),
            **{
                "classifier": FakeClassifier(),
                "encoder": FakeEncoder(),
                "params": TrendParams(),
                "gate": no_gate,
                **self.parts_given,
            },
        )
        sock = socket.socket()
        sock.bind(("127.0.0.1", 0))
        self.port = sock.getsockname()[1]
        self.server = await self.app.create_server(sock=sock, return_asyncio_server=True)
        await self.server.startup()
        await self.server.before_start()
        await self.server.after_start()
        await self.server.start_serving()
        self.base = f"http://127.0.0.1:{self.port}"
        self.http = httpx.AsyncClient(base_url=self.base, trust_env=False, timeout=20)
        return self

    async def stop(self) -> None:
        await self.http.aclose()
        await self.server.before_stop()
        await self.server.close()
        for connection in list(self.server.connections):
            connection.abort()
        await self.server.after_stop()
        Sanic._app_registry.clear()

    @property
    def parts(self) -> Parts:
        return self.app.ctx.parts

    async def visitor(self, channel: str = "api") -> Visitor:
        response = await self.http.post("/api/v1/visitor/sessions", json={"channel": channel})
        assert response.status_code == 201, response.text
        return Visitor(self, **response.json())

    async def agent(self, username: str = "demo", role: str = "agent") -> Agent:
        if username != "demo":
            from bot.gateway.auth import do_add_agent
            from bot.storage.engine import make_engine

            engine = make_engine(self.settings.db_url_sync)
            with engine.begin() as connection:
                do_add_agent(connection, username, PASSWORD, role)
            engine.dispose()
        response = await self.http.post("/api/v1/agent/sessions", json={"username": username, "password": PASSWORD})
        assert response.status_code == 201, response.text
        return Agent(self, response.json()["token"], response.json()["agent"])


class Client:
    token: str
    gateway: Gateway

    async def call(self, method: str, path: str, **options: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}"}
        return await self.gateway.http.request(method, path, headers=headers, **options)

    @contextlib.asynccontextmanager
    async def socket(self, **auth: Any) -> AsyncIterator[Socket]:
        url = f"ws://127.0.0.1:{self.gateway.port}{self.socket_path}"
        async with websockets.connect(url) as ws:
            await ws.send(json.dumps({"type": "auth", "token": self.token, **auth}))
            yield Socket(ws)

    socket_path = ""


class Visitor(Client):
    socket_path = "/api/v1/visitor/ws"

    def __init__(self, gateway: Gateway, conversation_id: str, token: str) -> None:
        self.gateway, self.conversation_id, self.token = gateway, conversation_id, token
        self._sent = 0

    async def send(self, text: str, client_msg_id: str | None = None) -> httpx.Response:
        self._sent += 1
        body = {"client_msg_id": client_msg_id or f"m{self._sent}", "text": text}
        return await self.call("POST", "/api/v1/visitor/messages", json=body)

    async def say(self, text: str) -> int:
        """Send and wait until it was worked off; its sequence number."""
        response = await self.send(text)
        assert response.status_code == 202, response.text
        await self.gateway.parts.pipeline.idle()
        return int(response.json()["seq"])

    async def read(self, after: int = 0, wait: float = 0) -> dict[str, Any]:
        response = await self.call("GET", f"/api/v1/visitor/messages?after={after}&wait={wait}")
        assert response.status_code == 200, response.text
        return response.json()

    async def messages(self) -> list[tuple[str, str, str]]:
        return [(one["sender"], one["kind"], one["text"]) for one in (await self.read())["messages"]]

    async def ask_for_agent(self) -> dict[str, Any]:
        response = await self.call("POST", "/api/v1/visitor/handoff", json={})
        assert response.status_code == 202, response.text
        return response.json()


class Agent(Client):
    socket_path = "/api/v1/agent/ws"

    def __init__(self, gateway: Gateway, token: str, account: dict[str, Any]) -> None:
        self.gateway, self.token, self.account = gateway, token, account

    async def do(self, what: str, conversation_id: str, **body: Any) -> httpx.Response:
        return await self.call("POST", f"/api/v1/agent/conversations/{conversation_id}/{what}", json=body)

    async def open(self, conversation_id: str) -> dict[str, Any]:
        response = await self.call("GET", f"/api/v1/agent/conversations/{conversation_id}")
        assert response.status_code == 200, response.text
        return response.json()

    async def queue(self) -> dict[str, Any]:
        return (await self.call("GET", "/api/v1/agent/queue")).json()


class Socket:
    def __init__(self, ws: Any) -> None:
        self.ws = ws

    async def send(self, **frame: Any) -> None:
        await self.ws.send(json.dumps(frame))

    async def next(self, *types: str) -> dict[str, Any]:
        """The next frame of one of the types; others are passed over."""
        async with asyncio.timeout(10):
            while True:
                frame = json.loads(await self.ws.recv())
                if not types or frame["type"] in types:
                    return frame


def assert_error(response: httpx.Response, status: int, code: str | None = None) -> dict[str, Any]:
    """The one error shape, everywhere."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"].startswith("application/json")
    body = response.json()
    assert set(body) == {"error"}
    assert isinstance(body["error"]["message"], str) and body["error"]["message"]
    if code is not None:
        assert body["error"]["code"] == code
    return body["error"]


@pytest.fixture
def rasa() -> FakeRasa:
    return FakeRasa()


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database with the first agent, copied for each test."""
    folder = tmp_path_factory.mktemp("database")
    secrets = Secrets(rasa_token="rasa-token", agent_password=PASSWORD, token_key="k")
    prepare_database(Settings(data_dir=folder), secrets)
    return folder / "tingxin.db"


@pytest.fixture
def settings(tmp_path: Path, empty_database: Path) -> Settings:
    shutil.copy(empty_database, tmp_path / "tingxin.db")
    return Settings(
        data_dir=tmp_path,
        web_dir=tmp_path / "dist",
        dialogue_timeout_s=0.6,
        breaker_failures=50,
        breaker_rest_s=0.2,
        long_poll_max_s=5,
        messages_per_minute=10_000,
        sessions_per_minute=10_000,
        agent_grace_s=0.3,
    )


@pytest.fixture
async def gateway(settings: Settings, rasa: FakeRasa) -> AsyncIterator[Gateway]:
    started = await Gateway(settings, rasa).start()
    yield started
    await started.stop()
