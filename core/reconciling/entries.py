"""Entries of a stream in the books: written, tied together, matched anew where something came, and added up.

Whatever comes touches its own thread, what lies close to it in time, and the running figures after it: what is told in
order costs the same however long the history is, and what is late costs as much as it is late.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, insert, select, tuple_, update

from core.erp import Erp
from core.money import ZERO
from core.numbers import next_ordinals
from core.reconciling.matching import Entry, Name, by_reference, by_time
from core.reconciling.running import add_up, name_of
from core.reconciling.tables import (
    BY_REFERENCE,
    BY_TIME,
    LEDGER,
    OPEN,
    StreamAlias,
    StreamEntry,
    StreamKey,
    WarehouseStream,
)


class Place(NamedTuple):
    """A balance as a stream tells them apart."""

    item: str
    site: str
    location: str
    lot: str
    status: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Fresh:
    """An entry that was not there before."""

    place: Place
    side: str
    number: int
    quantity: Decimal
    reference: str
    happened_at: datetime
    stated: Decimal | None = None


ROW = (StreamEntry.key, StreamEntry.happened_at, StreamEntry.side, StreamEntry.number, StreamEntry.quantity,
       StreamEntry.reference, StreamEntry.thread, StreamEntry.matched, StreamEntry.tied)  # fmt: skip


def place_of(stream: WarehouseStream, item: str, site: str, location: str, lot: str, status: str) -> Place:
    """The balance of a stream that a move changes: without what the warehouse does not tell apart."""
    return Place(
        item,
        site,
        location if stream.by_location else "",
        lot if stream.by_lot else "",
        status if stream.by_status else "",
    )


def add(erp: Erp, stream: WarehouseStream, fresh: Sequence[Fresh]) -> set[int]:
    """Write entries and match them. Gives the numbers of every key at which anything changed."""
    keys = _keys(erp, stream, {one.place for one in fresh})
    threads = _threads(erp, {one.reference for one in fresh if one.reference})
    rows: list[dict[str, Any]] = []
    for one in fresh:
        key = keys[one.place]
        if one.side == LEDGER:
            key.in_ledger += one.quantity
        rows.append(
            {
                "entity": erp.entity,
                "source": stream.source,
                "side": one.side,
                "number": one.number,
                "key": key.number,
                "quantity": one.quantity,
                "reference": one.reference,
                "thread": threads.get(one.reference, one.reference),
                "happened_at": one.happened_at,
                "matched": OPEN if one.quantity else BY_REFERENCE,  # what only states a balance has nothing to match
                "tied": False,
                "running": None,
                "stated": one.stated,
                "opening": None,
            }
        )
    erp.session.flush()
    add_up(erp, stream, rows)
    erp.session.execute(insert(StreamEntry), rows)
    moved = [row for row in rows if row["quantity"]]
    rematch(
        erp,
        stream,
        {(row["key"], row["thread"]) for row in moved if row["thread"]},
        [(row["key"], row["quantity"], row["happened_at"]) for row in moved],
    )
    return {row["key"] for row in rows}


def rethread(erp: Erp, stream: WarehouseStream, aliases: dict[str, str]) -> set[int]:
    """Note what a delivery may be called, and tie events to it that came before. Gives the keys where it mattered."""
    known = _threads(erp, set(aliases))
    new = {reference: thread for reference, thread in aliases.items() if reference and reference not in known}
    if not new:
        return set()
    erp.session.execute(
        insert(StreamAlias),
        [{"entity": erp.entity, "reference": reference, "thread": thread} for reference, thread in new.items()],
    )
    before = erp.session.execute(
        select(*ROW).where(
            StreamEntry.entity == erp.entity,
            StreamEntry.source == stream.source,
            StreamEntry.reference.in_(sorted(new)),
        )
    ).all()
    changed = [row for row in before if row.thread != new[row.reference]]
    if not changed:
        return set()
    erp.session.execute(
        update(StreamEntry),
        [{**name_of(erp, stream, (row.side, row.number)), "thread": new[row.reference]} for row in changed],
    )
    touched = {(row.key, row.thread) for row in changed} | {(row.key, new[row.reference]) for row in changed}
    rematch(erp, stream, touched, [(row.key, row.quantity, row.happened_at) for row in changed])
    return {row.key for row in changed}


def rematch(
    erp: Erp,
    stream: WarehouseStream,
    threads: Collection[tuple[int, str]],
    near: Iterable[tuple[int, Decimal, datetime]],
) -> None:
    """Match anew what hangs on these threads, then what is left loose near these quantities and hours."""
    tied: dict[tuple[int, str], list[Entry]] = defaultdict(list)
    if threads:
        rows = erp.session.execute(
            select(*ROW).where(
                StreamEntry.entity == erp.entity,
                tuple_(StreamEntry.key, StreamEntry.thread).in_(sorted(threads)),
                StreamEntry.quantity != ZERO,
            )
        )
        for row in rows:
            tied[row.key, row.thread].append(_entry(row))
    loose = list(near)
    changes: dict[Name, dict[str, Any]] = {}
    for (key, _), entries in tied.items():
        agreed = by_reference(entries)
        both = len({entry.side for entry in entries}) > 1
        for entry in entries:
            by_itself = OPEN if both or entry.matched == BY_REFERENCE else entry.matched
            wanted = BY_REFERENCE if entry.name in agreed else by_itself
            if (wanted, both) != (entry.matched, entry.tied):
                changes[entry.name] = {"matched": wanted, "tied": both}
                loose.append((key, entry.quantity, entry.happened_at))
    _mark(erp, stream, changes)
    ranges: dict[tuple[int, Decimal], tuple[datetime, datetime]] = {}
    for key, quantity, at in loose:
        low, high = ranges.get((key, quantity), (at, at))
        ranges[key, quantity] = min(low, at), max(high, at)
    for (key, quantity), (low, high) in ranges.items():
        _match_loose(erp, stream, key, quantity, low, high)


def _match_loose(erp: Erp, stream: WarehouseStream, key: int, quantity: Decimal, low: datetime, high: datetime) -> None:
    """Match what hangs on no thread between two hours, and what lies so close to it that it may be taken away from it."""
    tolerance = timedelta(minutes=stream.tolerance_minutes)
    while True:
        rows = erp.session.execute(
            select(*ROW).where(
                StreamEntry.entity == erp.entity,
                StreamEntry.key == key,
                StreamEntry.quantity == quantity,
                StreamEntry.matched != BY_REFERENCE,
                ~StreamEntry.tied,
                StreamEntry.happened_at.between(low - tolerance, high + tolerance),
            )
        )
        entries = [_entry(row) for row in rows]
        first = min((entry.happened_at for entry in entries), default=low)
        last = max((entry.happened_at for entry in entries), default=high)
        if first >= low and last <= high:
            break
        low, high = min(low, first), max(high, last)
    agreed = by_time(entries, tolerance)
    wanted = {entry.name: BY_TIME if entry.name in agreed else OPEN for entry in entries}
    changed = [entry.name for entry in entries if entry.matched != wanted[entry.name]]
    _mark(erp, stream, {name: {"matched": wanted[name]} for name in changed})


def _mark(erp: Erp, stream: WarehouseStream, changes: dict[Name, dict[str, Any]]) -> None:
    if changes:
        rows = [{**name_of(erp, stream, name), **said} for name, said in changes.items()]
        erp.session.execute(update(StreamEntry), rows)


def _entry(row: Any) -> Entry:
    return Entry(
        happened_at=row.happened_at,
        side=row.side,
        number=row.number,
        quantity=row.quantity,
        reference=row.reference,
        thread=row.thread,
        matched=row.matched,
        tied=row.tied,
    )


def _threads(erp: Erp, references: set[str]) -> dict[str, str]:
    if not references:
        return {}
    rows = erp.session.execute(
        select(StreamAlias.reference, StreamAlias.thread).where(
            StreamAlias.entity == erp.entity, StreamAlias.reference.in_(sorted(references))
        )
    )
    return dict(rows.all())


def keys_where(erp: Erp, stream: WarehouseStream, *wanted: ColumnElement[bool]) -> set[int]:
    """The numbers of the keys at which a stream has entries of which all this is so."""
    of_stream = (StreamEntry.entity == erp.entity, StreamEntry.source == stream.source)
    return set(erp.session.scalars(select(StreamEntry.key).where(*of_stream, *wanted).distinct()))


def known_keys(erp: Erp, stream: WarehouseStream, places: set[Place]) -> set[int]:
    """The numbers of the keys of these balances, as far as they are there."""
    return {row.number for row in _known(erp, stream, places).values()}


def _known(erp: Erp, stream: WarehouseStream, places: set[Place]) -> dict[Place, StreamKey]:
    if not places:
        return {}
    columns = (StreamKey.item, StreamKey.site, StreamKey.location, StreamKey.lot, StreamKey.status)
    rows = erp.session.scalars(
        select(StreamKey)
        .where(
            StreamKey.entity == erp.entity,
            StreamKey.source == stream.source,
            tuple_(*columns).in_(sorted(tuple(place) for place in places)),
        )
        .execution_options(populate_existing=True)
    )
    return {Place(row.item, row.site, row.location, row.lot, row.status): row for row in rows}


def _keys(erp: Erp, stream: WarehouseStream, places: set[Place]) -> dict[Place, StreamKey]:
    """The keys of these balances; those that are new begin here."""
    found = _known(erp, stream, places)
    missing = sorted(places - found.keys())
    if missing:
        first = next_ordinals(erp.session, erp.entity, "stream key", len(missing))
        for place, number in zip(missing, range(first, first + len(missing)), strict=True):
            found[place] = StreamKey(
                entity=erp.entity,
                number=number,
                source=stream.source,
                **place._asdict(),
                in_ledger=ZERO,
                kept=ZERO,
                kept_opening=ZERO,
            )
        erp.add(*(found[place] for place in missing))
    erp.held.extend(found.values())
    return found
