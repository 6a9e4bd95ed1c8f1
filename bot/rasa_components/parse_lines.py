"""Runs a trained model over JSON lines: ``{"text"}`` in, what the bot understands out; one line each, at once.

``python -m bot.rasa_components.parse_lines MODEL [DAY]`` in Rasa's environment. Only JSON goes to standard output.
``DAY`` (``2026-03-18``) is what 明天 is counted from; without it, today.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import re
import sys
import warnings
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rasa.core.agent import Agent


def main() -> int:
    answers = quiet_stdout()
    from rasa.core.agent import Agent

    from bot.rasa_components.entities import count_days_from

    if len(sys.argv) > 2:
        count_days_from(date.fromisoformat(sys.argv[2]))
    agent = Agent.load(Path(sys.argv[1]))
    loop = asyncio.new_event_loop()
    for raw in sys.stdin.buffer:
        if raw.strip():
            answer = parse_line(raw, lambda text: loop.run_until_complete(parse(agent, text)))
            answers.write(json.dumps(answer, ensure_ascii=False) + "\n")
            answers.flush()
    return 0


def quiet_stdout() -> IO[str]:
    """The real standard output, for the answers alone; whatever Rasa and others print goes to standard error."""
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
    warnings.simplefilter("ignore")
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    logging.basicConfig(level=logging.ERROR, stream=sys.stderr)
    from rasa.utils.log_utils import configure_structlog

    configure_structlog(logging.ERROR)
    return answers


def parse_line(raw: bytes, understand: Any) -> dict[str, Any]:
    """The answer to one input line; a line that is not ``{"text": str}`` gets ``{"error"}``."""
    try:
        line = json.loads(raw.decode("utf-8"))
    except UnicodeDecodeError:
        return {"error": "这一行不是 UTF-8 文本"}
    except (ValueError, RecursionError):
        return {"error": "这一行不是合格的 JSON"}
    if not isinstance(line, dict) or not isinstance(line.get("text"), str):
        return {"error": '需要 {"text": "…"}'}
    text = line["text"].encode("utf-8", "replace").decode("utf-8")  # lone surrogates cannot be written again
    return understand(text)


async def parse(agent: Agent, text: str) -> dict[str, Any]:
    """What the model understands, in the shape that ``tingxin nlu parse`` promises.

    A leading ``/`` forces no intent here, as intake never lets one through to Rasa.
    """
    from rasa.core.channels.channel import UserMessage

    processor = agent.processor
    assert processor is not None
    harmless = re.sub(r"^(\s*)/", r"\1／", text)  # of the same length: offsets stay
    parsed = await processor.parse_message(UserMessage(harmless), tracker=None)
    return reading(text, parsed)


def reading(text: str, parsed: Mapping[str, Any]) -> dict[str, Any]:
    """Rasa's output for ``text`` in the shape that ``tingxin nlu parse`` promises."""
    intent = parsed.get("intent") or {}
    faq = parsed.get("faq")
    return {
        "intent": intent.get("name"),
        "confidence": round(float(intent.get("confidence") or 0.0), 4),
        "faq": {**_entry(faq), "alternatives": [_entry(one) for one in faq["alternatives"]]} if faq else None,
        "choices": list(parsed.get("choices") or []),
        "entities": [
            {
                **{key: entity[key] for key in ("entity", "value", "start", "end")},
                "text": text[entity["start"] : entity["end"]],
            }
            for entity in parsed.get("entities") or []
        ],
        "out_of_scope": float(parsed.get("out_of_scope", 0.0)),
    }


def _entry(hit: Mapping[str, Any]) -> dict[str, Any]:
    return {"id": hit["id"], "score": hit["score"]}


if __name__ == "__main__":
    sys.exit(main())
