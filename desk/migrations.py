"""Bringing a database to the schema this code is written for.

Until the first release the schema is one version that still changes. Books made by an earlier state of it are not touched
and not opened: they are refused with what to do.
"""

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from core import schema
from core.db import engine_for
from desk.settings import PROJECT


class OtherSchema(Exception):
    """The books were made by another state of the unreleased schema."""

    def __init__(self) -> None:
        super().__init__(
            "These books were made by an earlier state of the desk, before its first release, and nothing leads from there"
            " to here. They are left as they are. For the demo: make clean (or move .desk away), then start again."
            " With DATABASE_URL: name an empty database."
        )


LOCK = 0x4D494752  # "MIGR": two processes that start at once migrate one after the other


def migrate_to_head(url: str) -> str:
    """Walk every version that is missing, in one transaction. Gives the version it stands at. Raises `OtherSchema`."""
    engine = engine_for(url)
    config = Config()
    config.set_main_option("script_location", str(PROJECT / "core" / "migrations"))
    try:
        with engine.begin() as connection:
            connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            if schema.made_for(connection) != schema.fingerprint():
                raise OtherSchema
            return MigrationContext.configure(connection).get_current_revision() or ""
    finally:
        engine.dispose()
