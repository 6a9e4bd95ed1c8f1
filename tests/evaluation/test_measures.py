from __future__ import annotations

from typing import Any

import pytest

from bot.evaluation.calibration import calibrate
from bot.evaluation.entities import Entity
from bot.evaluation.measures import Share, is_offered, measure, measure_scope
from bot.evaluation.questions import Question

CATEGORIES = {"A-1": "账户", "A-2": "账户", "B-1": "转账"}


def question(intent: str, faq_id: str | None = None, **given: Any) -> Question:
    return Question(given.get("text", "问"), intent, faq_id, given.get("entities"), "q.csv:2")


def reading(intent: str, *ids: str, confidence: float = 0.9, **given: Any) -> dict[str, Any]:
    entries = [{"id": id_, "score": confidence} for id_ in ids]
    return {
        "intent": intent,
        "confidence": confidence,
        "faq": {**entries[0], "alternatives": entries[1:]} if entries else None,
        "choices": given.get("choices", []),
        "entities": given.get("entities", []),
        "out_of_scope": given.get("out_of_scope", 0.1),
    }


def test_right_entry_is_answered_and_a_question_back_is_not() -> None:
    questions = [question("faq", "A-1"), question("faq", "A-1"), question("faq", "B-1"), question("greet")]
    readings = [
        reading("faq", "A-1", "A-2"),
        reading("faq_clarify", "A-2", "A-1"),
        reading("faq", "A-1", "A-2", "B-1"),
        reading("greet", "A-1"),
    ]
    figures = measure(questions, readings, CATEGORIES)
    assert figures.answered == Share(2, 4)
    assert figures.faq_answered == Share(1, 3)
    assert figures.faq_offered == Share(2, 3)
    assert figures.faq == (3, 1, 3)
    assert figures.by_category == {"账户": (2, 1, 2), "转账": (1, 0, 1)}
    assert figures.accuracy == Share(4, 4)  # faq_clarify counts as faq


def test_entry_in_the_fourth_place_is_not_among_three() -> None:
    figures = measure([question("faq", "B-1")], [reading("faq", "A-1", "A-2", "C-1", "B-1")], CATEGORIES)
    assert figures.faq.among_three == 0


@pytest.mark.parametrize(
    ("choices", "offered"),
    [
        ([{"intent": "product_fee"}, {"faq": "A-1"}], True),
        ([{"intent": "product_fee"}, {"faq": "A-2"}], False),
        ([{"faq": f"X-{at}"} for at in range(4)] + [{"faq": "A-1"}], False),
    ],
)
def test_choices_shown_are_what_is_offered(choices: list[dict[str, str]], offered: bool) -> None:
    assert is_offered(question("faq", "A-1"), reading("faq_clarify", "A-1", choices=choices)) is offered


def test_macro_f1_is_the_mean_over_intents_expected_or_found() -> None:
    questions = [question(name) for name in ("greet", "greet", "deny", "thank")]
    readings = [reading(name) for name in ("greet", "deny", "deny", "affirm")]
    figures = measure(questions, readings, CATEGORIES)
    assert {name: one.f1 for name, one in figures.by_intent.items()} == pytest.approx(
        {"affirm": 0, "deny": 2 / 3, "greet": 2 / 3, "thank": 0}
    )
    assert figures.macro_f1 == pytest.approx(1 / 3)
    assert figures.confusion == {("greet", "deny"): 1, ("thank", "affirm"): 1}


def test_false_urgent_counts_only_what_was_not_urgent() -> None:
    questions = [question("product_fee"), question("report_loss"), question("complaint")]
    readings = [reading("report_fraud"), reading("report_fraud"), reading("product_fee")]
    assert measure(questions, readings, CATEGORIES).false_urgent == Share(1, 3)


def test_surest_mistakes_come_first_and_only_as_many_as_asked_for() -> None:
    questions = [question("greet", text="甲"), question("faq", "A-1", text="乙"), question("greet", text="丙")]
    readings = [reading("deny", confidence=0.3), reading("faq", "A-2", confidence=0.8), reading("greet")]
    told = measure(questions, readings, CATEGORIES).to_json(worst=1)
    assert told["wrong"] == 2
    assert told["worst"] == [
        {"text": "乙", "expected": "faq A-1", "got": "faq A-2", "confidence": 0.8, "where": "q.csv:2"}
    ]
    assert measure(questions, readings, CATEGORIES).to_json()["worst"] == []


def test_question_without_intent_counts_for_entities_alone() -> None:
    only = Question("存一年", None, None, (Entity("term", 1, 3, "365"),), "e.csv:2")
    found = reading("faq", entities=[{"entity": "term", "start": 1, "end": 3, "value": "365", "text": "一年"}])
    figures = measure([only], [found], CATEGORIES)
    assert (figures.n, figures.answered.value, figures.macro_f1) == (0, None, None)
    assert figures.entities is not None
    assert figures.entities.micro == (1, 1, 1)


def test_scope_tells_foreign_from_own() -> None:
    foreign = [reading("out_of_scope", out_of_scope=0.9), reading("faq", "A-1", out_of_scope=0.2)]
    own = [reading("faq", "A-1", out_of_scope=0.3), reading("out_of_scope", out_of_scope=0.1)]
    scope = measure_scope(foreign, own)
    assert scope.auroc == 0.75  # of four pairs, .2 against .3 alone is the wrong way round
    assert (scope.foreign_declined, scope.own_declined) == (Share(1, 2), Share(1, 2))
    assert measure_scope(foreign, []).auroc is None


def test_calibration_error_is_the_mean_gap() -> None:
    found = calibrate([(0.95, True), (0.95, False), (0.25, False), (1.0, True)])
    assert [(one.low, one.n, one.right) for one in found.bins] == [(0.2, 1, 0.0), (0.9, 3, pytest.approx(2 / 3))]
    assert found.error == pytest.approx((0.25 + 3 * abs(2 / 3 - 2.9 / 3)) / 4)


def test_nothing_to_calibrate_has_no_error() -> None:
    assert calibrate([]).to_json() == {"n": 0, "ece": None, "bins": []}
