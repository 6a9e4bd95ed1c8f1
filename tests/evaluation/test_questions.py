from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from bot.errors import InputError
from bot.evaluation.folds import Example, assign
from bot.evaluation.noise import VARIANTS, noisy
from bot.evaluation.questions import Labels, Question, read_questions, read_texts, set_files

LABELS = Labels({"faq", "greet"}, {"A-1": "账户"})
HEADER = "text,intent,faq_id,entities\n"


def write(folder: Path, text: str) -> Path:
    path = folder / "q.csv"
    path.write_text(text, "utf-8")
    return path


def test_questions_are_read_with_their_lines(tmp_path: Path) -> None:
    path = write(tmp_path, HEADER + "你好,greet,,[]\n\n怎么开户,faq,A-1,\n")
    first, second = read_questions([path], LABELS)
    assert first == Question("你好", "greet", None, (), "q.csv:2")
    assert (second.faq_id, second.where) == ("A-1", "q.csv:4")


def test_column_that_is_missing_is_not_scored(tmp_path: Path) -> None:
    (without_entities,) = read_questions([write(tmp_path, "text,intent\n你好,greet\n")], LABELS)
    assert without_entities.entities is None
    (without_intent,) = read_questions([write(tmp_path, "text,entities\n你好,[]\n")], LABELS)
    assert (without_intent.intent, without_intent.entities) == (None, ())


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("你好,grete,,", "grete"),
        ("你好,faq,,", "faq_id"),
        ("你好,greet,A-1,", "faq_id"),
        ("你好,faq,Z-9,", "Z-9"),
        (",greet,,", "text"),
        ("你好,greet", "列"),
        ('你好,greet,,"[{""entity"": ""term"", ""text"": ""一年"", ""value"": ""365""}]"', "实体"),
    ],
)
def test_wrong_line_is_named(tmp_path: Path, row: str, told: str) -> None:
    with pytest.raises(InputError, match=f"第 3 行.*{told}"):
        read_questions([write(tmp_path, f"{HEADER}你好,greet,,\n{row}\n")], LABELS)


def test_file_of_another_shape_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="第 1 行"):
        read_questions([write(tmp_path, "id,question\n1,你好\n")], LABELS)
    with pytest.raises(InputError, match="无法读取"):
        read_questions([tmp_path / "none.csv"], LABELS)
    (tmp_path / "gbk.csv").write_bytes("text,intent\n你好,greet\n".encode("gb18030"))
    with pytest.raises(InputError, match="UTF-8"):
        read_questions([tmp_path / "gbk.csv"], LABELS)
    with pytest.raises(InputError, match="没有测试问题"):
        set_files(tmp_path / "none")


def test_texts_are_the_first_column_without_its_header(tmp_path: Path) -> None:
    assert read_texts(write(tmp_path, "text,domain\n打开音乐,app\n\n今天热吗,weather\n")) == ["打开音乐", "今天热吗"]
    with pytest.raises(InputError, match="没有问题"):
        read_texts(write(tmp_path, "text\n"))


@pytest.mark.parametrize("variant", VARIANTS)
def test_noise_is_the_same_with_the_same_seed_and_in_any_company(variant: str) -> None:
    texts = ["信用卡怎么还款", "银行卡丢了怎么办", "转账限额是多少"]
    questions = [Question(text, "faq", "A-1", (), "") for text in texts]
    whole = noisy(questions, variant, 7)
    assert whole == noisy(questions, variant, 7)
    assert whole[1:] == noisy(questions[1:], variant, 7)
    assert all(one.text != other.text for one, other in zip(whole, questions, strict=True))
    assert all(one.entities is None for one in whole)


def test_folds_are_even_and_keep_equal_forms_together() -> None:
    examples = [Example(f"{intent}{at}", f"{intent}{at // 2}", intent) for intent in "甲乙" for at in range(40)]
    Random(1).shuffle(examples)
    places = assign(examples, 5, seed=3)
    by_form: dict[str, set[int]] = {}
    for one, at in zip(examples, places, strict=True):
        by_form.setdefault(one.form, set()).add(at)
    assert all(len(found) == 1 for found in by_form.values())
    for intent in "甲乙":
        counts = [
            sum(at == fold and one.intent == intent for one, at in zip(examples, places, strict=True))
            for fold in range(5)
        ]
        assert counts == [8] * 5


def test_kept_form_is_in_every_training_whatever_else_has_it() -> None:
    kept = Example("怎么开户", "怎么开户", "faq", "A-1", kept=True)
    others = [Example("怎么开户？", "怎么开户", "faq", "A-2"), Example("开户", "开户", "faq", "A-1")]
    assert assign([kept, *others], 2, seed=0)[:2] == [-1, -1]
    assert assign([kept, *others], 2, seed=0)[2] in (0, 1)
