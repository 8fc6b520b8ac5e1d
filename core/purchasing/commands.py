"""Commands on purchase orders."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from core.command import Command


@dataclass(frozen=True, kw_only=True, slots=True)
class NewOrderLine:
    """A line to be ordered; `quantity` and `price` in `unit` and the order's currency."""

    item: str
    quantity: Decimal
    price: Decimal
    need_by: date
    unit: str = ""  # the item's base unit when empty
    description: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class PlaceOrder(Command):
    """Order from a supplier. The order waits for approval unless policy rows let it open at once (`approved_by`)."""

    supplier: str
    site: str
    placed_by: str
    lines: tuple[NewOrderLine, ...]
    currency: str = ""  # the supplier's currency when empty
    rate: Decimal | None = None  # agreed for the whole order: books' currency for one of it; by the day when None
    charges_agreed: Decimal | None = None  # freight agreed for the whole order; the supplier's terms when None
    number: str = ""  # given by whoever placed it (an import); the next one when empty
    placed_at: datetime | None = None  # now when None


@dataclass(frozen=True, kw_only=True, slots=True)
class ApproveOrder(Command):
    """Open an order that awaits approval. Who placed it may not approve it."""

    order: str
    approved_by: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ConfirmedLine:
    """What the supplier confirms for one line: its word, kept as that. None where it says nothing."""

    line: int
    quantity: Decimal | None = None
    price: Decimal | None = None
    promised: date | None = None
    rest_promised: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordConfirmation(Command):
    """Keep what a supplier confirmed, as the supplier's word. Changes no quantity, price or need of ours."""

    order: str
    confirmation: str = ""
    lines: tuple[ConfirmedLine, ...] = ()
    message: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class AcceptPromise(Command):
    """Take a later date as ours: the line's need moves to `need_by`. A person decided that the delay is bearable."""

    order: str
    line: int
    need_by: date


@dataclass(frozen=True, kw_only=True, slots=True)
class AmendPrice(Command):
    """Change the order's price of a line: the order is re-approved at this price."""

    order: str
    line: int
    price: Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class AmendQuantity(Command):
    """Change the ordered quantity of a line (accept an over-receipt, accept a split). Not below what was received."""

    order: str
    line: int
    quantity: Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class CancelRest(Command):
    """Cancel what is still open of a line."""

    order: str
    line: int
    reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class CloseShort(Command):
    """Close a line short: what did not come is no longer expected."""

    order: str
    line: int
    reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckConfirmations(Command):
    """Raise an exception for every open order that is past its supplier's norm without a confirmation. The clock asks."""
