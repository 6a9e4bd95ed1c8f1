from __future__ import annotations

from pathlib import Path

from rasa.shared.nlu.constants import INTENT, TEXT

from bot.rasa_components.importer import FaqImporter, read_questions


def test_every_known_question_is_an_example_of_faq_once(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(
        "\ufeffid,question,similar\nA,卡丢了怎么办,卡不见了|卡掉了咋整\nB,卡不见了,\n", encoding="utf-8"
    )
    assert list(read_questions(tmp_path)) == ["卡丢了怎么办", "卡不见了", "卡掉了咋整"]


def test_sample_bank_teaches_what_faq_questions_look_like() -> None:
    examples = FaqImporter().get_nlu_data().intent_examples
    assert len(examples) > 1000
    assert {example.get(INTENT) for example in examples} == {"faq"}
    assert all(example.get(TEXT).strip() for example in examples)
