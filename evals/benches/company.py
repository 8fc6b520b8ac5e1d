"""The company that is measured: ten thousand items at one site, and orders of ten lines that wait for their goods.

Everything is made through the door or, where history is long, written as the door would have left it
(`evals.benches.history`). The server syncs every commit: nothing about it is made faster than a user's would be.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import Engine, insert
from sqlalchemy.orm import Session

from core import audit, clock, door, schema
from core.books.accounts import CHART
from core.command import Command
from core.db import engine_for, sessions
from core.erp import Actor
from core.masterdata.commands import AddAccount, AddEntity, AddItem, AddSite, AddSupplier
from core.masterdata.tables import Item
from core.postgres import embedded
from core.purchasing.commands import ApproveOrder, NewOrderLine, PlaceOrder

ENTITY, SITE, SUPPLIER, LATE = "HP", "PDX", "S-1001", "LATE"
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
LINES = 10
LATE_PIECES = 20_000
BUYER, CHIEF, DOCK = (Actor(kind="person", id=name) for name in ("priya", "dana", "lena"))
DURABLE = ("fsync", "synchronous_commit", "full_page_writes")


@dataclass(frozen=True, slots=True)
class Server:
    """The server that is measured, and how it keeps what is committed."""

    url: str
    version: str
    durable: dict[str, str]

    def database(self, name: str) -> str:
        """The URL of one of its databases."""
        return self.url.replace("/postgres?", f"/{name}?", 1)

    def admin(self, statement: str, *names: str) -> None:
        """Run one statement on databases as a whole."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*(sql.Identifier(name) for name in names)))


@contextmanager
def server() -> Iterator[Server]:
    """A server of its own in a folder that is gone afterwards. Refuses one that would lose a commit."""
    with tempfile.TemporaryDirectory(prefix="desk-bench-") as folder:
        url = embedded(Path(folder) / "postgres", "postgres")
        with psycopg.connect(url, autocommit=True) as connection:
            durable = {name: str(connection.execute(f"show {name}").fetchone()[0]) for name in DURABLE}  # type: ignore[index]  # a setting has a value
            version = str(connection.info.server_version // 10000) + "." + str(connection.info.server_version % 10000)
        assert set(durable.values()) == {"on"}, f"commits would not be durable: {durable}"
        yield Server(url, version, durable)


def item(place: int) -> str:
    """The sku of an item by its place from 0."""
    return f"I-{place:05d}"


def order(place: int) -> str:
    """The number of an order by its place from 0."""
    return f"PO-{place}"


@contextmanager
def session_on(url: str) -> Iterator[Session]:
    """One session, with the clock at `NOW`."""
    engine = engine_for(url)
    try:
        with _session(engine) as session:
            yield session
    finally:
        engine.dispose()


def _session(engine: Engine) -> Session:
    make = sessions(engine)
    audit.install(make)
    session = make()
    at(session, 0)
    return session


def at(session: Session, place: int) -> None:
    """Set the clock to so many seconds after `NOW`: every run of the same commands writes the same bytes."""
    clock.set_clock(session, clock.fixed(NOW + timedelta(seconds=place)))


def found(session: Session, items: int, entity: str = ENTITY) -> None:
    """The company with its chart, its site, a supplier, and items without anything special about them."""
    _do(session, AddEntity(entity=entity, name="Harbor & Pine Supply", currency="USD"))
    for code, name, kind in CHART:
        _do(session, AddAccount(entity=entity, code=code, name=name, kind=kind))
    _do(session, AddSite(entity=entity, code=SITE, name="Portland"))
    _do(session, AddSupplier(entity=entity, number=SUPPLIER, name="Kestrel Fasteners GmbH", currency="USD"))
    _do(session, AddItem(entity=entity, sku=LATE, name="Anchor bolt M12", cost_method="average"))
    _do(session, AddItem(entity=entity, sku=item(0), name="Bolt 0"))
    session.execute(
        insert(Item),
        [
            {"entity": entity, "sku": item(place), "name": f"Bolt {place}", "unit": "pcs"}
            | {"over_receipt_pct": Decimal(0), "standard_cost": Decimal(0)}
            for place in range(1, items)
        ],
    )
    session.commit()


def order_goods(session: Session, orders: int, items: int, late: int, entity: str = ENTITY) -> None:
    """Orders of ten lines of different items, then `late` orders of the item whose history is long."""
    for place in range(orders):
        lines = [(item((place * LINES + line) * 7 % items), Decimal(100), Decimal("2.15")) for line in range(LINES)]
        _place(session, entity, order(place), lines)
    for place in range(late):  # each is large enough to change the cost of every piece that went out since
        _place(session, entity, order(orders + place), [(LATE, Decimal(LATE_PIECES), Decimal(3 + place))])
    session.commit()


def _place(session: Session, entity: str, number: str, lines: list[tuple[str, Decimal, Decimal]]) -> None:
    _do(
        session,
        PlaceOrder(
            entity=entity,
            supplier=SUPPLIER,
            site=SITE,
            number=number,
            placed_by=BUYER.id,
            lines=tuple(
                NewOrderLine(item=sku, quantity=quantity, price=price, need_by=date(2026, 12, 1))
                for sku, quantity, price in lines
            ),
        ),
    )
    _do(session, ApproveOrder(entity=entity, order=number, approved_by=CHIEF.id), CHIEF)


def _do(session: Session, command: Command, actor: Actor = BUYER) -> None:
    session.info["bench_keys"] = session.info.get("bench_keys", 0) + 1
    door.execute(session, command, actor=actor, key=f"found-{session.info['bench_keys']}")


def create(url: str) -> None:
    """Create every table of the house."""
    engine = engine_for(url)
    with engine.begin() as connection:
        schema.create(connection)
    engine.dispose()
