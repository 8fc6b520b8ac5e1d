"""What every test stands on: the real embedded PostgreSQL, one fresh database per test, and a clock that stands still."""

import os
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from core import audit, clock, schema
from core.db import engine_for, sessions
from core.postgres import embedded
from tests import databases
from tests.builders import broken, company

FRIDAY = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """A URL of an embedded server that lives as long as the test run, with a migrated template database in it."""
    with tempfile.TemporaryDirectory(prefix="desk-pg-", dir="/tmp") as folder:
        url = embedded(Path(folder) / "postgres", databases.TEMPLATE)
        with psycopg.connect(url, autocommit=True) as connection:
            for setting in ("fsync", "synchronous_commit", "full_page_writes", "jit"):
                connection.execute(f"alter system set {setting} = off")
            connection.execute("select pg_reload_conf()")
        engine = engine_for(url)
        with engine.begin() as connection_:
            schema.create(connection_)
        engine.dispose()
        yield url


@pytest.fixture
def database(server: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a database of this test's own, for tests with processes of their own; sessions then use it too."""
    name = f"t_{os.getpid()}_{abs(hash(request.node.nodeid)) % 10**10}"
    with databases.copied(server, name) as url:
        yield url


@pytest.fixture(scope="session")
def shared(server: str) -> Iterator[databases.Shared]:
    """The database that tests which only open sessions have in turn."""
    shared = databases.Shared(server, f"t_{os.getpid()}")
    yield shared
    databases.drop(server, shared.name)


@pytest.fixture
def engine(shared: databases.Shared, request: pytest.FixtureRequest) -> Iterator[Engine]:
    """An engine on a database that holds what a new one holds."""
    if "database" in request.fixturenames:
        url = request.getfixturevalue("database")
    else:
        shared.put_back(request.getfixturevalue("company_kept") if "sound_company" in request.fixturenames else None)
        url = shared.url
    engine = engine_for(url)
    yield engine
    engine.dispose()


@pytest.fixture
def new_session(engine: Engine) -> Callable[[], Session]:
    """Makes sessions on the test's database, each with the Friday clock. For tests of races and restarts."""
    make = sessions(engine)
    audit.install(make)

    def new() -> Session:
        session = make()
        clock.set_clock(session, clock.fixed(FRIDAY))
        return session

    return new


@pytest.fixture
def session(new_session: Callable[[], Session]) -> Iterator[Session]:
    """One session on the test's own database."""
    with new_session() as session:
        yield session


@pytest.fixture(scope="session")
def company_kept(shared: databases.Shared) -> databases.Contents:
    """What the database holds when the company of `tests.builders` was added; added once."""
    shared.put_back()
    engine = engine_for(shared.url)
    make = sessions(engine)
    audit.install(make)
    with make() as session:
        clock.set_clock(session, clock.fixed(FRIDAY))
        company(session)
        session.commit()
    engine.dispose()
    return shared.keep()


@pytest.fixture
def sound_company(session: Session) -> Iterator[None]:
    """The test stands in the company of `tests.builders` (see `engine`), and after it the doctor finds nothing."""
    yield
    assert broken(session) == []
