"""Who gets which supply: every demand tied to what covers it, on plain values and without a database.

Where there is too little in time, the customers' priority says who goes without: the first tier is served first, within a
tier the first day. Priority takes only what it needs: whoever can be served in time without hurting a tier before is, and
of the supplies that come in time each demand gets the first that its day leaves, whatever its tier.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from core.availability.arithmetic import STOCK, ZERO, Demand, Peg, Supply

Parts = list[dict[int, Decimal]]
"""For each demand: how much of which supply, by its place."""


def peg(opening: Decimal, supplies: Iterable[Supply], demands: Iterable[Demand], today: date) -> tuple[Peg, ...]:
    """Tie each demand to what covers it: reserved pieces to stock, then the first tier and day to the first supply.

    Demands go by day, tier, then the smallest, then by document and line; supplies by day, then source. The pegs of a
    demand sum to it; the pegs of a supply never to more than it brings.
    """
    here = Supply(day=today, quantity=max(opening, ZERO), source=STOCK)
    coming = sorted((one for one in supplies if one.quantity > ZERO), key=lambda one: (max(one.day, today), one.source))
    sources = (here, *coming)
    days = [max(one.day, today) for one in sources]
    left = [one.quantity for one in sources]
    queue = sorted(demands, key=lambda one: (max(one.day, today), one.tier, one.quantity, one.document, one.line))
    taken: Parts = [{} for _ in queue]
    for demand, from_ in zip(queue, taken, strict=True):
        claimed = min(demand.reserved, demand.quantity, left[0])
        left[0] -= _add(from_, 0, claimed)
    wants = [demand.quantity - sum(from_.values(), ZERO) for demand, from_ in zip(queue, taken, strict=True)]
    wanted_on = [max(demand.day, today) for demand in queue]
    in_time = _too_late(queue, wants, wanted_on, days, left, taken)
    for place, on in enumerate(wanted_on):
        _take(taken[place], range(_upto(days, on)), left, in_time[place])
    return tuple(_pegs(queue, taken, sources, today))


def _too_late(
    queue: Sequence[Demand],
    wants: Sequence[Decimal],
    wanted_on: Sequence[date],
    days: Sequence[date],
    left: list[Decimal],
    taken: Parts,
) -> list[Decimal]:
    """Who gets how much in time, tier by tier, as a trial in which each takes the last supply that still comes in time and
    so leaves the others the most; what comes too late is tied at once, the first first."""
    trial = list(left)
    in_time = [ZERO] * len(queue)
    for place in sorted(range(len(queue)), key=lambda place: (queue[place].tier, place)):
        ends = _upto(days, wanted_on[place])
        given: dict[int, Decimal] = {}
        in_time[place] = _take(given, reversed(range(ends)), trial, wants[place])
        late: dict[int, Decimal] = {}
        _take(late, range(ends, len(days)), trial, wants[place] - in_time[place])
        for source, part in late.items():
            left[source] -= _add(taken[place], source, part)
    return in_time


def _take(into: dict[int, Decimal], places: Iterable[int], left: list[Decimal], wanted: Decimal) -> Decimal:
    """Take what is wanted from the supplies at these places, in their order. Gives how much there was."""
    got = ZERO
    for place in places:
        part = _add(into, place, min(left[place], wanted - got))
        left[place] -= part
        got += part
    return got


def _add(into: dict[int, Decimal], place: int, part: Decimal) -> Decimal:
    """So much more of a supply; nothing where it is not above nothing. Gives what was added."""
    if part <= ZERO:
        return ZERO
    into[place] = into.get(place, ZERO) + part
    return part


def _upto(days: Sequence[date], on: date) -> int:
    """How many supplies, by day, come up to a day."""
    return sum(1 for day in days if day <= on)


def _pegs(queue: Sequence[Demand], taken: Parts, sources: Sequence[Supply], today: date) -> Iterable[Peg]:
    for demand, from_ in zip(queue, taken, strict=True):
        for place, part in sorted(from_.items()):
            yield Peg(demand=demand, quantity=part, source=sources[place].source, day=max(sources[place].day, today))
        missing = demand.quantity - sum(from_.values(), ZERO)
        if missing > ZERO:
            yield Peg(demand=demand, quantity=missing)
