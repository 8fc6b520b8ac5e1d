"""Who may take which pieces: hard reservations are never above what is available, whoever moves stock.

The ledger calls `must_leave_claims` after every move that takes available pieces, under the stock turn, so that no verb
can forget it. Who takes reserved pieces names the reservation, and `consume` makes the claim smaller first.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal

from sqlalchemy import ColumnElement, and_, func, or_, select

from core.availability.tables import CONSUMED, DONE, EXPIRED, HELD, OPEN, Direction, PlannedMove, Reservation, Strength
from core.erp import Erp
from core.money import ZERO
from core.refusals import Refusal, Refused
from core.stock.lots import Lot
from core.stock.tables import StockBalance, StockStatus
from core.wording import quantity as words

Place = tuple[str, str, str, str]
"""Item, site, location, lot. An empty location or lot means any."""

NOTHING_GIVEN: Mapping[Place, Decimal] = {}


def must_leave_claims(erp: Erp, places: Iterable[tuple[str, str]]) -> None:
    """Refuses when less is available at these (item, site) than is reserved hard there. Call it under the stock turn."""
    pairs = sorted(set(places))
    if not pairs:
        return
    held = _held(erp, pairs)
    if not held:
        return
    expire(erp, pairs)
    there = available_at(erp, pairs)
    claimed: dict[Place, Decimal] = defaultdict(lambda: ZERO)
    for one in held:
        if one.state == HELD and one.strength == Strength.HARD:
            for place in _within(one):
                claimed[place] += one.quantity
    for place, quantity in sorted(claimed.items()):
        if there.get(place, ZERO) < quantity:
            numbers = ", ".join(one.number for one in held if one.state == HELD and place in _within(one))
            raise Refused(
                Refusal.RESERVED,
                f"{place[0]} at {place[1]}: {words(quantity)} are reserved ({numbers}), which would leave"
                f" {words(there.get(place, ZERO))}; name the reservation to take from it, or release it",
            )


def free_at(erp: Erp, place: Place, *, soft_too: bool, given: Mapping[Place, Decimal] = NOTHING_GIVEN) -> Decimal:
    """How many pieces nobody has claimed hard (`soft_too`: nor soft) at a place. Never below zero.

    `given`: what the same command has given at places before, and has not written down yet.
    """
    pair = [(place[0], place[1])]
    there = available_at(erp, pair, but_expired=True)
    claimed: dict[Place, Decimal] = defaultdict(lambda: ZERO)
    for one in _held(erp, pair):
        if soft_too or one.strength == Strength.HARD:
            for at in _within(one):
                claimed[at] += one.quantity
    for other, quantity in given.items():
        for at in wider(other):
            claimed[at] += quantity
    # whatever is wanted in one bin is also wanted at the site: the tightest of them decides
    return max(ZERO, min(there.get(at, ZERO) - claimed[at] for at in wider(place)))


def wider(place: Place) -> set[Place]:
    """A place, and every wider one that it is a part of."""
    item, site, location, lot = place
    return {(item, site, at, of) for at in (location, "") for of in (lot, "")}


def consume(erp: Erp, number: str, item: str, site: str, quantity: Decimal) -> None:
    """Take pieces from a claim; what is asked beyond it must be free. Refuses another item or site."""
    claim = erp.need(Reservation, erp.entity, number, refusal=Refusal.RESERVATION_UNKNOWN, lock=True)
    if claim.state != HELD or (claim.expires_at is not None and claim.expires_at <= erp.now):
        state = claim.state if claim.state != HELD else EXPIRED
        raise Refused(Refusal.RESERVATION_NOT_HELD, f"{number} is {state}")
    if (claim.item, claim.site) != (item, site):
        raise Refused(Refusal.RESERVATION_NOT_HELD, f"{number} holds {claim.item} at {claim.site}")
    part = min(claim.quantity, quantity)
    claim.quantity -= part
    if claim.quantity == ZERO:
        claim.state = CONSUMED
    erp.session.flush()
    erp.effect("reservation", f"{item} at {site} for {claim.document}", -part)
    erp.emit("reservation_consumed", f"reservation {number}", reservation=number, item=item, site=site, quantity=part)


def fulfil(erp: Erp, document: str, item: str, site: str, quantity: Decimal, *, line: int | None = None) -> None:
    """Pieces left for a document: its planned demands become smaller by them, the earliest first; those of a `line` alone
    where it is named."""
    of_line = [] if line is None else [PlannedMove.line == line]
    plans = erp.session.scalars(
        select(PlannedMove)
        .where(
            PlannedMove.entity == erp.entity,
            PlannedMove.document == document,
            PlannedMove.item == item,
            PlannedMove.site == site,
            PlannedMove.direction == Direction.DEMAND,
            PlannedMove.state == OPEN,
            PlannedMove.until.is_(None),
            *of_line,
        )
        .order_by(PlannedMove.day, PlannedMove.line, func.length(PlannedMove.number), PlannedMove.number)
        .with_for_update()
    ).all()
    for plan in plans:
        part = min(plan.left, quantity)
        plan.done += part
        quantity -= part
        if plan.left == ZERO:
            plan.state = DONE
    if plans:
        erp.session.flush()


def expire(erp: Erp, pairs: Iterable[tuple[str, str]] | None = None) -> list[str]:
    """End every claim whose time is over, at these (item, site) or everywhere. Gives their numbers."""
    wanted = [Reservation.entity == erp.entity, Reservation.state == HELD, Reservation.expires_at <= erp.now]
    if pairs is not None:
        wanted.append(_any_of(Reservation, pairs))
    lapsed = erp.session.scalars(
        select(Reservation)
        .where(*wanted)
        .order_by(Reservation.expires_at, func.length(Reservation.number), Reservation.number)
        .with_for_update()
    ).all()
    for claim in lapsed:
        claim.state = EXPIRED
        erp.effect("reservation", f"{claim.item} at {claim.site} for {claim.document}", -claim.quantity)
        erp.emit(
            "reservation_expired",
            f"reservation {claim.number}",
            reservation=claim.number,
            item=claim.item,
            site=claim.site,
            quantity=claim.quantity,
        )
    erp.held.extend(lapsed)
    erp.session.flush()
    return [claim.number for claim in lapsed]


def available_at(erp: Erp, pairs: Iterable[tuple[str, str]], *, but_expired: bool = False) -> dict[Place, Decimal]:
    """What is available by place: at the site, at each location, of each lot, and of each lot at each location.

    `but_expired`: without lots whose last day is over. They may not be claimed anew; claims made before keep counting
    them, or nobody could take what is left of an item until somebody let go of a claim.
    """
    fresh = [~_expired(erp)] if but_expired else []
    rows = erp.session.execute(
        select(
            StockBalance.item, StockBalance.site, StockBalance.location, StockBalance.lot, StockBalance.quantity
        ).where(
            StockBalance.entity == erp.entity,
            StockBalance.status == StockStatus.AVAILABLE,
            _any_of(StockBalance, pairs),
            *fresh,
        )
    )
    there: dict[Place, Decimal] = defaultdict(lambda: ZERO)
    for item, site, location, lot, quantity in rows:
        for place in wider((item, site, location, lot)):
            there[place] += quantity
    return there


def _held(erp: Erp, pairs: Iterable[tuple[str, str]]) -> list[Reservation]:
    return list(
        erp.session.scalars(
            select(Reservation)
            .where(Reservation.entity == erp.entity, Reservation.state == HELD, _any_of(Reservation, pairs))
            .order_by(func.length(Reservation.number), Reservation.number)
            .execution_options(populate_existing=True)
        )
    )


def _expired(erp: Erp) -> ColumnElement[bool]:
    of_lot = (Lot.entity == StockBalance.entity) & (Lot.item == StockBalance.item) & (Lot.lot == StockBalance.lot)
    return select(Lot.lot).where(of_lot, Lot.expires_on < erp.today).exists()


def _within(claim: Reservation) -> set[Place]:
    return wider((claim.item, claim.site, claim.location, claim.lot))


def _any_of(table: type[Reservation] | type[StockBalance], pairs: Iterable[tuple[str, str]]) -> ColumnElement[bool]:
    return or_(*(and_(table.item == item, table.site == site) for item, site in pairs))
