"""The one door. Nothing enters the books but through `execute` (DESIGN.md, promise 1).

A command's rows, its event, its audit entry and the jobs it causes are written in the caller's transaction, inside a
savepoint: a refusal leaves nothing behind, and the caller's commit makes all of it true at once. The same `key` again
gives the first result; the same key with another command is refused.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Identity, Index, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from core import audit, catalogue, driver, jobs, rows
from core.canonical import digest, plain
from core.command import Command, to_wire
from core.db import Base, Json, Key, Moment, Words
from core.erp import Actor, Because, Effect, Erp, Event
from core.refusals import Refusal, Refused
from core.simulation import Simulated, simulated


class CommandLog(Base):
    """Every command that was carried out, under its key. The result is what a repetition gets."""

    __tablename__ = "command_log"
    entity: Mapped[Key]
    key: Mapped[Key]
    kind: Mapped[Words]
    input_sha256: Mapped[Words]
    actor: Mapped[Words]
    at: Mapped[Moment]
    result: Mapped[Json | None]


class EventRow(Base):
    """The event log, append-only. `seq` orders it; `key` is the command that caused it."""

    __tablename__ = "event"
    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    entity: Mapped[Words]
    kind: Mapped[Words]
    subject: Mapped[Words]
    facts: Mapped[Json]
    at: Mapped[Moment]
    actor: Mapped[Words]
    key: Mapped[Words]

    __table_args__ = (Index("ix_event_subject", "entity", "subject", "seq"),)


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What came of a command: the verb's result as JSON types, the events, the effects. `repeated`: nothing was done."""

    result: dict[str, Any]
    events: tuple[Event, ...] = ()
    effects: tuple[Effect, ...] = ()
    repeated: bool = False


NOBODY = Because()

KEEP_RESULT = (
    "update command_log set result = %(result)s::jsonb, at = %(at)s where entity = %(entity)s and key = %(key)s"
)
CLAIM = (
    "insert into command_log (entity, key, kind, input_sha256, actor, at)"
    " values (%(entity)s, %(key)s, %(kind)s, %(input_sha256)s, %(actor)s, now()) on conflict do nothing returning key"
)


def execute(session: Session, command: Command, *, actor: Actor, key: str, because: Because = NOBODY) -> Outcome:
    """Carry a command out, once.

    Takes the session whose transaction it joins (the caller commits), who acts, an idempotency key that is unique per
    entity, and why. Raises `Refused`; then nothing was written. A repeated key gives the first result and does nothing.
    """
    fingerprint = digest(to_wire(command))
    mark = audit.mark(session)
    try:
        with session.begin_nested():
            erp = _erp(session, command, actor, because)
            first = _first_result(erp, command, key, fingerprint)
            if first is not None:
                return first
            result = plain(catalogue.perform(erp, command))
            for books in (erp, *erp.others):
                catalogue.detect(books)
            session.flush()
            _write_down(erp, command, key, result)
    except BaseException:
        audit.rewind(session, mark)
        raise
    return Outcome(result=result, events=tuple(erp.events), effects=tuple(erp.effects))


def simulate(session: Session, commands: Iterable[Command], *, actor: Actor, because: Because = NOBODY) -> Simulated:
    """Run the very command code in a savepoint that is rolled back, and give the effects (DESIGN.md, promise 8)."""
    commands = tuple(commands)
    assert commands, "nothing to simulate"
    erp = _erp(session, commands[0], actor, because)
    return simulated(erp, commands)


def _erp(session: Session, command: Command, actor: Actor, because: Because) -> Erp:
    return Erp(session=session, entity=command.entity, actor=actor, because=because, dispatch=catalogue.perform)


def _first_result(erp: Erp, command: Command, key: str, fingerprint: str) -> Outcome | None:
    """Claim the key. None when it is new; waits for a transaction that is using it right now. What almost every command
    asks next, the entity's currency, is asked by the way."""
    claim = {
        "entity": command.entity,
        "key": key,
        "kind": type(command).__name__,
        "input_sha256": fingerprint,
        "actor": str(erp.actor),
    }
    claimed, entity = driver.ask_all(erp.session, (CLAIM, claim), erp.asking_currency())
    if claimed:
        erp.keep_currency(entity)
        return None
    log = erp.session.execute(
        select(CommandLog.input_sha256, CommandLog.result).where(
            CommandLog.entity == command.entity, CommandLog.key == key
        )
    ).one()
    if log.input_sha256 != fingerprint:
        raise Refused(Refusal.KEY_REUSED, f"{key} was used for another {type(command).__name__}")
    return Outcome(result=dict(log.result or {}), repeated=True)


def _write_down(erp: Erp, command: Command, key: str, result: Mapping[str, Any]) -> None:
    """Log, events, audit entry and jobs of one command, in the transaction it changed the books in."""
    session, at = erp.session, erp.now
    done = {"entity": erp.entity, "key": key, "result": json.dumps(result), "at": at}
    driver.later(session, KEEP_RESULT, done)
    for books in (erp, *erp.others):
        _write_events(books, key, at)
        audit.record(session, _entry(books, command, key, result))
    jobs.defer(session, erp.jobs)


def _write_events(erp: Erp, key: str, at: datetime) -> None:
    """The events of a command, under the entity whose books they tell of."""
    rows.insert(
        erp.session,
        EventRow,
        [
            {
                "entity": erp.entity,
                "kind": event.kind,
                "subject": event.subject,
                "facts": plain(event.facts),
                "at": at,
                "actor": str(erp.actor),
                "key": key,
            }
            for event in erp.events
        ],
    )


def _entry(erp: Erp, command: Command, key: str, result: Mapping[str, Any]) -> audit.AuditEntry:
    """What the audit log keeps of a command: who, what, on which facts, what came of it."""
    because = erp.because
    return audit.AuditEntry(
        entity=erp.entity,
        at=erp.now,
        actor=erp.actor.id,
        actor_kind=erp.actor.kind,
        kind=erp.audit_kind or "command",
        subject=erp.events[0].subject if erp.events else type(command).__name__,
        case=because.case or erp.audit_case,
        says=erp.audit_says or because.says,
        body={
            "command": to_wire(command),
            "key": key,
            "because": plain(because),
            "events": [plain(event) for event in erp.events],
            "result": dict(result),
        },
    )
