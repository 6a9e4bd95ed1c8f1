"""Turns the gateway's frustration signal into the hand-off action, before any other policy has its say."""

from __future__ import annotations

from typing import Any

from rasa.core.featurizers.tracker_featurizers import TrackerFeaturizer
from rasa.core.policies.policy import Policy, PolicyPrediction, SupportedData
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.generator import TrackerWithCachedStates
from rasa.shared.core.trackers import DialogueStateTracker

HANDOFF_ACTION = "action_handoff"
PRIORITY = 100  # RulePolicy has 6, and its predictions are as certain as ours


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class EscalationPolicy(Policy):
    """Predicts ``action_handoff`` when the latest user message carries ``metadata.signal.escalate``, then listens.

    It decides nothing by itself: whether the customer has had enough is the gateway's judgement over the whole
    conversation. Without the signal it predicts nothing.
    """

    @staticmethod
    def supported_data() -> SupportedData:
        return SupportedData.ML_AND_RULE_DATA

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"priority": PRIORITY}

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        featurizer: TrackerFeaturizer | None = None,
    ) -> None:
        super().__init__(config, model_storage, resource, execution_context, featurizer)

    def train(self, training_trackers: list[TrackerWithCachedStates], domain: Domain, **kwargs: Any) -> Resource:
        """There is nothing to learn."""
        with self._model_storage.write_to(self._resource):
            return self._resource

    def predict_action_probabilities(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        rule_only_data: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> PolicyPrediction:
        """Certainty for the hand-off right after the message, for listening right after the hand-off, else nothing."""
        probabilities = self._default_predictions(domain)
        action = None
        if escalates(tracker) and HANDOFF_ACTION in domain.action_names_or_texts:
            if tracker.latest_action_name == ACTION_LISTEN_NAME:
                action = HANDOFF_ACTION
            elif tracker.latest_action_name == HANDOFF_ACTION:
                action = ACTION_LISTEN_NAME
        if action is None:
            return self._prediction(probabilities)
        probabilities[domain.index_for_action(action)] = 1.0
        # As a prediction that looks at no user text it also comes before a form that waits for an answer.
        return self._prediction(probabilities, is_no_user_prediction=True)


def escalates(tracker: DialogueStateTracker) -> bool:
    """Does the latest user message carry the signal? Anything malformed counts as no."""
    message = tracker.latest_message
    metadata = message.metadata if message is not None else None
    signal = metadata.get("signal") if isinstance(metadata, dict) else None
    return isinstance(signal, dict) and signal.get("escalate") is True
