"""Fees that depend on an amount: ``fees.yml``, checked on load."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, model_validator

from bot.calculators.fees import Step, fee
from bot.knowledge.checked_yaml import read_yaml

FILE = "fees.yml"
FEN_PER_YUAN = 100

Exact = Annotated[Decimal, BeforeValidator(str)]  # YAML reads 0.03 as a float: its text is exact again


class _StepRow(BaseModel):
    model_config = ConfigDict(extra="forbid")

    up_to: Exact | None = Field(None, gt=0)
    fixed: Exact | None = Field(None, ge=0)
    percent: Exact | None = Field(None, ge=0, le=100)
    max: Exact | None = Field(None, gt=0)

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if (self.fixed is None) == (self.percent is None):
            raise ValueError("fixed 和 percent 应写且只写一个")
        if self.max is not None and self.percent is None:
            raise ValueError("max 只能和 percent 一起写")
        return self

    def step(self) -> Step:
        return Step(_fen(self.up_to), _fen(self.fixed), self.percent, _fen(self.max))


class _ChannelRow(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1)
    words: list[str] = Field(min_length=1)
    steps: list[_StepRow] = []
    share: Exact = Field(Decimal(1), gt=0, le=1)

    @model_validator(mode="after")
    def _rising(self) -> Self:
        limits = [step.up_to for step in self.steps]
        if limits and limits[-1] is not None:
            raise ValueError("最后一档不应写 up_to，否则更大的金额没有收费标准")
        known = [limit for limit in limits[:-1] if limit is not None]
        if len(known) != len(limits[:-1]) or known != sorted(set(known)):
            raise ValueError("各档的 up_to 应从小到大，只有最后一档可以不写")
        return self


class _FeeRow(BaseModel):
    model_config = ConfigDict(extra="forbid")

    service: str = Field(min_length=1)
    faq: str = Field(min_length=1)
    source: str = Field(min_length=1)
    effective_date: date
    note: str = ""
    channels: list[_ChannelRow] = Field(min_length=1)


@dataclass(frozen=True)
class Channel:
    """One way of doing it. No ``steps``: free of charge. ``share`` multiplies the fee (0.5: half of it)."""

    name: str
    words: tuple[str, ...]
    steps: tuple[Step, ...]
    share: Decimal

    def fee_fen(self, amount_fen: int) -> int:
        """What ``amount_fen`` costs here, in 分."""
        return fee(amount_fen, self.steps, self.share) if self.steps else 0

    def named_in(self, text: str) -> bool:
        """Whether ``text`` says this channel."""
        return any(word in text.casefold() for word in self.words)


@dataclass(frozen=True)
class FeeTable:
    """The price list of one service; ``faq`` is the entry that says the same in words."""

    service: str
    faq: str
    source: str
    effective_date: str
    note: str
    channels: tuple[Channel, ...]


def load_fees(folder: Path) -> dict[str, FeeTable]:
    """Read ``fees.yml``, by service; a bank without the file has none.

    Raises:
        KnowledgeError: the file is no YAML or a row is wrong; the message names file and place.
    """
    rows = read_yaml(folder / FILE, TypeAdapter(list[_FeeRow]), [])
    return {row.service: _table(row) for row in rows}


def _table(row: _FeeRow) -> FeeTable:
    channels = tuple(
        Channel(one.name, tuple(word.casefold() for word in one.words), tuple(s.step() for s in one.steps), one.share)
        for one in row.channels
    )
    return FeeTable(row.service, row.faq, row.source, row.effective_date.isoformat(), row.note, channels)


def _fen(yuan: Decimal | None) -> int | None:
    return None if yuan is None else int(yuan * FEN_PER_YUAN)
