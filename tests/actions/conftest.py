"""Actions as Rasa runs them: the SDK's own executor over the sample bank in a real database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from rasa_sdk.executor import ActionExecutor

from actions import runtime
from actions.runtime import Services, open_services
from bot.knowledge.importing import import_knowledge
from bot.settings import Settings
from bot.storage.migrate import upgrade
from tests.knowledge.conftest import FakeEncoder


@dataclass(frozen=True)
class Result:
    """What an action sent (the wire form of replies) and the slots that it set."""

    replies: list[dict[str, Any]]
    slots: dict[str, Any]

    @property
    def reply(self) -> dict[str, Any]:
        assert len(self.replies) == 1, self.replies
        return self.replies[0]

    @property
    def text(self) -> str:
        return str(self.reply["text"])

    @property
    def titles(self) -> list[str]:
        return [item["title"] for item in self.replies[-1]["data"].get("quick_replies", [])]

    @property
    def codes(self) -> list[str]:
        data = self.reply["data"]
        products = data["products"] if "products" in data else [data["product"]]
        return [item["code"] for item in products]


Run = Callable[..., Any]


@pytest.fixture(scope="session")
def sample_bank(tmp_path_factory: pytest.TempPathFactory) -> Services:
    folder: Path = tmp_path_factory.mktemp("bank")
    settings = Settings(data_dir=folder, index_learning=False, _env_file=None)
    upgrade(settings)
    import_knowledge(settings, encoder=FakeEncoder())  # type: ignore[arg-type]
    return open_services(settings)


@pytest.fixture
def bank(sample_bank: Services, monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    monkeypatch.setattr(runtime, "services", lambda: sample_bank)
    yield sample_bank


@pytest.fixture(scope="session")
def executor() -> ActionExecutor:
    made = ActionExecutor()
    made.register_package("actions")
    return made


@pytest.fixture
def run(bank: Services, executor: ActionExecutor) -> Run:
    """``await run(action, text, intent=…, entities={…}, slots={…}, before=[actions], faq=…, signal=…, state=…,
    message={what else NLU says})``."""

    async def call(
        action: str,
        text: str = "您好",
        *,
        intent: str = "",
        entities: dict[str, Any] | None = None,
        slots: dict[str, Any] | None = None,
        before: list[str] | None = None,
        faq: dict[str, Any] | None = None,
        signal: dict[str, Any] | None = None,
        state: str = "bot",
        message: dict[str, Any] | None = None,
    ) -> Result:
        found = [
            {"entity": name, "value": value, "start": 0, "end": 1}
            for name, values in (entities or {}).items()
            for value in (values if isinstance(values, list) else [values])
        ]
        metadata = {"signal": signal or {}, "state": state, "channel": "api"}
        events: list[dict[str, Any]] = [{"event": "action", "name": "action_session_start"}]
        for name in before or []:
            events += [
                {"event": "user", "text": "前面的话"},
                {"event": "action", "name": name},
                {"event": "action", "name": "action_listen"},
            ]
        events.append({"event": "user", "text": text, "metadata": metadata})
        tracker = {
            "sender_id": "conversation-1",
            "slots": {
                **(slots or {}),
                **{name: item for name, item in (entities or {}).items() if isinstance(item, str)},
            },
            "latest_message": {
                "text": text,
                "intent": {"name": intent, "confidence": 0.87654321},
                "entities": found,
                "faq": faq,
                "out_of_scope": 0.1,
                "metadata": metadata,
                **(message or {}),
            },
            "events": events,
            "paused": False,
            "followup_action": None,
            "active_loop": {},
            "latest_action_name": "action_listen",
        }
        result = await executor.run(
            {"next_action": action, "sender_id": "conversation-1", "tracker": tracker, "domain": {}}
        )
        assert result is not None
        return Result(
            [response["custom"] for response in result.responses],
            {event["name"]: event["value"] for event in result.events if event["event"] == "slot"},
        )

    return call
