"""What ``bench/nlu.py`` compares on: the bank's data, and both pipelines' configurations made of it."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parent.parent
DEVELOPMENT = ROOT / "tests/data/nlu/development"
SETS = ("faq_*.csv", "questions.csv", "intents.csv")
FAQ = "faq"


def copy_knowledge(folder: Path, max_questions: int | None) -> list[dict[str, Any]]:
    """The bank's knowledge with at most so many known questions an entry; ``{"id", "answer", "questions"}`` of each."""
    shutil.copytree(ROOT / "data/knowledge", folder)
    entries = []
    for path in sorted((folder / "faq").glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        for row in rows:
            questions = [row["question"].strip(), *(one.strip() for one in (row["similar"] or "").split("|"))]
            known = list(dict.fromkeys(one for one in questions if one))[:max_questions]
            row["similar"] = "|".join(known[1:])
            entries.append({"id": row["id"], "answer": row["answer"], "questions": known})
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0].keys())
            writer.writeheader()
            writer.writerows(rows)
    return entries


def read_development() -> list[dict[str, str]]:
    """``{"text", "intent", "faq_id"}`` of every annotated question of the development sets."""
    rows = []
    for pattern in SETS:
        for path in sorted(DEVELOPMENT.glob(pattern)):
            with path.open(encoding="utf-8-sig", newline="") as file:
                rows += list(csv.DictReader(file))
    return rows


def write_ours(folder: Path, knowledge: Path) -> None:
    """config.yml with the FAQ of this run."""
    config = YAML(typ="safe").load(ROOT / "config.yml")
    for importer in config["importers"]:
        if importer["name"].endswith("FaqImporter"):
            importer["faq_dir"] = str(knowledge / "faq")
    write(folder / "config.yml", config)


def write_stock(folder: Path, entries: Sequence[dict[str, Any]], epochs: int) -> None:
    """The stock configuration, and in its terms the FAQ, the domain and the stories."""
    learnt = {"epochs": epochs, "constrain_similarities": True}
    stock = {
        "recipe": "default.v1",
        "assistant_id": "stock",
        "language": "zh",
        "pipeline": [
            {"name": "JiebaTokenizer", "dictionary_path": str(ROOT / "data/lexicon")},
            {"name": "CountVectorsFeaturizer"},
            {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
            {"name": "DIETClassifier", **learnt},
            {"name": "ResponseSelector", "retrieval_intent": FAQ, **learnt},
        ],
        "policies": [
            {"name": "RulePolicy"},
            {"name": "MemoizationPolicy", "max_history": 3},
            {"name": "TEDPolicy", "max_history": 5, **learnt},
        ],
    }
    write(folder / "config.yml", stock)
    examples = [
        {"intent": f"{FAQ}/{one['id']}", "examples": "".join(f"- {text}\n" for text in one["questions"])}
        for one in entries
    ]
    write(folder / "nlu/faq.yml", {"version": "3.1", "nlu": examples})
    domain = YAML(typ="safe").load(ROOT / "domain.yml")
    domain["responses"] = {f"utter_{FAQ}/{one['id']}": [{"text": one["answer"]}] for one in entries}
    write(folder / "domain.yml", domain)
    for path in sorted((ROOT / "data/stories").glob("*.yml")):
        target = folder / "stories" / path.name
        target.parent.mkdir(exist_ok=True)
        target.write_text(path.read_text("utf-8").replace("action_faq_answer", f"utter_{FAQ}"), "utf-8")


def write(path: Path, content: Any) -> None:
    """As YAML: Rasa takes a file that is JSON, too, for one of its older formats."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        YAML(typ="safe", pure=True).dump(content, file)
