"""Questions on counts for those who look into them. Whoever counts is shown none of this."""

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.counting.tables import CountLine, StockCount
from core.counting.tolerance import Variance, policies_of, variance
from core.masterdata.tables import Entity
from core.stock.queries import unit_costs


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
    ).all()
    items = {row.item for row in rows}
    policies, costs = policies_of(session, entity, items), unit_costs(session, entity, items, head.site)
    found = []
    for row in rows:
        how_far = variance(row, costs[row.item], policies.get(row.item), currency)
        found.append(
            Counted(
                line=row.line,
                item=row.item,
                location=row.location,
                lot=row.lot,
                counted=row.counted,
                expected=row.expected,
                adjusted=row.adjusted,
                variance=how_far,
                needs_confirmation=not how_far.within and not row.confirmed_by,
            )
        )
    return found
