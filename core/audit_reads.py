"""Reading the audit log: entries and checkpoints for pages.

What an entry says is read from the text that was hashed, never from the columns beside it; those only find it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict, Unpack

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from core.audit_tables import CheckpointRow, EntryRow, HeadRow

QUIET = ("anchor", "read", "refused", "signin")
"""Kinds of entries that tell of no change to what pages show."""
HEX_DIGITS_LEAST = 8  # so many digits of a hash find an entry; fewer are words


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One entry as it was hashed. `seq` counts from 0 and is its place in the tree; people count from 1: `number`."""

    seq: int
    entity: str
    at: datetime
    actor: str
    actor_kind: str
    kind: str
    subject: str
    case: str | None
    says: str
    body: Mapping[str, Any]
    text: str
    leaf_hash: bytes

    @property
    def number(self) -> int:
        """The entry's number as pages, receipts and exports call it."""
        return self.seq + 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Checkpoint:
    """A signed statement that the log has `size` entries with this root. `text` is the signed note."""

    size: int
    root: bytes
    at: datetime
    key_id: str
    text: str
    anchored_at: datetime | None = None  # None: signed for a receipt, kept by its holder only


class Filters(TypedDict, total=False):
    """What entries can be found by; None and "" ask for nothing. `find` is a case, an entry's number, the start of its
    hash, or words it contains."""

    entity: str | None
    case: str | None
    kind: str | None
    actor: str | None
    actor_kind: str | None
    since: datetime | None
    find: str


def entries(session: Session, *, before: int | None = None, limit: int = 50, **filters: Unpack[Filters]) -> list[Entry]:
    """The newest entries first. `before` is the `seq` of the last one seen."""
    query = select(EntryRow.seq, EntryRow.text, EntryRow.leaf_hash).order_by(EntryRow.seq.desc()).limit(limit)
    if before is not None:
        query = query.where(EntryRow.seq < before)
    return [_entry(*row) for row in session.execute(query.where(*_where(filters)))]


def count(session: Session, **filters: Unpack[Filters]) -> int:
    """How many entries the same filters find in all."""
    return session.scalar(select(func.count()).select_from(EntryRow).where(*_where(filters))) or 0


EQUAL = {
    "case": EntryRow.case_number,
    "kind": EntryRow.kind,
    "actor": EntryRow.actor,
    "actor_kind": EntryRow.actor_kind,
}


def _where(filters: Filters) -> list[ColumnElement[bool]]:
    """The conditions. An entry of the whole log (an anchor) has the entity "" and is shown to every entity."""
    asked = {name: value for name, value in filters.items() if value}
    where: list[ColumnElement[bool]] = [EQUAL[name] == value for name, value in asked.items() if name in EQUAL]
    if entity := filters.get("entity"):
        where.append(EntryRow.entity.in_([entity, ""]))
    if since := filters.get("since"):
        where.append(EntryRow.at >= since)
    if words := filters.get("find", "").strip():
        where.append(_found_by(words))
    return where


def _found_by(words: str) -> ColumnElement[bool]:
    """Entries that mean these words: a case, a number as pages write it, the start of a hash, or text they contain."""
    ways: list[ColumnElement[bool]] = [
        EntryRow.case_number == words,
        EntryRow.text.icontains(words, autoescape=True),
    ]
    plain = words.replace(",", "")
    if plain.isascii() and plain.isdigit() and len(plain) < 19:
        ways.append(EntryRow.seq == int(plain) - 1)
    if len(words) >= HEX_DIGITS_LEAST and all(digit in "0123456789abcdef" for digit in words.lower()):
        ways.append(func.encode(EntryRow.leaf_hash, "hex").startswith(words.lower(), autoescape=True))
    return or_(*ways)


def length(session: Session) -> int:
    """How many entries the log has. What is committed later stands after them: the log has one order."""
    return session.scalar(select(HeadRow.size)) or 0


def changed_since(session: Session, entity: str, length: int) -> bool:
    """Whether anything changed in an entity's books since the log was so long. Looking and signing in change nothing."""
    later = select(EntryRow.seq).where(EntryRow.seq >= length, EntryRow.entity == entity, EntryRow.kind.not_in(QUIET))
    return session.scalar(select(later.exists())) or False


def entry(session: Session, seq: int) -> Entry | None:
    """One entry by its place, or None when there is none."""
    row = session.execute(
        select(EntryRow.seq, EntryRow.text, EntryRow.leaf_hash).where(EntryRow.seq == seq)
    ).one_or_none()
    return None if row is None else _entry(*row)


def _entry(seq: int, text: str, leaf_hash: bytes) -> Entry:
    said = json.loads(text)
    return Entry(
        seq=seq,
        at=datetime.fromisoformat(said["at"]),
        text=text,
        leaf_hash=bytes(leaf_hash),
        **{name: said[name] for name in ("entity", "actor", "actor_kind", "kind", "subject", "case", "says", "body")},
    )


def checkpoints(session: Session) -> list[Checkpoint]:
    """All checkpoints the database has a copy of, the smallest first."""
    return [_checkpoint(row) for row in session.scalars(_checkpoints())]


def last_checkpoint(session: Session) -> Checkpoint | None:
    """The checkpoint that covers most, or None before the first."""
    row = session.scalars(_checkpoints().order_by(None).order_by(CheckpointRow.size.desc()).limit(1)).first()
    return None if row is None else _checkpoint(row)


def covering_checkpoint(session: Session, seq: int, key_id: str | None = None) -> Checkpoint | None:
    """The first checkpoint that covers an entry (and was signed by that key), or None while there is none."""
    query = _checkpoints().where(CheckpointRow.size > seq).limit(1)
    row = session.scalars(query if key_id is None else query.where(CheckpointRow.key_id == key_id)).first()
    return None if row is None else _checkpoint(row)


def _checkpoints() -> Select[CheckpointRow]:
    return select(CheckpointRow).order_by(CheckpointRow.size, CheckpointRow.key_id)


def _checkpoint(row: CheckpointRow) -> Checkpoint:
    return Checkpoint(
        size=row.size,
        root=bytes(row.root),
        at=row.at,
        key_id=row.key_id,
        text=row.text,
        anchored_at=row.anchored_at,
    )
