"""How long an item keeps is said, and what is near its end is looked at."""

from typing import Any

from core.erp import Erp
from core.expiry.commands import CheckExpiry, SetShelfLife
from core.expiry.looking import near_their_end
from core.expiry.tables import ShelfLife
from core.masterdata.tables import Item
from core.refusals import Refusal, Refused
from core.stock.ledger import take_turn


def set_shelf_life(erp: Erp, cmd: SetShelfLife) -> dict[str, Any]:
    """Keep what is said of an item's shelf life. Refuses days below zero."""
    erp.need(Item, erp.entity, cmd.item, refusal=Refusal.ITEM_UNKNOWN)
    if cmd.warning_days < 0 or cmd.safety_days < 0:
        raise Refused(Refusal.QUANTITY_NOT_POSITIVE, f"{cmd.item}: {min(cmd.warning_days, cmd.safety_days)} days")
    take_turn(erp)  # before what it locks, as whoever decides on it does
    row = erp.session.get(ShelfLife, (erp.entity, cmd.item), with_for_update=True)
    was = _said(row) if row else ""
    if row is None:
        row = ShelfLife(entity=erp.entity, item=cmd.item)
    row.warning_days, row.safety_days = cmd.warning_days, cmd.safety_days
    erp.add(row)
    erp.effect("record", f"Shelf life of {cmd.item}", was=was, now=_said(row))
    erp.emit("shelf_life_set", f"item {cmd.item}", item=cmd.item)
    return {"item": cmd.item}


def check_expiry(erp: Erp, cmd: CheckExpiry) -> dict[str, Any]:
    """Let the detectors look at what is near its end. Gives how many places that are."""
    near = near_their_end(erp.session, erp.entity, erp.today)
    if near:
        erp.emit("expiry_checked", f"entity {erp.entity}", day=erp.today)
    return {"looked_at": len(near)}


def _said(row: ShelfLife) -> str:
    return f"warned of {row.warning_days} days ahead, useful up to {row.safety_days} days before it expires"
