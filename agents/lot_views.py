"""A lot at a site as advisers see it: where its pieces lie, which site would use them in time, which receipt brought it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from agents.supplier_views import supplier_seen
from agents.tools import LotPlace, LotReceipt, LotSeen, StockSeen
from core.availability.perishing import NEVER, LotHere
from core.expiry.looking import USABLE, used_elsewhere
from core.masterdata.tables import Site, Supplier
from core.money import ZERO
from core.payables.received import unbilled
from core.purchasing.tables import PurchaseOrderLine
from core.receiving.tables import GoodsReceipt, GoodsReceiptLine
from core.stock.lots import Lot
from core.stock.tables import StockBalance, StockStatus


def lot_seen(session: Session, entity: str, item: str, lot: str, site: str, now: datetime) -> LotSeen:
    """The lot with all that decides between using, moving, returning and scrapping it."""
    rows = session.scalars(
        select(StockBalance)
        .where(
            StockBalance.entity == entity,
            StockBalance.item == item,
            StockBalance.site == site,
            StockBalance.lot == lot,
            StockBalance.status.in_(USABLE),
            StockBalance.quantity > 0,
        )
        .order_by(StockBalance.status, StockBalance.location)
    ).all()
    places = tuple(LotPlace(location=row.location, status=row.status, quantity=row.quantity) for row in rows)
    return LotSeen(
        places=places,
        elsewhere=_elsewhere(session, entity, item, lot, site, now, places),
        receipts=_receipts(session, entity, item, lot, site),
    )


def _elsewhere(
    session: Session, entity: str, item: str, lot: str, site: str, now: datetime, places: tuple[LotPlace, ...]
) -> tuple[StockSeen, ...]:
    """The sites that would use pieces of it in time, who wants most first. What waits here cannot be sent on yet."""
    known = session.get(Lot, (entity, item, lot))
    here = sum((place.quantity for place in places if place.status == StockStatus.AVAILABLE), ZERO)
    if known is None or here == ZERO or known.expires_on < now.date():
        return ()
    seen = LotHere(lot=lot, quantity=here, last_day=known.expires_on or NEVER)
    used = used_elsewhere(session, entity, item, seen, site, now)
    names = dict(session.execute(select(Site.code, Site.name).where(Site.entity == entity)).all())
    found = [StockSeen(site=one, name=names[one], available=quantity) for one, quantity in used.items()]
    return tuple(sorted(found, key=lambda one: (-one.available, one.site)))


def _receipts(session: Session, entity: str, item: str, lot: str, site: str) -> tuple[LotReceipt, ...]:
    """The receipt lines that brought the lot here and whose pieces are neither billed nor gone back, newest first."""
    rows = session.execute(
        select(GoodsReceiptLine, GoodsReceipt, PurchaseOrderLine)
        .join(
            GoodsReceipt,
            (GoodsReceipt.entity == GoodsReceiptLine.entity) & (GoodsReceipt.number == GoodsReceiptLine.receipt),
        )
        .join(
            PurchaseOrderLine,
            (PurchaseOrderLine.entity == GoodsReceiptLine.entity)
            & (PurchaseOrderLine.order == GoodsReceiptLine.order)
            & (PurchaseOrderLine.line == GoodsReceiptLine.order_line),
        )
        .where(
            GoodsReceiptLine.entity == entity,
            GoodsReceiptLine.item == item,
            GoodsReceiptLine.lot == lot,
            GoodsReceipt.site == site,
        )
        .order_by(GoodsReceipt.recorded_at.desc(), GoodsReceipt.number.desc(), GoodsReceiptLine.line)
        .execution_options(populate_existing=True)
    ).all()
    found = []
    for line, receipt, ordered in rows:
        good = line.quantity - line.returned - line.scrapped
        waits = line.in_inspection > ZERO
        able = min(unbilled(line), line.in_inspection if waits else good)
        supplier = session.get_one(Supplier, (entity, receipt.supplier))
        if able > ZERO:
            found.append(
                LotReceipt(
                    receipt=receipt.number,
                    line=line.line,
                    order=receipt.order,
                    supplier=supplier_seen(supplier),
                    status=StockStatus.INSPECTION.value if waits else StockStatus.AVAILABLE.value,
                    returnable=able,
                    unit_factor=ordered.unit_factor,
                    unit_cost=line.unit_cost,
                )
            )
    return tuple(found)
