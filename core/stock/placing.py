"""Where pieces lie and whether they may be used: put-away, hold and release. Value does not move, nothing is posted.

A claim on stock is never a status: what is reserved stays available and is kept from others by
`core.availability.claims`, which also refuses to hold pieces that somebody has reserved hard.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any

from core.books import periods
from core.erp import Erp
from core.masterdata.tables import Item, Site
from core.money import ZERO
from core.refusals import Refusal, Refused
from core.stock import ledger as stock
from core.stock.ledger import Move
from core.stock.place_commands import HoldStock, PutAway, ReleaseStock
from core.stock.tables import StockBalance, StockStatus
from core.stock.units import counted_in_base
from core.wording import quantity as words

AVAILABLE, HOLD = StockStatus.AVAILABLE, StockStatus.HOLD

DECIDED_HERE = (AVAILABLE, HOLD)
"""What may be named when stock is opened, adjusted, counted or sent. Inspected and damaged pieces are decided on at their
receipt (`core.receiving`), pieces on the way at their transfer."""


def put_away(erp: Erp, cmd: PutAway) -> dict[str, Any]:
    """Move pieces between two locations of a site. Refuses more than lies there, and to move them where they are."""
    cmd = counted_in_base(erp, cmd)
    at = _checked(erp, cmd)
    if cmd.to_location == cmd.location:
        raise Refused(Refusal.NOTHING_TO_DO, f"it lies at {cmd.location or 'no location'} already")
    must_lie_there(erp, cmd.item, cmd.site, cmd.location, cmd.lot, cmd.status, cmd.quantity)
    document = erp.number("PUT")
    out = Move(
        item=cmd.item,
        site=cmd.site,
        location=cmd.location,
        lot=cmd.lot,
        status=cmd.status,
        quantity=-cmd.quantity,
        document=document,
        kind="put-away",
    )
    stock.shift(erp, [out, out.back(location=cmd.to_location)], at)
    erp.emit("stock_put_away", f"item {cmd.item}", item=cmd.item, site=cmd.site, location=cmd.to_location)
    return {"put_away": document}


def hold_stock(erp: Erp, cmd: HoldStock) -> dict[str, Any]:
    """Take available pieces out of use. Refuses more than is available there, and pieces that are reserved."""
    return {"hold": _change_status(erp, counted_in_base(erp, cmd), AVAILABLE, HOLD, "HLD", "stock_held")}


def release_stock(erp: Erp, cmd: ReleaseStock) -> dict[str, Any]:
    """Let held pieces be used again. Refuses more than is held there."""
    return {"release": _change_status(erp, counted_in_base(erp, cmd), HOLD, AVAILABLE, "REL", "stock_released")}


def _change_status(
    erp: Erp, cmd: HoldStock | ReleaseStock, was: StockStatus, becomes: StockStatus, numbers: str, event: str
) -> str:
    at = _checked(erp, cmd)
    if not cmd.reason:
        raise Refused(Refusal.REASON_REQUIRED, "whoever holds or releases stock says why")
    must_lie_there(erp, cmd.item, cmd.site, cmd.location, cmd.lot, was, cmd.quantity)
    document = erp.number(numbers)
    out = Move(
        item=cmd.item,
        site=cmd.site,
        location=cmd.location,
        lot=cmd.lot,
        status=was,
        quantity=-cmd.quantity,
        document=document,
        kind="hold" if becomes is HOLD else "release",
    )
    stock.shift(erp, [out, out.back(status=becomes)], at)
    erp.emit(event, f"item {cmd.item}", item=cmd.item, site=cmd.site, quantity=cmd.quantity, reason=cmd.reason)
    return document


def _checked(erp: Erp, cmd: PutAway | HoldStock | ReleaseStock) -> datetime:
    """What every one of them refuses first. Gives the moment it happened."""
    if cmd.quantity <= ZERO:
        raise Refused(Refusal.QUANTITY_NOT_POSITIVE, cmd.quantity)
    erp.need(Item, erp.entity, cmd.item, refusal=Refusal.ITEM_UNKNOWN)
    erp.need(Site, erp.entity, cmd.site, refusal=Refusal.SITE_UNKNOWN)
    at = cmd.happened_at or erp.now
    stock.take_turn(erp)
    periods.must_be_open(erp, at.date())
    return at


def must_lie_there(
    erp: Erp, item: str, site: str, location: str, lot: str, status: StockStatus, quantity: Decimal
) -> None:
    """Refuses more than one balance holds, whatever the item's policy: what is not there cannot be carried elsewhere."""
    row = erp.session.get(StockBalance, (erp.entity, item, site, location, lot, status), populate_existing=True)
    left = row.quantity if row else ZERO
    if quantity > left:
        place = " ".join(part for part in (site, location, lot and f"lot {lot}") if part)
        says = f"{item} at {place}: {words(left)} {status.replace('_', ' ')}, {words(quantity)} asked"
        raise Refused(Refusal.MORE_THAN_ON_HAND, says)


def must_be_decided_here(status: StockStatus) -> None:
    """Refuses a status that is decided on elsewhere."""
    if status not in DECIDED_HERE:
        raise Refused(Refusal.NO_SUCH_MOVE, f"pieces {status.replace('_', ' ')} are decided on where they came from")
