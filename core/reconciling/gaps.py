"""Numbers that were never told: opened when a later one comes, narrowed when one of them does, gone when all did."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from core.erp import Erp
from core.reconciling.entries import keys_where
from core.reconciling.tables import LEDGER, OPEN, WAREHOUSE, StreamEntry, StreamGap, WarehouseEvent, WarehouseStream


@dataclass(frozen=True, kw_only=True, slots=True)
class Moved:
    """What became of gaps: those that are as such no longer there, and the keys at which that may change anything."""

    gone: list[list[int]]
    keys: set[int]


def close_gaps(erp: Erp, stream: WarehouseStream, told: list[int]) -> Moved:
    """Bring the gaps up to date with numbers that count as told from now on, in order."""
    rows = erp.session.scalars(
        select(StreamGap).where(
            StreamGap.entity == erp.entity, StreamGap.source == stream.source, StreamGap.last >= told[0]
        )
    ).all()
    lowest = _lowest(erp, stream)
    before = {(row.first, row.last): row for row in rows}
    stream.given_up -= sum(
        number <= stream.last_sequence and not any(first <= number <= last for first, last in before) for number in told
    )  # what was given up and comes after all
    last, after = narrowed(set(before), stream.last_sequence, told)
    stream.last_sequence = last
    gone, new = sorted(before.keys() - after), sorted(after - before.keys())
    spans = [(before[gap].since, before[gap].until) for gap in gone]
    for gap in gone:
        erp.session.delete(before[gap])
    erp.session.flush()
    if new:
        hours = _hours(erp, stream, {number for first, end in new for number in (first - 1, end + 1)})
        made = [
            StreamGap(
                entity=erp.entity,
                source=stream.source,
                first=first,
                last=end,
                since=hours.get(first - 1, held.since if held else stream.since),
                until=hours.get(end + 1, held.until if held else stream.heard_until),
            )
            for first, end in new
            for held in [next((row for row in rows if row.first <= first and end <= row.last), None)]
        ]
        erp.add(*made)
        spans += [(gap.since, gap.until) for gap in made]
    keys = keys_of_moves(erp, stream, spans) | _stated_between(erp, stream, lowest, _lowest(erp, stream))
    return Moved(gone=[list(gap) for gap in gone], keys=keys)


def narrowed(gaps: set[tuple[int, int]], last: int, told: list[int]) -> tuple[int, set[tuple[int, int]]]:
    """Gaps and the highest number, after these numbers were told. A number that lies in no gap was given up before. Pure."""
    gaps = set(gaps)
    for number in told:
        if number > last:
            if number > last + 1:
                gaps.add((last + 1, number - 1))
            last = number
            continue
        held = next((gap for gap in gaps if gap[0] <= number <= gap[1]), None)
        if held is not None:
            gaps.discard(held)
            gaps |= {part for part in ((held[0], number - 1), (number + 1, held[1])) if part[0] <= part[1]}
    return last, gaps


def _lowest(erp: Erp, stream: WarehouseStream) -> int | None:
    return erp.session.scalar(
        select(func.min(StreamGap.first)).where(StreamGap.entity == erp.entity, StreamGap.source == stream.source)
    )


def _stated_between(erp: Erp, stream: WarehouseStream, was: int | None, now: int | None) -> set[int]:
    """The keys of balances that were stated between the first gap as it was and as it is: until now, or from now on, they
    say something about what was told."""
    if was == now:
        return set()
    low = min(number for number in (was, now) if number is not None)
    wanted = [StreamEntry.number >= low]
    if was is not None and now is not None:
        wanted.append(StreamEntry.number <= max(was, now))
    return keys_where(erp, stream, StreamEntry.side == WAREHOUSE, StreamEntry.opening.is_not(None), *wanted)


def _hours(erp: Erp, stream: WarehouseStream, numbers: set[int]) -> dict[int, datetime]:
    rows = erp.session.execute(
        select(WarehouseEvent.sequence, WarehouseEvent.happened_at).where(
            WarehouseEvent.entity == erp.entity,
            WarehouseEvent.source == stream.source,
            WarehouseEvent.sequence.in_(sorted(numbers)),
        )
    )
    return dict(rows.all())


def keys_within(erp: Erp, stream: WarehouseStream, looked: datetime, now: datetime) -> set[int]:
    """The keys of unmatched moves that happened while something was not told, for gaps that became due in between."""
    tolerance = timedelta(minutes=stream.tolerance_minutes)
    rows = erp.session.scalars(
        select(StreamGap).where(
            StreamGap.entity == erp.entity,
            StreamGap.source == stream.source,
            StreamGap.until > looked - tolerance,
            StreamGap.until <= now - tolerance,
        )
    ).all()
    return keys_of_moves(erp, stream, [(gap.since, gap.until) for gap in rows])


def keys_of_moves(erp: Erp, stream: WarehouseStream, spans: list[tuple[Any, Any]]) -> set[int]:
    """The keys of unmatched moves of the ledger that happened within these spans, give or take the tolerance."""
    tolerance = timedelta(minutes=stream.tolerance_minutes)
    keys: set[int] = set()
    for since, until in spans:
        keys |= keys_where(
            erp,
            stream,
            StreamEntry.side == LEDGER,
            StreamEntry.matched == OPEN,
            StreamEntry.happened_at >= since - tolerance,
            StreamEntry.happened_at <= until + tolerance,
        )
    return keys
