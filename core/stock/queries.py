"""Questions on stock. On hand is everything that lies here; only what is available may be promised (promise 3)."""

from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.money import ZERO
from core.stock.tables import StockBalance, StockStatus


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
