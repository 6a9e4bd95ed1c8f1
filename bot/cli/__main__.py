"""``tingxin``: the command line. Each group is a module of its own; heavy imports stay inside the commands."""

from __future__ import annotations

import sys

import typer

from bot.cli import agents, chat, evaluate, faq, knowledge, nlu, sentiment, up
from bot.errors import TingxinError

app = typer.Typer(
    name="tingxin",
    help="听心：面向银行的中文智能客服。",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command("up", help="启动全部服务（动作服务、Rasa、网关）。")(up.up)
app.command("train", help="输入有变化时训练 Rasa 模型。")(up.train)
app.command("chat", help="在终端里对话，并显示意图、依据和情绪。")(chat.chat)
app.add_typer(nlu.app, name="nlu", help="语言理解。")
app.add_typer(faq.app, name="faq", help="问答库。")
app.add_typer(knowledge.app, name="knowledge", help="产品与风险揭示。")
app.add_typer(sentiment.app, name="sentiment", help="情绪识别。")
app.add_typer(evaluate.app, name="eval", help="评测。")
app.add_typer(agents.app, name="agents", help="坐席账号。")


def main() -> int:
    """Run the command line; our own errors become one clear line and exit code 1."""
    try:
        app(prog_name="tingxin")
    except TingxinError as error:
        print(f"tingxin: {error.message}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
