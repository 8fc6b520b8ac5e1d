"""What payables do when somebody else moves their ground: an entry of theirs is reversed, or prepaid goods arrive.

`reopen` is called by `core.books` when it reverses an entry, `bill_prepaid` by `core.receiving` when it books goods.
Both are plain calls inside the same command, since only verbs change things and detectors do not.
"""

from decimal import Decimal

from sqlalchemy import select

from core import driver
from core.books import accounts, ledger
from core.erp import Erp
from core.money import ZERO, rounded
from core.payables import subledger
from core.payables.abroad import forget, must_be_no_difference, note_difference
from core.payables.match_lines import invoice_lines
from core.payables.received import bill_receipt_line, unbill_receipt_line, unbilled
from core.payables.tables import (
    BilledReceipt,
    DebitNote,
    ForeignPosting,
    SupplierClaim,
    SupplierInvoice,
    SupplierInvoiceLine,
)
from core.payables.units import to_six
from core.purchasing.tables import PurchaseOrder, PurchaseOrderLine
from core.receiving.tables import GoodsReceiptLine
from core.refusals import Refusal, Refused


def reopen(erp: Erp, *, entry: str, by: str) -> None:
    """Undo what a reversed entry did to its document: an invoice or credit note is open again, a claim is not booked.

    Takes the entry and the one that mirrors it. Does nothing for entries that payables did not make. Refuses an invoice
    whose prepaid goods have arrived since: pieces and money would part.
    """
    arrived = select(BilledReceipt).where(BilledReceipt.entity == erp.entity, BilledReceipt.arrived_entry == entry)
    if erp.session.scalars(arrived.limit(1)).first() is not None:
        raise Refused(Refusal.NO_SUCH_MOVE, f"{entry} booked the arrival of prepaid goods: return them instead")
    invoice = erp.session.scalars(
        select(SupplierInvoice)
        .where(SupplierInvoice.entity == erp.entity, SupplierInvoice.entry == entry)
        .with_for_update()
    ).one_or_none()
    if invoice is not None:
        forget(erp, invoice, by=by)
        _unbill(erp, invoice)
    else:
        must_be_no_difference(erp, entry)
    note = erp.session.scalars(
        select(DebitNote).where(DebitNote.entity == erp.entity, DebitNote.entry == entry)
    ).one_or_none()
    if note is not None:
        claim = erp.need(SupplierClaim, erp.entity, note.claim, refusal=Refusal.CLAIM_UNKNOWN, lock=True)
        claim.state, claim.debit_note = "open", None
        erp.emit("claim_reopened", f"supplier_claim {claim.number}", claim=claim.number)
    subledger.undo(erp, entry=entry, by=by)


IS_PREPAID = """
select from supplier_invoice_line i
join billed_receipt b on b.entity = i.entity and b.invoice = i.invoice and b.line = i.line and b.receipt = ''
where i.entity = %(entity)s and i."order" = %(order)s limit 1
"""


def bill_prepaid(erp: Erp, *, order: str, receipt: str) -> None:
    """Goods that were paid before they came are here: they leave account 1410 for 2150 and count as billed.

    Takes the order and the receipt that was just booked, lines and 2150 included. Does nothing for what was not prepaid.
    """
    if not driver.count(erp.session, IS_PREPAID, {"entity": erp.entity, "order": order}):
        return
    prepaid = _waiting(erp, order)
    lines = erp.session.scalars(
        select(GoodsReceiptLine)
        .where(GoodsReceiptLine.entity == erp.entity, GoodsReceiptLine.receipt == receipt)
        .order_by(GoodsReceiptLine.line)
    ).all()
    for line in lines:
        for waiting in prepaid.get(line.order_line, ()):
            quantity = min(unbilled(line), waiting.quantity)
            if quantity > 0:
                _arrive(erp, waiting, line, quantity)


def _arrive(erp: Erp, waiting: BilledReceipt, line: GoodsReceiptLine, quantity: Decimal) -> None:
    """Move arrived pieces from 1410 to 2150. The last of them take what is left, so that no cent stays behind."""
    left = rounded(waiting.cost * (waiting.quantity - quantity) / waiting.quantity, erp.currency)
    prepaid = waiting.cost - left
    cost = bill_receipt_line(erp, line, quantity)
    ordered = waiting.ordered * quantity / waiting.quantity
    abroad = erp.session.get(ForeignPosting, (erp.entity, waiting.invoice))
    variance = prepaid - cost
    if abroad is not None:  # the price may have changed, and so did the rate: each to its own account
        variance = rounded((ordered - quantity * line.price) * abroad.rate, erp.currency)
    loss = prepaid - cost - variance
    entry = ledger.post(
        erp,
        document=line.receipt,
        says=f"Prepaid goods of {waiting.invoice} arrived",
        sides=[
            ledger.debit(accounts.GOODS_RECEIVED, cost),
            ledger.credit(accounts.IN_TRANSIT, prepaid),
            ledger.debit(accounts.PRICE_VARIANCE, variance),
            ledger.debit(accounts.EXCHANGE, loss),
        ],
    )
    if abroad is not None and loss:
        note_difference(erp, entry=entry, document=line.receipt, currency=abroad.currency, gain=-loss)
    key = (erp.entity, waiting.invoice, waiting.line, line.receipt, line.line)
    part = erp.session.get(BilledReceipt, key)
    if part is None:
        part = BilledReceipt(
            entity=erp.entity,
            invoice=waiting.invoice,
            line=waiting.line,
            receipt=line.receipt,
            receipt_line=line.line,
            quantity=ZERO,
            cost=ZERO,
            ordered=ZERO,
        )
        erp.add(part)
    part.quantity, part.cost, part.arrived_entry = part.quantity + quantity, part.cost + cost, entry
    part.ordered, waiting.ordered = to_six(part.ordered + ordered), to_six(waiting.ordered - ordered)
    waiting.quantity, waiting.cost = waiting.quantity - quantity, left
    if waiting.quantity == 0:
        erp.session.delete(waiting)
    erp.session.flush()


def _unbill(erp: Erp, invoice: SupplierInvoice) -> None:
    rows = invoice_lines(erp.session, erp.entity, invoice.number)
    billed = erp.session.scalars(
        select(BilledReceipt).where(BilledReceipt.entity == erp.entity, BilledReceipt.invoice == invoice.number)
    ).all()
    if any(part.arrived_entry for part in billed):
        raise Refused(
            Refusal.MORE_THAN_RECEIVED, f"prepaid goods of {invoice.their_number} have arrived: claim instead"
        )
    for part in billed:
        if part.receipt:
            key = (erp.entity, part.receipt, part.receipt_line)
            line = erp.need(GoodsReceiptLine, *key, refusal=Refusal.RECEIPT_UNKNOWN, lock=True)
            unbill_receipt_line(erp, line, part.quantity, part.cost)
        erp.session.delete(part)
    for row in rows:
        if row.order_line is not None and row.posted_quantity:
            order_line = erp.need(
                PurchaseOrderLine, erp.entity, row.order, row.order_line, refusal=Refusal.ORDER_LINE_UNKNOWN, lock=True
            )
            order_line.billed -= row.posted_quantity
        row.posted_quantity, row.posted_amount = ZERO, ZERO
    if invoice.order is not None:
        order = erp.need(PurchaseOrder, erp.entity, invoice.order, refusal=Refusal.ORDER_UNKNOWN, lock=True)
        order.changes += 1
    for claim in _answered_by(erp, invoice):
        claim.credit_note = None
        claim.state = "settled" if claim.debit_note else "open"
    invoice.state, invoice.posted_at, invoice.posted_total, invoice.entry = "registered", None, None, None
    erp.emit("invoice_reopened", f"supplier_invoice {invoice.number}", invoice=invoice.number, order=invoice.order)


def _answered_by(erp: Erp, invoice: SupplierInvoice) -> list[SupplierClaim]:
    return list(
        erp.session.scalars(
            select(SupplierClaim).where(SupplierClaim.entity == erp.entity, SupplierClaim.credit_note == invoice.number)
        )
    )


def _waiting(erp: Erp, order: str) -> dict[int, list[BilledReceipt]]:
    """Pieces of an order that were posted and have not come, by order line, oldest invoice first."""
    rows = erp.session.execute(
        select(SupplierInvoiceLine.order_line, BilledReceipt)
        .join(
            SupplierInvoiceLine,
            (SupplierInvoiceLine.entity == BilledReceipt.entity)
            & (SupplierInvoiceLine.invoice == BilledReceipt.invoice)
            & (SupplierInvoiceLine.line == BilledReceipt.line),
        )
        .join(
            SupplierInvoice,
            (SupplierInvoice.entity == BilledReceipt.entity) & (SupplierInvoice.number == BilledReceipt.invoice),
        )
        .where(
            BilledReceipt.entity == erp.entity,
            BilledReceipt.receipt == "",
            SupplierInvoiceLine.order == order,
        )
        .order_by(SupplierInvoice.posted_at, SupplierInvoice.number, BilledReceipt.line)
        .with_for_update(of=BilledReceipt)
    )
    found: dict[int, list[BilledReceipt]] = {}
    for order_line, waiting in rows:
        if order_line is not None:
            found.setdefault(order_line, []).append(waiting)
    return found
