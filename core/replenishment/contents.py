"""The contents of this room: which verb carries out which command, and which detectors listen to which event."""

from typing import Any

from core.command import Command
from core.replenishment import commands, detect, points, running, taking

VERBS: dict[type[Command], Any] = {
    commands.SetOrderPoint: points.set_order_point,
    commands.SetCalendar: points.set_calendar,
    commands.RunReplenishment: running.run_replenishment,
    commands.TakeSuggestion: taking.take_suggestion,
    commands.LeaveSuggestion: taking.leave_suggestion,
}
OF_ITEMS = (
    "stock_opened",
    "stock_issued",
    "stock_transferred",
    "stock_adjusted",
    "stock_taken_back",
    "stock_held",
    "stock_released",
    "stock_repacked",
    "stock_used",
    "sold_to_entity",
    "bought_from_entity",
    "stock_policy_set",
    "order_point_set",
    "supply_planned",
    "demand_planned",
    "plan_changed",
    "plan_fulfilled",
    "plan_cancelled",
    "stock_reserved",
    "reservation_released",
    "reservation_expired",
)
OF_ORDERS = (
    "order_approved",
    "order_changed",
    "order_confirmed",
    "goods_received",
    "receipt_grown",
    "goods_inspected",
    "goods_accepted",
    "goods_returned",
    "goods_scrapped",
)
DETECTORS: dict[str, tuple[Any, ...]] = {
    **dict.fromkeys(OF_ITEMS, (detect.examine_item,)),
    **dict.fromkeys(OF_ORDERS, (detect.examine_order,)),
    "customer_tier_set": (detect.examine_customer,),
}
