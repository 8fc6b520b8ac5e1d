"""Pieces that a supplier sends straight to our customer: bought and sold in one, and never in stock.

Only the journal knows of them: cost of goods sold against goods received that are not billed yet. No balance, no pool and
no layer is touched, so nothing on hand is costed by them.
"""

from typing import Any

from core.books import accounts, ledger
from core.erp import Erp
from core.masterdata.tables import Item, Supplier
from core.masterdata.units import must_be_kept
from core.money import ZERO, rounded
from core.refusals import Refusal, Refused
from core.stock.making_commands import DropShip
from core.stock.selling_tables import DropShipment


def drop_ship(erp: Erp, cmd: DropShip) -> dict[str, Any]:
    """Book what a supplier sent to our customer. Refuses pieces that cannot be counted or cost less than nothing."""
    item = erp.need(Item, erp.entity, cmd.item, refusal=Refusal.ITEM_UNKNOWN)
    if cmd.supplier:
        erp.need(Supplier, erp.entity, cmd.supplier, refusal=Refusal.SUPPLIER_UNKNOWN)
    if cmd.quantity <= ZERO or cmd.unit_cost < ZERO:
        raise Refused(Refusal.QUANTITY_NOT_POSITIVE, f"{cmd.item}: {cmd.quantity} at {cmd.unit_cost}")
    if cmd.quantity != round(cmd.quantity, item.unit_decimals):
        raise Refused(Refusal.PRECISION, f"{cmd.quantity} {item.unit} of {cmd.item}")
    must_be_kept(cmd.unit_cost)
    at = cmd.happened_at or erp.now
    value = rounded(cmd.quantity * cmd.unit_cost, erp.currency)
    number = erp.number("DS")
    shipment = DropShipment(
        entity=erp.entity,
        number=number,
        item=cmd.item,
        quantity=cmd.quantity,
        value=value,
        unbilled_value=value,
        supplier=cmd.supplier,
        document=cmd.document,
        happened_at=at,
    )
    erp.add(shipment)
    if value:
        sides = [ledger.debit(accounts.COST_OF_GOODS_SOLD, value), ledger.credit(accounts.GOODS_RECEIVED, value)]
        says = f"Sent straight to the customer: {cmd.document}"
        ledger.post(erp, document=number, says=says, sides=sides, day=at.date())
    erp.emit("drop_shipped", f"item {cmd.item}", item=cmd.item, drop_shipment=number, document=cmd.document)
    return {"drop_shipment": number, "value": value}
