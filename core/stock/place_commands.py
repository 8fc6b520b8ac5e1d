"""Commands that change where pieces lie and whether they may be used. None of them changes what stock is worth."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from core.command import Command
from core.stock.tables import StockStatus


@dataclass(frozen=True, kw_only=True, slots=True)
class PutAway(Command):
    """Move pieces from one location of a site to another. An empty location is the site itself, before put-away."""

    item: str
    site: str
    quantity: Decimal
    to_location: str
    location: str = ""
    lot: str = ""
    status: StockStatus = StockStatus.AVAILABLE
    happened_at: datetime | None = None
    unit: str = ""  # that the quantity is in; the item's base unit when empty


@dataclass(frozen=True, kw_only=True, slots=True)
class HoldStock(Command):
    """Take available pieces out of use where they lie, with a reason. They stay on hand and keep their value."""

    item: str
    site: str
    quantity: Decimal
    reason: str
    location: str = ""
    lot: str = ""
    happened_at: datetime | None = None
    unit: str = ""  # that the quantity is in; the item's base unit when empty


@dataclass(frozen=True, kw_only=True, slots=True)
class ReleaseStock(Command):
    """Let held pieces be used again, with a reason."""

    item: str
    site: str
    quantity: Decimal
    reason: str
    location: str = ""
    lot: str = ""
    happened_at: datetime | None = None
    unit: str = ""  # that the quantity is in; the item's base unit when empty
