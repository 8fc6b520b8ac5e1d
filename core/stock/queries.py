"""Questions on stock. On hand is everything that lies here; only what is available may be promised (promise 3)."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.money import ZERO
from core.stock.tables import StockBalance, StockMove, StockStatus

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
