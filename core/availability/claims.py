"""Who may take which pieces: hard reservations are never above what is available, whoever moves stock.

The ledger calls `must_leave_claims` after every move that takes available pieces, under the stock turn, so that no verb
can forget it. Who takes reserved pieces names the reservation, and `consume` makes the claim smaller first.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal

from sqlalchemy import ColumnElement, and_, func, or_, select

from core import driver
from core.availability.fitting import Spot, crossing, left_out, room_for
from core.availability.tables import CONSUMED, DONE, EXPIRED, HELD, OPEN, Direction, PlannedMove, Reservation, Strength
from core.erp import Erp
from core.money import ZERO
from core.refusals import Refusal, Refused
from core.stock.lots import Lot
from core.stock.tables import StockBalance, StockStatus
from core.wording import plural
from core.wording import quantity as words

Place = tuple[str, str, str, str]
"""Item, site, location, lot. An empty location or lot means any."""

NOTHING_GIVEN: Mapping[Place, Decimal] = {}

HELD_THERE = """
select from reservation r join unnest(%(items)s::text[], %(sites)s::text[]) as k(item, site) using (item, site)
where r.entity = %(entity)s and r.state = 'held' limit 1
"""
WANTED = """
select from planned_move where entity = %(entity)s and item = %(item)s and site = %(site)s
and direction = 'demand' and state = 'open' limit 1
"""


def must_leave_claims(erp: Erp, places: Iterable[tuple[str, str]]) -> None:
    """Refuses when less is available at these (item, site) than is reserved hard there. Call it under the stock turn."""
    pairs = sorted(set(places))
    if not pairs or not _any_held(erp, pairs):
        return
    held = _held(erp, pairs)
    if not held:
        return
    expire(erp, pairs)
    lying = balances_at(erp, pairs)
    there = _by_place(lying)
    claimed: dict[Place, Decimal] = defaultdict(lambda: ZERO)
    for one in held:
        if _keeps(one):
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
    for item, site in pairs:
        hard = [one for one in held if (one.item, one.site) == (item, site) and _keeps(one)]
        wanted = [((one.location, one.lot), one.quantity) for one in hard]
        short = left_out(_spots(lying, item, site), wanted) if crossing(wanted) else ZERO
        if short:
            numbers = ", ".join(one.number for one in hard)
            raise Refused(
                Refusal.RESERVED,
                f"{item} at {site}: {plural(short, 'piece')} would be reserved by their location and, as others, by"
                f" their lot ({numbers}); name the reservation to take from it, or release it",
            )


def free_at(erp: Erp, place: Place, *, soft_too: bool, given: Mapping[Place, Decimal] = NOTHING_GIVEN) -> Decimal:
    """How many pieces nobody has claimed hard (`soft_too`: nor soft) at a place. Never below zero.

    `given`: what the same command has given at places before, and has not written down yet.
    """
    pair = [(place[0], place[1])]
    lying = balances_at(erp, pair, but_expired=True)
    there = _by_place(lying)
    claimed: dict[Place, Decimal] = defaultdict(lambda: ZERO)
    wanted = [((other[2], other[3]), quantity) for other, quantity in given.items() if other[:2] == place[:2]]
    for one in _held(erp, pair):
        if soft_too or one.strength == Strength.HARD:
            wanted.append(((one.location, one.lot), one.quantity))
    for (location, lot), quantity in wanted:
        for at in wider((place[0], place[1], location, lot)):
            claimed[at] += quantity
    # whatever is wanted in one bin is also wanted at the site: the tightest of them decides
    free = max(ZERO, min(there.get(at, ZERO) - claimed[at] for at in wider(place)))
    spot = (place[2], place[3])
    if free and crossing([*wanted, (spot, free)]):
        return min(free, room_for(_spots(lying, place[0], place[1]), wanted, spot))
    return free


def wider(place: Place) -> set[Place]:
    """A place, and every wider one that it is a part of."""
    item, site, location, lot = place
    return {(item, site, at, of) for at in (location, "") for of in (lot, "")}


def consume(erp: Erp, number: str, item: str, site: str, quantity: Decimal, *, location: str, lot: str | None) -> None:
    """Take pieces from a claim that leave a location, of a lot (None: of whichever lot the claim is of); what is asked
    beyond it must be free. Refuses another item, site, location or lot than the claim holds."""
    claim = erp.need(Reservation, erp.entity, number, refusal=Refusal.RESERVATION_UNKNOWN, lock=True)
    if claim.state != HELD or (claim.expires_at is not None and claim.expires_at <= erp.now):
        state = claim.state if claim.state != HELD else EXPIRED
        raise Refused(Refusal.RESERVATION_NOT_HELD, f"{number} is {state}")
    if (claim.item, claim.site) != (item, site):
        raise Refused(Refusal.RESERVATION_NOT_HELD, f"{number} holds {claim.item} at {claim.site}")
    if claim.location not in ("", location) or (lot is not None and claim.lot not in ("", lot)):
        holds = " ".join(part for part in (claim.site, claim.location, claim.lot and f"lot {claim.lot}") if part)
        asked = " ".join(part for part in (location or "no location", lot and f"lot {lot}") if part)
        raise Refused(
            Refusal.RESERVATION_NOT_HELD,
            f"{number} holds {item} at {holds}, not at {asked}: take them there, or release it and reserve these",
        )
    part = min(claim.quantity, quantity)
    claim.quantity -= part
    if claim.quantity == ZERO:
        claim.state = CONSUMED
    erp.session.flush()
    erp.effect("reservation", f"{item} at {site} for {claim.document}", -part)
    erp.emit("reservation_consumed", f"reservation {number}", reservation=number, item=item, site=site, quantity=part)


def use(
    erp: Erp,
    document: str,
    item: str,
    site: str,
    quantity: Decimal,
    *,
    location: str,
    lot: str,
    line: int | None = None,
) -> None:
    """Take pieces that leave a place for a document from what is reserved for it: claims on that very location and lot
    first, then wider ones, hard before soft; those of a `line`, and of no line, alone where it is named. What is not
    reserved for it must be free, as the ledger sees to."""
    if not _any_held(erp, [(item, site)]):
        return
    claim = Reservation
    of_line = [] if line is None else [claim.line.in_((line, 0))]
    held = erp.session.scalars(
        select(claim)
        .where(
            claim.entity == erp.entity,
            claim.document == document,
            *of_line,
            claim.item == item,
            claim.site == site,
            claim.state == HELD,
            claim.location.in_(("", location)),
            claim.lot.in_(("", lot)),
            or_(claim.expires_at.is_(None), claim.expires_at > erp.now),
        )
        .order_by(
            claim.strength,  # "hard" before "soft"
            func.length(claim.lot).desc(),
            func.length(claim.location).desc(),
            claim.line.desc(),
            func.length(claim.number),
            claim.number,
        )
        .execution_options(populate_existing=True)
    ).all()
    for one in held:
        part = min(one.quantity, quantity)
        if part > ZERO:
            consume(erp, one.number, item, site, part, location=location, lot=lot)
            quantity -= part


def fulfil(erp: Erp, document: str, item: str, site: str, quantity: Decimal, *, line: int | None = None) -> None:
    """Pieces left for a document: its planned demands become smaller by them, the earliest first; those of a `line` alone
    where it is named."""
    if not driver.count(erp.session, WANTED, {"entity": erp.entity, "item": item, "site": site}):
        return
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


def balances_at(erp: Erp, pairs: Iterable[tuple[str, str]], *, but_expired: bool = False) -> dict[Place, Decimal]:
    """What is available of each lot at each location; here an empty one means that there is none.

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
    return {(item, site, location, lot): quantity for item, site, location, lot, quantity in rows}


def _by_place(lying: Mapping[Place, Decimal]) -> dict[Place, Decimal]:
    """What is available by place: at the site, at each location, of each lot, and of each lot at each location."""
    there: dict[Place, Decimal] = defaultdict(lambda: ZERO)
    for place, quantity in lying.items():
        for at in wider(place):
            there[at] += quantity
    return there


def _spots(lying: Mapping[Place, Decimal], item: str, site: str) -> dict[Spot, Decimal]:
    return {(place[2], place[3]): quantity for place, quantity in lying.items() if place[:2] == (item, site)}


def _keeps(claim: Reservation) -> bool:
    """Whether a claim keeps its pieces from everybody else."""
    return claim.state == HELD and claim.strength == Strength.HARD


def _any_held(erp: Erp, pairs: Iterable[tuple[str, str]]) -> bool:
    """Whether anybody claims anything there: mostly nobody does, which is asked for the least there is to ask."""
    items, sites = zip(*pairs, strict=True)
    return bool(
        driver.count(erp.session, HELD_THERE, {"entity": erp.entity, "items": list(items), "sites": list(sites)})
    )


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
