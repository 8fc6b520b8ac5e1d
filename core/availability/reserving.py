"""Reservations made, let go and lapsed. A reservation moves nothing: it says for whom pieces are kept."""

from collections import defaultdict
from dataclasses import replace
from decimal import Decimal
from typing import Any

from core.availability import claims
from core.availability.arithmetic import USUAL, first_come
from core.availability.commands import ExpireReservations, ReleaseReservation, ReserveStock, WantedClaim
from core.availability.priority import tiers_of
from core.availability.tables import HELD, RELEASED, Reservation, Strength
from core.books.periods import must_be_open
from core.erp import Erp
from core.masterdata.tables import Item, Site
from core.money import ZERO
from core.refusals import Refusal, Refused
from core.stock.ledger import take_turn
from core.stock.picking import must_not_be_over
from core.stock.units import in_base
from core.wording import quantity as words


def reserve_stock(erp: Erp, cmd: ReserveStock) -> dict[str, Any]:
    """Claim pieces that are available and that nobody has claimed: all that is asked, or what there is.

    Gives, in the order of the claims, each one's reservation (none where nothing was left), what it got and what is
    open. A hard claim may take what is only wished for softly. Refuses a day of a closed period, and anything short when
    the claims are to be filled whole.
    """
    erp.need(Site, erp.entity, cmd.site, refusal=Refusal.SITE_UNKNOWN)
    if cmd.strength not in set(Strength):
        raise Refused(Refusal.COMMAND_MALFORMED, f"a reservation is hard or soft, not {cmd.strength}")
    if not cmd.claims:
        raise Refused(Refusal.NOTHING_TO_DO, "nothing to reserve")
    if cmd.expires_at is not None and cmd.expires_at <= erp.now:
        raise Refused(Refusal.NOTHING_TO_DO, "it would have expired already")
    cmd = replace(cmd, claims=tuple(_in_base(erp, wanted) for wanted in cmd.claims))
    take_turn(erp)
    for wanted in cmd.claims:
        _must_be_sane(erp, wanted)

    for wanted in cmd.claims:
        if wanted.lot:
            must_not_be_over(erp, wanted.item, cmd.site, wanted.lot, max(erp.today, wanted.day or erp.today))

    claims.expire(erp, sorted({(wanted.item, cmd.site) for wanted in cmd.claims}))
    given = _shares(erp, cmd)
    asked = [wanted.quantity for wanted in cmd.claims]
    if cmd.whole and given != asked:
        place = next(place for place, part in enumerate(given) if part < asked[place])
        raise Refused(
            Refusal.MORE_THAN_ON_HAND,
            f"{cmd.claims[place].item} at {cmd.site}: {words(given[place])} free, {words(asked[place])} asked",
        )
    made = [_claim(erp, cmd, wanted, part) for wanted, part in zip(cmd.claims, given, strict=True)]
    for item in dict.fromkeys(wanted.item for wanted in cmd.claims):
        erp.emit("stock_reserved", f"item {item}", item=item, site=cmd.site)
    return {"reservations": made, "fully_reserved": given == asked}


def release_reservation(erp: Erp, cmd: ReleaseReservation) -> dict[str, Any]:
    """Let go of a claim, or of a part of it."""
    take_turn(erp)  # before what it locks, as whoever decides on it does
    claim = erp.need(Reservation, erp.entity, cmd.reservation, refusal=Refusal.RESERVATION_UNKNOWN, lock=True)
    if claim.state != HELD:
        raise Refused(Refusal.RESERVATION_NOT_HELD, f"{claim.number} is {claim.state}")
    part = claim.quantity
    if cmd.quantity is not None:
        part = in_base(erp, claim.item, cmd.quantity, cmd.unit) if cmd.unit else cmd.quantity
    if not ZERO < part <= claim.quantity:
        raise Refused(Refusal.QUANTITY_NOT_POSITIVE, f"{words(claim.quantity)} are held, {words(part)} asked")

    claim.quantity -= part
    if claim.quantity == ZERO:
        claim.state = RELEASED
    erp.session.flush()
    erp.effect("reservation", f"{claim.item} at {claim.site} for {claim.document}", -part)
    erp.emit(
        "reservation_released",
        f"reservation {claim.number}",
        reservation=claim.number,
        item=claim.item,
        site=claim.site,
        quantity=part,
        reason=cmd.reason,
    )
    return {"reservation": claim.number, "left": claim.quantity}


def expire_reservations(erp: Erp, cmd: ExpireReservations) -> dict[str, Any]:
    """End every claim whose time is over. Until then it is ended by whoever asks for its pieces first."""
    take_turn(erp)
    return {"expired": claims.expire(erp)}


def _in_base(erp: Erp, wanted: WantedClaim) -> WantedClaim:
    if not wanted.unit:
        return wanted
    return replace(wanted, quantity=in_base(erp, wanted.item, wanted.quantity, wanted.unit), unit="")


def _must_be_sane(erp: Erp, wanted: WantedClaim) -> None:
    item = erp.need(Item, erp.entity, wanted.item, refusal=Refusal.ITEM_UNKNOWN)
    if wanted.quantity <= ZERO:
        raise Refused(Refusal.QUANTITY_NOT_POSITIVE, f"{wanted.item}: {wanted.quantity}")
    if wanted.quantity != wanted.quantity.quantize(Decimal(1).scaleb(-item.unit_decimals)):
        raise Refused(Refusal.PRECISION, f"{words(wanted.quantity)} {item.unit} of {wanted.item}")
    if wanted.day is not None:
        must_be_open(erp, wanted.day)


def _shares(erp: Erp, cmd: ReserveStock) -> list[Decimal]:
    """What each claim gets. Claims on one place share what is there; those on one bin or lot come before wider ones."""
    by_place: dict[claims.Place, list[int]] = defaultdict(list)
    for place, wanted in enumerate(cmd.claims):
        by_place[wanted.item, cmd.site, wanted.location, wanted.lot].append(place)
    tiers = tiers_of(erp.session, erp.entity, (wanted.document for wanted in cmd.claims))
    shares = [ZERO] * len(cmd.claims)
    given: dict[claims.Place, Decimal] = {}
    for where in sorted(by_place, key=lambda one: (-len(claims.wider(one)), one)):
        free = claims.free_at(erp, where, soft_too=cmd.strength == Strength.SOFT, given=given)
        mine = [(cmd.claims[place].day or erp.today, cmd.claims[place].quantity) for place in by_place[where]]
        ranks = [tiers.get(cmd.claims[place].document, USUAL) for place in by_place[where]]
        for place, part in zip(by_place[where], first_come(free, mine, ranks), strict=True):
            shares[place] = part
        given[where] = sum((shares[place] for place in by_place[where]), ZERO)
    return shares


def _claim(erp: Erp, cmd: ReserveStock, wanted: WantedClaim, part: Decimal) -> dict[str, Any]:
    number = ""
    if part > ZERO:
        number = erp.number("RS")
        erp.add(
            Reservation(
                entity=erp.entity,
                number=number,
                item=wanted.item,
                site=cmd.site,
                location=wanted.location,
                lot=wanted.lot,
                document=wanted.document,
                line=wanted.line,
                quantity=part,
                strength=cmd.strength,
                state=HELD,
                day=wanted.day,
                expires_at=cmd.expires_at,
                made_at=erp.now,
            )
        )
        erp.effect("reservation", f"{wanted.item} at {cmd.site} for {wanted.document}", part)
    return {"reservation": number, "quantity": part, "open": wanted.quantity - part}
