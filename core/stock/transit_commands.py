"""Commands of a transfer in two steps: shipped here, received there, or called back in between."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from core.command import Command


@dataclass(frozen=True, kw_only=True, slots=True)
class ShippedLine:
    """What leaves: available pieces of an item, from one location and lot. Reserved ones leave by the name of their
    `reservation`."""

    item: str
    quantity: Decimal
    location: str = ""
    lot: str = ""
    reservation: str = ""
    unit: str = ""  # that the quantity is in; the item's base unit when empty


@dataclass(frozen=True, kw_only=True, slots=True)
class ArrivedLine:
    """What arrived of a line of the transfer, where it was put, and how much of the line is given up as lost."""

    line: int
    quantity: Decimal
    lost: Decimal = Decimal(0)
    location: str = ""
    unit: str = ""  # that both quantities are in; the item's base unit when empty


@dataclass(frozen=True, kw_only=True, slots=True)
class ShipTransfer(Command):
    """Send pieces to another site of the entity. They are on the way, on hand there and not available, until received."""

    site: str
    to_site: str
    lines: tuple[ShippedLine, ...]
    happened_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ReceiveTransfer(Command):
    """Pieces of a transfer arrived, all or a part. What is lost needs a `reason` and goes to scrap at its cost."""

    transfer: str
    lines: tuple[ArrivedLine, ...]
    reason: str = ""
    happened_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class RecalledLine:
    """What turned back of a line of the transfer, and where it was put: where it left from when None."""

    line: int
    quantity: Decimal
    location: str | None = None
    unit: str = ""  # that the quantity is in; the item's base unit when empty


@dataclass(frozen=True, kw_only=True, slots=True)
class RecallTransfer(Command):
    """Pieces on the way turned back, and are available again at the site they left, at the cost and age with which they
    left. What had reserved them before they were shipped has to reserve them again."""

    transfer: str
    lines: tuple[RecalledLine, ...]
    reason: str
    happened_at: datetime | None = None
