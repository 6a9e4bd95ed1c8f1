"""What all JSON handlers share: bodies, tokens, origins, errors, the table of operations."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sanic import Blueprint, HTTPResponse, Request
from sanic.exceptions import SanicException

from bot.errors import AuthError, ForbiddenError, InputError, TingxinError
from bot.gateway.auth import Visitor
from bot.gateway.log import log_error
from bot.gateway.parts import Parts
from bot.handoff.queue import Agent

M = TypeVar("M", bound=BaseModel)
Who = Literal["anyone", "visitor", "agent"]

# What Sanic itself refuses, in our words.
STATUS_ERRORS = {
    400: ("invalid_request", "请求格式不正确。"),
    401: ("unauthorized", "请先登录。"),
    403: ("forbidden", "没有权限。"),
    404: ("not_found", "没有这个地址。"),
    405: ("method_not_allowed", "这个地址不支持该请求方法。"),
    408: ("request_timeout", "请求超时，请重试。"),
    413: ("too_large", "请求内容过大。"),
    414: ("too_large", "请求地址过长。"),
    416: ("range_not_satisfiable", "请求的范围不存在。"),
    417: ("expectation_failed", "请求头 Expect 无法满足。"),
    426: ("upgrade_required", "这个地址只接受 WebSocket 连接。"),
    503: ("unavailable", "服务暂时不可用，请稍后重试。"),
}


class Body(BaseModel):
    """Base of request bodies: no unknown fields, no conversion of types."""

    model_config = ConfigDict(extra="forbid", strict=True)


# What the client calls its message, to recognise a repetition; visible ASCII.
ClientMsgId = Field(min_length=1, max_length=64, pattern=r"^[\x21-\x7e]+$")


class Empty(Body):
    """A body without fields; may be left out."""


@dataclass(slots=True)
class Call:
    """One authenticated request. ``body`` is the operation's model.

    ``on_gone`` is called when the client has gone: a handler that waits for news sets it to stop waiting.
    """

    request: Request
    parts: Parts
    body: Any = None
    token: str = ""
    on_gone: Callable[[], None] | None = None
    _visitor: Visitor | None = None
    _agent: Agent | None = None

    @property
    def visitor(self) -> Visitor:
        if self._visitor is None:
            raise AuthError("需要访客令牌。")
        return self._visitor

    @property
    def agent(self) -> Agent:
        if self._agent is None:
            raise AuthError("请先登录。")
        return self._agent


@dataclass(frozen=True, slots=True)
class Operation:
    """One documented operation of the public API."""

    method: str
    path: str
    summary: str
    who: Who
    status: int
    body: type[BaseModel] | None
    query: dict[str, str] = field(default_factory=dict)
    answer: str = ""


OPERATIONS: list[Operation] = []
Handler = Callable[..., Awaitable[dict[str, Any]]]


def operation(
    blueprint: Blueprint,
    method: str,
    path: str,
    summary: str,
    *,
    who: Who = "anyone",
    status: int = 200,
    body: type[BaseModel] | None = None,
    query: dict[str, str] | None = None,
    answer: str = "",
) -> Callable[[Handler], Handler]:
    """Register a JSON handler ``(call, **path parameters) -> dict`` and its documentation."""
    full = f"{blueprint.url_prefix or ''}{path}"
    found = Operation(method, full, summary, who, status, body, query or {}, answer)
    if all((known.method, known.path) != (method, full) for known in OPERATIONS):
        OPERATIONS.append(found)

    def register(handler: Handler) -> Handler:
        async def handle(request: Request, **params: Any) -> HTTPResponse:
            parts: Parts = request.app.ctx.parts
            call = Call(request, parts)

            async def answer() -> dict[str, Any]:
                await authenticate(call, who)
                if body is not None:
                    call.body = parse_body(body, request.body)
                return await handler(call, **params)

            told = await parts.unbroken.run(answer(), lambda: call.on_gone() if call.on_gone else None)
            return to_response(told, status)

        blueprint.add_route(handle, path, methods=[method], name=f"{method.lower()}_{handler.__name__}")
        return handler

    return register


async def authenticate(call: Call, who: Who) -> None:
    """Check origin and token, and note whose it is.

    Raises:
        ForbiddenError: a page of a foreign origin asks.
        AuthError: no token, or not a good one.
    """
    parts = call.parts
    check_origin(call.request, parts.settings.allowed_origins)
    if who == "anyone":
        return
    call.token = bearer(call.request)
    if who == "visitor":
        call._visitor = await parts.auth.visitor(call.token)
    else:
        call._agent = await parts.auth.agent(call.token)
        parts.presence.heard(call._agent.id)


def bearer(request: Request) -> str:
    """The token of the ``Authorization`` header."""
    scheme, _, token = str(request.headers.get("authorization", "")).partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise AuthError("缺少令牌，请在 Authorization 请求头中以 Bearer 方式提供。")
    return token.strip()


def is_own_origin(request: Request, origin: str) -> bool:
    """Whether ``origin`` is the gateway itself, as the client calls it."""
    named = urlsplit(origin).netloc.lower()
    return bool(named) and named == str(request.headers.get("host", "")).lower()


def check_origin(request: Request, allowed: list[str]) -> None:
    """Refuse pages of foreign origins. A request without ``Origin`` comes from no page.

    Raises:
        ForbiddenError: the origin is neither our own nor allowed.
    """
    origin = request.headers.get("origin")
    if origin is None or origin in allowed:
        return
    try:
        own = is_own_origin(request, origin)
    except ValueError:
        own = False
    if not own:
        raise ForbiddenError("这个网站未获准使用客服接口。", code="origin_not_allowed")


def parse_body(model: type[M], content: bytes) -> M:
    """The request's JSON as ``model``. No body counts as ``{}``.

    Raises:
        InputError: not JSON, not UTF-8, or not what the model says; ``fields`` names each problem.
    """
    try:
        return model.model_validate_json(content or b"{}")
    except ValidationError as error:
        raise input_error(error) from None


def input_error(error: ValidationError) -> InputError:
    """What a client may know of a failed validation: fields and problems, never the values."""
    found = error.errors(include_input=False, include_url=False, include_context=False)
    if any(one["type"] == "json_invalid" for one in found):
        return InputError("请求内容不是正确的 JSON（须为 UTF-8 编码）。", code="invalid_json")
    # A field's name may come from the client: cut it.
    fields = [
        {
            "field": ".".join(str(part) for part in one["loc"])[:80] or "body",
            "problem": PROBLEMS.get(one["type"], one["msg"]),
        }
        for one in found[:10]
    ]
    named = "；".join(f"{one['field']}：{one['problem']}" for one in fields)
    return InputError(f"请求内容不正确：{named}。", public={"fields": fields})


PROBLEMS = {
    "missing": "缺少这个字段",
    "extra_forbidden": "没有这个字段",
    "string_type": "应为字符串",
    "int_type": "应为整数",
    "bool_type": "应为 true 或 false",
    "model_type": "应为 JSON 对象",
    "model_attributes_type": "应为 JSON 对象",
    "literal_error": "不在允许的取值之内",
    "string_too_short": "太短",
    "string_too_long": "太长",
    "string_pattern_mismatch": "含有不允许的字符",
    "greater_than_equal": "太小",
    "less_than_equal": "太大",
    "int_parsing": "应为整数",
    "float_parsing": "应为数字",
    "finite_number": "应为有限的数字",
    "string_unicode": "含有无法识别的字符",
}


def to_response(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> HTTPResponse:
    """JSON in UTF-8, never cached."""
    content = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    return HTTPResponse(
        content,
        status=status,
        headers={"Cache-Control": "no-store", **(headers or {})},
        content_type="application/json; charset=utf-8",
    )


def is_known(path: str) -> bool:
    """Whether any operation has this path."""
    patterns = (re.sub(r"<\w+(?::\w+)?>", "[^/]+", found.path) for found in OPERATIONS)
    return any(re.fullmatch(f"{pattern}/?", path) for pattern in patterns)


def error_response(request: Request | None, error: BaseException) -> HTTPResponse:
    """Any failure in the one shape; what nobody foresaw is logged and says nothing about itself."""
    if isinstance(error, TingxinError):
        retry = error.public.get("retry_after_s")
        headers = {"Retry-After": str(retry)} if retry else {}
        if error.status == 401:
            headers["WWW-Authenticate"] = "Bearer"
        return to_response(error.to_json(), error.status, headers)
    if isinstance(error, SanicException) and error.status_code == 500 and _is_socket(request):
        error = SanicException(status_code=426)  # an ordinary request
    if isinstance(error, SanicException) and error.status_code in STATUS_ERRORS:
        # The pages' catch-all takes any path for GET: to the others an unknown path is as unknown.
        unknown = error.status_code == 405 and request is not None and not is_known(request.path)
        error = SanicException(status_code=404) if unknown else error
        code, message = STATUS_ERRORS[error.status_code]
        kept = {name: str(value) for name, value in (error.headers or {}).items()}
        return to_response({"error": {"code": code, "message": message}}, error.status_code, kept)
    if isinstance(error, asyncio.CancelledError):
        code, message = STATUS_ERRORS[503]
        return to_response({"error": {"code": code, "message": message}}, 503)
    log_error("request_failed", error, route=route_of(request))
    return to_response({"error": {"code": "internal_error", "message": "服务出现异常，请稍后重试。"}}, 500)


def _is_socket(request: Request | None) -> bool:
    route = getattr(request, "route", None)
    return route is not None and bool(getattr(route.extra, "websocket", False))


def route_of(request: Request | None) -> str:
    """The route's pattern: paths carry identifiers, logs need none."""
    route = getattr(request, "route", None) if request is not None else None
    return f"/{route.path}" if route is not None else "-"
