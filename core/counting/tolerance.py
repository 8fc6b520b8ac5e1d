"""How far a count differs, and whether that still goes without a person. Silence refuses: with no policy, nothing does."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.counting.tables import CountLine, CountPolicy, StockCount
from core.money import ZERO, rounded
from core.stock.queries import unit_cost


@dataclass(frozen=True, kw_only=True, slots=True)
class Variance:
    """A line's difference: pieces, their value in the entity's currency, and each as a multiple of what is tolerated
    (none where nothing is)."""

    quantity: Decimal
    value: Decimal
    in_tolerances: Decimal | None
    over_limit: Decimal | None
    within: bool


def variance_of(session: Session, count: StockCount, line: CountLine, currency: str) -> Variance:
    """How far a line differs from what was expected, by the policy of its item."""
    each = unit_cost(session, count.entity, line.item, count.site)
    return variance(line, each, policy_of(session, count.entity, line.item), currency)


def variance(line: CountLine, each: Decimal, policy: CountPolicy | None, currency: str) -> Variance:
    """How far a line differs, a piece being worth `each`, by a policy (none: nothing is tolerated)."""
    expected, quantity = line.expected or ZERO, line.difference
    value = rounded(quantity * each, currency)
    if line.unit_cost is not None and line.counted is not None:
        value = rounded(line.counted * line.unit_cost - expected * each, currency)
    pieces = expected * policy.quantity_pct / 100 if policy else ZERO
    limit = policy.value_limit if policy else ZERO
    return Variance(
        quantity=quantity,
        value=value,
        in_tolerances=abs(quantity) / pieces if pieces else None,
        over_limit=abs(value) / limit if limit else None,
        within=abs(quantity) <= pieces and abs(value) <= limit,
    )


def policy_of(session: Session, entity: str, item: str) -> CountPolicy | None:
    """The policy of an item, or the one for all items."""
    rows = session.scalars(
        select(CountPolicy)
        .where(CountPolicy.entity == entity, CountPolicy.item.in_((item, "")))
        .order_by(CountPolicy.item.desc())
    )
    return rows.first()


def policies_of(session: Session, entity: str, items: Iterable[str]) -> dict[str, CountPolicy]:
    """The policy of each of these items, where there is one, in one question."""
    wanted = sorted(set(items))
    rows = session.scalars(select(CountPolicy).where(CountPolicy.entity == entity, CountPolicy.item.in_([*wanted, ""])))
    known = {row.item: row for row in rows}
    return {item: known[item if item in known else ""] for item in wanted if item in known or "" in known}
