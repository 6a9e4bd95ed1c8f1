"""The index folder on disk: written aside, complete, then put in force by one rename of ``CURRENT``."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from bot.errors import SettingsError

FORMAT = 5  # of the files below; raise it when they change, and old indexes are rebuilt instead of misread
CURRENT_FILE = "CURRENT"
MANIFEST_FILE = "manifest.json"


class IndexFilesError(SettingsError):
    """There is no index, or it is damaged."""

    code = "index_missing"


def write_folder(
    root: Path, manifest: Mapping[str, Any], fill: Callable[[Path], None], sha256: str | None = None
) -> Path:
    """Let ``fill`` write the files into a new sub-folder of ``root``; nothing is in force yet.

    Args:
        root: ``var/index``; made when missing.
        manifest: what ``manifest.json`` says beside checksum, format and time; needs ``encoder_sha256``.
        fill: gets the empty folder.
        sha256: of the sources; without it, of what ``fill`` wrote.
    """
    root.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=".new-", dir=root))
    try:
        aside.chmod(0o755)
        fill(aside)
        if sha256 is None:
            digest = hashlib.sha256()
            for path in sorted(aside.iterdir()):
                digest.update(path.name.encode() + b"\0" + path.read_bytes())
            sha256 = digest.hexdigest()
        created = datetime.now(timezone.utc).isoformat(timespec="seconds")
        whole = {"sha256": sha256, "format": FORMAT, **manifest, "created": created}
        (aside / MANIFEST_FILE).write_text(json.dumps(whole, ensure_ascii=False, indent=1), "utf-8")
        # Another encoder or format makes another folder of the same sources.
        mixed = hashlib.sha256(f"{sha256} {manifest.get('encoder_sha256')} {FORMAT}".encode()).hexdigest()
        folder = root / mixed[:24]
        if folder.exists():  # made anew from the same sources: the one in force must stay whole until the swap
            folder = root / f"{mixed[:24]}-{aside.name[5:]}"
        aside.rename(folder)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise
    return folder


def activate(root: Path, name: str) -> None:
    """Put the sub-folder ``name`` in force by one rename; folders other than it and its predecessor go."""
    previous = _current_name(root)
    handle, path = tempfile.mkstemp(prefix=".current-", dir=root)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(name + "\n")
        file.flush()
        os.fsync(file.fileno())
    Path(path).chmod(0o644)
    Path(path).replace(root / CURRENT_FILE)
    for folder in root.iterdir():
        if folder.is_dir() and folder.name not in (name, previous) and not folder.name.startswith("."):
            shutil.rmtree(folder, ignore_errors=True)


def current_folder(root: Path) -> Path:
    """The folder in force.

    Raises:
        IndexFilesError: there is none.
    """
    name = _current_name(root)
    if name is None or not (root / name / MANIFEST_FILE).is_file():
        raise IndexFilesError(f"{root} 中没有知识索引。请执行 tingxin knowledge import。")
    return root / name


def in_force(root: Path, sha256: str, encoder_sha256: str | None = None) -> bool:
    """Is the index in force made from these sources, in this format (and with this encoder)?"""
    try:
        manifest = read_json(current_folder(root) / MANIFEST_FILE)
    except IndexFilesError:
        return False
    return (
        manifest.get("sha256") == sha256
        and manifest.get("format") == FORMAT
        and (encoder_sha256 is None or manifest.get("encoder_sha256") == encoder_sha256)
    )


def read_json(path: Path) -> Any:
    """Parse a file of the index.

    Raises:
        IndexFilesError: missing or not JSON.
    """
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise IndexFilesError(
            f"知识索引已损坏：{path} 无法读取（{error}）。请执行 tingxin knowledge import --force。"
        ) from None


def _current_name(root: Path) -> str | None:
    try:
        name = (root / CURRENT_FILE).read_text("utf-8").strip()
    except (OSError, ValueError):
        return None
    return name if name and Path(name).name == name else None
