"""Bringing a database to the schema this code is written for."""

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from core.db import engine_for
from desk.settings import PROJECT

LOCK = 0x4D494752  # "MIGR": two processes that start at once migrate one after the other


def migrate_to_head(url: str) -> str:
    """Walk every version that is missing, in one transaction. Gives the version it stands at."""
    engine = engine_for(url)
    config = Config()
    config.set_main_option("script_location", str(PROJECT / "core" / "migrations"))
    try:
        with engine.begin() as connection:
            connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            return MigrationContext.configure(connection).get_current_revision() or ""
    finally:
        engine.dispose()
