"""A base document on its stage: the company with the books as they were before the mail came, played again and again.

Every play is a transaction that is rolled back, with the desk's own commits inside it as savepoints: each starts from
the very same rows, and nothing is left of it.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import yaml
from psycopg import sql
from sqlalchemy import Connection, Engine, func, select, text
from sqlalchemy.orm import Session

from agents.models.port import Model
from agents.models.rules import Rules
from agents.read.country import NOWHERE, Home
from agents.read.sandbox import ReaderPool
from core import audit, clock, merkle
from core.audit_log import read_frontier
from core.audit_tables import EntryRow
from core.cases import Case
from core.claims import Reading
from core.db import Base, engine_for
from core.deciding.facts import set_judge
from core.door import CommandLog
from core.masterdata.tables import Supplier
from evals.staying import Stands
from evals.world import ENTITY, NOW, TEMPLATE, World
from policies.verdict import Policies

CASES = Path(__file__).resolve().parent / "cases"
BOOKS = {
    "journal_entry": None, "journal_line": None, "stock_move": None, "stock_balance": None, "valuation_layer": None,
    "purchase_order": None, "purchase_order_line": None, "goods_receipt": None, "goods_receipt_line": None,
    "supplier": None, "supplier_item": None, "item": None, "payable_item": None, "debit_note": None, "supplier_claim": None,
    "billed_receipt": None, "outgoing_message": None,
    "person": None, "role_grant": None, "delegation": None,
    "signature": None,
    "decision": ("verb", "decided_by"),  # a case that was not there takes the number of the next: counted, not by number
    "supplier_invoice": ("number", "supplier", "order", "currency", "total", "state"),
    "supplier_invoice_line": ("invoice", "line", "order_line", "item", "quantity", "price", "amount"),
}  # fmt: skip
"""What may not differ: all columns, or those named. Versions move with any touch and say nothing."""
LEFT_OUT = {"version", "message", "edited_at"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """A base document: a recorded case's mail, and what was booked before it came."""

    name: str
    raw: bytes
    file: str
    books: tuple[dict[str, Any], ...] = ()


def document(name: str, folder: Path = CASES) -> Document:
    """The base document of a recorded case: its first mail with all books before it."""
    case: dict[str, Any] = yaml.safe_load((folder / name / "case.yaml").read_text(encoding="utf-8"))
    books = []
    mail = sorted(path.name for path in (folder / name).iterdir() if path.suffix == ".eml")[0]
    for step in case.get("steps", ()):
        if "mail" in step:
            mail = step["mail"]
            break
        if "books" in step:
            books.append(step["books"])
    return Document(name=name, raw=(folder / name / mail).read_bytes(), file=mail, books=tuple(books))


class Remembering(ReaderPool):
    """Readers that give the last reading again for the same bytes: both models start from one reading of a document."""

    def __init__(self) -> None:
        super().__init__(1)
        self._last: tuple[bytes, str] = (b"", "")
        self._readings: dict[Home, Reading] = {}

    def read(self, raw: bytes, name: str = "message.eml", home: Home = NOWHERE) -> Reading:
        """The reading, from the sandbox or from a moment ago."""
        if self._last != (raw, name):
            self._readings, self._last = {}, (raw, name)
        if home not in self._readings:
            self._readings[home] = super().read(raw, name, home)
        return self._readings[home]


@dataclass
class Stage:
    """One base document with its company in a database of its own."""

    base: Document
    engine: Engine
    readers: ReaderPool
    policies: Policies
    standing: dict[str, int] = field(default_factory=dict)
    bases: dict[str, Stands] = field(default_factory=dict)

    def untouched(self, model: Model) -> Stands:
        """What stands when the base document itself comes, with a model of that name; played once."""
        if model.name not in self.bases:
            self.bases[model.name] = self.play(self.base.raw, model)
        return self.bases[model.name]

    def play(self, raw: bytes, model: Model | None = None) -> Stands:
        """What stands when this mail comes in place of the base document's, and is worked out."""
        with self.engine.connect() as connection, connection.begin() as everything:
            try:
                with self._session(connection) as session:
                    return self._played(session, raw, model or Rules())
            finally:
                everything.rollback()

    def _played(self, session: Session, raw: bytes, model: Model) -> Stands:
        before = read_frontier(session)
        logged = _count(session)
        world = World(session, self.readers, model, set(), set())
        sha256 = world.receive(raw, self.base.file)
        world.propose(self.standing)
        cases = session.execute(select(Case.number, Case.version).where(Case.entity == ENTITY)).all()
        world.before = {number for number, version in cases if self.standing.get(number) == version}
        outcome = world.outcome([sha256])
        return Stands(
            states=outcome.states,
            cases=outcome.cases,
            books={name: rows_of(session, name) for name in BOOKS},
            suppliers=frozenset(session.scalars(select(Supplier.number).where(Supplier.entity == ENTITY))),
            audit=_broken(session, before, _count(session) - logged),
        )

    def _session(self, connection: Connection) -> Session:
        session = Session(connection, expire_on_commit=False, join_transaction_mode="create_savepoint")
        audit.install(session)
        clock.set_clock(session, clock.fixed(NOW))
        set_judge(session, self.policies)
        return session

    def prepare(self) -> None:
        """Book what was booked before, work out the cases that stand anyway, and keep it."""
        with self.engine.connect() as connection, self._session(connection) as session:
            world = World(session, self.readers, Rules(), set(), set())
            for books in self.base.books:
                world.keep_books(books)
            world.propose()
            numbers = session.execute(select(Case.number, Case.version).where(Case.entity == ENTITY))
            self.standing = dict(numbers.all())
            session.commit()
            connection.commit()


@contextmanager
def stage(url: str, base: Document, readers: ReaderPool, label: str) -> Iterator[Stage]:
    """A stage for a base document in a database of its own, copied from the template at `url`. The label is unique."""
    admin, name = url.replace(f"/{TEMPLATE}?", "/postgres?"), f"stage_{label}"
    with psycopg.connect(admin, autocommit=True) as connection:
        copy = sql.SQL("create database {} template {} strategy file_copy")
        connection.execute(copy.format(sql.Identifier(name), sql.Identifier(TEMPLATE)))
    engine = engine_for(url.replace(f"/{TEMPLATE}?", f"/{name}?"), pool_size=1)
    try:
        made = Stage(base, engine, readers, Policies.load())
        made.prepare()
        yield made
    finally:
        engine.dispose()
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


def rows_of(session: Session, table: str) -> tuple[tuple[str, ...], ...]:
    """A table's rows as text, sorted; each value with its column's name."""
    known = Base.metadata.tables[table].columns.keys()
    wanted = [name for name in (BOOKS[table] or known) if name in known and name not in LEFT_OUT]
    columns = ", ".join(f'"{name}"' for name in wanted)
    rows: Sequence[Any] = session.execute(text(f'select {columns} from "{table}"')).all()
    return tuple(sorted(tuple(f"{name}={value}" for name, value in zip(wanted, row, strict=True)) for row in rows))


def _count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(CommandLog)) or 0


def _broken(session: Session, before: merkle.Frontier, commands: int) -> str:
    """What is wrong with the record of a play: one entry for each command, each a leaf that the head holds."""
    entries = session.execute(
        select(EntryRow.text, EntryRow.leaf_hash).where(EntryRow.seq >= before.size).order_by(EntryRow.seq)
    ).all()
    if len(entries) != commands:
        return f"the record has {len(entries)} entries for {commands} commands"
    frontier = before
    for words, leaf in entries:
        if merkle.leaf_hash(words.encode()) != bytes(leaf):
            return "an entry of the record is not what its leaf says"
        frontier, _ = merkle.append(frontier, bytes(leaf))
    return "" if frontier == read_frontier(session) else "the head of the record is not that of its entries"
