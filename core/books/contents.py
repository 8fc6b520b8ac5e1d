"""The contents of this room: which verb carries out which command, and which detectors listen to which event."""

from typing import Any

from core.books import commands, entries, periods, rates
from core.command import Command

VERBS: dict[type[Command], Any] = {
    commands.OpenBooks: entries.open_books,
    commands.ReverseEntry: entries.reverse_entry,
    periods.ClosePeriod: periods.close_period,
    rates.SetExchangeRate: rates.set_exchange_rate,
}
DETECTORS: dict[str, tuple[Any, ...]] = {}
