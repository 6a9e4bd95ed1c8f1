"""Text pairs to the arrays that the model takes. Shared by training and serving, so that both see the same."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.sentiment.cleaning import clean

MAX_LEN = 96
# The end of the bot's reply says what the customer reacts to; more would crowd out the message.
CONTEXT_CHARS = 40


def load_tokenizer(path: Path, max_len: int = MAX_LEN) -> Any:
    """The tokenizer of ``tokenizer.json``, truncating pairs to ``max_len`` tokens and not padding."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_padding()
    tokenizer.enable_truncation(max_len, strategy="longest_first")
    return tokenizer


def told(context: str) -> str:
    """The part of the bot's reply that the model sees."""
    return clean(context)[-CONTEXT_CHARS:]


def encode_pairs(tokenizer: Any, pairs: Sequence[tuple[str, str]]) -> dict[str, NDArray[np.int64]]:
    """``(text, context)`` pairs, already cleaned, to int64 arrays (n, longest) padded with zeros.

    An empty context gives a single sequence. Keys: ``input_ids attention_mask token_type_ids``.
    """
    encoded = [tokenizer.encode(text, context) if context else tokenizer.encode(text) for text, context in pairs]
    width = max(len(one.ids) for one in encoded)
    ids, mask, types = (np.zeros((len(encoded), width), dtype=np.int64) for _ in range(3))
    for row, one in enumerate(encoded):
        size = len(one.ids)
        ids[row, :size], mask[row, :size], types[row, :size] = one.ids, one.attention_mask, one.type_ids
    return {"input_ids": ids, "attention_mask": mask, "token_type_ids": types}
