"""Sends real questions through the running product, each in a conversation of its own, and counts how they ended.

    ./tingxin up          # in another terminal; TINGXIN_SESSIONS_PER_MINUTE and …MESSAGES_PER_MINUTE raised
    .venv/main/bin/python -m bench.real_questions FOLDER [--count 300] [--seed 7] [--list FILE]

FOLDER holds CSV files whose first column is a question. Outcomes are read from the ledger of the same settings.
Prints one JSON object: counts per outcome, failures, and seconds from sending to the first reply.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import statistics
import sys
import time
import uuid
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import Engine, select

from bot.settings import load_settings
from bot.storage.engine import make_engine
from bot.storage.tables import conversation, message

REPLY_TIMEOUT_S = 30.0


def read_questions(folder: Path, count: int, seed: int) -> list[str]:
    """``count`` different non-empty first-column texts of all CSV files, drawn with ``seed``."""
    found: set[str] = set()
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            found.update(row[0].strip() for row in list(csv.reader(file))[1:] if row and row[0].strip())
    return random.Random(seed).sample(sorted(found), count)


def ask(client: httpx.Client, text: str) -> tuple[str, int, float]:
    """Send one question in a new conversation; returns its id, the question's number and the seconds to a reply."""
    made = client.post("/api/v1/visitor/sessions", json={"channel": "api"})
    made.raise_for_status()
    headers = {"Authorization": f"Bearer {made.json()['token']}"}
    begun = time.monotonic()
    sent = client.post(
        "/api/v1/visitor/messages", json={"client_msg_id": uuid.uuid4().hex, "text": text}, headers=headers
    )
    sent.raise_for_status()
    seq = int(sent.json()["seq"])
    while time.monotonic() - begun < REPLY_TIMEOUT_S:
        got = client.get("/api/v1/visitor/messages", params={"after": seq, "wait": 5}, headers=headers)
        got.raise_for_status()
        if any(item["sender"] in ("bot", "system") for item in got.json()["messages"]):
            return made.json()["conversation_id"], seq, time.monotonic() - begun
    raise TimeoutError(text)


def outcome_of(engine: Engine, conversation_id: str, seq: int) -> tuple[str, str]:
    """How the turn ended (handoff when the conversation left the bot) and the first reply's text."""
    with engine.connect() as connection:
        state = connection.execute(
            select(conversation.c.state).where(conversation.c.id == conversation_id)
        ).scalar_one()
        replies = connection.execute(
            select(message.c.trace, message.c.text)
            .where(message.c.conversation_id == conversation_id, message.c.seq > seq)
            .order_by(message.c.seq)
        ).all()
    outcomes = [str((reply.trace or {}).get("outcome", "")) for reply in replies]
    text = str(replies[0].text) if replies else ""
    if state != "bot":
        return "handoff", text
    return next((found for found in outcomes if found), "failed"), text


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--list", type=Path, help="write question, outcome and reply to this CSV file, to be read")
    options = parser.parse_args()
    settings = load_settings()
    engine = make_engine(settings.db_url_sync)
    questions = read_questions(options.folder, options.count, options.seed)
    outcomes: Counter[str] = Counter()
    seconds: list[float] = []
    failures: list[str] = []
    rows: list[list[Any]] = []
    with httpx.Client(
        base_url=f"http://{settings.gateway_host}:{settings.gateway_port}", timeout=40, trust_env=False
    ) as client:
        for number, text in enumerate(questions, 1):
            try:
                where, seq, took = ask(client, text)
            except (httpx.HTTPError, TimeoutError) as error:
                failures.append(type(error).__name__)
                continue
            ended, reply = outcome_of(engine, where, seq)
            outcomes[ended] += 1
            seconds.append(took)
            rows.append([text, ended, f"{took:.3f}", reply])
            print(f"\r{number}/{len(questions)}", end="", file=sys.stderr)
    print(file=sys.stderr)
    if options.list:
        with options.list.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([["question", "outcome", "seconds", "reply"], *rows])
    summary = {
        "sent": len(questions),
        "outcomes": dict(outcomes),
        "failures": failures,
        "median_s": round(statistics.median(seconds), 3) if seconds else None,
        "slowest_s": round(max(seconds), 3) if seconds else None,
    }
    print(json.dumps(summary, ensure_ascii=False))
    return 1 if failures or outcomes["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
