"""The arithmetic of promising, on plain values and without a database.

A projection is the balance after each day on which something comes or goes. What may be promised on a day is the lowest
balance from that day on: a promise takes its pieces from every later day, too, so it can starve nobody who was promised
before. Two things follow, and are tested as such: no more is promised than there will be, and supply that comes later
never makes a promise earlier.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

ZERO = Decimal(0)
STOCK = "stock"
"""The source of pieces that are here."""
USUAL = 5
"""The priority tier of whoever nobody ranked; 1 is served first."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Supply:
    """Pieces that come on a day, in base units, and what brings them."""

    day: date
    quantity: Decimal
    source: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Demand:
    """Pieces that are wanted on a day, in base units, and for what. `reserved` of them are claimed from stock. `until`: a
    forecast wants them sometime from that day to this one."""

    day: date
    quantity: Decimal
    document: str
    line: int = 0
    reserved: Decimal = ZERO
    until: date | None = None
    tier: int = USUAL


@dataclass(frozen=True, kw_only=True, slots=True)
class Balance:
    """What is left after everything of that day came and went. Below zero: so much is missing."""

    day: date
    quantity: Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class Shortage:
    """A day whose balance is below zero, and the demands of that day: what may have to move."""

    day: date
    balance: Decimal
    demands: tuple[Demand, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Peg:
    """So many pieces of a demand come from this supply. No source: nothing covers them yet."""

    demand: Demand
    quantity: Decimal
    source: str = ""
    day: date | None = None

    @property
    def late(self) -> bool:
        """It comes, but after it is wanted."""
        return self.day is not None and self.day > self.demand.day


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivery:
    """So many pieces on that day."""

    day: date
    quantity: Decimal


def projected(
    opening: Decimal, supplies: Iterable[Supply], demands: Iterable[Demand], today: date
) -> tuple[Balance, ...]:
    """The balance after today, and after each later day on which something changes. What is overdue counts today."""
    changes: dict[date, Decimal] = {today: opening}
    for supply in supplies:
        day = max(supply.day, today)
        changes[day] = changes.get(day, ZERO) + supply.quantity
    for demand in demands:
        day = max(demand.day, today)
        changes[day] = changes.get(day, ZERO) - demand.quantity
    balances: list[Balance] = []
    left = ZERO
    for day in sorted(changes):
        left += changes[day]
        balances.append(Balance(day=day, quantity=left))
    return tuple(balances)


def balance_on(balances: Sequence[Balance], day: date) -> Decimal:
    """What is left after a day: the last balance up to it; the first one before it begins."""
    past = [balance for balance in balances if balance.day <= day]
    return (past[-1] if past else balances[0]).quantity


def promisable(balances: Sequence[Balance], until: date | None = None) -> tuple[Balance, ...]:
    """How much more may be promised from each day on: the lowest balance from then (before `until`), never below zero."""
    lowest: Decimal | None = None
    free: list[Balance] = []
    for balance in reversed(balances):
        if until is not None and balance.day >= until:
            continue
        lowest = balance.quantity if lowest is None else min(lowest, balance.quantity)
        free.append(Balance(day=balance.day, quantity=max(lowest, ZERO)))
    return tuple(reversed(free))


def earliest(free: Sequence[Balance], quantity: Decimal, wanted: date) -> date | None:
    """The first day, not before `wanted`, from which the whole quantity may be promised. None: not in sight."""
    for place, one in enumerate(free):
        ends = free[place + 1].day if place + 1 < len(free) else date.max
        if one.quantity >= quantity and ends > wanted:
            return max(one.day, wanted)
    return None


def deliveries(free: Sequence[Balance], quantity: Decimal, wanted: date) -> tuple[Delivery, ...]:
    """How a quantity can be promised in parts, each as soon as it is there, and not before it is wanted.

    The parts sum to less than the quantity where not all of it is in sight.
    """
    parts: dict[date, Decimal] = {}
    given = ZERO
    for one in free:
        more = min(one.quantity, quantity) - given
        if more > ZERO:
            day = max(one.day, wanted)
            parts[day] = parts.get(day, ZERO) + more
            given += more
    return tuple(Delivery(day=day, quantity=part) for day, part in parts.items())


def earliest_together(free: Mapping[str, Sequence[Balance]], wanted: Mapping[str, Decimal], day: date) -> date | None:
    """The first day on which everything wanted, item by item, can leave together. None: not in sight."""
    days = [earliest(free.get(item, ()), quantity, day) for item, quantity in wanted.items()]
    known = [one for one in days if one is not None]
    return max(known, default=day) if len(known) == len(days) else None


@dataclass(frozen=True, kw_only=True, slots=True)
class EarlierPlan:
    """When a planned document could leave: whole, and the first part of it with its share of all pieces."""

    whole: date
    part: date
    fraction: Decimal


def earlier_plan(free: Mapping[str, Sequence[Balance]], wanted: Mapping[str, Decimal], planned: date) -> EarlierPlan:
    """How much earlier than planned a document could leave without starving any other that is planned.

    `free` holds, by item, what is promisable with every document at its planned day, this one too, and `until` that day.
    A line moves to the first day on which all of it is free, else to the first day on which as much of it is free as
    ever before its planned day, else not at all.
    """
    lines: list[Delivery] = []
    whole: list[date] = []
    for item, quantity in wanted.items():
        balances = free.get(item, ())
        day = earliest(balances, quantity, date.min)
        most = min(max((one.quantity for one in balances), default=ZERO), quantity)
        whole.append(planned if day is None else day)
        if day is not None:
            lines.append(Delivery(day=day, quantity=quantity))
        elif most > ZERO:
            first = next(one.day for one in balances if one.quantity >= most)
            lines.append(Delivery(day=first, quantity=most))
        else:
            lines.append(Delivery(day=planned, quantity=quantity))
    part = min(line.day for line in lines)
    ready = sum((line.quantity for line in lines if line.day == part), ZERO)
    return EarlierPlan(whole=max(whole), part=part, fraction=ready / sum(wanted.values(), ZERO))


def shortages(balances: Sequence[Balance], demands: Sequence[Demand]) -> tuple[Shortage, ...]:
    """The days on which less than nothing is left, each with the demands of that day (overdue ones are of the first)."""
    first = balances[0].day
    return tuple(
        Shortage(
            day=balance.day,
            balance=balance.quantity,
            demands=tuple(demand for demand in demands if max(demand.day, first) == balance.day),
        )
        for balance in balances
        if balance.quantity < ZERO
    )


def first_come(available: Decimal, wanted: Sequence[tuple[date, Decimal]], tiers: Sequence[int] = ()) -> list[Decimal]:
    """Share what is there among claims of (day, quantity): by tier where there are any, by day, then the smallest first,
    then as they are listed.

    Gives what each gets, in the order of the list; the last one that gets something may get a part.
    """
    given = [ZERO] * len(wanted)
    left = max(available, ZERO)
    for place in sorted(range(len(wanted)), key=lambda place: (tiers[place] if tiers else 0, *wanted[place], place)):
        given[place] = min(wanted[place][1], left)
        left -= given[place]
    return given


def by_period(supply: Sequence[Decimal], demand: Sequence[Decimal]) -> list[Decimal]:
    """Available to promise by period, discrete: what a period's supply leaves, where a period that lacks something takes
    it from the nearest periods before it (backward consumption). What none of them has stays below zero."""
    left = [came - went for came, went in zip(supply, demand, strict=True)]
    for place in range(len(left)):
        for before in range(place - 1, -1, -1):
            if left[place] >= ZERO:
                break
            part = min(max(left[before], ZERO), -left[place])
            left[before] -= part
            left[place] += part
    return left


def accumulated(discrete: Sequence[Decimal]) -> list[Decimal]:
    """The same with accumulation: what earlier periods leave is there in later ones; what is lacking is not carried."""
    total = ZERO
    cumulative: list[Decimal] = []
    for one in discrete:
        total += max(one, ZERO)
        cumulative.append(one if one < ZERO else total)
    return cumulative


def period_for(discrete: Sequence[Decimal], quantity: Decimal, wanted: int) -> int | None:
    """The earliest period (counted from 0) that alone covers a request for period `wanted`. None: no period does.

    Up to the wanted one it may come from any period; where none of these covers it, it is the first later one.
    """
    assert 0 <= wanted < len(discrete), "a period that was not asked about"
    return next((place for place, free in enumerate(discrete) if free >= quantity), None)
