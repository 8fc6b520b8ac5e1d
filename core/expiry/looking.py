"""What of each lot nobody will use in time, and which other site would. Reads only, by indexed keys."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.availability.arithmetic import Demand
from core.availability.dated import Dated, dated
from core.availability.perishing import NEVER, LotHere, left_over
from core.availability.tables import OPEN, Direction, PlannedMove
from core.expiry.tables import WARNING_DAYS, ShelfLife
from core.money import ZERO
from core.stock.lots import Lot
from core.stock.tables import StockBalance, StockStatus

USABLE = (StockStatus.AVAILABLE, StockStatus.INSPECTION, StockStatus.IN_TRANSIT)
"""Where pieces lie that somebody may still use. What is held or damaged was set apart already, with a reason."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Unused:
    """A lot at a site: what is here of it, and what of that nobody uses up to its last useful day. Base units."""

    lot: str
    expires_on: date
    last_day: date
    quantity: Decimal
    unused: Decimal
    expired: bool


def shelf_life(session: Session, entity: str, item: str) -> ShelfLife:
    """What is said of the item, or what holds where nobody said anything."""
    row = session.get(ShelfLife, (entity, item))
    return row or ShelfLife(entity=entity, item=item, warning_days=WARNING_DAYS, safety_days=0)


def unused_at(session: Session, entity: str, item: str, site: str, now: datetime) -> list[Unused]:
    """The lots of an item at a site that are within their warning days, or past them, and will not be used up."""
    there, life = dated(session, entity, [item], site, now)[item], shelf_life(session, entity, item)
    today = now.date()
    here = _together([*there.lots, *there.lots_waiting])
    useful = [_until_useful(one, life.safety_days) for one in here]
    left = left_over(useful, there.demands, today, there.named)
    return [
        Unused(
            lot=lot.lot,
            expires_on=lot.last_day,
            last_day=use.last_day,
            quantity=lot.quantity,
            unused=left[lot.lot],
            expired=lot.last_day < today,
        )
        for lot, use in zip(here, useful, strict=True)
        if left[lot.lot] > ZERO and use.last_day < NEVER and use.last_day <= today + timedelta(days=life.warning_days)
    ]


def used_elsewhere(
    session: Session, entity: str, item: str, lot: LotHere, but: str, now: datetime
) -> dict[str, Decimal]:
    """How many more pieces of a lot other sites would use up to its last useful day, which have nothing else for that:
    by site, those with a dated demand only."""
    sites = session.scalars(
        select(PlannedMove.site)
        .where(
            PlannedMove.entity == entity,
            PlannedMove.item == item,
            PlannedMove.state == OPEN,
            PlannedMove.direction == Direction.DEMAND,
            PlannedMove.site != but,
        )
        .distinct()
        .order_by(PlannedMove.site)
    ).all()
    life, today = shelf_life(session, entity, item), now.date()
    found: dict[str, Decimal] = {}
    for site in sites:
        there = dated(session, entity, [item], site, now)[item]
        wanted = _wanted_by(there, _until_useful(lot, life.safety_days), today)
        if wanted > ZERO:
            found[site] = min(wanted, lot.quantity)
    return found


def _wanted_by(there: Dated, lot: LotHere, today: date) -> Decimal:
    """What a site would take of a lot that came: what its demands use of the lot once what is there already was used."""
    stock = _together([*there.lots, *there.lots_waiting]) or [LotHere(lot="", quantity=there.opening + there.waiting)]
    # what is there is used first, whatever its day: else the site's own pieces would expire instead
    before = [LotHere(lot=f"here {one.lot}", quantity=one.quantity, last_day=one.last_day) for one in stock]
    open_demands = _not_filled(before, there.demands, today, there)
    return lot.quantity - left_over([lot], open_demands, today)[lot.lot]


def _not_filled(lots: Sequence[LotHere], demands: Sequence[Demand], today: date, there: Dated) -> list[Demand]:
    """The demands that neither what is there nor what comes in time fills, by day."""
    here = sum((one.quantity for one in lots if one.last_day >= today), ZERO)
    coming = sorted(there.supplies, key=lambda one: one.day)
    rest: list[Demand] = []
    for demand in sorted(demands, key=lambda one: one.day):
        here += sum((one.quantity for one in coming if one.day <= demand.day), ZERO)
        coming = [one for one in coming if one.day > demand.day]
        part = min(max(here, ZERO), demand.quantity)
        here -= part
        if demand.quantity > part:
            rest.append(Demand(day=demand.day, quantity=demand.quantity - part, document=demand.document))
    return rest


def near_their_end(session: Session, entity: str, today: date) -> list[tuple[str, str]]:
    """Every (item, site) with usable pieces of a lot within its warning days, or past its end."""
    life, lot, here = ShelfLife, Lot, StockBalance
    rows = session.execute(
        select(lot.item, here.site, lot.expires_on, life.warning_days, life.safety_days)
        .join(here, (here.entity == lot.entity) & (here.item == lot.item) & (here.lot == lot.lot))
        .outerjoin(life, (life.entity == lot.entity) & (life.item == lot.item))
        .where(lot.entity == entity, lot.expires_on <= _horizon(session, entity, today), here.quantity > 0)
        .where(here.status.in_(USABLE))
        .distinct()
    )
    return sorted(
        {
            (item, site)
            for item, site, expires_on, warning, safety in rows
            if expires_on - timedelta(days=safety or 0)
            <= today + timedelta(days=WARNING_DAYS if warning is None else warning)
        }
    )


def _horizon(session: Session, entity: str, today: date) -> date:
    """The last day of expiry that anybody wants to know of today."""
    said = session.execute(
        select(ShelfLife.warning_days, ShelfLife.safety_days).where(ShelfLife.entity == entity)
    ).all()
    return today + timedelta(days=max((row.warning_days + row.safety_days for row in said), default=0) + WARNING_DAYS)


def _until_useful(lot: LotHere, safety_days: int) -> LotHere:
    if lot.last_day == NEVER:
        return lot
    return LotHere(lot=lot.lot, quantity=lot.quantity, last_day=lot.last_day - timedelta(days=safety_days))


def _together(lots: Sequence[LotHere]) -> list[LotHere]:
    """A lot in several statuses is one lot."""
    sums: dict[tuple[str, date], Decimal] = {}
    for one in lots:
        sums[one.lot, one.last_day] = sums.get((one.lot, one.last_day), ZERO) + one.quantity
    return [LotHere(lot=lot, quantity=quantity, last_day=day) for (lot, day), quantity in sums.items()]
