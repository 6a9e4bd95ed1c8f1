"""Dialogues of several turns (contexts.yml) through the real understanding and the real actions."""

from __future__ import annotations

import csv
import json
import uuid
from typing import Any

import httpx
import pytest
import yaml

from actions.faq import INQUIRIES
from actions.parts import action_name
from tests.e2e.conftest import ROOT, Product

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]
DIALOGUES = yaml.safe_load((ROOT / "tests/data/nlu/development/contexts.yml").read_text("utf-8"))["dialogues"]
METADATA = {"signal": {}, "state": "bot", "channel": "api"}


def ask(product: Product, sender: str, text: str) -> list[dict[str, Any]]:
    """What Rasa answers, as the gateway sees it: the trace says which action it was."""
    url = f"http://127.0.0.1:{product.ports[1]}/webhooks/rest/webhook"
    body = {"sender": sender, "message": text, "metadata": METADATA}
    return [one["custom"] for one in httpx.post(url, json=body, timeout=60, trust_env=False).json()]


def seen(reply: dict[str, Any]) -> dict[str, Any]:
    """Of a reply what the data file may name."""
    data = reply["data"]
    return {
        "action": reply["trace"]["action"],
        "outcome": reply["outcome"],
        "faq": data.get("faq_id"),
        "product": data.get("product_code") or (data.get("product") or {}).get("code"),
        "products": [item["code"] for item in data.get("products") or []],
    }


@pytest.mark.parametrize("dialogue", DIALOGUES, ids=[one["name"] for one in DIALOGUES])
def test_dialogue_is_answered_in_its_context(product: Product, dialogue: dict[str, Any]) -> None:
    sender = uuid.uuid4().hex
    for turn in dialogue["turns"]:
        replies = ask(product, sender, turn["say"])
        wanted = turn.get("answers")
        if wanted is None:
            assert replies
            continue
        assert len(replies) == len(wanted), (turn["say"], [seen(reply) for reply in replies])
        for reply, want in zip(replies, wanted, strict=True):
            named = {name: value for name, value in want.items() if name != "contains"}
            assert {name: seen(reply)[name] for name in named} == named, (turn["say"], reply["trace"])
            assert want.get("contains", "") in reply["text"]


def test_data_holds_forty_dialogues_of_two_to_four_turns_or_several_questions() -> None:
    assert len(DIALOGUES) >= 40
    assert all(len(one["turns"]) <= 4 for one in DIALOGUES)


def test_standard_question_of_every_entry_lands_on_it(product: Product) -> None:
    wrong = []
    for path in sorted((ROOT / "data/knowledge/faq").glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                replies = ask(product, uuid.uuid4().hex, row["question"])
                if [reply["data"].get("faq_id") for reply in replies] != [row["id"]]:
                    wrong.append((row["id"], row["question"], json.dumps(replies, ensure_ascii=False)[:200]))
    assert not wrong, wrong


@pytest.mark.parametrize("intent", sorted(INQUIRIES))
def test_button_of_an_inquiry_lands_on_it(product: Product, intent: str) -> None:
    replies = ask(product, uuid.uuid4().hex, INQUIRIES[intent])
    assert replies[0]["trace"]["action"] == action_name(intent)
