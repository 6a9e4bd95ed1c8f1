"""Migrations give what the tables say, on SQLite and in PostgreSQL's language."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from bot.errors import SettingsError
from bot.settings import Settings
from bot.storage.engine import make_async_engine, make_engine
from bot.storage.migrate import is_current, upgrade
from bot.storage.tables import metadata


def test_migrated_database_equals_the_tables(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "new" / "folder")
    upgrade(settings)
    engine = make_engine(settings.db_url_sync)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_upgrading_again_changes_nothing_and_keeps_the_rows(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    upgrade(settings)
    engine = make_engine(settings.db_url_sync)
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO knowledge_import (at_ms, sha256, counts) VALUES (1, 'x', '{}')"))
    upgrade(settings)
    with engine.connect() as connection:
        assert is_current(connection)
        assert connection.execute(text("SELECT count(*) FROM knowledge_import")).scalar_one() == 1
    engine.dispose()


def test_database_of_a_newer_version_is_refused_by_name(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    upgrade(settings)
    engine = make_engine(settings.db_url_sync)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(SettingsError, match="数据库版本与程序不符"):
        upgrade(settings)


def test_database_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    (tmp_path / "tingxin.db").write_bytes(b"this is no database, and it is long enough to be read as one" * 20)
    with pytest.raises(SettingsError, match="无法打开"):
        upgrade(Settings(data_dir=tmp_path))


def test_all_tables_can_be_written_in_postgresql() -> None:
    dialect = postgresql.dialect()
    for table in metadata.sorted_tables:
        assert "CREATE TABLE" in str(CreateTable(table).compile(dialect=dialect))
        for index in table.indexes:
            assert len(str(index.name)) <= 63
            assert "CREATE INDEX" in str(CreateIndex(index).compile(dialect=dialect))


async def test_connections_are_safe_against_power_loss_and_do_not_log_parameters(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    upgrade(settings)
    engine = make_async_engine(settings.db_url)
    async with engine.connect() as connection:
        pragmas = {
            name: (await connection.exec_driver_sql(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    assert engine.sync_engine.hide_parameters is True
    await engine.dispose()
