"""Fine-tunes the encoder on the corpus: emotion (cross-entropy) and frustration (BCE on the soft label). Seeded."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from bot.errors import SettingsError
from bot.sentiment.augment import augmented
from bot.sentiment.calibration import emotion_loss, fit
from bot.sentiment.cleaning import clean
from bot.sentiment.corpus import Utterance
from bot.sentiment.encoding import MAX_LEN, encode_pairs, load_tokenizer, told
from bot.sentiment.labels import EMOTIONS
from bot.sentiment.model import SentimentNet, load_base


@dataclass(frozen=True, slots=True)
class TrainOptions:
    """How to train. ``emotion_weight`` scales the emotion loss against the frustration loss (weight 1)."""

    epochs: int = 4
    batch: int = 32
    encoder_rate: float = 1e-4
    head_rate: float = 2e-4
    layer_decay: float = 0.85
    weight_decay: float = 0.02
    warmup: float = 0.1
    emotion_weight: float = 0.4
    # The heads start from a logistic regression on the untouched encoder. Random heads would first bend the encoder
    # at will, and what it knows of texts unlike the corpus would be lost on the way.
    probe: bool = True
    # Share of that start that is mixed back into the trained weights. Costs nothing on the corpus and gains on texts
    # unlike it (Wortsman et al. 2022, "Robust fine-tuning of zero-shot models").
    keep_start: float = 0.4
    freeze_embeddings: bool = True
    # The lowest layers know characters and words, which the corpus can hardly teach better.
    freeze_layers: int = 1
    # Average of the weights over the steps: steadier than the last step, above all on texts unlike the corpus.
    ema: float = 0.97
    patience: int = 3
    seed: int = 20
    threads: int = 2
    # bfloat16 where it helps: twice as fast on processors that have it, and just as good.
    bf16: bool = True
    max_len: int = MAX_LEN


@dataclass(slots=True)
class Trained:
    """The best network by dev loss, its history per epoch, and the tokenizer file it goes with."""

    net: SentimentNet
    history: list[dict[str, float]] = field(default_factory=list)
    best_epoch: int = 0


Progress = Callable[[int, int, dict[str, float]], None]
"""Called after each step with (step, steps in all, latest figures)."""


def train(
    base: Path,
    rows: Sequence[Utterance],
    dev: Sequence[Utterance],
    options: TrainOptions,
    progress: Progress | None = None,
) -> Trained:
    """Fine-tune ``base`` on ``rows``, stopping when ``dev`` no longer gains.

    Raises:
        SettingsError: no rows, or a damaged base model.
    """
    if not rows or not dev:
        raise SettingsError("训练集或开发集为空，无法训练情绪模型。请先补充标注语料。")
    random.seed(options.seed)
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    rng = random.Random(options.seed)
    tokenizer = load_tokenizer(base / "tokenizer.json", options.max_len)
    net = load_base(base)
    if options.probe:
        probe(net, tokenizer, rows, options)
    if options.freeze_embeddings:
        net.encoder.embeddings.requires_grad_(False)
    for layer in list(net.encoder.encoder.layer)[: options.freeze_layers]:
        layer.requires_grad_(False)
    average = copy.deepcopy(net).eval()
    judged = copy.deepcopy(average)
    start = copy.deepcopy(net.state_dict())
    calm = [row.text for row in rows if row.frustration <= 0.15 and len(row.text) <= 24]
    per_epoch = -(-len(rows) // options.batch)
    total = per_epoch * options.epochs
    optimizer = torch.optim.AdamW(_groups(net, options), weight_decay=options.weight_decay)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _rate(step, total, options.warmup))

    result = Trained(average)
    best_state: dict[str, Tensor] = {}
    best_loss = float("inf")
    step = 0
    figures: dict[str, float] = {}
    for epoch in range(options.epochs):
        net.train()
        for batch in _batches(rows, options.batch, rng):
            inputs, targets = _tensors(tokenizer, [augmented(row, calm, rng) for row in batch])
            with torch.autocast("cpu", torch.bfloat16, enabled=options.bf16):
                emotion, frustration = net(**inputs)
            loss = _loss((emotion.float(), frustration.float()), targets, options.emotion_weight)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            step += 1
            _follow(average, net, min(options.ema, (1 + step) / (10 + step)))
            figures["loss"] = float(loss.detach())
            if progress is not None:
                progress(step, total, figures)
        # Judged as it would be served: mixed with the start, and calibrated.
        state = _mixed(average.state_dict(), start, options.keep_start if options.probe else 0.0)
        dev_loss = _dev_loss(judged, state, tokenizer, dev, options)
        figures["dev_loss"] = dev_loss
        result.history.append({"epoch": epoch + 1, "train_loss": figures["loss"], "dev_loss": dev_loss})
        if dev_loss < best_loss:
            best_loss, result.best_epoch = dev_loss, epoch + 1
            best_state = copy.deepcopy(state)
        elif epoch + 1 - result.best_epoch >= options.patience:
            break
    average.load_state_dict(best_state)
    return result


def probe(net: SentimentNet, tokenizer: Any, rows: Sequence[Utterance], options: TrainOptions) -> None:
    """Fit both heads on the encoder as it is; each row counts half with its context and half without."""
    whole, bare = as_pairs(rows), [(clean(row.text), "") for row in rows]
    pairs = list(dict.fromkeys(whole + bare))
    states = dict(zip(pairs, pooled(net, tokenizer, pairs, options.bf16), strict=True))
    features = np.stack([states[pair] for pair in whole + bare])
    set_heads(net, features, list(rows) * 2)


def set_heads(
    net: SentimentNet, features: NDArray[np.float64], rows: Sequence[Utterance], strength: float = 1e-3
) -> None:
    """Logistic regressions on standardised ``features`` (n, 1024) of ``rows``, written into the heads."""
    from sklearn.linear_model import LogisticRegression

    center, spread = features.mean(0), features.std(0) + 1e-6
    scaled = (features - center) / spread
    soft = np.array([row.frustration for row in rows])
    weight = np.array([row.weight for row in rows]) / 2
    emotion = LogisticRegression(C=strength, max_iter=300)
    emotion.fit(scaled, [EMOTIONS.index(row.emotion) for row in rows], sample_weight=weight)
    frustration = LogisticRegression(C=strength, max_iter=300)
    # A soft label is the row counted once as frustrated and once as not, in the label's proportion.
    frustration.fit(
        np.concatenate([scaled, scaled]),
        np.repeat([1, 0], len(rows)),
        sample_weight=np.concatenate([weight * soft, weight * (1 - soft)]),
    )
    with torch.no_grad():
        for head, fitted, places in (
            (net.emotion, emotion, [int(place) for place in emotion.classes_]),
            (net.frustration, frustration, [0]),
        ):
            if len(fitted.coef_) != len(places):  # two emotions only: sklearn gives one row
                continue
            head.weight[places] = torch.from_numpy(fitted.coef_ / spread).float()
            shift = fitted.intercept_ - fitted.coef_ @ (center / spread)
            head.bias[places] = torch.from_numpy(np.atleast_1d(shift)).float()


def pooled(
    net: SentimentNet, tokenizer: Any, pairs: Sequence[tuple[str, str]], bf16: bool, batch: int = 48
) -> NDArray[np.float64]:
    """What the heads see of each cleaned pair, (n, 1024), in order."""
    net.eval()
    order = sorted(range(len(pairs)), key=lambda index: len(pairs[index][0]) + len(pairs[index][1]))
    found: dict[int, NDArray[np.float64]] = {}
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=bf16):
        for start in range(0, len(order), batch):
            chosen = order[start : start + batch]
            arrays = encode_pairs(tokenizer, [pairs[index] for index in chosen])
            states = net.pool(**{name: torch.from_numpy(array) for name, array in arrays.items()})
            found.update(zip(chosen, states.double().numpy(), strict=True))
    return np.stack([found[index] for index in range(len(pairs))])


def logits(
    net: SentimentNet, tokenizer: Any, pairs: Sequence[tuple[str, str]], batch: int = 64
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Emotion (n, 7) and frustration (n,) logits of cleaned ``(text, context)`` pairs, by PyTorch."""
    emotions, frustrations = [], []
    net.eval()
    with torch.inference_mode():
        for start in range(0, len(pairs), batch):
            arrays = encode_pairs(tokenizer, pairs[start : start + batch])
            emotion, frustration = net(**{name: torch.from_numpy(array) for name, array in arrays.items()})
            emotions.append(emotion.double().numpy())
            frustrations.append(frustration.double().numpy())
    return np.concatenate(emotions), np.concatenate(frustrations)


def as_pairs(rows: Sequence[Utterance]) -> list[tuple[str, str]]:
    """Cleaned ``(text, context)`` of each row."""
    return [(clean(row.text), told(row.context)) for row in rows]


def _groups(net: SentimentNet, options: TrainOptions) -> list[dict[str, Any]]:
    """Lower layers learn more slowly: what they know of the language carries over to texts unlike the corpus."""
    layers = list(net.encoder.encoder.layer)
    groups: list[dict[str, Any]] = [
        {"params": layer.parameters(), "lr": options.encoder_rate * options.layer_decay ** (len(layers) - 1 - depth)}
        for depth, layer in enumerate(layers)
        if depth >= options.freeze_layers
    ]
    groups.append({"params": [*net.emotion.parameters(), *net.frustration.parameters()], "lr": options.head_rate})
    if not options.freeze_embeddings:
        rate = options.encoder_rate * options.layer_decay ** len(layers)
        groups.append({"params": net.encoder.embeddings.parameters(), "lr": rate})
    return groups


def _rate(step: int, total: int, warmup: float) -> float:
    rise = max(1, int(total * warmup))
    return (step + 1) / rise if step < rise else max(0.0, (total - step) / max(1, total - rise))


def _batches(rows: Sequence[Utterance], size: int, rng: random.Random) -> list[list[Utterance]]:
    """Shuffled batches of texts of like length, so that little is padding."""
    order = sorted(rows, key=lambda row: (len(row.text) + rng.random() * 12, row.id))
    batches = [order[start : start + size] for start in range(0, len(order), size)]
    rng.shuffle(batches)
    return batches


def _tensors(tokenizer: Any, rows: Sequence[Utterance]) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    arrays = encode_pairs(tokenizer, as_pairs(rows))
    targets = {
        "emotion": torch.tensor([EMOTIONS.index(row.emotion) for row in rows]),
        "frustration": torch.tensor([row.frustration for row in rows], dtype=torch.float32),
        "weight": torch.tensor([row.weight for row in rows], dtype=torch.float32),
    }
    return {name: torch.from_numpy(array) for name, array in arrays.items()}, targets


def _loss(outputs: tuple[Tensor, Tensor], targets: dict[str, Tensor], emotion_weight: float) -> Tensor:
    emotion, frustration = outputs
    weight = targets["weight"]
    soft = nn.functional.binary_cross_entropy_with_logits(frustration, targets["frustration"], reduction="none")
    hard = nn.functional.cross_entropy(emotion, targets["emotion"], reduction="none", label_smoothing=0.05)
    return ((soft + emotion_weight * hard) * weight).sum() / weight.sum()


def _dev_loss(
    net: SentimentNet, state: dict[str, Tensor], tokenizer: Any, rows: Sequence[Utterance], options: TrainOptions
) -> float:
    """Loss of ``state`` (loaded into ``net``) after calibration: overconfidence costs nothing that is then undone."""
    net.load_state_dict(state)
    emotion, frustration = logits(net, tokenizer, as_pairs(rows))
    labels = np.array([row.frustration for row in rows])
    emotions = np.array([EMOTIONS.index(row.emotion) for row in rows])
    calibration = fit(frustration, labels, emotion, emotions)
    chances = np.clip(calibration.frustration(frustration), 1e-6, 1 - 1e-6)
    soft = -(labels * np.log(chances) + (1 - labels) * np.log(1 - chances)).mean()
    return float(soft) + options.emotion_weight * emotion_loss(emotion / calibration.emotion_temperature, emotions)


def _mixed(trained: dict[str, Tensor], start: dict[str, Tensor], share: float) -> dict[str, Tensor]:
    return {
        name: torch.lerp(tensor, start[name], share) if tensor.is_floating_point() else tensor
        for name, tensor in trained.items()
    }


def _follow(average: SentimentNet, net: SentimentNet, keep: float) -> None:
    with torch.no_grad():
        for mean, now in zip(average.parameters(), net.parameters(), strict=True):
            if now.requires_grad:
                mean.lerp_(now, 1.0 - keep)
