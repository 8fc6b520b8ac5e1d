"""X12 820, to claims: a payment, and each invoice it pays with what was held back of it."""

from collections.abc import Sequence

from agents.read import x12_codes
from agents.read.x12_header import currency_of, notes, scheme_of
from agents.read.x12_segments import Placed, Sheet, days, loops, of, place, until
from agents.read.x12_syntax import Transaction
from core.claims import Document, DocumentKind

_INVOICES = ("IV", "IK", "R7", "SI", "CM", "OI", "BM", "12")
"""128, what a remittance item is about: an invoice, a credit, a bill."""


def read_820(transaction: Transaction, sheet: Sheet) -> Document:
    """One payment order or remittance advice."""
    segments = place(transaction)
    header = until(segments, "ENT", "RMR", "SE")
    currency = currency_of(header)
    for cur in of(header, "CUR"):
        sheet.text("invoice.currency", cur, 2)
    for bpr in of(header, "BPR"):
        sheet.number("payment.amount", bpr, 2, unit=currency)
        if x12_codes.METHODS.get(bpr.at(4)):
            sheet.text("payment.method", bpr, 4, value=x12_codes.METHODS[bpr.at(4)])
        sheet.day("payment.date", bpr, 16)
    for trace in of(header, "TRN"):
        sheet.text("payment.reference", trace, 2)
    if not sheet.has("payment.date"):
        days(sheet, header, {"payment.date": ("107", "097", "009")})
    _payer(sheet, header)
    notes(sheet, header, "invoice.note")
    for line, group in enumerate(loops(segments, "RMR", ("ENT", "SE")), 1):
        _invoice(sheet, group, line, currency)
    return sheet.document(DocumentKind.REMITTANCE)


def _payer(sheet: Sheet, header: Sequence[Placed]) -> None:
    """Who pays whom: the payer bought, the payee sold."""
    for party in of(header, "N1"):
        prefix = {"PR": "buyer", "PE": "supplier"}.get(party.at(1))
        if prefix:
            sheet.once(f"{prefix}.name", party, 2)
            if not sheet.has(f"{prefix}.id"):
                sheet.text(f"{prefix}.id", party, 4, unit=scheme_of(party.at(3)))


def _invoice(sheet: Sheet, group: Sequence[Placed], line: int, currency: str | None) -> None:
    """One RMR: paid (04), billed (05), discount taken (06); adjustments (ADX) are held back as they are written."""
    rmr = group[0]
    if rmr.at(1) in _INVOICES or not rmr.at(1):
        sheet.text("invoice.number", rmr, 2, line)
    elif rmr.at(1) == "PO":
        sheet.text("order.number", rmr, 2, line)
    sheet.number("payment.amount", rmr, 4, line, currency)
    sheet.number("invoice.total", rmr, 5, line, currency)
    sheet.number("payment.deduction", rmr, 6, line, currency)
    for adjustment in of(group, "ADX"):
        sheet.number("payment.deduction", adjustment, 1, line, currency)
    for reference in of(group, "REF"):
        name = {"PO": "order.number", "BM": "freight.bill_of_lading", "PK": "despatch.number"}.get(reference.at(1))
        if name and not (name == "order.number" and rmr.at(1) == "PO"):
            sheet.once(name, reference, 2, line)
    days(sheet, group, {"invoice.date": ("003", "097")}, line)
