"""Questions on purchase orders: what an order comes to."""

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.masterdata.tables import Supplier
from core.money import ZERO, rounded
from core.purchasing.orders import wanted
from core.purchasing.tables import PurchaseOrder, PurchaseOrderLine


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderTotals:
    """What an order comes to, in its currency: its lines, the tax to expect on them, and both."""

    net: Decimal
    tax: Decimal

    @property
    def total(self) -> Decimal:
        """What its invoices will ask for in all, charges apart."""
        return self.net + self.tax


def order_totals(session: Session, entity: str, number: str) -> OrderTotals:
    """The totals of an order: each line rounded by itself, as invoices do; tax on their sum at the supplier's rate.

    Cancelled pieces do not count. Takes an order that is there.
    """
    order = session.get_one(PurchaseOrder, (entity, number))
    rate = session.get_one(Supplier, (entity, order.supplier)).tax_rate
    lines = order_lines(session, entity, number)
    net = sum((rounded(wanted(line) * line.price, order.currency) for line in lines), ZERO)
    return OrderTotals(net=net, tax=rounded(net * rate / 100, order.currency))


def order_lines(session: Session, entity: str, number: str) -> list[PurchaseOrderLine]:
    """The lines of an order as they stand, in their order."""
    line = PurchaseOrderLine
    return list(
        session.scalars(
            select(line)
            .where(line.entity == entity, line.order == number)
            .order_by(line.line)
            .execution_options(populate_existing=True)
        )
    )
