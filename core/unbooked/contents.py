"""The contents of this room: which verb carries out which command, and which detectors listen to which event."""

from typing import Any

from core.command import Command
from core.unbooked import commands, detect, keeping

VERBS: dict[type[Command], Any] = {
    commands.KeepEntry: keeping.keep_entry,
    commands.BookEntry: keeping.book_entry,
    commands.RejectEntry: keeping.reject_entry,
}
DETECTORS: dict[str, tuple[Any, ...]] = {
    "stock_below_zero": (detect.below_zero,),
    **dict.fromkeys(("entry_kept", "entry_booked", "entry_rejected"), (detect.unbooked,)),
}
