"""Commands on claims and plans: reserve and let go, plan what comes and goes."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from core.command import Command


@dataclass(frozen=True, kw_only=True, slots=True)
class WantedClaim:
    """So many pieces of an item for a document. `day`: when they are to leave, where that is known."""

    item: str
    quantity: Decimal
    document: str
    line: int = 0
    day: date | None = None
    location: str = ""
    lot: str = ""
    unit: str = ""  # that the quantity is in; the item's base unit when empty


@dataclass(frozen=True, kw_only=True, slots=True)
class ReserveStock(Command):
    """Claim available pieces at a site: first the customers of the first tier, then who is first to leave, then the
    smallest claim. `whole`: all or nothing.
    In whatever unit they are asked for, the answer is in base units."""

    site: str
    claims: tuple[WantedClaim, ...]
    strength: str = "hard"
    expires_at: datetime | None = None
    whole: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class ReleaseReservation(Command):
    """Let go of a claim, or of so many pieces of it."""

    reservation: str
    quantity: Decimal | None = None
    reason: str = ""
    unit: str = ""  # that the quantity is in; the item's base unit when empty


@dataclass(frozen=True, kw_only=True, slots=True)
class ExpireReservations(Command):
    """Let go of every claim whose time is over."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanSupply(Command):
    """Expect pieces on a day from something that is no purchase order: a transfer, production, a planned receipt."""

    item: str
    site: str
    quantity: Decimal
    day: date
    document: str
    line: int = 0
    kind: str = "receipt"


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanDemand(Command):
    """Want pieces on a day. With `until` it is a forecast for the days up to then, used up by what is ordered in them."""

    item: str
    site: str
    quantity: Decimal
    day: date
    document: str
    line: int = 0
    kind: str = "shipment"
    until: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangePlan(Command):
    """Move a plan to another day, or change its quantity. None: as it is."""

    plan: str
    day: date | None = None
    quantity: Decimal | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class UseSubstitute(Command):
    """Let what master data names as a substitute leave for `quantity` base units of a planned demand (None: all that is
    left of it), on its day. Of a sales order line it takes the ordered price."""

    plan: str
    substitute: str
    quantity: Decimal | None = None
    reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class FulfilPlan(Command):
    """So many pieces of a plan came or went."""

    plan: str
    quantity: Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class CancelPlan(Command):
    """What is left of a plan will not come or go."""

    plan: str
    reason: str = ""
