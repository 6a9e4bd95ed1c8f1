"""Which training questions are held back in which fold. Pure functions over texts in normal form."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from random import Random
from typing import NamedTuple


class Example(NamedTuple):
    """One training question. ``form`` is its normal form; ``kept`` ones are never held back."""

    text: str
    form: str
    intent: str
    faq_id: str | None = None
    kept: bool = False


def assign(examples: Sequence[Example], folds: int, seed: int) -> list[int]:
    """The fold of each example, -1 for those that stay in all trainings.

    Examples of the same normal form fall into one fold, or stay where one of them stays, so that no question is asked
    that was learnt. Each intent and each FAQ entry is spread over the folds as evenly as it can be.

    Args:
        folds: two or more.
    """
    kept = {one.form for one in examples if one.kept}
    random = Random(seed)
    fold_of: dict[str, int] = dict.fromkeys(kept, -1)
    for forms in _groups(examples):
        order = list(dict.fromkeys(form for form in forms if form not in fold_of))
        random.shuffle(order)
        first = random.randrange(folds)  # small groups would all begin with the first fold
        fold_of.update({form: (first + at) % folds for at, form in enumerate(order)})
    return [fold_of[one.form] for one in examples]


def _groups(examples: Iterable[Example]) -> Iterable[list[str]]:
    """The forms of each intent or entry, in order of appearance."""
    groups: dict[tuple[str, str | None], list[str]] = {}
    for one in examples:
        groups.setdefault((one.intent, one.faq_id), []).append(one.form)
    return groups.values()
