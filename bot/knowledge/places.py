"""Cities by the names that customers use, from ``places.yml``; which of these words may mean something else."""

from __future__ import annotations

from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from bot.errors import KnowledgeError

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
    path = folder / FILE
    if not path.exists():
        return Places()
    try:
        return Places.model_validate(yaml.safe_load(path.read_text("utf-8")) or {})
    except yaml.YAMLError as error:
        raise KnowledgeError(f"{path.name} 不是有效的 YAML：{error}。请改正后重试。") from None
    except ValidationError as error:
        first = error.errors()[0]
        place = " → ".join(str(part + 1 if isinstance(part, int) else part) for part in first["loc"])
        raise KnowledgeError(f"{path.name} 的 {place} 不正确：{first['msg']}。请改正后重试。") from None
