"""Commands that turn items into another, and those on pieces we sell without having them."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from core.command import Command


@dataclass(frozen=True, kw_only=True, slots=True)
class Component:
    """Pieces that go in, from one location and lot. `quantity` is of the whole repack, or of one kit."""

    item: str
    quantity: Decimal
    location: str = ""
    lot: str = ""
    unit: str = ""  # that the quantity is in; the item's base unit when empty


@dataclass(frozen=True, kw_only=True, slots=True)
class Repack(Command):
    """Make pieces of one item out of others at a site. What comes in is worth what went in, and the `extra_cost` of the
    work, which was booked to `account` before (purchased services when empty)."""

    site: str
    components: tuple[Component, ...]
    item: str
    quantity: Decimal
    extra_cost: Decimal = Decimal(0)
    account: str = ""
    location: str = ""
    lot: str = ""
    happened_at: datetime | None = None
    unit: str = ""  # that the quantity of what is made is in; its base unit when empty


@dataclass(frozen=True, kw_only=True, slots=True)
class IssueKit(Command):
    """Sell kits that are put together as they leave: every component goes out, `quantity` of it a kit."""

    site: str
    kits: Decimal
    components: tuple[Component, ...]
    document: str
    happened_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ReturnKit(Command):
    """Kits come back from a customer, every component at what it cost when it went."""

    document: str
    site: str
    kits: Decimal
    location: str = ""
    happened_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class DropShip(Command):
    """A supplier sent pieces straight to our customer. They are bought and sold in one, and never in stock: the cost goes
    to cost of goods sold, against goods received that are not billed yet."""

    item: str
    quantity: Decimal
    unit_cost: Decimal
    document: str
    supplier: str = ""
    happened_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class SellToEntity(Command):
    """Sell available pieces to another entity of the group, which has them at once. `transfer_price` is of one base unit,
    in the seller's currency. Both books are written, or neither; where the buyer keeps its books in another currency, at
    `rate` (the buyer's for one of the seller's), else at the day's rate in the buyer's books."""

    item: str
    site: str
    quantity: Decimal
    to_entity: str
    to_site: str
    transfer_price: Decimal
    location: str = ""
    lot: str = ""
    to_location: str = ""
    rate: Decimal | None = None
    happened_at: datetime | None = None
