"""What we owe enters the books here: an invoice posted line by line against what was received, or without an order.

Two-step postings stay whole: goods received (2150) goes down by exactly what those pieces had put on it, and what is
accepted above or below that is a price variance. Prepaid pieces that have not come wait in transit (1410).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from core.books import accounts, ledger
from core.books.rates import exchange
from core.erp import Erp
from core.masterdata.tables import Account, Supplier
from core.money import ZERO, minor_unit, rounded
from core.payables import received, subledger
from core.payables.abroad import Parts, keep, parts_abroad
from core.payables.commands import AcceptedLine, PostInvoice, PostWithoutOrder
from core.payables.match import stated_tax
from core.payables.match_lines import billed_amount, invoice_lines
from core.payables.tables import SupplierInvoice, SupplierInvoiceLine
from core.purchasing.tables import PurchaseOrder
from core.refusals import Refusal, Refused
from core.stock.ledger import take_turn

BACKDATED_DAYS = 10
"""An invoice may be dated so long before it reached us. An older date is counted as this one, so that a document alone
never makes us owe sooner."""


class Owed(NamedTuple):
    """What a bill comes to: in its own currency, and in the books'."""

    billed: Decimal
    booked: Decimal


def post_invoice(erp: Erp, cmd: PostInvoice) -> dict[str, Any]:
    """Book the accepted lines, the tax on them and nothing else. Quantities and prices are in the order's unit.

    An order in another currency is billed in that currency and booked at the rate of the day: see `core.payables.abroad`.
    Refuses what is not open, what is above the bill in quantity, line amount, tax or total, what was not received (but
    for prepayment terms), another currency than the order's, and one that nobody gave a rate of.
    """
    invoice = open_invoice(erp, cmd.invoice)
    supplier, order = _parties(erp, invoice)
    day = _day(erp, cmd.day)
    worth = exchange(erp, invoice.currency, day, given=cmd.rate, agreed=order.rate if order else None)
    rows = {row.line: row for row in invoice_lines(erp.session, erp.entity, invoice.number)}
    amounts = _accepted(erp, invoice, rows, cmd.lines)
    net = sum(amounts.values(), ZERO)
    _must_be_its_rounding(invoice, rows.values(), cmd.rounding)
    _must_not_exceed(invoice, net + cmd.rounding, cmd.tax)
    replaced = _replaced(erp, invoice)
    taken = received.take(erp, invoice, supplier, rows, cmd.lines, worth)

    charges, variance = ZERO, ZERO
    for accepted in cmd.lines:
        row, amount = rows[accepted.line], amounts[accepted.line]
        if row.kind == "charge" and amount > 0:
            charges += amount
        elif row.kind != "charge" and row.order_line is not None:
            row.posted_quantity = accepted.quantity
            variance += amount - (taken.ordered if worth.foreign else taken.cost)[accepted.line]
        else:
            variance += amount
        row.posted_amount = amount
    total = net + cmd.rounding + cmd.tax
    in_bill = {"total": total, "charges": charges, "variance": variance, "tax": cmd.tax, "rounding": cmd.rounding}
    if worth.foreign:
        parts = parts_abroad(worth, **in_bill, prepaid=taken.prepaid, goods_came=taken.came)
    else:
        parts = Parts(**in_bill, prepaid=taken.prepaid, received=taken.received)
    due = max(_due(invoice, supplier), cmd.due_date or date.min)
    _book(erp, invoice, supplier, parts.sides(), Owed(total, parts.total), due, day)
    if worth.foreign:
        keep(erp, invoice, worth, parts, total=total, stood_for=taken.received, price_difference=variance, day=day)
    if order is not None:
        order.changes += 1
    for bill in replaced:
        _replace(erp, bill, invoice)
    return {"invoice": invoice.number, "entry": invoice.entry, "posted": total, "due": _due(invoice, supplier)}


def post_without_order(erp: Erp, cmd: PostWithoutOrder) -> dict[str, Any]:
    """Book an invoice that has no order to an expense account, the tax it bills apart. Never more than it says."""
    invoice = open_invoice(erp, cmd.invoice)
    supplier, order = _parties(erp, invoice)
    account = erp.need(Account, erp.entity, cmd.account, refusal=Refusal.ACCOUNT_UNKNOWN)
    if order is not None:
        raise Refused(Refusal.NOTHING_TO_DO, f"{invoice.their_number} is for {order.number}: post it against the order")
    if account.kind != "expense":
        raise Refused(Refusal.ACCOUNT_UNKNOWN, f"{account.code} {account.name} is no expense account")
    if cmd.amount <= 0:
        raise Refused(Refusal.AMOUNT_NOT_POSITIVE, cmd.amount)
    tax = max(ZERO, min(stated_tax(invoice), cmd.amount))
    _must_not_exceed(invoice, cmd.amount - tax, tax)

    sides = [ledger.debit(account.code, cmd.amount - tax), ledger.debit(accounts.INPUT_TAX, tax)]
    _book(erp, invoice, supplier, sides, Owed(cmd.amount, cmd.amount), _due(invoice, supplier), erp.today)
    return {"invoice": invoice.number, "entry": invoice.entry, "posted": cmd.amount}


def open_invoice(erp: Erp, number: str, *, credit: bool = False) -> SupplierInvoice:
    """The invoice (or, when asked, credit note), locked, when it may still be posted. Refuses any other state."""
    take_turn(erp)  # before the bill, as whoever decides on it does
    invoice = erp.need(SupplierInvoice, erp.entity, number, refusal=Refusal.INVOICE_UNKNOWN, lock=True)
    if invoice.state not in ("registered", "held"):
        raise Refused(Refusal.INVOICE_NOT_OPEN, f"{invoice.their_number} is {invoice.state}")
    if (invoice.kind == "credit_note") is not credit:
        raise Refused(Refusal.INVOICE_NOT_OPEN, f"{invoice.their_number} is a {invoice.kind.replace('_', ' ')}")
    return invoice


def _day(erp: Erp, wanted: date | None) -> date:
    """The day a bill is booked on: today, or a day gone by that its books are still open for."""
    if wanted is not None and wanted > erp.today:
        raise Refused(Refusal.COMMAND_MALFORMED, f"{wanted} is still to come")
    return wanted or erp.today


def must_be_in_the_books(erp: Erp, invoice: SupplierInvoice) -> None:
    """Refuses a bill in another currency than the books' where no order says which currency was meant."""
    if invoice.currency != erp.currency:
        raise Refused(Refusal.CURRENCY_DIFFERS, f"billed in {invoice.currency}, the books are in {erp.currency}")


def _parties(erp: Erp, invoice: SupplierInvoice) -> tuple[Supplier, PurchaseOrder | None]:
    """Who is owed, and the order, locked. Payment goes to the supplier of record and to nobody else."""
    if invoice.supplier is None:
        raise Refused(Refusal.SUPPLIER_UNKNOWN, f"nobody knows who sent {invoice.their_number}")
    supplier = erp.need(Supplier, erp.entity, invoice.supplier, refusal=Refusal.SUPPLIER_UNKNOWN)
    if invoice.order is None:
        must_be_in_the_books(erp, invoice)
        return supplier, None
    order = erp.need(PurchaseOrder, erp.entity, invoice.order, refusal=Refusal.ORDER_UNKNOWN, lock=True)
    if order.currency != invoice.currency:
        raise Refused(Refusal.CURRENCY_DIFFERS, f"ordered in {order.currency}, billed in {invoice.currency}")
    return supplier, order


def _accepted(
    erp: Erp, invoice: SupplierInvoice, rows: Mapping[int, SupplierInvoiceLine], lines: Sequence[AcceptedLine]
) -> dict[int, Decimal]:
    """What each accepted line comes to. Refuses a line twice, and more than was billed of it."""
    amounts: dict[int, Decimal] = {}
    for accepted in lines:
        row = rows.get(accepted.line)
        if row is None or accepted.line in amounts:
            raise Refused(Refusal.MORE_THAN_BILLED, f"line {accepted.line} is not billed, or given twice")
        if row.kind != "charge" and row.order_line is None and accepted.price > 0:
            raise Refused(Refusal.ORDER_LINE_UNKNOWN, f"line {accepted.line} is on no order")
        if accepted.quantity <= 0:
            raise Refused(Refusal.QUANTITY_NOT_POSITIVE, f"line {accepted.line}: {accepted.quantity}")
        amounts[accepted.line] = _amount(invoice, row, accepted)
    if not amounts:
        raise Refused(Refusal.NOTHING_TO_DO, "no line is accepted")
    return amounts


def _amount(invoice: SupplierInvoice, row: SupplierInvoiceLine, accepted: AcceptedLine) -> Decimal:
    """The accepted amount of one line; the billed amount to the cent when all of it is accepted as billed."""
    amount = rounded(accepted.quantity * accepted.price, invoice.currency)
    billed = billed_amount(row, invoice.currency)
    if row.kind == "charge" or row.order_line is None:
        if amount > billed:
            raise Refused(Refusal.MORE_THAN_BILLED, f"line {row.line} bills {billed:f}, {amount:f} was to be accepted")
        return amount
    quantity, price = row.quantity_in_order_unit, row.price_in_order_unit
    if quantity is None or price is None:
        raise Refused(Refusal.UNIT_UNKNOWN, f"line {row.line} is billed in {row.unit or 'no unit'}")
    if accepted.quantity > quantity or accepted.price > price:
        at = f"{quantity:f} at {price:f}"
        raise Refused(
            Refusal.MORE_THAN_BILLED, f"line {row.line} bills {at}, not {accepted.quantity:f} at {accepted.price:f}"
        )
    whole = accepted.quantity == quantity and accepted.price == price
    if whole and abs(billed - quantity * price) < minor_unit(invoice.currency):
        return billed  # rounded the supplier's way
    return min(amount, billed)


def _must_be_its_rounding(invoice: SupplierInvoice, rows: Iterable[SupplierInvoiceLine], rounding: Decimal) -> None:
    """A rounding that is taken is the bill's own: between nothing and what its total is off its lines and tax."""
    if rounding == 0:
        return
    off = ZERO
    if invoice.total is not None:
        off = invoice.total - stated_tax(invoice) - sum((billed_amount(row, invoice.currency) for row in rows), ZERO)
    if rounding * off <= 0 or abs(rounding) > abs(off):
        raise Refused(Refusal.MORE_THAN_BILLED, f"the total is off by {off:f}, not by {rounding:f}")


def _must_not_exceed(invoice: SupplierInvoice, net: Decimal, tax: Decimal) -> None:
    if tax < 0 or tax > max(ZERO, stated_tax(invoice)):
        raise Refused(Refusal.MORE_THAN_BILLED, f"{stated_tax(invoice):f} tax is billed, {tax:f} was to be accepted")
    if net + tax <= 0:
        raise Refused(Refusal.AMOUNT_NOT_POSITIVE, f"{net + tax:f}")
    if invoice.total is not None and net + tax > invoice.total:
        raise Refused(Refusal.MORE_THAN_BILLED, f"{invoice.total:f} is billed, {net + tax:f} was to be posted")


def _book(
    erp: Erp,
    invoice: SupplierInvoice,
    supplier: Supplier,
    sides: Sequence[ledger.Side],
    owed: Owed,
    due: date,
    day: date,
) -> None:
    payable = ledger.credit(accounts.PAYABLES, owed.booked, supplier=supplier.number)
    says = f"Invoice {invoice.their_number} of {supplier.name}"
    entry = ledger.post(erp, document=invoice.number, says=says, sides=[*sides, payable], day=day)
    subledger.owe(erp, document=invoice.number, supplier=supplier.number, amount=owed.booked, due=due, entry=entry)
    invoice.state, invoice.hold_reason = "posted", ""
    invoice.posted_at, invoice.posted_total, invoice.entry = erp.now, owed.billed, entry
    erp.emit("invoice_posted", f"supplier_invoice {invoice.number}", invoice=invoice.number, order=invoice.order)
    erp.note("posting", f"Posted {owed.billed:,.2f} {invoice.currency} of invoice {invoice.their_number}")


def _due(invoice: SupplierInvoice, supplier: Supplier) -> date:
    """When it is due: by the supplier's terms on record, from the invoice's date as far as that may be believed."""
    arrived = invoice.registered_at.date()
    earliest = arrived - timedelta(days=BACKDATED_DAYS)
    dated = min(max(invoice.invoice_date or arrived, earliest), max(arrived, earliest))
    return dated + timedelta(days=supplier.terms_days)


def _replaced(erp: Erp, invoice: SupplierInvoice) -> list[SupplierInvoice]:
    """What a correction replaces, still open. Refuses while the invoice it corrects is posted: both would be paid."""
    if invoice.kind != "correction" or invoice.corrects is None:
        return []
    first = erp.need(SupplierInvoice, erp.entity, invoice.corrects, refusal=Refusal.INVOICE_UNKNOWN, lock=True)
    if first.state == "posted":
        raise Refused(
            Refusal.INVOICE_NOT_OPEN, f"{first.their_number}, which it corrects, is posted: reverse {first.entry} first"
        )
    return [first] if first.state in ("registered", "held") else []


def _replace(erp: Erp, first: SupplierInvoice, by: SupplierInvoice) -> None:
    first.state, first.hold_reason = "rejected", f"replaced by {by.their_number}"
    erp.effect("record", f"Invoice {first.their_number}", was="open", now=f"replaced by {by.their_number}")
    erp.emit("invoice_rejected", f"supplier_invoice {first.number}", invoice=first.number, order=first.order)
