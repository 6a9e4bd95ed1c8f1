"""``tingxin chat``: talk to the running product in the terminal, with the trace of each turn.

The conversation goes over the public API like any customer's; intent, evidence and emotion are then read from the
ledger, which only those who can read the database may do.
"""

from __future__ import annotations

import time
import uuid
from typing import Annotated, Any

import httpx
import typer
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from sqlalchemy import Engine, select

from bot.errors import TingxinError, UnavailableError
from bot.settings import Settings, load_settings
from bot.storage.engine import make_engine
from bot.storage.tables import message, score

QUIET_S = 1.2  # after the first reply, how long without another ends the turn
LONGEST_TURN_S = 30.0
_SENDERS = {"bot": "[cyan]智能客服[/]", "agent": "[green]人工客服[/]", "system": "[dim]系统[/]"}
console = Console(highlight=False, soft_wrap=True)


def chat(
    url: Annotated[str, typer.Option("--url", help="网关地址；默认按设置")] = "",
    trace: Annotated[bool, typer.Option("--trace/--no-trace", help="显示意图、依据和情绪")] = True,
) -> None:
    """Chat in the terminal. 输入 /quit 退出，/human 转人工。"""
    settings = load_settings()
    base = url or f"http://{settings.gateway_host}:{settings.gateway_port}"
    engine = make_engine(settings.db_url_sync) if trace else None
    with httpx.Client(base_url=base, timeout=40.0, trust_env=False) as client:
        session = Session(client, settings, engine)
        session.open()
        console.print(f"[dim]已连接 {base}，会话 {session.conversation_id}。/human 转人工，/quit 退出。[/]")
        while True:
            try:
                text = console.input("[bold]您[/] › ").strip()
            except (EOFError, KeyboardInterrupt):
                break
            if text in {"/quit", "/exit"}:
                break
            if not text:
                continue
            try:
                session.turn(text)
            except TingxinError as error:
                console.print(f"[red]{escape(error.message)}[/]")
    console.print("[dim]再见。[/]")


class Session:
    """One visitor's conversation over the public API."""

    def __init__(self, client: httpx.Client, settings: Settings, engine: Engine | None) -> None:
        self.client = client
        self.settings = settings
        self.engine = engine
        self.conversation_id = ""
        self.after = 0
        self.headers: dict[str, str] = {}

    def open(self) -> None:
        made = self._call("POST", "/api/v1/visitor/sessions", json={"channel": "cli"})
        self.conversation_id = made["conversation_id"]
        self.headers = {"Authorization": f"Bearer {made['token']}"}
        self._print_new(0.5)

    def turn(self, text: str) -> None:
        """Send one message, print what comes back, then the trace."""
        begun = time.monotonic()
        if text == "/human":
            self._call("POST", "/api/v1/visitor/handoff", json={})
            seq = None
        else:
            body = {"client_msg_id": uuid.uuid4().hex, "text": text}
            seq = int(self._call("POST", "/api/v1/visitor/messages", json=body)["seq"])
        first_ms: float | None = None
        while time.monotonic() - begun < LONGEST_TURN_S:
            printed = self._print_new(QUIET_S if first_ms is not None else 5.0)
            if printed and first_ms is None:
                first_ms = (time.monotonic() - begun) * 1000
            elif not printed and first_ms is not None:
                break
        if self.engine is not None and seq is not None:
            self._print_trace(self.engine, seq, first_ms)

    def _print_new(self, wait_s: float) -> int:
        answer = self._call("GET", "/api/v1/visitor/messages", params={"after": self.after, "wait": wait_s})
        printed = 0
        for item in answer["messages"]:
            self.after = max(self.after, int(item["seq"]))
            if item["sender"] == "customer":
                continue
            printed += 1
            console.print(f"{_SENDERS.get(item['sender'], item['sender'])} › {escape(item['text'])}")
            buttons = [button["title"] for button in item["data"].get("quick_replies", [])]
            if buttons:
                console.print(
                    Padding("[dim]" + escape("  ".join(f"[{title}]" for title in buttons)) + "[/]", (0, 0, 0, 4))
                )
        return printed

    def _print_trace(self, engine: Engine, seq: int, first_ms: float | None) -> None:
        here = message.c.conversation_id == self.conversation_id
        with engine.connect() as connection:
            replies = connection.execute(
                select(message.c.trace, message.c.kind).where(here, message.c.seq > seq, message.c.trace.is_not(None))
            ).all()
            scored = connection.execute(
                select(score).where(score.c.conversation_id == self.conversation_id, score.c.seq == seq)
            ).first()
        table = Table.grid(padding=(0, 2))
        for reply in replies[:1]:
            found: dict[str, Any] = reply.trace or {}
            table.add_row("意图", f"{found.get('intent', '–')}  {float(found.get('confidence') or 0):.2f}")
            if found.get("faq"):
                evidence = found["faq"]
                table.add_row(
                    "依据",
                    escape(f"{evidence.get('id')} {evidence.get('question', '')}  {evidence.get('score', 0):.2f}"),
                )
            if found.get("entities"):
                spans = [f"{item.get('entity')}={item.get('value')}" for item in found["entities"]]
                table.add_row("实体", escape("  ".join(spans)))
        if scored is not None:
            reasons = "；".join(str(item.get("text", "")) for item in scored.reasons)
            mood = f"{scored.emotion}  {scored.frustration:.2f} → {scored.level:.2f} {scored.stage}"
            table.add_row("情绪", escape(f"{mood}  {reasons}"))
        if first_ms is not None:
            table.add_row("用时", f"{first_ms:.0f} 毫秒")
        console.print(Padding(table, (0, 0, 0, 4)), style="dim")

    def _call(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        """One API call; its error becomes ours.

        Raises:
            UnavailableError: the gateway does not answer.
            TingxinError: the gateway refused, with its own message.
        """
        try:
            answer = self.client.request(method, path, headers=self.headers, **options)
        except httpx.HTTPError:
            raise UnavailableError(f"连不上 {self.client.base_url}，请先执行 ./tingxin up 启动服务。") from None
        body: dict[str, Any] = answer.json()
        if answer.is_error:
            raise TingxinError(str(body.get("error", {}).get("message", answer.status_code)))
        return body
