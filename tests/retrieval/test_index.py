from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from bot.errors import KnowledgeError, SettingsError
from bot.retrieval import store
from bot.retrieval.encoder import Encoder
from bot.retrieval.index import FaqEntry, FaqIndex, IndexMismatchError
from bot.retrieval.store import IndexFilesError


@pytest.fixture(scope="module")
def index(encoder: Encoder, entries: list[FaqEntry]) -> FaqIndex:
    return FaqIndex.build(entries, encoder)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("我卡丢了", "LOSS"),
        ("銀行卡掛失", "LOSS"),
        ("转帐最多多少", "LIMIT"),
        ("你们几点上班", "HOURS"),
        ("提前还房贷收不收费", "PREPAY"),
    ],
)
def test_question_in_other_words_finds_its_entry(index: FaqIndex, asked: str, expected: str) -> None:
    assert index.search(asked)[0].id == expected


def test_known_question_is_found_with_similarity_one(index: FaqIndex) -> None:
    best = index.search("挂失要去柜台吗")[0]
    assert best.id == "LOSS"
    assert best.question == "银行卡丢了怎么挂失"
    assert best.similarity == pytest.approx(1, abs=1e-4)
    assert best.score > 0.8


def test_scores_fall_with_the_rank_and_stay_between_0_and_1(index: FaqIndex) -> None:
    scores = [hit.score for hit in index.search("转账", 4)]
    assert len(scores) == 4
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


def test_foreign_question_scores_low(index: FaqIndex) -> None:
    assert index.search("今天天气怎么样")[0].score < 0.2


@pytest.mark.parametrize("text", ["", "  ", "\u200b\n"])
def test_blank_question_finds_nothing(index: FaqIndex, text: str) -> None:
    assert index.search(text) == []


def test_more_hits_than_entries_gives_all_entries(index: FaqIndex) -> None:
    assert {hit.id for hit in index.search("挂失", 50)} == {"LOSS", "LIMIT", "HOURS", "PREPAY"}


def test_single_entry_with_a_single_question_is_found(encoder: Encoder) -> None:
    index = FaqIndex.build([FaqEntry("A", "怎么开户")], encoder)
    [hit] = index.search("开户要带什么")
    assert hit.id == "A"
    assert index.search("今天天气怎么样")[0].score < 0.2


def test_entries_with_one_question_each_are_told_apart(encoder: Encoder) -> None:
    questions = {"A": "怎么开户", "B": "信用卡年费多少", "C": "忘记密码怎么办", "D": "贷款需要什么材料"}
    index = FaqIndex.build([FaqEntry(id_, text) for id_, text in questions.items()], encoder)
    asked = {"A": "我想开个账户", "B": "信用卡要收年费吗", "C": "密码忘了", "D": "申请贷款要准备哪些资料"}
    assert {id_: index.search(text)[0].id for id_, text in asked.items()} == {id_: id_ for id_ in asked}


def test_empty_faq_finds_nothing(encoder: Encoder) -> None:
    assert FaqIndex.build([], encoder).search("挂失") == []


def test_entry_without_a_question_is_refused_by_id(encoder: Encoder) -> None:
    with pytest.raises(KnowledgeError, match="EMPTY"):
        FaqIndex.build([FaqEntry("EMPTY", " ")], encoder)


def test_id_that_stands_twice_is_refused(encoder: Encoder) -> None:
    with pytest.raises(KnowledgeError, match="TWICE 重复"):
        FaqIndex.build([FaqEntry("TWICE", "甲"), FaqEntry("TWICE", "乙")], encoder)


def test_saved_and_loaded_index_answers_alike(index: FaqIndex, encoder: Encoder, tmp_path: Path) -> None:
    index.save(tmp_path, {"product": {"添禾90天": "SD090"}})
    again = FaqIndex.load(tmp_path, encoder)
    for text in ("卡丢了", "转账限额", "明天开门吗"):
        before, after = index.search(text, 4), again.search(text, 4)
        assert [hit.id for hit in before] == [hit.id for hit in after]
        assert np.allclose([hit.score for hit in before], [hit.score for hit in after], atol=1e-5)


def test_saved_folder_follows_the_contract(index: FaqIndex, encoder: Encoder, tmp_path: Path) -> None:
    folder = index.save(tmp_path, {"product": {"添禾90天": "SD090"}}, sha256="a" * 64)
    assert (tmp_path / "CURRENT").read_text() == folder.name + "\n"
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["sha256"] == "a" * 64
    assert manifest["encoder_sha256"] == encoder.sha256
    assert (manifest["dimensions"], manifest["faq_count"], manifest["question_count"]) == (512, 4, 11)
    faq = json.loads((folder / "faq.json").read_text())
    assert faq[0]["id"] == "LOSS"
    assert faq[0]["questions"][0] == faq[0]["question"] == "银行卡丢了怎么挂失"
    assert np.load(folder / "vectors.npy").shape == (11, 512)
    assert json.loads((folder / "gazetteer.json").read_text()) == {"product": {"添禾90天": "SD090"}}


def test_staged_index_is_not_in_force_until_activated(index: FaqIndex, encoder: Encoder, tmp_path: Path) -> None:
    first = index.save(tmp_path)
    second = FaqIndex.build([FaqEntry("NEW", "怎么开户")], encoder).stage(tmp_path)
    assert store.current_folder(tmp_path) == first
    store.activate(tmp_path, second.name)
    assert [entry.id for entry in FaqIndex.load(tmp_path, encoder).entries] == ["NEW"]


def test_only_the_index_in_force_and_its_predecessor_are_kept(encoder: Encoder, tmp_path: Path) -> None:
    folders = [FaqIndex.build([FaqEntry("A", text)], encoder).save(tmp_path) for text in ("一", "二", "三")]
    assert [folder.exists() for folder in folders] == [False, True, True]


def test_index_made_anew_from_the_same_sources_leaves_the_one_in_force_whole(
    index: FaqIndex, encoder: Encoder, tmp_path: Path
) -> None:
    first = index.save(tmp_path, sha256="b" * 64)
    second = index.stage(tmp_path, sha256="b" * 64)
    assert first != second
    assert len(FaqIndex.load(tmp_path, encoder).entries) == 4


def test_failed_write_leaves_nothing_behind(tmp_path: Path) -> None:
    def fail(_folder: Path) -> None:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        store.write_folder(tmp_path, {"encoder_sha256": "x"}, fail)
    assert list(tmp_path.iterdir()) == []


def test_missing_index_is_named_with_what_to_do(encoder: Encoder, tmp_path: Path) -> None:
    with pytest.raises(IndexFilesError, match="tingxin knowledge import"):
        FaqIndex.load(tmp_path, encoder)


def change_manifest(folder: Path, **changes: object) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def test_index_of_another_encoder_is_refused_by_name(index: FaqIndex, encoder: Encoder, tmp_path: Path) -> None:
    folder = index.save(tmp_path)
    change_manifest(folder, encoder_sha256="0" * 64)
    with pytest.raises(IndexMismatchError, match=f"{folder}.*000000000000.*{encoder.sha256[:12]}"):
        FaqIndex.load(tmp_path, encoder)


def test_index_of_another_format_is_refused(index: FaqIndex, encoder: Encoder, tmp_path: Path) -> None:
    change_manifest(index.save(tmp_path), format=999)
    with pytest.raises(IndexMismatchError, match="格式是 999"):
        FaqIndex.load(tmp_path, encoder)


@pytest.mark.parametrize("name", ["faq.json", "vectors.npy", "ranker.npz"])
def test_index_with_a_missing_file_is_refused(index: FaqIndex, encoder: Encoder, tmp_path: Path, name: str) -> None:
    folder = index.save(tmp_path)
    (folder / name).unlink()
    with pytest.raises(SettingsError, match="已损坏"):
        FaqIndex.load(tmp_path, encoder)


@pytest.mark.parametrize("name", ["vectors.npy", "ranker.npz"])
def test_index_with_a_cut_file_is_refused(index: FaqIndex, encoder: Encoder, tmp_path: Path, name: str) -> None:
    folder = index.save(tmp_path)
    content = (folder / name).read_bytes()
    (folder / name).write_bytes(content[: len(content) // 2])
    with pytest.raises(SettingsError, match="已损坏"):
        FaqIndex.load(tmp_path, encoder)


def test_index_with_too_few_vectors_is_refused(index: FaqIndex, encoder: Encoder, tmp_path: Path) -> None:
    folder = index.save(tmp_path)
    np.save(folder / "vectors.npy", np.zeros((3, 512), np.float32))
    with pytest.raises(SettingsError, match="已损坏"):
        FaqIndex.load(tmp_path, encoder)


def test_in_force_tells_sources_encoder_and_format(index: FaqIndex, encoder: Encoder, tmp_path: Path) -> None:
    assert not store.in_force(tmp_path, "c" * 64)
    folder = index.save(tmp_path, sha256="c" * 64)
    assert store.in_force(tmp_path, "c" * 64, encoder.sha256)
    assert not store.in_force(tmp_path, "d" * 64, encoder.sha256)
    assert not store.in_force(tmp_path, "c" * 64, "another")
    change_manifest(folder, format=999)
    assert not store.in_force(tmp_path, "c" * 64, encoder.sha256)
    shutil.rmtree(folder)
    assert not store.in_force(tmp_path, "c" * 64)


def test_name_in_force_that_leads_elsewhere_is_refused(tmp_path: Path) -> None:
    (tmp_path / "CURRENT").write_text("../elsewhere\n")
    with pytest.raises(IndexFilesError):
        store.current_folder(tmp_path)


def test_intents_are_weighed_on_the_same_scale(encoder: Encoder, entries: list[FaqEntry], tmp_path: Path) -> None:
    intents = {"greet": ["你好", "您好在吗"], "report_loss": ["我的卡丢了 快停掉", "钱包被偷了卡在里面"]}
    FaqIndex.build(entries, encoder, intents=intents).save(tmp_path)
    index = FaqIndex.load(tmp_path, encoder)
    assert index.intents == {"greet": 2, "report_loss": 2}
    for text, expected in (("钱包被偷了", "report_loss"), ("您好", "greet")):
        weighing = index.weigh(text)
        assert max(weighing.chances, key=lambda name: weighing.chances[name]) == expected
        assert weighing.chances[expected] > weighing.best_entry
        assert sum(weighing.chances.values()) + weighing.best_entry <= 1 + 1e-6
        assert weighing.nearest[expected] > 0.7
        known = sum(len({one.question, *one.questions}) for one in entries)
        assert len(weighing.cosines) == known + 4
        assert index.rows("report_loss") == slice(known + 2, known + 4)
        assert weighing.cosines[index.rows(expected)].max() == pytest.approx(weighing.nearest[expected])
        assert index.rows("thank") == slice(known + 4, known + 4)
    asked = index.weigh("网点几点开门")
    assert asked.hits[0].id == "HOURS"
    assert asked.best_entry > max(asked.chances.values())


def test_index_of_intents_alone_finds_no_entry(encoder: Encoder) -> None:
    weighing = FaqIndex.build([], encoder, intents={"greet": ["你好"], "thank": ["谢谢"]}).weigh("你好呀")
    assert weighing.hits == ()
    assert weighing.chances["greet"] > weighing.chances["thank"]
