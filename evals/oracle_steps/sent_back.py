"""Goods that customers send back in oracle cases, and what is given back for them.

A return of an order that nobody confirmed, shipped or billed carries these out on the way; a credit of goods that the case
never sold is one of a sale before it.
"""

from decimal import Decimal

from core.money import ZERO
from core.refusals import Refusal, Refused
from core.sales.commands import InvoiceCustomer, ShipGoods, ShippedLine
from core.sales.queries import order_lines, sent
from core.sales.return_commands import (
    AskedBack,
    CameBack,
    CreditCustomer,
    CreditedGoods,
    ReceiveCustomerReturn,
    RegisterReturnRequest,
)
from core.sales.tables import SalesOrderLine
from core.stock.commands import OpenStock
from core.stock.queries import unit_cost
from evals.oracle_form import NotSupported, Step
from evals.oracle_steps.selling import Goods, enter, must_be_confirmed, note_exposure, orders_of, ship_of
from evals.oracle_world import CaseWorld


def return_request(world: CaseWorld, step: Step) -> None:
    """A customer asks to send goods back; they come, and are credited. Who asks again on the same order is told so, and
    goes on knowingly."""
    orders = orders_of(world)
    if not orders:
        raise NotSupported("return_request: no sales order in the case")
    order = orders[-1]
    _carry_through(world, step, order)
    asked = _asked_back(world, step, order)
    request = RegisterReturnRequest(entity=world.entity, order=order, lines=asked, reason="the case says so")
    try:
        done = world.do(request)
    except Refused as refused:
        if refused.code is not Refusal.NEEDS_CONFIRMATION:
            raise
        world.now.found["request"] = "warned"
        done = world.do(_knowing(world, request))
    world.now.found.setdefault("request", "accepted")
    came = tuple(CameBack(line=one.line, quantity=one.quantity, disposition="restock") for one in asked)
    number = str(done["request"])
    world.do(
        ReceiveCustomerReturn(
            entity=world.entity, order=order, request=number, lines=came, happened_at=world.moment(step)
        )
    )
    given = CreditCustomer(entity=world.entity, order=order, request=number, reason="came back")
    world.now.found["credit"] = Decimal(world.do(given)["total"])
    world.now.found["return_qty"] = -Decimal(done["pieces"])
    note_exposure(world)


def asked_again(world: CaseWorld) -> str:
    """What comes of a second request on the order of the last one, without saying that the first is known."""
    steps = [done for done in world.done if done.step.op == "return_request"]
    if len(steps) > 1:
        return "refused" if steps[1].refused else str(steps[1].found["request"])
    order = orders_of(world)[-1]
    line = order_lines(world.session, world.entity, order)[0]
    again = RegisterReturnRequest(
        entity=world.entity, order=order, lines=(AskedBack(line=line.line, quantity=line.quantity),), reason="again"
    )
    with world.session.begin_nested() as trying:
        try:
            world.do(again)
            said = "accepted"
        except Refused as refused:
            said = "warned" if refused.code is Refusal.NEEDS_CONFIRMATION else "refused"
        trying.rollback()
    return said


def credit_goods(world: CaseWorld, step: Step, one: Goods) -> None:
    """Credit goods of the case; where it sold none, of a sale of before it."""
    quantity = -one.quantity
    for order in reversed(orders_of(world)):
        for line in order_lines(world.session, world.entity, order):
            if line.item == one.item and line.billed - line.credited >= quantity * line.unit_factor:
                _give_back(world, step, order, line, quantity, one.price)
                return
    order = _sold_before(world, step, Goods(item=one.item, quantity=quantity, price=one.price, unit=one.unit))
    _give_back(world, step, order, order_lines(world.session, world.entity, order)[0], quantity, one.price)


def _give_back(
    world: CaseWorld, step: Step, order: str, line: SalesOrderLine, quantity: Decimal, price: Decimal | None
) -> None:
    goods = (CreditedGoods(line=line.line, quantity=quantity, price=price),)
    given = CreditCustomer(
        entity=world.entity, order=order, reason="the case says so", lines=goods, happened_at=world.moment(step)
    )
    world.now.found["credit"] = Decimal(world.do(given)["total"])


def _sold_before(world: CaseWorld, step: Step, one: Goods) -> str:
    """A sale of before the case: as many came at what a piece costs, went out and were billed. What that booked is no
    part of the case."""
    first = len(world.journal())
    site = world.site(step.get("wh"))
    pieces = world.in_base(one.item, one.quantity, one.unit)
    cost = unit_cost(world.session, world.entity, one.item, site)
    world.do(OpenStock(entity=world.entity, item=one.item, site=site, quantity=pieces, unit_cost=cost))
    order = enter(world, step, [one])
    ship_of(world, step, [order], [one])
    world.do(InvoiceCustomer(entity=world.entity, order=order))
    world.left_out |= {*range(first + len(world.left_out), len(world.journal()) + len(world.left_out))}
    return order


def _carry_through(world: CaseWorld, step: Step, order: str) -> None:
    """What must come before goods can come back: all of the order is shipped where none of it is, and billed."""
    must_be_confirmed(world, order)
    if not sent(world.session, world.entity, order):
        whole = tuple(
            ShippedLine(line=line.line, quantity=line.quantity)
            for line in order_lines(world.session, world.entity, order)
        )
        world.do(ShipGoods(entity=world.entity, order=order, lines=whole, happened_at=world.moment(step)))
    if any(one.to_bill > ZERO for one in sent(world.session, world.entity, order)):
        world.do(InvoiceCustomer(entity=world.entity, order=order, happened_at=world.moment(step)))


def _asked_back(world: CaseWorld, step: Step, order: str) -> tuple[AskedBack, ...]:
    """What a request is about: the lines it names, or everything that is shipped of the order."""
    lines = order_lines(world.session, world.entity, order)
    if step.get("all"):
        return tuple(
            AskedBack(line=line.line, quantity=(line.shipped - line.returned) / line.unit_factor)
            for line in lines
            if line.shipped > line.returned
        )
    asked = []
    for one in step.get("lines") or ():
        unknown = set(one) - {"line", "qty", "price"}
        if unknown:
            raise NotSupported(f"{step.op}: {', '.join(sorted(unknown))} of a line")
        line = lines[int(one["line"])]
        quantity = one["qty"] if "qty" in one else line.shipped / line.unit_factor
        asked.append(AskedBack(line=line.line, quantity=abs(Decimal(quantity)), price=one.get("price")))
    return tuple(asked)


def _knowing(world: CaseWorld, request: RegisterReturnRequest) -> RegisterReturnRequest:
    """The same request, by somebody who knows of all the others."""
    others = tuple(f"RR-{number}" for number in range(1, len(world.done) + 1))
    return RegisterReturnRequest(
        entity=request.entity, order=request.order, lines=request.lines, reason=request.reason, knowing=others
    )
