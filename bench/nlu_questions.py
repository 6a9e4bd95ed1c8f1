"""Measures the model on the development questions: ``.venv/main/bin/python -m bench.nlu_questions [--worst 30]``.

Reads ``tests/data/nlu/development/questions.csv`` (text, intent, faq_id), runs ``tingxin nlu parse --json`` and prints one JSON object:
``answered`` (right intent and, for FAQ, right entry first), ``faq_answered_first`` (FAQ questions answered by the right
entry without asking back), macro-F1 of intents (``faq_clarify`` counts as ``faq``), ``false_urgent``: the share that
was wrongly led to fraud, loss, complaint or a person.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from sklearn.metrics import f1_score

ROOT = Path(__file__).resolve().parent.parent
URGENT = {"report_loss", "report_fraud", "complaint", "ask_human"}


def parse(texts: list[str]) -> list[dict[str, Any]]:
    lines = "".join(json.dumps({"text": text}, ensure_ascii=False) + "\n" for text in texts)
    done = subprocess.run(
        [ROOT / "tingxin", "nlu", "parse", "--json"], input=lines, capture_output=True, text=True, check=True
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--worst", type=int, default=0, help="also print this many wrong ones on standard error")
    options = parser.parse_args()
    with (ROOT / "tests/data/nlu/development/questions.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found = parse([row["text"] for row in rows])
    got = ["faq" if item["intent"] == "faq_clarify" else item["intent"] for item in found]
    wanted = [row["intent"] for row in rows]
    wrong: Counter[tuple[str, str]] = Counter()
    answered = faq_first = faqs = false_urgent = 0
    for row, item, intent in zip(rows, found, got, strict=True):
        first = (item["faq"] or {}).get("id")
        right = intent == row["intent"] and (row["intent"] != "faq" or first == row["faq_id"])
        answered += right
        if row["intent"] == "faq":
            faqs += 1
            faq_first += item["intent"] == "faq" and first == row["faq_id"]
        false_urgent += intent in URGENT and row["intent"] not in URGENT
        if not right:
            wrong[(row["intent"], intent)] += 1
            if sum(wrong.values()) <= options.worst:
                print(f"{row['text']}\t{row['intent']} {row['faq_id']}\t{item['intent']} {first}", file=sys.stderr)
    summary = {
        "n": len(rows),
        "answered": round(answered / len(rows), 4),
        "faq_answered_first": round(faq_first / faqs, 4),
        "intent_macro_f1": round(f1_score(wanted, got, average="macro", zero_division=0), 4),
        "false_urgent": round(false_urgent / len(rows), 4),
        "confused": {f"{want}→{got}": count for (want, got), count in wrong.most_common(12)},
    }
    print(json.dumps(summary, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
