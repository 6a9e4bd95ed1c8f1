"""Teaches the encoder's last layer to tell one bank's meanings apart: the entries of its FAQ, and the intents.

Runs at import, with PyTorch, on two cores. Known questions, now and then a misspelt copy of one, are drawn to the
centre of their meaning and away from the others' by gradient descent on a softmax over cosines; layer and centres learn
together. All layers below stay as they are, so their states are computed once. What is learnt is used by
:class:`bot.retrieval.last_layer.LastLayer`, which needs numpy alone.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from bot.retrieval.encoder import FloatArray
from bot.retrieval.last_layer import EPSILON, HEADS, LastLayer

if TYPE_CHECKING:
    from bot.retrieval.ranker import Known

IntArray = npt.NDArray[np.int64]

ROUNDS = 5  # through the known questions; fewer when they are many
MANY = 80_000  # questions times rounds, so that a large FAQ takes no longer
BATCH = 64
STEP = 3e-4  # of Adam for the layer: rises for a tenth of the way, then falls to zero
CENTRE_STEP = 1e-2  # of Adam for the centres, which begin as means and have further to go
SCALE = 20.0  # of cosines inside the softmax
SMOOTHING = 0.05  # of the target: known questions may stand under a wrong entry
DROPOUT = 0.1
SLIPPED = 0.35  # share of the questions of a batch that come misspelt
DECAY = 0.01
BUCKET = 8  # batches sorted by length together, so that little is padded


def tune(
    known: Known,
    rows: IntArray,
    start: LastLayer,
    *,
    rounds: int = ROUNDS,
    centres: FloatArray | None = None,
    pace: float = 1.0,
    threads: int = 2,
) -> tuple[LastLayer, FloatArray]:
    """Learn from some of the known questions. The same input gives the same layer on the same machine.

    Args:
        rows: of the questions to learn from, each meaning at least once.
        start: the layer to begin with.
        rounds: through the questions; fewer where they are many.
        centres: to begin with, unit rows; the means of the questions without.
        pace: of the steps; 1 to learn from the beginning.
        threads: of PyTorch while it learns.

    Returns:
        The layer, and a unit vector for each meaning, shape ``(meanings, dimensions)``.
    """
    # Threads that wait in a busy loop (the default) make learning many times slower beside other work.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    import torch
    from torch.nn import functional

    states = [known.clean.states[row] for row in rows]
    slipped = [known.slipped.states[row] for row in rows]
    owners = known.owners[rows]
    begun = _means(states, owners, known.meanings, start) if centres is None else centres
    chance = random.Random(0)
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        with torch.random.fork_rng():
            torch.manual_seed(0)
            layer = {name: torch.tensor(value, requires_grad=True) for name, value in start.weights.items()}
            middle = torch.tensor(begun, requires_grad=True)
            groups: list[dict[str, Any]] = [
                {"params": list(layer.values()), "lr": STEP, "weight_decay": DECAY},
                {"params": [middle], "lr": CENTRE_STEP, "weight_decay": 0.0},
            ]
            optimiser = torch.optim.AdamW(groups)
            rounds = max(1, min(rounds, MANY // len(states)))
            steps = rounds * -(-len(states) // BATCH)
            for step, batch in enumerate(_batches([len(one) for one in states], rounds)):
                now = pace * min(1.0, (step + 1) / (0.1 * steps)) * (1 - step / steps)
                for group, rate in zip(optimiser.param_groups, (STEP, CENTRE_STEP), strict=True):
                    group["lr"] = rate * now
                shown = [slipped[at] if chance.random() < SLIPPED else states[at] for at in batch]
                vectors = _forward(layer, *_padded(shown))
                logits = SCALE * (vectors @ functional.normalize(middle, dim=1).T)
                target = torch.from_numpy(owners[batch])
                loss = functional.cross_entropy(logits, target, label_smoothing=SMOOTHING)
                optimiser.zero_grad()
                loss.backward()
                optimiser.step()
            learnt = LastLayer({name: value.detach().numpy() for name, value in layer.items()})
            return learnt, functional.normalize(middle.detach(), dim=1).numpy()
    finally:
        torch.set_num_threads(before)


def see(layer: LastLayer, states: Sequence[npt.NDArray[Any]]) -> FloatArray:
    """What :meth:`LastLayer.vector` says of each question, in batches: ``(questions, dimensions)``."""
    import torch

    weights = {name: torch.from_numpy(value) for name, value in layer.weights.items()}
    found = np.empty((len(states), states[0].shape[1]), np.float32)
    order = sorted(range(len(states)), key=lambda row: len(states[row]))
    with torch.no_grad():
        for start in range(0, len(order), BATCH):
            rows = order[start : start + BATCH]
            found[rows] = _forward(weights, *_padded([states[row] for row in rows]), dropout=0.0).numpy()
    return found


def _means(states: Sequence[npt.NDArray[Any]], owners: IntArray, meanings: int, layer: LastLayer) -> FloatArray:
    """The mean vector of each meaning's questions, of unit length."""
    sums = np.zeros((meanings, states[0].shape[1]), np.float32)
    np.add.at(sums, owners, see(layer, states))
    means: FloatArray = sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9)
    return means


def _batches(lengths: Sequence[int], rounds: int) -> Iterator[list[int]]:
    """Rows in random batches of texts about equally long, ``rounds`` times through all."""
    chance = random.Random(0)
    for _ in range(rounds):
        order = list(range(len(lengths)))
        chance.shuffle(order)
        batches = []
        for start in range(0, len(order), BATCH * BUCKET):
            near = sorted(order[start : start + BATCH * BUCKET], key=lambda row: lengths[row])
            batches += [near[at : at + BATCH] for at in range(0, len(near), BATCH)]
        chance.shuffle(batches)
        yield from batches


def _padded(states: Sequence[npt.NDArray[Any]]) -> tuple[Any, Any]:
    """States ``(batch, tokens, dimensions)`` and what to add to the attention where there is no token."""
    import torch

    longest = max(len(one) for one in states)
    x = np.zeros((len(states), longest, states[0].shape[1]), np.float32)
    absent = np.full((len(states), 1, longest), -1e4, np.float32)
    for row, one in enumerate(states):
        x[row, : len(one)] = one
        absent[row, :, : len(one)] = 0
    return torch.from_numpy(x), torch.from_numpy(absent)


def _forward(layer: dict[str, Any], x: Any, absent: Any, dropout: float = DROPOUT) -> Any:
    """Unit CLS vectors ``(batch, dimensions)``: what :meth:`LastLayer.vector` does, with dropout."""
    import torch
    from torch.nn import functional

    def linear(name: str, value: Any) -> Any:
        return functional.linear(value, layer[f"{name}.weight"], layer[f"{name}.bias"])

    def norm(name: str, value: Any) -> Any:
        return functional.layer_norm(value, value.shape[-1:], layer[f"{name}.weight"], layer[f"{name}.bias"], EPSILON)

    batch, tokens, width = x.shape
    cls = x[:, 0]
    query = linear("attention.self.query", cls).view(batch, HEADS, 1, -1)
    keys = linear("attention.self.key", x).view(batch, tokens, HEADS, -1).transpose(1, 2)
    values = linear("attention.self.value", x).view(batch, tokens, HEADS, -1).transpose(1, 2)
    scores = (query @ keys.transpose(2, 3)) / (width / HEADS) ** 0.5 + absent[:, None]
    shares = functional.dropout(torch.softmax(scores, dim=-1), dropout)
    seen = (shares @ values).reshape(batch, width)
    seen = functional.dropout(linear("attention.output.dense", seen), dropout)
    middle = norm("attention.output.LayerNorm", seen + cls)
    wide = functional.gelu(linear("intermediate.dense", middle))
    out = norm("output.LayerNorm", functional.dropout(linear("output.dense", wide), dropout) + middle)
    return functional.normalize(out, dim=1)
