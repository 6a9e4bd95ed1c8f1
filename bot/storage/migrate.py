"""Brings the database to the newest schema, in process. No alembic.ini: settings are the only source of the address."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, make_url
from sqlalchemy.exc import DBAPIError

from bot.errors import SettingsError
from bot.settings import Settings
from bot.storage.engine import make_engine

SCRIPTS = Path(__file__).parent / "migrations"


def upgrade(settings: Settings) -> None:
    """Create or upgrade the database of ``settings``. Safe to call at every start; does nothing when it is up to date.

    Raises:
        SettingsError: the database cannot be opened, or was made by a newer version of the product.
    """
    url = make_url(settings.db_url_sync)
    if url.get_backend_name() == "sqlite" and url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = make_engine(settings.db_url_sync)
    try:
        with engine.connect() as connection, connection.begin():
            if connection.dialect.name == "sqlite":
                # All or nothing, and one process at a time: the driver would not begin before a DDL statement.
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            if not is_current(connection):
                command.upgrade(make_config(connection), "head")
    except CommandError as error:
        raise SettingsError(f"数据库版本与程序不符：{error}。请使用与数据库相同或更新的程序版本。") from None
    except DBAPIError as error:
        raise SettingsError(f"数据库 {url.render_as_string(hide_password=True)} 无法打开：{error.orig}") from None
    finally:
        engine.dispose()


def make_config(connection: Connection) -> Config:
    """Alembic's configuration for one open connection."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["connection"] = connection
    return config


def is_current(connection: Connection) -> bool:
    """Whether the database has every migration of this version."""
    found = MigrationContext.configure(connection).get_current_heads()
    wanted = ScriptDirectory.from_config(make_config(connection)).get_heads()
    return set(found) == set(wanted)
