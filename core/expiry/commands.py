"""Commands on what expires."""

from dataclasses import dataclass

from core.command import Command
from core.expiry.tables import WARNING_DAYS


@dataclass(frozen=True, kw_only=True, slots=True)
class SetShelfLife(Command):
    """Say how long before its last useful day a lot of an item is warned of, and how many days before it expires that day
    is: what a customer wants left when it arrives. Replaces what was said before."""

    item: str
    warning_days: int = WARNING_DAYS
    safety_days: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckExpiry(Command):
    """Look at every lot that is near its end. Time passes without an event; the clock gives this once a day."""
