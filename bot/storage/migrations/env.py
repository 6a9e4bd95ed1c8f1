"""Alembic's environment. Only run in process, by :mod:`bot.storage.migrate`, which hands the connection in."""

from __future__ import annotations

from alembic import context

from bot.storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite alters by copying
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
