"""``python -m actions``: the action server, on loopback only. ``/health`` answers for the database too."""

from __future__ import annotations

import logging
import sys
import warnings
from typing import Any

from rasa_sdk.endpoint import create_app
from rasa_sdk.executor import ActionExecutor
from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as json_response
from sqlalchemy.exc import SQLAlchemyError

from actions import runtime
from bot.errors import TingxinError

log = logging.getLogger("actions")


def make_app() -> Sanic[Any, Any]:
    """The Sanic application with all actions of this package registered."""
    executor = ActionExecutor()
    executor.register_package("actions")
    app: Sanic[Any, Any] = create_app(executor, cors_origins=[])
    app.config.AUTO_EXTEND = False  # no OpenAPI pages: only Rasa and the health check come here
    app.register_middleware(_check_health, "request")
    return app


async def _check_health(request: Request) -> HTTPResponse | None:
    """503 on ``/health`` while no knowledge can be read: Rasa's own route would say ok."""
    if request.path != "/health":
        return None
    try:
        imported = runtime.services().catalogue.import_id()
    except (SQLAlchemyError, TingxinError) as error:
        log.error("health: the database does not answer: %s", error)
        return json_response({"status": "error", "reason": "database"}, status=503)
    if not imported:
        return json_response({"status": "error", "reason": "no knowledge imported"}, status=503)
    return json_response({"status": "ok", "knowledge": imported})


def main() -> int:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    # Rasa 3.6.21 is the last release and the SDK is newer: the wire format between them is the same.
    warnings.filterwarnings("ignore", message=".*rasa_sdk might not be compatible.*")
    warnings.filterwarnings("ignore", category=DeprecationWarning)
    try:
        port = runtime.services().settings.actions_port
    except TingxinError as error:
        print(f"tingxin: {error.message}", file=sys.stderr)
        return 1
    app = make_app()
    log.info("action server on 127.0.0.1:%d", port)
    app.run(host="127.0.0.1", port=port, single_process=True, access_log=False, motd=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
