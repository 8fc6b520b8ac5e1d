"""Alembic's way in: one connection, handed over by whoever migrates, one transaction for all versions."""

from alembic import context

from core import schema
from core.db import Base

assert schema.FILLED_BY, "every room is imported, so that the metadata is whole"

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=Base.metadata, compare_type=True)
with context.begin_transaction():
    context.run_migrations()
