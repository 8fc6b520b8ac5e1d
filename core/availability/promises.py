"""The promise of a sales order line is the last day on which pieces are planned to leave for it: the plan moves, and the
line says the new day in the same command.

Who changes such plans takes the turn of the order first (customer, then order, as everything in sales does), so that two
commands on one order never wait for each other.
"""

from core.availability.tables import OPEN, Direction, PlannedMove
from core.erp import Erp
from core.refusals import Refusal
from core.sales.tables import Customer, SalesOrder, SalesOrderLine


def turn_of(erp: Erp, document: str) -> None:
    """Lock the customer and the order that plans are for, where the document is a sales order of these books."""
    order = erp.session.get(SalesOrder, (erp.entity, document)) if document else None
    if order is not None:
        erp.need(Customer, erp.entity, order.customer, refusal=Refusal.CUSTOMER_UNKNOWN, lock=True)
        erp.need(SalesOrder, erp.entity, document, refusal=Refusal.ORDER_UNKNOWN, lock=True)


def plans_of(erp: Erp, document: str, line: int) -> list[PlannedMove]:
    """What is still planned to leave for a line of a document, the first day first; forecasts are nobody's."""
    plan = PlannedMove
    found = erp.session.query(plan).filter(
        plan.entity == erp.entity,
        plan.document == document,
        plan.line == line,
        plan.direction == Direction.DEMAND,
        plan.state == OPEN,
        plan.until.is_(None),
    )
    return list(found.order_by(plan.day, plan.number).populate_existing())


def follow(erp: Erp, plan: PlannedMove) -> None:
    """Let the line that a plan is for promise the day its last pieces are planned for. A line of which nothing is planned
    any more keeps its promise; one that nobody confirmed has none to follow."""
    if plan.direction != Direction.DEMAND or plan.until is not None:
        return
    line = erp.session.get(SalesOrderLine, (erp.entity, plan.document, plan.line), populate_existing=True)
    if line is None or not line.plan:
        return
    planned = plans_of(erp, plan.document, plan.line)
    if not planned or planned[-1].day == line.promised:
        return
    was, line.promised = line.promised, planned[-1].day
    erp.session.flush()
    erp.effect("promise", f"{line.order} line {line.line}", was=str(was), now=str(line.promised))
    erp.emit(
        "sales_promise_moved",
        f"sales_order {line.order}",
        order=line.order,
        line=line.line,
        item=line.item,
        was=was,
        now=line.promised,
    )
