"""The trend: from the signals of a customer's turns to a level, a stage and the reasons. Pure and causal.

Each turn adds evidence; older evidence fades, and fades faster while the customer is calm::

    evidence(t) = retention(frustration(t)) * evidence(t-1) + own(t)        level = 1 - exp(-evidence)

Evidence only adds up, so every piece of the level belongs to one signal of one turn: the reasons are an exact
account of the decision and not a story told afterwards. Level never falls when a turn gets fiercer.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Stage = Literal["calm", "watch", "handoff"]


class TrendParams(BaseModel):
    """Parameters of the trend, read from ``data/sentiment/trend.yml`` by :func:`bot.sentiment.params.load_params`.

    Evidence is additive and has no unit: 1.2 alone gives a level of 1 - exp(-1.2) = 0.70.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    watch_from: float = Field(0.40, gt=0, lt=1)
    handoff_from: float = Field(0.70, gt=0, lt=1)
    curve: float = Field(1.55, ge=1, le=4)
    """One message alone gives a level of frustration ** curve: everyday tone next to nothing, 0.8 a hand-off."""
    retention_calm: float = Field(0.45, ge=0, lt=1)
    """Share of the older evidence that outlasts a calm turn (frustration at or under ``calm_below``)."""
    retention_tense: float = Field(0.80, ge=0, lt=1)
    """The same for a turn at or over ``tense_from``; linear between."""
    calm_below: float = Field(0.20, ge=0, le=1)
    tense_from: float = Field(0.50, ge=0, le=1)
    evidence_max: float = Field(2.6, gt=0, le=10)
    """Evidence is held under this, so that a customer who calms down is believed within a few turns."""

    repeated_from: float = Field(0.86, ge=0, lt=1)
    """Similarity to an earlier question from which a turn counts as asking again."""
    repeated: float = Field(0.28, ge=0, le=3)
    """Evidence of asking the very same again (similarity 1); less for a similarity nearer to ``repeated_from``."""
    not_understood_first: float = Field(0.12, ge=0, le=3)
    not_understood_more: float = Field(0.40, ge=0, le=3)
    """Evidence of the second and each later failed answer in a row."""
    asks_human: float = Field(0.35, ge=0, le=3)
    insult: float = Field(0.70, ge=0, le=3)
    threat: float = Field(0.60, ge=0, le=3)
    distress: float = Field(0.40, ge=0, le=3)

    fierce_from: float = Field(0.75, ge=0, le=1)
    """Frustration from which a single message is named as fierce in the reasons."""
    rising_by: float = Field(0.15, gt=0, le=1)
    """Rise over the last three turns that is named as rising in the reasons."""
    reason_from: float = Field(0.04, ge=0, lt=1)
    """A signal with less weight than this is not worth a reason."""

    @model_validator(mode="after")
    def _ordered(self) -> TrendParams:
        for low, high in (
            ("watch_from", "handoff_from"),
            ("calm_below", "tense_from"),
            ("retention_calm", "retention_tense"),
            ("not_understood_first", "not_understood_more"),
        ):
            if getattr(self, low) > getattr(self, high):
                raise ValueError(f"{low} 不能大于 {high}")
        return self


@dataclass(frozen=True, slots=True)
class TurnSignals:
    """What is known about one customer turn.

    Args:
        seq: the message's sequence number in the conversation; only repeated in the reasons.
        frustration: calibrated score of the classifier, 0..1.
        emotion: one of :data:`bot.sentiment.labels.EMOTIONS`.
        repeated: cosine similarity to the most similar earlier customer question, 0..1; 0 when there is none.
        repeats_seq: sequence number of that earlier question.
        not_understood: the bot's answer to the customer's previous turn failed.
        asks_human: the text asks for a person.
        insult: the text insults somebody.
        threat: the text threatens a complaint, the press or a court.
        distress: the text tells of an emergency, of despair or of a loss.
    """

    seq: int
    frustration: float
    emotion: str = "平静"
    repeated: float = 0.0
    repeats_seq: int | None = None
    not_understood: bool = False
    asks_human: bool = False
    insult: bool = False
    threat: bool = False
    distress: bool = False


@dataclass(frozen=True, slots=True)
class Reason:
    """Why the level is what it is. ``weight`` is this signal's part of the level; all weights sum to at most ``level``.

    Codes: ``rising fierce annoyed repeated not_understood asks_human insult threat distress``.
    """

    code: str
    text: str
    seqs: tuple[int, ...]
    weight: float


@dataclass(frozen=True, slots=True)
class Assessment:
    """The conversation's frustration after its last turn: ``level`` 0..1, heaviest reason first."""

    level: float
    stage: Stage
    reasons: tuple[Reason, ...]


@dataclass(slots=True)
class _Piece:
    code: str
    index: int
    evidence: float


def assess(turns: Sequence[TurnSignals], params: TrendParams) -> Assessment:
    """Level, stage and reasons after the last of ``turns`` (oldest first). No turns: level 0 and calm."""
    return trajectory(turns, params)[-1] if turns else Assessment(0.0, "calm", ())


def trajectory(turns: Sequence[TurnSignals], params: TrendParams) -> list[Assessment]:
    """The assessment after each turn; element i depends on ``turns[: i + 1]`` only."""
    pieces: list[_Piece] = []
    failed_in_row = 0
    found: list[Assessment] = []
    for index, turn in enumerate(turns):
        failed_in_row = failed_in_row + 1 if turn.not_understood else 0
        own = _own(turn, failed_in_row, params)
        # Asking again, not being understood and the flags are no calm turn, however polite the words.
        tense = any(evidence > 0 for code, evidence in own if code != "tone")
        kept = params.retention_tense if tense else _retention(_clip(turn.frustration), params)
        for piece in pieces:
            piece.evidence *= kept
        pieces.extend(_Piece(code, index, evidence) for code, evidence in own if evidence > 0)
        total = math.fsum(piece.evidence for piece in pieces)
        if total > params.evidence_max:
            for piece in pieces:
                piece.evidence *= params.evidence_max / total
            total = params.evidence_max
        pieces = [piece for piece in pieces if piece.evidence > 1e-6]
        level = 1.0 - math.exp(-total)
        found.append(
            Assessment(
                level=round(level, 4),
                stage=_stage(level, params),
                reasons=_reasons(turns[: index + 1], pieces, level, total, params),
            )
        )
    return found


def _clip(value: float) -> float:
    return min(1.0, max(0.0, value)) if math.isfinite(value) else 0.0


def _stage(level: float, params: TrendParams) -> Stage:
    if level >= params.handoff_from:
        return "handoff"
    return "watch" if level >= params.watch_from else "calm"


def _retention(frustration: float, params: TrendParams) -> float:
    width = params.tense_from - params.calm_below
    if frustration >= params.tense_from:
        return params.retention_tense
    if frustration <= params.calm_below or width <= 0:
        return params.retention_calm
    part = (frustration - params.calm_below) / width
    return params.retention_calm + part * (params.retention_tense - params.retention_calm)


def _own(turn: TurnSignals, failed_in_row: int, params: TrendParams) -> list[tuple[str, float]]:
    tone = min(0.97, _clip(turn.frustration) ** params.curve)
    again = max(0.0, _clip(turn.repeated) - params.repeated_from) / (1.0 - params.repeated_from)
    failed = (0.0, params.not_understood_first)[failed_in_row] if failed_in_row < 2 else params.not_understood_more
    return [
        ("tone", -math.log(1.0 - tone)),
        # Half of the weight for being over the line at all, the rest by how alike the two questions are.
        ("repeated", params.repeated * (0.5 + 0.5 * again) if again > 0 else 0.0),
        ("not_understood", failed),
        ("asks_human", params.asks_human if turn.asks_human else 0.0),
        ("insult", params.insult if turn.insult else 0.0),
        ("threat", params.threat if turn.threat else 0.0),
        ("distress", params.distress if turn.distress else 0.0),
    ]


def _reasons(
    turns: Sequence[TurnSignals], pieces: Sequence[_Piece], level: float, total: float, params: TrendParams
) -> tuple[Reason, ...]:
    if total <= 0:
        return ()
    by_signal: dict[str, list[_Piece]] = {}
    for piece in pieces:
        by_signal.setdefault(piece.code, []).append(piece)
    reasons = []
    for signal, group in by_signal.items():
        weight = level * math.fsum(piece.evidence for piece in group) / total
        if weight < params.reason_from:
            continue
        # A turn whose trace has all but faded is not named.
        named = [piece.index for piece in group if level * piece.evidence / total >= params.reason_from / 2]
        indices = sorted(set(named)) or [group[-1].index]
        code = _tone_code(turns, indices, params) if signal == "tone" else signal
        reasons.append(Reason(code, _text(code, turns, indices), _seqs(code, turns, indices), round(weight, 4)))
    return tuple(sorted(reasons, key=lambda reason: (-reason.weight, reason.code)))


def _tone_code(turns: Sequence[TurnSignals], indices: Sequence[int], params: TrendParams) -> str:
    last = [_clip(turn.frustration) for turn in turns[-3:]]
    if len(last) == 3 and last[0] <= last[1] <= last[2] and last[2] - last[0] >= params.rising_by:
        return "rising"
    strongest = max(_clip(turns[index].frustration) for index in indices)
    return "fierce" if strongest >= params.fierce_from else "annoyed"


def _seqs(code: str, turns: Sequence[TurnSignals], indices: Sequence[int]) -> tuple[int, ...]:
    seqs = {turns[index].seq for index in indices}
    if code == "repeated":
        seqs |= {earlier for index in indices if (earlier := turns[index].repeats_seq) is not None}
    if code == "rising":
        seqs |= {turn.seq for turn in turns[-3:]}
    return tuple(sorted(seqs))


def _text(code: str, turns: Sequence[TurnSignals], indices: Sequence[int]) -> str:
    count = len(indices)
    if code == "rising":
        scores = "→".join(f"{_clip(turn.frustration):.2f}" for turn in turns[-3:])
        return f"情绪持续升高：最近三条消息的不满程度为 {scores}"
    if code == "fierce":
        return f"言辞激烈：不满程度达到 {max(_clip(turns[index].frustration) for index in indices):.2f}"
    if code == "annoyed":
        return "客户流露出不满" if count == 1 else f"客户有 {count} 条消息流露出不满"
    if code == "repeated":
        return "重复提问：同一个问题又问了一遍" if count == 1 else f"重复提问：同样的问题又问了 {count} 遍"
    if code == "not_understood":
        return "机器人没有答上客户的问题" if count == 1 else f"连续未被理解：机器人有 {count} 次没有答上"
    fixed = {
        "asks_human": "客户要求转人工",
        "insult": "言辞激烈：出现辱骂",
        "threat": "表示要投诉、曝光或起诉",
        "distress": "客户处境紧急或情绪低落",
    }
    return fixed[code]
