"""Writes the served model: ONNX, int8 weights, labels, calibration, card and checksums.

The quantized network is compared with PyTorch on the dev split, and the calibration is fitted on what is served.
"""

from __future__ import annotations

import json
import logging
import shutil
import tempfile
import warnings
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from bot.sentiment.calibration import Calibration, fit
from bot.sentiment.classifier import (
    CONFIG_FILE,
    LABELS_FILE,
    MODEL_FILE,
    NEEDED,
    SUMS_FILE,
    TOKENIZER_FILE,
    file_digest,
)
from bot.sentiment.corpus import Utterance
from bot.sentiment.encoding import encode_pairs, load_tokenizer
from bot.sentiment.labels import EMOTIONS
from bot.sentiment.model import SentimentNet
from bot.sentiment.training import as_pairs, logits

OPSET = 17
INPUTS = ("input_ids", "attention_mask", "token_type_ids")
OUTPUTS = ("emotion_logits", "frustration_logit")


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written. Differences are of the calibrated frustration, served against PyTorch, on the dev split."""

    calibration: Calibration
    mean_difference: float
    max_difference: float
    bytes: int


def export(
    net: SentimentNet, base: Path, target: Path, dev: Sequence[Utterance], max_len: int, about: dict[str, Any]
) -> Exported:
    """Write ``target`` (made if needed) anew; the old files are replaced only when all new ones are there.

    Args:
        net: the trained network.
        base: folder of the encoder, for its tokenizer.
        target: folder of the served model.
        dev: rows for calibration and comparison.
        max_len: tokens of one window.
        about: JSON-able facts for ``config.json`` (data, seed, versions, figures).
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        made = Path(folder)
        plain = made / "plain.onnx"
        write_onnx(net, plain)
        quantize(plain, made / MODEL_FILE)
        plain.unlink()
        shutil.copyfile(base / "tokenizer.json", made / TOKENIZER_FILE)
        (made / LABELS_FILE).write_text(json.dumps({"emotions": EMOTIONS}, ensure_ascii=False) + "\n", "utf-8")

        tokenizer = load_tokenizer(base / "tokenizer.json", max_len)
        pairs = as_pairs(dev)
        emotion, frustration = onnx_logits(made / MODEL_FILE, tokenizer, pairs)
        labels = np.array([row.frustration for row in dev])
        calibration = fit(frustration, labels, emotion, np.array([EMOTIONS.index(row.emotion) for row in dev]))
        _, reference = logits(net, tokenizer, pairs)
        apart = np.abs(calibration.frustration(frustration) - calibration.frustration(reference))
        exported = Exported(calibration, float(apart.mean()), float(apart.max()), (made / MODEL_FILE).stat().st_size)
        config = {
            "max_len": max_len,
            "calibration": asdict(calibration),
            "quantization": {
                "weights": "int8",
                "frustration_mean_abs_difference": round(exported.mean_difference, 5),
                "frustration_max_abs_difference": round(exported.max_difference, 5),
            },
            **about,
        }
        (made / CONFIG_FILE).write_text(json.dumps(config, ensure_ascii=False, indent=1) + "\n", "utf-8")
        (made / SUMS_FILE).write_text("".join(f"{file_digest(made / name)}  {name}\n" for name in NEEDED), "utf-8")
        target.mkdir(exist_ok=True)
        for name in (*NEEDED, SUMS_FILE):
            (made / name).replace(target / name)
    return exported


def write_onnx(net: SentimentNet, path: Path) -> None:
    """The network as float32 ONNX with free batch and length."""
    net = net.float().eval()
    example = {name: torch.ones(2, 8, dtype=torch.int64) for name in INPUTS}
    free = {0: "batch", 1: "length"}
    # The exporter warns of its own internals and logs at length; neither concerns who trains.
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            net,
            tuple(example.values()),
            str(path),
            input_names=list(INPUTS),
            output_names=list(OUTPUTS),
            dynamic_axes={**dict.fromkeys(INPUTS, free), OUTPUTS[0]: {0: "batch"}, OUTPUTS[1]: {0: "batch"}},
            opset_version=OPSET,
            dynamo=False,
        )


def quantize(source: Path, target: Path) -> None:
    """Weights to eight bits: embeddings with an offset, linear layers in blocks of 32; the two small heads stay float.

    Blocks keep activations precise too: a scale for a whole tensor (``quantize_dynamic``) moved the probabilities
    five times as far, and made a score depend on what else was in the batch.
    """
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer

    embeddings = source.with_suffix(".embeddings.onnx")
    # ONNX Runtime advises a pre-processing that changes nothing for this graph, and reports on every node.
    level = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        quantize_dynamic(str(source), str(embeddings), weight_type=QuantType.QUInt8, op_types_to_quantize=["Gather"])
        # accuracy_level 4: products in int8, which is three times as fast as float.
        blocks = MatMulNBitsQuantizer(
            onnx.load(str(embeddings)), bits=8, block_size=32, is_symmetric=True, accuracy_level=4
        )
        blocks.process()
        blocks.model.save_model_to_file(str(target))
    finally:
        logging.disable(level)
        embeddings.unlink(missing_ok=True)


def onnx_logits(
    model: Path, tokenizer: Any, pairs: Sequence[tuple[str, str]]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Emotion (n, 7) and frustration (n,) logits of cleaned pairs, one at a time as in serving."""
    import onnxruntime as ort

    session = ort.InferenceSession(str(model), providers=["CPUExecutionProvider"])
    found = [session.run(list(OUTPUTS), encode_pairs(tokenizer, [pair])) for pair in pairs]
    return (
        np.concatenate([emotion for emotion, _ in found]).astype(np.float64),
        np.concatenate([frustration for _, frustration in found]).astype(np.float64),
    )
