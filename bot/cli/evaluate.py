"""``tingxin eval nlu``: how well does the model understand annotated questions?"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.errors import InputError, UnavailableError

if TYPE_CHECKING:
    from bot.evaluation.folds import Example
    from bot.evaluation.measures import Figures, Reading, Scope
    from bot.evaluation.questions import Labels
    from bot.knowledge.schema import FaqRow
    from bot.settings import Settings

app = typer.Typer(no_args_is_help=True)

SETS = ("development", "heldout")
SETS_FOLDER = Path("tests/data/nlu")
REFERENCE_DAY = date(2026, 3, 18)  # what the annotated dates are counted from: tests/data/nlu/README.md
WORST = 30  # mistakes shown in full: what can be read in one go
MAX_FOLDS = 20


@app.callback()
def _group() -> None:
    """Keeps ``nlu`` a command of its own while it is the only one."""


@dataclass
class Report:
    """All that one call measured."""

    title: str
    figures: Figures | None = None
    perturbed: dict[str, Figures] = field(default_factory=dict)
    folds: list[Figures] = field(default_factory=list)
    scope: Scope | None = None
    worst: int = 0

    def to_json(self) -> dict[str, Any]:
        from bot.evaluation.report_text import compared, fold_values, mean_values

        told: dict[str, Any] = {"title": self.title}
        if self.figures:
            told |= self.figures.to_json(self.worst)
        if self.perturbed:
            told["perturbed"] = {
                name: {
                    key: value for key, value in one.to_json().items() if key not in ("confusion", "worst", "entities")
                }
                for name, one in self.perturbed.items()
                if name != "clean"
            }
            told["compared"] = compared(self.perturbed)
        if self.folds:
            names = ("intent_macro_f1", "faq_first", "faq_among_three")
            rows = [fold_values(one) for one in self.folds]
            told["cross_validation"] = {
                **dict(zip(names, mean_values(rows), strict=True)),
                "n": sum(one.n for one in self.folds),
                "folds": [
                    {"n": one.n, **dict(zip(names, row, strict=True))}
                    for one, row in zip(self.folds, rows, strict=True)
                ],
            }
        if self.scope:
            told["foreign_and_home"] = self.scope.to_json()
        return told


@app.command("nlu")
def nlu(
    sets: Annotated[
        list[str] | None,
        typer.Option("--set", help="development、heldout 或标注好的 CSV 文件，可重复；默认 development"),
    ] = None,
    perturbed: Annotated[bool, typer.Option("--perturbed", help="另测繁体、错别字和语音写法")] = False,
    folds: Annotated[
        int | None, typer.Option("--cross-validation", min=2, max=MAX_FOLDS, help="在训练语料上做几折交叉验证")
    ] = None,
    foreign: Annotated[
        list[Path] | None, typer.Option("--foreign", help="与银行无关的问题（CSV 第一列），可重复")
    ] = None,
    home: Annotated[list[Path] | None, typer.Option("--home", help="银行客户的问题（CSV 第一列），可重复")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出一行 JSON")] = False,
    output: Annotated[
        Path | None, typer.Option("--output", help="另把 report.html 和 report.json 写入这个目录")
    ] = None,
    seed: Annotated[int, typer.Option(help="错别字、语音写法和分折用的随机种子")] = 20,
    worst: Annotated[
        int | None, typer.Option(min=0, help=f"列出多少个答错的问题；默认 {WORST}，heldout 默认不列，以免照着它调整")
    ] = None,
) -> None:
    """用训练好的模型理解一批标注好的问题，报告答对率、检索、意图、实体、混淆、置信度和超范围识别。

    只给 --cross-validation 或 --foreign、--home 而不给 --set 时，只测这几项。
    """
    from bot.settings import load_settings

    settings = load_settings()
    if (perturbed or not (folds or foreign or home)) and not sets:
        sets = [SETS[0]]
    _check_output(output)
    report = Report(title=f"语言理解评测 {date.today().isoformat()}")
    if sets:
        report.worst = worst if worst is not None else (0 if _held_out(sets) else WORST)
        report.title += "：" + "、".join(one if one in SETS else Path(one).name for one in sets)
        do_sets(report, settings, sets, perturbed, seed)
    if foreign or home:
        report.scope = do_scope(settings, foreign or [], home or [])
    if folds:
        report.folds = do_folds(settings, folds, seed)
    if as_json:
        print(json.dumps(report.to_json(), ensure_ascii=False))
    else:
        _print(report)
    if output:
        _write(report, output)


def do_sets(report: Report, settings: Settings, sets: Sequence[str], perturbed: bool, seed: int) -> None:
    """Read the sets, let the model read them, and fill the report."""
    from bot.evaluation.measures import measure
    from bot.evaluation.noise import VARIANTS, noisy
    from bot.evaluation.questions import read_questions

    labels = read_labels(settings)
    questions = read_questions(_files(sets), labels)
    variants = {"clean": questions}
    if perturbed:
        variants |= {name: noisy(questions, name, seed) for name in VARIANTS}
    texts = [one.text for rows in variants.values() for one in rows]
    readings = understand(settings, texts)
    start = 0
    for name, rows in variants.items():
        figures = measure(rows, readings[start : start + len(rows)], labels.categories)
        start += len(rows)
        if name == "clean":
            report.figures = figures
        if perturbed:
            report.perturbed[name] = figures


def do_scope(settings: Settings, foreign: Sequence[Path], home: Sequence[Path]) -> Scope:
    """How well foreign questions are told from a bank's."""
    from bot.evaluation.measures import measure_scope
    from bot.evaluation.questions import read_texts

    read_labels(settings)  # refuses an index that the model cannot read
    strange = [text for path in foreign for text in read_texts(path)]
    own = [text for path in home for text in read_texts(path)]
    readings = understand(settings, [*strange, *own])
    return measure_scope(readings[: len(strange)], readings[len(strange) :])


def do_folds(settings: Settings, folds: int, seed: int) -> list[Figures]:
    """Cross-validation over the training data: the figures of each fold."""
    import tempfile

    from bot.cli.rasa_lines import rasa_lines
    from bot.evaluation.folds import assign
    from bot.evaluation.measures import measure
    from bot.evaluation.questions import Question
    from bot.evaluation.training_texts import faq_examples, nlu_examples
    from bot.knowledge.importing import check_knowledge

    faqs = check_knowledge(settings).faqs
    examples = [*nlu_examples(settings.path(settings.nlu_dir)), *faq_examples(faqs)]
    places = assign(examples, folds, seed)
    asked = sum(at >= 0 for at in places)
    questions: list[list[Question]] = [[] for _ in range(folds)]
    readings: list[list[Reading]] = [[] for _ in range(folds)]
    with tempfile.TemporaryDirectory(prefix="tingxin-folds-") as aside, _progress("交叉验证", asked) as show:
        indexes = []
        for fold in range(folds):
            show(0, f"第 {fold + 1}/{folds} 折，建立索引")
            learnt = [one for one, at in zip(examples, places, strict=True) if at != fold]
            indexes.append(str(_fold_index(settings, faqs, learnt, Path(aside) / str(fold))))
        task = {
            "indexes": indexes,
            "examples": [[one.text, one.intent, one.faq_id, at] for one, at in zip(examples, places, strict=True)],
        }
        for line in rasa_lines(
            settings, ["bot.rasa_components.cross_validation"], [json.dumps(task, ensure_ascii=False)]
        ):
            fold = line["fold"]
            if "reading" in line:
                one = examples[line["example"]]
                questions[fold].append(Question(one.text, one.intent, one.faq_id, None, ""))
                readings[fold].append(line["reading"])
            show(sum(map(len, readings)), f"第 {fold + 1}/{folds} 折{'' if 'reading' in line else '，训练'}")
    categories = {row.id: row.category for row in faqs}
    return [measure(asked, got, categories) for asked, got in zip(questions, readings, strict=True)]


def _fold_index(settings: Settings, faqs: Sequence[FaqRow], learnt: Sequence[Example], root: Path) -> Path:
    """Build the index of what is learnt in one fold below ``root``; returns ``root``."""
    from bot.retrieval.encoder import Encoder
    from bot.retrieval.index import GAZETTEER_FILE, FaqEntry, FaqIndex
    from bot.retrieval.store import current_folder, read_json

    known: dict[str, list[str]] = {}
    intents: dict[str, list[str]] = {}
    for one in learnt:
        (known if one.faq_id else intents).setdefault(one.faq_id or one.intent, []).append(one.text)
    entries = [FaqEntry(row.id, row.question, tuple(known[row.id]), row.category, row.answer) for row in faqs]
    encoder = Encoder(settings.path(settings.encoder_dir), threads=2)
    index = FaqIndex.build(entries, encoder, intents=intents, learn=settings.index_learning)
    index.save(root, read_json(current_folder(settings.index_dir) / GAZETTEER_FILE))
    return root


def understand(settings: Settings, texts: Sequence[str]) -> list[Reading]:
    """What the trained model reads in each text, on the reference day.

    Raises:
        SettingsError: there is no model, or it is damaged.
        UnavailableError: the model's process failed.
    """
    from bot.cli.rasa_lines import parse_command, rasa_lines

    lines = (json.dumps({"text": text}, ensure_ascii=False) for text in texts)
    readings: list[Reading] = []
    with _progress("理解问题", len(texts)) as show:
        for reading in rasa_lines(settings, parse_command(settings, REFERENCE_DAY), lines):
            if "error" in reading:
                raise InputError(f"第 {len(readings) + 1} 个问题无法理解：{reading['error']}。")
            readings.append(reading)
            show(len(readings), "")
    if len(readings) != len(texts):
        raise UnavailableError(f"语言理解进程只回答了 {len(readings)}/{len(texts)} 个问题，请重试。")
    return readings


def read_labels(settings: Settings) -> Labels:
    """Intents of the domain, and entries of the index in force: what the model can answer with.

    Raises:
        IndexFilesError, IndexMismatchError: no knowledge was imported, or by another version. The model would answer
            without an index, too, and every FAQ question wrong.
    """
    import yaml

    from bot.evaluation.questions import Labels
    from bot.retrieval.encoder import Encoder
    from bot.retrieval.index import FaqIndex
    from bot.settings import ROOT

    domain = yaml.safe_load((ROOT / "domain.yml").read_text("utf-8"))
    intents = {next(iter(one)) if isinstance(one, dict) else str(one) for one in domain["intents"]}
    entries = FaqIndex.load(settings.index_dir, Encoder(settings.path(settings.encoder_dir))).entries
    return Labels(intents, {one.id: one.category for one in entries})


@contextmanager
def _progress(what: str, total: int) -> Iterator[Callable[[int, str], None]]:
    """A bar on standard error while a person looks on; the given function takes how many are done, and a remark."""
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda done, remark: bar.update(task, completed=done, description=f"{what} {remark}".strip())


def _files(sets: Iterable[str]) -> list[Path]:
    from bot.evaluation.questions import set_files
    from bot.settings import ROOT

    files: list[Path] = []
    for one in sets:
        files.extend(set_files(ROOT / SETS_FOLDER / one) if one in SETS else [Path(one)])
    return files


def _held_out(sets: Iterable[str]) -> bool:
    from bot.settings import ROOT

    folder = (ROOT / SETS_FOLDER / "heldout").resolve()
    return any(one == "heldout" or folder in Path(one).resolve().parents for one in sets)


def _print(report: Report) -> None:
    from rich.console import Console

    from bot.evaluation.report_text import print_figures, print_folds, print_perturbed, print_scope

    console = Console()
    if report.figures:
        print_figures(report.figures, report.worst, console)
    if report.perturbed:
        print_perturbed(report.perturbed, console)
    if report.scope:
        print_scope(report.scope, console)
    if report.folds:
        print_folds(report.folds, console)


def _check_output(folder: Path | None) -> None:
    if folder is None:
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"无法写入目录 {folder}：{error.strerror}。请换一个目录。") from None


def _write(report: Report, folder: Path) -> None:
    from bot.evaluation.report_html import page

    html = page(report.title, report.figures, report.perturbed, report.folds, report.scope, report.worst)
    (folder / "report.html").write_text(html, "utf-8")
    (folder / "report.json").write_text(json.dumps(report.to_json(), ensure_ascii=False, indent=1) + "\n", "utf-8")
    print(f"tingxin: 报告已写入 {folder / 'report.html'}", file=sys.stderr)
