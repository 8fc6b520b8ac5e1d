"""What turned out later: changes of the value of entries that are written, with the journal entry that follows from them.

A change stands beside its entry and never in it. Its other side is the account of the entry (cost of goods sold for what
was sold, scrap for what was scrapped); a change that two pools pass between them posts nothing. Days of closed periods
stay as they are: what concerns them is booked today. What changed for shipped goods goes on to cost of sales for those of
them that are billed.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from core import rows
from core.books import accounts, ledger, periods
from core.db import one_of
from core.erp import Erp
from core.money import ZERO
from core.numbers import next_ordinals
from core.sales import cost_of_sales
from core.stock.tables import CostChange, CostEntry

Change = tuple[int, Decimal]
"""An entry's number, and the signed change of its value."""


CHARGE = "charge"
"""The kind of changes that say what an entry brought; all others follow from those."""


def write(erp: Erp, changes: Sequence[Change], *, kind: str, document: str) -> None:
    """Write changes of entries because of `document`, and post what they mean. Shows each as an effect."""
    changes = [(entry, value) for entry, value in changes if value]
    if changes:
        record(erp, changes, kind=kind, document=document)
        _post(erp, changes, document)


def record(erp: Erp, changes: Sequence[Change], *, kind: str, document: str) -> None:
    """Write changes whose journal entry is posted by the caller."""
    first = next_ordinals(erp.session, erp.entity, "cost change", len(changes))
    row = {"entity": erp.entity, "kind": kind, "document": document, "recorded_at": erp.now}
    rows.insert(
        erp.session,
        CostChange,
        [
            {**row, "number": first + place, "entry": entry, "value": value}
            for place, (entry, value) in enumerate(changes)
        ],
    )


def _post(erp: Erp, changes: Sequence[Change], document: str) -> None:
    columns = (
        CostEntry.number,
        CostEntry.account,
        CostEntry.document,
        CostEntry.item,
        CostEntry.site,
        CostEntry.happened_at,
    )
    entries = erp.session.execute(
        select(*columns).where(
            CostEntry.entity == erp.entity, one_of(CostEntry.number, [entry for entry, _ in changes])
        )
    )
    known = {row.number: row for row in entries}
    months: dict[tuple[int, int], list[tuple[date, str, Decimal]]] = defaultdict(list)
    for entry, value in changes:
        row = known[entry]
        day = periods.day_for(erp, row.happened_at.date())
        months[day.year, day.month].append((day, row.account, value))
        erp.effect("cost", f"{row.document}: {row.item} at {row.site}", value, erp.currency)
    for _, found in sorted(months.items()):
        sides = _sides(found)
        if any(side.amount for side in sides):
            ledger.post(
                erp,
                document=document,
                says=f"Cost corrected after {document}",
                sides=sides,
                day=max(day for day, _, _ in found),
            )
    cost_of_sales.follow(
        erp, [entry for entry in known if known[entry].account == accounts.SHIPPED_NOT_INVOICED], document
    )


def _sides(found: Iterable[tuple[date, str, Decimal]]) -> list[ledger.Side]:
    """One entry for a month: inventory, and the accounts that carry the other side. What pools pass between them comes to
    nothing, but where one of them keeps a standard cost: there it is a revaluation."""
    totals: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for _, account, value in found:
        totals[account or accounts.REVALUATION] += value
    sides = [ledger.debit(accounts.INVENTORY, sum(totals.values(), ZERO))]
    return sides + [ledger.credit(account, value) for account, value in sorted(totals.items()) if account]
