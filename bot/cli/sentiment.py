"""``tingxin sentiment``: score messages and dialogues, train the model, measure it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.errors import InputError, TingxinError

if TYPE_CHECKING:
    from bot.sentiment.classifier import SentimentClassifier
    from bot.sentiment.frustration import TrendParams
    from bot.sentiment.transcript import TextEncoder

app = typer.Typer(no_args_is_help=True)

# A dialogue longer than this is a mistake in the input rather than a conversation.
TURNS_MAX = 2000


@app.command("score")
def score(
    as_json: Annotated[bool, typer.Option("--json", help="从标准输入逐行读 JSON，逐行输出 JSON")] = False,
    text: Annotated[str, typer.Argument(help="要打分的一句话；用 --json 时不填")] = "",
) -> None:
    """给消息或对话打情绪分。

    --json 的每一行是 {"id","text"}（可加 "context"：客户所回应的那条回复），输出 {"id","frustration","emotion"}；
    或 {"id","turns":[{"sender":"customer"|"helpdesk","text"}]}，输出 {"id","trajectory","handoff_turn","reasons"}：
    trajectory 是每条客户消息之后的情绪水平（0..1），frustration 是每条客户消息自身的分数，handoff_turn 是应转人工的
    客户消息序号（只数客户消息，从 0 起；不应转则为 null），reasons 中的 seqs 是 turns 里的序号（从 0 起）。
    读不懂的行输出 {"id","error"}，然后继续。
    """
    classifier = _classifier()
    if not as_json:
        if not text:
            raise InputError("请给出要打分的一句话，或用 --json 从标准输入读取。")
        found = classifier.score(text)
        print(f"{found.emotion}  不满程度 {found.frustration:.2f}")
        return
    scorer = _LineScorer(classifier)
    for line in _lines():
        print(json.dumps(scorer.answer(line), ensure_ascii=False), flush=True)


@app.command("train")
def train(
    epochs: Annotated[int, typer.Option(min=1, max=50, help="最多训练几轮；开发集不再改善时提前结束")] = 4,
    seed: Annotated[int, typer.Option(help="随机种子")] = 20,
    threads: Annotated[int, typer.Option(min=1, max=64, help="使用的线程数")] = 2,
    data: Annotated[Path | None, typer.Option(help="标注语料目录，默认 data/sentiment")] = None,
    target: Annotated[Path | None, typer.Option(help="模型写到哪里，默认 models/sentiment")] = None,
) -> None:
    """用自有语料训练情绪模型，并写出 ONNX 权重、校准参数和模型说明。"""
    from bot.sentiment.building import build
    from bot.sentiment.corpus import CORPUS_DIR
    from bot.sentiment.params import load_params
    from bot.sentiment.training import TrainOptions
    from bot.settings import load_settings

    settings = load_settings()
    figures = build(
        base=settings.path(settings.encoder_dir),
        target=target or settings.path(settings.sentiment_dir),
        corpus_dir=data or CORPUS_DIR,
        encoder=_encoder(),
        params=load_params(),
        options=TrainOptions(epochs=epochs, seed=seed, threads=threads),
    )
    _print_figures(figures)


@app.command("evaluate")
def evaluate(
    as_json: Annotated[bool, typer.Option("--json", help="输出一行 JSON")] = False,
    split: Annotated[str, typer.Option(help="dev 或 test")] = "test",
) -> None:
    """在自有语料的测试集上衡量情绪模型和转人工趋势。"""
    from bot.sentiment.corpus import SPLITS, load_corpus
    from bot.sentiment.evaluation import evaluate as measure
    from bot.sentiment.params import load_params

    chosen = next((one for one in SPLITS if one == split), None)
    if chosen is None:
        raise InputError("--split 只能是 train、dev 或 test。")
    figures = measure(_classifier(), _encoder(), load_params(), load_corpus(), chosen)
    if as_json:
        print(json.dumps(figures, ensure_ascii=False))
    else:
        _print_figures(figures)


class _LineScorer:
    """Answers one input line at a time; the encoder is loaded with the first dialogue."""

    def __init__(self, classifier: SentimentClassifier) -> None:
        self._classifier = classifier
        self._rest: tuple[TextEncoder, TrendParams] | None = None

    def answer(self, line: str) -> dict[str, Any]:
        """The answer to a line, or its error. Never raises on what the line holds."""
        name: Any = None
        try:
            try:
                raw = json.loads(line)
            except (ValueError, RecursionError):
                raise InputError("这一行不是正确的 JSON。") from None
            if not isinstance(raw, dict):
                raise InputError("每一行应当是一个 JSON 对象。")
            name = raw.get("id")
            if "turns" in raw:
                return {"id": name, **self._dialogue(raw["turns"])}
            found = self._classifier.score(_text(raw, "text"), _text(raw, "context", ""))
            return {"id": name, "frustration": found.frustration, "emotion": found.emotion}
        except TingxinError as error:
            return {"id": name, "error": error.message}

    def _dialogue(self, turns: Any) -> dict[str, Any]:
        from bot.sentiment.params import load_params
        from bot.sentiment.transcript import score_transcript

        if not isinstance(turns, list) or len(turns) > TURNS_MAX:
            raise InputError(f"turns 应当是列表，最多 {TURNS_MAX} 轮。")
        told = []
        for turn in turns:
            if not isinstance(turn, dict) or turn.get("sender") not in ("customer", "helpdesk"):
                raise InputError("turns 的每一项应当有 sender（customer 或 helpdesk）和 text。")
            told.append((str(turn["sender"]), _text(turn, "text")))
        if self._rest is None:
            self._rest = (_encoder(), load_params())
        found = score_transcript(told, self._classifier, *self._rest)
        last = found.handoff_turn if found.handoff_turn is not None else len(found.assessments) - 1
        reasons = found.assessments[last].reasons if found.assessments else ()
        return {
            "trajectory": found.levels,
            "handoff_turn": found.handoff_turn,
            "reasons": [
                {"code": one.code, "text": one.text, "seqs": list(one.seqs), "weight": one.weight} for one in reasons
            ],
            "frustration": [one.frustration for one in found.scores],
            "emotion": [one.emotion for one in found.scores],
        }


def _text(raw: dict[str, Any], name: str, default: str | None = None) -> str:
    value = raw.get(name, default)
    if not isinstance(value, str):
        raise InputError(f"缺少 {name}，或它不是文字。")
    return value


def _lines() -> Iterator[str]:
    """Lines of standard input; bytes that are no UTF-8 are replaced, empty lines skipped."""
    for raw in sys.stdin.buffer:
        line = raw.decode("utf-8", "replace").strip()
        if line:
            yield line


def _classifier() -> SentimentClassifier:
    from bot.sentiment.classifier import SentimentClassifier
    from bot.settings import load_settings

    settings = load_settings()
    return SentimentClassifier(settings.path(settings.sentiment_dir))


def _encoder() -> TextEncoder:
    from bot.retrieval.encoder import Encoder
    from bot.settings import load_settings

    settings = load_settings()
    return Encoder(settings.path(settings.encoder_dir))


def _print_figures(figures: dict[str, dict[str, float]]) -> None:
    from rich.console import Console
    from rich.table import Table

    names = {"utterances": "单条消息", "dialogues": "整段对话", "quantization": "量化前后"}
    for group, values in figures.items():
        table = Table(title=names.get(group, group), show_header=False)
        for name, value in values.items():
            table.add_row(name, f"{value:g}")
        Console().print(table)
