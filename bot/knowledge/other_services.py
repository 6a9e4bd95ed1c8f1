"""Services of other companies that customers ask a bank about: named honestly instead of guessed at."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from bot.knowledge.checked_yaml import read_yaml

FILE = "other_services.yml"


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid")

    names: list[str] = Field(min_length=1)
    owner: str = Field(min_length=1)
    ask: str = Field(min_length=1)


@dataclass(frozen=True)
class OtherService:
    """``name`` as customers say it, who runs it, and where to ask."""

    name: str
    owner: str
    ask: str


class OtherServices:
    """Finds the first service of another company that a text names."""

    def __init__(self, known: list[OtherService]) -> None:
        self._known = sorted(known, key=lambda service: -len(service.name))  # 京东白条 before 白条

    @property
    def names(self) -> list[str]:
        """All names, longest first."""
        return [service.name for service in self._known]

    def find(self, text: str) -> OtherService | None:
        return next((service for service in self._known if service.name in text), None)


def load_other_services(folder: Path) -> OtherServices:
    """Read ``other_services.yml``; a bank without the file names none.

    Raises:
        KnowledgeError: the file is no YAML or a row is wrong; the message names file and place.
    """
    rows = read_yaml(folder / FILE, TypeAdapter(list[_Row]), [])
    return OtherServices([OtherService(name, row.owner, row.ask) for row in rows for name in row.names])
