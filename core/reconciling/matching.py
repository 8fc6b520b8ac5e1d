"""Which events are which moves of the ledger: by what they refer to, else by quantity and time. Pure.

What is matched depends on what is there and never on the order in which it came: a thread, or what lies close together,
is always matched as a whole.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from core.money import ZERO
from core.reconciling.tables import LEDGER, WAREHOUSE


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Entry:
    """An event or a move, ordered by when it happened, then by its own number."""

    happened_at: datetime
    side: str
    number: int
    quantity: Decimal
    reference: str = ""
    thread: str = ""
    matched: str = ""
    tied: bool = False

    @property
    def name(self) -> tuple[str, int]:
        """What it is called: its side and its number."""
        return (self.side, self.number)

    @property
    def change(self) -> Decimal:
        """What it adds to what the warehouse has more than the ledger."""
        return self.quantity if self.side == WAREHOUSE else -self.quantity


Name = tuple[str, int]


def by_reference(thread: Collection[Entry]) -> set[Name]:
    """Of the entries of one thread of one key, those that agree: all of them when both sides add up to the same (one
    receipt scanned in two parts), else pairs of one quantity, the earliest first."""
    if sum((entry.change for entry in thread), ZERO) == ZERO:
        return {entry.name for entry in thread}
    matched: set[Name] = set()
    for quantity in {entry.quantity for entry in thread}:
        alike = sorted(entry for entry in thread if entry.quantity == quantity)
        told, booked = _of(WAREHOUSE, alike), _of(LEDGER, alike)
        for one, other in zip(told, booked, strict=False):
            matched |= {one.name, other.name}
    return matched


def by_time(alike: Collection[Entry], tolerance: timedelta) -> set[Name]:
    """Of loose entries of one key and one quantity, the pairs that lie within the tolerance, the earliest first."""
    matched: set[Name] = set()
    entries = sorted(alike)
    told, booked = _of(WAREHOUSE, entries), _of(LEDGER, entries)
    at = other = 0
    while at < len(told) and other < len(booked):
        apart = booked[other].happened_at - told[at].happened_at
        if abs(apart) <= tolerance:
            matched |= {told[at].name, booked[other].name}
            at, other = at + 1, other + 1
        elif apart > timedelta(0):
            at += 1
        else:
            other += 1
    return matched


def _of(side: str, entries: Iterable[Entry]) -> list[Entry]:
    return [entry for entry in entries if entry.side == side]
