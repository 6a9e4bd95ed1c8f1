"""The sentence encoder: bge-small-zh through ONNX Runtime (int8). CLS token, L2 norm.

Runs on Python 3.10 (inside Rasa) and newer alike. Nothing is downloaded: the folder holds weights, tokenizer
and ``SHA256SUMS``, and a file that is missing or differs from its checksum is refused.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock

import numpy as np
import numpy.typing as npt

from bot.errors import SettingsError

FloatArray = npt.NDArray[np.float32]
HalfArray = npt.NDArray[np.float16]

MODEL_FILE = "model_quantized.onnx"
TOKENIZER_FILE = "tokenizer.json"
SUMS_FILE = "SHA256SUMS"
MAX_TOKENS = 128  # questions are under 40; longer text is cut, which also caps the cost of a hostile one
MAX_CHARS = 1000  # what can fill 128 tokens many times over; the tokenizer never sees more
CACHE_TEXTS = 512  # one message is encoded by several parts (intent, FAQ, trend): 10 MB save the repeats
LOWER_STATES = "/encoder/layer.2/output/LayerNorm/Add_1_output_0"  # in the graph: what enters the last layer


class EncoderFilesError(SettingsError):
    """A file of the encoder is missing or damaged; the message names it and the checksum it should have."""

    code = "encoder_damaged"


class Encoder:
    """Turns texts into unit vectors.

    Args:
        folder: holds ``model_quantized.onnx``, ``tokenizer.json`` and ``SHA256SUMS``.
        threads: how many texts of one call are encoded at once.

    Raises:
        EncoderFilesError: a file is missing or damaged.
    """

    def __init__(self, folder: Path | str, threads: int = 1) -> None:
        # Heavy imports wait until an encoder is really wanted.
        import onnxruntime
        from tokenizers import Tokenizer

        self.folder = Path(folder)
        self._threads = max(1, threads)
        self.sha256 = _check_files(self.folder, (MODEL_FILE, TOKENIZER_FILE))[MODEL_FILE]
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # too small a model to share: texts run side by side
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        model = (self.folder / MODEL_FILE).read_bytes() + _output(LOWER_STATES)
        self._session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_file(str(self.folder / TOKENIZER_FILE))
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.no_padding()
        self.dimensions = int(self._session.get_outputs()[0].shape[-1])
        self._cache: OrderedDict[str, tuple[FloatArray, HalfArray]] = OrderedDict()
        self._lock = Lock()

    def encode(self, texts: Sequence[str], batch: int = 1) -> FloatArray:
        """Unit vectors of ``texts``: float32, shape ``(len(texts), dimensions)``, in the same order.

        With ``batch=1`` a text has the same vector in any company. int8 scales are shared within a batch, so a
        larger one moves vectors (cosine .99) and gains little: 1.3 against 1.0 ms per text. A blank text gets the
        vector of the bare CLS token, never NaN. ``threads`` texts (or batches) run at once.
        """
        if len(texts) == 1:
            return self._cached(texts[0])[0][None, :].copy()
        out = np.empty((len(texts), self.dimensions), dtype=np.float32)
        for rows, hidden, _ in self._in_groups(texts, batch):
            out[rows] = _pool(hidden)
        return out

    def encode_states(self, texts: Sequence[str]) -> tuple[FloatArray, list[HalfArray]]:
        """Unit vectors as :meth:`encode` gives them, and what enters the last layer, ``(tokens, dimensions)`` each."""
        if len(texts) == 1:
            vector, states = self._cached(texts[0])
            return vector[None, :].copy(), [states]
        vectors = np.empty((len(texts), self.dimensions), dtype=np.float32)
        below: list[HalfArray] = [np.empty((0, self.dimensions), np.float16)] * len(texts)
        for rows, hidden, lower in self._in_groups(texts, 1):
            vectors[rows] = _pool(hidden)
            for row, states in zip(rows, lower, strict=True):
                below[row] = states.astype(np.float16)
        return vectors, below

    def encode_tokens(self, text: str) -> tuple[FloatArray, FloatArray, list[tuple[int, int]]]:
        """Sentence vector ``(dimensions,)``, token vectors ``(n, dimensions)``, the tokens' character spans.

        The special tokens are left out of the token vectors; text after the first 128 tokens has none.
        """
        encoding = self._tokenizer.encode(text[:MAX_CHARS])
        hidden, lower = self._run([encoding.ids])
        pooled = _pool(hidden)[0]
        self._remember(text, pooled, lower[0].astype(np.float16))
        keep = [row for row, special in enumerate(encoding.special_tokens_mask) if not special]
        return pooled.copy(), hidden[0][keep], [encoding.offsets[row] for row in keep]

    def _in_groups(self, texts: Sequence[str], batch: int) -> Iterable[tuple[list[int], FloatArray, FloatArray]]:
        """Row numbers with their hidden and lower states, :attr:`_threads` groups at once."""
        encodings = self._tokenizer.encode_batch([text[:MAX_CHARS] for text in texts])
        ids = [encoding.ids for encoding in encodings]

        def run(rows: list[int]) -> tuple[list[int], FloatArray, FloatArray]:
            return (rows, *self._run([ids[row] for row in rows]))

        groups = _equal_lengths([len(row) for row in ids], batch)
        if self._threads == 1:
            yield from map(run, groups)
        else:
            with ThreadPoolExecutor(self._threads) as pool:
                yield from pool.map(run, groups)

    def _cached(self, text: str) -> tuple[FloatArray, HalfArray]:
        with self._lock:
            hit = self._cache.get(text)
            if hit is not None:
                self._cache.move_to_end(text)
                return hit
        hidden, lower = self._run([self._tokenizer.encode(text[:MAX_CHARS]).ids])
        found = (_pool(hidden)[0], lower[0].astype(np.float16))
        self._remember(text, *found)
        return found

    def _remember(self, text: str, pooled: FloatArray, states: HalfArray) -> None:
        if len(text) > MAX_CHARS:
            return
        with self._lock:
            self._cache[text] = (pooled, states)
            if len(self._cache) > CACHE_TEXTS:
                self._cache.popitem(last=False)

    def _run(self, ids: list[list[int]]) -> tuple[FloatArray, FloatArray]:
        """Hidden states ``(n, tokens, dimensions)`` of rows of equal length: after the last layer, and before it."""
        rows = np.array(ids, dtype=np.int64)
        mask, kinds = np.ones_like(rows), np.zeros_like(rows)
        feed = {"input_ids": rows, "attention_mask": mask, "token_type_ids": kinds}
        hidden, lower = self._session.run(None, feed)
        return np.asarray(hidden, dtype=np.float32), np.asarray(lower, dtype=np.float32)


def _output(name: str) -> bytes:
    """What, put behind an ONNX file, makes the value ``name`` of its graph an output, too.

    Parts of a protobuf message that follow each other are merged: this is a model with a graph (field 7) that has one
    output (12) of that name (1). The file on disk, and so its checksum, stays as published.
    """
    part = name.encode()
    for number in (1, 12, 7):
        part = bytes([number << 3 | 2, len(part)]) + part  # a length below 128 is one byte
    return part


def _pool(hidden: FloatArray) -> FloatArray:
    """The CLS vectors of hidden states ``(n, tokens, dimensions)``, of unit length: ``(n, dimensions)``."""
    cls = hidden[:, 0, :]
    pooled: FloatArray = cls / np.maximum(np.linalg.norm(cls, axis=1, keepdims=True), 1e-12)
    return pooled


def _equal_lengths(lengths: Sequence[int], batch: int) -> Iterable[list[int]]:
    """Row numbers in groups of at most ``batch`` whose texts have equally many tokens: no padding."""
    by_length: dict[int, list[int]] = {}
    for row, length in enumerate(lengths):
        by_length.setdefault(length, []).append(row)
    for _, rows in sorted(by_length.items()):
        for start in range(0, len(rows), batch):
            yield rows[start : start + batch]


def _check_files(folder: Path, names: Sequence[str]) -> dict[str, str]:
    """Compare the files with ``SHA256SUMS``; return their checksums by name."""
    sums_path = folder / SUMS_FILE
    if not sums_path.is_file():
        raise EncoderFilesError(f"句向量模型不完整：缺少 {sums_path}。请重新取得模型目录 {folder}。")
    sums = {}
    for line in sums_path.read_text("utf-8").splitlines():
        digest, _, name = line.partition(" ")
        sums[name.strip().lstrip("*")] = digest.strip().lower()
    for name in names:
        path, expected = folder / name, sums.get(name)
        if expected is None:
            raise EncoderFilesError(f"句向量模型不完整：{sums_path} 中没有 {name} 的校验值。")
        if not path.is_file():
            raise EncoderFilesError(f"句向量模型不完整：缺少 {path}（应有 SHA-256 {expected}）。")
        found = _sha256(path)
        if found != expected:
            raise EncoderFilesError(
                f"句向量模型已损坏：{path} 的 SHA-256 应为 {expected}，实为 {found}。请重新取得该文件。"
            )
    return {name: sums[name] for name in names}


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
