"""The arithmetic of replenishing, on plain values and without a database.

How much is missing is a question of quantities, when it is missing one of days. What is on order counts whenever it
comes: a supplier's date that slips makes nothing missing that was not missing before, so it is never bought twice.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from core.availability.arithmetic import Balance

ZERO = Decimal(0)
EVERY_DAY = frozenset(range(7))


@dataclass(frozen=True, kw_only=True, slots=True)
class Levels:
    """What a site wants of an item, in base units. None where nobody said."""

    minimum: Decimal | None = None
    target: Decimal | None = None
    maximum: Decimal | None = None
    safety: Decimal | None = None

    @property
    def trigger(self) -> Decimal:
        """Below this something is missing: the higher of minimum and safety stock; nothing where neither is set."""
        return max((level for level in (self.minimum, self.safety) if level is not None), default=ZERO)

    @property
    def fill(self) -> Decimal:
        """Up to this it is filled: the target, and never less than the trigger."""
        return max(self.trigger, self.target if self.target is not None else self.trigger)


@dataclass(frozen=True, kw_only=True, slots=True)
class Position:
    """What there is of an item at a site and what is wanted of it, within the days looked at, in base units."""

    available: Decimal = ZERO
    waiting: Decimal = ZERO  # on hand and not available yet
    coming: Decimal = ZERO  # on order and planned, whenever it comes
    wanted: Decimal = ZERO
    claimed: Decimal = ZERO  # what of the available pieces is reserved
    moved: Decimal = ZERO  # what other suggestions bring here, less what they take from here

    @property
    def net(self) -> Decimal:
        """What is left when everything came and went."""
        return self.available + self.waiting + self.coming - self.wanted + self.moved

    @property
    def here(self) -> Decimal:
        """What of the pieces that are here is left when everything went."""
        return self.available - self.wanted + min(self.moved, ZERO)


def missing(position: Position, levels: Levels) -> Decimal:
    """How much to bring: nothing while the net position is not below the trigger, else what fills it up."""
    return levels.fill - position.net if position.net < levels.trigger else ZERO


def excess(position: Position, levels: Levels) -> Decimal:
    """How much to take away: nothing unless more than the maximum stays here, else what is above the target."""
    if levels.maximum is None or position.here <= levels.maximum:
        return ZERO
    keeps = levels.maximum if levels.target is None else min(levels.fill, levels.maximum)
    return min(position.here - keeps, position.available - position.claimed)


def spare(position: Position, levels: Levels | None) -> Decimal:
    """What a site can give: what it neither wants itself, nor keeps by its own trigger, nor has reserved."""
    keeps = levels.trigger if levels is not None else ZERO
    free = position.available - position.claimed + min(position.moved, ZERO)
    return max(ZERO, min(position.here - max(keeps, ZERO), free))


def reckoned(position: Position, levels: Levels) -> list[list[str]]:
    """The netting as people check it: each figure with its name, in the order in which it is reckoned."""
    rows: list[tuple[str, Decimal]] = [
        ("available", position.available),
        ("waiting", position.waiting),
        ("coming", position.coming),
        ("wanted", -position.wanted),
        ("moved", position.moved),
        ("net", position.net),
        ("trigger", levels.trigger),
        ("fill", levels.fill),
    ]
    if levels.maximum is not None:
        rows.append(("maximum", levels.maximum))
    return [[name, format(figure.normalize() + ZERO, "f")] for name, figure in rows]


def first_day_below(balances: Sequence[Balance], level: Decimal) -> date:
    """The first day on which the balance is below a level; the first day looked at where it never is."""
    return next((balance.day for balance in balances if balance.quantity < level), balances[0].day)


def working_days_before(
    day: date, days: int, *, weekdays: Collection[int] = EVERY_DAY, holidays: Collection[date] = ()
) -> date:
    """The last working day on which to start so that `days` working days are over by `day`."""
    assert weekdays, "a calendar in which nobody ever works"
    while True:
        if day.weekday() in weekdays and day not in holidays:
            if days <= 0:
                return day
            days -= 1
        day -= timedelta(days=1)
