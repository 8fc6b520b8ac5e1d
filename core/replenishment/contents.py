"""The contents of this room: which verb carries out which command, and which detectors listen to which event."""

from typing import Any

from core.command import Command
from core.replenishment import commands, points, running, taking

VERBS: dict[type[Command], Any] = {
    commands.SetOrderPoint: points.set_order_point,
    commands.SetCalendar: points.set_calendar,
    commands.RunReplenishment: running.run_replenishment,
    commands.TakeSuggestion: taking.take_suggestion,
}
DETECTORS: dict[str, tuple[Any, ...]] = {}
