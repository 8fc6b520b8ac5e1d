"""How an oracle case begins: its currency, and what lies where before the first step."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from core.purchasing.commands import ApproveOrder, NewOrderLine, PlaceOrder
from core.receiving.commands import CountedLine, ReceiveGoods
from core.stock.commands import OpenStock
from evals.oracle_form import NotSupported
from evals.oracle_world import APPROVER, ENTITIES, NOW, SITES, CaseWorld

LAST_YEAR = NOW - timedelta(days=365)
PRICES = ("average_cost", "avg_cost", "standard_cost", "unit_cost")
LATER = frozenset(
    (*PRICES, "limit", "receivable", "supplier_lead_days", "supply_period_days", "quantity_tolerance", "value_limit")
)
"""What a beginning says that steps ask for when they need it."""


def begin(world: CaseWorld) -> None:
    """Set the case's world up. What it says in `start` and nobody reads makes it not supported."""
    smallest = world.start.get("currency_rounding", Decimal("0.01"))
    if smallest not in ENTITIES:
        raise NotSupported(f"start: currency_rounding {smallest}")
    world.entity = ENTITIES[smallest][0]
    for key, value in world.start.items():
        if key in LATER or key == "currency_rounding" or key.endswith(("_cost", "_standard_cost")):
            continue
        if key in ("lots", "layers"):
            for place, lot in enumerate(value):
                _bought(world, lot, place)
        elif key == "on_hand":
            _lies(world, None, value)
        elif key in SITES:
            _lies(world, key, value)
        else:
            raise NotSupported(f"start: {key}")


def _lies(world: CaseWorld, site: str | None, quantity: Decimal) -> None:
    """So many pieces lie at a site, at the cost on record."""
    item, code = world.item(), world.site(site)
    if quantity:
        cost = world.cost_on_record(item) or Decimal(1)
        opened = OpenStock(
            entity=world.entity, item=item, site=code, quantity=quantity, unit_cost=cost, happened_at=LAST_YEAR
        )
        world.do(opened)


def _bought(world: CaseWorld, lot: list[Any], place: int) -> None:
    """A lot of so many at so much, bought on its date, or in the order of the list."""
    item, site = world.item(), world.site()
    quantity, cost = lot[0], lot[1]
    at = _date(lot[2]) if len(lot) > 2 else None
    moment = at or LAST_YEAR + timedelta(minutes=place)
    line = NewOrderLine(item=item, quantity=quantity, price=cost, need_by=moment.date())
    placed = PlaceOrder(
        entity=world.entity, supplier=world.supplier(), site=site, placed_by="buyer", lines=(line,), placed_at=moment
    )
    order = str(world.do(placed)["order"])
    world.do(ApproveOrder(entity=world.entity, order=order, approved_by="approver"), APPROVER)
    counted = (CountedLine(order_line=1, quantity=quantity),)
    world.do(ReceiveGoods(entity=world.entity, order=order, lines=counted, received_by="dock", happened_at=moment))


def _date(said: object) -> datetime | None:
    try:
        day = date.fromisoformat(str(said))
    except ValueError:
        return None
    return datetime(day.year, day.month, day.day, 8, tzinfo=UTC)
