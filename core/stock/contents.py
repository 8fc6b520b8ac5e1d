"""The contents of this room: which verb carries out which command, and which detectors listen to which event."""

from typing import Any

from core.command import Command
from core.stock import (
    commands,
    cost_commands,
    costs,
    drop_shipping,
    intercompany,
    intercompany_back,
    intercompany_commands,
    intercompany_settling,
    kits,
    lots,
    making_commands,
    moving,
    place_commands,
    placing,
    repacking,
    taking_back,
    transit,
    transit_commands,
)

VERBS: dict[type[Command], Any] = {
    commands.OpenStock: moving.open_stock,
    commands.IssueStock: moving.issue_stock,
    commands.TransferStock: moving.transfer_stock,
    commands.AdjustStock: moving.adjust_stock,
    place_commands.PutAway: placing.put_away,
    place_commands.HoldStock: placing.hold_stock,
    place_commands.ReleaseStock: placing.release_stock,
    transit_commands.ShipTransfer: transit.ship_transfer,
    transit_commands.ReceiveTransfer: transit.receive_transfer,
    transit_commands.RecallTransfer: transit.recall_transfer,
    lots.SetLotExpiry: lots.set_lot_expiry,
    making_commands.SellToEntity: intercompany.sell_to_entity,
    intercompany_commands.ReturnToEntity: intercompany_back.return_to_entity,
    intercompany_commands.SettleWithEntity: intercompany_settling.settle_with_entity,
    making_commands.Repack: repacking.repack,
    making_commands.IssueKit: kits.issue_kit,
    making_commands.ReturnKit: kits.return_kit,
    making_commands.DropShip: drop_shipping.drop_ship,
    cost_commands.ChangeCostMethod: costs.change_cost_method,
    cost_commands.RevalueStock: costs.revalue_stock,
    cost_commands.AddLandedCost: costs.add_landed_cost,
    cost_commands.CancelLandedCost: costs.cancel_landed_cost,
    cost_commands.CorrectCost: costs.correct_cost,
    cost_commands.ReceiveReturn: taking_back.take_back,
}
DETECTORS: dict[str, tuple[Any, ...]] = {}
