"""Questions on sales: what a customer's credit is, what an order comes to, what is still to ship and to bill."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.money import ZERO
from core.refusals import Refusal, Refused
from core.sales.amounts import worth
from core.sales.receivables import owed
from core.sales.tables import COUNTS_AS_EXPOSURE, Customer, SalesOrder, SalesOrderLine, ShipmentLine


@dataclass(frozen=True, kw_only=True, slots=True)
class Credit:
    """What a customer owes and will owe, against what it may. All in the books' currency; `limit` None: nobody set one."""

    limit: Decimal | None
    receivable: Decimal  # open bills less what is to the customer's credit
    ordered: Decimal  # confirmed, and not billed yet
    more: Decimal  # what is asked on top

    @property
    def exposure(self) -> Decimal:
        """What the customer owes and was promised, without what is asked on top."""
        return self.receivable + self.ordered

    @property
    def over(self) -> Decimal:
        """By how much the limit would be passed; nothing when it would not."""
        return ZERO if self.limit is None else max(self.exposure + self.more - self.limit, ZERO)

    @property
    def allowed(self) -> bool:
        """Whether all of it fits the limit. Exactly the limit fits."""
        return self.over == ZERO


def credit(session: Session, entity: str, customer: str, more: Decimal = ZERO) -> Credit:
    """A customer's credit, and whether `more` fits it. A question: nothing is kept. Refuses an unknown customer."""
    row = session.get(Customer, (entity, customer), populate_existing=True)
    if row is None:
        raise Refused(Refusal.CUSTOMER_UNKNOWN, customer)
    return Credit(
        limit=row.credit_limit,
        receivable=owed(session, entity, customer),
        ordered=_to_come(session, entity, row),
        more=more,
    )


def order_lines(session: Session, entity: str, order: str) -> Sequence[SalesOrderLine]:
    """The lines of an order, in their order, as the database has them now."""
    return session.scalars(
        select(SalesOrderLine)
        .where(SalesOrderLine.entity == entity, SalesOrderLine.order == order)
        .order_by(SalesOrderLine.line)
        .execution_options(populate_existing=True)
    ).all()


def sent(session: Session, entity: str, order: str) -> Sequence[ShipmentLine]:
    """What was shipped of an order, oldest first, with what became of it."""
    return session.scalars(
        select(ShipmentLine)
        .where(ShipmentLine.entity == entity, ShipmentLine.order == order)
        .order_by(ShipmentLine.entry)
        .execution_options(populate_existing=True)
    ).all()


def order_total(session: Session, entity: str, order: str, currency: str) -> Decimal:
    """What an order comes to, without what was cancelled of it."""
    lines = order_lines(session, entity, order)
    return sum((worth(line, ZERO, line.pieces - line.cancelled, currency) for line in lines), ZERO)


def _to_come(session: Session, entity: str, customer: Customer) -> Decimal:
    """What confirmed orders will still be billed for: pieces still to ship, and shipped ones that no bill names."""
    orders = select(SalesOrder.number).where(
        SalesOrder.entity == entity,
        SalesOrder.customer == customer.number,
        SalesOrder.state.in_(COUNTS_AS_EXPOSURE),
    )
    lines = session.scalars(
        select(SalesOrderLine)
        .where(SalesOrderLine.entity == entity, SalesOrderLine.order.in_(orders))
        .execution_options(populate_existing=True)
    ).all()
    shipped = session.scalars(
        select(ShipmentLine)
        .where(
            ShipmentLine.entity == entity,
            ShipmentLine.order.in_(orders),
            ShipmentLine.billed < ShipmentLine.pieces,
        )
        .execution_options(populate_existing=True)
    ).all()
    waiting: dict[tuple[str, int], Decimal] = {}
    for one in shipped:
        key = (one.order, one.order_line)
        waiting[key] = waiting.get(key, ZERO) + one.to_bill
    return sum(
        (
            worth(
                line,
                line.billed,
                line.billed + line.left + waiting.get((line.order, line.line), ZERO),
                customer.currency,
            )
            for line in lines
        ),
        ZERO,
    )
