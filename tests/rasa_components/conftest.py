from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

# In the product's own environment there is no Rasa: these tests run in Rasa's (see pytest.ini beside).
if importlib.util.find_spec("rasa") is None:
    collect_ignore_glob = ["test_*.py"]


@pytest.fixture
def index_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that the components take for the knowledge index."""
    root = tmp_path / "index"
    root.mkdir()
    monkeypatch.setenv("TINGXIN_INDEX_DIR", str(root))
    return root
