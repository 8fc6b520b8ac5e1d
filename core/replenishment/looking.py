"""What is looked at for one item: its position at every site that has an order point, a demand or less than nothing.

An item is looked at as a whole, since one site's suggestion takes what another one could have.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from core.availability.arithmetic import projected
from core.availability.dated import AWAITING, Dated, dated
from core.availability.tables import HELD, OPEN, Direction, PlannedMove, Reservation
from core.erp import Erp
from core.masterdata.tables import StockPolicy
from core.money import ZERO
from core.replenishment.netting import EVERY_DAY, Levels, Position, first_day_below, working_days_before
from core.replenishment.tables import LEFT, OrderPoint, Suggestion, WorkCalendar
from core.replenishment.tables import OPEN as SUGGESTED
from core.stock.tables import StockBalance

FAR = date(9999, 1, 1)


@dataclass(kw_only=True, slots=True)
class Place:
    """An item at a site, as it stands."""

    site: str
    point: OrderPoint | None
    levels: Levels
    dated: Dated
    position: Position
    until: date  # the last day looked at

    def need_by(self, today: date) -> date:
        """The first day on which the balance of the coming days is below the trigger."""
        balances = projected(self.dated.opening + self.dated.waiting, self.dated.supplies, self.dated.demands, today)
        return first_day_below(balances, self.levels.trigger)

    def next_look(self, today: date) -> date:
        """The first later day on which this position changes although nothing happens."""
        period = self.until - today
        ahead = (one.day - period for one in self.dated.demands if one.day > self.until)
        return min(ahead, default=FAR)


def items_to_look_at(session: Session, entity: str) -> list[str]:
    """Every item for which something could be suggested, or is."""
    demand = select(PlannedMove.item).where(
        PlannedMove.entity == entity, PlannedMove.state == OPEN, PlannedMove.direction == Direction.DEMAND
    )
    claimed = select(Reservation.item).where(Reservation.entity == entity, Reservation.state == HELD)
    points = select(OrderPoint.item).where(OrderPoint.entity == entity)
    policies = select(StockPolicy.item).where(StockPolicy.entity == entity, StockPolicy.safety_stock.is_not(None))
    below = select(StockBalance.item).where(StockBalance.entity == entity, StockBalance.quantity < 0)
    standing = select(Suggestion.item).where(Suggestion.entity == entity, Suggestion.state.in_((SUGGESTED, LEFT)))
    return sorted(session.scalars(union(demand, claimed, points, policies, below, standing)))


def places_of(erp: Erp, item: str) -> dict[str, Place]:
    """The positions of an item by site: those with a point or a demand, and those that the points name."""
    points = {
        point.site: point
        for point in erp.session.scalars(
            select(OrderPoint)
            .where(OrderPoint.entity == erp.entity, OrderPoint.item == item)
            .execution_options(populate_existing=True)
        )
    }
    named = {site for point in points.values() for site in (point.source, point.overflow_to) if site}
    safety = _safety(erp, item)
    sites = sorted({*points, *named, *safety, *_sites_in_need(erp, item)})
    return {site: _place(erp, item, site, points.get(site), safety.get(site)) for site in sites}


def next_look(erp: Erp, item: str, places: Iterable[Place]) -> date | None:
    """The first day on which the item is to be looked at again; none as long as nothing happens."""
    day = min((place.next_look(erp.today) for place in places), default=FAR)
    lapses = erp.session.scalars(
        select(Reservation.expires_at).where(
            Reservation.entity == erp.entity,
            Reservation.item == item,
            Reservation.state == HELD,
            Reservation.expires_at > erp.now,
        )
    )
    windows = erp.session.scalars(
        select(PlannedMove.until).where(
            PlannedMove.entity == erp.entity,
            PlannedMove.item == item,
            PlannedMove.state == OPEN,
            PlannedMove.until >= erp.today,
        )
    )
    ends = [moment.date() for moment in lapses if moment] + [until + timedelta(days=1) for until in windows if until]
    day = min([day, *ends])
    return day if day < FAR else None


def order_by(erp: Erp, point: OrderPoint | None, need_by: date) -> date:
    """The last day on which to order what is needed by a day. It may be gone already; then it says how late we are."""
    if point is None:
        return need_by
    calendar = erp.session.get(WorkCalendar, (erp.entity, point.calendar)) if point.calendar else None
    if calendar is None:
        return working_days_before(need_by, point.lead_days, weekdays=EVERY_DAY)
    holidays = {date.fromisoformat(day) for day in calendar.holidays}
    return working_days_before(need_by, point.lead_days, weekdays=calendar.weekdays, holidays=holidays)


def _place(erp: Erp, item: str, site: str, point: OrderPoint | None, safety: Decimal | None) -> Place:
    found = dated(erp.session, erp.entity, [item], site, erp.now, orders=AWAITING)[item]
    # without an order point everything that is wanted is looked at, however far away
    until = FAR if point is None else erp.today + timedelta(days=point.lead_days + point.period_days)
    due = [demand for demand in found.demands if demand.day <= until]
    position = Position(
        available=found.opening,
        waiting=found.waiting,
        coming=sum((supply.quantity for supply in found.supplies), ZERO),
        wanted=sum((demand.quantity for demand in due), ZERO),
        claimed=sum((demand.reserved for demand in found.demands), ZERO),
    )
    return Place(site=site, point=point, levels=_levels(point, safety), dated=found, position=position, until=until)


def _levels(point: OrderPoint | None, safety: Decimal | None) -> Levels:
    if point is None:
        return Levels(safety=safety)
    both = [level for level in (point.safety, safety) if level is not None]
    return Levels(minimum=point.minimum, target=point.target, maximum=point.maximum, safety=max(both) if both else None)


def _safety(erp: Erp, item: str) -> dict[str, Decimal]:
    rows = erp.session.execute(
        select(StockPolicy.site, StockPolicy.safety_stock).where(
            StockPolicy.entity == erp.entity, StockPolicy.item == item, StockPolicy.safety_stock.is_not(None)
        )
    )
    return {site: safety for site, safety in rows if safety is not None}


def _sites_in_need(erp: Erp, item: str) -> list[str]:
    demand = select(PlannedMove.site).where(
        PlannedMove.entity == erp.entity,
        PlannedMove.item == item,
        PlannedMove.state == OPEN,
        PlannedMove.direction == Direction.DEMAND,
    )
    claimed = select(Reservation.site).where(
        Reservation.entity == erp.entity, Reservation.item == item, Reservation.state == HELD
    )
    below = select(StockBalance.site).where(
        StockBalance.entity == erp.entity, StockBalance.item == item, StockBalance.quantity < 0
    )
    return sorted(erp.session.scalars(union(demand, claimed, below)))
