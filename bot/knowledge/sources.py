"""Reading tables, CSV (UTF-8, with BOM, UTF-16 or GB18030) and YAML, with the place of every value.

Nothing here knows what the columns mean: a file becomes :class:`Record` objects, and what cannot be read becomes
:class:`Problem` objects, each naming file, line and column.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from bot.knowledge.decoding import SAVE_AS, NotText, decode

SUFFIXES = (".csv", ".yml", ".yaml")
MAX_CELL = 100_000  # characters; csv's own limit, 131,072, is met first where a quote is never closed
MAX_SHOWN = 200  # problems told, in a message and as JSON: more than anybody mends before trying again
MAX_QUOTED = 40  # characters of a wrong value that a message repeats: enough to find it
MAX_ROW_PROBLEMS = 1_000  # rows of the wrong width, after which a file is not read on: its delimiter is wrong
DELIMITERS = {";": "分号", "\t": "制表符（Tab）", "，": "中文逗号", "|": "竖线"}
MAX_FILE_BYTES = 64 * 1024 * 1024
MAX_NODES = 500_000  # YAML values after aliases are followed: stops a small file that unfolds without end


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, or doubtful, in a knowledge file. ``line`` counts from 1; 0 is the file as a whole."""

    file: str
    line: int
    column: str
    message: str

    def __str__(self) -> str:
        place = f"第 {self.line} 行" if self.line else "整个文件"
        if self.column:
            place += f" {self.column} 列"
        return f"{self.file} {place}：{self.message}"

    def to_json(self) -> dict[str, object]:
        """``{"file", "line", "column", "message"}``."""
        return {"file": self.file, "line": self.line, "column": self.column, "message": self.message}


def listed(problems: Sequence[Problem]) -> str:
    """The first ``MAX_SHOWN`` problems, one a line, and how many more there are."""
    lines = [f"  {problem}" for problem in problems[:MAX_SHOWN]]
    if len(problems) > MAX_SHOWN:
        lines.append(f"  ……另有 {len(problems) - MAX_SHOWN} 处")
    return "\n".join(lines)


def cut(text: object) -> str:
    """A value as a message may repeat it: in one line, printable, at most ``MAX_QUOTED`` characters and …"""
    plain = "".join(char if char.isprintable() else " " for char in str(text)[: MAX_QUOTED + 1])
    return plain if len(plain) <= MAX_QUOTED else plain[:MAX_QUOTED] + "…"


@dataclass(frozen=True)
class Columns:
    """What the header of a table must and may hold. Case does not count where ``others`` are passed over."""

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    others: bool = False  # unknown columns are passed over, and cells missing at the end of a row are blank
    names: Mapping[str, str] = field(default_factory=dict)  # other names of columns: {"编号": "id"}

    def known(self, title: str) -> str:
        """The column that a title of the header means: its own name, or one of the other ones."""
        title = title.strip("\ufeff \t\r\n")
        if self.others:
            title = title.lower()
        return self.names.get(title, title)


@dataclass(frozen=True)
class Record:
    """One row: texts (or lists of texts, from YAML) by column, and the line of each."""

    file: str
    line: int
    values: dict[str, str | list[str]]
    lines: dict[str, int] = field(default_factory=dict)
    origins: Mapping[str, Record] = field(default_factory=dict)  # ways to ask that stand elsewhere, and where

    def of(self, question: str) -> Record:
        """The row in which this way to ask stands: this one, or one of another table."""
        return self.origins.get(question, self)

    def at(self, column: str, message: str) -> Problem:
        """A problem with ``column`` of this row."""
        return Problem(self.file, self.lines.get(column, self.line), column, message)


def find_sources(folder: Path) -> dict[str, list[Path]]:
    """The files of a knowledge folder by what they hold: ``product``, ``disclosure``, ``faq``; sorted by name."""
    return {
        "product": [path for suffix in SUFFIXES if (path := folder / f"products{suffix}").exists()],
        "disclosure": [path for suffix in SUFFIXES if (path := folder / f"disclosures{suffix}").exists()],
        "faq": sorted(path for path in (folder / "faq").glob("*") if path.suffix.lower() in SUFFIXES),
    }


def passed_over(folder: Path) -> list[Path]:
    """Files beside the FAQ's that nobody reads, such as a workbook that was never saved as CSV."""
    paths = sorted((folder / "faq").glob("*"))
    return [path for path in paths if path.suffix.lower() not in SUFFIXES and not path.name.startswith((".", "~"))]


def digest(paths: Iterable[Path], folder: Path) -> str:
    """SHA-256 over the names and contents of ``paths``; one that cannot be read counts as empty."""
    total = hashlib.sha256()
    for path in sorted(paths):
        try:
            content = path.read_bytes()
        except OSError:  # :func:`read` reports it
            content = b""
        total.update(f"{path.relative_to(folder).as_posix()}\0{len(content)}\0".encode())
        total.update(content)
    return total.hexdigest()


def read(path: Path, folder: Path | None, columns: Columns) -> tuple[list[Record], list[Problem]]:
    """Rows of ``path`` and everything that is wrong with its form.

    Args:
        path: of the file.
        folder: problems name the file as seen from here; as given without.
        columns: what the header must and may hold.
    """
    name = path.relative_to(folder).as_posix() if folder else str(path)
    try:
        if path.is_dir():
            return [], [Problem(name, 0, "", "这是目录，不是文件")]
        with path.open("rb") as file:
            content = file.read(MAX_FILE_BYTES + 1)
    except PermissionError:
        return [], [Problem(name, 0, "", "无法读取：没有读取权限，请用 chmod 或文件属性放开")]
    except FileNotFoundError:
        return [], [Problem(name, 0, "", "无法读取：找不到这个文件")]
    except OSError as error:
        return [], [Problem(name, 0, "", f"无法读取：{error.strerror}")]
    if len(content) > MAX_FILE_BYTES:
        return [], [Problem(name, 0, "", f"文件超过 {MAX_FILE_BYTES // 1024 // 1024} MB，请拆分")]
    try:
        text = decode(content)
    except NotText as error:
        return [], [Problem(name, error.line, "", str(error))]
    if path.suffix.lower() in (".yml", ".yaml"):
        return _read_yaml(name, text, columns.required + columns.optional)
    return _read_csv(name, text, columns)


def _read_csv(name: str, text: str, columns: Columns) -> tuple[list[Record], list[Problem]]:
    records: list[Record] = []
    problems: list[Problem] = []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header: list[str] | None = None
    start = 1
    while True:
        try:
            row = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            too_long = "field limit" in str(error)
            what = f"一格超过 {MAX_CELL} 字，多半是引号没有成对" if too_long else "引号不成对，或引号内外有多余的字符"
            problems.append(Problem(name, start, "", f'{what}（文字里的引号要写成两个 ""），这一行之后还没有检查'))
            break
        line, start = start, reader.line_num + 1
        if not any(cell.strip() for cell in row):
            continue
        if header is None:
            header = [columns.known(cell) for cell in row]
            while header and not header[-1]:  # commas at the end of every line, as some programs leave them
                header.pop()
            problems += _check_header(name, line, header, columns)
            if problems:
                break
            continue
        row, wrong = _fitted(row, len(header), columns)
        if wrong:
            problems.append(Problem(name, line, "", wrong))
            if len(problems) > MAX_ROW_PROBLEMS:
                problems.append(Problem(name, line, "", "列数不对的行太多，之后的内容没有检查"))
                break
            continue
        long = next((column for column, cell in zip(header, row, strict=True) if len(cell) > MAX_CELL), None)
        if long:
            problems.append(Problem(name, line, long, f"超过 {MAX_CELL} 字"))
            continue
        records.append(Record(name, line, {c: cell.strip() for c, cell in zip(header, row, strict=True)}))
    if header is None and not problems:
        problems.append(Problem(name, 1, "", "文件是空的，第一行应为列名"))
    return records, problems


def _fitted(row: list[str], width: int, columns: Columns) -> tuple[list[str], str]:
    """The row in the width of the header, and what is wrong with it (``""``: nothing). Blank cells are no matter."""
    if len(row) < width and columns.others:
        return row + [""] * (width - len(row)), ""
    if len(row) < width or any(cell.strip() for cell in row[width:]):
        return row, f"应有 {width} 列，实有 {len(row)} 列（文字里的逗号要用引号括起）"
    return row[:width], ""


def _check_header(name: str, line: int, header: list[str], columns: Columns) -> list[Problem]:
    problems = []
    allowed = columns.required + columns.optional
    missing = [column for column in columns.required if column not in header]
    if missing and (sign := _delimiter(header, columns)):
        return [Problem(name, line, "", f"列与列之间用的是{DELIMITERS[sign]}，应为英文逗号。{SAVE_AS}")]
    if header and header[0].lower().startswith("sep="):
        return [Problem(name, line, "", "第一行应为列名，请删去“sep=”这一行")]
    for position, column in enumerate(header):
        if column not in allowed:
            if not columns.others:
                place = cut(column) or f"第{position + 1}"
                problems.append(Problem(name, line, place, f"不认识的列名“{cut(column)}”"))
        elif column in header[:position]:
            problems.append(Problem(name, line, column, "列名重复"))
    if missing:
        found = "、".join(cut(column) for column in header[:12])  # as many as a line of a terminal holds
        problems.append(
            Problem(name, line, missing[0], f"缺少列：{'、'.join(missing)}（第一行应为列名，现有：{found or '空'}）")
        )
    return problems


def _delimiter(header: list[str], columns: Columns) -> str | None:
    """The sign that, in place of the comma, would split the header into columns that are known."""
    whole = ",".join(header)
    for sign in DELIMITERS:
        titles = {columns.known(part.strip('"')) for part in whole.split(sign)}
        if len(titles & set(columns.required + columns.optional)) > 1:
            return sign
    return None


def _read_yaml(name: str, text: str, columns: tuple[str, ...]) -> tuple[list[Record], list[Problem]]:
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        return [], [Problem(name, mark.line + 1 if mark else 0, "", "YAML 格式不正确，请检查缩进、冒号和引号")]
    except (yaml.YAMLError, RecursionError):
        return [], [Problem(name, 0, "", "YAML 格式不正确，或含有不可见的控制字符")]
    if not isinstance(root, yaml.SequenceNode):
        return [], [Problem(name, 1, "", "顶层应为以短横线开头的列表")]
    records: list[Record] = []
    problems: list[Problem] = []
    for node in root.value:
        line = node.start_mark.line + 1
        if not isinstance(node, yaml.MappingNode):
            problems.append(Problem(name, line, "", "每一项应为“列名: 内容”的形式"))
            continue
        values: dict[str, str | list[str]] = {}
        lines: dict[str, int] = {}
        for key, value in node.value:
            column = str(key.value)
            at = key.start_mark.line + 1
            if column not in columns:
                problems.append(Problem(name, at, cut(column), f"不认识的列名“{cut(column)}”"))
            elif column in values:
                problems.append(Problem(name, at, column, "列名重复"))
            else:
                found = _yaml_value(value)
                if found is None:
                    problems.append(Problem(name, at, column, "应为文字或文字的列表"))
                else:
                    values[column], lines[column] = found, at
        records.append(Record(name, line, values, lines))
        if len(records) > MAX_NODES:
            return [], [Problem(name, line, "", "条目过多，请拆分文件")]
    return records, problems


def _yaml_value(node: yaml.Node) -> str | list[str] | None:
    """Text of a scalar as written (dates and numbers stay text), or a list of such; None for anything else."""
    if isinstance(node, yaml.ScalarNode):
        return "" if node.tag == "tag:yaml.org,2002:null" else str(node.value).strip()
    if isinstance(node, yaml.SequenceNode) and all(isinstance(item, yaml.ScalarNode) for item in node.value):
        return [str(item.value).strip() for item in node.value]
    return None
