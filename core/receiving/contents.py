"""The contents of this room: which verb carries out which command, and which detectors listen to which event."""

from typing import Any

from core.command import Command
from core.receiving import after, commands, detect, goods, inspecting

VERBS: dict[type[Command], Any] = {
    commands.ReceiveGoods: goods.receive_goods,
    commands.AddToReceipt: goods.add_to_receipt,
    commands.AcceptInspected: after.accept_inspected,
    commands.AcceptDamaged: after.accept_damaged,
    commands.ReturnToSupplier: after.return_to_supplier,
    commands.ScrapDamaged: after.scrap_damaged,
    commands.SetInspectionLimit: inspecting.set_inspection_limit,
    commands.InspectReceipt: inspecting.inspect_receipt,
    commands.ReleaseInspection: inspecting.release_inspection,
    commands.AskReinspection: inspecting.ask_reinspection,
    commands.Reinspect: inspecting.reinspect,
    commands.ScrapFailed: inspecting.scrap_failed,
}
DETECTORS: dict[str, tuple[Any, ...]] = {
    "goods_received": (detect.examine_order,),
    "goods_inspected": (detect.examine_order,),
    "receipt_grown": (detect.examine_order,),
    "goods_returned": (detect.examine_order,),
    "goods_scrapped": (detect.examine_order,),
    "goods_accepted": (detect.examine_order,),
    "order_changed": (detect.examine_order,),
}
