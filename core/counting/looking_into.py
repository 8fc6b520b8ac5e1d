"""What a person needs to decide about a count that differs: what was expected and counted at each scan, what the difference
is worth, and what moved since the line was counted last. For those who look into it, never for those who count."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.counting.queries import Counted, lines
from core.counting.tables import POSTED, CountLine, CountScan, StockCount
from core.masterdata.tables import Item, Site
from core.stock.tables import StockMove

MOVES_MAX = 40
"""So many of the latest moves are shown."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Scan:
    """One time somebody counted: how many, by whom, when, and what the books had at that moment."""

    counted: Decimal
    expected: Decimal
    at: datetime
    by: str
    told: str  # as it was counted, where not in base units


@dataclass(frozen=True, kw_only=True, slots=True)
class Moved:
    """One move of the counted balance."""

    document: str
    kind: str
    quantity: Decimal
    at: datetime
    recorded_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class LineSeen:
    """A counted line with its scans, and the moves of its balance since it was counted and posted last."""

    line: Counted
    name: str
    unit: str
    scans: tuple[Scan, ...]
    counted_before: datetime | None
    moves: tuple[Moved, ...]  # the latest first

    @property
    def suspects(self) -> tuple[Moved, ...]:
        """Moves that explain the whole difference by themselves: booked twice or missing, or with the wrong sign."""
        off = self.line.variance.quantity
        return tuple(move for move in self.moves if off and move.quantity in (-off, off, -off / 2))


@dataclass(frozen=True, kw_only=True, slots=True)
class CountSeen:
    """A count as it stands: where, its counted lines, and how many are not counted yet."""

    number: str
    site: str
    site_name: str
    lines: tuple[LineSeen, ...]
    not_counted: int


def look_into(session: Session, entity: str, count: str) -> CountSeen:
    """A count with everything there is to know of its differences. Raises `NoResultFound` when there is none."""
    head = session.get_one(StockCount, (entity, count))
    every = lines(session, entity, count)
    return CountSeen(
        number=count,
        site=head.site,
        site_name=session.get_one(Site, (entity, head.site)).name,
        lines=tuple(_seen(session, head, line) for line in every if line.counted is not None),
        not_counted=sum(1 for line in every if line.counted is None),
    )


def _seen(session: Session, head: StockCount, line: Counted) -> LineSeen:
    item = session.get_one(Item, (head.entity, line.item))
    row = session.get_one(CountLine, (head.entity, head.number, line.line))
    scans = session.scalars(
        select(CountScan)
        .where(CountScan.entity == head.entity, CountScan.count == head.number, CountScan.line == line.line)
        .order_by(CountScan.seq)
    ).all()
    key = ("item", "location", "lot", "status")
    before = session.scalar(
        select(StockCount.posted_at)
        .join(CountLine, (CountLine.entity == StockCount.entity) & (CountLine.count == StockCount.number))
        .where(
            StockCount.entity == head.entity,
            StockCount.site == head.site,
            StockCount.state == POSTED,
            *(getattr(CountLine, name) == getattr(row, name) for name in key),
        )
        .order_by(StockCount.posted_at.desc())
        .limit(1)
    )
    since = [StockMove.happened_at > before] if before is not None else []
    moves = session.scalars(
        select(StockMove)
        .where(
            StockMove.entity == head.entity,
            StockMove.site == head.site,
            *(getattr(StockMove, name) == getattr(row, name) for name in key),
            *since,
        )
        .order_by(StockMove.number.desc())
        .limit(MOVES_MAX)
    )
    return LineSeen(
        line=line,
        name=item.name,
        unit=item.unit,
        scans=tuple(
            Scan(counted=s.counted, expected=s.expected, at=s.scanned_at, by=s.scanned_by, told=s.told) for s in scans
        ),
        counted_before=before,
        moves=tuple(
            Moved(document=m.document, kind=m.kind, quantity=m.quantity, at=m.happened_at, recorded_at=m.recorded_at)
            for m in moves
        ),
    )
