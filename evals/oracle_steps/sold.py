"""What is sold in oracle cases: orders, confirmations within a limit, shipments, bills, credits and returns.

Cases leave out what must come before a step: a bill names goods nobody shipped yet, a return those of an order that was
never confirmed. What is left out is carried out on the way, by the same commands; nothing is billed unshipped.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal

from core.money import ZERO
from core.sales.commands import BilledGoods, ConfirmSalesOrder, InvoiceCustomer, SetCreditLimit
from core.sales.queries import credit, order_lines, sent
from core.sales.tables import SalesOrderLine
from evals.oracle_form import NotSupported, Step
from evals.oracle_steps.selling import (
    CUSTOMER,
    WAITS,
    Goods,
    add_customer,
    customer_of,
    enter,
    goods_of,
    note_exposure,
    open_lines,
    orders_of,
    ship_of,
    state_of,
)
from evals.oracle_steps.sent_back import credit_goods, return_request
from evals.oracle_world import CaseWorld


def sales_order(world: CaseWorld, step: Step) -> None:
    """A customer orders."""
    enter(world, step, list(goods_of(world, step)))


def confirm(world: CaseWorld, step: Step) -> None:
    """The last order is confirmed, or kept on hold because of the customer's credit."""
    orders = orders_of(world)
    if not orders:
        raise NotSupported("confirm: no sales order in the case")
    order = next((one for one in reversed(orders) if state_of(world, one) in WAITS), orders[-1])
    state = world.do(ConfirmSalesOrder(entity=world.entity, order=order))["state"]
    world.now.found["confirmed"] = "accepted" if state == "confirmed" else "refused"
    note_exposure(world)


def set_limit(world: CaseWorld, step: Step) -> None:
    """The customer may owe so much; any amount where nothing is said."""
    limit = step.get("to")
    world.do(SetCreditLimit(entity=world.entity, customer=customer_of(world), limit=limit, reason="the case says so"))
    note_exposure(world)


def check_credit(world: CaseWorld, step: Step) -> None:
    """Whether so much more fits what a customer may owe: asked of a customer of its own."""
    number = f"{CUSTOMER} {len(world.done)}"
    limit, receivable = (
        step.get("limit", world.start.get("limit")),
        step.get("receivable", world.start.get("receivable")),
    )
    add_customer(world, number, limit, Decimal(receivable or 0))
    asked = credit(world.session, world.entity, number, step.number("increment", ZERO))
    world.now.found["allowed"] = asked.allowed
    world.now.found["exposure"] = asked.exposure


def ship(world: CaseWorld, step: Step) -> None:
    """Goods leave: those of the case's orders; goods that nobody ordered are ordered on the way, at the price they are
    billed at later."""
    goods = list(goods_of(world, step))
    orders = orders_of(world)
    if not any(open_lines(world, orders, one) for one in goods):
        enter(world, step, goods)
        orders = orders_of(world)[-1:]
    ship_of(world, step, orders, goods)
    note_exposure(world)


def customer_invoice(world: CaseWorld, step: Step) -> None:
    """Goods are billed, or credited where the quantity is below nothing."""
    goods = list(goods_of(world, step))
    given_back = [one for one in goods if one.quantity < ZERO]
    for one in given_back:
        credit_goods(world, step, one)
    billed = [one for one in goods if one.quantity > ZERO]
    if billed:
        _bill(world, step, billed)
    note_exposure(world)


def _bill(world: CaseWorld, step: Step, goods: list[Goods]) -> None:
    """Bill goods: what is shipped of them already, else what is shipped on the way."""
    chosen: dict[str, list[BilledGoods]] = {}
    for one in goods:
        order, line = _to_bill(world, step, one)
        if one.price is not None and one.price != line.price:
            raise NotSupported(f"{step.op}: {one.price} for goods ordered at {line.price}")
        wanted = one.quantity if one.unit else one.quantity / line.unit_factor
        chosen.setdefault(order, []).append(BilledGoods(line=line.line, quantity=wanted))
    for order, lines in chosen.items():
        world.do(InvoiceCustomer(entity=world.entity, order=order, lines=tuple(lines), happened_at=world.moment(step)))


def _to_bill(world: CaseWorld, step: Step, one: Goods) -> tuple[str, SalesOrderLine]:
    """The order line that goods are billed of, with enough of it shipped."""
    for order in orders_of(world):
        for line in order_lines(world.session, world.entity, order):
            shipped = sent(world.session, world.entity, order)
            there = sum((x.to_bill for x in shipped if x.order_line == line.line), ZERO)
            if line.item == one.item and one.line in (None, line.line) and there + line.left > ZERO:
                missing = one.quantity * (line.unit_factor if one.unit else 1) - there
                if missing > ZERO:
                    ship_of(world, step, [order], [Goods(item=one.item, quantity=missing, price=None, line=line.line)])
                return order, line
    order = enter(world, step, [one])
    ship_of(world, step, [order], [one])
    return order, order_lines(world.session, world.entity, order)[0]


OPERATIONS: Mapping[str, Callable[[CaseWorld, Step], None]] = {
    "sales_order": sales_order,
    "confirm": confirm,
    "set_limit": set_limit,
    "check_credit": check_credit,
    "ship": ship,
    "customer_invoice": customer_invoice,
    "return_request": return_request,
}
