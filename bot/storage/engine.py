"""Database engines. SQLite runs in WAL mode with foreign keys on and a busy timeout."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

BUSY_TIMEOUT_MS = 15_000  # longer than the longest import transaction that we saw

# Execution option of a connection whose transactions will write: they take SQLite's write lock at once.
IMMEDIATE = "tingxin_immediate"


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")  # acknowledged means on disk
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    cursor.close()


def make_engine(url: str) -> Engine:
    """Synchronous engine for ``url`` (action server, import, command line)."""
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
    return engine


def make_async_engine(url: str) -> AsyncEngine:
    """Asynchronous engine for ``url`` (gateway)."""
    engine = create_async_engine(url, hide_parameters=True)  # errors are logged, what customers write is not
    if engine.dialect.name == "sqlite":
        event.listen(engine.sync_engine, "connect", _prepare_sqlite)
        event.listen(engine.sync_engine, "connect", _leave_begin_to_us)
        event.listen(engine.sync_engine, "begin", _begin)
    return engine


def _leave_begin_to_us(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver would begin late and deferred: two writers could deadlock


def _begin(connection: Connection) -> None:
    immediate = connection.get_execution_options().get(IMMEDIATE, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
