"""What was counted in cases and pieces, in pieces: each part by the item's own units, exactly, and their sum."""

from collections.abc import Sequence
from decimal import Decimal

from core.counting.commands import Beside
from core.erp import Erp
from core.masterdata.tables import Item
from core.money import ZERO
from core.payables.units import plain_unit
from core.refusals import Refusal, Refused
from core.stock.units import in_base
from core.wording import quantity as words


def in_pieces(erp: Erp, item: Item, parts: Sequence[Beside]) -> tuple[Decimal, str]:
    """How many base units were counted, and as what they were counted: "3 case + 4 pcs", empty where in base units alone.

    Refuses less than nothing in any part, a unit the item does not know or that is named twice, and parts that do not
    come out even each: two half cases are no case, somebody looked twice at one.
    """
    units = [plain_unit(part.unit) or plain_unit(item.unit) for part in parts]
    if len(set(units)) < len(units):
        twice = next(unit for unit in units if units.count(unit) > 1)
        raise Refused(Refusal.COMMAND_MALFORMED, f"{item.sku}: counted in {twice} twice, say once how many")
    for part in parts:
        if part.quantity < ZERO:
            raise Refused(Refusal.QUANTITY_NOT_POSITIVE, f"{item.sku}: {words(part.quantity)} counted")
    counted = sum((in_base(erp, item.sku, part.quantity, part.unit or item.unit) for part in parts), ZERO)
    told = " + ".join(f"{words(part.quantity)} {part.unit or item.unit}" for part in parts)
    return counted, told if set(units) != {plain_unit(item.unit)} else ""
