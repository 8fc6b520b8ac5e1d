"""Stock is kept in base units; people count in boxes. A command that names another unit of the item is brought to base
units before anything else, exactly: what is no whole number of the smallest piece is refused, and so is a unit that the
item has no conversion for."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import TypeVar

from sqlalchemy.orm import Session

from core.erp import Erp
from core.masterdata.tables import Item
from core.masterdata.units import base_of
from core.payables.units import base_units, plain_unit, to_six
from core.refusals import Refusal, Refused
from core.stock.commands import AdjustStock, IssueStock, OpenStock, TransferStock
from core.stock.cost_commands import ReceiveReturn
from core.stock.making_commands import Component, Repack
from core.stock.place_commands import HoldStock, PutAway, ReleaseStock
from core.stock.transit_commands import ShippedLine

InUnits = TypeVar(
    "InUnits",
    OpenStock,
    IssueStock,
    TransferStock,
    AdjustStock,
    ReceiveReturn,
    PutAway,
    HoldStock,
    ReleaseStock,
    Repack,
)
LineInUnits = TypeVar("LineInUnits", Component, ShippedLine)


def counted_in_base(erp: Erp, cmd: InUnits) -> InUnits:
    """The command with its quantity in base units. One in base units already is given back as it is."""
    if not cmd.unit:
        return cmd
    return replace(cmd, quantity=in_base(erp, cmd.item, cmd.quantity, cmd.unit), unit="")


def lines_in_base(erp: Erp, lines: Iterable[LineInUnits]) -> tuple[LineInUnits, ...]:
    """The lines of a command with their quantities in base units, each by the units of its own item."""
    return tuple(
        replace(one, quantity=in_base(erp, one.item, one.quantity, one.unit), unit="") if one.unit else one
        for one in lines
    )


def in_base(erp: Erp, item: str, quantity: Decimal, unit: str) -> Decimal:
    """So many of a unit of an item in base units, signed as it is. Refuses a unit the item does not know, and a quantity
    that is no whole number of the smallest piece."""
    kept = erp.need(Item, erp.entity, item, refusal=Refusal.ITEM_UNKNOWN)
    factor = base_units(erp.session, erp.entity, item, plain_unit(unit))
    if factor is None:
        raise Refused(
            Refusal.UNIT_UNKNOWN, f"{item} is not known by the {unit}: say first how many {kept.unit} one {unit} is"
        )
    return base_of(quantity, factor=factor, decimals=kept.unit_decimals)


def in_unit(session: Session, entity: str, item: str, base: Decimal, unit: str) -> Decimal | None:
    """So many base units of an item in another of its units, to six decimals. None for a unit it does not know."""
    factor = base_units(session, entity, item, plain_unit(unit))
    return None if factor is None else to_six(base / factor)
