"""Commands of the dock."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from core.command import Command


@dataclass(frozen=True, kw_only=True, slots=True)
class CountedLine:
    """What was counted for one order line, or for one lot of it: good, damaged, and what the delivery note says. In the
    order's unit, unless `unit` names another that the item has a conversion for."""

    order_line: int
    quantity: Decimal
    damaged: Decimal = Decimal(0)
    shipped: Decimal | None = None  # None: the note says nothing, so short is measured against what is open
    unit: str = ""
    lot: str = ""
    expires_on: date | None = None  # of the lot, as it says on the goods
    location: str = ""  # where the good pieces were put away at once; empty: they lie at the dock


@dataclass(frozen=True, kw_only=True, slots=True)
class ReceiveGoods(Command):
    """Book a delivery against an order. Nothing else raises stock from outside. Good pieces of an item that is
    inspected wait in inspection; damaged ones are on hand, and never available."""

    order: str
    lines: tuple[CountedLine, ...]
    received_by: str
    final: bool = True  # the driver says that this was all: what is missing is short, not on its way
    despatch: str = ""
    happened_at: datetime | None = None
    number: str = ""  # given by whoever counted it (an import); the next one when empty
    rate: Decimal | None = None  # of an order in another currency; as agreed on the order, else of the day, when None


@dataclass(frozen=True, kw_only=True, slots=True)
class AddToReceipt(Command):
    """More pieces of a delivery were found: the receipt's line grows."""

    receipt: str
    line: int
    quantity: Decimal
    received_by: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AcceptInspected(Command):
    """Inspection ended well: pieces of a receipt line become available."""

    receipt: str
    line: int
    quantity: Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class ReturnToSupplier(Command):
    """Send pieces back at what they cost. `status` is the stock status they leave from (damaged, inspection, available)."""

    receipt: str
    line: int
    quantity: Decimal
    status: str
    unit: str = ""  # that the quantity is in; the order's unit when empty
    location: str = ""  # that they leave from; empty: the dock


@dataclass(frozen=True, kw_only=True, slots=True)
class ScrapDamaged(Command):
    """Write damaged pieces off at what they cost."""

    receipt: str
    line: int
    quantity: Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class AcceptDamaged(Command):
    """Take damaged pieces into stock after all (rework, or at a discount claimed elsewhere)."""

    receipt: str
    line: int
    quantity: Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class SetInspectionLimit(Command):
    """Say what a characteristic of an item may measure, both limits included. Replaces what was said before; from then on
    the item's goods wait in inspection, and only readings make them available."""

    item: str
    characteristic: str
    lower: Decimal | None = None
    upper: Decimal | None = None
    unit: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """What was measured of one characteristic: one value a sample. Each must be within the limits."""

    characteristic: str
    measured: tuple[Decimal, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class InspectReceipt(Command):
    """Measure pieces of a receipt line that wait in inspection: all of them when `quantity` is None. Every characteristic
    the item has limits for is read; the readings decide."""

    receipt: str
    line: int
    readings: tuple[Reading, ...]
    inspected_by: str
    quantity: Decimal | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ReleaseInspection(Command):
    """Take pieces that failed as they are, a concession. Somebody other than the inspector, with a reason: the deviation is
    kept. `released_by` is whoever decides a case when nobody is named."""

    inspection: str
    reason: str
    released_by: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class AskReinspection(Command):
    """Have pieces that failed measured again, with a reason. They wait where they are."""

    inspection: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Reinspect(Command):
    """Measure the pieces of a failed inspection again, those that are still here, with the reason why. The new readings
    decide in place of the old ones; both stay on record."""

    inspection: str
    readings: tuple[Reading, ...]
    inspected_by: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ScrapFailed(Command):
    """Write off, at what they cost, the pieces of a failed inspection that are still here."""

    inspection: str
