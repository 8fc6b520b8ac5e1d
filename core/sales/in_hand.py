"""An order in hand: locked with its customer, always in the same order, so that no two commands wait for each other.

The customer's row is the turn of everything that changes what the customer owes or is promised: two orders that fit the
credit limit one by one cannot both slip through.
"""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import select

from core.erp import Erp
from core.money import ZERO
from core.refusals import Refusal, Refused
from core.sales.tables import (
    CANCELLED,
    CLOSED,
    CONFIRMED,
    COUNTS_AS_EXPOSURE,
    SHIPPED,
    Customer,
    SalesOrder,
    SalesOrderLine,
    ShipmentLine,
)
from core.stock.ledger import take_turn


class OrderInHand:
    """An order with its customer, its lines, and the pieces of it that were shipped, all as the database has them now."""

    def __init__(self, erp: Erp, number: str) -> None:
        """Take the turn, as whoever decides on the order does; then lock customer, then order."""
        self.erp = erp
        take_turn(erp)
        customer = erp.need(SalesOrder, erp.entity, number, refusal=Refusal.ORDER_UNKNOWN).customer
        self.customer = erp.need(Customer, erp.entity, customer, refusal=Refusal.CUSTOMER_UNKNOWN, lock=True)
        self.order = erp.need(SalesOrder, erp.entity, number, refusal=Refusal.ORDER_UNKNOWN, lock=True)
        lines = erp.session.scalars(
            select(SalesOrderLine)
            .where(SalesOrderLine.entity == erp.entity, SalesOrderLine.order == number)
            .order_by(SalesOrderLine.line)
            .execution_options(populate_existing=True)
        ).all()
        self.lines = {line.line: line for line in lines}
        erp.held.extend(lines)

    def line(self, number: int | None) -> SalesOrderLine:
        """A line by its number. Refuses one that the order has not."""
        line = self.lines.get(number or 0)
        if line is None:
            raise Refused(Refusal.ORDER_LINE_UNKNOWN, f"{self.order.number} line {number}")
        return line

    def must_be_confirmed(self) -> None:
        """Refuses an order that nobody said yes to, or of which nothing is to be done any more."""
        if self.order.state not in COUNTS_AS_EXPOSURE:
            why = f": {self.order.hold_reason}" if self.order.hold_reason else ""
            raise Refused(Refusal.ORDER_NOT_OPEN, f"{self.order.number} is {self.order.state.replace('_', ' ')}{why}")

    def sent(self, line: int | None = None) -> list[ShipmentLine]:
        """What was shipped of the order, or of one line of it, oldest first; locked."""
        of_line = [] if line is None else [ShipmentLine.order_line == line]
        found = self.erp.session.scalars(
            select(ShipmentLine)
            .where(ShipmentLine.entity == self.erp.entity, ShipmentLine.order == self.order.number, *of_line)
            .order_by(ShipmentLine.entry)
            .with_for_update()
            .execution_options(populate_existing=True)
        ).all()
        self.erp.held.extend(found)
        return list(found)

    def settle(self) -> None:
        """Let lines and state say what shipments say. The only line that moves a confirmed order's state is here."""
        erp, order = self.erp, self.order
        sent: dict[int, list[ShipmentLine]] = defaultdict(list)
        erp.session.flush()
        for one in self.sent():
            sent[one.order_line].append(one)
        for number, line in self.lines.items():
            line.shipped = sum((one.pieces for one in sent[number]), ZERO)
            line.billed = sum((one.billed for one in sent[number]), ZERO)
            line.returned = sum((one.returned for one in sent[number]), ZERO)
            line.credited = sum((one.credited + one.let_go for one in sent[number]), ZERO)
        was = order.state
        if order.state in (*COUNTS_AS_EXPOSURE, CLOSED):
            order.state = _state(list(self.lines.values()), [one for found in sent.values() for one in found])
        if order.state != CONFIRMED and order.held_at is not None:  # nothing is left that could leave
            order.hold_reason, order.held_at = "", None
        erp.session.flush()
        if order.state != was:
            erp.effect("record", f"Sales order {order.number}", was=was, now=order.state)


def _state(lines: Sequence[SalesOrderLine], sent: Sequence[ShipmentLine]) -> str:
    if any(line.left > ZERO for line in lines):
        return CONFIRMED
    if any(one.to_bill > ZERO for one in sent):
        return SHIPPED
    return CLOSED if sent else CANCELLED
