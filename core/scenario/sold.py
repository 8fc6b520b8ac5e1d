"""What a story can see of its sales: orders line by line, and what customers owe."""

from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.sales.billing_tables import CustomerItem, ReturnRequest
from core.sales.tables import SalesOrder, SalesOrderLine


def sales(session: Session, entity: str) -> dict[str, dict[str, Any]]:
    """Sales orders by number, their lines as "SO-1#1" in the item's base unit, and return requests by theirs."""
    found: dict[str, dict[str, Any]] = {
        row.number: {"state": row.state, "customer": row.customer, "hold": row.hold_reason}
        for row in session.scalars(
            select(SalesOrder).filter_by(entity=entity).execution_options(populate_existing=True)
        )
    }
    lines = select(SalesOrderLine).filter_by(entity=entity)
    for line in session.scalars(lines.execution_options(populate_existing=True)):
        found[f"{line.order}#{line.line}"] = {
            "ordered": line.pieces,
            "cancelled": line.cancelled,
            "shipped": line.shipped,
            "billed": line.billed,
            "returned": line.returned,
            "credited": line.credited,
            "left": line.left,
            "promised": line.promised,
        }
    requests = select(ReturnRequest).filter_by(entity=entity).execution_options(populate_existing=True)
    found |= {row.number: {"state": row.state, "order": row.order} for row in session.scalars(requests)}
    return dict(sorted(found.items()))


def receivables(session: Session, entity: str) -> dict[str, Decimal]:
    """By customer: what it owes us; below nought where we owe it."""
    owed: dict[str, Decimal] = {}
    rows = select(CustomerItem).filter_by(entity=entity).execution_options(populate_existing=True)
    for row in session.scalars(rows):
        owed[row.customer] = owed.get(row.customer, Decimal(0)) + row.open
    return {customer: amount for customer, amount in sorted(owed.items()) if amount}
