"""X12 832, to claims: a price list."""

from agents.read.x12_codes import unit_of
from agents.read.x12_header import before_parties, currency_of, parties, purpose, references
from agents.read.x12_segments import Sheet, counted, days, described, items, loops, of, place, until
from agents.read.x12_syntax import Transaction
from core.claims import Document, DocumentKind

VALID = {"price.valid_from": ("007", "196", "092"), "price.valid_until": ("036", "197", "093")}
_NET = ("NET", "UCP", "CAT", "CON", "CUP", "INV", "")
"""236, what a price is: net, unit cost, catalogue, contract, confirmed, invoiced."""


def read_832(transaction: Transaction, sheet: Sheet) -> Document:
    """One price list or catalogue."""
    segments = place(transaction)
    header = until(segments, "LIN", "CTT", "SE")
    for bct in of(header, "BCT"):
        sheet.text("catalogue.number", bct, 2)
        purpose(sheet, bct, 10)
    references(sheet, before_parties(header))
    parties(sheet, header)
    days(sheet, header, dict(VALID))
    listed = currency_of(header)
    for cur in of(header, "CUR"):
        sheet.text("invoice.currency", cur, 2)
    for number, line in enumerate(loops(segments, "LIN", ("CTT", "SE")), 1):
        items(sheet, line[0], 2, number)
        described(sheet, line, number)
        currency = currency_of(line) or listed
        prices = sorted(of(line, "CTP"), key=lambda ctp: _NET.index(ctp.at(2)) if ctp.at(2) in _NET else len(_NET))
        for price in prices[:1]:
            sheet.number("line.price", price, 3, number, currency)
            if price.at(4) not in ("", "1"):
                sheet.number("line.price_base", price, 4, number, unit_of(price.at(5)))
        days(sheet, line, dict(VALID), number)
    return sheet.document(DocumentKind.CATALOGUE, *counted(segments, "LIN"))
