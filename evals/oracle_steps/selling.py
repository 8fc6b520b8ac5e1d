"""Customers of a case, their orders, and goods shipped to them: what several steps of sales need."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from core.money import ZERO
from core.refusals import Refusal, Refused
from core.sales.commands import (
    AddCustomer,
    ConfirmSalesOrder,
    EnterSalesOrder,
    NewSalesLine,
    OpenReceivable,
    ShipGoods,
    ShippedLine,
)
from core.sales.queries import credit, order_lines
from core.sales.tables import SalesOrder, SalesOrderLine
from evals.oracle_form import NotSupported, Step
from evals.oracle_world import NOW, CaseWorld

CUSTOMER = "customer"
WAITS = ("entered", "on_hold")


@dataclass(frozen=True, kw_only=True, slots=True)
class Goods:
    """One line of a step: so many of an item, at a price where the step says one. `line` is the order's, from 1."""

    item: str
    quantity: Decimal
    price: Decimal | None
    unit: str = ""
    line: int | None = None


def goods_of(world: CaseWorld, step: Step) -> Iterator[Goods]:
    """The lines of a step; one of the one item there is, where it has none."""
    lines = step.get("lines")
    if lines is None:
        one = {key: step.get(key) for key in ("item", "qty", "price", "uom")}
        lines = [{key: value for key, value in one.items() if value is not None}]
    for line in lines:
        unknown = set(line) - {"item", "qty", "price", "uom", "line"}
        if unknown:
            raise NotSupported(f"{step.op}: {', '.join(sorted(unknown))} of a line")
        place = line.get("line")
        name = str(line.get("item", "")) or (_item_of(world, int(place)) if place is not None else "")
        item = world.item(name)
        unit = world.unit(item, str(line.get("uom", "")))
        yield Goods(
            item=item,
            quantity=Decimal(line["qty"]),
            price=line.get("price"),
            unit=unit,
            line=None if place is None else int(place) + 1,
        )


def _item_of(world: CaseWorld, place: int) -> str:
    orders = orders_of(world)
    lines = order_lines(world.session, world.entity, orders[-1]) if orders else []
    return lines[place].item if place < len(lines) else ""


def enter(world: CaseWorld, step: Step, goods: list[Goods]) -> str:
    """Enter an order; its prices are those of the goods, else those at which the case bills them."""
    site = world.site(step.get("wh"))
    lines = tuple(
        NewSalesLine(
            item=one.item,
            quantity=one.quantity,
            price=_price(world, one),
            site=site,
            promised=world.moment(step).date(),
            unit=one.unit,
        )
        for one in goods
    )
    order = str(world.do(EnterSalesOrder(entity=world.entity, customer=customer_of(world), lines=lines))["order"])
    world.limits.setdefault("sales_orders", []).append(order)
    world.now.order = order
    return order


def _price(world: CaseWorld, one: Goods) -> Decimal:
    if one.price is not None:
        return Decimal(one.price)
    for step in world.case["steps"]:
        if step["op"] == "customer_invoice":
            for line in step.get("lines", [step]):
                if str(line.get("item", "") or "item") == one.item and line.get("price") is not None:
                    return Decimal(line["price"])
    return ZERO


def ship_of(world: CaseWorld, step: Step, orders: list[str], goods: list[Goods]) -> None:
    """Ship goods of orders, confirmed on the way where nobody did."""
    for one in goods:
        for line in open_lines(world, orders, one):
            must_be_confirmed(world, line.order)
            wanted = one.quantity if one.unit else one.quantity / line.unit_factor
            gone = ShippedLine(line=line.line, quantity=wanted)
            world.do(ShipGoods(entity=world.entity, order=line.order, lines=(gone,), happened_at=world.moment(step)))
            break
        else:
            raise NotSupported(f"{step.op}: no order waits for {one.quantity} of {one.item}")
    world.now.item = goods[0].item


def must_be_confirmed(world: CaseWorld, order: str) -> None:
    """Confirm an order that nobody confirmed yet. Raises `Refused` when it is over the limit."""
    if state_of(world, order) in WAITS:
        done = world.do(ConfirmSalesOrder(entity=world.entity, order=order))
        if done["state"] != "confirmed":
            raise Refused(Refusal.ORDER_NOT_OPEN, done["says"])


def open_lines(world: CaseWorld, orders: list[str], one: Goods) -> list[SalesOrderLine]:
    """The lines that wait for goods, with enough left of each."""
    return [
        line
        for order in orders
        for line in order_lines(world.session, world.entity, order)
        if line.item == one.item
        and one.line in (None, line.line)
        and line.left >= one.quantity * (line.unit_factor if one.unit else 1)
    ]


def orders_of(world: CaseWorld) -> list[str]:
    found: list[str] = world.limits.get("sales_orders", [])
    return found


def state_of(world: CaseWorld, order: str) -> str:
    return world.session.get_one(SalesOrder, (world.entity, order), populate_existing=True).state


def customer_of(world: CaseWorld) -> str:
    """The customer, added when it is met first, with what it may owe and owes as the case begins."""
    if CUSTOMER not in world.limits:
        receivable = world.start.get("receivable")
        add_customer(world, CUSTOMER, world.start.get("limit"), Decimal(receivable or 0))
        world.limits[CUSTOMER] = CUSTOMER
    return CUSTOMER


def add_customer(world: CaseWorld, number: str, limit: Any, receivable: Decimal) -> None:
    world.do(AddCustomer(entity=world.entity, number=number, name=number, credit_limit=limit))
    if receivable:
        owed = OpenReceivable(
            entity=world.entity, customer=number, document=f"owed by {number}", amount=receivable, happened_at=NOW
        )
        world.do(owed)


def note_exposure(world: CaseWorld) -> None:
    world.now.found["exposure"] = credit(world.session, world.entity, customer_of(world)).exposure
