"""Commands on the journal that no trade owns."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.command import Command


@dataclass(frozen=True, kw_only=True, slots=True)
class OpeningLine:
    account: str
    debit: Decimal = Decimal(0)
    credit: Decimal = Decimal(0)


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenBooks(Command):
    """The opening entry of an entity. Inventory, payables and goods received come from their own openings instead."""

    day: date
    lines: tuple[OpeningLine, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ReverseEntry(Command):
    """Post the mirror of an entry, once, and undo what it did to its document (an invoice becomes open again)."""

    entry: str
    reason: str
