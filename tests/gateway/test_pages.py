"""Pages, documents, health."""

from __future__ import annotations

import json
import re
from pathlib import Path

from sqlalchemy import insert

from bot.gateway.openapi import document
from bot.retrieval import store
from bot.settings import Settings
from bot.storage.tables import disclosure

from .conftest import FakeRasa, Gateway, assert_error


def build(web_dir: Path) -> None:
    for name in ("demo/index.html", "chat/index.html", "chat/assets/a-1.js", "h5/index.html", "sdk/tingxin.js"):
        path = web_dir / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"built {name}", "utf-8")
    (web_dir.parent / "secret.txt").write_text("secret", "utf-8")


async def test_built_pages_are_served_with_their_headers(gateway: Gateway, settings: Settings) -> None:
    build(settings.web_dir)
    for path, name in {"/": "demo/index.html", "/chat/": "chat/index.html", "/h5/": "h5/index.html"}.items():
        answer = await gateway.http.get(path)
        assert (answer.status_code, answer.text) == (200, f"built {name}")
        assert answer.headers["content-type"].startswith("text/html")
        assert answer.headers["cache-control"] == "no-cache"
        assert "script-src 'self';" in answer.headers["content-security-policy"]
    script = await gateway.http.get("/chat/assets/a-1.js")
    assert "immutable" in script.headers["cache-control"]
    loader = await gateway.http.get("/sdk/tingxin.js")
    assert loader.headers["cross-origin-resource-policy"] == "cross-origin"
    moved = await gateway.http.get("/h5")
    assert (moved.status_code, moved.headers["location"]) == (308, "/h5/")


async def test_pages_never_leave_their_folder(gateway: Gateway, settings: Settings) -> None:
    build(settings.web_dir)
    (settings.web_dir / "chat" / "link.txt").symlink_to(settings.web_dir.parent / "secret.txt")
    for path in (
        "/../secret.txt",
        "/chat/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/chat/link.txt",
        "/chat/..%2f..%2fsecret.txt",
    ):
        answer = await gateway.http.get(path)
        assert_error(answer, 404)
    assert_error(await gateway.http.get("/chat/missing.js"), 404)


async def test_missing_build_is_said_clearly(gateway: Gateway) -> None:
    error = assert_error(await gateway.http.get("/console/"), 503, "pages_not_built")
    assert "尚未构建" in error["message"]


async def test_config_names_the_bank(gateway: Gateway) -> None:
    answer = await gateway.http.get("/api/v1/config")
    assert answer.json() == {"bank_name": gateway.settings.bank_name, "hotline": gateway.settings.bank_hotline}


async def test_disclosure_is_read_as_json_and_as_a_page_without_scripts(gateway: Gateway) -> None:
    row = {
        "id": "D1",
        "version": "2.0",
        "title": "风险<揭示>书",
        "short_text": "投资须谨慎",
        "full_text": "第一段\n<script>x</script>",
        "effective_from": "2026-01-01",
        "effective_to": None,
    }
    async with gateway.parts.engine.begin() as connection:
        await connection.execute(insert(disclosure).values(row))
    assert (await gateway.http.get("/api/v1/disclosures/D1/2.0")).json() == row
    page = await gateway.http.get("/disclosures/D1/2.0")
    assert page.headers["content-type"].startswith("text/html")
    assert "风险&lt;揭示&gt;书" in page.text and "<script" not in page.text and "自 2026-01-01 起施行" in page.text


async def test_every_route_is_documented(gateway: Gateway) -> None:
    documented = {(method.upper(), path) for path, methods in document()["paths"].items() for method in methods}
    served = set()
    for route in gateway.app.router.routes:
        path = "/" + re.sub(r"<(\w+):\w+>", r"{\1}", route.path)
        if path.startswith("/api/") and not path.endswith("/ws"):
            served |= {(method, path) for method in route.methods if method not in {"HEAD", "OPTIONS"}}
    assert served <= documented
    assert documented - served == {("GET", "/healthz")}


async def test_docs_work_without_the_outside(gateway: Gateway) -> None:
    page = await gateway.http.get("/docs")
    assert page.status_code == 200 and "/api/v1/visitor/messages" in page.text
    assert "http://" not in page.text and "https://" not in page.text and "<script" not in page.text
    assert json.loads((await gateway.http.get("/docs/openapi.json")).text)["openapi"].startswith("3.")


async def test_health_names_the_part_that_does_not_answer(gateway: Gateway, rasa: FakeRasa) -> None:
    good = await gateway.http.get("/healthz")
    assert (good.status_code, good.json()) == (
        200,
        {"status": "ok", "parts": {"rasa": "ok", "actions": "ok", "database": "ok", "models": "ok"}},
    )
    rasa.up = False
    gateway.parts.model_errors["情绪模型"] = "情绪模型已损坏"
    bad = await gateway.http.get("/healthz")
    assert bad.status_code == 503
    assert bad.json()["parts"] == {
        "rasa": "无法连接",
        "actions": "无法连接",
        "database": "ok",
        "models": "情绪模型已损坏",
    }


async def test_health_names_an_index_that_does_not_fit_the_encoder(gateway: Gateway) -> None:
    settings = gateway.settings
    sums = settings.path(settings.encoder_dir) / "SHA256SUMS"
    checksum = next(line.split()[0] for line in sums.read_text().splitlines() if "model_quantized.onnx" in line)
    fitting = store.write_folder(settings.index_dir, {"encoder_sha256": checksum}, lambda _folder: None)
    store.activate(settings.index_dir, fitting.name)
    assert (await gateway.http.get("/healthz")).status_code == 200
    folder = store.write_folder(settings.index_dir, {"encoder_sha256": "0" * 64}, lambda _folder: None)
    store.activate(settings.index_dir, folder.name)
    bad = await gateway.http.get("/healthz")
    assert bad.status_code == 503
    told = bad.json()["parts"]["models"]
    encoder = str(settings.path(settings.encoder_dir))
    for part in (str(folder), "0" * 12, encoder, checksum[:12], "tingxin knowledge import"):
        assert part in told
