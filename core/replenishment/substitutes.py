"""What could stand in for an item at a site: how much of each substitute could be promised day by day, what is kept of it,
and what it costs. Reads only."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from core.availability import arithmetic
from core.availability.arithmetic import Balance
from core.availability.dated import dated
from core.masterdata.standing_in import StandIn, substitutes_of
from core.masterdata.tables import Item, StockPolicy
from core.money import ZERO
from core.replenishment.tables import OrderPoint
from core.stock.queries import unit_cost


@dataclass(frozen=True, kw_only=True, slots=True)
class StandInSeen:
    """A substitute at a site. Quantities in its own base units; `factor` of it are one piece of the item."""

    item: str
    name: str
    unit: str
    decimals: int
    factor: Decimal
    rank: int
    unit_cost: Decimal
    free: tuple[Balance, ...]
    keeps: Decimal

    def promisable(self, day: date) -> Decimal:
        """How much more of it can be promised from a day on, without starving anybody."""
        return arithmetic.balance_on(self.free, day)

    def spare(self, day: date) -> Decimal:
        """The same, less what is kept for safety."""
        return max(self.promisable(day) - self.keeps, ZERO)


def stand_ins(session: Session, entity: str, item: str, site: str, now: datetime) -> tuple[StandInSeen, ...]:
    """The substitutes of an item that hold today, the lowest rank first."""
    named = substitutes_of(session, entity, item, now.date())
    if not named:
        return ()
    found = dated(session, entity, [one.substitute for one in named], site, now)
    return tuple(_seen(session, entity, site, one, found[one.substitute].promisable(now.date())) for one in named)


def _seen(session: Session, entity: str, site: str, one: StandIn, free: tuple[Balance, ...]) -> StandInSeen:
    row = session.get_one(Item, (entity, one.substitute))
    point = session.get(OrderPoint, (entity, one.substitute, site), populate_existing=True)
    policy = session.get(StockPolicy, (entity, one.substitute, site), populate_existing=True)
    said = (point.safety if point else None, policy.safety_stock if policy else None)
    return StandInSeen(
        item=one.substitute,
        name=row.name,
        unit=row.unit,
        decimals=row.unit_decimals,
        factor=one.factor,
        rank=one.rank,
        unit_cost=unit_cost(session, entity, one.substitute, site),
        free=free,
        keeps=max((level for level in said if level is not None), default=ZERO),
    )
