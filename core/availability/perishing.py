"""Which pieces of lots that expire nobody will use in time: the arithmetic, on plain values and without a database.

Demands are filled by their day, each from the lot that expires first and still may be used on that day (first expired,
first out); what a demand has reserved of a named lot comes from that lot. Serving the earliest day from the earliest
expiry wastes the least: what is left over would be left over by every other order, too.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal

from core.availability.arithmetic import Balance, Demand

ZERO = Decimal(0)
NEVER = date.max


@dataclass(frozen=True, kw_only=True, slots=True)
class LotHere:
    """Pieces of a lot at a site in base units, and the last day on which they may be used; `NEVER` when nobody said."""

    lot: str
    quantity: Decimal
    last_day: date = NEVER


@dataclass(frozen=True, kw_only=True, slots=True)
class Named:
    """So many pieces of a demand are reserved of one lot."""

    document: str
    line: int
    lot: str
    quantity: Decimal


def left_over(
    lots: Sequence[LotHere], demands: Iterable[Demand], today: date, named: Sequence[Named] = ()
) -> dict[str, Decimal]:
    """What of each lot no demand uses up to its last day. A lot whose last day is over is left over whole.

    What was wanted before today is wanted today; what a forecast wants is wanted evenly on the days of its window.
    """
    left = {one.lot: max(one.quantity, ZERO) for one in lots}
    order = sorted(lots, key=lambda one: (one.last_day, one.lot))
    last_day = {one.lot: one.last_day for one in lots}
    queue = sorted(_daily(demands, today), key=lambda one: (one.day, one.quantity, one.document, one.line))
    wanted = [one.quantity for one in queue]
    for claim in named:
        of_claim = claim.quantity
        for place, demand in enumerate(queue):
            if (claim.document, claim.line) != (demand.document, demand.line):
                continue
            part = min(of_claim, wanted[place], left.get(claim.lot, ZERO))
            if part > ZERO and last_day[claim.lot] >= demand.day:
                left[claim.lot] -= part
                wanted[place] -= part
                of_claim -= part
    for place, demand in enumerate(queue):
        for lot in order:
            part = min(left[lot.lot], wanted[place])
            if part > ZERO and lot.last_day >= demand.day:
                left[lot.lot] -= part
                wanted[place] -= part
    return left


def _daily(demands: Iterable[Demand], today: date) -> list[Demand]:
    """Demands by day: what a forecast wants in its window, a share each day."""
    parts: list[Demand] = []
    for one in demands:
        first, last = max(one.day, today), max(one.until or one.day, today)
        days = (last - first).days + 1
        given = ZERO
        for place in range(1, days + 1):
            # whole steps of the quantity's own precision; the last day takes what the shares left
            upto = one.quantity if place == days else (one.quantity * place / days).quantize(_step(one), ROUND_DOWN)
            if upto > given:
                day = first + timedelta(days=place - 1)
                parts.append(Demand(day=day, quantity=upto - given, document=one.document, line=one.line))
                given = upto
    return parts


def _step(demand: Demand) -> Decimal:
    exponent = demand.quantity.normalize().as_tuple().exponent
    return Decimal(1).scaleb(min(int(exponent), 0))


def promisable(
    balances: Sequence[Balance], expiring: Sequence[Demand], until: date | None = None
) -> tuple[Balance, ...]:
    """How much more may be promised from each day on, where pieces leave by expiring that nobody has asked for.

    `balances` are reckoned with what expires. A promise for a day takes from the lots of that day, those first that would
    be left over; so what expires after it is still there for it, and what expired before it is not.
    """
    free: list[Balance] = []
    for place, one in enumerate(balances):
        if until is not None and one.day >= until:
            break
        lowest = min(
            later.quantity + sum((gone.quantity for gone in expiring if one.day < gone.day <= later.day), ZERO)
            for later in balances[place:]
            if until is None or later.day < until
        )
        free.append(Balance(day=one.day, quantity=max(lowest, ZERO)))
    return tuple(free)
