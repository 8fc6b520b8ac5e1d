"""The contents of this room: which verb carries out which command, and which detectors listen to which event."""

from typing import Any

from core.command import Command
from core.expiry import checking, commands, detect
from core.replenishment.contents import OF_ITEMS, OF_ORDERS

VERBS: dict[type[Command], Any] = {
    commands.SetShelfLife: checking.set_shelf_life,
    commands.CheckExpiry: checking.check_expiry,
}
CHANGE = (*OF_ITEMS, "lot_expiry_set", "shelf_life_set")
DETECTORS: dict[str, tuple[Any, ...]] = {
    **dict.fromkeys(CHANGE, (detect.examine_item,)),
    **dict.fromkeys(OF_ORDERS, (detect.examine_order,)),
    "expiry_checked": (detect.examine_all,),
}
