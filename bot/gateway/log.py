"""One JSON object per line on standard error. Never a token, a message's text or personal data."""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import Any

logger = logging.getLogger("tingxin.gateway")


class JsonFormatter(logging.Formatter):
    """Fields of a record as one line; other libraries' records keep their message and lose their arguments' frame."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
        }
        fields = getattr(record, "fields", None)
        if fields is None:
            line |= {"event": "log", "logger": record.name, "message": record.getMessage()}
            if record.exc_info and record.exc_info[1]:
                line |= describe(record.exc_info[1])
        else:
            line |= fields
        return json.dumps(line, ensure_ascii=False, default=str)


def configure(level: int = logging.INFO) -> None:
    """Send all logging of this process to standard error as JSON lines."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logger.setLevel(level)
    # httpx writes addresses, and Rasa's carry its token.
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)


def log(event: str, **fields: Any) -> None:
    """Write one line."""
    logger.info(event, extra={"fields": {"event": event, **fields}})


def log_error(event: str, error: BaseException, **fields: Any) -> None:
    """Write one line about a failure: its type and where it happened, not its message (it may quote a customer)."""
    logger.error(event, extra={"fields": {"event": event, **fields, **describe(error)}})


def describe(error: BaseException) -> dict[str, Any]:
    """Type and the last frames of an error."""
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    return {"error": type(error).__name__, "where": [f"{frame.filename}:{frame.lineno}" for frame in frames]}
