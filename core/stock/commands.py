"""Commands on stock that is already here. What comes in from a supplier is `core.receiving`."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from core.command import Command
from core.stock.tables import StockStatus


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenStock(Command):
    """Opening balance of an item at a site, against equity: available, or held."""

    item: str
    site: str
    quantity: Decimal
    unit_cost: Decimal
    lot: str = ""
    happened_at: datetime | None = None
    location: str = ""
    status: StockStatus = StockStatus.AVAILABLE
    unit: str = ""  # that quantity and cost are in; the item's base unit when empty


@dataclass(frozen=True, kw_only=True, slots=True)
class IssueStock(Command):
    """Take available stock out, at the cost of its layers, to cost of goods sold. `receipt` names the document whose own
    layers leave first: what a strict item asks for. Reserved pieces leave by the name of their `reservation`; where none
    is named, by what their document has reserved, of that location and lot first."""

    item: str
    site: str
    quantity: Decimal
    document: str
    lot: str = ""
    receipt: str = ""
    happened_at: datetime | None = None
    reservation: str = ""
    location: str = ""
    unit: str = ""  # that the quantity is in; the item's base unit when empty


@dataclass(frozen=True, kw_only=True, slots=True)
class TransferStock(Command):
    """Move stock from one site to another of the same entity, with its layers; held pieces stay held. One that takes time
    is `core.stock.transit_commands`."""

    item: str
    site: str
    to_site: str
    quantity: Decimal
    lot: str = ""
    happened_at: datetime | None = None
    reservation: str = ""
    location: str = ""
    to_location: str = ""
    status: StockStatus = StockStatus.AVAILABLE
    unit: str = ""  # that the quantity is in; the item's base unit when empty


@dataclass(frozen=True, kw_only=True, slots=True)
class AdjustStock(Command):
    """Correct a balance by a signed quantity, with a reason, against scrap and damage. What is found is worth
    `unit_cost`, or what a piece costs here when nobody says."""

    item: str
    site: str
    quantity: Decimal
    reason: str
    lot: str = ""
    happened_at: datetime | None = None
    location: str = ""
    status: StockStatus = StockStatus.AVAILABLE
    unit_cost: Decimal | None = None
    unit: str = ""  # that quantity and cost are in; the item's base unit when empty
