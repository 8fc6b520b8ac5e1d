"""Databases for tests. A copy of the template costs a tenth of a second and a drop half of that; nearly every test wants
one, so those that only open sessions share one per process, and it is put back to what a new one holds before each test.

Putting back is exact: every row of every table, every sequence. Where a test changed the schema itself, or a setting of the
database, the database is made anew.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
from psycopg import sql

TEMPLATE = "desk_template"

TABLES = "select relname from pg_class where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace order by 1"
SEQUENCES = "select sequencename, last_value from pg_sequences where schemaname = 'public' order by 1"
SHAPE = """
select (select coalesce(sum(hashtext(relname::text || relkind::text || oid::text)), 0) from pg_class where oid >= 16384),
       (select coalesce(sum(hashtext(attrelid::text || attname::text || xmin::text)), 0)
          from pg_attribute where attrelid >= 16384),
       (select coalesce(sum(hashtext(oid::text || tgenabled::text || xmin::text)), 0) from pg_trigger),
       (select coalesce(sum(hashtext(oid::text || xmin::text)), 0) from pg_proc where oid >= 16384),
       (select coalesce(sum(hashtext(oid::text || xmin::text)), 0) from pg_constraint),
       (select count(*) from pg_db_role_setting)
"""
"""A figure that is another one as soon as a table, column, trigger, function, constraint or setting is."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Contents:
    """All that a database held at one moment: its rows by table as COPY writes them, and where its sequences stood."""

    rows: dict[str, bytes]
    sequences: tuple[tuple[str, int | None], ...]


class Shared:
    """One database of a test process. `put_back` makes it what it was when it was new, or when `contents` were kept."""

    def __init__(self, server: str, name: str) -> None:
        self.name = name
        self.url = server.replace(f"/{TEMPLATE}?", f"/{name}?")
        self.server = server
        self.new: Contents | None = None
        self.tables: Sequence[str] = ()
        self.shape: object = None

    def put_back(self, contents: Contents | None = None) -> None:
        """As it was when it was new, or at the moment of `contents`. Ends every connection to it."""
        if self.new is None or not self._is_whole():
            self._make()
        with psycopg.connect(self.url) as connection:
            self._fill(connection, contents or self.new)

    def keep(self) -> Contents:
        """All that it holds now."""
        with psycopg.connect(self.url) as connection:
            rows = {name: b"".join(_copied(connection, name)) for name in self.tables}
            sequences = tuple((str(name), last) for name, last in connection.execute(SEQUENCES))
        return Contents(rows={name: found for name, found in rows.items() if found}, sequences=sequences)

    def _make(self) -> None:
        drop(self.server, self.name)
        create(self.server, self.name)
        with psycopg.connect(self.url) as connection:
            self.tables = [str(name) for (name,) in connection.execute(TABLES)]
            self.shape = connection.execute(SHAPE).fetchone()
        self.new = self.keep()

    def _is_whole(self) -> bool:
        """Ends what others left open in it, and says whether its schema is the one it had."""
        with admin(self.server) as connection:
            connection.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", [self.name])
        with psycopg.connect(self.url) as connection:
            return connection.execute(SHAPE).fetchone() == self.shape

    def _fill(self, connection: psycopg.Connection, contents: Contents | None) -> None:
        assert contents is not None, "nothing is put back before it was made"
        connection.execute(
            "set session_replication_role = replica"
        )  # past the triggers that keep the books append-only
        connection.execute(
            sql.SQL(";").join(sql.SQL("delete from {}").format(sql.Identifier(name)) for name in self.tables)
        )
        for name, rows in contents.rows.items():
            with connection.cursor().copy(sql.SQL("copy {} from stdin").format(sql.Identifier(name))) as copy:
                copy.write(rows)
        for name, last in contents.sequences:
            connection.execute(
                "select setval(%s::text::regclass, coalesce(%s, 1), %s)", [f'public."{name}"', last, last is not None]
            )


def _copied(connection: psycopg.Connection, name: str) -> Iterator[bytes]:
    with connection.cursor().copy(sql.SQL("copy {} to stdout").format(sql.Identifier(name))) as copy:
        yield from (bytes(part) for part in copy)


@contextmanager
def admin(server: str) -> Iterator[psycopg.Connection]:
    """A connection that may make and drop databases of the server."""
    with psycopg.connect(server.replace(f"/{TEMPLATE}?", "/postgres?"), autocommit=True) as connection:
        yield connection


def create(server: str, name: str, template: str = TEMPLATE) -> str:
    """A copy of a template, by its files: they are small and nobody writes to them. Gives its URL."""
    statement = sql.SQL("create database {} template {} strategy file_copy")
    with admin(server) as connection:
        connection.execute(statement.format(sql.Identifier(name), sql.Identifier(template)))
    return server.replace(f"/{TEMPLATE}?", f"/{name}?")


def drop(server: str, name: str) -> None:
    """Away with a database, whoever is still connected to it."""
    with admin(server) as connection:
        connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


@contextmanager
def copied(server: str, name: str, template: str = TEMPLATE) -> Iterator[str]:
    """The URL of a copy of a template, dropped after."""
    url = create(server, name, template)
    try:
        yield url
    finally:
        drop(server, name)
