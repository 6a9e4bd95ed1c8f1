from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from bot.errors import SettingsError
from bot.retrieval.encoder import MAX_TOKENS, Encoder
from tests.retrieval.conftest import ENCODER_DIR

FILES = ("model_quantized.onnx", "tokenizer.json", "SHA256SUMS")


def copied(folder: Path) -> Path:
    for name in FILES:
        shutil.copy(ENCODER_DIR / name, folder / name)
    return folder


def test_vectors_are_float32_of_unit_length_in_the_given_order(encoder: Encoder) -> None:
    vectors = encoder.encode(["怎么挂失", "定期利率是多少", "怎么挂失"])
    assert vectors.shape == (3, 512)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert np.array_equal(vectors[0], vectors[2])
    assert float(vectors[0] @ vectors[1]) < 0.8


def test_text_has_the_same_vector_alone_and_in_company() -> None:
    fresh = Encoder(ENCODER_DIR, threads=2)
    texts = ["卡丢了", "转账限额是多少", "网点几点开门，周末开吗", "好"]
    together = fresh.encode(texts)
    alone = np.concatenate([Encoder(ENCODER_DIR).encode([text]) for text in texts])
    assert np.allclose(together, alone, atol=1e-5)


def test_same_meaning_is_nearer_than_another_meaning(encoder: Encoder) -> None:
    asked, same, other = encoder.encode(["银行卡丢了怎么办", "我的卡不见了", "黄金今天什么价"])
    assert float(asked @ same) > float(asked @ other) + 0.2


@pytest.mark.parametrize("text", ["", "   ", "\u200b", "😀😀", "a" * 100_000, "利率" * 50_000])
def test_odd_text_still_gets_a_finite_unit_vector(encoder: Encoder, text: str) -> None:
    vector = encoder.encode([text])[0]
    assert np.isfinite(vector).all()
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)


def test_no_texts_give_no_vectors(encoder: Encoder) -> None:
    assert encoder.encode([]).shape == (0, 512)


def test_token_vectors_carry_their_character_spans(encoder: Encoder) -> None:
    sentence, tokens, spans = encoder.encode_tokens("存ETF")
    assert spans[0] == (0, 1)
    assert spans[-1][1] == 4
    assert tokens.shape == (len(spans), 512)
    assert np.array_equal(sentence, encoder.encode(["存ETF"])[0])


def test_long_text_is_cut_at_the_token_limit(encoder: Encoder) -> None:
    _, tokens, spans = encoder.encode_tokens("利" * 500)
    assert len(tokens) == len(spans) == MAX_TOKENS - 2


def test_cached_vector_cannot_be_changed_from_outside(encoder: Encoder) -> None:
    before = encoder.encode(["改不了"])
    before[:] = 0
    assert np.linalg.norm(encoder.encode(["改不了"])) == pytest.approx(1, abs=1e-5)


def test_damaged_model_is_refused_by_name_with_both_checksums(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    content = bytearray((folder / FILES[0]).read_bytes())
    content[1000] ^= 0xFF
    (folder / FILES[0]).write_bytes(content)
    with pytest.raises(SettingsError, match=r"model_quantized\.onnx 的 SHA-256 应为 15b717c3") as refused:
        Encoder(folder)
    assert refused.value.code == "encoder_damaged"


@pytest.mark.parametrize("name", FILES)
def test_missing_file_is_refused_by_name(tmp_path: Path, name: str) -> None:
    folder = copied(tmp_path)
    (folder / name).unlink()
    with pytest.raises(SettingsError, match=f"缺少 .*{name}"):
        Encoder(folder)


def test_file_without_a_checksum_is_refused(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    lines = (folder / "SHA256SUMS").read_text().splitlines()
    (folder / "SHA256SUMS").write_text("\n".join(line for line in lines if "tokenizer.json" not in line))
    with pytest.raises(SettingsError, match=r"没有 tokenizer.json 的校验值"):
        Encoder(folder)
