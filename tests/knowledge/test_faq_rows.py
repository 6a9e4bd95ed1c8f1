"""What only holds across FAQ entries: ids, ways to ask that two share, amounts; and files nobody reads."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import Engine, select

from bot.errors import KnowledgeError
from bot.knowledge.importing import check_knowledge, import_knowledge, index_problem
from bot.knowledge.sources import MAX_SHOWN
from bot.knowledge.validation import MAX_ENTRIES
from bot.retrieval import store
from bot.settings import Settings
from bot.storage import tables
from tests.knowledge.conftest import FAQ, FAQ_HEADER, FakeEncoder, WriteFolder

TODAY = date(2026, 6, 1)


def refusal(settings: Settings) -> KnowledgeError:
    with pytest.raises(KnowledgeError) as caught:
        check_knowledge(settings, today=TODAY)
    return caught.value


def test_id_given_twice_in_two_files_names_both_places(folder: WriteFolder, settings: Settings) -> None:
    root = folder()
    (root / "faq" / "b.csv").write_text(
        f"{FAQ_HEADER}\n\n{FAQ.replace('怎么开户,如何办卡|开卡要带什么', '甲,')}\n", "utf-8"
    )
    assert "faq/b.csv 第 3 行 id 列：问答编号“Q1”与 faq/a.csv 第 2 行重复" in refusal(settings).message


@pytest.mark.parametrize("way", ["怎么开户", "怎 么 开 户？", "怎麼開戶", "怎么开户？？？！"])
def test_one_question_with_two_answers_names_both_entries(folder: WriteFolder, settings: Settings, way: str) -> None:
    folder(faqs=[FAQ, f"Q2,账户,{way},,请带护照到网点。,规则,2026-01-01,"])
    message = refusal(settings).message
    assert f"faq/a.csv 第 3 行 question 列：问法“{way}”已属于 faq/a.csv 第 2 行（Q1），而两处的回答不同" in message


def test_answers_that_differ_by_a_point_are_two_answers(folder: WriteFolder, settings: Settings) -> None:
    folder(faqs=["Q1,账户,利率多少,,1.5%,规则,2026-01-01,", "Q2,账户,利率多少,,15%,规则,2026-01-01,"])
    assert refusal(settings).public["error_count"] == 1


def test_question_and_answer_given_twice_become_one_entry_with_a_warning(
    folder: WriteFolder, settings: Settings, engine: Engine
) -> None:
    other = FAQ.replace("Q1", "Q2").replace("怎么开户", "开卡要带什么？").replace("如何办卡|开卡要带什么", "新办卡")
    folder(faqs=[FAQ, "Q9,账户,怎么销户,,到网点办理。,规则,2026-01-01,", other])
    report = import_knowledge(settings, encoder=FakeEncoder(), today=TODAY)  # type: ignore[arg-type]
    assert [(one.file, one.line, one.column) for one in report.warnings] == [("faq/a.csv", 4, "question")]
    assert "faq/a.csv 第 2 行（Q1）重复，Q2 的问法已并入 Q1" in str(report)
    with engine.connect() as connection:
        found = {row.id: row.similar for row in connection.execute(select(tables.faq))}
    assert found == {"Q1": ["如何办卡", "开卡要带什么", "开卡要带什么？", "新办卡"], "Q9": []}


def test_too_many_rows_are_refused_in_two_lines(folder: WriteFolder, settings: Settings) -> None:
    row = "Q{0},账户,第{0}种业务怎么办理,,到网点办理。,规则,2026-01-01,"
    folder(faqs=[row.format(number) for number in range(MAX_ENTRIES + 1)])
    error = refusal(settings)
    assert error.public["error_count"] == 1
    assert f"共 10001 条问答、10001 种问法，最多 {MAX_ENTRIES} 条" in error.message


def test_many_wrong_ids_are_counted_and_the_first_told(folder: WriteFolder, settings: Settings) -> None:
    folder(faqs=[f"坏{number},账户,第{number}种怎么办理,,到网点办理。,规则,2026-01-01," for number in range(5_000)])
    error = refusal(settings)
    assert error.public["error_count"] == 5_000
    assert len(error.public["errors"]) == MAX_SHOWN
    assert len(error.message.splitlines()) == MAX_SHOWN + 2
    assert error.message.endswith(f"……另有 {5_000 - MAX_SHOWN} 处")


def test_long_wrong_value_is_told_in_short(folder: WriteFolder, settings: Settings) -> None:
    folder(faqs=[FAQ.replace("Q1", "Q" * 90_000), FAQ.replace("怎么开户", "开" * 300)])
    error = refusal(settings)
    assert [(one["line"], one["column"]) for one in error.public["errors"]] == [(2, "id"), (3, "question")]
    assert len(error.message) < 300


def test_workbook_beside_the_tables_is_told(folder: WriteFolder, settings: Settings) -> None:
    root = folder()
    (root / "faq" / "银行.xlsx").write_bytes(b"PK\x03\x04")
    (root / "faq" / ".hidden").write_bytes(b"")
    assert [one.file for one in check_knowledge(settings, today=TODAY).warnings] == ["faq/银行.xlsx"]


def test_suffix_in_capitals_is_read_and_a_folder_of_that_name_refused(folder: WriteFolder, settings: Settings) -> None:
    root = folder()
    (root / "faq" / "B.CSV").write_text(f"{FAQ_HEADER}\nQ2,账户,怎么销户,,到网点办理。,规则,2026-01-01,\n", "utf-8")
    assert len(check_knowledge(settings, today=TODAY).faqs) == 2
    (root / "faq" / "c.csv").mkdir()
    assert "faq/c.csv 整个文件：这是目录" in refusal(settings).message


def test_index_of_another_encoder_is_named_and_mended_by_the_next_import(
    folder: WriteFolder, settings: Settings, engine: Engine
) -> None:
    folder()
    encoder_dir = settings.path(settings.encoder_dir)
    encoder_dir.mkdir()
    (encoder_dir / "SHA256SUMS").write_text(f"{FakeEncoder.sha256}  model_quantized.onnx\n")
    assert index_problem(settings) is None

    class Other(FakeEncoder):
        sha256 = "0" * 64

    import_knowledge(settings, encoder=Other(), today=TODAY)  # type: ignore[arg-type]
    told = index_problem(settings)
    assert told is not None
    for part in (store.current_folder(settings.index_dir), "0" * 12, encoder_dir, "f" * 12, "tingxin knowledge import"):
        assert str(part) in told
    assert import_knowledge(settings, encoder=FakeEncoder(), today=TODAY).imported  # type: ignore[arg-type]
    assert index_problem(settings) is None


def test_damaged_or_old_index_is_named(folder: WriteFolder, settings: Settings, engine: Engine) -> None:
    folder()
    import_knowledge(settings, encoder=FakeEncoder(), today=TODAY)  # type: ignore[arg-type]
    manifest = store.current_folder(settings.index_dir) / store.MANIFEST_FILE
    manifest.write_text('{"format": 0}')
    assert "格式是 0" in (index_problem(settings) or "")
    manifest.write_text("{")
    assert "已损坏" in (index_problem(settings) or "")
