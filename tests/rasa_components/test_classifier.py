from __future__ import annotations

from pathlib import Path

import pytest
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.rasa_components.classifier import CHANCES, BankIntentClassifier, Weights

EXAMPLES = {
    "greet": ["你好", "您好", "早上好", "嗨"],
    "report_loss": ["卡丢了", "银行卡不见了", "我要挂失", "钱包被偷 卡也没了"],
    "product_rate": ["定期利率多少", "理财收益怎么样", "现在存款几个点", "一年期利息"],
}


def data() -> TrainingData:
    return TrainingData(
        [Message.build(text=text, intent=intent) for intent, texts in EXAMPLES.items() for text in texts]
    )


@pytest.fixture(scope="module")
def weights() -> Weights:
    pairs = [(text, intent) for intent, texts in EXAMPLES.items() for text in texts]
    return Weights.learn([text for text, _ in pairs], [intent for _, intent in pairs])


@pytest.mark.parametrize(
    ("text", "intent"), [("您好呀", "greet"), ("我的卡掉了", "report_loss"), ("大额存单利率", "product_rate")]
)
def test_question_in_other_words_gets_its_intent(weights: Weights, text: str, intent: str) -> None:
    chances = weights.chances(text)
    assert max(chances, key=lambda name: chances[name]) == intent
    assert sum(chances.values()) == pytest.approx(1, abs=1e-5)


def test_two_intents_are_told_apart() -> None:
    weights = Weights.learn(["你好", "卡丢了", "早上好", "我要挂失"], ["greet", "loss", "greet", "loss"])
    assert weights.chances("您好")["greet"] > 0.5 > weights.chances("您好")["loss"]
    assert weights.chances("挂失")["loss"] > 0.5


def test_loaded_classifier_answers_as_the_trained_one(tmp_path: Path) -> None:
    storage, resource = LocalModelStorage(tmp_path), Resource("classifier")
    trained = BankIntentClassifier(storage, resource)
    trained.train(data())
    loaded = BankIntentClassifier.load({}, storage, resource, None)
    before, after = (Message(data={TEXT: "銀行卡丟了"}) for _ in range(2))
    trained.process([before])
    loaded.process([after])
    assert before.get(CHANCES) == after.get(CHANCES)
    assert after.get(INTENT)["name"] == "report_loss"
    assert after.get(INTENT) == after.get(INTENT_RANKING_KEY)[0]
    assert CHANCES not in after.as_dict(only_output_properties=True)


@pytest.mark.parametrize("text", ["", "😀", "x" * 5000])
def test_odd_text_gets_chances_all_the_same(weights: Weights, text: str) -> None:
    assert sum(weights.chances(text).values()) == pytest.approx(1, abs=1e-5)
