from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.sentiment.corpus import load_corpus, ordinary_questions, split_of

HEADER = "id,scenario,text,context,emotion,frustration,flags,split_hint\n"


def write(folder: Path, rows: str, dialogues: str = "") -> Path:
    (folder / "utterances").mkdir()
    (folder / "utterances" / "a.csv").write_text(HEADER + rows, "utf-8")
    if dialogues:
        (folder / "dialogues").mkdir()
        (folder / "dialogues" / "a.jsonl").write_text(dialogues, "utf-8")
    return folder


def test_row_is_read_with_context_flags_and_hinted_split(tmp_path: Path) -> None:
    row = load_corpus(write(tmp_path, "A1,queue,还要等多久！,请稍等,不满,0.6,asks_human|irony,dev\n")).utterances[0]
    assert (row.text, row.context, row.emotion, row.frustration) == ("还要等多久！", "请稍等", "不满", 0.6)
    assert row.flags == {"asks_human", "irony"}
    assert row.split == "dev"


@pytest.mark.parametrize(
    ("row", "named"),
    [
        ("A1,queue,等多久,,生气,0.6,,\n", "第 2 行：没有这样的情绪 '生气'"),
        ("A1,queue,等多久,,不满,1.6,,\n", "第 2 行：frustration 必须是 0 到 1"),
        ("A1,queue,等多久,,不满,很高,,\n", "第 2 行：frustration 必须是 0 到 1"),
        ("A1,queue,,,不满,0.6,,\n", "第 2 行：id、scenario 和 text 不能为空"),
        ("A1,queue,等多久,,不满,0.6,angry,\n", "第 2 行：没有这样的标记 angry"),
        ("A1,queue,等多久,,不满,0.6,,\nA1,queue,还等,,不满,0.6,,\n", "编号重复：A1"),
        ("", "没有标注语料"),
    ],
)
def test_wrong_row_is_named(tmp_path: Path, row: str, named: str) -> None:
    with pytest.raises(SettingsError, match=named):
        load_corpus(write(tmp_path, row))


def test_dialogue_turns_become_utterances_with_their_context(tmp_path: Path) -> None:
    dialogue = {
        "id": "D1",
        "scenario": "queue",
        "turns": [
            {"sender": "customer", "text": "在吗", "frustration": 0.1, "emotion": "平静"},
            {"sender": "helpdesk", "text": "请稍等"},
            {"sender": "customer", "text": "还等！", "frustration": 0.7, "emotion": "不满"},
        ],
        "handoff_turn": 2,
        "ends_well": False,
    }
    corpus = load_corpus(write(tmp_path, "A1,queue,等多久,,不满,0.6,,\n", json.dumps(dialogue)))
    assert [(row.id, row.text, row.context) for row in corpus.utterances[1:]] == [
        ("D1#0", "在吗", ""),
        ("D1#2", "还等！", "请稍等"),
    ]
    assert corpus.dialogues[0].handoff_turn == 1  # customer turns only, from 0


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("{", "第 1 行：对话的格式不正确"),
        ('{"id": "D1"}', "第 1 行：对话的格式不正确"),
        (
            '{"id":"D1","scenario":"s","turns":[{"sender":"bot","text":"x"}],"handoff_turn":null,"ends_well":true}',
            "sender 只能是",
        ),
        (
            '{"id":"D1","scenario":"s","turns":[{"sender":"helpdesk","text":"x"}],"handoff_turn":0,"ends_well":true}',
            "handoff_turn 必须是",
        ),
    ],
)
def test_wrong_dialogue_is_named(tmp_path: Path, line: str, named: str) -> None:
    with pytest.raises(SettingsError, match=named):
        load_corpus(write(tmp_path, "A1,queue,等多久,,不满,0.6,,\n", line))


def test_split_depends_on_the_scenario_only() -> None:
    assert split_of("wait_hotline") == split_of("wait_hotline")
    assert {split_of(f"scenario_{number}") for number in range(200)} == {"train", "dev", "test"}
    assert split_of("wait_hotline", "test") == "test"


def test_shipped_corpus_is_whole_and_no_scenario_is_in_two_splits() -> None:
    corpus = load_corpus()
    assert len(corpus.utterances) >= 1500
    splits: dict[str, set[str]] = {}
    for row in corpus.utterances:
        splits.setdefault(row.scenario, set()).add(row.split)
    assert not [scenario for scenario, found in splits.items() if len(found) > 1]


def test_ordinary_questions_lose_their_entity_marks(tmp_path: Path) -> None:
    (tmp_path / "nlu.yml").write_text(
        'nlu:\n- intent: product_rate\n  examples: |\n    - [一年](term)定期[利率]{"entity": "x"}多少\n'
        "- intent: complaint\n  examples: |\n    - 我要投诉\n",
        "utf-8",
    )
    found = ordinary_questions(tmp_path, tmp_path / "none")
    assert [row.text for row in found] == ["一年定期利率多少"]
    assert found[0].frustration < 0.2
