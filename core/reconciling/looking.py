"""How far stream and ledger agree at one balance, as the books have it: read by key, never by scanning."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.money import ZERO
from core.reconciling.comparing import Kept, Parted, parted, started, total
from core.reconciling.matching import Entry
from core.reconciling.tables import LEDGER, OPEN, WAREHOUSE, StreamEntry, StreamGap, StreamKey, WarehouseStream
from core.stock.tables import StockBalance, StockStatus


@dataclass(frozen=True, kw_only=True, slots=True)
class Stated:
    """The first event whose stated balance does not follow from what was there and what was told: by how much."""

    sequence: int
    difference: Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class Looked:
    """One balance looked at. `level`: the warehouse has so many more by unmatched entries; `opening`: and so many more
    by the balance it stated last. `gap`: the gap that what is missing may lie in."""

    key: StreamKey
    booked: Decimal
    level: Decimal
    opening: Decimal
    parted: Parted | None
    stated: Stated | None
    started: Entry | None  # where they parted, answered for or not
    opening_from: int | None  # the first event that stated another balance, answered for or not
    gap: StreamGap | None = None

    @property
    def agrees(self) -> bool:
        """Nothing to ask anybody about."""
        return self.parted is None and self.stated is None

    @property
    def difference(self) -> Decimal:
        """How many more the warehouse has than the ledger, all in all."""
        return self.level + self.opening


def look(session: Session, stream: WarehouseStream, key: StreamKey, gaps: Sequence[StreamGap], now: datetime) -> Looked:
    """Look at one balance, at that hour. Takes the open gaps of the stream."""
    due = due_entries(session, stream, key.number, gaps, now)
    apart = parted(due, Kept(difference=key.kept, since=key.kept_from))
    began = opening_balance(session, key)
    behind_gap = min((gap.first for gap in gaps), default=None)
    opening, stated, opening_from = _stated(session, key, began, behind_gap)
    gap = None
    if apart is not None and apart.first.side == LEDGER:
        gap = next((one for one in gaps if _within(apart.first, one, stream)), None)
    return Looked(
        key=key,
        booked=began + key.in_ledger,
        level=total(due),
        opening=opening,
        parted=apart,
        stated=stated if apart is None else None,  # one cause, one name: the entry says more
        started=started(due),
        opening_from=opening_from,
        gap=gap,
    )


def due_entries(
    session: Session, stream: WarehouseStream, key: int, gaps: Collection[StreamGap], now: datetime
) -> list[Entry]:
    """The unmatched entries of a key that are older than the tolerance: an event by now, a move by what the warehouse has
    told since. A move in a gap waits as long as the gap may still fill, and no longer."""
    tolerance = timedelta(minutes=stream.tolerance_minutes)
    heard = min(stream.heard_until, now) if stream.heard_until else None
    rows = session.execute(
        select(
            StreamEntry.happened_at,
            StreamEntry.side,
            StreamEntry.number,
            StreamEntry.quantity,
            StreamEntry.reference,
            StreamEntry.thread,
        ).where(StreamEntry.entity == stream.entity, StreamEntry.key == key, StreamEntry.matched == OPEN)
    )
    young = [gap for gap in gaps if gap.until + tolerance > now]
    told_late = [gap for gap in gaps if gap.until + tolerance <= now]
    entries = [Entry(**row._asdict()) for row in rows]
    told = {entry.thread for entry in entries if entry.side == WAREHOUSE and entry.happened_at + tolerance <= now}
    due = []
    for entry in entries:
        if entry.side == WAREHOUSE:
            is_due = entry.happened_at + tolerance <= now
        elif entry.thread and entry.thread in told:  # the warehouse spoke of it, with another figure
            is_due = True
        elif any(_within(entry, gap, stream) for gap in young):
            is_due = False
        else:
            passed = heard is not None and entry.happened_at + tolerance <= heard
            is_due = passed or any(gap.since <= entry.happened_at <= gap.until for gap in told_late)
        if is_due:
            due.append(entry)
    return due


def opening_balance(session: Session, key: StreamKey) -> Decimal:
    """What the ledger had of a balance when the stream began: what it has now less what was booked since."""
    wanted = [
        StockBalance.entity == key.entity,
        StockBalance.item == key.item,
        StockBalance.site == key.site,
        StockBalance.status != StockStatus.IN_TRANSIT,
    ]
    stream = session.get_one(WarehouseStream, (key.entity, key.source))
    wanted += [StockBalance.location == key.location] if stream.by_location else []
    wanted += [StockBalance.lot == key.lot] if stream.by_lot else []
    wanted += [StockBalance.status == key.status] if stream.by_status else []
    now = session.scalar(select(func.coalesce(func.sum(StockBalance.quantity), ZERO)).where(*wanted))
    return (now or ZERO) - key.in_ledger


def open_gaps(session: Session, stream: WarehouseStream) -> list[StreamGap]:
    """What was never told of a stream, in order."""
    return list(
        session.scalars(
            select(StreamGap)
            .where(StreamGap.entity == stream.entity, StreamGap.source == stream.source)
            .order_by(StreamGap.first)
            .execution_options(populate_existing=True)
        )
    )


def _stated(
    session: Session, key: StreamKey, began: Decimal, behind_gap: int | None
) -> tuple[Decimal, Stated | None, int | None]:
    """How many more the warehouse says it has by its last stated balance, and the first that says so without an answer.
    What was stated after a gap says nothing about what was told: the gap does."""
    of_key = [StreamEntry.entity == key.entity, StreamEntry.key == key.number, StreamEntry.opening.is_not(None)]
    if behind_gap is not None:
        of_key.append(StreamEntry.number < behind_gap)
    last = session.scalar(select(StreamEntry.opening).where(*of_key).order_by(StreamEntry.number.desc()).limit(1))
    if last is None or last == began:
        return ZERO, None, None

    def first_after(levels: Sequence[Decimal]) -> int | None:
        agreed = [
            session.scalar(select(func.max(StreamEntry.number)).where(*of_key, StreamEntry.opening == level))
            for level in levels
        ]
        after = max((number for number in agreed if number is not None), default=-1)
        return session.scalar(select(func.min(StreamEntry.number)).where(*of_key, StreamEntry.number > after))

    first = since = first_after([began])
    if first is not None and first == key.kept_opening_from:
        first = first_after([began, began + key.kept_opening])
    stated = Stated(sequence=first, difference=last - began) if first is not None else None
    return last - began, stated, since


def _within(entry: Entry, gap: StreamGap, stream: WarehouseStream) -> bool:
    """Whether a move happened while the events of a gap were not told."""
    tolerance = timedelta(minutes=stream.tolerance_minutes)
    return gap.since - tolerance <= entry.happened_at <= gap.until + tolerance
