from __future__ import annotations

import numpy as np
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.tokenizers.tokenizer import Token
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.rasa_components import shared
from bot.rasa_components.featurizer import BgeFeaturizer, features


def test_sentence_and_word_features_have_their_shapes() -> None:
    message = Message(data={TEXT: "转账限额", TOKENS_NAMES[TEXT]: [Token("转账", 0), Token("限额", 2)]})
    BgeFeaturizer("bge", BgeFeaturizer.get_default_config()).process([message])
    sequence, sentence = message.get_dense_features(TEXT)
    assert sequence.features.shape == (2, 512)
    assert sentence.features.shape == (1, 512)
    assert np.array_equal(sentence.features[0], shared.encoder().encode(["转账限额"])[0])


def test_word_vector_is_the_mean_of_its_characters() -> None:
    _, characters, _ = shared.encoder().encode_tokens("转账限额")
    sequence, _ = features("转账限额", [Token("转账", 0), Token("限额", 2)])
    assert np.allclose(sequence[1], characters[2:].mean(axis=0))


def test_words_find_their_vectors_across_blanks_and_scripts() -> None:
    tokens = [Token("轉賬", 1, lemma="转账"), Token("Ｒ２", 5, lemma="r2")]
    sequence, _ = features(" 轉賬  Ｒ２", tokens)
    plain, _ = features("转账 R2", [Token("转账", 0), Token("R2", 3, lemma="r2")])
    assert np.abs(sequence).sum(axis=1).min() > 0
    assert np.array_equal(sequence, plain)


def test_words_past_the_limit_get_zeros() -> None:
    text = "利率还款账单" * 50
    sequence, _ = features(text, [Token(char, at) for at, char in enumerate(text)])
    assert np.abs(sequence[125]).sum() > 0
    assert np.abs(sequence[126:]).sum() == 0


def test_text_without_words_has_a_sentence_vector() -> None:
    sequence, sentence = features("", [Token("", 0, 0, lemma="∅")])
    assert sequence.shape == (1, 512)
    assert np.isfinite(sentence).all()
