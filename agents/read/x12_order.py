"""X12 850 and 855: the order, and the seller's answer to it, to claims.

A line confirmed in several shipments (several ACK or SCH segments) becomes several lines with the same order line
number, each with its quantity and date: nothing is added up here, and a backordered rest gives the date of the rest.
"""

from collections.abc import Iterator, Sequence

from agents.read import codes
from agents.read.x12_segments import (
    Placed,
    Sheet,
    Transaction,
    counted,
    dated,
    described,
    items,
    loops,
    of,
    parties,
    place,
    priced,
    references,
    until,
)
from core.claims import Document, DocumentKind

_AFTER_LINES = ("CTT", "AMT", "SE")
_CONFIRMS = ("accepted", "changed", "substituted")


def read_850(transaction: Transaction, part: str, prefix: str) -> Document:
    """One purchase order."""
    segments = place(transaction)
    sheet = Sheet(part, prefix)
    header = until(segments, "PO1", "CTT", "SE")
    for beg in of(header, "BEG"):
        sheet.text("order.number", beg, 3)
    currency = _common(sheet, header)
    asked = dated(header, codes.X12_REQUESTED)
    if asked is not None:
        sheet.day("delivery.date", asked, 2)
    for number, line in enumerate(loops(segments, "PO1", _AFTER_LINES), 1):
        first = line[0]
        sheet.text("line.order_line", first, 1, number)
        items(sheet, first, 6, number, order=False)
        described(sheet, line, number)
        sheet.number("line.quantity", first, 2, number, codes.unit_of(first.at(3)))
        priced(sheet, first, 4, 5, number, currency)
        wanted = dated(line, codes.X12_REQUESTED)
        scheduled = next(of(line, "SCH"), None)
        if wanted is not None:
            sheet.day("line.delivery_date", wanted, 2, number)
        elif scheduled is not None:
            sheet.day("line.delivery_date", scheduled, 6, number)
    return sheet.document(DocumentKind.ORDER, *counted(segments, "PO1"))


def read_855(transaction: Transaction, part: str, prefix: str) -> Document:
    """One order acknowledgment."""
    segments = place(transaction)
    sheet = Sheet(part, prefix)
    header = until(segments, "PO1", "CTT", "SE")
    numbered: tuple[str, ...] = ()
    for bak in of(header, "BAK"):
        sheet.text("order.number", bak, 3)
        if sheet.text("confirmation.number", bak, 8):
            numbered = ("confirmation.number",)
        word = codes.X12_ACKNOWLEDGMENTS.get(bak.at(2))
        if word:
            sheet.text("confirmation.status", bak, 2, value=word)
    references(sheet, until(header, "N1"), but=("order.number", *numbered))
    currency = _common(sheet, header)
    promised = dated(header, codes.X12_PROMISED)
    if promised is not None:
        sheet.day("delivery.date", promised, 2)
    number = 0
    for line in loops(segments, "PO1", _AFTER_LINES):
        for shipment in _shipments(line):
            number += 1
            _confirmed(sheet, line, shipment, number, currency)
    return sheet.document(DocumentKind.ORDER_CONFIRMATION, *counted(segments, "PO1"))


def _common(sheet: Sheet, header: Sequence[Placed]) -> str | None:
    """What order and answer share; gives the currency."""
    parties(sheet, header)
    for note in of(header, "MSG"):
        sheet.text("invoice.note", note, 1)
    return next((c.at(2) for c in of(header, "CUR") if c.at(2)), None)


def _shipments(line: Sequence[Placed]) -> Iterator[list[Placed]]:
    """The confirmed shipments of a line, each with the backorders that follow it; the whole line where none is given."""
    answers = list(of(line, "ACK")) or list(of(line, "SCH"))
    current: list[Placed] = []
    for answer in answers:
        backorder = answer.name == "ACK" and codes.X12_LINE_STATUS.get(answer.at(1)) == "backordered"
        if current and not backorder:
            yield current
            current = []
        current.append(answer)
    yield current


def _confirmed(
    sheet: Sheet, line: Sequence[Placed], shipment: Sequence[Placed], number: int, currency: str | None
) -> None:
    first = line[0]
    sheet.text("line.order_line", first, 1, number)
    sheet.number("line.ordered_quantity", first, 2, number, codes.unit_of(first.at(3)))
    described(sheet, line, number)
    priced(sheet, first, 4, 5, number, currency)
    given: set[str] = set()
    for answer in shipment:
        if answer.name == "SCH":
            sheet.number("line.quantity", answer, 1, number, codes.unit_of(answer.at(2)))
            sheet.day("line.delivery_date", answer, 6, number)
        else:
            _answered(sheet, line, answer, number)
            given |= items(sheet, answer, 7, number, order=False)
    for name, at in _items_of(first):
        if name not in given:
            sheet.text(name, first, at, number)
    promised = dated(line, codes.X12_PROMISED)
    if not shipment and promised is not None:
        sheet.day("line.delivery_date", promised, 2, number)


def _answered(sheet: Sheet, line: Sequence[Placed], answer: Placed, number: int) -> None:
    """One ACK: what is confirmed gives quantity and date, what is backordered the date of the rest."""
    word = codes.X12_LINE_STATUS.get(answer.at(1), "")
    repeated = any(claim.field == "line.status" and claim.line == number for claim in sheet.claims)
    if not repeated and word:
        sheet.text("line.status", answer, 1, number, word)
    if word in _CONFIRMS:
        sheet.number("line.quantity", answer, 2, number, codes.unit_of(answer.at(3)))
    promised = answer.at(4) not in codes.X12_REQUESTED or answer.at(4) in codes.X12_PROMISED
    if promised and word in _CONFIRMS:
        sheet.day("line.delivery_date", answer, 5, number)
    elif promised and word == "backordered":
        sheet.day("line.rest_date", answer, 5, number)


def _items_of(first: Placed) -> Iterator[tuple[str, int]]:
    """The item numbers of the order line itself, each field once."""
    seen: set[str] = set()
    for n in range(6, len(first.segment.elements) - 1, 2):
        for name, qualifiers in (
            ("line.supplier_item", codes.X12_SUPPLIER_ITEM),
            ("line.buyer_item", codes.X12_BUYER_ITEM),
        ):
            if first.at(n) in qualifiers and name not in seen:
                seen.add(name)
                yield name, n + 1
