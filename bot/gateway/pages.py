"""Static pages, the readable disclosure, and the headers that keep pages honest."""

from __future__ import annotations

import asyncio
import html
from pathlib import Path
from typing import Any

from sanic import Blueprint, HTTPResponse, Request
from sanic.response import file, redirect
from sqlalchemy import select

from bot.errors import NotFoundError, UnavailableError
from bot.gateway.http import Call, operation
from bot.gateway.parts import Parts
from bot.storage.tables import disclosure

FACES = ("h5", "chat", "console", "sdk")
HASHED_DIR = "assets"  # Vite puts a hash into these names: they may be kept for ever

public = Blueprint("public")
pages = Blueprint("pages")


@operation(public, "GET", "/api/v1/config", "页面所需的公开配置", answer="bank_name, hotline")
async def read_config(call: Call) -> dict[str, Any]:
    return {"bank_name": call.parts.settings.bank_name, "hotline": call.parts.settings.bank_hotline}


@operation(
    public,
    "GET",
    "/api/v1/disclosures/<disclosure_id:str>/<version:str>",
    "风险揭示书全文",
    answer="id, version, title, short_text, full_text, effective_from, effective_to",
)
async def read_disclosure(call: Call, disclosure_id: str, version: str) -> dict[str, Any]:
    return await _disclosure(call.parts, disclosure_id, version)


async def _disclosure(parts: Parts, disclosure_id: str, version: str) -> dict[str, Any]:
    query = select(disclosure).where(disclosure.c.id == disclosure_id, disclosure.c.version == version)
    async with parts.engine.connect() as connection:
        row = (await connection.execute(query)).mappings().one_or_none()
    if row is None:
        raise NotFoundError("找不到这份风险揭示书。")
    return dict(row)


@pages.get("/disclosures/<disclosure_id:str>/<version:str>", name="disclosure")
async def disclosure_page(request: Request, disclosure_id: str, version: str) -> HTTPResponse:
    """The full text of a disclosure, readable on a phone and without scripts."""
    parts: Parts = request.app.ctx.parts
    found = await parts.unbroken.run(_disclosure(parts, disclosure_id, version))
    until = f"，至 {found['effective_to']}" if found["effective_to"] else ""
    paragraphs = "".join(
        f"<p>{html.escape(line.strip())}</p>" for line in found["full_text"].splitlines() if line.strip()
    )
    body = (
        f"<h1>{html.escape(found['title'])}</h1>"
        f"<p class=about>{html.escape(parts.settings.bank_name)} · 编号 {html.escape(found['id'])} · "
        f"版本 {html.escape(found['version'])} · 自 {found['effective_from']} 起施行{until}</p>"
        f"<p class=lead>{html.escape(found['short_text'])}</p>{paragraphs}"
    )
    return html_page(found["title"], body)


STYLE = (
    "body{font:18px/1.7 'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif;color:#222;background:#fff;"
    "max-width:46em;margin:0 auto;padding:20px 18px 60px}h1{font-size:24px}h2{font-size:20px;margin-top:1.6em}"
    ".about{color:#595959;font-size:16px}.lead{border-left:4px solid #b5121b;padding:4px 0 4px 12px;font-weight:600}"
    "table{border-collapse:collapse;width:100%;font-size:16px}td,th{border-bottom:1px solid #ddd;padding:8px 6px;"
    "text-align:left;vertical-align:top}code{font-family:ui-monospace,Menlo,Consolas,monospace;font-size:15px}"
)


def html_page(title: str, body: str) -> HTTPResponse:
    """A page of our own, complete in itself."""
    return HTTPResponse(
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" '
        f'content="width=device-width,initial-scale=1"><title>{html.escape(title)}</title><style>{STYLE}</style></head>'
        f"<body>{body}</body></html>",
        content_type="text/html; charset=utf-8",
    )


@pages.get("/", name="root")
async def root(request: Request) -> HTTPResponse:
    return await _page(request, "")


@pages.get("/<path:path>", name="static")
async def static(request: Request, path: str) -> HTTPResponse:
    return await _page(request, path)


async def _page(request: Request, path: str) -> HTTPResponse:
    """A file of the built pages: ``/`` and what belongs to it from ``demo``, each face from its own folder."""
    parts: Parts = request.app.ctx.parts
    if path in FACES:
        return redirect(f"/{path}/", status=308)
    if path.startswith(("api/", "docs/")) or "\x00" in path:
        raise NotFoundError("没有这个地址。")
    web_dir = parts.settings.path(parts.settings.web_dir)
    found = await asyncio.to_thread(_find, web_dir, path)
    if found is None:
        face = path.partition("/")[0]
        needed = web_dir / (face if face in FACES else "demo")
        if not await asyncio.to_thread(needed.is_dir):
            raise UnavailableError(
                "网页尚未构建，请先执行 make run（或在 web 目录执行 npm run build）。", code="pages_not_built"
            )
        raise NotFoundError("没有这个页面。")
    response = await file(found, validate_when_requested=True, request_headers=request.headers)
    kept = HASHED_DIR in Path(path).parts
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if kept else "no-cache"
    return response


def _find(web_dir: Path, path: str) -> Path | None:
    """The file for a path, never outside ``web_dir``."""
    face = path.partition("/")[0]
    base = web_dir.resolve()
    for root in [base] if face in FACES else [base / "demo", base]:
        try:
            found = (root / path).resolve()
            if not found.is_relative_to(base):
                return None
            if found.is_dir():
                found = found / "index.html"
            if found.is_file():
                return found
        except (OSError, ValueError):  # a name that the file system does not know
            return None
    return None


def security_headers(path: str, host: str, allowed_origins: list[str]) -> dict[str, str]:
    """Headers of every answer. Pages load nothing from elsewhere; only the chat may stand in foreign pages."""
    if path.startswith("/chat/"):
        ancestors = " ".join(["'self'", *allowed_origins])
    elif path.startswith(("/console/", "/docs", "/api/")):
        ancestors = "'none'"
    else:
        ancestors = "'self'"
    # Older Safari does not count WebSockets of the same host as 'self'.
    sockets = f" ws://{host} wss://{host}" if _plain_host(host) else ""
    policy = (
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        f"font-src 'self' data:; connect-src 'self'{sockets}; frame-src 'self'; object-src 'none'; "
        f"base-uri 'none'; form-action 'self'; frame-ancestors {ancestors}"
    )
    shared = path.startswith("/sdk/")
    return {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Permissions-Policy": "camera=(), geolocation=(), payment=()",
        "Cross-Origin-Resource-Policy": "cross-origin" if shared else "same-origin",
        **({"X-Frame-Options": "DENY"} if ancestors == "'none'" else {}),
    }


def _plain_host(host: str) -> bool:
    return bool(host) and all(char.isalnum() or char in ".-:[]" for char in host)
