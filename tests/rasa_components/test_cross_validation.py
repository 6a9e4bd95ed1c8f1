from __future__ import annotations

from pathlib import Path

import pytest

from bot.rasa_components.cross_validation import run_fold

LOSS = ["银行卡丢了怎么办", "卡不见了怎么挂失", "我的卡被偷了", "钱包丢了卡也在里面"]
LIMIT = ["一天最多转多少钱", "转账限额是多少", "单笔最多转几万", "每天能转几次"]
GREET = ["你好", "您好", "您好呀", "你好啊"]


def task() -> dict[str, object]:
    examples = []
    for intent, id_, texts in (("faq", "LOSS", LOSS), ("faq", "LIMIT", LIMIT), ("greet", None, GREET)):
        examples += [[text, intent, id_, at - 1 if at else -1] for at, text in enumerate(texts)]
    entries = [
        {"id": "LOSS", "category": "银行卡", "question": LOSS[0], "answer": "请立即挂失"},
        {"id": "LIMIT", "category": "转账", "question": LIMIT[0], "answer": "每日五万元"},
    ]
    return {"folds": 3, "gazetteer": {}, "entries": entries, "examples": examples}


def test_fold_is_asked_what_it_did_not_learn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TINGXIN_INDEX_DIR", str(tmp_path))  # restored after the fold has put its own index in force
    lines = list(run_fold(task(), 1, tmp_path / "1"))
    assert lines[0] == {"fold": 1, "step": "learn"}
    asked = [task()["examples"][line["example"]][0] for line in lines[1:]]
    assert asked == [LOSS[2], LIMIT[2], GREET[2]]
    assert [line["reading"]["faq"]["id"] for line in lines[1:3]] == ["LOSS", "LIMIT"]
    assert lines[3]["reading"]["intent"] == "greet"
    index = (tmp_path / "1/index").rglob("faq.json")
    known = next(index).read_text("utf-8")
    assert LOSS[1] in known
    assert LOSS[2] not in known
