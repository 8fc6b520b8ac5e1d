"""EDIFACT REMADV, PRICAT and QUOTES, to claims: which invoices are paid, what goods cost from when, and what is offered."""

from agents.read import edifact_codes as codes
from agents.read.edifact_common import (
    before_parties,
    beginning,
    counted,
    currency_of,
    goods,
    lines_of,
    parties,
    priced,
    quantities,
    references,
)
from agents.read.edifact_sheet import Placed, Sheet, days, first, groups, of, place, until
from agents.read.edifact_syntax import Message
from core.claims import Document, DocumentKind

PAID = ("12", "11", "60")
OPEN = ("77", "9", "39", "38")
HELD = ("52", "131", "165")
"""5025: remitted and paid; the invoice's amount; discount, deductions and adjustment."""


def read_remadv(message: Message, sheet: Sheet) -> Document:
    """One remittance advice: what is paid in all, and each invoice with what was held back."""
    segments = place(message)
    header = until(segments, "DOC", "UNS", "UNT")
    summary = segments[len(until(segments, "UNS")) :]
    beginning(sheet, header, "payment.reference", "payment.issue_date")
    days(sheet, header, {"payment.date": ("138", "203", "209", "227", "137")})
    cux, currency = currency_of(header)
    if cux is not None:
        sheet.text("invoice.currency", cux, 1, 2)
    references(sheet, before_parties(header), names={"PQ": "payment.reference", "AEK": "payment.reference"})
    parties(sheet, header)
    for means in of(header, "PAI"):
        if codes.METHODS.get(means.at(1, 3)):
            sheet.text("payment.method", means, 1, 3, value=codes.METHODS[means.at(1, 3)])
    for amount in of([*summary, *header], "MOA", *PAID, "128", "9", "86"):
        if not sheet.has("payment.amount"):
            sheet.number("payment.amount", amount, 1, 2, unit=amount.at(1, 3) or currency)
    for line, group in enumerate(groups(segments, ("DOC",), ("UNS", "UNT")), 1):
        _invoice(sheet, group, line, currency)
    return sheet.document(DocumentKind.REMITTANCE)


def _invoice(sheet: Sheet, group: list[Placed], line: int, currency: str | None) -> None:
    sheet.text("invoice.number", group[0], 2, 1, line)
    days(sheet, group, {"invoice.date": ("171", "137", "3")}, line)
    for field, kinds in (("payment.amount", PAID), ("invoice.total", OPEN), ("payment.deduction", HELD)):
        amount = first(group, "MOA", *kinds)
        if amount is not None:
            sheet.number(field, amount, 1, 2, line, amount.at(1, 3) or currency)
    references(sheet, group, line, names={"ON": "order.number", "DQ": "despatch.number"})


def read_quotes(message: Message, sheet: Sheet) -> Document:
    """One quotation."""
    segments = place(message)
    header = until(segments, "LIN", "UNS", "UNT")
    beginning(sheet, header, "quote.number", "quote.date")
    days(sheet, header, {"quote.valid_until": ("36", "164", "273"), "delivery.date": codes.PROMISED})
    parties(sheet, header)
    references(sheet, before_parties(header), names={"CT": "contract.number", "ON": "order.number"})
    cux, currency = currency_of(header)
    if cux is not None:
        sheet.text("invoice.currency", cux, 1, 2)
    lines = lines_of(segments)
    for number, line in enumerate(lines, 1):
        goods(sheet, line, number)
        quantities(sheet, line, number, {"line.quantity": ("21", "1", "99", "46")})
        priced(sheet, line, number, currency)
        days(sheet, line, {"line.delivery_date": codes.PROMISED}, number)
    return sheet.document(DocumentKind.QUOTE, *counted(segments, len(lines)))


def read_pricat(message: Message, sheet: Sheet) -> Document:
    """One price list."""
    segments = place(message)
    header = until(segments, "PGI", "LIN", "UNS", "UNT")
    beginning(sheet, header, "catalogue.number", "catalogue.date")
    days(sheet, header, {"price.valid_from": ("7", "157", "194"), "price.valid_until": ("36", "158", "206")})
    parties(sheet, header)
    references(sheet, before_parties(header), names={"CT": "contract.number"})
    cux, currency = currency_of(header)
    if cux is not None:
        sheet.text("invoice.currency", cux, 1, 2)
    lines = lines_of([segment for segment in segments if segment.name != "PGI"])
    for number, line in enumerate(lines, 1):
        goods(sheet, line, number)
        priced(sheet, line, number, currency)
        days(sheet, line, {"price.valid_from": ("7", "157", "194"), "price.valid_until": ("36", "158", "206")}, number)
        if line[0].at(2) == "2":
            sheet.text("line.action", line[0], 2, 1, number, "cancelled")
    return sheet.document(DocumentKind.CATALOGUE, *counted(segments, len(lines)))
