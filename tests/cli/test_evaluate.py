from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.cli import evaluate
from bot.errors import InputError
from bot.evaluation.questions import Labels

SET = """text,intent,faq_id,entities
怎么开户,faq,A-1,[]
<b>转账</b>限额,faq,A-2,[]
你好,greet,,[]
股票代码,out_of_scope,,[]
"""
ANSWERS = {"怎么开户": ("faq", "A-1"), "你好": ("greet", "A-1"), "股票代码": ("out_of_scope", "A-2")}


def understand(_settings: Any, texts: list[str]) -> list[dict[str, Any]]:
    """The model of these tests: knows :data:`ANSWERS`, takes all else for A-1."""
    readings = []
    for text in texts:
        intent, id_ = ANSWERS.get(text, ("faq", "A-1"))
        faq = {"id": id_, "score": 0.7, "alternatives": [{"id": "A-2", "score": 0.1}]}
        outside = 0.9 if intent == "out_of_scope" else 0.1
        readings.append(
            {"intent": intent, "confidence": 0.7, "faq": faq, "choices": [], "entities": [], "out_of_scope": outside}
        )
    return readings


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> None:
    labels = Labels({"faq", "greet", "out_of_scope"}, {"A-1": "账户", "A-2": "转账"})
    monkeypatch.setattr(evaluate, "understand", understand)
    monkeypatch.setattr(evaluate, "read_labels", lambda _settings: labels)


@pytest.fixture
def questions(tmp_path: Path) -> str:
    path = tmp_path / "set.csv"
    path.write_text(SET, "utf-8")
    return str(path)


def run(*arguments: str) -> str:
    result = CliRunner().invoke(evaluate.app, ["nlu", *arguments], catch_exceptions=False)
    assert result.exit_code == 0
    return result.stdout


@pytest.mark.usefixtures("model")
def test_json_holds_the_figures(questions: str) -> None:
    told = json.loads(run("--set", questions, "--json"))
    assert (told["n"], told["answered_first"]["value"], told["intent"]["accuracy"]["value"]) == (4, 0.75, 1.0)
    assert (told["faq"]["first"], told["faq"]["among_three"]) == (0.5, 1.0)
    assert told["out_of_scope"]["auroc"] == 1.0
    assert [one["where"] for one in told["worst"]] == ["set.csv:3"]


@pytest.mark.usefixtures("model")
def test_people_read_chinese_and_see_the_mistakes(questions: str) -> None:
    text = run("--set", questions)
    assert "第一句就答对" in text
    assert "75.0%（3/4）" in text
    assert "<b>转账</b>限额" in text


@pytest.mark.usefixtures("model")
def test_noisy_copies_stand_beside_the_clean_set(questions: str) -> None:
    compared = json.loads(run("--set", questions, "--perturbed", "--json"))["compared"]
    assert set(compared["第一句就答对"]) == {"clean", "traditional", "typos", "voice"}
    assert compared["第一句就答对"]["clean"] == 0.75
    assert compared["第一句就答对"]["voice"] < 0.75


@pytest.mark.usefixtures("model")
def test_report_is_a_page_of_its_own_with_escaped_texts(questions: str, tmp_path: Path) -> None:
    run("--set", questions, "--perturbed", "--output", str(tmp_path / "out"))
    html = (tmp_path / "out/report.html").read_text("utf-8")
    assert "&lt;b&gt;转账&lt;/b&gt;限额" in html
    assert "<b>" not in html
    assert "http" not in html
    assert json.loads((tmp_path / "out/report.json").read_text("utf-8"))["n"] == 4


@pytest.mark.usefixtures("model")
def test_heldout_texts_are_not_shown_unless_asked_for(
    questions: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.settings.ROOT", tmp_path)
    folder = tmp_path / "tests/data/nlu/heldout"
    folder.mkdir(parents=True)
    (folder / "a.csv").write_text(SET, "utf-8")
    for name in ("heldout", str(folder / "a.csv")):
        assert json.loads(run("--set", name, "--json", "--output", str(tmp_path / "out")))["worst"] == []
        assert "限额" not in run("--set", name)
        assert "限额" not in (tmp_path / "out/report.html").read_text("utf-8")
    assert len(json.loads(run("--set", "heldout", "--worst", "5", "--json"))["worst"]) == 1


@pytest.mark.usefixtures("model")
def test_foreign_and_home_questions_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_text("text\n股票代码\n打开音乐\n", "utf-8")
    (tmp_path / "h.csv").write_text("text\n怎么开户\n", "utf-8")
    told = json.loads(run("--foreign", str(tmp_path / "f.csv"), "--home", str(tmp_path / "h.csv"), "--json"))
    assert told["foreign_and_home"]["auroc"] == 0.75
    assert told["foreign_and_home"]["foreign_declined"] == {"value": 0.5, "part": 1, "whole": 2}
    assert told["foreign_and_home"]["own_declined"]["value"] == 0.0
    assert "n" not in told


@pytest.mark.usefixtures("model")
def test_file_that_is_missing_is_named() -> None:
    with pytest.raises(InputError, match="无法读取 none"):
        run("--set", "none.csv")
