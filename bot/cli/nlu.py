"""``tingxin nlu parse``: what does the trained model understand? Runs it in Rasa's own environment."""

from __future__ import annotations

import json
import subprocess
import tempfile
from typing import Annotated, Any

import typer

from bot.errors import UnavailableError

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
    from bot.cli.training import rasa_environment, rasa_python
    from bot.rasa_components.model_files import latest_model
    from bot.settings import ROOT, load_settings

    settings = load_settings()
    model = latest_model(ROOT, settings.path(settings.rasa_model_dir))
    command = [str(rasa_python()), "-m", "bot.rasa_components.parse_lines", str(model)]
    given = None if text is None else json.dumps({"text": text}) + "\n"
    with (
        tempfile.TemporaryFile() as complaints,  # Rasa's libraries warn a lot; shown only if it fails
        subprocess.Popen(
            command,
            cwd=ROOT,
            env=rasa_environment(settings),
            stdin=None if given is None else subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,
            encoding="utf-8",
        ) as process,
    ):
        assert process.stdout is not None
        try:
            if given is not None:
                assert process.stdin is not None
                process.stdin.write(given)
                process.stdin.close()
            for line in process.stdout:
                print(line if as_json else _readable(json.loads(line)), end="", flush=True)
        except BrokenPipeError:
            process.terminate()
        except KeyboardInterrupt:
            process.terminate()
            raise typer.Exit(130) from None
        process.wait()
        complaints.seek(0)
        said = complaints.read().decode("utf-8", "replace").strip().splitlines()
    if process.returncode not in (0, -15):
        reason = said[-1][:300] if said else "没有输出"
        raise UnavailableError(f"语言理解进程异常退出（{process.returncode}）：{reason}")


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
