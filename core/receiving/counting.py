"""What the dock counted, brought to the unit of the order: in boxes, in pieces, or some of each."""

from dataclasses import replace
from decimal import Decimal

from core.erp import Erp
from core.masterdata.tables import Item
from core.masterdata.units import base_of
from core.money import ZERO
from core.payables.units import base_units, plain_unit, to_six
from core.purchasing.tables import PurchaseOrderLine
from core.receiving.commands import CountedLine
from core.refusals import Refusal, Refused


def in_order_unit(erp: Erp, line: PurchaseOrderLine, counted: CountedLine) -> CountedLine:
    """The count in the order's unit. Refuses a unit that the item has no conversion for."""
    unit = counted.unit
    return replace(
        counted,
        quantity=more_of(erp, line, counted.quantity, unit, so_far=line.received),
        damaged=more_of(erp, line, counted.damaged, unit, so_far=line.damaged),
        shipped=None if counted.shipped is None else more_of(erp, line, counted.shipped, unit, so_far=ZERO),
        unit="",
    )


def more_of(erp: Erp, line: PurchaseOrderLine, quantity: Decimal, unit: str, *, so_far: Decimal) -> Decimal:
    """So many more of a unit in the order's unit, beside what was counted `so_far` in that.

    Counts add up in base units: three times four pieces of a box of twelve are one box, to the last decimal.
    """
    if plain_unit(unit) in ("", plain_unit(line.unit)):
        return quantity
    factor = base_units(erp.session, erp.entity, line.item, plain_unit(unit))
    if factor is None:
        raise Refused(Refusal.UNIT_UNKNOWN, f"{line.item} is not known by the {unit}")
    decimals = erp.need(Item, erp.entity, line.item, refusal=Refusal.ITEM_UNKNOWN).unit_decimals
    base = base_of(quantity, factor=factor, decimals=decimals)
    before = base_of(so_far, factor=line.unit_factor, decimals=decimals)
    return to_six((before + base) / line.unit_factor) - so_far
