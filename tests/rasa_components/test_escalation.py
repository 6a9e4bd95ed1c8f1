from __future__ import annotations

from typing import Any

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, SessionStarted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.rasa_components.escalation import EscalationPolicy

ESCALATE = {"signal": {"escalate": True, "reason": "frustration", "level": 0.9, "stage": "handoff"}}
DOMAIN = Domain.from_yaml(
    """
version: "3.1"
intents: [ask, complaint]
actions: [action_handoff, action_answer]
"""
)


class Context:
    is_finetuning = False


POLICY = EscalationPolicy(EscalationPolicy.get_default_config(), None, None, Context())


def predicted(*events: Any) -> tuple[str | None, float]:
    tracker = DialogueStateTracker.from_events("t", list(events), domain=DOMAIN)
    prediction = POLICY.predict_action_probabilities(tracker, DOMAIN)
    best = max(prediction.probabilities)
    name = DOMAIN.action_names_or_texts[prediction.probabilities.index(best)] if best else None
    return name, prediction.policy_priority


def said(metadata: dict[str, Any] | None) -> list[Any]:
    return [
        ActionExecuted("action_session_start"),
        SessionStarted(),
        ActionExecuted("action_listen"),
        UserUttered("到底行不行", {"name": "ask"}, metadata=metadata),
    ]


def test_signal_after_a_message_predicts_the_handoff_above_rules() -> None:
    name, priority = predicted(*said(ESCALATE))
    assert name == "action_handoff"
    assert priority > 6


def test_after_the_handoff_it_listens() -> None:
    assert predicted(*said(ESCALATE), ActionExecuted("action_handoff"))[0] == "action_listen"


def test_after_listening_again_it_predicts_nothing_until_the_next_signal() -> None:
    turn = [*said(ESCALATE), ActionExecuted("action_handoff"), ActionExecuted("action_listen")]
    calm = UserUttered("好的", {"name": "ask"}, metadata={"signal": {"escalate": False}})
    assert predicted(*turn, calm)[0] is None
    assert predicted(*turn, calm, ActionExecuted("action_answer"))[0] is None


@pytest.mark.parametrize(
    "metadata",
    [None, {}, {"signal": None}, {"signal": "escalate"}, {"signal": {}}, {"signal": {"escalate": "true"}},
     {"signal": {"escalate": 1}}, {"signal": {"escalate": False}}],
)  # fmt: skip
def test_without_a_clear_signal_it_predicts_nothing(metadata: dict[str, Any] | None) -> None:
    assert predicted(*said(metadata))[0] is None


def test_domain_without_the_action_gets_no_prediction() -> None:
    domain = Domain.from_yaml('version: "3.1"\nintents: [ask]\nactions: [action_answer]')
    tracker = DialogueStateTracker.from_events("t", said(ESCALATE), domain=domain)
    assert max(POLICY.predict_action_probabilities(tracker, domain).probabilities) == 0
