"""What shipped pieces cost, from the day they leave until somebody bills them: "Shipped, not invoiced", then cost of sales.

A shipment takes pieces out of stock against account 1420; what is billed goes on to cost of sales, what is credited comes
back from there, what returns to stock leaves 1420 again. So at every moment 1420 holds what customers have and were not
billed for, less what they sent back and were not credited for. One function moves it, `settle`, and corrections of cost
call it too: a cost that turns out later goes where the pieces are.
"""

from collections.abc import Collection, Iterable
from datetime import date
from decimal import Decimal

from sqlalchemy import ColumnElement, func, select

from core.books import accounts, ledger, periods
from core.erp import Erp
from core.money import ZERO, rounded
from core.sales.tables import ShipmentLine
from core.stock.tables import CostChange, CostEntry


def settle(erp: Erp, lines: Iterable[ShipmentLine], *, document: str, says: str, day: date) -> Decimal:
    """Let cost of sales be what the billed pieces of these lines cost, in one entry. Gives what it went up by."""
    more = ZERO
    for line in lines:
        wanted = _wanted(erp, line)
        more += wanted - line.cost_of_sales
        line.cost_of_sales = wanted
    erp.session.flush()
    if more:
        sides = [ledger.debit(accounts.COST_OF_GOODS_SOLD, more), ledger.credit(accounts.SHIPPED_NOT_INVOICED, more)]
        ledger.post(erp, document=document, says=says, sides=sides, day=day)
    return more


def follow(erp: Erp, entries: Collection[int], document: str) -> None:
    """The cost of shipped pieces changed because of `document`: let cost of sales follow for what is billed of them."""
    if not entries:
        return
    lines = erp.session.scalars(
        select(ShipmentLine)
        .where(ShipmentLine.entity == erp.entity, ShipmentLine.entry.in_(sorted(_sales_of(erp, entries))))
        .order_by(ShipmentLine.entry)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    days: dict[date, list[ShipmentLine]] = {}
    for line in lines:
        if line.billed_on is not None:
            days.setdefault(periods.day_for(erp, line.billed_on), []).append(line)
    for day, found in sorted(days.items()):
        settle(erp, found, document=document, says=f"Cost of sales corrected after {document}", day=day)


def _wanted(erp: Erp, line: ShipmentLine) -> Decimal:
    """What the pieces that are billed cost as the books stand now. Where every piece that is with the customer is billed,
    that is all that is left of the shipment, to the cent."""
    out, back = _worth(erp, CostEntry.number == line.entry), _worth(erp, CostEntry.source == line.entry)
    if line.kept == line.pieces - line.returned:
        return -out - back
    return rounded(-out * line.kept / line.pieces, erp.currency)


def _worth(erp: Erp, which: ColumnElement[bool]) -> Decimal:
    """What entries are worth, every later change included."""
    mine = (CostEntry.entity == erp.entity, which)
    recorded = erp.session.scalar(select(func.coalesce(func.sum(CostEntry.value), ZERO)).where(*mine))
    changed = erp.session.scalar(
        select(func.coalesce(func.sum(CostChange.value), ZERO))
        .join(CostEntry, (CostEntry.entity == CostChange.entity) & (CostEntry.number == CostChange.entry))
        .where(*mine)
    )
    return (recorded or ZERO) + (changed or ZERO)


def _sales_of(erp: Erp, entries: Iterable[int]) -> set[int]:
    """The entries, and those that returns among them take back."""
    numbers = set(entries)
    sources = erp.session.scalars(
        select(CostEntry.source).where(
            CostEntry.entity == erp.entity, CostEntry.number.in_(sorted(numbers)), CostEntry.source.is_not(None)
        )
    )
    return numbers | {source for source in sources if source is not None}
