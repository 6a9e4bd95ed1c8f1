"""Rasa models on disk: named after their inputs, checked before they are loaded. Standard library only.

``tingxin-<hash of the inputs>.tar.gz`` stands beside ``….sha256``. Rasa runs pickled and compiled parts of a model, so
one whose checksum is not ours is never loaded.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from bot.errors import SettingsError

# What a model is made from, below the project's root.
INPUTS = (
    "config.yml",
    "domain.yml",
    "data/nlu/**/*.yml",
    "data/stories/**/*.yml",
    "data/knowledge/faq/*.csv",
    "data/lexicon/*.txt",
    "data/typos/*",
    "data/sentiment/utterances/*.csv",
    "bot/rasa_components/**/*.py",
    "bot/retrieval/encoder.py",
    "bot/retrieval/features.py",
    "data/knowledge/places.yml",
    *(
        f"bot/text/{name}.py"
        for name in ("language", "normalise", "sounds", "spelling", "tables", "tidying", "vocabulary")
    ),
    "models/encoder/SHA256SUMS",
)
HASH_LENGTH = 16


class ModelFilesError(SettingsError):
    """There is no trained model, or it is not the one that was trained."""

    code = "rasa_model_damaged"


def inputs_hash(root: Path) -> str:
    """Checksum of names and contents of all inputs, 16 hexadecimal digits.

    Raises:
        ModelFilesError: ``config.yml`` or ``domain.yml`` is missing.
    """
    digest = hashlib.sha256()
    for path in _inputs(root):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(root).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()[:HASH_LENGTH]


def model_path(folder: Path, inputs: str) -> Path:
    """Where the model of these inputs stands, or will."""
    return folder / f"tingxin-{inputs}.tar.gz"


def seal(model: Path) -> None:
    """Write the model's checksum beside it."""
    _sum_path(model).write_text(f"{_sha256(model)}  {model.name}\n", "utf-8")


def check(model: Path) -> None:
    """Compare a model with its checksum.

    Raises:
        ModelFilesError: the model or its checksum is missing, or they differ.
    """
    if not model.is_file():
        raise ModelFilesError(f"没有训练好的模型 {model}，请先执行 tingxin train。")
    try:
        expected = _sum_path(model).read_text("utf-8").split()[0]
    except (OSError, IndexError, ValueError):
        raise ModelFilesError(
            f"模型 {model} 缺少校验值 {_sum_path(model).name}，请执行 tingxin train --force。"
        ) from None
    found = _sha256(model)
    if found != expected:
        raise ModelFilesError(
            f"模型 {model} 已损坏：SHA-256 应为 {expected}，实为 {found}。请执行 tingxin train --force。"
        )


def current_model(root: Path, folder: Path) -> Path:
    """The checked model of the present inputs.

    Raises:
        ModelFilesError: it has not been trained, or is damaged.
    """
    model = model_path(folder, inputs_hash(root))
    check(model)
    return model


def latest_model(root: Path, folder: Path) -> Path:
    """The model of the present inputs, else the youngest one; checked.

    Raises:
        ModelFilesError: there is none, or it is damaged.
    """
    model = model_path(folder, inputs_hash(root))
    if not model.is_file():
        others = sorted(folder.glob("tingxin-*.tar.gz"), key=lambda path: path.stat().st_mtime_ns)
        model = others[-1] if others else model
    check(model)
    return model


def _inputs(root: Path) -> Iterator[Path]:
    for pattern in INPUTS:
        paths = sorted(path for path in root.glob(pattern) if path.is_file())
        if not paths and pattern in ("config.yml", "domain.yml"):
            raise ModelFilesError(f"缺少 {root / pattern}，无法训练。")
        yield from paths


def _sum_path(model: Path) -> Path:
    return model.with_name(model.name + ".sha256")


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
