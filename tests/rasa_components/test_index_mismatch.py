"""An index that another encoder made: it is named in the log, and the bot goes on with its intents."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.rasa_components.retriever import Examples, FaqRetriever
from bot.rasa_components.shared import encoder
from bot.retrieval import store
from bot.retrieval.index import FaqEntry, FaqIndex

PAIRS = [
    *((text, "report_loss") for text in ("我的卡丢了要挂失", "银行卡被偷了", "卡找不到了帮我挂失")),
    *((text, "out_of_scope") for text in ("今天天气怎么样", "帮我写首诗", "附近哪有好吃的", "谁赢了比赛")),
]


@pytest.fixture
def retriever(tmp_path: Path) -> FaqRetriever:
    storage = LocalModelStorage.create(tmp_path / "storage")
    return FaqRetriever(storage, Resource("faq"), Examples.learn(PAIRS))


def read(retriever: FaqRetriever) -> dict[str, Any]:
    answer = retriever.process([Message(data={TEXT: "我的银行卡丢了要挂失"})])[0]
    return {"faq": answer.get("faq"), "intent": answer.get(INTENT)["name"]}


def claim_another_encoder(folder: Path) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "encoder_sha256": "0" * 64}))


def test_intent_is_kept_and_the_log_names_index_and_encoder(
    index_root: Path, retriever: FaqRetriever, caplog: pytest.LogCaptureFixture
) -> None:
    folder = FaqIndex.build([FaqEntry("A", "银行卡丢了怎么挂失")], encoder()).save(index_root)
    claim_another_encoder(folder)
    with caplog.at_level(logging.ERROR, "bot.rasa_components.shared"):
        first, second = read(retriever), read(retriever)
    assert first == second == {"faq": None, "intent": "report_loss"}
    assert len(caplog.records) == 1  # once, not with every message
    told = caplog.records[0].getMessage()
    for part in (folder, "0" * 12, encoder().folder, encoder().sha256[:12], "tingxin knowledge import"):
        assert str(part) in told


def test_index_that_fits_stays_in_use_until_another_that_fits_is_there(
    index_root: Path, retriever: FaqRetriever
) -> None:
    entry = FaqEntry("A", "银行卡丢了怎么挂失")
    FaqIndex.build([entry], encoder()).save(index_root, sha256="a" * 64)
    assert read(retriever)["faq"]["id"] == "A"
    folder = FaqIndex.build([FaqEntry("B", entry.question)], encoder()).stage(index_root, sha256="b" * 64)
    claim_another_encoder(folder)
    store.activate(index_root, folder.name)
    assert read(retriever)["faq"]["id"] == "A"
    FaqIndex.build([FaqEntry("C", "银行卡丢了怎么挂失")], encoder()).save(index_root, sha256="c" * 64)
    assert read(retriever)["faq"]["id"] == "C"
