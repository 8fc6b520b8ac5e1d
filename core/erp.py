"""What a verb of the core is given: the session, the hour, who acts and why, and the few ways to leave a trace.

One `Erp` lives as long as one command. It collects the events, effects and jobs of that command; the door writes them
in the same transaction. Verbs never commit.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, TypeVar

from sqlalchemy.orm import Session

from core import clock, driver
from core.command import Command
from core.numbers import next_number, next_ordinal
from core.refusals import Refusal, Refused

Row = TypeVar("Row")

CURRENCY = "select currency from entity where code = %(entity)s"


@dataclass(frozen=True, kw_only=True, slots=True)
class Actor:
    """Who acts: a person by id, a policy rule ("freight v3"), a reader or a part of the system by name."""

    kind: Literal["person", "rule", "reader", "system"]
    id: str

    def __str__(self) -> str:
        return self.id if self.kind == "person" else f"{self.kind}:{self.id}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Because:
    """Why something was done: in words, and by what it can be looked up."""

    says: str = ""
    case: str | None = None
    proposal: str | None = None  # its sha256
    message: str | None = None  # sha256 of the stored bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """Something that happened to a subject. `kind` is a past participle: goods_received, invoice_registered."""

    kind: str
    subject: str
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Effect:
    """One change to the books, as shown before and compared after.

    `kind` is journal, stock, reservation, promise, order, payable, claim, message or record; `what` names the thing (an
    account, an item with site and status, an order line); `change` is the signed amount or quantity in `unit`; `was` and
    `now` are words where a change is not a number (a promised date).
    """

    kind: str
    what: str
    change: Decimal = Decimal(0)
    unit: str = ""
    was: str = ""
    now: str = ""


@dataclass(frozen=True, slots=True)
class Job:
    """Work that this command causes. It is deferred in the same transaction, or not at all."""

    task: str
    args: dict[str, Any]
    lock: str | None = None
    queueing_lock: str | None = None


Dispatch = Callable[["Erp", Command], Mapping[str, Any]]
"""Carries out a command by its verb: `core.catalogue.perform`, handed in so that rooms need not import each other."""


@dataclass
class Erp:
    """The core as one command sees it."""

    session: Session
    entity: str
    actor: Actor
    because: Because
    dispatch: Dispatch
    simulated: bool = False
    events: list[Event] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    jobs: list[Job] = field(default_factory=list)
    held: list[object] = field(default_factory=list)  # rows in hand: as long as they are, none is read twice
    known: dict[Any, Any] = field(default_factory=dict)  # what was looked up and no other command changes meanwhile
    others: list["Erp"] = field(default_factory=list)  # the books of other entities that this command writes as well
    hour: datetime | None = None  # when it is carried out: one moment from beginning to end, as the record has it
    prefix: str = ""  # before what effects name, where the books are not those of the command
    audit_kind: str = ""  # what the audit log calls this command, when "command" says too little
    audit_case: str | None = None
    audit_says: str = ""

    @property
    def now(self) -> datetime:
        """The hour of the command, aware, UTC. It stands still while the command is carried out."""
        if self.hour is None:
            self.hour = clock.now(self.session)
        return self.hour

    @property
    def today(self) -> date:
        """The day in UTC. Entities in other zones book by it, which the README says."""
        return self.now.date()

    @property
    def currency(self) -> str:
        """The entity's currency. Refuses an entity that does not exist."""
        if CURRENCY not in self.known:
            self.keep_currency(driver.ask(self.session, *self.asking_currency()))
        if CURRENCY not in self.known:
            raise Refused(Refusal.ENTITY_UNKNOWN, self.entity)
        currency: str = self.known[CURRENCY]
        return currency

    def asking_currency(self) -> driver.Question:
        """The question for the entity's currency, to be asked together with others."""
        return CURRENCY, {"entity": self.entity}

    def keep_currency(self, found: Sequence[Any]) -> None:
        """Keep what was found of it, if the entity is there."""
        if found:
            self.known[CURRENCY] = found[0].currency

    def need(self, table: type[Row], *key: object, refusal: Refusal, lock: bool = False) -> Row:
        """The row with that key, locked when asked. Raises `Refused(refusal)` naming the key when there is none."""
        whole = key[0] if len(key) == 1 else key
        if not lock and (table, whole) in self.known:
            found: Row = self.known[table, whole]
            return found
        row = self.session.get(table, whole, with_for_update=lock or None, populate_existing=lock)
        if row is None:
            raise Refused(refusal, " ".join(str(part) for part in key))
        self.known[table, whole] = row
        return row

    def books_of(self, entity: str) -> "Erp":
        """The books of another entity, written by the same command: one transaction, or neither. The door keeps their
        events and their audit entry under that entity."""
        assert entity != self.entity, "these are the books of the command"
        for known in self.others:
            if known.entity == entity:
                return known
        other = replace(
            self,
            entity=entity,
            events=[],
            known={},
            others=[],
            hour=self.now,
            prefix=f"{entity}: ",
            audit_kind="",
            audit_case=None,
            audit_says="",
        )
        other.because = replace(self.because, case=None, proposal=None)
        self.others.append(other)
        return other

    def perform(self, command: Command) -> Mapping[str, Any]:
        """Carry out another command as a part of this one: same transaction, same audit entry."""
        return self.dispatch(self, command)

    def add(self, *rows: object) -> None:
        """Write new rows now, so that later reads and constraints see them."""
        self.session.add_all(rows)
        self.held.extend(rows)
        self.session.flush()

    def number(self, kind: str) -> str:
        """The next number of a kind, as people read it: PO-40418."""
        return next_number(self.session, self.entity, kind)

    def ordinal(self, kind: str) -> int:
        """The next bare number of a kind: a stock move, a layer."""
        return next_ordinal(self.session, self.entity, kind)

    def emit(self, kind: str, subject: str, **facts: Any) -> None:
        """Say that something happened. Detectors listen by kind."""
        self.events.append(Event(kind=kind, subject=subject, facts=facts))

    def effect(
        self, kind: str, what: str, change: Decimal = Decimal(0), unit: str = "", *, was: str = "", now: str = ""
    ) -> None:
        """Record one change of the books for the card and for the comparison at execution."""
        self.effects.append(Effect(kind=kind, what=f"{self.prefix}{what}", change=change, unit=unit, was=was, now=now))

    def note(self, kind: str, says: str, *, case: str | None = None) -> None:
        """Say how the audit log shall show this command: its kind, a sentence, and the case it belongs to."""
        self.audit_kind, self.audit_says, self.audit_case = kind, says, case or self.audit_case

    def defer(self, task: str, *, lock: str | None = None, queueing_lock: str | None = None, **args: Any) -> None:
        """Cause work: queued in this transaction. Does nothing in a simulation, which is rolled back anyway."""
        self.jobs.append(Job(task, args, lock, queueing_lock))
