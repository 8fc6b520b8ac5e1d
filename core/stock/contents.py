"""The contents of this room: which verb carries out which command, and which detectors listen to which event."""

from typing import Any

from core.command import Command
from core.stock import commands, cost_commands, costs, moving, place_commands, placing, taking_back

VERBS: dict[type[Command], Any] = {
    commands.OpenStock: moving.open_stock,
    commands.IssueStock: moving.issue_stock,
    commands.TransferStock: moving.transfer_stock,
    commands.AdjustStock: moving.adjust_stock,
    place_commands.PutAway: placing.put_away,
    place_commands.HoldStock: placing.hold_stock,
    place_commands.ReleaseStock: placing.release_stock,
    cost_commands.ChangeCostMethod: costs.change_cost_method,
    cost_commands.RevalueStock: costs.revalue_stock,
    cost_commands.AddLandedCost: costs.add_landed_cost,
    cost_commands.CancelLandedCost: costs.cancel_landed_cost,
    cost_commands.CorrectCost: costs.correct_cost,
    cost_commands.TakeBack: taking_back.take_back,
}
DETECTORS: dict[str, tuple[Any, ...]] = {}
