"""One item at a site: where it lies and in which state, for whom it is kept, its layers, and what moved it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from fastapi import HTTPException
from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from core import clock, wording
from core.availability.tables import HELD, Reservation
from core.cases import Case, CaseFinding
from core.masterdata.tables import Item, Site, StockPolicy
from core.replenishment.tables import OrderPoint
from core.stock import queries
from core.stock.lots import Lot
from core.stock.pools import ON_THE_WAY
from core.stock.tables import StockBalance, StockMove
from desk.stock_dated import Coming, coming
from desk.stock_history import AsOf, Correction, corrections, looked_back
from desk.stock_overview import OF_STOCK
from desk.web import User
from desk.wording import capital

ZERO = Decimal(0)
MOVES_MAX, PLACES_MAX, LAYERS_MAX, CLAIMS_MAX = 25, 60, 40, 60
LATE_AFTER = timedelta(days=1)
METHODS = {
    "fifo": "first in, first out",
    "lifo": "last in, first out",
    "hifo": "dearest out first",
    "average": "moving average",
    "standard": "standard cost",
    "strict": "by receipt",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class PlaceRow:
    """Pieces in one place and state, with the day a lot expires."""

    site: str
    where: str
    lot: str
    expires: str
    expires_soon: bool
    state: str
    quantity: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ClaimRow:
    """A reservation that is held."""

    number: str
    document: str
    quantity: str
    strength: str
    where: str
    until: str


@dataclass(frozen=True, kw_only=True, slots=True)
class MoveRow:
    """One move with what was on hand after it. `late`: when it was recorded, where that was later than it happened."""

    number: int
    day: str
    what: str
    where: str
    quantity: str
    balance: str
    late: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ItemView:
    """The page of one item at one site."""

    item: str
    name: str
    unit: str
    site: str
    site_name: str
    says: str
    more_says: str
    sites: tuple[tuple[str, str, str], ...]
    cases: tuple[tuple[str, str, str], ...]
    coming: Coming
    claims: tuple[ClaimRow, ...]
    places: tuple[PlaceRow, ...]
    layers: tuple[tuple[str, str, str, str], ...]
    on_hand: str
    value: str
    holds: bool
    moves: tuple[MoveRow, ...]
    before: int
    as_of: AsOf | None
    today: str
    corrections: tuple[Correction, ...]
    currency: str
    may: Mapping[str, bool]


def item_view(
    session: Session,
    user: User,
    sku: str,
    *,
    site: str,
    before: int,
    day: date | None,
    known: datetime | None,
    may: Mapping[str, bool],
) -> ItemView:
    """The page of an item at a site, at the one that has most when none is named. 404 for what is not there."""
    item = session.get(Item, (user.entity, sku))
    if item is None:
        raise HTTPException(404, f"There is no item {sku[:40]} in {user.entity}.")
    names = dict(session.execute(select(Site.code, Site.name).where(Site.entity == user.entity)).all())
    balances = _balances(session, user, sku)
    sums = {code: sum((row.quantity for row in balances if row.site == code), ZERO) for code in names}
    site = site or max(sorted(sums), key=lambda code: sums[code], default="")
    if site not in names:
        raise HTTPException(404, f"There is no site {site[:20]} in {user.entity}.")
    now = clock.now(session)
    ahead = coming(session, user, sku, site, now, _safety(session, user, sku, site))
    layers = queries.layers(session, user.entity, sku, site)
    on_hand = sums[site]
    value = sum((layer.value for layer in layers), ZERO)
    return ItemView(
        item=sku,
        name=item.name,
        unit=item.unit,
        site=site,
        site_name=names[site],
        says=f"{item.name}: {wording.quantity(on_hand)} in {names[site]}, {wording.quantity(ahead.free)} to promise",
        more_says=f"Class {item.item_class}, counted in {item.unit}, {METHODS.get(item.cost_method, item.cost_method)}. "
        f"{ahead.says}.",
        sites=tuple((code, name, wording.quantity(sums[code])) for code, name in names.items()),
        cases=_cases(session, user, sku, site),
        coming=ahead,
        claims=_claims(session, user, sku, site, now),
        places=tuple(_place(row, names, now.date()) for row in balances[:PLACES_MAX]),
        layers=tuple(_layer(layer, user) for layer in layers[:LAYERS_MAX]),
        on_hand=wording.quantity(on_hand),
        value=wording.plain_amount(value, user.currency),
        holds=sum((layer.quantity for layer in layers), ZERO) == on_hand,
        **_moves(session, user, sku, site, on_hand, before),
        as_of=looked_back(session, user, sku, site, day, known),
        today=now.date().isoformat(),
        corrections=corrections(session, user, sku, site),
        currency=user.currency,
        may=may,
    )


def _balances(session: Session, user: User, sku: str) -> Sequence["PlaceBalance"]:
    """What lies where, with the day its lot expires, largest first at each site."""
    lot_of = and_(Lot.entity == StockBalance.entity, Lot.item == StockBalance.item, Lot.lot == StockBalance.lot)
    rows = session.execute(
        select(
            StockBalance.site,
            StockBalance.location,
            StockBalance.lot,
            StockBalance.status,
            StockBalance.quantity,
            Lot.expires_on,
        )
        .outerjoin(Lot, lot_of)
        .where(StockBalance.entity == user.entity, StockBalance.item == sku, StockBalance.quantity != 0)
        .order_by(StockBalance.site, StockBalance.status, StockBalance.location, StockBalance.lot)
    )
    return [PlaceBalance(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class PlaceBalance:
    """One balance as the table has it."""

    site: str
    location: str
    lot: str
    status: str
    quantity: Decimal
    expires_on: date | None


def _place(row: PlaceBalance, names: Mapping[str, str], today: date) -> PlaceRow:
    return PlaceRow(
        site=names.get(row.site, row.site),
        where=row.location or "no location",
        lot=row.lot,
        expires=wording.day(row.expires_on) if row.expires_on else "",
        expires_soon=row.expires_on is not None and (row.expires_on - today).days <= 30,
        state=capital(row.status.replace("_", " ")),
        quantity=wording.quantity(row.quantity),
    )


def _safety(session: Session, user: User, sku: str, site: str) -> Decimal | None:
    """The safety stock, by the order point or by policy, the higher of both."""
    point = session.get(OrderPoint, (user.entity, sku, site))
    policy = session.get(StockPolicy, (user.entity, sku, site))
    said = [point.safety if point else None, policy.safety_stock if policy else None]
    return max((level for level in said if level is not None), default=None)


def _cases(session: Session, user: User, sku: str, site: str) -> tuple[tuple[str, str, str], ...]:
    """The open cases on this stock: what is wrong, the words, the number."""
    rows = session.execute(
        select(Case.number, Case.title, CaseFinding.headline)
        .join(CaseFinding, and_(CaseFinding.entity == Case.entity, CaseFinding.case == Case.number))
        .where(
            Case.entity == user.entity,
            Case.code.in_(OF_STOCK),
            Case.closed_at.is_(None),
            CaseFinding.cleared_at.is_(None),
            CaseFinding.facts["item"].as_string() == sku,
            CaseFinding.facts["site"].as_string() == site,
        )
        .order_by(Case.due_at, Case.number, CaseFinding.seq)
    )
    return tuple((title, headline, number) for number, title, headline in rows)


def _claims(session: Session, user: User, sku: str, site: str, now: datetime) -> tuple[ClaimRow, ...]:
    rows = session.scalars(
        select(Reservation)
        .where(
            Reservation.entity == user.entity,
            Reservation.item == sku,
            Reservation.site == site,
            Reservation.state == HELD,
        )
        .order_by(Reservation.day.nulls_last(), func.length(Reservation.number), Reservation.number)
        .limit(CLAIMS_MAX)
    )
    return tuple(_claim(row, now) for row in rows if row.expires_at is None or row.expires_at > now)


def _claim(row: Reservation, now: datetime) -> ClaimRow:
    until = f"{_day(row.expires_at.date())}, {wording.hour(row.expires_at)}" if row.expires_at else "until taken"
    places = [row.location, f"lot {row.lot}" if row.lot else ""]
    return ClaimRow(
        number=row.number,
        document=row.document,
        quantity=wording.quantity(row.quantity),
        strength=row.strength,
        where=" ".join(part for part in places if part),
        until=f"{until}{f', leaves {_day(row.day)}' if row.day else ''}",
    )


def _layer(layer: queries.OpenLayer, user: User) -> tuple[str, str, str, str]:
    """What brought it and when, how many are left, what a piece costs, and what they are worth."""
    cost = wording.price((layer.value / layer.quantity).quantize(Decimal("0.0001"))) if layer.quantity else "–"
    lot = f", lot {layer.lot}" if layer.lot and not layer.lot.startswith(ON_THE_WAY) else ""
    way = ", on the way" if layer.lot.startswith(ON_THE_WAY) else ""
    what = f"{capital(layer.document)}{lot}{way}, {_day(layer.since.date())}"
    return (what, wording.quantity(layer.quantity), cost, wording.plain_amount(layer.value, user.currency))


def _moves(session: Session, user: User, sku: str, site: str, on_hand: Decimal, before: int) -> dict[str, Any]:
    """The moves up to a number, the newest first, each with the balance after it, counted back from what is on hand."""
    ours = [StockMove.entity == user.entity, StockMove.item == sku, StockMove.site == site]
    if before:
        later = select(func.coalesce(func.sum(StockMove.quantity), 0)).where(*ours, StockMove.number >= before)
        on_hand -= session.execute(later).scalar_one()
        ours.append(StockMove.number < before)
    found = session.scalars(select(StockMove).where(*ours).order_by(StockMove.number.desc()).limit(MOVES_MAX + 1)).all()
    rows, balance = [], on_hand
    for move in found[:MOVES_MAX]:
        rows.append(_move(move, balance))
        balance -= move.quantity
    return {"moves": tuple(rows), "before": rows[-1].number if len(found) > MOVES_MAX else 0}


def _move(move: StockMove, balance: Decimal) -> MoveRow:
    places = [move.location, f"lot {move.lot}" if move.lot else ""]
    status = move.status.replace("_", " ") if move.status != "available" else ""
    late = move.recorded_at - move.happened_at > LATE_AFTER
    return MoveRow(
        number=move.number,
        day=_day(move.happened_at.date()),
        what=capital(move.kind) if move.kind == move.document else f"{capital(move.kind)} {move.document}",
        where=", ".join(part for part in (*places, status) if part) or "–",
        quantity=f"{'+' if move.quantity > 0 else '−'}{wording.quantity(abs(move.quantity))}",
        balance=wording.quantity(balance),
        late=f"recorded {_day(move.recorded_at.date())}" if late else "",
    )


def _day(day: date) -> str:
    return f"{day.day} {day:%b}"
