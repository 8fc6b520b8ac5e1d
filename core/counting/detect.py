"""What can be wrong with a count: it differs from the books by more than is tolerated. One count is one case."""

from collections.abc import Iterator

from core.case_words import counted
from core.cases import Cleared, Code, Finding
from core.counting.queries import Counted, lines
from core.counting.tables import OPEN, StockCount
from core.erp import Erp, Event
from core.masterdata.tables import Item
from core.refusals import Refusal
from core.wording import quantity


def examine_count(erp: Erp, event: Event) -> Iterator[Finding | Cleared]:
    """Every counted line of the event's count. What is confirmed, within tolerance or over is no longer wrong."""
    count = erp.need(StockCount, erp.entity, event.facts["count"], refusal=Refusal.COUNT_UNKNOWN)
    found = []
    if count.state == OPEN:
        waiting = (line for line in lines(erp.session, erp.entity, count.number) if line.counted is not None)
        found = [_finding(erp, count, line) for line in waiting if line.needs_confirmation]
    yield from found
    standing = tuple(sorted(one.subject for one in found))
    yield Cleared(code=Code.STOCK_VARIANCE, cause=cause_of(count.number), subject="*", but=standing)


def cause_of(count: str) -> str:
    """The cause that all variances of a count fold by."""
    return f"count:{count}"


def _finding(erp: Erp, count: StockCount, line: Counted) -> Finding:
    item = erp.need(Item, erp.entity, line.item, refusal=Refusal.ITEM_UNKNOWN)
    variance = line.variance
    assert line.counted is not None, "only counted lines differ"
    assert line.expected is not None, "a scan asks the books"
    more = variance.quantity > 0
    pieces = counted(abs(variance.quantity), item.unit)
    return Finding(
        code=Code.STOCK_VARIANCE,
        cause=cause_of(count.number),
        subject=f"stock_count {count.number}#{line.line}",
        headline=f"{pieces} {'more' if more else 'fewer'} than booked" if variance.quantity else "Another cost counted",
        says=f"{item.name}: counted {quantity(line.counted)}, booked {quantity(line.expected)}",
        stake=abs(variance.value),
        facts={
            "who": f"Count {count.number} at {count.site}",
            "count": count.number,
            "line": line.line,
            "item": line.item,
            "site": count.site,
            "quantity": abs(variance.quantity),
            "unit": item.unit,
        },
    )
