"""The contents of this room: which verb carries out which command, and which detectors listen to which event."""

from typing import Any

from core.command import Command
from core.masterdata import adding, commands, standing_in

VERBS: dict[type[Command], Any] = {
    commands.AddEntity: adding.add_entity,
    commands.AddAccount: adding.add_account,
    commands.AddSite: adding.add_site,
    commands.AddSupplier: adding.add_supplier,
    commands.AddItem: adding.add_item,
    commands.AddSupplierItem: adding.add_supplier_item,
    commands.AddConversion: adding.add_conversion,
    commands.SetSubstitute: standing_in.set_substitute,
    commands.DropSubstitute: standing_in.drop_substitute,
    commands.BlockItem: standing_in.block_item,
    commands.UnblockItem: standing_in.unblock_item,
    commands.SetStockPolicy: adding.set_stock_policy,
    commands.StartNumbersAt: adding.start_numbers_at,
    commands.LinkSender: adding.link_sender,
}
DETECTORS: dict[str, tuple[Any, ...]] = {}
