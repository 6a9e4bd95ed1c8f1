"""The figures for people, in the terminal. Chinese; percentages with one decimal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.evaluation.calibration import Calibration
from bot.evaluation.entities import Score
from bot.evaluation.measures import Figures, Ranked, Scope, Share

MATRIX_SIZE = 14  # intents that the heat table shows: what 100 columns hold
BAR_WIDTH = 20
# From few to many mistakes; readable on dark and on light terminals.
HEAT = ((0.02, "yellow"), (0.08, "dark_orange"), (0.2, "red"), (0.4, "bold white on red"))
VARIANT_NAMES = {"clean": "原文", "traditional": "繁体", "typos": "错别字", "voice": "语音"}
MACRO_NOTE = "反问（faq_clarify）在比较意图时按 faq 计，但不算答对"


def percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.1%}"


def share(one: Share) -> str:
    return f"{percent(one.value)}（{one.part}/{one.whole}）" if one.whole else "–"


def headline(figures: Figures) -> list[tuple[str, str]]:
    """Name and figure of what matters most, in this order."""
    ranked = figures.faq
    rows = [
        ("第一句就答对", share(figures.answered)),
        ("问答：直接答对", share(figures.faq_answered)),
        ("问答：答对或列入反问选项", share(figures.faq_offered)),
        ("问答：检索首位", share(Share(ranked.first, ranked.n))),
        ("问答：检索前三", share(Share(ranked.among_three, ranked.n))),
        ("意图准确率", share(figures.accuracy)),
        ("意图宏平均 F1", percent(figures.macro_f1)),
        ("误判为紧急", share(figures.false_urgent)),
        ("超范围 AUROC", _auroc(figures.scope)),
        ("行外问题被婉拒", share(figures.scope.foreign_declined)),
        ("本行问题被误拒", share(figures.scope.own_declined)),
        ("问答置信度 ECE", _error(figures.faq_calibration)),
        ("意图置信度 ECE", _error(figures.intent_calibration)),
    ]
    if figures.entities:
        rows.append(("实体微平均 F1", percent(figures.entities.micro.f1)))
        rows.append(("实体全对的句子", share(Share(figures.entities.sentences_right, figures.entities.sentences))))
    return rows


def print_figures(figures: Figures, worst: int, console: Console) -> None:
    """All tables of one set, and its ``worst`` surest mistakes."""
    table = Table(title=f"测试集（{figures.n} 个问题）", show_header=False)
    for name, value in headline(figures):
        table.add_row(name, value)
    console.print(table)
    console.print(MACRO_NOTE, style="dim")
    console.print(_scores_table("各意图", figures.by_intent, "意图"))
    if figures.by_category:
        console.print(_category_table(figures.by_category))
    if figures.entities:
        console.print(_scores_table("各类实体", figures.entities.by_type, "实体"))
    if figures.confusion:
        console.print(_heat_table(figures))
    for title, one in (("问答置信度", figures.faq_calibration), ("意图置信度", figures.intent_calibration)):
        if one.n:
            console.print(_calibration_table(title, one))
    if worst and figures.misses:
        console.print(_worst_table(figures, worst))


def print_perturbed(sets: Mapping[str, Figures], console: Console) -> None:
    """Each figure on the clean set and its noisy copies, with the points lost."""
    table = Table(title="同一批问题换一种写法（括号内为比原文降低的百分点）")
    table.add_column("指标")
    for name in sets:
        table.add_column(VARIANT_NAMES[name], justify="right")
    for label, values in perturbed_rows(sets):
        table.add_row(label, *values)
    console.print(table)
    console.print("实体不计：标注的位置只对应原文。", style="dim")


def perturbed_rows(sets: Mapping[str, Figures]) -> list[tuple[str, list[str]]]:
    """Label and one text for each set, the clean one first."""
    rows = []
    for label, values in compared(sets).items():
        clean = values["clean"]
        texts = [
            percent(value)
            if name == "clean" or value is None or clean is None
            # Not -0.0: nothing was lost.
            else f"{percent(value)}（{round((clean - value) * 100, 1) + 0.0:.1f}）"
            for name, value in values.items()
        ]
        rows.append((label, texts))
    return rows


def compared(sets: Mapping[str, Figures]) -> dict[str, dict[str, float | None]]:
    """The figures that noisy copies are compared by: 0..1, by label and set."""
    return {
        "第一句就答对": {name: one.answered.value for name, one in sets.items()},
        "问答：直接答对": {name: one.faq_answered.value for name, one in sets.items()},
        "问答：检索首位": {name: Share(one.faq.first, one.faq.n).value for name, one in sets.items()},
        "问答：检索前三": {name: Share(one.faq.among_three, one.faq.n).value for name, one in sets.items()},
        "意图宏平均 F1": {name: one.macro_f1 for name, one in sets.items()},
    }


def print_scope(scope: Scope, console: Console) -> None:
    """Foreign questions against the bank's own."""
    table = Table(title="是否属于银行业务", show_header=False)
    table.add_row("超范围 AUROC", _auroc(scope))
    table.add_row("行外问题被婉拒", share(scope.foreign_declined))
    table.add_row("本行问题被误拒", share(scope.own_declined))
    console.print(table)


def print_folds(folds: list[Figures], console: Console) -> None:
    """Cross-validation: each fold, and the mean."""
    table = Table(title=f"{len(folds)} 折交叉验证（训练语料与问答的已知问法）")
    for name in ("折", "问题", "意图宏平均 F1", "问答首位", "问答前三"):
        table.add_column(name, justify="right")
    values = [fold_values(one) for one in folds]
    for number, (one, row) in enumerate(zip(folds, values, strict=True), 1):
        table.add_row(str(number), str(one.n), *map(percent, row))
    table.add_section()
    table.add_row("平均", str(sum(one.n for one in folds)), *map(percent, mean_values(values)))
    console.print(table)


def fold_values(one: Figures) -> tuple[float | None, ...]:
    """Macro-F1, FAQ first, FAQ among three: 0..1."""
    ranked = one.faq
    return one.macro_f1, Share(ranked.first, ranked.n).value, Share(ranked.among_three, ranked.n).value


def mean_values(rows: list[tuple[float | None, ...]]) -> list[float | None]:
    """Column by column, of what is known."""
    known = [[value for value in column if value is not None] for column in zip(*rows, strict=True)]
    return [sum(column) / len(column) if column else None for column in known]


def matrix_names(figures: Figures, size: int) -> list[str]:
    """At most ``size`` intents that have most to do with mistakes, by name."""
    involved: dict[str, int] = {}
    for pair, count in figures.confusion.items():
        for name in pair:
            involved[name] = involved.get(name, 0) + count
    return sorted(sorted(involved, key=lambda name: (-involved[name], name))[:size])


def _auroc(scope: Scope) -> str:
    return "–" if scope.auroc is None else f"{scope.auroc:.3f}"


def _error(one: Calibration) -> str:
    return "–" if one.error is None else f"{one.error:.3f}（{one.n} 个回答）"


def _scores_table(title: str, scores: Mapping[str, Score], column: str) -> Table:
    table = Table(title=title)
    table.add_column(column)
    for name in ("精确率", "召回率", "F1", "数量"):
        table.add_column(name, justify="right")
    for name, one in sorted(scores.items(), key=lambda pair: (pair[1].f1, pair[0])):
        table.add_row(name, percent(one.precision), percent(one.recall), percent(one.f1), str(one.expected))
    return table


def _category_table(categories: Mapping[str, Ranked]) -> Table:
    table = Table(title="各类问答的检索")
    table.add_column("类别")
    for name in ("首位", "前三", "数量"):
        table.add_column(name, justify="right")
    for name, one in categories.items():
        first, among = Share(one.first, one.n).value, Share(one.among_three, one.n).value
        table.add_row(name or "（未分类）", percent(first), percent(among), str(one.n))
    return table


def _heat_table(figures: Figures) -> Table:
    names = matrix_names(figures, MATRIX_SIZE)
    table = Table(title="混淆（行：应为；列：判为；列号即行号）", show_lines=False)
    table.add_column("意图")
    for number in range(1, len(names) + 1):
        table.add_column(str(number), justify="right")
    for number, expected in enumerate(names, 1):
        support = figures.by_intent[expected].expected
        cells = [_heat(expected, got, figures, support) for got in names]
        table.add_row(f"{number:>2} {expected}", *cells)
    return table


def _heat(expected: str, got: str, figures: Figures, support: int) -> Text:
    if expected == got:
        return Text(str(figures.by_intent[expected].right), style="dim green")
    count = figures.confusion[(expected, got)]
    if not count:
        return Text("·", style="dim")
    part = count / support if support else 1.0
    style = next((style for least, style in reversed(HEAT) if part >= least), "")
    return Text(str(count), style=style)


def _calibration_table(title: str, one: Calibration) -> Table:
    table = Table(title=f"{title}是否可信（ECE {_error(one)}）")
    for name, side in (("置信度", "left"), ("回答", "right"), ("平均置信度", "right"), ("实际答对", "right")):
        table.add_column(name, justify=side)  # type: ignore[arg-type]
    table.add_column("答对", min_width=BAR_WIDTH)
    for row in one.bins:
        bar = "█" * round(row.right * BAR_WIDTH)
        span = f"{row.low:.1f}–{row.high:.1f}"
        table.add_row(span, str(row.n), percent(row.confidence), percent(row.right), bar)
    return table


def _worst_table(figures: Figures, worst: int) -> Table:
    shown = figures.misses[:worst]
    table = Table(title=f"最有把握却答错的 {len(shown)} 个（共答错 {len(figures.misses)} 个）")
    for name in ("客户说", "应为", "判为"):
        table.add_column(name, overflow="fold")
    table.add_column("置信度", justify="right")
    table.add_column("位置")
    for one in shown:
        # Text, not markup: what customers say may hold square brackets.
        cells: list[Any] = [Text(one.text), one.expected, one.got, f"{one.confidence:.2f}", one.where]
        table.add_row(*cells)
    return table
