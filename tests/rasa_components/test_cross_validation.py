from __future__ import annotations

from pathlib import Path

import pytest

from bot.rasa_components.cross_validation import run_fold
from bot.rasa_components.shared import encoder
from bot.retrieval.index import FaqEntry, FaqIndex

LOSS = ["银行卡丢了怎么办", "卡不见了怎么挂失", "我的卡被偷了", "钱包丢了卡也在里面"]
LIMIT = ["一天最多转多少钱", "转账限额是多少", "单笔最多转几万", "每天能转几次"]
GREET = ["你好", "您好", "您好呀", "你好啊"]


def task(index: Path) -> dict[str, object]:
    examples = []
    for intent, id_, texts in (("faq", "LOSS", LOSS), ("faq", "LIMIT", LIMIT), ("greet", None, GREET)):
        examples += [[text, intent, id_, at - 1 if at else -1] for at, text in enumerate(texts)]
    return {"indexes": ["", str(index), ""], "examples": examples}


def test_fold_is_asked_what_it_did_not_learn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entries = [FaqEntry("LOSS", LOSS[0], (LOSS[1], LOSS[3])), FaqEntry("LIMIT", LIMIT[0], (LIMIT[1], LIMIT[3]))]
    FaqIndex.build(entries, encoder(), intents={"greet": [GREET[0], GREET[1], GREET[3]]}).save(tmp_path / "index", {})
    monkeypatch.setenv("TINGXIN_INDEX_DIR", str(tmp_path))  # restored after the fold has put its own index in force
    given = task(tmp_path / "index")
    lines = list(run_fold(given, 1, tmp_path / "1"))
    assert lines[0] == {"fold": 1, "step": "learn"}
    asked = [given["examples"][line["example"]][0] for line in lines[1:]]
    assert asked == [LOSS[2], LIMIT[2], GREET[2]]
    assert [line["reading"]["faq"]["id"] for line in lines[1:3]] == ["LOSS", "LIMIT"]
    assert lines[3]["reading"]["intent"] == "greet"
