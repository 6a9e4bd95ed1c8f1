"""Reading the knowledge files: CSV (UTF-8, with BOM, UTF-16 or GB18030) and YAML, with the place of every value.

Nothing here knows what the columns mean: a file becomes :class:`Record` objects, and what cannot be read becomes
:class:`Problem` objects, each naming file, line and column.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import yaml

SUFFIXES = (".csv", ".yml", ".yaml")
MAX_CELL = 100_000  # characters; csv's own limit is higher and fails without a line number
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


@dataclass(frozen=True)
class Record:
    """One row: texts (or lists of texts, from YAML) by column, and the line of each."""

    file: str
    line: int
    values: dict[str, str | list[str]]
    lines: dict[str, int] = field(default_factory=dict)

    def at(self, column: str, message: str) -> Problem:
        """A problem with ``column`` of this row."""
        return Problem(self.file, self.lines.get(column, self.line), column, message)


def find_sources(folder: Path) -> dict[str, list[Path]]:
    """The files of a knowledge folder by what they hold: ``product``, ``disclosure``, ``faq``; sorted by name."""
    return {
        "product": [path for suffix in SUFFIXES if (path := folder / f"products{suffix}").is_file()],
        "disclosure": [path for suffix in SUFFIXES if (path := folder / f"disclosures{suffix}").is_file()],
        "faq": sorted(path for path in (folder / "faq").glob("*") if path.suffix in SUFFIXES and path.is_file()),
    }


def digest(paths: Iterable[Path], folder: Path) -> str:
    """SHA-256 over the names and contents of ``paths``."""
    total = hashlib.sha256()
    for path in sorted(paths):
        content = path.read_bytes()
        total.update(f"{path.relative_to(folder).as_posix()}\0{len(content)}\0".encode())
        total.update(content)
    return total.hexdigest()


def decode(content: bytes) -> str | None:
    """Text of a file by its byte order mark, else UTF-8, else GB18030 (Excel in Chinese Windows); None for neither."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        candidates = ["utf-16"]
    elif content.startswith(b"\xef\xbb\xbf"):
        candidates = ["utf-8-sig"]
    else:
        candidates = ["utf-8", "gb18030"]
    for encoding in candidates:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def read(path: Path, folder: Path, columns: tuple[str, ...]) -> tuple[list[Record], list[Problem]]:
    """Rows of ``path`` and everything that is wrong with its form. ``columns`` are all that it may have."""
    name = path.relative_to(folder).as_posix()
    if path.stat().st_size > MAX_FILE_BYTES:
        return [], [Problem(name, 0, "", f"文件超过 {MAX_FILE_BYTES // 1024 // 1024} MB，请拆分")]
    text = decode(path.read_bytes())
    if text is None:
        return [], [Problem(name, 0, "", "无法识别文件编码，请另存为 UTF-8")]
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        return [], [Problem(name, line, "", "含有空字符，文件可能已损坏")]
    if path.suffix == ".csv":
        return _read_csv(name, text, columns)
    return _read_yaml(name, text, columns)


def _read_csv(name: str, text: str, columns: tuple[str, ...]) -> tuple[list[Record], list[Problem]]:
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
        except csv.Error:
            problems.append(Problem(name, start, "", "引号不成对，或引号内外有多余的字符"))
            break
        line, start = start, reader.line_num + 1
        if not any(cell.strip() for cell in row):
            continue
        if header is None:
            header = [cell.strip() for cell in row]
            problems += _check_header(name, line, header, columns)
            if problems:
                break
            continue
        if len(row) != len(header):
            problems.append(
                Problem(name, line, "", f"应有 {len(header)} 列，实有 {len(row)} 列（文字里的逗号要用引号括起）")
            )
            continue
        long = next((column for column, cell in zip(header, row, strict=True) if len(cell) > MAX_CELL), None)
        if long:
            problems.append(Problem(name, line, long, f"超过 {MAX_CELL} 字"))
            continue
        records.append(Record(name, line, {c: cell.strip() for c, cell in zip(header, row, strict=True)}))
    if header is None and not problems:
        problems.append(Problem(name, 1, "", "文件是空的，第一行应为列名"))
    return records, problems


def _check_header(name: str, line: int, header: list[str], columns: tuple[str, ...]) -> list[Problem]:
    problems = []
    for position, column in enumerate(header):
        if column not in columns:
            problems.append(Problem(name, line, column or f"第{position + 1}", f"不认识的列名“{column}”"))
        elif column in header[:position]:
            problems.append(Problem(name, line, column, "列名重复"))
    missing = [column for column in columns if column not in header]
    if missing:
        problems.append(Problem(name, line, missing[0], f"缺少列：{'、'.join(missing)}"))
    return problems


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
                problems.append(Problem(name, at, column[:64], f"不认识的列名“{column[:64]}”"))
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
