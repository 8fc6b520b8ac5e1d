"""Books are brought to this schema, or left alone: never opened by code that does not know them."""

import pytest
from sqlalchemy import Engine, text

from core import schema
from desk.migrations import OtherSchema, migrate_to_head


def test_an_empty_database_is_brought_to_the_head_and_stays_there(engine: Engine, database: str) -> None:
    with engine.begin() as connection:
        connection.execute(text("drop schema public cascade"))
        connection.execute(text("create schema public"))
    assert migrate_to_head(database) == migrate_to_head(database) == "0001"
    with engine.connect() as connection:
        assert schema.made_for(connection) == schema.fingerprint()


@pytest.mark.parametrize("change", ["update schema_mark set sha256 = 'other'", "drop table schema_mark"])
def test_books_of_an_earlier_state_are_refused_and_left_as_they_are(engine: Engine, database: str, change: str) -> None:
    with engine.begin() as connection:
        connection.execute(text("create table alembic_version (version_num text)"))
        connection.execute(text("insert into alembic_version values ('0001')"))
        connection.execute(text(change))
    with pytest.raises(OtherSchema, match="left as they are"):
        migrate_to_head(database)
