"""What turned out later: changes of the value of entries that are written, with the journal entry that follows from them.

A change stands beside its entry and never in it. Its other side is the account of the entry (cost of goods sold for what
was sold, scrap for what was scrapped); a change that two pools pass between them posts nothing. Days of closed periods
stay as they are: what concerns them is booked today. What changed for shipped goods goes on to cost of sales for those of
them that are billed.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date
from decimal import Decimal

from core import driver, rows
from core.books import accounts, ledger, periods
from core.erp import Erp
from core.money import ZERO
from core.numbers import next_ordinals
from core.sales import cost_of_sales
from core.stock import cost_books
from core.stock.lines import Line

Change = tuple[int, Decimal]
"""An entry's number, and the signed change of its value."""


RECORD = """
    insert into cost_change (entity, number, entry, kind, value, document, recorded_at)
    select %(entity)s, %(first)s + c.place - 1, c.entry, %(kind)s, c.value, %(document)s, %(at)s
    from unnest(%(entries)s::bigint[], %(values)s::numeric[]) with ordinality c(entry, value, place)
"""


def write(
    erp: Erp, changes: Sequence[Change], *, kind: str, document: str, lines: Mapping[int, Line] | None = None
) -> None:
    """Write changes of entries because of `document`, and post what they mean. Shows each as an effect.

    `lines` are entries that the caller has in hand; the others are read.
    """
    changes = [(entry, value) for entry, value in changes if value]
    if changes:
        record(erp, changes, kind=kind, document=document)
        _post(erp, changes, document, lines or {})


def record(erp: Erp, changes: Sequence[Change], *, kind: str, document: str) -> None:
    """Write changes whose journal entry is posted by the caller."""
    first = next_ordinals(erp.session, erp.entity, "cost change", len(changes))
    numbers, values = zip(*changes, strict=True)
    driver.later(
        erp.session,
        RECORD,
        {
            "entity": erp.entity,
            "first": first,
            "entries": rows.array(numbers),
            "values": rows.array(values),
            "kind": kind,
            "document": document,
            "at": erp.now,
        },
    )


def _post(erp: Erp, changes: Sequence[Change], document: str, lines: Mapping[int, Line]) -> None:
    unread = [entry for entry, _ in changes if entry not in lines]
    known = {**lines, **{line.entry.number: line for line in cost_books.by_number(erp, unread)}}
    months: dict[tuple[int, int], list[tuple[date, str, Decimal]]] = defaultdict(list)
    currency = erp.currency
    for entry, value in changes:
        line = known[entry]
        day = periods.day_for(erp, line.entry.happened_at.astimezone(UTC).date())
        months[day.year, day.month].append((day, line.account, value))
        erp.effect("cost", f"{line.document}: {line.key.item} at {line.key.site}", value, currency)
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
    shipped = [entry for entry, _ in changes if known[entry].account == accounts.SHIPPED_NOT_INVOICED]
    cost_of_sales.follow(erp, shipped, document)


def _sides(found: Iterable[tuple[date, str, Decimal]]) -> list[ledger.Side]:
    """One entry for a month: inventory, and the accounts that carry the other side. What pools pass between them comes to
    nothing, but where one of them keeps a standard cost: there it is a revaluation."""
    totals: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for _, account, value in found:
        totals[account or accounts.REVALUATION] += value
    sides = [ledger.debit(accounts.INVENTORY, sum(totals.values(), ZERO))]
    return sides + [ledger.credit(account, value) for account, value in sorted(totals.items()) if account]
