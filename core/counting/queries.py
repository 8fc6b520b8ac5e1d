"""Questions on counts for those who look into them. Whoever counts is shown none of this."""

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.counting.tables import CountLine, StockCount
from core.counting.tolerance import Variance, variance_of
from core.masterdata.tables import Entity


@dataclass(frozen=True, kw_only=True, slots=True)
class Counted:
    """A line of a count with what the books expected, and how far it differs."""

    line: int
    item: str
    location: str
    lot: str
    counted: Decimal | None
    expected: Decimal | None
    adjusted: Decimal
    variance: Variance
    needs_confirmation: bool


def lines(session: Session, entity: str, count: str) -> list[Counted]:
    """The lines of a count in their order. Raises `NoResultFound` when there is no such count."""
    head = session.get_one(StockCount, (entity, count))
    currency = session.get_one(Entity, entity).currency
    rows = session.scalars(
        select(CountLine)
        .where(CountLine.entity == entity, CountLine.count == count)
        .order_by(CountLine.line)
        .execution_options(populate_existing=True)
    )
    found = []
    for row in rows:
        variance = variance_of(session, head, row, currency)
        found.append(
            Counted(
                line=row.line,
                item=row.item,
                location=row.location,
                lot=row.lot,
                counted=row.counted,
                expected=row.expected,
                adjusted=row.adjusted,
                variance=variance,
                needs_confirmation=not variance.within and not row.confirmed_by,
            )
        )
    return found
