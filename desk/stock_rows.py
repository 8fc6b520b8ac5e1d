"""What there is of items at sites, in figures: a few questions for a whole page of them, each by indexed keys."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

from sqlalchemy import func, or_, select, tuple_
from sqlalchemy.orm import Session

from core import wording
from core.availability.dated import dated
from core.availability.tables import HELD, Reservation, Strength
from core.masterdata.tables import Item, Site
from core.stock.queries import USE_DAYS
from core.stock.tables import CostPool, StockBalance, StockMove, StockStatus
from desk.web import User

ZERO = Decimal(0)
COVER_SHORT_DAYS = 7
Place = tuple[str, str]
"""Item and site."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StockRow:
    """One item at one site, in base units. `short`: less than nothing is left on some day to come."""

    item: str
    name: str
    unit: str
    site: str
    site_name: str
    on_hand: str
    available: str
    reserved: str
    inspection: str
    in_transit: str
    promise: str
    short: bool
    cover: str
    cover_short: bool
    value: str


@dataclass(kw_only=True, slots=True)
class _Figures:
    """What the rows of several tables say of one place."""

    by_status: dict[str, Decimal]
    reserved: Decimal = ZERO
    promise: Decimal = ZERO
    lowest: Decimal = ZERO
    used: Decimal = ZERO
    value: Decimal = ZERO


def stock_rows(session: Session, user: User, places: Sequence[Place], now: datetime) -> list[StockRow]:
    """The figures of these items at these sites, in the same order."""
    if not places:
        return []
    items = {
        row.sku: row
        for row in session.scalars(
            select(Item).where(Item.entity == user.entity, Item.sku.in_(sorted({item for item, _ in places})))
        )
    }
    sites = dict(session.execute(select(Site.code, Site.name).where(Site.entity == user.entity)).all())
    found = _figures(session, user, places, now)
    return [_row(user, items[item], site, sites.get(site, site), found[item, site]) for item, site in places]


def _row(user: User, item: Item, site: str, site_name: str, figures: _Figures) -> StockRow:
    there = figures.by_status
    available = there.get(StockStatus.AVAILABLE, ZERO)
    days = (available * USE_DAYS / figures.used).quantize(Decimal(1)) if figures.used > ZERO else None
    return StockRow(
        item=item.sku,
        name=item.name,
        unit=item.unit,
        site=site,
        site_name=site_name,
        on_hand=wording.quantity(sum(there.values(), ZERO)),
        available=wording.quantity(available),
        reserved=_or_dash(figures.reserved),
        inspection=_or_dash(there.get(StockStatus.INSPECTION, ZERO)),
        in_transit=_or_dash(there.get(StockStatus.IN_TRANSIT, ZERO)),
        promise=wording.quantity(figures.lowest if figures.lowest < ZERO else figures.promise).replace("-", "−"),
        short=figures.lowest < ZERO,
        cover="–" if days is None else f"{wording.quantity(days)} d",
        cover_short=days is not None and days < COVER_SHORT_DAYS,
        value=wording.plain_amount(figures.value, user.currency),
    )


def _figures(session: Session, user: User, places: Sequence[Place], now: datetime) -> Mapping[Place, _Figures]:
    found: dict[Place, _Figures] = {place: _Figures(by_status={}) for place in places}
    here = list(found)
    balances = session.execute(
        select(StockBalance.item, StockBalance.site, StockBalance.status, func.sum(StockBalance.quantity))
        .where(StockBalance.entity == user.entity, tuple_(StockBalance.item, StockBalance.site).in_(here))
        .group_by(StockBalance.item, StockBalance.site, StockBalance.status)
    )
    for item, site, status, quantity in balances:
        found[item, site].by_status[status] = quantity
    claims = session.execute(
        select(Reservation.item, Reservation.site, func.sum(Reservation.quantity))
        .where(
            Reservation.entity == user.entity,
            tuple_(Reservation.item, Reservation.site).in_(here),
            Reservation.state == HELD,
            Reservation.strength == Strength.HARD,
            or_(Reservation.expires_at.is_(None), Reservation.expires_at > now),
        )
        .group_by(Reservation.item, Reservation.site)
    )
    for item, site, quantity in claims:
        found[item, site].reserved = quantity
    worth = session.execute(
        select(CostPool.item, CostPool.site, func.sum(CostPool.value))
        .where(CostPool.entity == user.entity, tuple_(CostPool.item, CostPool.site).in_(here))
        .group_by(CostPool.item, CostPool.site)
    )
    for item, site, value in worth:
        found[item, site].value = value
    since = datetime.combine(now.date() - timedelta(days=USE_DAYS), time(), UTC)
    used = session.execute(
        select(StockMove.item, StockMove.site, -func.sum(StockMove.quantity))
        .where(
            StockMove.entity == user.entity,
            tuple_(StockMove.item, StockMove.site).in_(here),
            StockMove.kind == "issue",
            StockMove.happened_at >= since,
        )
        .group_by(StockMove.item, StockMove.site)
    )
    for item, site, quantity in used:
        found[item, site].used = quantity
    _promise(session, user, found, now)
    return found


def _promise(session: Session, user: User, found: dict[Place, _Figures], now: datetime) -> None:
    """What may still be promised from today on, and the lowest balance of the days to come."""
    by_site: dict[str, list[str]] = defaultdict(list)
    for item, site in found:
        by_site[site].append(item)
    for site, items in by_site.items():
        for item, there in dated(session, user.entity, items, site, now).items():
            balances = there.balances(now.date())
            found[item, site].promise = there.promisable(now.date())[0].quantity
            found[item, site].lowest = min(one.quantity for one in balances)


def _or_dash(value: Decimal) -> str:
    return wording.quantity(value) if value else "–"
