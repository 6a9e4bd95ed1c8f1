"""``tingxin agents``: accounts of human agents."""

from __future__ import annotations

import json
import secrets
import sys
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True)


@app.command("add")
def add(
    name: Annotated[str, typer.Argument(help="用户名，登录坐席工作台时使用。")],
    role: Annotated[str, typer.Option(help="agent（坐席）、supervisor（班长）或 admin（管理员）。")] = "agent",
    password_stdin: Annotated[bool, typer.Option("--password-stdin", help="从标准输入读密码，否则自动生成。")] = False,
) -> None:
    """新增一个账号；自动生成的密码只显示这一次。"""
    from bot.gateway.auth import do_add_agent
    from bot.settings import load_settings
    from bot.storage.engine import make_engine
    from bot.storage.migrate import upgrade

    settings = load_settings()
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else secrets.token_urlsafe(9)
    upgrade(settings)
    engine = make_engine(settings.db_url_sync)
    try:
        with engine.begin() as connection:
            made = do_add_agent(connection, name, password, role)
    finally:
        engine.dispose()
    typer.echo(f"已新增账号 {made.username}，工号 {made.work_no}，角色 {made.role}。")
    if not password_stdin:
        typer.echo(f"密码（只显示这一次）：{password}")


@app.command("list")
def list_agents(as_json: Annotated[bool, typer.Option("--json", help="每个账号一行 JSON。")] = False) -> None:
    """列出全部账号。"""
    from sqlalchemy import select

    from bot.settings import load_settings
    from bot.storage.engine import make_engine
    from bot.storage.migrate import upgrade
    from bot.storage.tables import agent

    settings = load_settings()
    upgrade(settings)
    engine = make_engine(settings.db_url_sync)
    try:
        columns = (agent.c.id, agent.c.username, agent.c.work_no, agent.c.role, agent.c.active)
        with engine.connect() as connection:
            rows = [dict(row) for row in connection.execute(select(*columns).order_by(agent.c.work_no)).mappings()]
    finally:
        engine.dispose()
    if as_json:
        for row in rows:
            typer.echo(json.dumps(row, ensure_ascii=False))
        return
    if not rows:
        typer.echo("还没有账号。用 tingxin agents add 新增。")
    for row in rows:
        typer.echo(f"{row['work_no']}  {row['username']}  {row['role']}{'' if row['active'] else '  已停用'}")
