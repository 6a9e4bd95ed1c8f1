"""Reading a small YAML file of the knowledge folder against its schema."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError

from bot.errors import KnowledgeError

T = TypeVar("T")


def read_yaml(path: Path, schema: TypeAdapter[T], empty: object) -> T:
    """The content of ``path``; ``empty`` is read in its place where the file is missing or says nothing.

    Raises:
        KnowledgeError: the file is no YAML or a value is wrong; the message names file and place.
    """
    try:
        content = yaml.safe_load(path.read_text("utf-8")) if path.exists() else None
        return schema.validate_python(content or empty)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise KnowledgeError(f"{path.name} 不是有效的 YAML：{error}。请改正后重试。") from None
    except ValidationError as error:
        first = error.errors()[0]
        place = " → ".join(str(part + 1 if isinstance(part, int) else part) for part in first["loc"])
        raise KnowledgeError(f"{path.name} 第 {place} 项不正确：{first['msg']}。请改正后重试。") from None
