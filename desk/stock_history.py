"""What an item was at a site, on two clocks, and how its cost came to be what it is: what was costed anew, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from core import wording
from core.books.tables import JournalEntry
from core.stock.queries import Position, as_of
from core.stock.tables import CostChange, CostEntry
from desk.web import MAY_OPEN, User
from desk.wording import capital

ZERO = Decimal(0)
CHANGES_MAX = 60
KINDS = {
    "charge": "came to cost",
    "recosted": "costed anew",
    "trued_up": "trued up",
}
"""What a change of cost is, in words."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AsOf:
    """How it was at the end of a day: as it was known at a moment, and as it is known now."""

    day: str
    known: str
    says: str
    rows: tuple[tuple[str, str, str, bool], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Changed:
    """One entry that is worth another amount since."""

    what: str
    day: str
    how: str
    change: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Correction:
    """Something that turned out later, and every entry here that it changed."""

    document: str
    says: str
    recorded: str
    entry: str
    link: str
    changed: tuple[Changed, ...]
    total: str


def looked_back(
    session: Session, user: User, item: str, site: str, day: date | None, known: datetime | None
) -> AsOf | None:
    """What was there at the end of `day`, as known at `known` (then, when nobody says), beside what is known now."""
    if day is None:
        return None
    end = datetime.combine(day, time(), UTC) + timedelta(days=1) - timedelta(microseconds=1)
    then = as_of(session, user.entity, item, site, happened=end, recorded=known or end)
    now = as_of(session, user.entity, item, site, happened=end)
    return AsOf(
        day=day.isoformat(),
        known=f"{known:%Y-%m-%dT%H:%M}" if known else "",
        says=_found_out(then, now),
        rows=tuple(_rows(user, then, now)),
    )


def _found_out(then: Position, now: Position) -> str:
    if then == now:
        return "Nothing was found out since: both clocks say the same."
    return "What was found out since is marked."


def _rows(user: User, then: Position, now: Position) -> list[tuple[str, str, str, bool]]:
    rows = []
    for status in sorted({*then.by_status, *now.by_status}):
        was, is_ = then.by_status.get(status, ZERO), now.by_status.get(status, ZERO)
        rows.append((capital(status.replace("_", " ")), wording.quantity(was), wording.quantity(is_), was != is_))
    was, is_ = then.on_hand, now.on_hand
    rows.append(("On hand", wording.quantity(was), wording.quantity(is_), was != is_))
    worth = [wording.plain_amount(one.value, user.currency) for one in (then, now)]
    return [*rows, (f"Worth, {user.currency}", worth[0], worth[1], then.value != now.value)]


def corrections(session: Session, user: User, item: str, site: str) -> tuple[Correction, ...]:
    """What turned out later about the cost of an item at a site, the newest first, with everything here that it changed."""
    on_entry = and_(CostEntry.entity == CostChange.entity, CostEntry.number == CostChange.entry)
    rows = session.execute(
        select(
            CostChange.document,
            CostChange.kind,
            CostChange.value,
            CostChange.recorded_at,
            CostEntry.document.label("of"),
            CostEntry.kind.label("was"),
            CostEntry.happened_at,
        )
        .join(CostEntry, on_entry)
        .where(CostChange.entity == user.entity, CostEntry.item == item, CostEntry.site == site)
        .order_by(CostChange.number.desc())
        .limit(CHANGES_MAX)
    ).all()
    posted = _posted(session, user, sorted({row.document for row in rows}))
    readable = bool(MAY_OPEN["Ledger"] & set(user.roles))
    return tuple(
        _correction(user, document, list(group), posted.get(document), readable=readable)
        for document, group in groupby(rows, key=lambda row: str(row.document))
    )


def _posted(session: Session, user: User, documents: Sequence[str]) -> dict[str, JournalEntry]:
    """The first journal entry of each document: it says why."""
    found = session.scalars(
        select(JournalEntry)
        .where(JournalEntry.entity == user.entity, JournalEntry.document.in_(documents))
        .order_by(JournalEntry.recorded_at.desc(), JournalEntry.number.desc())
    )
    return {entry.document: entry for entry in found}


def _correction(
    user: User, document: str, rows: Sequence[Any], entry: JournalEntry | None, *, readable: bool
) -> Correction:
    return Correction(
        document=document,
        says=entry.says if entry else "",
        recorded=f"{wording.day(rows[0].recorded_at.date())}, {wording.hour(rows[0].recorded_at)}",
        entry=entry.number if entry else "",
        link=f"/ledger?span=all&entry={entry.number}" if entry and readable else "",
        changed=tuple(
            Changed(
                what=row.of if row.of == row.was else f"{capital(row.was)} {row.of}",
                day=f"{row.happened_at.day} {row.happened_at:%b}",
                how=KINDS.get(row.kind, row.kind),
                change=_signed(row.value, user),
            )
            for row in reversed(rows)
        ),
        total=_signed(sum((row.value for row in rows), ZERO), user),
    )


def _signed(value: Decimal, user: User) -> str:
    return f"{'+' if value > 0 else '−' if value < 0 else ''}{wording.plain_amount(abs(value), user.currency)}"
