from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import KnowledgeError
from bot.knowledge.other_services import load_other_services


def test_longest_name_is_found(tmp_path: Path) -> None:
    (tmp_path / "other_services.yml").write_text(
        "- {names: [白条], owner: 甲, ask: 甲处}\n- {names: [京东白条], owner: 乙, ask: 乙处}\n", "utf-8"
    )
    services = load_other_services(tmp_path)
    found = services.find("我的京东白条怎么还")
    assert found is not None
    assert (found.name, found.owner) == ("京东白条", "乙")
    assert services.find("定期利率") is None


def test_bank_without_the_file_names_none(tmp_path: Path) -> None:
    assert load_other_services(tmp_path).find("花呗") is None


@pytest.mark.parametrize(("text", "said"), [("- {names: []}", "第 1 → names 项"), ("{{", "不是有效的 YAML")])
def test_wrong_file_is_named(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "other_services.yml").write_text(text, "utf-8")
    with pytest.raises(KnowledgeError, match=said):
        load_other_services(tmp_path)
