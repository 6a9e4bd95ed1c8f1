"""Training, export and serving on a handful of rows: what is trained is what is served."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from bot.errors import SettingsError
from bot.sentiment.classifier import MODEL_FILE, NEEDED, SentimentClassifier, verify
from bot.sentiment.corpus import Utterance
from bot.sentiment.export import export
from bot.sentiment.training import TrainOptions, train
from bot.settings import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

BASE = ROOT / "models" / "encoder"
CALM = ("怎么查余额", "一年期利率是多少", "谢谢你的解答", "网点几点开门", "如何修改预留手机号", "转账要手续费吗")
ANGRY = (
    "你们这是什么破银行，气死我了",
    "等了两个小时还没人理，太过分了",
    "一帮骗子，还我钱",
    "问了八遍还是答非所问，废物",
    "我受够了你们的推诿",
    "再扣我一分钱试试，垃圾",
)


def rows() -> list[Utterance]:
    calm = [Utterance(f"c{n}", "calm", text, "", "平静", 0.05) for n, text in enumerate(CALM)]
    angry = [Utterance(f"a{n}", "angry", text, "请您耐心等待。", "愤怒", 0.9) for n, text in enumerate(ANGRY)]
    return calm + angry


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, float]:
    target = tmp_path_factory.mktemp("sentiment") / "model"
    options = TrainOptions(epochs=6, batch=4, max_len=32, ema=0.5, patience=6)
    trained = train(BASE, rows(), rows(), options)
    assert trained.history[-1]["dev_loss"] < trained.history[0]["dev_loss"]
    exported = export(trained.net, BASE, target, rows(), options.max_len, {"note": "test"})
    return target, exported.mean_difference


def test_served_model_tells_the_training_rows_apart(served: tuple[Path, float]) -> None:
    classifier = SentimentClassifier(served[0])
    calm = [one.frustration for one in classifier.score_many([(text, "") for text in CALM])]
    angry = [one.frustration for one in classifier.score_many([(text, "") for text in ANGRY])]
    assert max(calm) < min(angry)


def test_int8_stays_near_pytorch(served: tuple[Path, float]) -> None:
    assert served[1] < 0.05


def test_same_seed_gives_the_same_network() -> None:
    options = TrainOptions(epochs=1, batch=6, max_len=16, threads=1)
    first, second = (train(BASE, rows(), rows(), options) for _ in range(2))
    assert first.history == second.history
    np.testing.assert_array_equal(
        first.net.frustration.weight.detach().numpy(), second.net.frustration.weight.detach().numpy()
    )


def test_no_rows_is_refused() -> None:
    with pytest.raises(SettingsError, match="训练集或开发集为空"):
        train(BASE, [], rows(), TrainOptions())


@pytest.mark.parametrize("name", NEEDED)
def test_missing_file_is_named_with_its_checksum(served: tuple[Path, float], tmp_path: Path, name: str) -> None:
    copy = shutil.copytree(served[0], tmp_path / "model")
    (copy / name).unlink()
    with pytest.raises(SettingsError, match=rf"{name}（应有的 SHA-256 为 [0-9a-f]{{64}}）"):
        SentimentClassifier(copy)


def test_damaged_weights_are_refused_before_loading(served: tuple[Path, float], tmp_path: Path) -> None:
    copy = shutil.copytree(served[0], tmp_path / "model")
    data = bytearray((copy / MODEL_FILE).read_bytes())
    data[len(data) // 2] ^= 1
    (copy / MODEL_FILE).write_bytes(data)
    with pytest.raises(SettingsError, match=rf"{MODEL_FILE} 已损坏：应有的 SHA-256 为 [0-9a-f]{{64}}"):
        verify(copy)


def test_file_without_a_checksum_is_refused(served: tuple[Path, float], tmp_path: Path) -> None:
    copy = shutil.copytree(served[0], tmp_path / "model")
    sums = copy / "SHA256SUMS"
    sums.write_text("".join(line for line in sums.read_text().splitlines(True) if "labels" not in line))
    with pytest.raises(SettingsError, match=r"没有列出 labels\.json"):
        SentimentClassifier(copy)


def test_config_tells_how_it_was_made(served: tuple[Path, float]) -> None:
    config = json.loads((served[0] / "config.json").read_text("utf-8"))
    assert config["note"] == "test"
    assert config["max_len"] == 32
    assert set(config["calibration"]) == {"scale", "bias", "emotion_temperature"}
