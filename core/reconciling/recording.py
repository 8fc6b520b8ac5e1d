"""Events of a warehouse are kept and held against the ledger, in any order, as often as they are told. Nothing is booked."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.dialects.postgresql import insert as upsert

from core.canonical import digest, plain
from core.erp import Erp
from core.masterdata.tables import Site
from core.reconciling.commands import CheckWarehouse, ConnectWarehouse, RecordWarehouseEvents, WarehouseMove
from core.reconciling.entries import Fresh, add, keys_where, place_of
from core.reconciling.following import NOT_THERE, Booked, put_beside
from core.reconciling.gaps import close_gaps, keys_within
from core.reconciling.tables import (
    LEDGER,
    OPEN,
    WAREHOUSE,
    EventConflict,
    StreamEntry,
    StreamSite,
    WarehouseEvent,
    WarehouseStream,
)
from core.refusals import Refusal, Refused
from core.stock.ledger import take_turn
from core.stock.tables import StockMove

EVENTS_MAX = 2000
"""So many events in one command: what is told in one go is one transaction."""
SIX = Decimal("0.000001")
TOLD = (
    "event", "sequence", "happened_at", "item", "site", "location", "lot", "status", "quantity", "reference",
    "balance_after",
)  # fmt: skip
"""What an event says: told again it says the same, or it is a conflict."""


def connect_warehouse(erp: Erp, cmd: ConnectWarehouse) -> dict[str, Any]:
    """Begin to hold a stream against the ledger. What the ledger has booked at its sites since then is put beside it."""
    take_turn(erp)
    if not cmd.source or not cmd.sites or cmd.tolerance_minutes < 0 or cmd.first_sequence < 0:
        raise Refused(Refusal.COMMAND_MALFORMED, "a stream has a name, sites, and a tolerance that is not negative")
    if erp.session.get(WarehouseStream, (erp.entity, cmd.source)) is not None:
        raise Refused(Refusal.ALREADY_EXISTS, cmd.source)
    since = cmd.since or erp.now
    for site in cmd.sites:
        erp.need(Site, erp.entity, site, refusal=Refusal.SITE_UNKNOWN)
        taken = erp.session.get(StreamSite, (erp.entity, site))
        if taken is not None:
            raise Refused(Refusal.ALREADY_EXISTS, f"{taken.source} tells of {site} already")

    stream = WarehouseStream(
        entity=erp.entity,
        source=cmd.source,
        since=since,
        tolerance_minutes=cmd.tolerance_minutes,
        first_sequence=cmd.first_sequence,
        last_sequence=cmd.first_sequence - 1,
        given_up=0,
        by_location=cmd.by_location,
        by_lot=cmd.by_lot,
        by_status=cmd.by_status,
        heard_until=None,
        examined_at=erp.now,
    )
    erp.add(stream, *(StreamSite(entity=erp.entity, site=site, source=cmd.source) for site in cmd.sites))
    booked = _booked_since(erp, stream, cmd.sites)
    if booked:
        put_beside(erp, stream, booked)
    erp.effect("record", f"Warehouse {cmd.source}", now=f"held against the ledger at {', '.join(cmd.sites)}")
    erp.emit("warehouse_connected", f"warehouse_stream {cmd.source}", source=cmd.source, sites=list(cmd.sites))
    return {"source": cmd.source, "booked": len(booked)}


def record_events(erp: Erp, cmd: RecordWarehouseEvents) -> dict[str, Any]:
    """Keep events, each once. Gives how many were new, told before, and in conflict with what was told before."""
    stream = _stream(erp, cmd.source)
    if len(cmd.events) > EVENTS_MAX:
        raise Refused(Refusal.COMMAND_MALFORMED, f"{len(cmd.events)} events, at most {EVENTS_MAX} in one command")
    for event in cmd.events:
        _must_be_an_event(event, stream)

    new, again, conflicts = _told_apart(erp, stream, cmd.events)
    keys: set[int] = set()
    closed: list[list[int]] = []
    if new:
        erp.session.execute(insert(WarehouseEvent), [_row(erp, stream, event) for event in new])
        compared = [event for event in new if event.happened_at >= stream.since]
        keys |= add(erp, stream, [_fresh(stream, event) for event in compared]) if compared else set()
        before = stream.heard_until
        latest = max(event.happened_at for event in new)
        stream.heard_until = latest if before is None else max(before, latest)
        moved = close_gaps(erp, stream, sorted(event.sequence for event in new))
        keys |= moved.keys
        closed = moved.gone
    else:
        before = stream.heard_until
    keys |= _examine(erp, stream, before)
    erp.emit(
        "warehouse_told",
        f"warehouse_stream {stream.source}",
        source=stream.source,
        keys=sorted(keys),
        closed=closed,
        conflicts=conflicts,
    )
    return {"source": stream.source, "new": len(new), "told_before": again, "conflicts": conflicts}


def check_warehouse(erp: Erp, cmd: CheckWarehouse) -> dict[str, Any]:
    """Look at what became due since it was looked at last."""
    stream = _stream(erp, cmd.source)
    keys = _examine(erp, stream, stream.heard_until)
    erp.emit("warehouse_checked", f"warehouse_stream {stream.source}", source=stream.source, keys=sorted(keys))
    return {"source": stream.source, "looked_at": len(keys)}


def _stream(erp: Erp, source: str) -> WarehouseStream:
    """The stream, in turn with everything that changes stock."""
    take_turn(erp)
    return erp.need(WarehouseStream, erp.entity, source, refusal=Refusal.STREAM_UNKNOWN, lock=True)


def _must_be_an_event(event: WarehouseMove, stream: WarehouseStream) -> None:
    if not event.event:
        raise Refused(Refusal.COMMAND_MALFORMED, f"the event with number {event.sequence} has no id")
    if event.sequence < stream.first_sequence:
        says = (
            f"event {event.event}: number {event.sequence} is before {stream.first_sequence}, where the stream begins"
        )
        raise Refused(Refusal.COMMAND_MALFORMED, says)
    for figure in (event.quantity, event.balance_after or Decimal(0)):
        if not figure.is_finite() or figure != figure.quantize(SIX) or abs(figure) >= Decimal(10) ** 14:
            raise Refused(Refusal.PRECISION, f"event {event.event}: {figure}")


def _told_apart(
    erp: Erp, stream: WarehouseStream, events: Sequence[WarehouseMove]
) -> tuple[list[WarehouseMove], int, list[str]]:
    """What is new, how many were told before, and the ids of those that contradict what was told before."""
    of_stream = (WarehouseEvent.entity == erp.entity, WarehouseEvent.source == stream.source)
    known = erp.session.scalars(
        select(WarehouseEvent).where(
            *of_stream,
            WarehouseEvent.event.in_([event.event for event in events])
            | WarehouseEvent.sequence.in_([event.sequence for event in events]),
        )
    ).all()
    by_id: dict[str, Any] = {row.event: _said(row) for row in known}
    holder = {row.sequence: row.event for row in known}
    new: list[WarehouseMove] = []
    again = 0
    conflicts: list[str] = []
    for event in events:
        said = _said(event)
        if event.event in by_id:
            if by_id[event.event] == said:
                again += 1
                continue
            _contradict(erp, stream, event.event, event.event, said)
            conflicts.append(event.event)
        elif event.sequence in holder:
            _contradict(erp, stream, event.event, holder[event.sequence], said)
            conflicts.append(event.event)
        else:
            new.append(event)
            by_id[event.event], holder[event.sequence] = said, event.event
    return new, again, sorted(set(conflicts))


def _contradict(erp: Erp, stream: WarehouseStream, event: str, known: str, said: dict[str, Any]) -> None:
    erp.session.execute(
        upsert(EventConflict)
        .values(
            entity=erp.entity,
            source=stream.source,
            event=event,
            sha256=digest(said),
            known=known,
            told=said,
            recorded_at=erp.now,
            settled="",
        )
        .on_conflict_do_nothing()
    )


def _said(event: Any) -> dict[str, Any]:
    said: dict[str, Any] = plain({name: getattr(event, name) for name in TOLD})
    return said


def _row(erp: Erp, stream: WarehouseStream, event: WarehouseMove) -> dict[str, Any]:
    told = {name: getattr(event, name) for name in TOLD}
    return {**told, "entity": erp.entity, "source": stream.source, "recorded_at": erp.now}


def _fresh(stream: WarehouseStream, event: WarehouseMove) -> Fresh:
    return Fresh(
        place=place_of(stream, event.item, event.site, event.location, event.lot, event.status),
        side=WAREHOUSE,
        number=event.sequence,
        quantity=event.quantity,
        reference=event.reference,
        happened_at=event.happened_at,
        stated=event.balance_after,
    )


def _examine(erp: Erp, stream: WarehouseStream, heard_before: Any) -> set[int]:
    """The keys at which something became due: events by the clock, moves by what was heard, and what a gap holds."""
    tolerance = timedelta(minutes=stream.tolerance_minutes)
    looked, now = stream.examined_at, erp.now
    keys: set[int] = set()
    if stream.heard_until is not None:
        heard = min(stream.heard_until, now)
        low = stream.since if heard_before is None else min(heard_before, looked)
        keys |= _open_between(erp, stream, LEDGER, low - tolerance, heard - tolerance)
    keys |= _open_between(erp, stream, WAREHOUSE, looked - tolerance, now - tolerance)
    keys |= keys_within(erp, stream, looked, now)
    stream.examined_at = max(looked, now)
    erp.session.flush()
    return keys


def _open_between(erp: Erp, stream: WarehouseStream, side: str, low: Any, high: Any) -> set[int]:
    return keys_where(
        erp,
        stream,
        StreamEntry.side == side,
        StreamEntry.matched == OPEN,
        StreamEntry.happened_at > low,
        StreamEntry.happened_at <= high,
    )


def _booked_since(erp: Erp, stream: WarehouseStream, sites: Sequence[str]) -> list[Booked]:
    """What the ledger has at these sites since the stream began. Asked once in the life of a stream."""
    columns = [getattr(StockMove, name) for name in Booked.__slots__]
    rows = erp.session.execute(
        select(*columns)
        .where(
            StockMove.entity == erp.entity,
            StockMove.site.in_(sites),
            StockMove.happened_at >= stream.since,
            StockMove.status != NOT_THERE,
        )
        .order_by(StockMove.number)
    )
    return [Booked(**row._asdict()) for row in rows]
