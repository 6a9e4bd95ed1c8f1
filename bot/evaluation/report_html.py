"""The report as one HTML page that needs nothing else: figures, confusion, calibration, mistakes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape

from bot.evaluation.calibration import Calibration
from bot.evaluation.entities import Score
from bot.evaluation.measures import Figures, Scope, Share
from bot.evaluation.report_text import (
    MACRO_NOTE,
    VARIANT_NAMES,
    fold_values,
    headline,
    mean_values,
    percent,
    perturbed_rows,
    share,
)

CELL = 19  # pixels of a square of the confusion picture: two digits fit
LABELS = 170  # … and of the names beside and above it
CHART = 260  # side of a calibration chart
MARGIN = 44
STYLE = """
body{font:15px/1.6 "PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;margin:0;
 color:#1c2733;background:#f5f6f8}
main{max-width:1080px;margin:0 auto;padding:24px}
section{background:#fff;border:1px solid #dfe3e8;border-radius:8px;padding:8px 24px 20px;margin:16px 0;overflow-x:auto}
h1{font-size:24px}h2{font-size:18px}p{color:#53606e;margin:4px 0 12px}
table{border-collapse:collapse}
th,td{padding:4px 14px 4px 0;text-align:left;white-space:nowrap;border-bottom:1px solid #edf0f3}
th{color:#53606e;font-weight:600}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
.charts{display:flex;flex-wrap:wrap;gap:32px}svg text{font-size:11px;fill:#3a4653}
"""


def page(
    title: str,
    figures: Figures | None,
    perturbed: Mapping[str, Figures],
    folds: Sequence[Figures],
    scope: Scope | None,
    worst: int,
) -> str:
    """The page; parts that were not measured are left out.

    Args:
        title: what was measured, and when.
        perturbed: by variant, the clean set first; empty if not asked for.
        worst: how many mistakes are shown in full.
    """
    parts = []
    if figures:
        parts.append(_section("主要指标", _plain(headline(figures)), MACRO_NOTE + "。"))
    if perturbed:
        head = ["指标", *(VARIANT_NAMES[name] for name in perturbed)]
        rows = [[label, *values] for label, values in perturbed_rows(perturbed)]
        parts.append(_section("换一种写法", _table(head, rows), "括号内为比原文降低的百分点；实体不计。"))
    if scope:
        auroc = "–" if scope.auroc is None else f"{scope.auroc:.3f}"
        rows2 = [
            ("超范围 AUROC", auroc),
            ("行外问题被婉拒", share(scope.foreign_declined)),
            ("本行问题被误拒", share(scope.own_declined)),
        ]
        parts.append(_section("是否属于银行业务", _plain(rows2)))
    if folds:
        parts.append(_section(f"{len(folds)} 折交叉验证", _folds(folds), "训练语料与问答的已知问法，每折重新训练。"))
    if figures:
        parts.extend(_details(figures, worst))
    body = "\n".join(parts)
    return (
        '<!doctype html>\n<html lang="zh-CN"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style><main><h1>{escape(title)}</h1>\n{body}\n</main></html>\n"
    )


def _details(figures: Figures, worst: int) -> list[str]:
    parts = [
        _section(
            "混淆",
            confusion_svg(figures),
            "行：应为；列：判为。颜色为占该行问题的比例：蓝色判对，红色判错。没有出错的意图不列。",
        )
        if figures.confusion
        else "",
        _section(
            "置信度是否可信",
            '<div class="charts">'
            + calibration_svg("问答", figures.faq_calibration)
            + calibration_svg("意图", figures.intent_calibration)
            + "</div>",
            "点在对角线上为可信；线下为过于自信。点的大小为回答的多少。",
        ),
        _section("各意图", _scores("意图", figures.by_intent)),
    ]
    if figures.by_category:
        rows = [
            [
                name or "（未分类）",
                *(percent(Share(part, one.n).value) for part in (one.first, one.among_three)),
                str(one.n),
            ]
            for name, one in figures.by_category.items()
        ]
        parts.append(_section("各类问答的检索", _table(["类别", "首位", "前三", "数量"], rows)))
    if figures.entities:
        parts.append(_section("各类实体", _scores("实体", figures.entities.by_type)))
    shown = figures.misses[:worst]
    if shown:
        rows = [[one.text, one.expected, one.got, f"{one.confidence:.2f}", one.where] for one in shown]
        head = ["客户说", "应为", "判为", "置信度", "位置"]
        note = f"共答错 {len(figures.misses)} 个，列出最有把握的 {len(shown)} 个。"
        parts.append(_section("答错的问题", _table(head, rows, numbers={3}), note))
    return [part for part in parts if part]


def confusion_svg(figures: Figures) -> str:
    """Every intent that took part in a mistake, expected down, found across, shaded by its share of the row."""
    names = sorted({name for pair in figures.confusion for name in pair})
    side = LABELS + CELL * len(names)
    drawn = []
    for row, expected in enumerate(names):
        y = LABELS + CELL * row
        drawn.append(f'<text x="{LABELS - 6}" y="{y + 14}" text-anchor="end">{escape(expected)}</text>')
        x = LABELS + CELL * row
        drawn.append(f'<text transform="translate({x + 14},{LABELS - 6}) rotate(-90)">{escape(expected)}</text>')
        support = figures.by_intent[expected].expected
        for column, got in enumerate(names):
            right = expected == got
            count = figures.by_intent[expected].right if right else figures.confusion[(expected, got)]
            drawn.append(_square(LABELS + CELL * column, y, count, support, right, f"应为 {expected}，判为 {got}"))
    return (
        f'<svg role="img" aria-label="混淆矩阵" width="{side}" height="{side}" viewBox="0 0 {side} {side}">'
        f"{''.join(drawn)}</svg>"
    )


def _square(x: int, y: int, count: int, support: int, right: bool, name: str) -> str:
    part = count / support if support else float(count > 0)
    colour = "#2f6fb5" if right else "#c8322b"
    # A single mistake among many questions must still be seen.
    shade = 0.0 if not count else max(0.15, part)
    ink = "#fff" if shade > 0.55 else "#1c2733"
    size = 9 if count > 99 else 11
    place = f'x="{x + CELL / 2}" y="{y + 14}" text-anchor="middle"'
    number = f'<text {place} style="fill:{ink};font-size:{size}px">{count}</text>' if count else ""
    return (
        f'<g><title>{escape(name)}：{count}</title><rect x="{x}" y="{y}" width="{CELL}" height="{CELL}" '
        f'fill="{colour}" fill-opacity="{shade:.2f}" stroke="#e6e9ed"/>{number}</g>'
    )


def calibration_svg(name: str, calibration: Calibration) -> str:
    """Mean confidence against the share that was right, a point for each bin; the diagonal is what to aim at."""
    side = CHART + 2 * MARGIN

    def at(value: float, rises: bool = False) -> float:
        return round(MARGIN + CHART * (1 - value if rises else value), 1)

    error = "–" if calibration.error is None else f"{calibration.error:.3f}"
    drawn = [
        f'<text x="{MARGIN}" y="24" style="font-size:13px;font-weight:600">{escape(name)}：ECE {error}，'
        f"{calibration.n} 个回答</text>",
        f'<rect x="{MARGIN}" y="{MARGIN}" width="{CHART}" height="{CHART}" fill="#fafbfc" stroke="#cfd6dd"/>',
        f'<line x1="{at(0)}" y1="{at(0, True)}" x2="{at(1)}" y2="{at(1, True)}" stroke="#9aa5b1"/>',
    ]
    for tick in (0.0, 0.5, 1.0):
        drawn.append(f'<text x="{at(tick)}" y="{side - MARGIN + 16}" text-anchor="middle">{tick:.0%}</text>')
        drawn.append(f'<text x="{MARGIN - 6}" y="{at(tick, True) + 4}" text-anchor="end">{tick:.0%}</text>')
    drawn.append(f'<text x="{side / 2}" y="{side - 10}" text-anchor="middle">平均置信度</text>')
    drawn.append(f'<text transform="translate(12,{side / 2}) rotate(-90)" text-anchor="middle">实际答对</text>')
    points = [(at(one.confidence), at(one.right, True), one) for one in calibration.bins]
    line = " ".join(f"{x},{y}" for x, y, _ in points)
    drawn.append(f'<polyline points="{line}" fill="none" stroke="#2f6fb5" stroke-width="2"/>')
    for x, y, one in points:
        radius = 3 + 9 * (one.n / calibration.n) ** 0.5
        told = f"{one.low:.1f}–{one.high:.1f}：{one.n} 个，答对 {one.right:.1%}"
        shape = f'cx="{x}" cy="{y}" r="{radius:.1f}" fill="#2f6fb5" fill-opacity=".55"'
        drawn.append(f"<circle {shape}><title>{told}</title></circle>")
    return (
        f'<svg role="img" aria-label="{escape(name)}置信度校准图" width="{side}" height="{side}" '
        f'viewBox="0 0 {side} {side}">{"".join(drawn)}</svg>'
    )


def _folds(folds: Sequence[Figures]) -> str:
    values = [fold_values(one) for one in folds]
    rows = [
        [str(at), str(one.n), *map(percent, row)] for at, (one, row) in enumerate(zip(folds, values, strict=True), 1)
    ]
    rows.append(["平均", str(sum(one.n for one in folds)), *map(percent, mean_values(values))])
    return _table(["折", "问题", "意图宏平均 F1", "问答首位", "问答前三"], rows)


def _scores(column: str, scores: Mapping[str, Score]) -> str:
    rows = [
        [name, percent(one.precision), percent(one.recall), percent(one.f1), str(one.expected)]
        for name, one in sorted(scores.items(), key=lambda pair: (pair[1].f1, pair[0]))
    ]
    return _table([column, "精确率", "召回率", "F1", "数量"], rows)


def _section(title: str, content: str, note: str = "") -> str:
    told = f"<p>{escape(note)}</p>" if note else ""
    return f"<section><h2>{escape(title)}</h2>{told}{content}</section>"


def _plain(rows: Iterable[tuple[str, str]]) -> str:
    """Names and values, without a header."""
    return (
        "<table>"
        + "".join(f"<tr><th>{escape(name)}</th><td>{escape(value)}</td></tr>" for name, value in rows)
        + "</table>"
    )


def _table(head: Sequence[str], rows: Iterable[Sequence[str]], numbers: set[int] | None = None) -> str:
    """``numbers`` are the columns set to the right; without it, all but the first."""
    right = set(range(1, len(head))) if numbers is None else numbers

    def cells(tag: str, values: Sequence[str]) -> str:
        return "".join(
            f"<{tag}{' class=n' if at in right else ''}>{escape(value)}</{tag}>" for at, value in enumerate(values)
        )

    body = "".join(f"<tr>{cells('td', row)}</tr>" for row in rows)
    return f"<table><tr>{cells('th', head)}</tr>{body}</table>"
