"""A database that lives as long as a block: beside the desk's own on the same server, empty, and gone afterwards."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from core import audit, schema
from core.db import engine_for, sessions

PREFIX = "desk_story_"


@contextmanager
def empty_books(url: str) -> Iterator[Session]:
    """A session on books that hold nothing. Takes the URL of any database of the server; its tables are not touched.

    Nothing is committed to the books of the block, and their database is dropped however the block ends. Raises
    `psycopg.errors.InsufficientPrivilege` where the server's user may not create databases.
    """
    name = f"{PREFIX}{secrets.token_hex(8)}"
    server = url.replace("postgresql+psycopg://", "postgresql://", 1)
    with psycopg.connect(server, autocommit=True) as keeper:
        made = sql.SQL("create database {} template template0").format(sql.Identifier(name))
        try:
            keeper.execute(made)
            with _session(url, name) as session:
                yield session
        finally:
            keeper.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


@contextmanager
def _session(url: str, name: str) -> Iterator[Session]:
    own = make_url(url.replace("postgres://", "postgresql://", 1)).set(database=name)
    engine = engine_for(own.render_as_string(hide_password=False), pool_size=1)
    try:
        with engine.begin() as connection:
            schema.create(connection)
        make = sessions(engine)
        audit.install(make)
        with make() as session:
            yield session
    finally:
        engine.dispose()
