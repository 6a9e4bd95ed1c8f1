"""Cities by the names that customers use, from ``places.yml``; which of these words may mean something else."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter

from bot.knowledge.checked_yaml import read_yaml

FILE = "places.yml"


class Places(BaseModel):
    """The file as it stands; see the comments in it for the meaning of each list."""

    model_config = ConfigDict(extra="forbid")

    cities: list[str] = []
    suffixed: dict[str, list[str]] = {}
    doubtful: list[str] = []
    provinces: list[str] = []
    no_place: list[str] = []

    def surfaces(self) -> dict[str, str]:
        """Every sure way to write a city → its name without 市."""
        found = {name: name for name in self.cities}
        found |= {f"{name}市": name for name in (*self.cities, *self.doubtful)}
        found |= {full: name for name, fulls in self.suffixed.items() for full in fulls}
        return found


def load_places(folder: Path) -> Places:
    """Read ``places.yml``; a bank without the file has no cities recognised.

    Raises:
        KnowledgeError: the file is no YAML or a list is wrong; the message names file and place.
    """
    return read_yaml(folder / FILE, TypeAdapter(Places), {})
