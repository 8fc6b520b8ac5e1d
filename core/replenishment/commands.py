"""Commands on replenishment: say when, look, and take what is suggested."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.command import Command


@dataclass(frozen=True, kw_only=True, slots=True)
class SetOrderPoint(Command):
    """Say how an item is replenished at a site, in base units. Replaces what was said before.

    Below `minimum` or `safety` it is filled up to `target`, from the `source` site or from a supplier; above `maximum`
    what is above `target` goes to `overflow_to`.
    """

    item: str
    site: str
    minimum: Decimal | None = None
    target: Decimal | None = None
    maximum: Decimal | None = None
    safety: Decimal | None = None
    source: str = ""
    overflow_to: str = ""
    supplier: str = ""
    lead_days: int = 0
    period_days: int = 30
    calendar: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class SetCalendar(Command):
    """Say on which weekdays (0 is Monday) somebody works, and on which days of these not."""

    code: str
    weekdays: tuple[int, ...]
    holidays: tuple[date, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class RunReplenishment(Command):
    """Look what is missing: of these items, of all that changed since the last run, or of everything."""

    items: tuple[str, ...] = ()
    changed_only: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class TakeSuggestion(Command):
    """Turn a suggestion into an order that waits for approval, or into a transfer: in two steps where the order point has
    lead days from its source. `quantity`: the suggested one.

    What is bought is bought of `supplier` (of the order point's, or of the only one who sells it, when empty) at `price`
    (the last one of that supplier, else the standard cost, when None).
    """

    suggestion: str
    by: str
    quantity: Decimal | None = None
    supplier: str = ""
    price: Decimal | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class LeaveSuggestion(Command):
    """Do not follow a suggestion, with a reason. It is suggested again when more is missing than now."""

    suggestion: str
    by: str
    reason: str
