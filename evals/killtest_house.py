"""The throw-away house of the kill test: a server of its own, one stocked template, one copy of it for each run."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import yaml
from psycopg import sql
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session, sessionmaker

from core import audit, clock, door
from core.db import engine_for, sessions
from core.deciding.facts import set_judge
from core.erp import Actor
from core.people.commands import GrantRole
from core.postgres import embedded
from core.purchasing.commands import CheckConfirmations
from core.seeding import play
from evals.killtest_documents import Document, entities, senders_of
from evals.world import COMPANY
from policies.verdict import Policies

PROJECT = Path(__file__).resolve().parent.parent
TEMPLATE = "stocked"
KILLTEST = Actor(kind="system", id="killtest")
FAST = ("fsync", "synchronous_commit", "full_page_writes")
"""Switched off: the server is never killed, and its files are gone at the end."""


@dataclass(frozen=True, slots=True)
class Books:
    """The books and the folder of one run."""

    home: Path
    url: str
    engine: Engine
    maker: sessionmaker[Session]
    policies: Policies

    @contextmanager
    def unit(self) -> Iterator[Session]:
        """One unit of work, as the desk does it."""
        with self.maker() as session, session.begin():
            clock.set_clock(session, clock.system_clock)
            set_judge(session, self.policies)
            yield session


@dataclass(frozen=True, slots=True)
class Server:
    """The server with the stocked template in it."""

    folder: Path
    url: str

    @contextmanager
    def books(self, name: str) -> Iterator[Books]:
        """A fresh copy of the stocked companies, dropped at the end."""
        admin = self.url.replace(f"/{TEMPLATE}?", "/postgres?")
        with psycopg.connect(admin, autocommit=True) as connection:
            copy = sql.SQL("create database {} template {} strategy file_copy")
            connection.execute(copy.format(sql.Identifier(name), sql.Identifier(TEMPLATE)))
        opened = _open(self.folder / name, self.url.replace(f"/{TEMPLATE}?", f"/{name}?"))
        try:
            yield opened
        finally:
            opened.engine.dispose()
            with psycopg.connect(admin, autocommit=True) as connection:
                connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@contextmanager
def stocked(made: Sequence[Document]) -> Iterator[Server]:
    """A server with the schema, and with the companies that the documents are addressed to."""
    with tempfile.TemporaryDirectory(prefix="desk-killtest-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        url = embedded(folder / "postgres", TEMPLATE)
        with psycopg.connect(url, autocommit=True) as connection:
            for setting in FAST:
                connection.execute(sql.SQL("alter system set {} = off").format(sql.Identifier(setting)))
            connection.execute("select pg_reload_conf()")
        environment = {**os.environ, "DATABASE_URL": url, "DESK_HOME": str(folder / "template")}
        migrate = [sys.executable, "-m", "desk", "migrate"]
        subprocess.run(migrate, env=environment, cwd=PROJECT, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 (ours)
        books = _open(folder / "template", url)
        for entity in entities(made):
            _stock(books, entity, senders_of(made, entity))
        with books.unit() as session:  # what the past queued is not under test, and would keep the worker from the mail
            session.execute(text("delete from procrastinate_jobs"))
        books.engine.dispose()
        yield Server(folder, url)


def _open(home: Path, url: str) -> Books:
    home.mkdir(exist_ok=True)
    engine = engine_for(url)
    maker = sessions(engine)
    audit.install(maker)
    return Books(home, url, engine, maker, Policies.load())


def _stock(books: Books, entity: str, senders: set[str]) -> None:
    """The demo company under another code, with the orders of those who write to it. What nobody confirmed in time is
    raised before the first document comes, so that it does not hang on when a tick of the clock falls."""
    data = yaml.safe_load(COMPANY.read_text(encoding="utf-8"))
    people = data["people"]
    with books.unit() as session:
        if entity == "K01":
            play(session, {"entity": {**data["entity"], "code": "K00"}, "people": people})
        play(session, _part(data, entity, senders))
        for person in people:
            for role, limit in person["roles"].items():
                grant = GrantRole(entity=entity, person=person["id"], role=role, limit=_limit(limit))
                door.execute(session, grant, actor=KILLTEST, key=f"role:{person['id']}:{role}")
        door.execute(session, CheckConfirmations(entity=entity), actor=KILLTEST, key="confirmations")


def _part(data: Mapping[str, Any], entity: str, senders: set[str]) -> Mapping[str, Any]:
    wanted = {row["number"] for row in data["suppliers"] if senders.intersection(row.get("domains", ()))}
    orders = [row for row in data["orders"] if row["supplier"] in wanted]
    kept = {row["number"] for row in orders}
    return {
        **{name: rows for name, rows in data.items() if name not in ("people", "issues", "others")},
        "entity": {**data["entity"], "code": entity},
        "orders": orders,
        "receipts": [row for row in data["receipts"] if row["order"] in kept],
        "invoices": [
            row for row in data["invoices"] if row["supplier"] in wanted and row.get("order") in {*kept, None}
        ],
    }


def _limit(limit: str | None) -> Decimal | None:
    return Decimal(limit) if limit else None
