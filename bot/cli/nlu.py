"""``tingxin nlu parse``: what does the trained model understand? Runs it in Rasa's own environment."""

from __future__ import annotations

import json
import os
import sys
from typing import Annotated, Any

import typer

app = typer.Typer(no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keeps ``parse`` a command of its own while it is the only one."""


@app.command("parse")
def parse(
    text: Annotated[str | None, typer.Argument(help="要理解的一句话；不给则从标准输入逐行读 JSON")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输入输出都用 JSON 行")] = False,
) -> None:
    """显示意图、问答、实体和是否超出范围。标准输入每行一个 {"text": "…"}。"""
    from bot.cli.rasa_lines import parse_command, rasa_lines
    from bot.settings import load_settings

    settings = load_settings()
    given = None if text is None else [json.dumps({"text": text})]
    try:
        for answer in rasa_lines(settings, parse_command(settings), given):
            print(json.dumps(answer, ensure_ascii=False) + "\n" if as_json else _readable(answer), end="", flush=True)
    except BrokenPipeError:
        # Nobody reads any more, and the interpreter would complain when it flushes at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        raise typer.Exit(130) from None


def _readable(parsed: dict[str, Any]) -> str:
    if "error" in parsed:
        return f"错误    {parsed['error']}\n"
    lines = [f"意图    {parsed['intent']}（{parsed['confidence']:.2f}）"]
    if parsed["faq"]:
        lines.append(f"问答    {parsed['faq']['id']}（{parsed['faq']['score']:.2f}）")
    for entity in parsed["entities"]:
        lines.append(f"实体    {entity['entity']} = {entity['value']}（{entity['text']}）")
    lines.append(f"超范围  {parsed['out_of_scope']:.2f}")
    return "\n".join(lines) + "\n\n"
