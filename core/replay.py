"""What was recorded, carried out again: the same commands under the same clock give the same bytes (DESIGN.md, promise 14).

The audit log keeps every command as it was given, its key, who gave it, why, and the hour. `replay` gives them to the door
again, in the order of the log, on books that are still empty; `contents` is every row of the books as text, to be compared.
What is written beside the door (messages as they came, proposals, sign-ins) is not carried out again.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Numeric, select, text
from sqlalchemy.orm import Session

from core import clock, door
from core.audit_tables import EntryRow
from core.command import Command, from_wire
from core.db import Base
from core.erp import Actor, Because

PLACES = {"event": "seq"}
"""Columns that number the tries and not the rows: a refused command leaves a gap there, and a replay has none."""

IN_ORDER = {"event": "at, entity, key, seq"}
"""How their rows are put in order instead: the events of a command as they came. Of two commands that ran at once either may
have numbered its events first; which of them came first is told by the audit log."""

NOT_ROWS_OF_COMMANDS = frozenset({"audit_checkpoint", "mailbox", "mailbox_waiting"})
"""Tables that say when somebody looked, not what was done."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Recorded:
    """One command as the audit log keeps it."""

    command: Command
    key: str
    actor: Actor
    because: Because
    at: datetime


def recorded(session: Session, *, since: int = 0) -> Iterator[Recorded]:
    """The commands of the log, oldest first, from so many entries on. One that wrote in the books of two entities is there
    once."""
    query = select(EntryRow.text, EntryRow.entity, EntryRow.at).where(EntryRow.seq >= since).order_by(EntryRow.seq)
    rows = session.execute(query)
    for written, entity, at in rows:
        entry = json.loads(written)
        body = entry["body"]
        if "command" not in body or body["command"]["entity"] != entity:
            continue
        yield Recorded(
            command=from_wire(body["command"]),
            key=body["key"],
            actor=Actor(kind=entry["actor_kind"], id=entry["actor"]),
            because=Because(**body["because"]),
            at=at,
        )


def replay(session: Session, commands: Iterable[Recorded]) -> int:
    """Carry recorded commands out on empty books, each at its hour. The caller commits. Gives how many there were; raises
    `Refused` where the core of today refuses what it did then."""
    count = 0
    for one in commands:
        clock.set_clock(session, clock.fixed(one.at))
        door.execute(session, one.command, actor=one.actor, key=one.key, because=one.because)
        count += 1
    return count


def contents(session: Session) -> dict[str, list[str]]:
    """Every row of every table as text, in an order that only depends on the rows."""
    session.flush()
    return {
        name: list(session.scalars(text(_rows(name))))
        for name in sorted(Base.metadata.tables)
        if name not in NOT_ROWS_OF_COMMANDS
    }


def _rows(table: str) -> str:
    """Asks for the rows of one of our own tables. 6.9 and 6.90 are one number."""
    place, order = PLACES.get(table), IN_ORDER.get(table, "1")
    columns = [
        f'trim_scale("{column.name}")' if isinstance(column.type, Numeric) else f'"{column.name}"'
        for column in Base.metadata.tables[table].columns
        if column.name != place
    ]
    return f"select row({', '.join(columns)})::text from {table} order by {order}"


def differences(before: Mapping[str, list[str]], after: Mapping[str, list[str]]) -> list[str]:
    """For each table that is not the same, the first row that only one of them has."""
    found = []
    for table in sorted(before.keys() | after.keys()):
        one, other = before.get(table, []), after.get(table, [])
        if one != other:
            lost = next((row for row in one if row not in set(other)), None)
            found.append(f"{table}: {f'only before: {lost}' if lost else f'only after: {_new(one, other)}'}")
    return found


def _new(one: list[str], other: list[str]) -> Any:
    return next((row for row in other if row not in set(one)), "the same rows in another order")
