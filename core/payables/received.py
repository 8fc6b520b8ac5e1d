"""Received pieces and the invoices that bill them: which pieces a posting bills, and what that takes off 2150.

A receipt line stands on account 2150 with its unbilled pieces at their cost, to the cent, at every moment.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from sqlalchemy import select

from core.books.rates import Exchange
from core.erp import Erp
from core.masterdata.tables import Supplier
from core.money import ZERO, rounded
from core.payables.commands import AcceptedLine
from core.payables.tables import BilledReceipt, SupplierInvoice, SupplierInvoiceLine
from core.payables.units import to_six
from core.purchasing.tables import PurchaseOrderLine
from core.receiving.tables import GoodsReceipt, GoodsReceiptLine
from core.refusals import Refusal, Refused


@dataclass
class Taken:
    """What posting takes off goods received (2150) and puts in transit (1410), in all and per invoice line, in the
    books' currency; and the same pieces at their order's price, in the order's currency."""

    received: Decimal = ZERO
    prepaid: Decimal = ZERO
    cost: dict[int, Decimal] = field(default_factory=dict)
    ordered: dict[int, Decimal] = field(default_factory=dict)
    came: bool = False  # whether any piece was received


def take(
    erp: Erp,
    invoice: SupplierInvoice,
    supplier: Supplier,
    rows: Mapping[int, SupplierInvoiceLine],
    lines: Sequence[AcceptedLine],
    worth: Exchange,
) -> Taken:
    """Bill the received pieces of every accepted goods line, oldest receipt first. Refuses more than was received."""
    taken = Taken()
    for accepted in lines:
        row = rows[accepted.line]
        if row.kind == "charge" or row.order is None or row.order_line is None:
            continue
        order_line = erp.need(
            PurchaseOrderLine, erp.entity, row.order, row.order_line, refusal=Refusal.ORDER_LINE_UNKNOWN, lock=True
        )
        billed = _bill_received(erp, row, accepted.quantity)
        missing, cost = accepted.quantity - billed.quantity, billed.cost
        if missing and not supplier.prepayment:
            came = accepted.quantity - missing
            raise Refused(Refusal.MORE_THAN_RECEIVED, f"line {row.line}: {came:f} came and are not billed yet")
        ordered = missing * order_line.price
        prepaid = worth.booked(rounded(ordered, invoice.currency))
        if missing:
            erp.add(_billed(erp, row, "", 0, Pieces(missing, prepaid, ordered)))
        order_line.billed += accepted.quantity
        taken.received += cost
        taken.prepaid += prepaid
        taken.cost[row.line] = cost + prepaid
        taken.ordered[row.line] = billed.ordered + ordered
        taken.came = taken.came or billed.quantity > 0
    return taken


@dataclass(frozen=True, slots=True)
class Pieces:
    """So many pieces, what they stand for in the books, and what they are at their order's price and currency."""

    quantity: Decimal
    cost: Decimal
    ordered: Decimal


def _bill_received(erp: Erp, row: SupplierInvoiceLine, quantity: Decimal) -> Pieces:
    """Mark pieces of an order line's receipts as billed, as far as they last."""
    found, cost, ordered = ZERO, ZERO, ZERO
    for line in receipt_lines(erp, row.order, row.order_line):
        part = min(quantity - found, unbilled(line))
        if part <= 0:
            continue
        pieces = Pieces(part, bill_receipt_line(erp, line, part), part * line.price)
        erp.add(_billed(erp, row, line.receipt, line.line, pieces))
        found, cost, ordered = found + part, cost + pieces.cost, ordered + pieces.ordered
    return Pieces(found, cost, ordered)


def _billed(erp: Erp, row: SupplierInvoiceLine, receipt: str, line: int, pieces: Pieces) -> BilledReceipt:
    return BilledReceipt(
        entity=erp.entity,
        invoice=row.invoice,
        line=row.line,
        receipt=receipt,
        receipt_line=line,
        quantity=pieces.quantity,
        cost=pieces.cost,
        ordered=to_six(pieces.ordered),
    )


def receipt_lines(erp: Erp, order: str | None, order_line: int | None) -> list[GoodsReceiptLine]:
    """The receipt lines of an order line, locked, oldest delivery first."""
    return list(
        erp.session.scalars(
            select(GoodsReceiptLine)
            .join(
                GoodsReceipt,
                (GoodsReceipt.entity == GoodsReceiptLine.entity) & (GoodsReceipt.number == GoodsReceiptLine.receipt),
            )
            .where(
                GoodsReceiptLine.entity == erp.entity,
                GoodsReceiptLine.order == order,
                GoodsReceiptLine.order_line == order_line,
            )
            .order_by(GoodsReceipt.happened_at, GoodsReceipt.recorded_at, GoodsReceipt.number, GoodsReceiptLine.line)
            .with_for_update(of=GoodsReceiptLine)
            .execution_options(populate_existing=True)
        )
    )


def unbilled(line: GoodsReceiptLine) -> Decimal:
    """The pieces of a receipt line that stand on 2150: they came, did not go back, and no posted invoice billed them."""
    return line.quantity + line.damaged - line.returned - line.billed


def take_unbilled(line: GoodsReceiptLine, quantity: Decimal, currency: str) -> Decimal:
    """Take unbilled pieces off what the line has on account 2150; gives how much that is. The caller counts the pieces
    (as billed, or as returned) after it. The last piece takes what is left, so that no cent stays behind."""
    pieces = unbilled(line)
    assert 0 < quantity <= pieces, "more than stands on 2150"
    left = rounded(line.unbilled_value * (pieces - quantity) / pieces, currency)
    taken = line.unbilled_value - left
    line.unbilled_value = left
    return taken


def bill_receipt_line(erp: Erp, line: GoodsReceiptLine, quantity: Decimal) -> Decimal:
    """Mark unbilled pieces of a receipt line as billed; gives what that takes off 2150."""
    cost = take_unbilled(line, quantity, erp.currency)
    line.billed += quantity
    _touch(erp, line)
    return cost


def unbill_receipt_line(erp: Erp, line: GoodsReceiptLine, quantity: Decimal, cost: Decimal) -> None:
    """Take a billing back: the pieces and what they stood for."""
    line.billed -= quantity
    line.unbilled_value += cost
    _touch(erp, line)


def _touch(erp: Erp, line: GoodsReceiptLine) -> None:
    """Move the receipt's version: a proposal that rests on it is stale."""
    erp.need(GoodsReceipt, erp.entity, line.receipt, refusal=Refusal.RECEIPT_UNKNOWN, lock=True).changes += 1
