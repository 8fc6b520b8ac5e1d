"""Commands of a count. What the books expect is in none of their answers: whoever counts is blind to it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from core.command import Command
from core.counting.tables import RootCause
from core.stock.tables import StockStatus


@dataclass(frozen=True, kw_only=True, slots=True)
class SetCountPolicy(Command):
    """Say how far a count may differ before it waits for a person: percent of the quantity, and value. No item: all."""

    quantity_pct: Decimal
    value_limit: Decimal
    item: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenCount(Command):
    """Open a count at a site: of these items (all that are here when none is named), at one location or at all."""

    site: str
    items: tuple[str, ...] = ()
    location: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Beside:
    """So many in another unit: the four pieces beside three cases."""

    quantity: Decimal
    unit: str = ""  # the item's base unit when empty


@dataclass(frozen=True, kw_only=True, slots=True)
class CountItem(Command):
    """So many were counted, in a `unit` of the item, and `beside` them so many in others. Counting a line again replaces
    what was counted before; both scans are kept. A `unit_cost` says what every counted piece (base unit) is worth from
    now on. `scanned_at`: when a device that was not connected scanned it."""

    count: str
    item: str
    counted: Decimal
    location: str = ""
    lot: str = ""
    status: StockStatus = StockStatus.AVAILABLE
    unit_cost: Decimal | None = None
    scanned_at: datetime | None = None
    unit: str = ""  # that `counted` is in; the item's base unit when empty
    beside: tuple[Beside, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class RefreshCount(Command):
    """Hold what was counted against the books as they are now: what was booked since the scan was on the shelf then."""

    count: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CountAgain(Command):
    """Ask for lines to be counted again before the count is posted. The scans that were made stay on record."""

    count: str
    lines: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ConfirmVariance(Command):
    """A person looked into a line that differs too much, and stands for what was counted, with its root cause: her own,
    or that of the decision which carries this out."""

    count: str
    line: int
    root_cause: RootCause | None = None
    reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class PostCount(Command):
    """Put the books right by what was counted."""

    count: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CancelCount(Command):
    """Give a count up, with a reason. The books stay as they are."""

    count: str
    reason: str
