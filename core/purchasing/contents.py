"""The contents of this room: which verb carries out which command, and which detectors listen to which event."""

from typing import Any

from core.command import Command
from core.purchasing import commands, confirming, detect, orders

VERBS: dict[type[Command], Any] = {
    commands.PlaceOrder: orders.place_order,
    commands.ApproveOrder: orders.approve_order,
    commands.RecordConfirmation: confirming.record_confirmation,
    commands.AcceptPromise: orders.accept_promise,
    commands.AmendPrice: orders.amend_price,
    commands.AmendQuantity: orders.amend_quantity,
    commands.CancelRest: orders.cancel_rest,
    commands.CloseShort: orders.close_short,
    commands.CheckConfirmations: confirming.check_confirmations,
}
DETECTORS: dict[str, tuple[Any, ...]] = {
    "order_confirmed": (detect.examine_confirmation,),
    "order_changed": (detect.examine_confirmation,),
    "goods_received": (detect.examine_confirmation,),
    "receipt_grown": (detect.examine_confirmation,),
    "goods_returned": (detect.examine_confirmation,),
    "confirmation_overdue": (detect.examine_overdue,),
}
