"""``tingxin faq hit-test``: how often does a bank's FAQ answer the questions of its customers?"""

from __future__ import annotations

import csv
import json
import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from bot.errors import InputError

app = typer.Typer(no_args_is_help=True)

ENCODINGS = ("utf-8-sig", "gb18030")  # Excel in China writes the second


@app.callback()
def _group() -> None:
    """Keeps ``hit-test`` a command of its own while it is the only one."""


@app.command("hit-test")
def hit_test(
    faq: Annotated[Path, typer.Option("--faq", help="问答库 CSV，列 id,question[,answer]")],
    questions: Annotated[Path, typer.Option("--questions", help="测试问题 CSV，列 id,question")],
    known: Annotated[Path | None, typer.Option("--known", help="已知问法 CSV，列 id,question")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """用一份问答库和一批带答案编号的问题，测首条命中率和前三命中率。不需要重新训练。"""
    from bot.retrieval.encoder import Encoder
    from bot.retrieval.index import FaqEntry, FaqIndex
    from bot.settings import load_settings

    entries: dict[str, list[str]] = {}
    answers: dict[str, str] = {}
    for id_, text, answer in read_rows(faq):
        entries.setdefault(id_, []).append(text)
        answers.setdefault(id_, answer)
    strangers = 0
    for id_, text, _ in read_rows(known) if known else []:
        if id_ in entries:
            entries[id_].append(text)
        else:
            strangers += 1
    if strangers:
        _note(f"{known} 中有 {strangers} 行的编号不在 {faq} 里，已略过")
    tests = [(id_, text) for id_, text, _ in read_rows(questions)]
    missing = sum(id_ not in entries for id_, _ in tests)
    if missing:
        _note(f"{questions} 中有 {missing} 行的编号不在 {faq} 里，按未命中计")
    settings = load_settings()
    encoder = Encoder(settings.path(settings.encoder_dir), threads=2)
    if not as_json:
        _note(f"导入 {len(entries)} 条问答、{sum(map(len, entries.values()))} 种问法……")
    started = time.perf_counter()
    given = [FaqEntry(id_, texts[0], tuple(texts), answer=answers[id_]) for id_, texts in entries.items()]
    index = FaqIndex.build(given, encoder)
    imported = time.perf_counter()
    ranks = [[hit.id for hit in index.search(text, 3)] for _, text in tests]
    searched = time.perf_counter()
    first = sum(found[:1] == [id_] for found, (id_, _) in zip(ranks, tests, strict=True))
    among = sum(id_ in found for found, (id_, _) in zip(ranks, tests, strict=True))
    result = {
        "n": len(tests),
        "top1": round(first / len(tests), 4),
        "top3": round(among / len(tests), 4),
        "import_seconds": round(imported - started, 2),
        "ms_per_question": round((searched - imported) * 1000 / len(tests), 2),
    }
    if as_json:
        print(json.dumps(result, ensure_ascii=False))
        return
    print(f"测试问题 {result['n']} 个")
    print(f"首条命中 {result['top1']:.1%}，前三命中 {result['top3']:.1%}")
    print(f"导入用时 {result['import_seconds']} 秒，每个问题 {result['ms_per_question']} 毫秒")


def read_rows(path: Path) -> list[tuple[str, str, str]]:
    """``(id, question, answer or "")`` of each row of a CSV file; other columns are ignored.

    UTF-8 (with or without BOM) or GB18030.

    Raises:
        InputError: no such file, not text, a column is missing, or a row lacks its id or question; names the line.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise InputError(f"无法读取 {path}：{error.strerror}。") from None
    for encoding in ENCODINGS:
        try:
            text = raw.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise InputError(f"{path} 既不是 UTF-8 也不是 GB18030 编码，请另存为 UTF-8 CSV。")
    if "\0" in text:
        raise InputError(f"{path} 不是 CSV 文本，请另存为 UTF-8 CSV。")
    reader = csv.reader(text.splitlines(keepends=True))
    rows = []
    try:
        header = [name.strip().lower() for name in next(reader, [])]
        for name in ("id", "question"):
            if name not in header:
                raise InputError(
                    f"{path} 第 1 行缺少列 {name}；需要 id,question，现有 {','.join(header) or '（空）'}。"
                )
        at_id, at_question = header.index("id"), header.index("question")
        at_answer = header.index("answer") if "answer" in header else len(header)
        for row in reader:
            if not any(cell.strip() for cell in row):
                continue
            id_ = row[at_id].strip() if at_id < len(row) else ""
            question = row[at_question].strip() if at_question < len(row) else ""
            if not id_ or not question:
                raise InputError(f"{path} 第 {reader.line_num} 行缺少 {'question' if id_ else 'id'}。")
            rows.append((id_, question, row[at_answer].strip() if at_answer < len(row) else ""))
    except csv.Error as error:
        raise InputError(f"{path} 第 {reader.line_num} 行不是合格的 CSV：{error}。") from None
    if not rows:
        raise InputError(f"{path} 只有表头，没有内容。")
    return rows


def _note(text: str) -> None:
    print(f"tingxin: {text}", file=sys.stderr)
