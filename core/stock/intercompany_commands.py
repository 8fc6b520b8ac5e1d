"""Commands of an entity that bought from another of the group: it sends pieces back, and it pays."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from core.command import Command


@dataclass(frozen=True, kw_only=True, slots=True)
class ReturnToEntity(Command):
    """Send pieces of a `sale` (its number in the seller's books) back to the `seller`, who has them at once, at the price
    they were sold at. The command is the buyer's; both books are written, or neither."""

    seller: str
    sale: str
    site: str
    quantity: Decimal
    to_site: str
    reason: str
    location: str = ""
    to_location: str = ""
    happened_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class SettleWithEntity(Command):
    """Pay another entity of the group what is owed to it, from bank to bank: `amount` in the seller's currency, all that
    is open when None. Where the two keep books in different currencies, at `rate` (the buyer's for one of the seller's),
    else at the day's. The command is the buyer's; both books are written, or neither."""

    seller: str
    amount: Decimal | None = None
    rate: Decimal | None = None
    happened_at: datetime | None = None
