"""Questions on a stream: how far it came, what is missing, and what one side has and the other has not."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import DateTime, bindparam, func, select, text
from sqlalchemy.orm import Session

from core.cases import Case
from core.reconciling.looking import open_gaps
from core.reconciling.tables import LEDGER, OPEN, WAREHOUSE, StreamEntry, StreamKey, StreamSite, WarehouseStream

NAMED_MAX = 100
"""So many of what is unmatched are named; all are counted."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Unmatched:
    """An event the ledger has nothing for, or a move the warehouse has not told: `number` is a sequence or a move's."""

    number: int
    item: str
    site: str
    location: str
    lot: str
    status: str
    quantity: Decimal
    reference: str
    happened_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Disagreement:
    """An open case about the stream."""

    case: str
    title: str
    says: str
    since: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class StreamState:
    """How a stream stands. `told` counts the numbers that came (or were given up), `matched` those the ledger has too."""

    source: str
    sites: tuple[str, ...]
    since: datetime
    heard_until: datetime | None
    last_sequence: int
    told: int
    matched: int
    missing: int
    gaps: tuple[tuple[int, int], ...]
    events_unmatched: int
    moves_unmatched: int
    events: tuple[Unmatched, ...]
    moves: tuple[Unmatched, ...]
    disagreements: tuple[Disagreement, ...]


def streams(session: Session, entity: str) -> list[str]:
    """The names of the streams of an entity."""
    rows = select(WarehouseStream.source).where(WarehouseStream.entity == entity).order_by(WarehouseStream.source)
    return list(session.scalars(rows))


def state(session: Session, entity: str, source: str) -> StreamState | None:
    """How a stream stands; None when there is none of that name. Costs by what is open, not by what was told."""
    stream = session.get(WarehouseStream, (entity, source), populate_existing=True)
    if stream is None:
        return None
    gaps = tuple((gap.first, gap.last) for gap in open_gaps(session, stream))
    missing = sum(last - first + 1 for first, last in gaps)
    told = stream.last_sequence - stream.first_sequence + 1 - missing
    events, named_events = _unmatched(session, stream, WAREHOUSE)
    moves, named_moves = _unmatched(session, stream, LEDGER)
    sites = select(StreamSite.site).where(StreamSite.entity == entity, StreamSite.source == source)
    return StreamState(
        source=source,
        sites=tuple(session.scalars(sites.order_by(StreamSite.site))),
        since=stream.since,
        heard_until=stream.heard_until,
        last_sequence=stream.last_sequence,
        told=told,
        matched=told - events,
        missing=missing,
        gaps=gaps,
        events_unmatched=events,
        moves_unmatched=moves,
        events=named_events,
        moves=named_moves,
        disagreements=_disagreements(session, entity, source),
    )


DUE = text(
    """
    select s.source from warehouse_stream s
    cross join lateral (select make_interval(mins => s.tolerance_minutes) as wait) t
    where s.entity = :entity and (
      exists (select 1 from stream_entry e where e.entity = s.entity and e.source = s.source and e.side = 'warehouse'
        and e.matched = '' and e.happened_at > s.examined_at - t.wait and e.happened_at <= :at - t.wait)
      or exists (select 1 from stream_gap g where g.entity = s.entity and g.source = s.source
        and g.until > s.examined_at - t.wait and g.until <= :at - t.wait))
    order by s.examined_at, s.source limit 1
    """
).bindparams(bindparam("at", type_=DateTime(timezone=True)))


def due(session: Session, entity: str, at: datetime) -> str | None:
    """The stream that has waited longest of those in which something became older than the tolerance; none where nothing
    did."""
    return session.execute(DUE, {"entity": entity, "at": at}).scalar()


def _unmatched(session: Session, stream: WarehouseStream, side: str) -> tuple[int, tuple[Unmatched, ...]]:
    wanted = (
        StreamEntry.entity == stream.entity,
        StreamEntry.source == stream.source,
        StreamEntry.side == side,
        StreamEntry.matched == OPEN,
    )
    count = session.scalar(select(func.count()).select_from(StreamEntry).where(*wanted)) or 0
    key = StreamKey
    rows = session.execute(
        select(
            StreamEntry.number, key.item, key.site, key.location, key.lot, key.status, StreamEntry.quantity,
            StreamEntry.reference, StreamEntry.happened_at,
        )
        .join(key, (key.entity == StreamEntry.entity) & (key.number == StreamEntry.key))
        .where(*wanted)
        .order_by(StreamEntry.happened_at, StreamEntry.number)
        .limit(NAMED_MAX)
    )  # fmt: skip
    return count, tuple(Unmatched(**row._asdict()) for row in rows)


def _disagreements(session: Session, entity: str, source: str) -> tuple[Disagreement, ...]:
    cases = session.scalars(
        select(Case)
        .where(
            Case.entity == entity,
            Case.closed_at.is_(None),
            Case.cause.startswith(f"warehouse:{source}:", autoescape=True),
        )
        .order_by(Case.opened_at, Case.number)
        .execution_options(populate_existing=True)
    )
    return tuple(Disagreement(case=c.number, title=c.title, says=c.says, since=c.opened_at) for c in cases)
