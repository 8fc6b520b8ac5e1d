"""Whose turn it is: the priority tier of the customer that a document is for. Tier 1 is served first; what is for nobody
known (another system's order, a forecast) is in the usual tier."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.availability.arithmetic import USUAL
from core.sales.tables import Customer, SalesOrder


def tiers_of(session: Session, entity: str, documents: Iterable[str]) -> dict[str, int]:
    """The tiers of the documents that are not of the usual one, by document."""
    wanted = sorted(set(documents) - {""})
    if not wanted:
        return {}
    rows = session.execute(
        select(SalesOrder.number, Customer.tier)
        .join(Customer, (Customer.entity == SalesOrder.entity) & (Customer.number == SalesOrder.customer))
        .where(SalesOrder.entity == entity, SalesOrder.number.in_(wanted), Customer.tier != USUAL)
    )
    return {str(number): int(tier) for number, tier in rows}
