"""The application factory. Nothing is read or opened at import; everything is built when the server starts."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from typing import Any

import httpx
from sanic import HTTPResponse, Request, Sanic
from sanic.config import Config
from sanic.handlers import ErrorHandler

from bot.channels.web import visitors
from bot.conversation.ledger import Ledger
from bot.conversation.timeline import Timeline
from bot.dialogue.client import Breaker, DialogueClient
from bot.errors import TingxinError
from bot.gateway.auth import Auth, do_add_first_agent
from bot.gateway.board import Board
from bot.gateway.console import agents
from bot.gateway.health import check_health
from bot.gateway.http import OPERATIONS, Operation, error_response, is_own_origin, route_of, to_response
from bot.gateway.hub import Hub
from bot.gateway.limits import RateLimit
from bot.gateway.log import log, log_error
from bot.gateway.openapi import docs
from bot.gateway.pages import pages, public, security_headers
from bot.gateway.parts import Parts
from bot.gateway.pipeline import Gate, Pipeline
from bot.gateway.scoring import Classifier, Scorer, TextEncoder
from bot.handoff.presence import Presence
from bot.handoff.queue import Queue
from bot.sentiment.frustration import TrendParams
from bot.sentiment.params import load_params
from bot.settings import Secrets, Settings
from bot.storage.engine import make_async_engine, make_engine
from bot.storage.migrate import upgrade

SWEEP_S = 1.0  # how often vanished agents are looked for
DRAIN_S = 1.0  # work under way gets this long to come to a good place
SHUTDOWN_S = 3.0  # requests under way get this long at the end

OPERATIONS.append(Operation("GET", "/healthz", "各部分是否正常", "anyone", 200, None, answer="status, parts"))


class JsonErrors(ErrorHandler):
    """Every failure, also Sanic's own, in the one JSON shape."""

    def default(self, request: Request, exception: Exception) -> HTTPResponse:
        return error_response(request, exception)


def create_app(
    settings: Settings,
    secrets: Secrets,
    *,
    classifier: Classifier | None = None,
    encoder: TextEncoder | None = None,
    params: TrendParams | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
    gate: Gate | None = None,
    presence_clock: Callable[[], float] = time.monotonic,
) -> Sanic[Any, Any]:
    """The gateway as a Sanic application.

    Args:
        classifier, encoder, params, gate: used instead of loading the product's own (tests).
        transport: how Rasa and the action server are reached (tests hand in a fake).
        presence_clock: seconds, for the grace period of agents.
    """
    config = Config(
        {
            "AUTO_EXTEND": False,
            "ACCESS_LOG": False,
            "REQUEST_MAX_SIZE": settings.max_body_bytes,
            "WEBSOCKET_MAX_SIZE": settings.max_body_bytes,
            "RESPONSE_TIMEOUT": max(60, int(settings.long_poll_max_s) + 30),
            "GRACEFUL_SHUTDOWN_TIMEOUT": SHUTDOWN_S,
            "GRACEFUL_TCP_CLOSE_TIMEOUT": 1.0,
            "MOTD": False,
        },
        env_prefix="TINGXIN_SANIC_",  # our settings are not Sanic's
    )
    app: Sanic[Any, Any] = Sanic("tingxin-gateway", config=config, error_handler=JsonErrors(), configure_logging=False)
    for blueprint in (visitors, agents, public, docs, pages):
        app.blueprint(blueprint)

    async def start(app: Sanic[Any, Any]) -> None:
        await asyncio.to_thread(prepare_database, settings, secrets)
        loaded = await asyncio.to_thread(_load, settings, classifier, encoder, params, gate)
        app.ctx.parts = parts = _assemble(settings, secrets, loaded, transport, presence_clock)
        app.ctx.tasks = [
            asyncio.create_task(Board(parts.timeline, parts.hub).push_forever()),
            asyncio.create_task(_sweep_forever(parts)),
        ]
        recovered = await parts.pipeline.recover()
        log("started", recovered=recovered, model_errors=list(parts.model_errors.values()))

    async def stop(app: Sanic[Any, Any]) -> None:
        parts: Parts = app.ctx.parts
        parts.hub.close()
        # Asked first, cancelled last: a query that is cancelled costs a connection.
        await asyncio.wait(app.ctx.tasks, timeout=DRAIN_S)
        for task in app.ctx.tasks:
            task.cancel()
        await parts.pipeline.close(DRAIN_S)

    async def finish(app: Sanic[Any, Any]) -> None:
        parts: Parts = app.ctx.parts
        await parts.hub.drained(DRAIN_S)
        await parts.unbroken.end(DRAIN_S)
        parts.scorer.close()
        await parts.dialogue.close()
        await parts.probe.aclose()
        await parts.engine.dispose()
        log("stopped")

    async def health(request: Request) -> HTTPResponse:
        parts: Parts = request.app.ctx.parts
        healthy, told = await parts.unbroken.run(check_health(parts))
        return to_response(told, 200 if healthy else 503)

    app.before_server_start(start)
    app.before_server_stop(stop)
    app.after_server_stop(finish)
    app.add_route(health, "/healthz", name="healthz")
    app.on_request(_answer_preflight)
    app.on_request(_note_start, priority=100)
    app.register_middleware(_finish_response, "response")  # type: ignore[arg-type]
    return app


def prepare_database(settings: Settings, secrets: Secrets) -> None:
    """Bring the database up to date and see that somebody can sign in."""
    upgrade(settings)
    engine = make_engine(settings.db_url_sync)
    try:
        with engine.begin() as connection:
            made = do_add_first_agent(connection, secrets.agent_password)
        if made is not None:
            log("first_agent_created", username=made.username, work_no=made.work_no)
    finally:
        engine.dispose()


class _Loaded:
    """What is loaded from files; a part that fails is missing and says why."""

    def __init__(self) -> None:
        self.classifier: Classifier | None = None
        self.encoder: TextEncoder | None = None
        self.params = TrendParams()
        self.gate: Gate | None = None
        self.errors: dict[str, str] = {}

    def attempt(self, name: str, load: Callable[[], Any]) -> Any:
        try:
            return load()
        except TingxinError as error:
            self.errors[name] = error.message
        except Exception as error:
            log_error("load_failed", error, part=name)
            self.errors[name] = f"{name} 无法加载（{type(error).__name__}）"
        return None


def _load(
    settings: Settings,
    classifier: Classifier | None,
    encoder: TextEncoder | None,
    params: TrendParams | None,
    gate: Gate | None,
) -> _Loaded:
    from bot.knowledge.catalogue import Catalogue
    from bot.knowledge.disclosure import DisclosureGate
    from bot.retrieval.encoder import Encoder
    from bot.sentiment.classifier import SentimentClassifier

    loaded = _Loaded()
    loaded.classifier = classifier or loaded.attempt(
        "情绪模型", lambda: SentimentClassifier(settings.path(settings.sentiment_dir))
    )
    loaded.encoder = encoder or loaded.attempt("句向量模型", lambda: Encoder(settings.path(settings.encoder_dir)))
    loaded.params = params or loaded.attempt("情绪趋势参数", load_params) or TrendParams()
    loaded.gate = gate or DisclosureGate(Catalogue(make_engine(settings.db_url_sync)))
    return loaded


def _assemble(
    settings: Settings,
    secrets: Secrets,
    loaded: _Loaded,
    transport: httpx.AsyncBaseTransport | None,
    presence_clock: Callable[[], float],
) -> Parts:
    assert loaded.gate is not None
    engine = make_async_engine(settings.db_url)
    ledger, timeline, hub = Ledger(engine), Timeline(engine), Hub()
    presence = Presence(settings.agent_grace_s, presence_clock)
    queue = Queue(
        ledger,
        presence,
        handling_minutes=settings.handling_minutes,
        capacity=settings.agent_capacity,
        hotline=settings.bank_hotline,
    )
    scorer = Scorer(timeline, loaded.params, loaded.classifier, loaded.encoder)
    dialogue = DialogueClient(
        settings.rasa_url,
        timeout_s=settings.dialogue_timeout_s,
        breaker=Breaker(settings.breaker_failures, settings.breaker_rest_s),
        transport=transport,
    )
    ledger.listen(hub.on_change)
    return Parts(
        settings=settings,
        secrets=secrets,
        engine=engine,
        ledger=ledger,
        timeline=timeline,
        auth=Auth(
            engine,
            visitor_token_days=settings.visitor_token_days,
            agent_token_hours=settings.agent_token_hours,
        ),
        presence=presence,
        queue=queue,
        hub=hub,
        scorer=scorer,
        dialogue=dialogue,
        pipeline=Pipeline(
            ledger=ledger,
            timeline=timeline,
            queue=queue,
            hub=hub,
            scorer=scorer,
            dialogue=dialogue,
            gate=loaded.gate,
        ),
        probe=httpx.AsyncClient(transport=transport, timeout=2.0, trust_env=False),
        message_limit=RateLimit(settings.messages_per_minute),
        session_limit=RateLimit(settings.sessions_per_minute),
        model_errors=loaded.errors,
    )


async def _sweep_forever(parts: Parts) -> None:
    """Give the conversations of vanished agents to others."""
    while not parts.hub.closing:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(parts.hub.closed.wait(), SWEEP_S)
            return
        try:
            for found in await parts.timeline.served_now():
                if found.agent_id is not None and parts.presence.is_gone(found.agent_id):
                    work_no = await parts.auth.work_no(found.agent_id) or ""
                    if await parts.queue.lose(found.id, found.agent_id, work_no):
                        log("agent_lost", conversation_id=found.id, agent_id=found.agent_id)
        except Exception as error:
            log_error("sweep_failed", error)


async def _note_start(request: Request) -> None:
    request.ctx.started = time.perf_counter()


async def _answer_preflight(request: Request) -> HTTPResponse | None:
    """CORS: browsers ask before they send a token from another origin."""
    if request.method != "OPTIONS" or "access-control-request-method" not in request.headers:
        return None
    return HTTPResponse(status=204)


async def _finish_response(request: Request, response: HTTPResponse) -> None:
    settings: Settings = request.app.ctx.parts.settings
    host = str(request.headers.get("host", ""))
    for name, value in security_headers(request.path, host, settings.allowed_origins).items():
        response.headers.setdefault(name, value)
    origin = request.headers.get("origin")
    if origin and request.path.startswith("/api/") and (origin in settings.allowed_origins or _own(request, origin)):
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type"
        response.headers["Access-Control-Allow-Methods"] = "GET, POST, DELETE"
        response.headers["Access-Control-Max-Age"] = "600"
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        response.headers.add("Vary", "Origin")
    started = getattr(request.ctx, "started", None)
    log(
        "request",
        method=request.method,
        route=route_of(request),
        status=response.status,
        ms=round((time.perf_counter() - started) * 1000, 1) if started else None,
    )


def _own(request: Request, origin: str) -> bool:
    try:
        return is_own_origin(request, origin)
    except ValueError:
        return False
