"""``tingxin faq``: measure a bank's FAQ on the questions of its customers, and bring it into the knowledge folder."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from bot.errors import InputError
from bot.knowledge.plain_faq import FAQ, QUESTIONS, cell, read_plain
from bot.knowledge.sources import MAX_SHOWN, Columns, listed

app = typer.Typer(no_args_is_help=True)


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
    for id_, text, _ in read_rows(known, QUESTIONS) if known else []:
        if id_ in entries:
            entries[id_].append(text)
        else:
            strangers += 1
    if strangers:
        _note(f"{known} 中有 {strangers} 行的编号不在 {faq} 里，已略过")
    tests = [(id_, text) for id_, text, _ in read_rows(questions, QUESTIONS)]
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


@app.command("convert")
def convert(
    faq: Annotated[Path, typer.Option("--faq", help="问答库 CSV，列 id,question,answer（列名也可用 编号,问题,答案）")],
    output: Annotated[Path, typer.Option("--output", help="写到哪里，如 data/knowledge/faq/bank.csv")],
    known: Annotated[Path | None, typer.Option("--known", help="已知问法 CSV，列 id,question")] = None,
    category: Annotated[str, typer.Option("--category", help="类别，用于没有 category 列或留空的行")] = "",
    source: Annotated[str, typer.Option("--source", help="来源，用于没有 source 列或留空的行")] = "",
    effective_date: Annotated[str, typer.Option("--effective-date", help="生效日期，如 2026-01-01")] = "",
    prefix: Annotated[str, typer.Option("--prefix", help="加在每个编号前，如 BANK-")] = "",
    force: Annotated[bool, typer.Option("--force", help="覆盖已有的输出文件")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """把一份普通的问答库转成知识目录里的问答文件；有任何错误时不写文件。之后执行 tingxin knowledge import。"""
    from bot.errors import KnowledgeError
    from bot.knowledge import plain_faq
    from bot.knowledge.importing import refused

    if output.exists() and not force:
        raise InputError(f"{output} 已经存在。换一个文件名，或加 --force 覆盖。")
    if output.suffix.lower() != ".csv":
        raise InputError(f"输出文件 {output} 的扩展名应为 .csv。")
    if any(path and path.resolve() == output.resolve() for path in (faq, known)):
        raise InputError(f"{output} 是输入文件，不能同时用作输出。")
    defaults = {"category": category, "source": source, "effective_date": effective_date}
    made = plain_faq.convert(faq, known, defaults, prefix)
    if made.problems:
        error: KnowledgeError = refused(made.problems, "问答库", "没有写出任何内容")
        if not as_json:
            raise error
        print(json.dumps(error.to_json(), ensure_ascii=False))
        raise typer.Exit(1)
    try:
        plain_faq.write(made.rows, output)
    except OSError as failure:
        raise InputError(f"无法写入 {output}：{failure.strerror}。") from None
    questions = sum(1 + len(row.similar) for row in made.rows)
    if as_json:
        warnings = [warning.to_json() for warning in made.warnings[:MAX_SHOWN]]
        told = {"output": str(output), "faqs": len(made.rows), "questions": questions, "warnings": warnings}
        print(json.dumps(told, ensure_ascii=False))
        return
    print(f"已写入 {output}：{len(made.rows)} 条问答、{questions} 种问法。请执行 tingxin knowledge import 导入。")
    if made.warnings:
        print(f"提醒（{len(made.warnings)} 处）：\n{listed(made.warnings)}")


def read_rows(path: Path, columns: Columns = FAQ) -> list[tuple[str, str, str]]:
    """``(id, question, answer or "")`` of each row of a plain table; other columns are passed over.

    Raises:
        InputError: the file cannot be read or a row lacks its id or question; names every line that is wrong.
    """
    records, problems = read_plain(path, columns)
    if problems:
        raise InputError(f"无法使用 {path}，有 {len(problems)} 处错误：\n{listed(problems)}")
    return [(cell(one, "id"), cell(one, "question"), cell(one, "answer")) for one in records]


def _note(text: str) -> None:
    print(f"tingxin: {text}", file=sys.stderr)
