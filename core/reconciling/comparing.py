"""Where warehouse and ledger parted, and by how much: the first entry that disagrees of one balance. Pure.

What is matched cancels out; what is left is a line of few entries. Both sides agree wherever that line is back at zero,
or at a difference that somebody has answered for. The first that disagrees is the one after the last such point.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.money import ZERO
from core.reconciling.matching import Entry


@dataclass(frozen=True, kw_only=True, slots=True)
class Parted:
    """Since which entry both sides differ, and by how much the warehouse has more now."""

    first: Entry
    difference: Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """A difference somebody has answered for, and the entry it began with ("ledger 12")."""

    difference: Decimal = ZERO
    since: str = ""


def parted(open_entries: Sequence[Entry], kept: Kept) -> Parted | None:
    """Where they parted; None while they agree. Takes the unmatched entries of one balance that are due, in any order."""
    line = sorted(open_entries)
    start = _after_last(line, (ZERO,))
    if start < len(line) and kept.since == label(line[start]):
        start = _after_last(line, (ZERO, kept.difference))
    if start >= len(line):
        return None
    return Parted(first=line[start], difference=total(line))


def total(entries: Sequence[Entry]) -> Decimal:
    """How much more the warehouse has, by these entries."""
    return sum((entry.change for entry in entries), ZERO)


def started(open_entries: Sequence[Entry]) -> Entry | None:
    """The first entry since both were level, answered for or not."""
    line = sorted(open_entries)
    start = _after_last(line, (ZERO,))
    return line[start] if start < len(line) else None


def label(entry: Entry) -> str:
    """An entry as it is noted where a difference is kept."""
    return f"{entry.side} {entry.number}"


def _after_last(line: Sequence[Entry], levels: tuple[Decimal, ...]) -> int:
    """The place after the last point at which the running difference was at one of the levels."""
    running, start = ZERO, 0
    for place, entry in enumerate(line, 1):
        running += entry.change
        if running in levels:
            start = place
    return start
