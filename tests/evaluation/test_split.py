"""Held-out questions measure nothing if they were learnt, or tuned on.

Only line numbers are printed, never a text: who corrects the set must not come to know it.
"""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from bot.evaluation.training_texts import faq_examples, nlu_examples
from bot.knowledge import validation
from bot.retrieval.encoder import Encoder
from bot.text.normalise import normalise_text

ROOT = Path(__file__).resolve().parents[2]
SETS = ROOT / "tests/data/nlu"
ENCODER = ROOT / "models/encoder"
# Of 27 pairs of a development and a training question beyond it, all but one differ in a particle, the order or one
# word; below it most say it in words of their own.
NEAR_COPY = 0.95


def read(folder: Path) -> dict[str, str]:
    """Normal form of each question, by file and line."""
    found = {}
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            for row in reader:
                found[f"{path.name}:{reader.line_num}"] = normalise_text(row["text"])
    return found


@pytest.fixture(scope="module")
def heldout() -> dict[str, str]:
    return read(SETS / "heldout")


@pytest.fixture(scope="module")
def seen() -> list[str]:
    """Training and development questions in normal form, each once."""
    knowledge, problems = validation.load(ROOT / "data/knowledge", date(2026, 11, 1))
    assert not problems
    examples = [*nlu_examples(ROOT / "data/nlu"), *faq_examples(knowledge.faqs)]
    return list(dict.fromkeys([one.form for one in examples] + list(read(SETS / "development").values())))


def test_there_is_much_to_compare(heldout: dict[str, str], seen: list[str]) -> None:
    assert len(heldout) >= 1500
    assert len(seen) >= 8000


def test_no_heldout_question_was_learnt_or_tuned_on(heldout: dict[str, str], seen: list[str]) -> None:
    known = set(seen)
    check_none([where for where, form in heldout.items() if form in known])


def test_no_heldout_question_stands_twice(heldout: dict[str, str]) -> None:
    first: dict[str, str] = {}
    check_none([where for where, form in heldout.items() if first.setdefault(form, where) != where])


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_no_heldout_question_is_a_near_copy(heldout: dict[str, str], seen: list[str]) -> None:
    encoder = Encoder(ENCODER, threads=2)
    nearest = nearest_cosines(encoder.encode(list(heldout.values())), encoder.encode(seen))
    check_none([where for where, cosine in zip(heldout, nearest, strict=True) if cosine > NEAR_COPY])


def check_none(places: list[str]) -> None:
    """Fail with these places alone: an assertion would print the texts with its variables."""
    if places:
        pytest.fail(f"{len(places)} held-out questions: {', '.join(places)}", pytrace=False)


def nearest_cosines(asked: npt.NDArray[np.float32], known: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """For each row of ``asked``, the largest cosine to a row of ``known``."""
    nearest: npt.NDArray[np.float32] = (asked @ known.T).max(axis=1)
    return nearest
