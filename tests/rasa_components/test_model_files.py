from __future__ import annotations

from pathlib import Path

import pytest

from bot.rasa_components import model_files
from bot.rasa_components.model_files import ModelFilesError


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in ("config.yml", "domain.yml", "data/nlu/a.yml", "data/stories/deep/b.yml", "data/lexicon/c.txt"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return tmp_path


@pytest.mark.parametrize(
    "name", ["config.yml", "domain.yml", "data/nlu/a.yml", "data/stories/deep/b.yml", "data/lexicon/c.txt"]
)
def test_changed_input_changes_the_hash(root: Path, name: str) -> None:
    before = model_files.inputs_hash(root)
    assert model_files.inputs_hash(root) == before
    (root / name).write_text("changed")
    assert model_files.inputs_hash(root) != before


def test_new_file_and_renamed_file_change_the_hash(root: Path) -> None:
    first = model_files.inputs_hash(root)
    (root / "data/nlu/new.yml").write_text("")
    second = model_files.inputs_hash(root)
    (root / "data/nlu/new.yml").rename(root / "data/nlu/newer.yml")
    assert len({first, second, model_files.inputs_hash(root)}) == 3


def test_other_files_do_not_change_the_hash(root: Path) -> None:
    before = model_files.inputs_hash(root)
    (root / "data/nlu/notes.md").write_text("x")
    assert model_files.inputs_hash(root) == before


def test_missing_domain_is_named(root: Path) -> None:
    (root / "domain.yml").unlink()
    with pytest.raises(ModelFilesError, match=r"domain\.yml"):
        model_files.inputs_hash(root)


def test_sealed_model_passes_and_a_changed_one_is_refused(root: Path, tmp_path: Path) -> None:
    model = model_files.model_path(tmp_path, model_files.inputs_hash(root))
    model.write_bytes(b"model")
    model_files.seal(model)
    assert model_files.current_model(root, tmp_path) == model
    model.write_bytes(b"other")
    with pytest.raises(ModelFilesError, match="SHA-256 应为"):
        model_files.current_model(root, tmp_path)


def test_model_without_its_checksum_is_refused(root: Path, tmp_path: Path) -> None:
    model = model_files.model_path(tmp_path, model_files.inputs_hash(root))
    model.write_bytes(b"model")
    with pytest.raises(ModelFilesError, match="缺少校验值"):
        model_files.check(model)


def test_without_a_model_it_says_to_train(root: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelFilesError, match="tingxin train"):
        model_files.latest_model(root, tmp_path)


def test_model_of_older_inputs_is_the_latest_until_trained_anew(root: Path, tmp_path: Path) -> None:
    model = model_files.model_path(tmp_path, model_files.inputs_hash(root))
    model.write_bytes(b"model")
    model_files.seal(model)
    (root / "config.yml").write_text("changed")
    assert model_files.latest_model(root, tmp_path) == model
    with pytest.raises(ModelFilesError, match="tingxin train"):
        model_files.current_model(root, tmp_path)
