"""Serving: one message (and the bot's reply before it) to a calibrated frustration and an emotion.

Needs onnxruntime and tokenizers only. The weights are checked against ``SHA256SUMS`` before they are loaded.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.errors import SettingsError
from bot.sentiment.cleaning import clean, has_words
from bot.sentiment.encoding import encode_pairs, load_tokenizer, told
from bot.sentiment.labels import CALM, EMOTIONS

MODEL_FILE = "model.onnx"
TOKENIZER_FILE = "tokenizer.json"
LABELS_FILE = "labels.json"
CONFIG_FILE = "config.json"
SUMS_FILE = "SHA256SUMS"
NEEDED = (MODEL_FILE, TOKENIZER_FILE, LABELS_FILE, CONFIG_FILE)

# A message longer than one window is read through at most this many windows spread over it.
WINDOWS_MAX = 4
BATCH = 16


@dataclass(frozen=True, slots=True)
class Score:
    """Calibrated frustration 0..1, the likeliest emotion, and every emotion's probability (sums to 1)."""

    frustration: float
    emotion: str
    probabilities: Mapping[str, float]


class SentimentClassifier:
    """The shipped model. Thread-safe; holds one ONNX Runtime session.

    Args:
        directory: folder with ``model.onnx tokenizer.json labels.json config.json SHA256SUMS``.
        threads: threads of one inference.

    Raises:
        SettingsError: a file is missing or damaged; the message names it and the checksum that was expected.
    """

    def __init__(self, directory: Path, threads: int = 1) -> None:
        import onnxruntime as ort

        verify(directory)
        config = json.loads((directory / CONFIG_FILE).read_text("utf-8"))
        labels = json.loads((directory / LABELS_FILE).read_text("utf-8"))
        if tuple(labels["emotions"]) != EMOTIONS:
            raise SettingsError(f"{directory / LABELS_FILE} 中的情绪类别与程序不一致，请重新训练情绪模型。")
        self._max_len = int(config["max_len"])
        self._scale = float(config["calibration"]["scale"])
        self._bias = float(config["calibration"]["bias"])
        self._temperature = float(config["calibration"]["emotion_temperature"])
        self._tokenizer = load_tokenizer(directory / TOKENIZER_FILE, self._max_len)
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        self._session: Any = ort.InferenceSession(
            str(directory / MODEL_FILE), options, providers=["CPUExecutionProvider"]
        )

    def score(self, text: str, context: str = "") -> Score:
        """Score one message. ``context`` is the reply that it answers, or empty."""
        return self.score_many([(text, context)])[0]

    def score_many(self, messages: Sequence[tuple[str, str]]) -> list[Score]:
        """Score ``(text, context)`` pairs, in order. A text without words is calm and does not reach the model."""
        scores = [_calm()] * len(messages)
        owners: list[int] = []
        windows: list[tuple[str, str]] = []
        for index, (text, context) in enumerate(messages):
            cleaned = clean(text)
            if not has_words(cleaned):
                continue
            before = told(context)
            for window in _windows(cleaned, self._max_len - 2 - (len(before) + 1 if before else 0)):
                owners.append(index)
                windows.append((window, before))
        seen: set[int] = set()
        for start in range(0, len(windows), BATCH):
            batch = self._infer(windows[start : start + BATCH])
            for owner, score in zip(owners[start : start + BATCH], batch, strict=True):
                # The fiercest passage decides how a long message is meant.
                if owner not in seen or score.frustration > scores[owner].frustration:
                    scores[owner] = score
                seen.add(owner)
        return scores

    def _infer(self, pairs: Sequence[tuple[str, str]]) -> list[Score]:
        emotion, frustration = self._session.run(
            ["emotion_logits", "frustration_logit"],
            encode_pairs(self._tokenizer, pairs),
        )
        chances = _softmax(np.asarray(emotion, dtype=np.float64) / self._temperature)
        levels = 1.0 / (1.0 + np.exp(-(self._scale * np.asarray(frustration, dtype=np.float64) + self._bias)))
        return [
            Score(
                frustration=round(float(level), 4),
                emotion=EMOTIONS[int(row.argmax())],
                probabilities={name: round(float(chance), 4) for name, chance in zip(EMOTIONS, row, strict=True)},
            )
            for level, row in zip(levels, chances, strict=True)
        ]


def verify(directory: Path) -> None:
    """Check every needed file against ``SHA256SUMS``.

    Raises:
        SettingsError: a file is missing, unlisted or damaged; the message names it and the expected checksum.
    """
    sums = directory / SUMS_FILE
    try:
        lines = sums.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise SettingsError(
            f"情绪模型缺少校验文件 {sums}，请从安装包恢复，或运行 tingxin sentiment train 重新训练。"
        ) from None
    expected = {name.strip().lstrip("*"): digest for digest, _, name in (line.partition(" ") for line in lines if line)}
    for name in NEEDED:
        path = directory / name
        digest = expected.get(name)
        if digest is None:
            raise SettingsError(f"校验文件 {sums} 没有列出 {name}，请从安装包恢复它。")
        if not path.is_file():
            raise SettingsError(f"情绪模型缺少文件 {path}（应有的 SHA-256 为 {digest}），请从安装包恢复它。")
        if file_digest(path) != digest:
            raise SettingsError(f"情绪模型文件 {path} 已损坏：应有的 SHA-256 为 {digest}，请从安装包恢复它。")


def file_digest(path: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _windows(text: str, size: int) -> list[str]:
    """Up to ``WINDOWS_MAX`` pieces of ``size`` characters, the first and the last always among them."""
    if len(text) <= size:
        return [text]
    count = min(WINDOWS_MAX, math.ceil(len(text) / size))
    last = len(text) - size
    return [text[start : start + size] for start in (round(last * i / (count - 1)) for i in range(count))]


def _softmax(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    powers = np.exp(rows - rows.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def _calm() -> Score:
    return Score(0.0, CALM, {name: float(name == CALM) for name in EMOTIONS})
