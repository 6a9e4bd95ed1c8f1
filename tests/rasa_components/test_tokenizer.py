from __future__ import annotations

from pathlib import Path

import pytest
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.nlu.tokenizers.tokenizer import Token
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.rasa_components.shared import ROOT
from bot.rasa_components.tokenizer import BankTokenizer, make_jieba, read_lexicon


@pytest.fixture(scope="module")
def tokenizer() -> BankTokenizer:
    return BankTokenizer(BankTokenizer.get_default_config(), None, None, read_lexicon(ROOT / "data" / "lexicon"))


def tokens(tokenizer: BankTokenizer, text: str) -> list[Token]:
    return tokenizer.tokenize(Message(data={TEXT: text}), TEXT)


def spans(tokenizer: BankTokenizer, text: str) -> list[tuple[str, int, int]]:
    return [(token.text, token.start, token.end) for token in tokens(tokenizer, text)]


def test_banking_terms_stay_whole_with_exact_offsets(tokenizer: BankTokenizer) -> None:
    assert spans(tokenizer, "大额存单和七日年化收益率") == [("大额存单", 0, 4), ("和", 4, 5), ("七日年化收益率", 5, 12)]
    assert spans(tokenizer, "预借现金手续费") == [("预借现金", 0, 4), ("手续费", 4, 7)]


def test_terms_are_cut_up_without_our_dictionary() -> None:
    assert "预借现金" not in make_jieba("").lcut("预借现金手续费")


def test_blanks_are_no_tokens_but_count_in_offsets(tokenizer: BankTokenizer) -> None:
    assert spans(tokenizer, " 余额\u3000 挂失") == [("余额", 1, 3), ("挂失", 5, 7)]
    assert spans(tokenizer, "转账 限额") == [("转账 限额", 0, 5)]  # the blank parts one word


def test_other_scripts_keep_their_original_text_and_offsets(tokenizer: BankTokenizer) -> None:
    found = tokens(tokenizer, "風險\u200b測評Ｒ２")
    assert [(token.text, token.start, token.end, token.lemma) for token in found] == [
        ("風險\u200b測評", 0, 5, "风险测评"),
        ("Ｒ２", 5, 7, "r2"),
    ]


@pytest.mark.parametrize("text", ["", "   ", "\u200b"])
def test_text_without_words_has_one_token(tokenizer: BankTokenizer, text: str) -> None:
    assert spans(tokenizer, text) == [(text, 0, len(text))]


def test_lexicon_holds_at_least_400_terms_each_once() -> None:
    words = read_lexicon(ROOT / "data" / "lexicon").split()
    assert len(words) >= 400
    assert len(set(words)) == len(words)


def test_own_words_do_not_leak_into_the_shared_jieba(tokenizer: BankTokenizer) -> None:
    import jieba

    make_jieba("极罕见测试词")
    assert jieba.dt.FREQ.get("极罕见测试词") is None


def test_trained_tokenizer_keeps_its_dictionary(tmp_path: Path) -> None:
    storage, resource = LocalModelStorage(tmp_path), Resource("tokenizer")
    config = BankTokenizer.get_default_config()
    BankTokenizer(config, storage, resource, "极罕见测试词\n").train(TrainingData())
    loaded = BankTokenizer.load({**config, "lexicon": "nowhere"}, storage, resource, None)
    assert spans(loaded, "问极罕见测试词") == [("问", 0, 1), ("极罕见测试词", 1, 7)]
