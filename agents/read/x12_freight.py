"""X12 204, 210 and 214, to claims: a load to carry, its bill, and where it is."""

from collections.abc import Sequence

from agents.read import x12_codes
from agents.read.x12_codes import unit_of
from agents.read.x12_header import currency_of, notes, parties, purpose
from agents.read.x12_segments import Placed, Sheet, loops, of, place, until
from agents.read.x12_syntax import Transaction
from core.claims import Document, DocumentKind

_L11 = {
    "BM": "freight.bill_of_lading", "PO": "order.number", "SI": "despatch.number", "CN": "freight.number",
    "2I": "tracking.number",
}  # fmt: skip


def read_204(transaction: Transaction, sheet: Sheet) -> Document:
    """One load tendered to a carrier; each stop is a line."""
    segments = place(transaction)
    header = until(segments, "S5", "L3", "SE")
    for b2 in of(header, "B2"):
        sheet.text("freight.carrier", b2, 2)
        sheet.text("freight.shipment", b2, 4)
    for b2a in of(header, "B2A"):
        purpose(sheet, b2a, 1)
    _references(sheet, header, None)
    parties(sheet, header)
    notes(sheet, header, "invoice.note")
    for line, stop in enumerate(loops(segments, "S5", ("L3", "SE")), 1):
        _references(sheet, stop, line)
        for day in of(stop, "G62", "37", "10", "53", "02", "54"):
            picks = day.at(1) in ("37", "10")
            name = "freight.pickup_date" if picks else "delivery.latest_date" if day.at(1) == "54" else "delivery.date"
            if not sheet.has(name, line):
                sheet.day(name, day, 2, line)
        for at8 in of(stop, "AT8"):
            if not sheet.has("line.weight", line):
                sheet.number("line.weight", at8, 3, line, unit_of(_WEIGHTS.get(at8.at(2), at8.at(2))))
                sheet.number("line.packages", at8, 4, line)
        for party in of(stop, "N1"):
            sheet.once("freight.place", party, 2, line)
    return sheet.document(DocumentKind.FREIGHT)


_WEIGHTS = {"L": "lb", "K": "kg"}


def read_210(transaction: Transaction, sheet: Sheet) -> Document:
    """One bill of a carrier: its number and amount are those of an invoice, its charges one a line."""
    segments = place(transaction)
    header = until(segments, "LX", "L3", "SE")
    currency = currency_of(header) or next((c3.at(1) for c3 in of(header, "C3") if c3.at(1)), None)
    for b3 in of(header, "B3"):
        sheet.text("invoice.number", b3, 2)
        sheet.text("freight.shipment", b3, 3)
        sheet.day("invoice.date", b3, 6)
        sheet.cents("invoice.total", b3, 7, unit=currency)
        if b3.at(10) in ("035", "017", ""):
            sheet.day("delivery.date", b3, 9)
        sheet.text("freight.carrier", b3, 11)
    for n9 in of(header, "N9"):
        name = _L11.get(n9.at(1))
        if name:
            sheet.text(name, n9, 2)
    for day in of(header, "G62", "86", "11"):
        if not sheet.has("freight.pickup_date"):
            sheet.day("freight.pickup_date", day, 2)
    parties(sheet, header)
    for line, group in enumerate(loops(segments, "LX", ("L3", "SE")), 1):
        for l5 in of(group, "L5"):
            sheet.once("line.description", l5, 2, line)
        for l0 in of(group, "L0"):
            sheet.number("line.weight", l0, 4, line, None)
            sheet.number("line.packages", l0, 8, line, l0.at(9) or None)
        for l1 in of(group, "L1"):
            sheet.cents("line.amount", l1, 4, line, currency)
    for l3 in of(segments, "L3"):
        sheet.number("freight.weight", l3, 1)
    return sheet.document(DocumentKind.FREIGHT)


def read_214(transaction: Transaction, sheet: Sheet) -> Document:
    """One report about where a shipment is; each event is a line where there are several."""
    segments = place(transaction)
    header = until(segments, "LX", "AT7", "SE")
    for b10 in of(header, "B10"):
        sheet.text("freight.number", b10, 1)
        sheet.text("freight.shipment", b10, 2)
        sheet.text("freight.carrier", b10, 3)
    _references(sheet, header, None)
    parties(sheet, header)
    events = list(loops(segments, "AT7", ("LX", "SE")))
    for number, event in enumerate(events, 1):
        at7 = event[0]
        line = number if len(events) > 1 else None
        code = 1 if at7.at(1) else 3
        if x12_codes.STATUSES.get(at7.at(code)):
            sheet.text("freight.status", at7, code, line, x12_codes.STATUSES[at7.at(code)])
        sheet.day("freight.status_date", at7, 5, line)
        for place_of in of(event, "MS1"):
            sheet.once("freight.place", place_of, 1, line)
        for vehicle in of(event, "MS2"):
            sheet.text("freight.vehicle", vehicle, 2, line)
    for at8 in of(segments, "AT8"):
        if not sheet.has("freight.weight"):
            sheet.number("freight.weight", at8, 3, unit=_WEIGHTS.get(at8.at(2), at8.at(2)) or None)
            sheet.number("freight.packages", at8, 4)
    return sheet.document(DocumentKind.FREIGHT)


def _references(sheet: Sheet, segments: Sequence[Placed], line: int | None) -> None:
    """References of a load or stop: number first, then its qualifier."""
    for l11 in of(segments, "L11"):
        name = _L11.get(l11.at(2))
        if name:
            sheet.once(name, l11, 1, line)
