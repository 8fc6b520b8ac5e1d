"""What stream and ledger disagree about: per balance the first event that does, what was never told, and what was told twice
in two ways. Each is one case that closes by itself when something explains it."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from core.canonical import plain
from core.case_words import counted
from core.cases import Cleared, Code, Finding
from core.erp import Erp, Event
from core.masterdata.tables import Item, Site
from core.money import ZERO, rounded
from core.reconciling.looking import Looked, look, open_gaps
from core.reconciling.matching import Entry
from core.reconciling.tables import (
    LEDGER,
    WAREHOUSE,
    EventConflict,
    StreamEntry,
    StreamGap,
    StreamKey,
    WarehouseEvent,
    WarehouseStream,
)
from core.refusals import Refusal
from core.stock.tables import CostPool, StockMove
from core.wording import day, hour, plural, quantity

CODE = Code.FACT_CONFLICT
OWNER = "inventory_controller"
"""A warehouse that says something else than the ledger is for whoever answers for the stock."""


def examine_stream(erp: Erp, event: Event) -> Iterator[Finding | Cleared]:
    """Every balance that an event touched, and what is missing of its stream."""
    stream = erp.need(WarehouseStream, erp.entity, event.facts["source"], refusal=Refusal.STREAM_UNKNOWN)
    gaps = open_gaps(erp.session, stream)
    for first, last in event.facts.get("closed", ()):
        yield Cleared(code=CODE, cause=cause_of_gaps(stream.source), subject=_gap_subject(stream, first, last))
    tolerance = timedelta(minutes=stream.tolerance_minutes)
    for gap in gaps:
        if gap.until + tolerance <= erp.now:
            yield _gap(stream, gap)
    keys = event.facts.get("keys", ())
    if keys:
        wanted = select(StreamKey).where(StreamKey.entity == erp.entity, StreamKey.number.in_(keys))
        rows = erp.session.scalars(wanted.order_by(StreamKey.number).execution_options(populate_existing=True)).all()
        for key in rows:
            yield from _balance(erp, stream, key, gaps)
    for told in event.facts.get("conflicts", ()):
        yield from _conflict(erp, stream, told)


def settle_event(erp: Erp, event: Event) -> Iterator[Cleared]:
    """Somebody said which of two contents stands."""
    source, told = event.facts["source"], event.facts["event"]
    yield Cleared(code=CODE, cause=cause_of_event(source, told), subject=f"warehouse_event {source} {told}")


def cause_of(key: StreamKey) -> str:
    """The cause that everything about one balance of a stream folds by."""
    place = ":".join((key.item, key.site, key.location, key.lot, key.status))
    return f"warehouse:{key.source}:{place}"


def cause_of_gaps(source: str) -> str:
    """The cause that everything folds by that a stream has not told."""
    return f"warehouse:{source}:gaps"


def cause_of_event(source: str, event: str) -> str:
    """The cause of an event that was told in two ways."""
    return f"warehouse:{source}:event:{event}"


def _balance(
    erp: Erp, stream: WarehouseStream, key: StreamKey, gaps: Sequence[StreamGap]
) -> Iterator[Finding | Cleared]:
    seen = look(erp.session, stream, key, gaps, erp.now)
    own, of_gaps = cause_of(key), cause_of_gaps(key.source)
    subject = own.replace("warehouse:", "balance ", 1)
    cause = "" if seen.agrees else of_gaps if seen.gap is not None else own
    if cause:
        yield _apart(erp, stream, seen, cause, subject)
    for other in (own, of_gaps):
        if other != cause:
            yield Cleared(code=CODE, cause=other, subject=subject)


def _apart(erp: Erp, stream: WarehouseStream, seen: Looked, cause: str, subject: str) -> Finding:
    """A balance at which both say something else, named by the first event that does."""
    key = seen.key
    item = erp.session.get(Item, (erp.entity, key.item))
    site = erp.session.get(Site, (erp.entity, key.site))
    unit = item.unit if item else ""
    difference = seen.level if seen.parted is not None else seen.opening
    first = _first(erp, stream, seen)
    place = " ".join(part for part in (key.location, key.lot and f"lot {key.lot}", _status(key.status)) if part)
    name, where = item.name if item else key.item, site.name if site else key.site
    warehouse = seen.booked + difference
    more = "more" if difference > ZERO else "fewer"
    pieces = counted(abs(difference), unit)
    return Finding(
        code=CODE,
        cause=cause,
        subject=subject,
        headline=f"{pieces} {more} in the warehouse than in the books" if difference else "Another balance stated",
        says=f"{name}: {first['says']}. Ledger {quantity(seen.booked)}, {stream.source} {quantity(warehouse)}",
        stake=rounded(abs(difference) * _worth(erp, item, key), erp.currency) if item else ZERO,
        facts={
            "who": f"{stream.source} at {where}{f', {place}' if place else ''}",
            "clause": f"has {pieces} {more} of {name} than the books"
            if difference
            else f"states another balance of {name}",
            "case_name": "Warehouse and ledger disagree",
            "owner_role": OWNER,
            "source": stream.source,
            "item": key.item,
            "site": key.site,
            "location": key.location,
            "lot": key.lot,
            "status": key.status,
            "quantity": abs(difference),
            "unit": unit,
            "difference": difference,
            "ledger": seen.booked,
            "warehouse": warehouse,
            **{name: value for name, value in first.items() if name != "says"},
        },
    )


def _first(erp: Erp, stream: WarehouseStream, seen: Looked) -> dict[str, Any]:
    """The first event that disagrees: what it says, what the ledger says, and since when."""
    if seen.parted is None:
        assert seen.stated is not None, "what agrees is no finding"
        event = _event(erp, stream, seen.stated.sequence)
        stated = event.balance_after if event.balance_after is not None else ZERO
        says = (
            f"after event {event.event} ({_when(event.happened_at)}) the warehouse states {quantity(stated)},"
            f" by what it told it has {quantity(stated - seen.stated.difference)}"
        )
        return {"says": says, "event": event.event, "sequence": event.sequence, "since": event.happened_at}
    first = seen.parted.first
    other = _counterpart(erp, stream, seen, first)
    told, booked = (first, other) if first.side == WAREHOUSE else (other, first)
    event_row = _event(erp, stream, told.number) if told else None
    said = "the warehouse told nothing"
    if event_row is not None:
        about = f", {event_row.reference}" if event_row.reference else ""
        said = f"event {event_row.event} ({_when(event_row.happened_at)}{about}) says {_signed(event_row.quantity)}"
    move = erp.session.get(StockMove, (erp.entity, booked.number)) if booked else None
    kept = (
        f"the ledger has {_signed(booked.quantity)} by {booked.reference} ({_when(booked.happened_at)})"
        if booked
        else "the ledger has nothing for it"
    )
    return {
        "says": f"{said}, {kept}",
        "event": event_row.event if event_row else None,
        "sequence": event_row.sequence if event_row else None,
        "move": booked.number if booked else None,
        "document": booked.reference if booked else (first.reference or None),
        "kind": move.kind if move else None,
        "since": first.happened_at,
    }


def _counterpart(erp: Erp, stream: WarehouseStream, seen: Looked, first: Entry) -> Entry | None:
    """What the other side has under the same document and unmatched: the same thing with another figure."""
    if not first.thread:
        return None
    row = erp.session.execute(
        select(StreamEntry)
        .where(
            StreamEntry.entity == erp.entity,
            StreamEntry.key == seen.key.number,
            StreamEntry.thread == first.thread,
            StreamEntry.side == (LEDGER if first.side == WAREHOUSE else WAREHOUSE),
            StreamEntry.matched == "",
        )
        .order_by(StreamEntry.happened_at, StreamEntry.number)
        .limit(1)
    ).scalar_one_or_none()
    if row is None:
        return None
    return Entry(
        happened_at=row.happened_at,
        side=row.side,
        number=row.number,
        quantity=row.quantity,
        reference=row.reference,
        thread=row.thread,
    )


def _gap(stream: WarehouseStream, gap: StreamGap) -> Finding:
    """Events that were never told although later ones were."""
    many = gap.last - gap.first + 1
    numbers = f"number {gap.first}" if many == 1 else f"numbers {gap.first} to {gap.last}"
    return Finding(
        code=CODE,
        cause=cause_of_gaps(stream.source),
        subject=_gap_subject(stream, gap.first, gap.last),
        headline=f"{plural(many, 'event')} never came",
        says=f"{stream.source} told nothing under {numbers}, between {_when(gap.since)} and {_when(gap.until)}",
        facts={
            "who": stream.source,
            "clause": f"has not told {plural(many, 'event')}",
            "case_name": "Warehouse events missing",
            "owner_role": OWNER,
            "source": stream.source,
            "first": gap.first,
            "last": gap.last,
            "since": gap.since,
            "until": gap.until,
        },
    )


def _gap_subject(stream: WarehouseStream, first: int, last: int) -> str:
    return f"stream_gap {stream.source} {first}-{last}"


def _conflict(erp: Erp, stream: WarehouseStream, event: str) -> Iterator[Finding]:
    """An event that contradicts one that was told before, unless somebody has said which stands."""
    rows = erp.session.scalars(
        select(EventConflict)
        .where(
            EventConflict.entity == erp.entity,
            EventConflict.source == stream.source,
            EventConflict.event == event,
            EventConflict.settled == "",
        )
        .order_by(EventConflict.sha256)
        .execution_options(populate_existing=True)
    ).all()
    if not rows:
        return
    known = erp.need(WarehouseEvent, erp.entity, stream.source, rows[0].known, refusal=Refusal.ENTRY_UNKNOWN)
    told = rows[0].told
    if rows[0].known == event:
        names = [name for name, value in told.items() if str(value or "") != _text(getattr(known, name))]
        says = f"Event {event} was told again with another {', '.join(names).replace('_', ' ')}: " + ", ".join(
            f"{_text(getattr(known, name)) or 'nothing'}, then {told[name] or 'nothing'}" for name in names
        )
    else:
        says = f"Event {event} has number {told['sequence']}, which is event {known.event}"
    yield Finding(
        code=CODE,
        cause=cause_of_event(stream.source, event),
        subject=f"warehouse_event {stream.source} {event}",
        headline="An event told in two ways" if rows[0].known == event else "Two events of one number",
        says=says,
        facts={
            "who": stream.source,
            "clause": f"told event {event} in two ways",
            "case_name": "Warehouse contradicts itself",
            "owner_role": OWNER,
            "source": stream.source,
            "told_twice": event,
            "known": known.event,
            "told": [row.told for row in rows],
        },
    )


def _event(erp: Erp, stream: WarehouseStream, sequence: int) -> WarehouseEvent:
    return erp.session.scalars(
        select(WarehouseEvent).where(
            WarehouseEvent.entity == erp.entity,
            WarehouseEvent.source == stream.source,
            WarehouseEvent.sequence == sequence,
        )
    ).one()


def _worth(erp: Erp, item: Item, key: StreamKey) -> Decimal:
    """What a piece costs here: as its pool says, else the standard cost."""
    pool = erp.session.get(CostPool, (erp.entity, item.sku, key.site, key.lot if item.cost_by_lot else ""))
    if pool is not None and pool.quantity > ZERO:
        return Decimal(pool.value / pool.quantity)
    return item.standard_cost


def _status(status: str) -> str:
    return "" if status in ("available", "") else status.replace("_", " ")


def _signed(value: Decimal) -> str:
    return f"+{quantity(value)}" if value > ZERO else f"\N{MINUS SIGN}{quantity(-value)}"


def _when(at: Any) -> str:
    return f"{day(at.date())} {hour(at)}"


def _text(value: Any) -> str:
    """A value of a kept event as it is told on the wire."""
    told = plain(value)
    return "" if told is None else str(told)
