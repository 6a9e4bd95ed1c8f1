"""The network: the bge encoder with an emotion head and a frustration head. PyTorch; training and export only."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from bot.errors import SettingsError
from bot.sentiment.labels import EMOTIONS


class SentimentNet(nn.Module):  # type: ignore[misc]  # torch is not followed by the type checker
    """Encoder, pooled as CLS beside the mean of all tokens, then dropout and two linear heads."""

    def __init__(self, encoder: Any, width: int, dropout: float = 0.1) -> None:
        super().__init__()
        self.encoder = encoder
        self.dropout = nn.Dropout(dropout)
        self.emotion = nn.Linear(2 * width, len(EMOTIONS))
        self.frustration = nn.Linear(2 * width, 1)

    def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> tuple[Tensor, Tensor]:
        """int64 (n, length) each → emotion logits (n, 7) and frustration logits (n,)."""
        pooled = self.dropout(self.pool(input_ids, attention_mask, token_type_ids))
        return self.emotion(pooled), self.frustration(pooled).squeeze(-1)

    def pool(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> Tensor:
        """The CLS state beside the mean of all tokens, (n, 2 * width)."""
        states = self.encoder(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).last_hidden_state
        mask = attention_mask.unsqueeze(-1).to(states.dtype)
        return torch.cat([states[:, 0], (states * mask).sum(1) / mask.sum(1)], dim=-1)


def load_base(directory: Path) -> SentimentNet:
    """A fresh network on the weights of ``directory`` (``config.json``, ``model.safetensors``).

    Raises:
        SettingsError: a file is missing, or tensors of the encoder are missing from it.
    """
    from safetensors.torch import load_file
    from transformers import BertConfig, BertModel

    try:
        config = BertConfig.from_dict(json.loads((directory / "config.json").read_text("utf-8")))
        weights = load_file(str(directory / "model.safetensors"))
    except (OSError, ValueError) as error:
        raise SettingsError(f"无法读取句向量模型 {directory}：{error}。请从安装包恢复它。") from None
    config._attn_implementation = "eager"
    encoder = BertModel(config, add_pooling_layer=False).float()
    named = {name.removeprefix("bert."): tensor.float() for name, tensor in weights.items()}
    missing, _ = encoder.load_state_dict(named, strict=False)
    lost = [name for name in missing if "position_ids" not in name and "token_type_ids" not in name]
    if lost:
        raise SettingsError(f"句向量模型 {directory} 缺少权重：{'、'.join(lost[:3])}。请从安装包恢复它。")
    return SentimentNet(encoder, config.hidden_size)
