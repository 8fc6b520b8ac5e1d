"""The days to come of an item at a site: what comes and goes, what is left after, and which supply covers which promise.

The same figures twice: as a line to look at and as rows to read.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from core import wording
from core.availability import pegging
from core.availability.arithmetic import STOCK, Balance, Demand, Peg, Supply
from core.availability.dated import Dated, dated
from desk.web import User

ZERO = Decimal(0)
ROWS_MAX = 60
WIDTH, HEIGHT = 840, 170
LEFT, RIGHT, TOP, BOTTOM = 52, 796, 26, 142
LABEL_EVERY = 54
DAYS_MIN = 14


@dataclass(frozen=True, kw_only=True, slots=True)
class Covered:
    """A part of a promise and what covers it."""

    words: str
    wrong: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class ComingRow:
    """One thing that comes or goes on a day, with what is left after it."""

    day: str
    overdue: bool
    what: str
    link: str
    kind: str
    quantity: str
    left: str
    short: bool
    covered: tuple[Covered, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Label:
    """Words at a place of the picture."""

    x: str
    y: str
    words: str
    anchor: str = "middle"


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """The picture of the balance: a path in the chart's own units."""

    path: str
    below: str
    zero: str
    safe: str
    points: tuple[tuple[str, str, bool], ...]
    labels: tuple[Label, ...]
    days: tuple[Label, ...]
    says: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Coming:
    """The section: `free` may be promised from today on; `says` is the sentence over it."""

    says: str
    kind: str
    available: str
    free: Decimal
    waiting: str
    rows: tuple[ComingRow, ...]
    more: int
    line: Line | None


def coming(session: Session, user: User, item: str, site: str, now: datetime, safety: Decimal | None) -> Coming:
    """What comes and goes of an item at a site."""
    there = dated(session, user.entity, [item], site, now)[item]
    today = now.date()
    balances = there.balances(today)
    pegs = pegging.peg(there.opening, there.supplies, there.demands, today)
    rows = _rows(there, pegs, today)
    return Coming(
        says=_says(balances, there, safety),
        kind=_kind(balances, safety),
        available=wording.quantity(there.opening),
        free=there.promisable(today)[0].quantity,
        waiting=wording.quantity(there.waiting) if there.waiting else "",
        rows=tuple(rows[:ROWS_MAX]),
        more=max(0, len(rows) - ROWS_MAX),
        line=_line(balances, safety) if len(balances) > 1 else None,
    )


def _kind(balances: Sequence[Balance], safety: Decimal | None) -> str:
    lowest = min(one.quantity for one in balances)
    return "stop" if lowest < ZERO else "ask" if safety is not None and lowest < safety else "go"


def _says(balances: Sequence[Balance], there: Dated, safety: Decimal | None) -> str:
    """What a planner wants to know of the line."""
    short = next((one for one in balances if one.quantity < ZERO), None)
    if short is not None:
        lowest = -min(one.quantity for one in balances)
        again = next((one.day for one in balances if one.day > short.day and one.quantity >= ZERO), None)
        until = f", covered on {_day(again)}" if again else ", and nothing on order covers it"
        return f"{wording.quantity(lowest)} short from {_day(short.day)}{until}"
    under = next((one for one in balances if safety is not None and one.quantity < safety), None)
    if under is not None and safety is not None:
        return f"Under the safety stock of {wording.quantity(safety)} from {_day(under.day)}"
    if not (there.supplies or there.demands):
        return "Nothing is to come or to go"
    return "Every promise is covered"


def _rows(there: Dated, pegs: Sequence[Peg], today: date) -> list[ComingRow]:
    """Supplies and demands by day; on a day what comes is there before what goes, as in the balances."""
    covers: dict[Demand, list[Peg]] = defaultdict(list)
    for peg in pegs:
        covers[peg.demand].append(peg)
    events: list[tuple[date, int, str, Supply | Demand]] = [
        *((max(one.day, today), 0, one.source, one) for one in there.supplies),
        *((max(one.day, today), 1, one.document, one) for one in there.demands),
    ]
    left, rows = there.opening, []
    for _, _, _, one in sorted(events, key=lambda event: (event[0], event[1], event[2], event[3].quantity)):
        comes = isinstance(one, Supply)
        left += one.quantity if comes else -one.quantity
        rows.append(_row(one, left, today, covers))
    return rows


def _row(one: Supply | Demand, left: Decimal, today: date, covers: Mapping[Demand, Sequence[Peg]]) -> ComingRow:
    comes = isinstance(one, Supply)
    name = one.source if isinstance(one, Supply) else one.document
    document, _, line = name.partition("#")
    return ComingRow(
        day=_day(one.day),
        overdue=one.day < today,
        what=f"{document} line {line}" if line else document,
        link=f"/search?q={document}",
        kind="comes" if comes else "goes",
        quantity=f"{'+' if comes else '−'}{wording.quantity(one.quantity)}",
        left=_signed(left),
        short=left < ZERO,
        covered=tuple(_covered(peg, today) for peg in covers.get(one, ())) if isinstance(one, Demand) else (),
    )


def _covered(peg: Peg, today: date) -> Covered:
    quantity = wording.quantity(peg.quantity)
    if peg.day is None:
        return Covered(words=f"{quantity} by nothing", wrong=True)
    if peg.source == STOCK:
        return Covered(words=f"{quantity} from stock", wrong=False)
    late = (peg.day - max(peg.demand.day, today)).days
    source = peg.source.partition("#")[0]
    words = f"{quantity} from {source} on {_day(peg.day)}"
    return Covered(words=f"{words}, {wording.plural(late, 'day')} late" if late > 0 else words, wrong=late > 0)


def _line(balances: Sequence[Balance], safety: Decimal | None) -> Line:
    """The running balance as steps from today to the last day on which something happens."""
    first, last = balances[0].day, max(balances[-1].day, balances[0].day + timedelta(days=DAYS_MIN))
    levels = [one.quantity for one in balances] + [ZERO] + ([safety] if safety is not None else [])
    high, low = max(levels), min(levels)
    span = high - low or Decimal(1)

    def x(day: date) -> Decimal:
        return LEFT + Decimal(RIGHT - LEFT) * (day - first).days / (last - first).days

    def y(quantity: Decimal) -> Decimal:
        return TOP + (BOTTOM - TOP) * (high - quantity) / span

    steps = [f"M{_n(x(first))} {_n(y(balances[0].quantity))}"]
    for one in balances[1:]:
        steps += [f"H{_n(x(one.day))}", f"V{_n(y(one.quantity))}"]
    path = " ".join([*steps, f"H{RIGHT}"])
    zero = y(ZERO)
    ends = [one.day for one in balances[1:]] + [last]
    below = " ".join(
        f"M{_n(x(one.day))} {_n(zero)}V{_n(y(one.quantity))}H{_n(x(end))}V{_n(zero)}z"
        for one, end in zip(balances, ends, strict=True)
        if one.quantity < ZERO
    )
    spread = _spread(balances, x)
    return Line(
        path=path,
        below=below,
        zero=_n(zero),
        safe=_n(y(safety)) if safety else "",
        points=tuple((_n(x(one.day)), _n(y(one.quantity)), one.quantity < ZERO) for one in balances),
        labels=tuple(
            Label(x=_n(x(one.day) + 7), y=_n(y(one.quantity) - 7), words=_signed(one.quantity), anchor="start")
            for one in spread
        ),
        days=tuple(Label(x=_n(x(one.day)), y=str(HEIGHT - 8), words=_day(one.day)) for one in spread),
        says="; ".join(f"{_day(one.day)}: {_signed(one.quantity)}" for one in balances),
    )


def _spread(balances: Sequence[Balance], x: Callable[[date], Decimal]) -> list[Balance]:
    """Of the points those that can carry words beside each other; the lowest one always does."""
    lowest = min(balances, key=lambda one: one.quantity)
    kept = [lowest]
    for one in balances:
        if all(abs(x(one.day) - x(other.day)) >= LABEL_EVERY for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda one: one.day)


def _n(value: Decimal) -> str:
    return f"{value:.1f}"


def _signed(value: Decimal) -> str:
    return wording.quantity(value).replace("-", "−")


def _day(day: date) -> str:
    return f"{day.day} {day:%b}"
