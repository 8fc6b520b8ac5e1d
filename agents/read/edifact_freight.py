"""EDIFACT IFTMIN, IFCSUM and IFTSTA, to claims: instructions to carriers, consolidated consignments, where they are."""

from collections.abc import Sequence

from agents.read import edifact_codes as codes
from agents.read.edifact_common import beginning, carriage, parties, references
from agents.read.edifact_sheet import Placed, Sheet, days, first, groups, of, place, until
from agents.read.edifact_syntax import Message
from core.claims import Document, DocumentKind

DAYS = {
    "freight.pickup_date": ("234", "200", "10", "189"), "despatch.date": ("11",),
    "delivery.date": ("17", "132", "69", "358", "35", "2"),
}  # fmt: skip


def read_freight(message: Message, sheet: Sheet) -> Document:
    """One instruction, consolidation or status report. Every consignment (CNI) or piece of goods (GID) is a line."""
    segments = place(message)
    header = until(segments, "CNI", "GID", "UNT")
    number = "freight.shipment" if message.kind == "IFTMIN" else "freight.number"
    beginning(sheet, header, number, "")
    days(sheet, header, DAYS)
    references(sheet, header)
    parties(sheet, header)
    _loaded(sheet, header)
    consignments = list(groups(segments, ("CNI",), ("UNT",)))
    for line, consignment in enumerate(consignments, 1):
        _consignment(sheet, consignment, line)
    if not consignments:
        for line, piece in enumerate(groups(segments, ("GID",), ("EQD", "UNT")), 1):
            _piece(sheet, piece, line)
    return sheet.document(DocumentKind.FREIGHT)


def _loaded(sheet: Sheet, header: Sequence[Placed]) -> None:
    """Carrier and vehicle, weight and packages of the whole."""
    carriage(sheet, header)
    for total in of(header, "CNT", "11", "7", "10"):
        name = {"11": "freight.packages", "7": "freight.weight"}.get(total.at(1))
        if name and not sheet.has(name):
            sheet.number(name, total, 1, 2, unit=total.at(1, 3) or None)
    for terms in of(header, "SEL"):
        sheet.text("freight.seal", terms, 1)


def _consignment(sheet: Sheet, group: Sequence[Placed], line: int) -> None:
    sheet.text("freight.shipment", group[0], 2, 1, line)
    own = until(group, "GID")
    days(sheet, own, DAYS, line)
    references(sheet, own, line)
    for total in of(own, "CNT", "11", "7"):
        name = "freight.packages" if total.at(1) == "11" else "freight.weight"
        sheet.number(name, total, 1, 2, line, total.at(1, 3) or None)
    for status in of(own, "STS"):
        word = codes.STATUSES.get(status.at(2))
        if word and not sheet.has("freight.status", line):
            sheet.text("freight.status", status, 2, 1, line, word)
            days(sheet, group, {"freight.status_date": ("334", "7", "178", "186", "35", "11")}, line)
            where = first(group, "LOC")
            if where is not None:
                sheet.text("freight.place", where, 2, 4, line) or sheet.text("freight.place", where, 2, 1, line)


def _piece(sheet: Sheet, group: Sequence[Placed], line: int) -> None:
    """Packages of one kind: how many, what is in them, their weight and marks."""
    sheet.number("line.packages", group[0], 2, 1, line, group[0].at(2, 2) or None)
    for text in of(group, "FTX", "AAA"):
        sheet.long("line.description", text, 4, 1, 5, line)
    for weight in of(group, "MEA"):
        if weight.at(2) in ("G", "AAB", "AAD", "AAL") and not sheet.has("line.weight", line):
            sheet.number("line.weight", weight, 3, 2, line, weight.at(3) or None)
    for mark in of(group, "GIN", *codes.PACKAGES):
        for element in range(2, len(mark.segment.elements)):
            sheet.text("line.package", mark, element, 1, line)
