"""The same questions as they arrive in practice: in traditional characters, mistyped, spoken. Seeded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random

from bot.evaluation.perturbation import traditional, typos, voice
from bot.evaluation.questions import Question

Variant = Callable[[str, Random], str]
VARIANTS: dict[str, Variant] = {
    "traditional": lambda text, _random: traditional(text),
    "typos": typos,
    "voice": voice,
}


def noisy(questions: Sequence[Question], variant: str, seed: int) -> list[Question]:
    """The questions so written. Entities are not scored: their annotation says where they stand in the clean text.

    Each question draws from a generator of its own, so that one more in the set changes none of the others.
    """
    change = VARIANTS[variant]
    return [
        replace(one, text=change(one.text, Random(f"{seed} {variant} {one.text}")), entities=None)
        for one in questions
        if one.intent is not None
    ]
