"""OpenAPI of the public interface, made from the table of operations, and a page that shows it. No CDN, no scripts."""

from __future__ import annotations

import html
import re
from typing import Any

from sanic import Blueprint, HTTPResponse, Request

from bot.gateway.http import OPERATIONS, Operation, to_response
from bot.gateway.pages import html_page

docs = Blueprint("docs", url_prefix="/docs")
_PARAM = re.compile(r"<(\w+)(?::\w+)?>")
WHO = {"anyone": "无需令牌", "visitor": "访客令牌", "agent": "坐席令牌"}


def document() -> dict[str, Any]:
    """The interface as an OpenAPI 3.1 document."""
    paths: dict[str, Any] = {}
    schemas: dict[str, Any] = {
        "Error": {
            "type": "object",
            "required": ["error"],
            "properties": {
                "error": {
                    "type": "object",
                    "required": ["code", "message"],
                    "properties": {"code": {"type": "string"}, "message": {"type": "string"}},
                }
            },
        }
    }
    for found in OPERATIONS:
        paths.setdefault(_template(found.path), {})[found.method.lower()] = _describe(found, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "听心 Tingxin",
            "version": "1",
            "description": "访客与坐席接口。WebSocket 的首帧携带令牌，见 docs/architecture.md。",
        },
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "visitor": {"type": "http", "scheme": "bearer", "description": "POST /api/v1/visitor/sessions 所得"},
                "agent": {"type": "http", "scheme": "bearer", "description": "POST /api/v1/agent/sessions 所得"},
            },
        },
    }


def _template(path: str) -> str:
    return _PARAM.sub(r"{\1}", path)


def _describe(found: Operation, schemas: dict[str, Any]) -> dict[str, Any]:
    error = {
        "description": "错误",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
    }
    described: dict[str, Any] = {
        "summary": found.summary,
        "operationId": f"{found.method.lower()}_{re.sub(r'[^a-z0-9]+', '_', found.path).strip('_')}",
        "parameters": [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
            for name in _PARAM.findall(found.path)
        ]
        + [
            {"name": name, "in": "query", "description": text, "schema": {"type": "number", "minimum": 0}}
            for name, text in found.query.items()
        ],
        "responses": {
            str(found.status): {
                "description": found.answer or "完成",
                "content": {"application/json": {"schema": {"type": "object"}}},
            },
            "default": error,
        },
    }
    if found.body is not None:
        schemas[found.body.__name__] = found.body.model_json_schema(ref_template="#/components/schemas/{model}")
        described["requestBody"] = {
            "required": bool(schemas[found.body.__name__].get("required")),
            "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{found.body.__name__}"}}},
        }
    if found.who != "anyone":
        described["security"] = [{found.who: []}]
    return described


@docs.get("/openapi.json", name="openapi")
async def openapi(_request: Request) -> HTTPResponse:
    return to_response(document())


@docs.get("/", name="page")
async def page(_request: Request) -> HTTPResponse:
    """All operations as a table, from the same document."""
    rows = []
    for found in OPERATIONS:
        fields = ", ".join(found.body.model_fields) if found.body else ", ".join(found.query)
        path = html.escape(_template(found.path))
        rows.append(
            f"<tr><td><code>{found.method} {path}</code></td><td>{html.escape(found.summary)}</td>"
            f"<td>{WHO[found.who]}</td><td><code>{html.escape(fields) or '–'}</code></td>"
            f"<td>{found.status} <code>{html.escape(found.answer) or '{}'}</code></td></tr>"
        )
    body = (
        "<h1>听心接口</h1><p class=about>OpenAPI 文档：<a href='/docs/openapi.json'>/docs/openapi.json</a>。"
        "错误统一为 <code>{&quot;error&quot;: {&quot;code&quot;, &quot;message&quot;}}</code>。</p>"
        "<table><thead><tr><th>请求</th><th>用途</th><th>凭证</th><th>字段</th><th>应答</th></tr></thead>"
        f"<tbody>{''.join(rows)}</tbody></table>"
        "<h2>WebSocket</h2><p><code>/api/v1/visitor/ws</code> 与 <code>/api/v1/agent/ws</code>：首帧为 "
        "<code>{&quot;type&quot;: &quot;auth&quot;, &quot;token&quot;: …}</code>，令牌不出现在地址中。</p>"
    )
    return html_page("听心接口", body)
