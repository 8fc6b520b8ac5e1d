"""A throw-away world: the demo company on an embedded PostgreSQL, and the same steps from mail to proposals as the desk's.

One server per run, one template, one database per case. The clock stands still, so that a case gives the same outcome
whenever it runs. Nothing here reaches a network.
"""

import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from threading import Lock
from typing import Any

import psycopg
import yaml
from psycopg import sql
from sqlalchemy import select
from sqlalchemy.orm import Session

from agents.models.port import Model
from agents.models.rules import Rules
from agents.read.sandbox import ReaderPool
from agents.steps import proposals_of, reading_of
from agents.views import DatabaseTools
from core import audit, clock, door, schema
from core.cases import Case, CaseFinding
from core.claims import Reading
from core.command import Command
from core.db import engine_for, sessions
from core.deciding.commands import CarryOut
from core.deciding.facts import set_judge
from core.deciding.proposals import Decision, Proposal
from core.erp import Actor, Because
from core.intake.storing import store
from core.intake.tables import Message, StoredBytes
from core.payables.commands import ProposeMatched
from core.payables.tables import SupplierInvoice
from core.postgres import embedded
from core.purchasing.commands import CheckConfirmations
from core.reading_wire import from_wire
from core.seeding import play
from core.simulation import Simulated
from policies.verdict import Policies

NOW = datetime(2026, 11, 20, 17, 30, tzinfo=UTC)
COMPANY = Path(__file__).resolve().parent.parent / "desk" / "demo" / "company.yaml"
ENTITY = "HP"
EVALS = Actor(kind="system", id="evals")
TEMPLATE = "world_template"
SIDE_BY_SIDE = min(4, os.cpu_count() or 1)
"""How many worlds are played side by side, unless a run is told otherwise."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Way:
    """One proposal as it is compared: what would be done, for whom, for how much, who must sign."""

    option: str
    actions: tuple[str, ...]
    pays: str
    disputes: str
    payee: str
    answer: int
    approvers: tuple[tuple[str, ...], ...]
    auto: bool
    body: dict[str, Any] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseOutcome:
    """One exception with its findings and its ways, in order."""

    cause: str
    codes: tuple[str, ...]
    supplier: str
    ways: tuple[Way, ...]
    state: str
    severity: str = "normal"
    rank: Decimal = Decimal(0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What became of the documents of a case."""

    states: tuple[str, ...]
    readings: tuple[Reading, ...]
    cases: tuple[CaseOutcome, ...]
    posted: tuple[str, ...] = ()  # the suppliers' numbers of the invoices that were posted

    @property
    def codes(self) -> set[str]:
        """Every exception code that stands. A matched invoice is none."""
        return {code for case in self.cases for code in case.codes} - {"invoice_matched"}

    @property
    def intents(self) -> set[str]:
        """Every intent of every message."""
        return {claim.intent.value for reading in self.readings for claim in reading.intents}


@dataclass
class World:
    """One company in one database."""

    session: Session
    readers: ReaderPool
    model: Model
    before: set[str]
    posted_before: set[str]

    def tools(self) -> DatabaseTools:
        """What agents are handed."""

        def simulator(commands: Sequence[Command]) -> Simulated:
            return door.simulate(self.session, commands, actor=EVALS, because=Because(says="trying a way out"))

        return DatabaseTools(self.session, ENTITY, self.model, self.readers.read, simulator)

    def receive(self, raw: bytes, name: str) -> str:
        """Store, read, link and record one message, as the worker does. Gives its hash."""
        sha256 = store(self.session, raw, entity=ENTITY, name=name, source="evals", actor=EVALS)
        self.session.commit()
        row = self.session.get(Message, (ENTITY, sha256))
        stored = self.session.get(StoredBytes, sha256)
        assert row is not None, "stored a moment ago"
        assert stored is not None, "stored a moment ago"
        if row.state == "stored":
            command = reading_of(ENTITY, sha256, stored.content, row.name, self.tools())
            door.execute(self.session, command, actor=EVALS, key=f"read:{sha256}", because=Because(message=sha256))
            self.session.commit()
        return sha256

    def keep_books(self, data: Mapping[str, Any]) -> None:
        """Play orders, receipts and invoices that happen meanwhile, in the form of company.yaml."""
        entity = yaml.safe_load(COMPANY.read_text(encoding="utf-8"))["entity"]
        play(self.session, {"entity": entity, **data})
        self.session.commit()

    def go_to(self, moment: str) -> None:
        """Let the clock go on to a moment (ISO 8601, UTC), and do what it asks for then: raise what nobody confirmed."""
        clock.set_clock(self.session, clock.fixed(datetime.fromisoformat(moment).replace(tzinfo=UTC)))
        door.execute(self.session, CheckConfirmations(entity=ENTITY), actor=EVALS, key=f"confirmations:{moment}")
        self.session.commit()

    def propose(self, standing: Mapping[str, int] | None = None) -> None:
        """Put matched invoices on the staircase, and work out every case that is open, but for those that still have the
        version they are `standing` at: they are worked out already."""
        open_ = select(SupplierInvoice).where(SupplierInvoice.entity == ENTITY, SupplierInvoice.state == "registered")
        busy = select(Case.invoice).where(Case.entity == ENTITY, Case.invoice.is_not(None), Case.closed_at.is_(None))
        for invoice in self.session.scalars(open_.where(SupplierInvoice.number.not_in(busy))).all():
            command = ProposeMatched(entity=ENTITY, invoice=invoice.number)
            door.execute(self.session, command, actor=EVALS, key=f"matched:{invoice.number}")
        for case in self.session.scalars(select(Case).where(Case.entity == ENTITY, Case.closed_at.is_(None))).all():
            if case.state in ("executing", "snoozed") or (standing or {}).get(case.number) == case.version:
                continue
            drafted = proposals_of(ENTITY, case.number, self.tools())
            door.execute(self.session, drafted, actor=EVALS, key=f"propose:{case.number}:{case.version}")
        self.session.commit()

    def carry_out(self) -> None:
        """Carry out what was decided, by rule or by a person, as the worker does."""
        waiting = (
            select(Decision)
            .where(Decision.entity == ENTITY, Decision.verb == "approve", Decision.carried_out_at.is_(None))
            .order_by(Decision.number)
        )
        for decision in self.session.scalars(waiting).all():
            command = CarryOut(entity=ENTITY, decision=decision.number)
            because = Because(says="decided", case=decision.case, proposal=decision.digest)
            door.execute(self.session, command, actor=EVALS, key=f"carry_out:{decision.number}", because=because)
        self.session.commit()

    def outcome(self, hashes: Sequence[str]) -> Outcome:
        """What stands now and did not before."""
        messages = [self.session.get(Message, (ENTITY, sha256)) for sha256 in hashes]
        known = [message for message in messages if message is not None]
        cases = self.session.scalars(
            select(Case).where(Case.entity == ENTITY).order_by(Case.opened_at, Case.number)
        ).all()
        return Outcome(
            states=tuple(message.state for message in known),
            readings=tuple(from_wire(message.reading) for message in known if message.reading),
            cases=tuple(self._case(case) for case in cases if case.number not in self.before),
            posted=tuple(sorted(_posted(self.session) - self.posted_before)),
        )

    def _case(self, case: Case) -> CaseOutcome:
        codes = self.session.scalars(
            select(CaseFinding.code)
            .where(CaseFinding.entity == ENTITY, CaseFinding.case == case.number, CaseFinding.cleared_at.is_(None))
            .order_by(CaseFinding.seq)
        ).all()
        ways = self.session.scalars(
            select(Proposal)
            .where(
                Proposal.entity == ENTITY, Proposal.case == case.number, Proposal.state.in_(("proposed", "approved"))
            )
            .order_by(Proposal.place, Proposal.version.desc())
        ).all()
        return CaseOutcome(
            cause=case.cause.partition(":")[0],
            codes=tuple(dict.fromkeys(codes)),
            supplier=case.supplier or "",
            ways=tuple(_way(way, case.supplier or "") for way in ways),
            state=case.state,
            severity=case.severity,
            rank=case.rank or Decimal(0),
        )


@dataclass
class Worlds:
    """Makes worlds: a server, a template with the company in it, and a pool of readers."""

    url: str
    readers: ReaderPool
    made: int = 0
    turn: Lock = field(default_factory=Lock)  # a template is copied for one at a time

    @contextmanager
    def world(self, model: Model | None = None) -> Iterator[World]:
        """A fresh copy of the company."""
        admin = self.url.replace(f"/{TEMPLATE}?", "/postgres?")
        with self.turn, psycopg.connect(admin, autocommit=True) as connection:
            self.made += 1
            name = f"world_{self.made}"
            copy = sql.SQL("create database {} template {} strategy file_copy")
            connection.execute(copy.format(sql.Identifier(name), sql.Identifier(TEMPLATE)))
        engine = engine_for(self.url.replace(f"/{TEMPLATE}?", f"/{name}?"))
        try:
            with _session(engine) as session:
                before = set(session.scalars(select(Case.number)))
                yield World(session, self.readers, model or Rules(), before, _posted(session))
        finally:
            engine.dispose()
            with psycopg.connect(admin, autocommit=True) as connection:
                connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@contextmanager
def worlds() -> Iterator[Worlds]:
    """A server for one run, in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="desk-evals-") as folder, closing(ReaderPool()) as readers:
        url = embedded(Path(folder) / "postgres", TEMPLATE)
        with psycopg.connect(url, autocommit=True) as connection:
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                connection.execute(sql.SQL("alter system set {} = off").format(sql.Identifier(setting)))
            connection.execute("select pg_reload_conf()")
        engine = engine_for(url)
        with engine.begin() as connection_:
            schema.create(connection_)
        with _session(engine) as session:
            play(session, yaml.safe_load(COMPANY.read_text(encoding="utf-8")))
            session.commit()
        engine.dispose()
        yield Worlds(url, readers)


def _session(engine: Any) -> Session:
    make = sessions(engine)
    audit.install(make)
    session = make()
    clock.set_clock(session, clock.fixed(NOW))
    set_judge(session, Policies.load())
    return session


def _posted(session: Session) -> set[str]:
    posted = SupplierInvoice.entity == ENTITY, SupplierInvoice.state == "posted"
    return set(session.scalars(select(SupplierInvoice.their_number).where(*posted)))


def _way(row: Proposal, supplier: str) -> Way:
    verdict = row.body["verdict"]
    return Way(
        option=row.option,
        actions=tuple(action["command"]["type"] for action in row.body["actions"]),
        pays=row.body["amounts"].get("pays", "0"),
        disputes=row.body["amounts"].get("disputes", "0"),
        payee=supplier,
        answer=verdict["answer"],
        approvers=tuple(tuple(group) for group in verdict["approvers"]),
        auto=verdict["auto"],
        body=row.body,
    )
