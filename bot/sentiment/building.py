"""``tingxin sentiment train``: corpus → training → served model with its card."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from bot.sentiment.classifier import SentimentClassifier
from bot.sentiment.corpus import Corpus, load_corpus, ordinary_questions
from bot.sentiment.evaluation import evaluate
from bot.sentiment.export import Exported, export
from bot.sentiment.frustration import TrendParams
from bot.sentiment.labels import FRUSTRATED_FROM
from bot.sentiment.training import Trained, TrainOptions, train
from bot.sentiment.transcript import TextEncoder

Figures = dict[str, dict[str, float]]


def build(
    base: Path,
    target: Path,
    corpus_dir: Path,
    encoder: TextEncoder,
    params: TrendParams,
    options: TrainOptions,
) -> Figures:
    """Train, export, measure on the test split, write the card into ``target``; the figures measured.

    Raises:
        SettingsError: the corpus or the base model is wrong.
    """
    console = Console(stderr=True)
    corpus = load_corpus(corpus_dir)
    ordinary = ordinary_questions()
    rows, dev = corpus.part("train") + ordinary, corpus.part("dev")
    console.print(f"训练 {len(rows)} 条（其中日常问句 {len(ordinary)} 条），开发集 {len(dev)} 条")
    started = time.monotonic()
    with Progress(
        TextColumn("训练"), BarColumn(), TextColumn("{task.fields[note]}"), TimeRemainingColumn(), console=console
    ) as bar:
        task = bar.add_task("train", total=None, note="")

        def show(step: int, total: int, figures: dict[str, float]) -> None:
            note = "  ".join(f"{name} {value:.3f}" for name, value in figures.items())
            bar.update(task, completed=step, total=total, note=note)
            if not console.is_terminal and step % 20 == 0:  # a bar is of no use in a log
                console.print(f"{step}/{total}  {note}")

        trained = train(base, rows, dev, options, show)
    minutes = (time.monotonic() - started) / 60
    console.print(f"训练用时 {minutes:.1f} 分钟，第 {trained.best_epoch} 轮最好；正在导出……")
    about = {"training": {**asdict(options), "best_epoch": trained.best_epoch, "rows": len(rows)}}
    exported = export(trained.net, base, target, dev, options.max_len, about)
    figures = evaluate(SentimentClassifier(target, options.threads), encoder, params, corpus)
    figures["quantization"] = {
        "frustration_mean_abs_difference": round(exported.mean_difference, 5),
        "frustration_max_abs_difference": round(exported.max_difference, 5),
        "megabytes": round(exported.bytes / 1e6, 1),
    }
    (target / "README.md").write_text(card(corpus, len(ordinary), trained, exported, figures, minutes), "utf-8")
    return figures


def card(corpus: Corpus, ordinary: int, trained: Trained, exported: Exported, figures: Figures, minutes: float) -> str:
    """The model card, Markdown."""
    rows = corpus.utterances
    splits = Counter(row.split for row in rows)
    emotions = "、".join(f"{name} {count}" for name, count in Counter(row.emotion for row in rows).most_common())
    frustrated = sum(row.frustration >= FRUSTRATED_FROM for row in rows)
    tables = "\n".join(
        f"\n### {title}\n\n| figure | value |\n|---|---|\n"
        + "\n".join(f"| {name} | {value:g} |" for name, value in figures[group].items())
        for group, title in (
            ("utterances", "Test split, single messages"),
            ("dialogues", "Test split, dialogues through the trend"),
            ("quantization", "int8 against PyTorch, dev split"),
        )
        if group in figures
    )
    history = ", ".join(f"{one['dev_loss']:.4f}" for one in trained.history)
    return f"""# Sentiment model

bge-small-zh-v1.5 (BAAI, MIT licence) fine-tuned on Tingxin's own corpus: one head for the emotion, one for
frustration. Served as int8 ONNX by `bot.sentiment.classifier`; made by `tingxin sentiment train`.

| file | what |
|---|---|
| `model.onnx` | int8 weights, {exported.bytes / 1e6:.1f} MB; out: `emotion_logits` (n, 7), `frustration_logit` (n,) |
| `tokenizer.json` | WordPiece, as in `models/encoder` |
| `labels.json` | order of the emotions |
| `config.json` | window length, calibration, training options |
| `SHA256SUMS` | checked at every start |

## What it says
Frustration 0..1, calibrated: from 0.5 on a good supervisor would call this customer frustrated. Emotion: the
likeliest of seven. The reply that the customer answers may be given as context.

## Data
{len(rows)} messages written and labelled for this project (`data/sentiment/README.md` is the guide): {emotions};
{frustrated} of them frustrated. Split by scenario, so no scenario is in two splits: {splits["train"]} train,
{splits["dev"]} dev, {splits["test"]} test; {len(corpus.dialogues)} dialogues. Beside them {ordinary} of the sample
bank's own questions as calm examples. No other data was trained on.

## Training
{minutes:.1f} minutes; the best epoch was {trained.best_epoch}; dev loss per epoch {history}. Seeded; options in
`config.json`.

## Figures
{tables}

## Limits
- Written text in Mandarin, simplified characters. Dialect in writing, traditional characters, other languages and irony
  without any marker are scored with less care.
- The corpus is written, not collected: a bank should measure the model on its own (masked) conversations before it
  relies on it, and set the thresholds in `data/sentiment/trend.yml` by what it finds.
- It judges words, not people: never use it to rate customers or staff.
"""
