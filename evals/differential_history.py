"""Random histories of one item that two systems can both record: what a step is, and how steps are drawn."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from core.money import ZERO
from core.stock.costing import Method

FIRST_DAY = date(2026, 3, 2)
SITES = ("MAIN", "OTHER")


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One thing that happened on a day at a site: receipt, issue, come_back (from a customer), send_back (to the supplier),
    shelf (to another shelf), carry (to the other site), correct (what a receipt cost a piece), revalue, or switch (of every
    site, to the other method). `of` is the step it goes back to. `place` orders what happened on one day."""

    number: int
    kind: str
    day: date
    place: int
    quantity: Decimal = ZERO
    price: Decimal = ZERO
    of: int = -1
    site: str = SITES[0]


@dataclass(frozen=True, kw_only=True, slots=True)
class History:
    """Steps in the order in which they are recorded, and whether more may go out than came."""

    steps: tuple[Step, ...]
    below_zero: bool = False

    def with_steps(self, steps: Iterable[Step]) -> "History":
        """Other steps under the same rule."""
        return replace(self, steps=tuple(steps))


KINDS = ("receipt",) * 5 + ("issue",) * 5 + ("come_back", "send_back", "shelf", "correct", "revalue")
GOES_BACK_TO = {"come_back": "issue", "send_back": "receipt", "correct": "receipt"}
NO_PIECES = ("correct", "revalue", "switch")
ON_THE_DAY = (*GOES_BACK_TO, "switch")
"""What is never recorded late."""


def history(random: Random) -> History:
    """Four to fourteen steps; one in four is recorded late, and some days see more than one. Two histories in five have two
    sites, one in four may go below zero, one in four changes the method. Prices are large and pieces few, so that another
    way to cost shows in more than cents."""
    sites = SITES if random.random() < 0.4 else SITES[:1]
    kinds = KINDS + (("carry",) * 3 if len(sites) > 1 else ())
    kinds += ("switch",) if random.random() < 0.25 else ()
    below_zero = random.random() < 0.25
    steps: list[Step] = []
    day = FIRST_DAY
    for number in range(random.randint(4, 14)):
        day += timedelta(days=random.choice((0, 1, 1, 1, 2, 5)))
        steps.append(_drawn(random, steps, number, day, "receipt" if not steps else random.choice(kinds), sites))
    return History(steps=tuple(steps), below_zero=below_zero)


def _drawn(random: Random, steps: list[Step], number: int, day: date, kind: str, sites: tuple[str, ...]) -> Step:
    """One step of a kind, or a receipt where there is nothing it could go back to."""
    before = [one for one in steps if one.kind == GOES_BACK_TO.get(kind)]
    if kind in GOES_BACK_TO and not before:
        kind = "receipt"
    of = random.choice(before) if kind in GOES_BACK_TO else None
    late = random.random() < 0.25 and kind not in ON_THE_DAY
    return Step(
        number=number,
        kind=kind,
        day=day - timedelta(days=random.randint(1, 9)) if late else day,
        place=number,
        quantity=ZERO if kind in NO_PIECES else Decimal(random.randint(1, 20 if kind == "receipt" else 8)),
        price=Decimal(random.randint(100_000, 999_999)) / 100 if kind in ("receipt", "correct", "revalue") else ZERO,
        of=of.number if of else -1,
        site=of.site if of else random.choice(sites),
    )


def other_site(site: str) -> str:
    """Where a carry from a site goes to."""
    return SITES[1 - SITES.index(site)]


def other_method(method: str) -> str:
    """What a switch from a method goes to."""
    return Method.FIFO if method == Method.AVERAGE else Method.AVERAGE


def moment(step: Step) -> datetime:
    """When a step happened: after noon of its day, in the order of their places; a new cost price with the day itself, and a
    change of method before anything of its day."""
    if step.kind in ("revalue", "switch"):
        return datetime.combine(step.day, time(0, 1 if step.kind == "revalue" else 0), UTC)
    return datetime.combine(step.day, time(12), UTC) + timedelta(minutes=step.place)


def by_moment(steps: Iterable[Step]) -> list[Step]:
    """Steps in the order in which they happened."""
    return sorted(steps, key=lambda step: (moment(step), step.place))
