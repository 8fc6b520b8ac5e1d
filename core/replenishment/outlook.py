"""What a person needs to decide about an item that runs out at a site: what comes and goes there and who gets what of it,
what every other site can spare, what was suggested, who sells it, and what the policies keep. Reads only."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from core.availability import pegging
from core.availability.arithmetic import Balance, Demand, Peg, Supply
from core.availability.dated import Dated, dated
from core.availability.tables import HELD, Direction, PlannedMove, Reservation
from core.availability.tables import OPEN as PLANNED
from core.masterdata.tables import Item, Site, StockPolicy
from core.money import ZERO
from core.purchasing.tables import PurchaseOrder, PurchaseOrderLine
from core.replenishment.netting import Levels, Position, spare
from core.replenishment.substitutes import StandInSeen, stand_ins
from core.replenishment.tables import OPEN, OrderPoint, Suggestion
from core.stock.queries import days_of_cover, unit_cost

SITES = text(
    "select site from stock_balance where entity = :entity and item = :item and quantity <> 0"
    " union select site from planned_move where entity = :entity and item = :item and state = 'open'"
    " union select site from order_point where entity = :entity and item = :item order by 1"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class OtherSite:
    """What another site has of the item, in base units, and what of it it can spare: what is available, less what is
    reserved or wanted there, less what it keeps by its own policy."""

    site: str
    name: str
    available: Decimal
    reserved: Decimal
    wanted: Decimal
    keeps: Decimal
    spare: Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class Seller:
    """Who sells the item, and what a base unit last cost there (the standard cost where it was never bought there)."""

    supplier: str
    name: str
    price: Decimal
    last_order: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Outlook:
    """An item at a site from today on. Quantities in base units."""

    item: str
    name: str
    unit: str
    decimals: int
    unit_cost: Decimal
    site: str
    site_name: str
    today: date
    opening: Decimal
    supplies: tuple[Supply, ...]
    demands: tuple[Demand, ...]
    balances: tuple[Balance, ...]
    pegs: tuple[Peg, ...]
    plans: tuple[PlannedMove, ...]  # open demands, forecasts left out
    claims: tuple[Reservation, ...]  # held, the latest to leave first
    others: tuple[OtherSite, ...]
    stand_ins: tuple[StandInSeen, ...]  # what may leave in its place, the lowest rank first
    suggestions: tuple[Suggestion, ...]  # open ones that bring pieces here
    sellers: tuple[Seller, ...]
    point: OrderPoint | None
    policy: StockPolicy | None
    cover_days: Decimal | None

    @property
    def starving(self) -> tuple[Peg, ...]:
        """The parts of demands that nothing covers, or nothing in time. What is overdue and here only has to leave."""
        return tuple(peg for peg in self.pegs if peg.day is None or peg.day > max(peg.demand.day, self.today))

    @property
    def safety(self) -> Decimal:
        """What is kept for safety: the higher of what the order point and the stock policy say."""
        said = (self.point.safety if self.point else None, self.policy.safety_stock if self.policy else None)
        return max((level for level in said if level is not None), default=ZERO)


def outlook(session: Session, entity: str, item: str, site: str, now: datetime) -> Outlook:
    """The outlook of an item at a site. Raises `NoResultFound` for an item or a site that is unknown."""
    row, place = session.get_one(Item, (entity, item)), session.get_one(Site, (entity, site))
    there = dated(session, entity, [item], site, now)[item]
    today = now.date()
    return Outlook(
        item=item,
        name=row.name,
        unit=row.unit,
        decimals=row.unit_decimals,
        unit_cost=unit_cost(session, entity, item, site),
        site=site,
        site_name=place.name,
        today=today,
        opening=there.opening,
        supplies=tuple(sorted(there.supplies, key=lambda one: (one.day, one.source))),
        demands=tuple(sorted(there.demands, key=lambda one: (one.day, one.document, one.line))),
        balances=there.balances(today),
        pegs=pegging.peg(there.opening, there.supplies, there.demands, today),
        plans=_plans(session, entity, item, site),
        claims=_claims(session, entity, item, site, now),
        others=_others(session, entity, item, site, now),
        stand_ins=stand_ins(session, entity, item, site, now),
        suggestions=_suggestions(session, entity, item, site),
        sellers=_sellers(session, entity, row),
        point=session.get(OrderPoint, (entity, item, site), populate_existing=True),
        policy=session.get(StockPolicy, (entity, item, site), populate_existing=True),
        cover_days=days_of_cover(session, entity, item, site, today),
    )


def _plans(session: Session, entity: str, item: str, site: str) -> tuple[PlannedMove, ...]:
    rows = session.scalars(
        select(PlannedMove)
        .where(
            PlannedMove.entity == entity,
            PlannedMove.item == item,
            PlannedMove.site == site,
            PlannedMove.state == PLANNED,
            PlannedMove.direction == Direction.DEMAND,
            PlannedMove.until.is_(None),
        )
        .order_by(PlannedMove.day, PlannedMove.number)
        .execution_options(populate_existing=True)
    )
    return tuple(rows)


def _claims(session: Session, entity: str, item: str, site: str, now: datetime) -> tuple[Reservation, ...]:
    rows = session.scalars(
        select(Reservation)
        .where(
            Reservation.entity == entity,
            Reservation.item == item,
            Reservation.site == site,
            Reservation.state == HELD,
            (Reservation.expires_at.is_(None)) | (Reservation.expires_at > now),
        )
        .order_by(Reservation.day.desc().nulls_first(), Reservation.made_at.desc(), Reservation.number.desc())
        .execution_options(populate_existing=True)
    )
    return tuple(rows)


def _others(session: Session, entity: str, item: str, site: str, now: datetime) -> tuple[OtherSite, ...]:
    sites = session.scalars(SITES, {"entity": entity, "item": item}).all()
    return tuple(_other(session, entity, item, other, now) for other in sites if other != site)


def _other(session: Session, entity: str, item: str, site: str, now: datetime) -> OtherSite:
    there: Dated = dated(session, entity, [item], site, now)[item]
    point = session.get(OrderPoint, (entity, item, site), populate_existing=True)
    policy = session.get(StockPolicy, (entity, item, site), populate_existing=True)
    said = [point.safety if point else None, policy.safety_stock if policy else None]
    levels = Levels(
        minimum=point.minimum if point else None,
        safety=max((level for level in said if level is not None), default=None),
    )
    position = Position(
        available=there.opening,
        wanted=sum((demand.quantity for demand in there.demands), ZERO),
        claimed=sum((demand.reserved for demand in there.demands), ZERO),
    )
    return OtherSite(
        site=site,
        name=session.get_one(Site, (entity, site)).name,
        available=position.available,
        reserved=position.claimed,
        wanted=position.wanted - position.claimed,
        keeps=levels.trigger,
        spare=spare(position, levels),
    )


def _suggestions(session: Session, entity: str, item: str, site: str) -> tuple[Suggestion, ...]:
    rows = session.scalars(
        select(Suggestion)
        .where(Suggestion.entity == entity, Suggestion.item == item, Suggestion.site == site, Suggestion.state == OPEN)
        .order_by(Suggestion.kind.desc(), Suggestion.number)
        .execution_options(populate_existing=True)
    )
    return tuple(rows)


SELLERS = text(
    "select distinct s.supplier, p.name from supplier_item s join supplier p on p.entity = s.entity and"
    " p.number = s.supplier where s.entity = :entity and s.item = :item order by 1"
)


def _sellers(session: Session, entity: str, item: Item) -> tuple[Seller, ...]:
    """The cheapest first; who has no price to go by is left out."""
    found = []
    for supplier, name in session.execute(SELLERS, {"entity": entity, "item": item.sku}):
        last = session.execute(
            select(PurchaseOrder.number, PurchaseOrderLine.price, PurchaseOrderLine.unit_factor)
            .join(
                PurchaseOrder,
                (PurchaseOrder.entity == PurchaseOrderLine.entity) & (PurchaseOrder.number == PurchaseOrderLine.order),
            )
            .where(
                PurchaseOrderLine.entity == entity,
                PurchaseOrderLine.item == item.sku,
                PurchaseOrder.supplier == supplier,
            )
            .order_by(PurchaseOrder.placed_at.desc(), PurchaseOrder.number.desc(), PurchaseOrderLine.line.desc())
            .limit(1)
        ).first()
        cost = Decimal(last.price / last.unit_factor) if last else item.standard_cost
        if cost > ZERO:
            price = cost.quantize(Decimal("0.0001")).normalize()
            found.append(Seller(supplier=supplier, name=name, price=price, last_order=last.number if last else ""))
    return tuple(sorted(found, key=lambda one: (one.price, one.supplier)))
