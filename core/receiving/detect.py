"""What can be wrong with a delivery: short, too much, damaged, failed. The count is attested; the note is a claim."""

from collections.abc import Callable, Iterator
from decimal import Decimal

from sqlalchemy import func, select

from core import driver
from core.case_words import counted as counted_words
from core.cases import Cleared, Code, Finding
from core.erp import Erp, Event
from core.masterdata.tables import Item
from core.masterdata.units import rest
from core.money import ZERO, rounded
from core.purchasing.orders import still_open, wanted
from core.purchasing.tables import PurchaseOrder, PurchaseOrderLine
from core.receiving.tables import GoodsReceipt, GoodsReceiptLine, Inspection, InspectionReading
from core.wording import listed, quantity

CODES = (Code.SHORT_RECEIPT, Code.OVER_RECEIPT, Code.DAMAGED_RECEIPT, Code.INSPECTION_FAILED)
SUSPECT = """
select r.number, bool_or(l.shipped > l.quantity + l.damaged or l.damaged_left > 0 or l.failed > 0
  or o.received + o.damaged - o.returned > o.ordered - o.cancelled) as suspect
from goods_receipt r
join goods_receipt_line l on l.entity = r.entity and l.receipt = r.number
join purchase_order_line o on o.entity = l.entity and o."order" = l."order" and o.line = l.order_line
where r.entity = %(entity)s and r."order" = %(order)s
group by r.number order by min(r.happened_at), min(r.recorded_at), length(r.number), r.number
"""
"""The receipts of an order, and whether anything could be wrong with each: no check below finds more than this lets by."""

Row = tuple[GoodsReceipt, GoodsReceiptLine, PurchaseOrder, PurchaseOrderLine]


def examine_order(erp: Erp, event: Event) -> Iterator[Finding | Cleared]:
    """Look at every receipt of the event's order again: a later delivery, a return or an amended order settles what an
    earlier one left open."""
    looked = driver.ask(erp.session, SUSPECT, {"entity": erp.entity, "order": event.facts["order"]})
    suspect = {row.number: row.suspect for row in looked}
    if not any(suspect.values()):
        for receipt in suspect:
            yield from (Cleared(code=code, cause=cause_of(receipt), subject="*") for code in CODES)
        return
    rows = erp.session.execute(
        select(GoodsReceipt, GoodsReceiptLine, PurchaseOrder, PurchaseOrderLine)
        .join(
            GoodsReceiptLine,
            (GoodsReceiptLine.entity == GoodsReceipt.entity) & (GoodsReceiptLine.receipt == GoodsReceipt.number),
        )
        .join(
            PurchaseOrder,
            (PurchaseOrder.entity == GoodsReceipt.entity) & (PurchaseOrder.number == GoodsReceipt.order),
        )
        .join(
            PurchaseOrderLine,
            (PurchaseOrderLine.entity == GoodsReceiptLine.entity)
            & (PurchaseOrderLine.order == GoodsReceiptLine.order)
            & (PurchaseOrderLine.line == GoodsReceiptLine.order_line),
        )
        .where(GoodsReceipt.entity == erp.entity, GoodsReceipt.order == event.facts["order"])
        .order_by(
            GoodsReceipt.happened_at,
            GoodsReceipt.recorded_at,
            func.length(GoodsReceipt.number),
            GoodsReceipt.number,
            GoodsReceiptLine.line,
        )
        .execution_options(populate_existing=True)
    ).all()
    last = {line.order_line: receipt.number for receipt, line, _, _ in rows}
    for receipt in dict.fromkeys(row[0].number for row in rows):
        mine: list[Row] = [(r, line, order, of) for r, line, order, of in rows if r.number == receipt]
        found = [
            finding
            for row in mine
            for check in (_short, _over, _damaged, _failed)
            if (finding := check(erp, row, last[row[1].order_line] == receipt)) is not None
        ]
        yield from found
        for code in CODES:
            standing = tuple(sorted(finding.subject for finding in found if finding.code is code))
            yield Cleared(code=code, cause=cause_of(receipt), subject="*", but=standing)


def cause_of(receipt: str) -> str:
    """The cause that all findings on one delivery fold by."""
    return f"receipt:{receipt}"


Check = Callable[[Erp, Row, bool], Finding | None]


def _short(erp: Erp, row: Row, is_last: bool) -> Finding | None:
    """The last delivery of a line brought less than was shipped, and something is still missing."""
    receipt, line, _, ordered = row
    counted = line.quantity + line.damaged
    missing = rest(min(line.shipped - counted, still_open(ordered)))
    if not is_last or missing == ZERO:
        return None
    return _finding(
        row,
        Code.SHORT_RECEIPT,
        headline=f"{counted_words(missing, ordered.unit)} short",
        says=f"{ordered.description}: {_whose(receipt)} {quantity(line.shipped)}, counted {quantity(counted)}",
        stake=rounded(missing * line.unit_cost, erp.currency),
        facts={"clause": "delivered {} too few", "quantity": missing, "unit": ordered.unit},
    )


def _over(erp: Erp, row: Row, is_last: bool) -> Finding | None:
    """All deliveries of a line together brought more than ordered, beyond the item's tolerance."""
    _, line, _, ordered = row
    came = ordered.received + ordered.damaged - ordered.returned
    too_much = rest(came - wanted(ordered))
    if not is_last or too_much == ZERO:
        return None
    item = erp.session.get(Item, (erp.entity, ordered.item))
    tolerance = item.over_receipt_pct if item else ZERO
    if came <= wanted(ordered) * (100 + tolerance) / 100:
        return None
    return _finding(
        row,
        Code.OVER_RECEIPT,
        headline=f"{counted_words(too_much, ordered.unit)} too many",
        says=f"{ordered.description}: ordered {quantity(wanted(ordered))}, received {quantity(came)}",
        stake=rounded(too_much * line.unit_cost, erp.currency),
        facts={"clause": "delivered {} more than ordered", "quantity": too_much, "unit": ordered.unit},
    )


def _damaged(erp: Erp, row: Row, is_last: bool) -> Finding | None:
    """Damaged pieces that are still here."""
    _, line, _, ordered = row
    left = line.damaged_left
    if left <= ZERO:
        return None
    return _finding(
        row,
        Code.DAMAGED_RECEIPT,
        headline=f"{counted_words(left, ordered.unit)} damaged",
        says=f"{ordered.description}: {quantity(left)} of {quantity(line.quantity + line.damaged)} arrived damaged",
        stake=rounded(left * line.unit_cost, erp.currency),
        facts={"clause": "delivered {} damaged", "quantity": left, "unit": ordered.unit},
    )


def _failed(erp: Erp, row: Row, is_last: bool) -> Finding | None:
    """Pieces that were measured and are outside a limit, and are still here."""
    _, line, _, ordered = row
    if line.failed <= ZERO:
        return None
    inspection = Inspection
    standing = erp.session.scalars(
        select(inspection.number)
        .where(
            inspection.entity == erp.entity,
            inspection.receipt == line.receipt,
            inspection.line == line.line,
            inspection.state == "failed",
        )
        .order_by(inspection.inspected_at, func.length(inspection.number), inspection.number)
    ).all()
    readings = erp.session.scalars(
        select(InspectionReading)
        .where(
            InspectionReading.entity == erp.entity,
            InspectionReading.inspection.in_(standing),
            InspectionReading.within.is_(False),
        )
        .order_by(InspectionReading.inspection, InspectionReading.characteristic)
    ).all()
    outside = listed(list(dict.fromkeys(_outside(reading) for reading in readings))[:2])
    return _finding(
        row,
        Code.INSPECTION_FAILED,
        headline=f"{counted_words(line.failed, ordered.unit)} failed inspection",
        says=f"{ordered.description}: {outside}",
        stake=rounded(line.failed * line.unit_cost, erp.currency),
        facts={
            "clause": "delivered {} that failed inspection",
            "quantity": line.failed,
            "unit": ordered.unit,
            "inspections": list(standing),
        },
    )


def _outside(reading: InspectionReading) -> str:
    """A characteristic with what was measured of it and what it may be: pressure 5.1, 5.4, allowed from 6 bar."""
    measured = ", ".join(quantity(Decimal(value)) for value in reading.measured)
    ends = [
        f"{word} {quantity(end)}"
        for word, end in (("from", reading.lower), ("up to", reading.upper))
        if end is not None
    ]
    return f"{reading.characteristic} {measured}, allowed {' '.join(ends)} {reading.unit}".strip()


def _finding(row: Row, code: Code, *, headline: str, says: str, stake: Decimal, facts: dict[str, object]) -> Finding:
    receipt, line, order, _ = row
    return Finding(
        code=code,
        cause=cause_of(receipt.number),
        subject=f"goods_receipt {receipt.number}#{line.line}",
        headline=headline,
        says=says,
        stake=stake,
        facts={**facts, "line": line.order_line},
        supplier=order.supplier,
        order=order.number,
        receipt=receipt.number,
    )


def _whose(receipt: GoodsReceipt) -> str:
    return f"note {receipt.despatch} says" if receipt.despatch else "expected"
