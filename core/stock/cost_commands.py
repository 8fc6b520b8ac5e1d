"""Commands on what stock costs. They move no piece."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from core.command import Command
from core.stock.costing import Method
from core.stock.tables import StockStatus


class SplitBy(StrEnum):
    """What a landed cost is split by over the lines it belongs to."""

    VALUE = "value"
    QUANTITY = "quantity"
    WEIGHT = "weight"


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangeCostMethod(Command):
    """Value an item by another method from a moment on, at every site. Standard cost needs `unit_cost`."""

    item: str
    method: Method
    unit_cost: Decimal | None = None
    happened_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class RevalueStock(Command):
    """Set what a piece is worth at a site (or at every site), with a reason. Sets the standard cost of a standard item."""

    item: str
    unit_cost: Decimal
    reason: str
    site: str = ""
    lot: str = ""
    happened_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class AddLandedCost(Command):
    """Put a cost that came later (freight, duty) onto what receipts brought: what is sold already becomes cost of sales."""

    receipts: tuple[str, ...]
    amount: Decimal
    by: SplitBy = SplitBy.VALUE
    only_items: tuple[str, ...] = ()
    account: str = ""  # where the cost was booked first; freight in when empty


@dataclass(frozen=True, kw_only=True, slots=True)
class CancelLandedCost(Command):
    """Take a landed cost back, wherever it went."""

    landed_cost: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CorrectCost(Command):
    """What a receipt brought cost more or less than booked, in total: split over its pieces, sold ones included."""

    receipt: str
    amount: Decimal
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ReceiveReturn(Command):
    """Pieces of an issue come back from a customer, at what they cost when they went: to be
    sold again, or held to be looked at. A `lot` means the pieces of that lot alone."""

    document: str
    item: str
    site: str
    quantity: Decimal
    happened_at: datetime | None = None
    location: str = ""
    lot: str = ""
    status: StockStatus = StockStatus.AVAILABLE
    unit: str = ""  # that the quantity is in; the item's base unit when empty
