"""Questions on stock. On hand is everything that lies here; only what is available may be promised (promise 3).

Two clocks: when something happened, and when it was recorded. `as_of` asks by both: what was on hand then, as far as was
known at that hour.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.masterdata.tables import Item
from core.money import ZERO
from core.stock.tables import CostChange, CostEntry, CostPool, StockBalance, StockMove, StockStatus, ValuationLayer

USE_DAYS = 90
"""Days looked back on for how fast an item goes."""


def available(session: Session, entity: str, item: str, site: str) -> Decimal:
    """How many base units of an item may be promised or taken at a site: not those in inspection, damaged or on the way."""
    return on_hand(session, entity, item, site).get(StockStatus.AVAILABLE, ZERO)


def on_hand(session: Session, entity: str, item: str, site: str) -> dict[StockStatus, Decimal]:
    """What lies at a site by status, in base units; a status that holds nothing is left out."""
    rows = session.execute(
        select(StockBalance.status, func.sum(StockBalance.quantity))
        .where(StockBalance.entity == entity, StockBalance.item == item, StockBalance.site == site)
        .group_by(StockBalance.status)
    )
    return {StockStatus(status): Decimal(quantity) for status, quantity in rows if quantity}


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenLayer:
    """Pieces on hand with one cost: where they lie, the document that brought them, and what they are worth."""

    site: str
    lot: str
    document: str
    since: datetime
    quantity: Decimal
    value: Decimal


def layers(session: Session, entity: str, item: str, site: str | None = None) -> list[OpenLayer]:
    """The open layers of an item, oldest first, at one site or at all; values in the entity's currency."""
    layer = ValuationLayer
    at = [] if site is None else [layer.site == site]
    rows = session.execute(
        select(layer.site, layer.lot, CostEntry.document, layer.since, layer.quantity, layer.value)
        .join(CostEntry, (CostEntry.entity == layer.entity) & (CostEntry.number == layer.source))
        .where(layer.entity == entity, layer.item == item, *at)
        .order_by(layer.since, layer.source, layer.site, layer.lot)
    )
    return [OpenLayer(**row._mapping) for row in rows]


def unit_cost(session: Session, entity: str, item: str, site: str | None = None) -> Decimal:
    """What a piece is worth on average, in the entity's currency and not rounded, at one site or at all: of what is there;
    with nothing there what it last came at; before anything came, the cost on the item's record."""
    pool = CostPool
    at = [] if site is None else [pool.site == site]
    rows = session.execute(
        select(pool.quantity, pool.value, pool.unit_cost)
        .where(pool.entity == entity, pool.item == item, *at)
        .order_by(pool.last_at.desc().nulls_last(), pool.last_number.desc())
    ).all()
    quantity = sum((row.quantity for row in rows), ZERO)
    if quantity > ZERO:
        return Decimal(sum((row.value for row in rows), ZERO) / quantity)
    if rows:
        return Decimal(rows[0].unit_cost)
    known = session.scalar(select(Item.standard_cost).where(Item.entity == entity, Item.sku == item))
    return ZERO if known is None else known


def unit_costs(session: Session, entity: str, items: Iterable[str], site: str) -> dict[str, Decimal]:
    """What a piece of each item is worth at a site, as `unit_cost` says it, in two questions for all of them."""
    wanted, pool = sorted(set(items)), CostPool
    rows = session.execute(
        select(pool.item, pool.quantity, pool.value, pool.unit_cost)
        .where(pool.entity == entity, pool.item.in_(wanted), pool.site == site)
        .order_by(pool.last_at.desc().nulls_last(), pool.last_number.desc())
    ).all()
    known = select(Item.sku, Item.standard_cost).where(Item.entity == entity, Item.sku.in_(wanted))
    costs = dict.fromkeys(wanted, ZERO) | dict(session.execute(known).all())
    for item in wanted:
        mine = [row for row in rows if row.item == item]
        quantity = sum((row.quantity for row in mine), ZERO)
        if quantity > ZERO:
            costs[item] = Decimal(sum((row.value for row in mine), ZERO) / quantity)
        elif mine:
            costs[item] = Decimal(mine[0].unit_cost)
    return costs


@dataclass(frozen=True, kw_only=True, slots=True)
class Position:
    """What was there: base units by status, and their value in the entity's currency."""

    by_status: dict[StockStatus, Decimal]
    value: Decimal

    @property
    def on_hand(self) -> Decimal:
        """Everything that lay there, available or not."""
        return sum(self.by_status.values(), ZERO)


def as_of(
    session: Session, entity: str, item: str, site: str, *, happened: datetime, recorded: datetime | None = None
) -> Position:
    """What was on hand at a moment, as it was known at another (default: as it is known today)."""
    moves = [
        StockMove.entity == entity,
        StockMove.item == item,
        StockMove.site == site,
        StockMove.happened_at <= happened,
    ]
    entry = CostEntry
    entries = [entry.entity == entity, entry.item == item, entry.site == site, entry.happened_at <= happened]
    changes = [CostChange.entity == entity]
    if recorded is not None:
        moves.append(StockMove.recorded_at <= recorded)
        entries.append(entry.recorded_at <= recorded)
        changes.append(CostChange.recorded_at <= recorded)
    rows = session.execute(
        select(StockMove.status, func.sum(StockMove.quantity)).where(*moves).group_by(StockMove.status)
    )
    value = session.scalar(select(func.coalesce(func.sum(entry.value), ZERO)).where(*entries)) or ZERO
    later = session.scalar(
        select(func.coalesce(func.sum(CostChange.value), ZERO))
        .join(entry, (entry.entity == CostChange.entity) & (entry.number == CostChange.entry))
        .where(*entries, *changes)
    )
    by_status = {StockStatus(status): Decimal(quantity) for status, quantity in rows if quantity}
    return Position(by_status=by_status, value=value + (later or ZERO))


def days_of_cover(session: Session, entity: str, item: str, site: str, today: date) -> Decimal | None:
    """For how many days what is available lasts, at the pace of what was issued there lately; None when nothing was."""
    since = datetime.combine(today - timedelta(days=USE_DAYS), time(), UTC)
    used = session.execute(
        select(func.sum(StockMove.quantity)).where(
            StockMove.entity == entity,
            StockMove.item == item,
            StockMove.site == site,
            StockMove.kind == "issue",
            StockMove.happened_at >= since,
        )
    ).scalar_one()
    if not used or used > 0:
        return None
    return (available(session, entity, item, site) * USE_DAYS / -Decimal(used)).quantize(Decimal("0.1"))
