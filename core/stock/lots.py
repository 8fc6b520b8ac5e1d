"""Lots and the day they expire: what a lot is known for, and which lots on hand expire soon."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Index, func, select
from sqlalchemy.orm import Mapped, Session

from core.command import Command
from core.db import Base, Day, Key, Moment
from core.erp import Erp
from core.masterdata.tables import Item
from core.refusals import Refusal, Refused
from core.stock.tables import StockBalance


class Lot(Base):
    """A lot of an item and the last day on which it may be used, the whole of it; and when that was said last."""

    __tablename__ = "lot"
    entity: Mapped[Key]
    item: Mapped[Key]
    lot: Mapped[Key]
    expires_on: Mapped[Day]
    said_at: Mapped[Moment]

    __table_args__ = (Index("ix_lot_expires", "entity", "expires_on"),)


@dataclass(frozen=True, kw_only=True, slots=True)
class SetLotExpiry(Command):
    """Say on which day a lot expires. A day that was said before is replaced only with a `reason`."""

    item: str
    lot: str
    expires_on: date
    reason: str = ""


def set_lot_expiry(erp: Erp, cmd: SetLotExpiry) -> dict[str, Any]:
    """Keep the day on which a lot expires. Refuses a lot without a name, and another day without a reason."""
    erp.need(Item, erp.entity, cmd.item, refusal=Refusal.ITEM_UNKNOWN)
    if not cmd.lot:
        raise Refused(Refusal.COMMAND_MALFORMED, f"{cmd.item}: a lot has a name")
    row = erp.session.get(Lot, (erp.entity, cmd.item, cmd.lot), with_for_update=True)
    was = row.expires_on.isoformat() if row else ""
    if row is not None and row.expires_on != cmd.expires_on and not cmd.reason:
        raise Refused(Refusal.REASON_REQUIRED, f"lot {cmd.lot} of {cmd.item} was said to expire on {was}")
    if row is None:
        row = Lot(entity=erp.entity, item=cmd.item, lot=cmd.lot)
    if row.expires_on == cmd.expires_on:
        return {"item": cmd.item, "lot": cmd.lot}  # known already
    row.expires_on, row.said_at = cmd.expires_on, erp.now
    erp.add(row)
    erp.effect("record", f"Lot {cmd.lot} of {cmd.item}", was=was, now=cmd.expires_on.isoformat())
    erp.emit("lot_expiry_set", f"item {cmd.item}", item=cmd.item, lot=cmd.lot, expires_on=cmd.expires_on)
    return {"item": cmd.item, "lot": cmd.lot}


@dataclass(frozen=True, kw_only=True, slots=True)
class Expiring:
    """Pieces on hand of a lot that expires: base units, in whatever status they lie there."""

    item: str
    lot: str
    site: str
    expires_on: date
    quantity: Decimal


def expiring(session: Session, entity: str, through: date) -> list[Expiring]:
    """What is on hand of lots that expire up to and including a day, the earliest first."""
    rows = session.execute(
        select(Lot.item, Lot.lot, StockBalance.site, Lot.expires_on, func.sum(StockBalance.quantity).label("quantity"))
        .join(
            StockBalance,
            (StockBalance.entity == Lot.entity) & (StockBalance.item == Lot.item) & (StockBalance.lot == Lot.lot),
        )
        .where(Lot.entity == entity, Lot.expires_on <= through)
        .group_by(Lot.item, Lot.lot, StockBalance.site, Lot.expires_on)
        .having(func.sum(StockBalance.quantity) > 0)
        .order_by(Lot.expires_on, Lot.item, Lot.lot, StockBalance.site)
    )
    return [Expiring(**row._mapping) for row in rows]
