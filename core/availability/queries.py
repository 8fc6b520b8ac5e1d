"""Questions on promising: what is free of many items at once, the balance of the days to come, who gets which supply.

Everything is read by indexed keys of the items asked about; nothing here scans. What is overdue counts today.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import driver
from core.availability import arithmetic, pegging
from core.availability.arithmetic import Balance, Delivery, Peg, Shortage
from core.availability.dated import dated
from core.availability.tables import HELD, OPEN, Direction, PlannedMove, Reservation
from core.money import ZERO

FREE = """
select item, sum(available) as available, sum(hard) as hard, sum(soft) as soft from (
  select item, quantity as available, 0 as hard, 0 as soft from stock_balance
  where entity = %(entity)s and site = %(site)s and item = any(%(items)s) and status = 'available'
  and (lot = '' or not exists (select 1 from lot l where l.entity = stock_balance.entity
    and l.item = stock_balance.item and l.lot = stock_balance.lot and l.expires_on < %(today)s))
  union all
  select item, 0, case strength when 'hard' then quantity else 0 end, case strength when 'soft' then quantity else 0 end
  from reservation
  where entity = %(entity)s and site = %(site)s and item = any(%(items)s) and state = 'held'
  and (expires_at is null or expires_at > %(now)s)
) as of_each group by item
"""
"""Written for the driver: a thousand items are asked about for each page, and half of the time would go into wrapping."""


class Free(NamedTuple):
    """What of an item may be taken at a site, in base units: what is available, and what of it is claimed."""

    available: Decimal
    hard: Decimal
    soft: Decimal

    @property
    def free(self) -> Decimal:
        """What nobody has claimed hard. Below zero only where stock is."""
        return self.available - self.hard


def free_of_many(session: Session, entity: str, items: Sequence[str], site: str, now: datetime) -> dict[str, Free]:
    """What is available and claimed of many items at a site, in one query. Items that have neither are left out."""
    values = {"entity": entity, "items": list(items), "site": site, "now": now, "today": now.date()}
    rows = driver.ask(session, FREE, values)
    return {row[0]: Free(*row[1:]) for row in rows}


def balances(session: Session, entity: str, item: str, site: str, now: datetime) -> tuple[Balance, ...]:
    """The balance of an item at a site after today, and after each later day on which something is to come or go."""
    return dated(session, entity, [item], site, now)[item].balances(now.date())


def shortages(session: Session, entity: str, item: str, site: str, now: datetime) -> tuple[Shortage, ...]:
    """The days on which an item will be short at a site, with the demands of that day."""
    there = dated(session, entity, [item], site, now)[item]
    return arithmetic.shortages(there.balances(now.date()), there.demands)


@dataclass(frozen=True, kw_only=True, slots=True)
class Promise:
    """When what is wanted can leave: `whole` together (None: not in sight), `parts` of each item as soon as possible."""

    whole: date | None
    parts: dict[str, tuple[Delivery, ...]]


def promise(
    session: Session, entity: str, wanted: Mapping[str, Decimal], site: str, day: date, now: datetime, *, but: str = ""
) -> Promise:
    """When so many base units of these items can leave a site, at the earliest on `day`, without taking from anybody who
    was promised before. `but`: as if this document were not planned, to find another day for it."""
    found = dated(session, entity, wanted, site, now)
    free = {}
    for item, there in found.items():
        free[item] = there.without(but).promisable(now.date())
    return Promise(
        whole=arithmetic.earliest_together(free, wanted, day),
        parts={item: arithmetic.deliveries(free[item], quantity, day) for item, quantity in wanted.items()},
    )


def earlier(session: Session, entity: str, document: str, site: str, now: datetime) -> arithmetic.EarlierPlan | None:
    """How much earlier a planned document could leave while all others leave as planned. None: it is not planned."""
    lines = [plan for plan in _of_document(session, entity, document) if plan.site == site and plan.until is None]
    if not lines:
        return None
    planned = max(max(plan.day for plan in lines), now.date())
    wanted: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for plan in lines:
        wanted[plan.item] += plan.left
    found = dated(session, entity, wanted, site, now)
    free = {item: there.promisable(now.date(), until=planned) for item, there in found.items()}
    return arithmetic.earlier_plan(free, wanted, planned)


def pegs(session: Session, entity: str, item: str, site: str, now: datetime) -> tuple[Peg, ...]:
    """Every demand for an item at a site with what covers it: stock, an order line, a planned supply, or nothing."""
    there = dated(session, entity, [item], site, now)[item]
    return pegging.peg(there.opening, there.supplies, there.demands, now.date())


def pegs_of(session: Session, entity: str, document: str, now: datetime) -> tuple[Peg, ...]:
    """What covers each line of a document, with the day it comes and the supply it comes from."""
    reserved = session.execute(
        select(Reservation.item, Reservation.site).where(
            Reservation.entity == entity, Reservation.document == document, Reservation.state == HELD
        )
    )
    planned = [(plan.item, plan.site) for plan in _of_document(session, entity, document)]
    places = sorted({*planned, *((item, site) for item, site in reserved)})
    every = [one for item, site in places for one in pegs(session, entity, item, site, now)]
    return tuple(one for one in every if one.demand.document == document)


def _of_document(session: Session, entity: str, document: str) -> Sequence[PlannedMove]:
    return session.scalars(
        select(PlannedMove)
        .where(
            PlannedMove.entity == entity,
            PlannedMove.document == document,
            PlannedMove.direction == Direction.DEMAND,
            PlannedMove.state == OPEN,
        )
        .order_by(PlannedMove.line, PlannedMove.day, PlannedMove.number)
    ).all()
