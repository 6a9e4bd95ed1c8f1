from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from bot.errors import KnowledgeError
from bot.knowledge.importing import ImportReport, check_knowledge, import_knowledge
from bot.knowledge.model import bank_today
from bot.knowledge.placeholders import fill
from bot.retrieval.store import current_folder, read_json
from bot.settings import ROOT, Settings
from bot.storage import tables
from tests.knowledge.conftest import DISCLOSURES, FAQ, FAQ_HEADER, FIXED, HEADER, OLD, WEALTH, FakeEncoder, WriteFolder

TODAY = date(2026, 6, 1)


def run(settings: Settings, **options: object) -> ImportReport:
    return import_knowledge(settings, encoder=FakeEncoder(), today=TODAY, **options)  # type: ignore[arg-type]


def counts(engine: Engine) -> tuple[int, int, int, int]:
    every = (tables.product, tables.disclosure, tables.faq, tables.knowledge_import)
    with engine.connect() as connection:
        found = [connection.execute(select(func.count()).select_from(table)).scalar_one() for table in every]
    return found[0], found[1], found[2], found[3]


def errors_of(settings: Settings) -> list[tuple[str, int, str]]:
    with pytest.raises(KnowledgeError) as caught:
        check_knowledge(settings, today=TODAY)
    return [(error["file"], error["line"], error["column"]) for error in caught.value.public["errors"]]


def test_good_files_fill_the_tables_and_put_an_index_in_force(
    folder: WriteFolder, settings: Settings, engine: Engine
) -> None:
    folder()
    report = run(settings)
    assert report.imported
    assert report.counts == {"products": 3, "disclosures": 2, "faqs": 1, "questions": 3}
    assert counts(engine) == (3, 2, 1, 1)
    index = current_folder(settings.index_dir)
    assert read_json(index / "faq.json")[0]["questions"] == ["怎么开户", "如何办卡", "开卡要带什么"]
    gazetteer = read_json(index / "gazetteer.json")
    assert gazetteer["product"]["甲九十"] == "WM1"
    assert gazetteer["product_type"]["定存"] == "time_deposit"
    assert gazetteer["risk_level"]["低风险"] == "R1"
    assert gazetteer["risk_level"]["稳健型"] == "R2"


def test_amounts_and_rates_are_stored_exactly(folder: WriteFolder, settings: Settings, engine: Engine) -> None:
    folder()
    run(settings)
    with engine.connect() as connection:
        row = connection.execute(select(tables.product).where(tables.product.c.code == "TD1")).one()
    assert (row.rate_percent, row.minimum_fen, row.type, row.status) == ("0.95", 5000, "time_deposit", "on_sale")


def test_unchanged_files_are_not_imported_again(folder: WriteFolder, settings: Settings, engine: Engine) -> None:
    root = folder()
    encoder_dir = settings.path(settings.encoder_dir)
    encoder_dir.mkdir()
    (encoder_dir / "SHA256SUMS").write_text(f"{FakeEncoder.sha256}  model_quantized.onnx\n")
    assert run(settings).imported
    assert not run(settings).imported
    assert run(settings, force=True).imported
    (root / "faq" / "a.csv").write_text(f"{FAQ_HEADER}\n{FAQ.replace('开户要多久', '')}\n", "utf-8")
    assert run(settings).imported
    assert counts(engine)[3] == 3


def test_lost_index_is_built_again(folder: WriteFolder, settings: Settings, engine: Engine) -> None:
    folder()
    run(settings)
    (settings.index_dir / "CURRENT").unlink()
    assert run(settings).imported
    assert current_folder(settings.index_dir).is_dir()


def test_one_wrong_row_leaves_tables_and_index_as_they_were(
    folder: WriteFolder, settings: Settings, engine: Engine
) -> None:
    folder()
    run(settings)
    before = counts(engine), current_folder(settings.index_dir)
    folder(products=(FIXED.replace("甲定期一年", "丙定期一年"), WEALTH.replace("R2", "R9"), OLD))
    with pytest.raises(KnowledgeError):
        run(settings)
    assert (counts(engine), current_folder(settings.index_dir)) == before
    with engine.connect() as connection:
        names = set(connection.execute(select(tables.product.c.name)).scalars())
    assert "甲定期一年" in names


def test_failing_encoder_leaves_everything_as_it_was(folder: WriteFolder, settings: Settings, engine: Engine) -> None:
    class Broken(FakeEncoder):
        def encode(self, texts: object, batch: int = 1) -> object:  # type: ignore[override]
            raise RuntimeError("no memory")

    folder()
    with pytest.raises(RuntimeError):
        import_knowledge(settings, encoder=Broken(), today=TODAY)  # type: ignore[arg-type]
    assert counts(engine) == (0, 0, 0, 0)
    assert not (settings.index_dir / "CURRENT").exists()


def test_failing_write_rolls_back_and_keeps_the_index(folder: WriteFolder, settings: Settings, engine: Engine) -> None:
    folder()
    run(settings)
    before = counts(engine), current_folder(settings.index_dir)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER refuse BEFORE INSERT ON faq BEGIN SELECT RAISE(ABORT, 'disk full'); END"
        )
    folder(products=(FIXED,))
    with pytest.raises(Exception, match="disk full"):
        run(settings)
    assert (counts(engine), current_folder(settings.index_dir)) == before


BAD_PRODUCTS = [
    ("risk_level", WEALTH.replace(",R2,", ",R7,")),
    ("risk_level", WEALTH.replace(",R2,", ",,")),
    ("risk_level", FIXED.replace("定期存款,,", "定期存款,R1,")),
    ("rate_percent", FIXED.replace(",0.95,5000", ",0.95%,5000")),
    ("rate_percent", FIXED.replace(",0.95,5000", ",1e3,5000")),
    ("minimum_fen", FIXED.replace(",5000,", ",50.5,")),
    ("minimum_fen", FIXED.replace(",5000,", ",-1,")),
    ("term_days", FIXED.replace(",365,", ",一年,")),
    ("sale_start", FIXED.replace("2026-01-01", "2026-02-30")),
    ("sale_start", FIXED.replace("2026-01-01", "2026/1/1")),
    ("sale_end", FIXED.replace("2026-01-01,,", "2026-01-01,2025-01-01,")),
    ("sale_end", OLD.replace(",2025-12-31,", ",,")),
    ("status", FIXED.replace("在售", "热卖")),
    ("type", FIXED.replace("定期存款", "股票")),
    ("currency", FIXED.replace("CNY", "RMB")),
    ("code", FIXED.replace("TD1", "定期1")),
    ("name", FIXED.replace("甲定期一年", "")),
    ("name", FIXED.replace("甲定期一年", "理财产品")),
    ("aliases", FIXED.replace("甲定期,", "甲定期|理财,")),
    ("summary", FIXED.replace("一年期存款", "")),
    ("disclosure_id", WEALTH.replace("RISK,2026.1", ",")),
    ("disclosure_id", WEALTH.replace("RISK,", "NONE,")),
    ("disclosure_version", WEALTH.replace("2026.1", "2025.1")),
    ("disclosure_version", WEALTH.replace("RISK,2026.1", "RISK,")),
    ("summary", WEALTH.replace("债券类理财", "安全稳健的理财")),
    ("summary", WEALTH.replace("债券类理财", "高收益理财")),
    ("name", WEALTH.replace("甲理财九十天", "甲无风险九十天")),
    ("", FIXED + ",多出一列"),
]


@pytest.mark.parametrize(("column", "row"), BAD_PRODUCTS)
def test_wrong_product_is_named_by_file_line_and_column(
    folder: WriteFolder, settings: Settings, column: str, row: str
) -> None:
    folder(products=(OLD.replace("乙理财两年", "丁理财两年").replace("WM2", "WM9"), row))
    assert ("products.csv", 3, column) in errors_of(settings)


BAD_FAQS = [
    ("id", [FAQ, FAQ.replace("怎么开户", "甲").replace("如何办卡|开卡要带什么", "")], 3),
    ("question", [FAQ, FAQ.replace("Q1", "Q2").replace("如何办卡|开卡要带什么", "").replace("请带", "不必带")], 3),
    ("similar", [FAQ, "Q2,账户,怎么销户,如何办卡？,带身份证。,规则,2026-01-01,"], 3),
    ("answer", [FAQ.replace("请带身份证到网点。", "")], 2),
    ("effective_date", [FAQ.replace("2026-01-01", "去年")], 2),
    ("question", [FAQ.replace("怎么开户", "？？？")], 2),
    ("answer", [FAQ.replace("请带", "请致电{phone}，带")], 2),
    ("similar", [FAQ.replace("如何办卡", "{bank_name}如何办卡")], 2),
    ("answer", ["Q1,理财,理财怎么样,,本行理财收益有保障。,规则,2026-01-01,"], 2),
    ("answer", ["Q1,账户,买什么好,,甲九十很安全。,规则,2026-01-01,"], 2),
    ("answer", ["Q1,账户,买什么好,,存款也行。本行理财高收益。,规则,2026-01-01,"], 2),
]


@pytest.mark.parametrize(("column", "rows", "line"), BAD_FAQS)
def test_wrong_faq_is_named_by_file_line_and_column(
    folder: WriteFolder, settings: Settings, column: str, rows: list[str], line: int
) -> None:
    folder(faqs=rows)
    assert errors_of(settings) == [("faq/a.csv", line, column)]


def test_answer_may_leave_bank_and_hotline_open(folder: WriteFolder, settings: Settings) -> None:
    folder(faqs=[FAQ.replace("请带", "请致电{hotline}，{bank_name}请您带")])
    answer = check_knowledge(settings, today=TODAY).faqs[0].answer
    assert fill(answer, bank_name="甲行", hotline="95000") == "请致电95000，甲行请您带身份证到网点。"


def test_every_error_of_every_file_is_reported_at_once(folder: WriteFolder, settings: Settings) -> None:
    folder(
        products=(FIXED.replace("CNY", "RMB"), WEALTH.replace(",R2,", ",R7,")),
        disclosures=DISCLOSURES.replace("effective_from: 2026-01-01", "effective_from: 2026-13-01"),
        faqs=(FAQ.replace("2026-01-01", ""),),
    )
    assert errors_of(settings) == [
        ("disclosures.yml", 11, "effective_from"),
        ("faq/a.csv", 2, "effective_date"),
        ("products.csv", 2, "currency"),
        ("products.csv", 3, "risk_level"),
    ]


def test_message_says_that_nothing_was_imported_and_where_it_is_wrong(folder: WriteFolder, settings: Settings) -> None:
    folder(products=(FIXED.replace("CNY", "RMB"),))
    with pytest.raises(KnowledgeError, match=r"没有导入任何内容") as caught:
        check_knowledge(settings, today=TODAY)
    assert "products.csv 第 2 行 currency 列：币种“RMB”" in caught.value.message


def test_line_numbers_count_lines_inside_quoted_cells(folder: WriteFolder, settings: Settings) -> None:
    long = WEALTH.replace("债券类理财", '"第一行\n第二行\n第三行"')
    folder(products=(long, FIXED.replace("CNY", "RMB")))
    assert errors_of(settings) == [("products.csv", 5, "currency")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encoding_of_a_file_is_recognised(
    folder: WriteFolder, settings: Settings, engine: Engine, encoding: str
) -> None:
    folder(products="\r\n".join([HEADER, FIXED, WEALTH]).encode(encoding))
    run(settings)
    with engine.connect() as connection:
        assert "甲理财九十天" in connection.execute(select(tables.product.c.name)).scalars().all()


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (b"\xff\xff\xff\x00", ("products.csv", 0, "")),
        (b"", ("products.csv", 1, "")),
        (HEADER.encode() + b'\n"open', ("products.csv", 2, "")),
        (HEADER.replace("code,", "").encode(), ("products.csv", 1, "code")),
        (HEADER.replace("code,", "code,colour,").encode(), ("products.csv", 1, "colour")),
        (HEADER.encode() + b"\na\0b", ("products.csv", 2, "")),
    ],
)
def test_unreadable_table_is_named(
    folder: WriteFolder, settings: Settings, content: bytes, place: tuple[str, int, str]
) -> None:
    folder(products=content)
    assert place in errors_of(settings)


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ("- id: A\n  version: [", ("disclosures.yml", 2, "")),
        ("id: A", ("disclosures.yml", 1, "")),
        ("- A", ("disclosures.yml", 1, "")),
        (DISCLOSURES + "- id: RISK\n  version: x\n  colour: red\n", ("disclosures.yml", 18, "colour")),
        (DISCLOSURES.replace('"2026.1"', '"2025.1"'), ("disclosures.yml", 9, "version")),
        (DISCLOSURES.replace("2025-12-31", "2026-03-31"), ("disclosures.yml", 11, "effective_from")),
        (
            DISCLOSURES.replace("理财非存款，产品有风险，投资须谨慎。\n  full", "\n  full"),
            ("disclosures.yml", 12, "short_text"),
        ),
    ],
)
def test_wrong_disclosure_is_named(
    folder: WriteFolder, settings: Settings, content: str, place: tuple[str, int, str]
) -> None:
    folder(disclosures=content)
    assert place in errors_of(settings)


def test_name_of_another_product_is_refused_whatever_its_spacing(folder: WriteFolder, settings: Settings) -> None:
    folder(products=(FIXED, WEALTH.replace("甲九十", "甲 定期")))
    assert errors_of(settings) == [("products.csv", 3, "aliases")]


def test_missing_files_are_named(settings: Settings) -> None:
    settings.path(settings.knowledge_dir).mkdir(parents=True)
    assert [file for file, _, _ in errors_of(settings)] == ["disclosures.yml", "faq/*.csv", "products.csv"]


def test_doubtful_dates_warn_without_stopping(folder: WriteFolder, settings: Settings) -> None:
    folder(products=(FIXED.replace("2026-01-01", "2027-01-01"), WEALTH.replace("在售", "待售")))
    warnings = check_knowledge(settings, today=TODAY).warnings
    assert [(item.line, item.column) for item in warnings] == [(2, "sale_start"), (3, "status")]


def test_sample_bank_is_valid_and_complete() -> None:
    knowledge = check_knowledge(Settings(_env_file=None), today=bank_today())
    assert len(knowledge.products) >= 28
    assert len(knowledge.faqs) >= 40
    types = {row.type.label for row in knowledge.products}
    assert types >= {"活期存款", "定期存款", "大额存单", "通知存款", "国债", "理财", "基金", "保险", "贷款", "信用卡"}
    assert types >= {"结构性存款", "贵金属", "外汇", "借记卡"}
    assert {row.risk_level.value for row in knowledge.products if row.type.label == "理财" and row.risk_level} == {
        *("R1", "R2", "R3", "R4", "R5")
    }
    assert {row.status.value for row in knowledge.products} == {"on_sale", "upcoming", "withdrawn"}
    phrases = {row.id: row.short_text for row in knowledge.disclosures}
    assert "理财非存款，产品有风险，投资须谨慎" in phrases["WEALTH"]
    assert "过往业绩不代表其未来表现，不等于理财产品实际收益，投资须谨慎" in phrases["WEALTH"]
    assert Path(ROOT / "data/knowledge/products.csv").read_text("utf-8").count("保本") == 0
