"""What will come and go of items at a site, read together: stock, open order lines, plans, forecasts, claims.

An order line counts as supply by the day its supplier promised, without being copied. What a document has reserved
without planning it is a demand, too; what it planned and reserved is one demand.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from core.availability import arithmetic, perishing
from core.availability.arithmetic import Balance, Demand, Supply
from core.availability.perishing import NEVER, LotHere, Named
from core.availability.priority import tiers_of
from core.availability.tables import DONE, HELD, OPEN, Direction, PlannedMove, Reservation, Strength
from core.masterdata.units import rest
from core.money import ZERO
from core.purchasing.orders import still_open
from core.purchasing.tables import STILL_OPEN, PurchaseOrder, PurchaseOrderLine
from core.stock.lots import Lot
from core.stock.tables import StockBalance, StockStatus

ON_ORDER = ("open",)
"""Only what a supplier was told is supply that may be promised."""
AWAITING = ("open", "awaiting_approval")
"""What waits for approval is enough not to be bought again."""
WAITING = (StockStatus.INSPECTION, StockStatus.IN_TRANSIT)
"""On hand, and going to be available."""


@dataclass(kw_only=True, slots=True)
class Dated:
    """What is here of an item at a site, and what will come and go, in base units."""

    opening: Decimal = ZERO
    waiting: Decimal = ZERO  # on hand and not available yet: in inspection, on the way
    supplies: list[Supply] = field(default_factory=list)
    demands: list[Demand] = field(default_factory=list)
    lots: list[LotHere] = field(default_factory=list)  # what is available, when any of it expires
    lots_waiting: list[LotHere] = field(default_factory=list)
    named: list[Named] = field(default_factory=list)

    def balances(self, today: date) -> tuple[Balance, ...]:
        """The balance of the days to come. What expires before anybody uses it is gone on the next day."""
        return arithmetic.projected(self.opening, self.supplies, [*self.demands, *self.expiring(today)], today)

    def promisable(self, today: date, until: date | None = None) -> tuple[Balance, ...]:
        """How much more may be promised from each day on, of pieces that still may be used on that day."""
        expiring = self.expiring(today)
        if not expiring:
            return arithmetic.promisable(self.balances(today), until)
        return perishing.promisable(self.balances(today), expiring, until)

    def without(self, document: str) -> "Dated":
        """The same as if that document wanted nothing. "": as it is."""
        if not document:
            return self
        return replace(self, demands=[one for one in self.demands if one.document != document])

    def expiring(self, today: date) -> list[Demand]:
        """The available pieces that nobody will have used by their last day, as leaving on the day after it."""
        if not self.lots:
            return []
        left = perishing.left_over(self.lots, self.demands, today, self.named)
        return [
            Demand(day=lot.last_day + timedelta(days=1), quantity=left[lot.lot], document=f"lot {lot.lot}")
            for lot in self.lots
            if left[lot.lot] > ZERO and today <= lot.last_day < NEVER
        ]


def dated(
    session: Session,
    entity: str,
    items: Iterable[str],
    site: str,
    now: datetime,
    *,
    orders: tuple[str, ...] = ON_ORDER,
) -> dict[str, Dated]:
    """Supply and demand of items at a site. What a document has reserved without planning it is a demand, too."""
    wanted = sorted(set(items))
    found = {item: Dated() for item in wanted}
    _stock(session, entity, wanted, site, now.date(), found)
    _orders(session, entity, wanted, site, orders, found)
    plans = _plans(session, entity, wanted, site)
    claimed = _claims(session, entity, wanted, site, now)
    for claim in claimed:
        if claim.lot:
            found[claim.item].named.append(
                Named(document=claim.document, line=claim.line, lot=claim.lot, quantity=claim.quantity)
            )
    for plan in plans:
        if plan.direction == Direction.SUPPLY:
            found[plan.item].supplies.append(Supply(day=plan.day, quantity=plan.left, source=_named(plan)))
    for item, demands in _demands(session, entity, site, now, plans, claimed).items():
        found[item].demands.extend(demands)
    _rank(session, entity, found)
    return found


def _rank(session: Session, entity: str, found: dict[str, Dated]) -> None:
    """Let every demand have the tier of the customer it is for."""
    tiers = tiers_of(session, entity, (one.document for there in found.values() for one in there.demands))
    for there in found.values() if tiers else ():
        there.demands = [replace(one, tier=tiers.get(one.document, one.tier)) for one in there.demands]


def _stock(session: Session, entity: str, items: list[str], site: str, today: date, found: dict[str, Dated]) -> None:
    """What is on hand. A lot that has expired is not: from the first instant after its last day nobody may use it."""
    rows = session.execute(
        select(
            StockBalance.item, StockBalance.status, StockBalance.lot, func.sum(StockBalance.quantity), Lot.expires_on
        )
        .outerjoin(
            Lot, (Lot.entity == StockBalance.entity) & (Lot.item == StockBalance.item) & (Lot.lot == StockBalance.lot)
        )
        .where(
            StockBalance.entity == entity,
            StockBalance.item.in_(items),
            StockBalance.site == site,
            StockBalance.status.in_((StockStatus.AVAILABLE, *WAITING)),
        )
        .group_by(StockBalance.item, StockBalance.status, StockBalance.lot, Lot.expires_on)
        .order_by(StockBalance.item, StockBalance.status, StockBalance.lot)
    )
    for item, status, lot, quantity, expires_on in rows:
        there, here = found[item], LotHere(lot=lot, quantity=quantity, last_day=expires_on or NEVER)
        if status in WAITING:
            there.waiting += quantity
            there.lots_waiting.append(here)
            continue
        there.lots.append(here)
        if here.last_day >= today:
            there.opening += quantity
    for there in found.values():
        if all(one.last_day == NEVER for one in (*there.lots, *there.lots_waiting)):
            there.lots, there.lots_waiting = [], []


def _orders(
    session: Session, entity: str, items: list[str], site: str, states: tuple[str, ...], found: dict[str, Dated]
) -> None:
    """What is open of order lines, in base units, by the day the supplier promised or else the day we need it."""
    rows = session.execute(
        select(PurchaseOrderLine)
        .join(
            PurchaseOrder,
            (PurchaseOrder.entity == PurchaseOrderLine.entity) & (PurchaseOrder.number == PurchaseOrderLine.order),
        )
        .where(
            PurchaseOrderLine.entity == entity,
            PurchaseOrderLine.item.in_(items),
            text(STILL_OPEN),
            PurchaseOrder.site == site,
            PurchaseOrder.state.in_(states),
        )
        .order_by(PurchaseOrderLine.order, PurchaseOrderLine.line)
        .execution_options(populate_existing=True)
    ).scalars()
    for line in rows:
        left = rest(still_open(line))
        if left > ZERO:
            found[line.item].supplies.append(
                Supply(
                    day=line.promised or line.need_by,
                    quantity=(left * line.unit_factor).quantize(Decimal("0.000001")).normalize(),
                    source=f"{line.order}#{line.line}",
                )
            )


def _plans(session: Session, entity: str, items: list[str], site: str) -> Sequence[PlannedMove]:
    return session.scalars(
        select(PlannedMove)
        .where(
            PlannedMove.entity == entity,
            PlannedMove.item.in_(items),
            PlannedMove.site == site,
            PlannedMove.state == OPEN,
        )
        .order_by(PlannedMove.day, PlannedMove.number)
        .execution_options(populate_existing=True)
    ).all()


def _claims(session: Session, entity: str, items: list[str], site: str, now: datetime) -> Sequence[Reservation]:
    """The hard claims that stand, as they were made."""
    return session.scalars(
        select(Reservation)
        .where(
            Reservation.entity == entity,
            Reservation.item.in_(items),
            Reservation.site == site,
            Reservation.state == HELD,
            Reservation.strength == Strength.HARD,
            (Reservation.expires_at.is_(None)) | (Reservation.expires_at > now),
        )
        .order_by(Reservation.made_at, Reservation.number)
        .execution_options(populate_existing=True)
    ).all()


def _demands(
    session: Session,
    entity: str,
    site: str,
    now: datetime,
    plans: Sequence[PlannedMove],
    claims: Sequence[Reservation],
) -> dict[str, list[Demand]]:
    """Planned demands with what of them is reserved, claims that nobody planned, and what forecasts leave over."""
    claimed: dict[tuple[str, str, int], Decimal] = defaultdict(lambda: ZERO)
    by_day: dict[tuple[str, str, int], date] = {}
    for claim in claims:
        key = (claim.item, claim.document, claim.line)
        claimed[key] += claim.quantity
        by_day.setdefault(key, claim.day or now.date())
    demands: dict[str, list[Demand]] = defaultdict(list)
    forecasts = [plan for plan in plans if plan.direction == Direction.DEMAND and plan.until is not None]
    for plan in plans:
        if plan.direction == Direction.DEMAND and plan.until is None:
            reserved = min(claimed[plan.item, plan.document, plan.line], plan.left)
            claimed[plan.item, plan.document, plan.line] -= reserved
            demand = Demand(day=plan.day, quantity=plan.left, document=plan.document, line=plan.line, reserved=reserved)
            demands[plan.item].append(demand)
    for (item, document, line), quantity in claimed.items():
        if quantity > ZERO:
            day = by_day[item, document, line]
            demands[item].append(Demand(day=day, quantity=quantity, document=document, line=line, reserved=quantity))
    for item, left in _forecast_left(session, entity, site, now.date(), forecasts):
        demands[item].append(left)
    return demands


def _forecast_left(
    session: Session, entity: str, site: str, today: date, forecasts: Sequence[PlannedMove]
) -> list[tuple[str, Demand]]:
    """What of each forecast nobody has ordered in its window yet. A window that is over wants nothing any more."""
    standing = [plan for plan in forecasts if plan.last >= today]
    if not standing:
        return []
    rows = session.execute(
        select(PlannedMove.item, PlannedMove.day, PlannedMove.quantity).where(
            PlannedMove.entity == entity,
            PlannedMove.item.in_(sorted({plan.item for plan in standing})),
            PlannedMove.site == site,
            PlannedMove.direction == Direction.DEMAND,
            PlannedMove.until.is_(None),
            PlannedMove.state.in_((OPEN, DONE)),
            PlannedMove.day.between(min(plan.day for plan in standing), max(plan.last for plan in standing)),
        )
    ).all()
    left: list[tuple[str, Demand]] = []
    for plan in standing:
        ordered = sum((q for item, day, q in rows if item == plan.item and plan.day <= day <= plan.last), ZERO)
        over = plan.quantity - plan.done - ordered
        if over > ZERO:
            wants = Demand(day=plan.day, quantity=over, document=plan.document, line=plan.line, until=plan.last)
            left.append((plan.item, wants))
    return left


def _named(plan: PlannedMove) -> str:
    return plan.document or plan.number
