"""X12 861, 940 and 945, to claims: what was received, what a warehouse shall ship, and what it shipped."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from agents.read import codes, x12_codes
from agents.read.x12_codes import unit_of
from agents.read.x12_header import WANTED, before_parties, carriage, notes, parties, purpose, references
from agents.read.x12_segments import Placed, Sheet, counted, days, described, items, loops, of, place, until
from agents.read.x12_syntax import Transaction
from core.claims import Document, DocumentKind

_CONDITIONS = (6, 9, 12, 15, 18)
"""RCD06 to RCD20: a quantity, its unit and its condition, five times."""
G62: Mapping[str, str] = {
    "02": "delivery.requested_date", "68": "delivery.requested_date", "04": "order.date", "10": "freight.pickup_date",
    "37": "freight.pickup_date", "86": "freight.pickup_date", "11": "despatch.date", "17": "delivery.date",
    "67": "delivery.date", "35": "delivery.date", "53": "delivery.earliest_date", "54": "delivery.latest_date",
    "63": "delivery.latest_date", "64": "delivery.earliest_date",
}  # fmt: skip
"""432, what a day of a warehouse is."""


def read_861(transaction: Transaction, sheet: Sheet) -> Document:
    """One receiving advice."""
    segments = place(transaction)
    header = until(segments, "RCD", "CTT", "SE")
    for bra in of(header, "BRA"):
        sheet.text("receipt.number", bra, 1)
        purpose(sheet, bra, 3)
    days(sheet, until(header, "N1"), {"receipt.date": x12_codes.RECEIVED, "despatch.date": codes.X12_SHIPPED})
    if not sheet.has("receipt.date"):
        for bra in of(header, "BRA"):
            sheet.day("receipt.date", bra, 2)
    for prf in of(header, "PRF"):
        sheet.text("order.number", prf, 1)
        sheet.day("order.date", prf, 4)
    named = ("order.number",) if sheet.has("order.number") else ()
    references(sheet, before_parties(header), but=named)
    parties(sheet, header)
    carriage(sheet, header)
    notes(sheet, header, "invoice.note")
    for number, line in enumerate(loops(segments, "RCD", ("CTT", "SE")), 1):
        _received(sheet, line, number)
    return sheet.document(DocumentKind.RECEIVING_ADVICE, *counted(segments, "RCD"))


def _received(sheet: Sheet, line: Sequence[Placed], number: int) -> None:
    first = line[0]
    given: set[str] = set()
    for lin in of(line, "LIN"):
        given |= items(sheet, lin, 2, number)
        if "line.order_line" not in given:
            sheet.text("line.order_line", lin, 1, number)
    if not sheet.has("line.order_line", number):
        sheet.text("line.order_line", first, 1, number)
    described(sheet, line, number)
    sheet.number("line.quantity", first, 2, number, unit_of(first.at(3)))
    sheet.number("line.return_quantity", first, 4, number, unit_of(first.at(5)))
    for at in _CONDITIONS:
        field, word = x12_codes.CONDITIONS.get(first.at(at + 2), ("", ""))
        if field and not sheet.has(field, number):
            sheet.number(field, first, at, number, unit_of(first.at(at + 1)))
        if word:
            sheet.text("line.discrepancy", first, at + 2, number, word)
    for sn1 in of(line, "SN1"):
        sheet.number("line.shipped_quantity", sn1, 2, number, unit_of(sn1.at(3)))
        sheet.number("line.ordered_quantity", sn1, 5, number, unit_of(sn1.at(6) or sn1.at(3)))
    for prf in of(line, "PRF"):
        sheet.text("order.number", prf, 1, number)
        sheet.once("line.order_line", prf, 5, number)
    references(sheet, line, number)
    for reference in of(line, "REF", "LT", "BT"):
        sheet.text("line.lot", reference, 2, number)
    for mark in of(line, "MAN"):
        sheet.text("line.package", mark, 2, number)
    days(sheet, line, {"line.expiry_date": x12_codes.EXPIRES, "line.production_date": x12_codes.PRODUCED}, number)
    notes(sheet, line, "line.note", number)


def read_940(transaction: Transaction, sheet: Sheet) -> Document:
    """One order to a warehouse to ship."""
    segments = place(transaction)
    header = until(segments, "LX", "W01", "W76", "SE")
    for w05 in of(header, "W05"):
        sheet.text("freight.shipment", w05, 2)
        sheet.text("order.number", w05, 3)
        meant = {"F": "cancellation", "R": "replacement", "N": "original", "A": "change"}.get(w05.at(1), "")
        if meant:
            sheet.text("document.purpose", w05, 1, value=meant)
    _warehouse(sheet, header)
    for number, line in enumerate(_lines(segments, "W01"), 1):
        first = next(of(line, "W01"))
        _goods(sheet, line, first, (4, 6, 15), number)
        sheet.number("line.quantity", first, 1, number, unit_of(first.at(2)))
        sheet.once("line.gtin", first, 3, number)
        sheet.text("line.lot", first, 13, number)
    return sheet.document(DocumentKind.SHIPPING_ORDER)


def read_945(transaction: Transaction, sheet: Sheet) -> Document:
    """One advice of a warehouse about what it shipped."""
    segments = place(transaction)
    header = until(segments, "LX", "W12", "W03", "SE")
    for w06 in of(header, "W06"):
        sheet.text("despatch.number", w06, 4) or sheet.text("despatch.number", w06, 5)
        sheet.text("freight.shipment", w06, 2)
        sheet.text("order.number", w06, 6)
        sheet.day("despatch.date", w06, 3)
    _warehouse(sheet, header)
    for w27 in of(header, "W27"):
        sheet.text("freight.carrier", w27, 3) or sheet.text("freight.carrier", w27, 2)
        sheet.text("freight.vehicle", w27, 7)
    for total in of(segments, "W03"):
        sheet.number("freight.packages", total, 6, unit=total.at(7) or None)
        sheet.number("freight.weight", total, 2, unit=unit_of(total.at(3)))
    for number, line in enumerate(_lines(segments, "W12"), 1):
        first = next(of(line, "W12"))
        _goods(sheet, line, first, (7, 17, 21), number)
        sheet.number("line.ordered_quantity", first, 2, number, unit_of(first.at(5)))
        sheet.number("line.quantity", first, 3, number, unit_of(first.at(5)))
        difference = sheet.number("line.difference", first, 4, number, unit_of(first.at(5)))
        word = x12_codes.SHIPPED.get(first.at(1), "")
        if word and difference != Decimal(0):
            sheet.text("line.discrepancy", first, 1, number, word)
        sheet.once("line.gtin", first, 6, number)
        sheet.text("line.lot", first, 9, number)
        sheet.number("line.weight", first, 10, number, unit_of(first.at(12)))
    return sheet.document(DocumentKind.SHIPPING_ADVICE)


def _warehouse(sheet: Sheet, header: Sequence[Placed]) -> None:
    """What orders and advices of a warehouse share."""
    references(sheet, until(header, "N1"), but=("order.number",) if sheet.has("order.number") else ())
    references(sheet, list(of(header, "N9")), but=tuple(c.field for c in sheet.claims))
    parties(sheet, header)
    days(sheet, header, WANTED)
    for day in of(header, "G62"):
        name = G62.get(day.at(1))
        if name and not sheet.has(name):
            sheet.day(name, day, 2)
    for carrier in of(header, "W66"):
        sheet.text("freight.carrier", carrier, 10) or sheet.text("freight.carrier", carrier, 5)
    notes(sheet, header, "invoice.note")


def _lines(segments: Sequence[Placed], name: str) -> list[list[Placed]]:
    """One group of segments for each item: its LX with marks belong to the first item after it, and to those that follow."""
    found: list[list[Placed]] = []
    for group in loops(segments, "LX", ("W76", "W03", "SE")):
        around = until(group, name)
        found += [[*item, *around] for item in loops(group, name, ("LX",))]
    return found or list(loops(segments, name, ("W76", "W03", "SE")))


_N9 = {
    "LI": "line.order_line", "LT": "line.lot", "BT": "line.lot", "SE": "line.serial", "PO": "order.number",
}  # fmt: skip


def _goods(sheet: Sheet, line: Sequence[Placed], first: Placed, starts: tuple[int, ...], number: int) -> None:
    """Item numbers, description, lots, packages and the number of the line (LX, or N9 LI) of one item."""
    for start in starts:
        if first.at(start):
            for field, qualifiers in (
                ("line.supplier_item", x12_codes.SUPPLIER_ITEM),
                ("line.buyer_item", x12_codes.BUYER_ITEM),
                ("line.gtin", x12_codes.GTIN),
                ("line.lot", x12_codes.LOT),
            ):
                if first.at(start) in qualifiers and not sheet.has(field, number):
                    sheet.text(field, first, start + 1, number)
    described(sheet, line, number)
    for reference in of(line, "N9"):
        named = _N9.get(reference.at(1))
        if named:
            sheet.text(named, reference, 2, number)
    if not sheet.has("line.order_line", number):
        for lx in of(line, "LX"):
            sheet.text("line.order_line", lx, 1, number)
    for mark in of(line, "MAN"):
        sheet.text("tracking.number" if mark.at(1) == "CP" else "line.package", mark, 2, number)
    for day in of(line, "G62", "36", "55"):
        sheet.day("line.expiry_date", day, 2, number)
    notes(sheet, line, "line.note", number)
