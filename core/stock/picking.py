"""Which lots pieces leave from, and which may not leave any more.

A lot may be used through the whole of its last day; from the midnight (UTC) that ends it, its pieces are nobody's to sell,
to send or to make into something. They can still be scrapped, sent back to the supplier, put on hold, put away in another
place and corrected. What counts is the day on which it happened: what left in time may be booked late.

Who names no lot is given those that expire first (first expired, first out), as `core.availability.perishing` reckons: then
pieces that no lot is known of, then lots nobody dated. Lots the document has reserved by name come before all others, and
what others have reserved by name is left to them.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

from sqlalchemy import func, select, tuple_

from core import driver, wording
from core.availability.perishing import NEVER, LotHere
from core.availability.tables import HELD, Reservation, Strength
from core.erp import Erp
from core.money import ZERO
from core.refusals import Refusal, Refused
from core.stock.lots import Lot
from core.stock.pools import may_go_negative
from core.stock.tables import StockMove, StockStatus
from core.wording import quantity as words

AVAILABLE = StockStatus.AVAILABLE
LEAVES_FOR_USE = ("issue", "repack", "transfer", "intercompany")
"""Kinds of moves by which available pieces are sold, sent or made into something. Scrap, returns to whoever sold them,
corrections, hold and put-away are not among them."""
WAYS_OUT = "scrap them, send them back or put them on hold"
Taken = dict[tuple[str, str, str], Decimal]
"""What the same command takes already, by item, location and lot."""


LOTS_HERE = """
select b.lot, b.quantity, l.expires_on
from stock_balance b left join lot l on l.entity = b.entity and l.item = b.item and l.lot = b.lot
where b.entity = %(entity)s and b.item = %(item)s and b.site = %(site)s and b.location = %(location)s
and b.status = 'available' and b.quantity > 0
"""


class Leaving(Protocol):
    """A move, as far as is asked here."""

    @property
    def item(self) -> str: ...
    @property
    def site(self) -> str: ...
    @property
    def lot(self) -> str: ...
    @property
    def status(self) -> StockStatus: ...
    @property
    def quantity(self) -> Decimal: ...
    @property
    def kind(self) -> str: ...


def must_be_usable(erp: Erp, moves: Iterable[Leaving], at: datetime) -> None:
    """Refuses to sell, send or use up available pieces of a lot whose last day was over at that moment."""
    for move in moves:
        if move.lot and move.quantity < ZERO and move.status == AVAILABLE and move.kind in LEAVES_FOR_USE:
            must_not_be_over(erp, move.item, move.site, move.lot, at.date())


def must_not_be_over(erp: Erp, item: str, site: str, lot: str, day: date) -> None:
    """Refuses a lot that may not be used any more on a day."""
    known = erp.session.get(Lot, (erp.entity, item, lot))
    if known is not None and known.expires_on < day:
        raise Refused(
            Refusal.LOT_EXPIRED,
            f"lot {lot} of {item} at {site} was to be used by {wording.day(known.expires_on)}, and this is"
            f" {wording.day(day)}; {WAYS_OUT}",
        )


def picks(
    erp: Erp,
    item: str,
    site: str,
    location: str,
    lot: str,
    quantity: Decimal,
    at: datetime,
    *,
    document: str = "",
    taken: Mapping[tuple[str, str, str], Decimal] | None = None,
) -> list[tuple[str, Decimal]]:
    """The lots, each with so many pieces, that leave a place for a document: the named one, or whichever expire first.

    Where no piece in that place is of a lot with a last day, nothing is chosen: the pieces of no lot leave. Refuses, unless
    the item may go below zero there, more than may still be used; and says so of what expired.
    """
    if lot:
        return [(lot, quantity)]
    here = _lots_here(erp, item, site, location)
    if all(one.last_day == NEVER for one in here):
        return [("", quantity)]
    gone = {of: quantity for (what, where, of), quantity in (taken or {}).items() if (what, where) == (item, location)}
    here = [
        LotHere(lot=one.lot, quantity=one.quantity - gone.get(one.lot, ZERO), last_day=one.last_day)
        for one in _as_of(erp, item, site, location, here, at)
    ]
    fresh = sorted((one for one in here if one.last_day >= at.date()), key=lambda one: (one.last_day, one.lot))
    mine, others = _named(erp, item, site, location, document)
    left = {one.lot: max(one.quantity, ZERO) for one in fresh}
    given: dict[str, Decimal] = {}
    mine = {name: kept - gone.get(name, ZERO) for name, kept in mine.items()}
    for most in (mine, {name: there - others.get(name, ZERO) for name, there in left.items()}, left):
        for one in fresh:
            bound = min(most.get(one.lot, ZERO), left[one.lot]) - given.get(one.lot, ZERO)
            part = min(bound, quantity)
            if part > ZERO:
                given[one.lot] = given.get(one.lot, ZERO) + part
                quantity -= part
    if quantity:
        _must_be_allowed(erp, item, site, location, here, quantity, at)
        given[""] = given.get("", ZERO) + quantity
    return [(one, given[one]) for one in sorted(given, key=lambda name: (_last_day(here, name), name))]


def _lots_here(erp: Erp, item: str, site: str, location: str) -> list[LotHere]:
    rows = driver.ask(erp.session, LOTS_HERE, {"entity": erp.entity, "item": item, "site": site, "location": location})
    return [LotHere(lot=lot, quantity=quantity, last_day=last_day or NEVER) for lot, quantity, last_day in rows]


def _as_of(erp: Erp, item: str, site: str, location: str, here: list[LotHere], at: datetime) -> list[LotHere]:
    """What of it was there at that moment and still is: nobody picked yesterday from a lot that came today."""
    if at >= erp.now:
        return here
    move = StockMove
    later = erp.session.execute(
        select(move.lot, func.sum(move.quantity))
        .where(
            move.entity == erp.entity,
            move.item == item,
            move.site == site,
            move.location == location,
            move.status == AVAILABLE,
            tuple_(move.lot).in_([(one.lot,) for one in here]),
            move.happened_at > at,
        )
        .group_by(move.lot)
    )
    came: dict[str, Decimal] = dict(later.all())
    then = {one.lot: min(one.quantity, one.quantity - came.get(one.lot, ZERO)) for one in here}
    return [LotHere(lot=one.lot, quantity=then[one.lot], last_day=one.last_day) for one in here]


def _named(
    erp: Erp, item: str, site: str, location: str, document: str
) -> tuple[dict[str, Decimal], dict[str, Decimal]]:
    """What is reserved hard of each lot by name in a place: for the document, and for others."""
    claim = Reservation
    rows = erp.session.execute(
        select(claim.document, claim.lot, claim.quantity).where(
            claim.entity == erp.entity,
            claim.item == item,
            claim.site == site,
            claim.location.in_(("", location)),
            claim.lot != "",
            claim.state == HELD,
            claim.strength == Strength.HARD,
            claim.expires_at.is_(None) | (claim.expires_at > erp.now),
        )
    )
    mine: dict[str, Decimal] = {}
    others: dict[str, Decimal] = {}
    for of, lot, quantity in rows:
        whose = mine if document and of == document else others
        whose[lot] = whose.get(lot, ZERO) + quantity
    return mine, others


def _must_be_allowed(
    erp: Erp, item: str, site: str, location: str, here: list[LotHere], short: Decimal, at: datetime
) -> None:
    """Refuses so many more pieces than may be used, unless the item may go below zero there."""
    if may_go_negative(erp, [(item, site)]):
        return
    place = f"{site} {location}".strip()
    over = sorted((one.last_day, one.lot) for one in here if one.last_day < at.date() and one.quantity > ZERO)
    if not over:
        raise Refused(Refusal.MORE_THAN_ON_HAND, f"{item} at {place}: {words(short)} more asked than all lots have")
    gone = ", ".join(f"lot {lot} on {wording.day(day)}" for day, lot in over)
    raise Refused(
        Refusal.LOT_EXPIRED,
        f"{item} at {place}: {words(short)} more asked than may still be used on {wording.day(at.date())}; expired:"
        f" {gone}; {WAYS_OUT}",
    )


def _last_day(here: list[LotHere], lot: str) -> date:
    return next((one.last_day for one in here if one.lot == lot), NEVER)
