"""The examples of the intents, as Rasa's training data gives them: what the index learns beside the FAQ."""

from __future__ import annotations

from pathlib import Path

import yaml

from bot.errors import KnowledgeError


def read_intents(folder: Path) -> dict[str, list[str]]:
    """The examples of each intent, from all ``*.yml`` files below ``folder``.

    Raises:
        KnowledgeError: there is no such folder, or a file is not written as Rasa's training data is.
    """
    if not folder.is_dir():
        raise KnowledgeError(f"找不到意图示例目录 {folder}，请检查设置 TINGXIN_NLU_DIR。")
    found: dict[str, list[str]] = {}
    for path in sorted(folder.rglob("*.yml")):
        try:
            groups = yaml.safe_load(path.read_text("utf-8"))["nlu"]
            for group in groups:
                lines = (line.strip().removeprefix("-").strip() for line in group["examples"].splitlines())
                found.setdefault(group["intent"], []).extend(line for line in lines if line)
        except (OSError, UnicodeDecodeError, yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
            raise KnowledgeError(f"{path} 不是合格的训练数据：{error}") from None
    return found
