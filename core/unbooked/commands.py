"""Commands on entries that the books refused."""

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AfterValidator

from core.canonical import plain
from core.command import Command


def _exact(told: dict[str, Any]) -> dict[str, Any]:
    """A wire form as it may be kept: a figure that is a float is nobody's."""
    try:
        kept: dict[str, Any] = plain(told)
    except TypeError as inexact:
        raise ValueError(f"{inexact}: write figures as text") from inexact
    return kept


Told = Annotated[dict[str, Any], AfterValidator(_exact)]


@dataclass(frozen=True, kw_only=True, slots=True)
class KeepEntry(Command):
    """Keep a stock entry that the books refuse, as it was told, as a case of the inventory controller. `told` is the
    command in its wire form; `source` the feed it came by."""

    told: Told
    source: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class BookEntry(Command):
    """Book a kept entry: as it was told, or as `corrected` says, which is the same kind of command."""

    entry: str
    corrected: Told | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class RejectEntry(Command):
    """A kept entry is wrong and will not be booked, with a reason. It stays on record."""

    entry: str
    reason: str
