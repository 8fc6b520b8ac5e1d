"""X12 850, 855, 860 and 865: the order, its change, and the seller's answers to both, to claims.

A line confirmed in several shipments (several ACK or SCH segments) becomes several lines with the same order line
number, each with its quantity and date: nothing is added up here, and a backordered rest gives the date of the rest.
"""

from collections.abc import Iterator, Sequence

from agents.read import codes, x12_codes
from agents.read.x12_codes import unit_of
from agents.read.x12_header import (
    WANTED,
    before_parties,
    carriage,
    currency_of,
    notes,
    parties,
    purpose,
    references,
)
from agents.read.x12_segments import (
    ITEMS,
    Placed,
    Sheet,
    counted,
    days,
    described,
    items,
    loops,
    of,
    pairs,
    place,
    priced,
    until,
)
from agents.read.x12_syntax import Transaction
from core.claims import Document, DocumentKind

_AFTER_LINES = ("CTT", "AMT", "SE")
_CONFIRMS = ("accepted", "changed", "substituted")
LINE_DAYS: dict[str, Sequence[str]] = {"line.requested_date": codes.X12_REQUESTED}


def read_850(transaction: Transaction, sheet: Sheet) -> Document:
    """One purchase order."""
    return _ordered(transaction, sheet, "PO1")


def read_860(transaction: Transaction, sheet: Sheet) -> Document:
    """One change of a purchase order, by its buyer."""
    return _ordered(transaction, sheet, "POC")


def _ordered(transaction: Transaction, sheet: Sheet, name: str) -> Document:
    segments = place(transaction)
    header = until(segments, name, "CTT", "SE")
    meant = ""
    for beg in of(header, "BEG"):
        sheet.text("order.number", beg, 3)
        meant = purpose(sheet, beg, 1)
        sheet.day("order.date", beg, 5)
        sheet.text("contract.number", beg, 6)
    for bch in of(header, "BCH"):
        sheet.text("order.number", bch, 3)
        meant = purpose(sheet, bch, 1)
        sheet.text("order.change_number", bch, 5)
        sheet.day("order.date", bch, 6)
        sheet.day("order.change_date", bch, 11)
    references(sheet, before_parties(header), but=("order.number",))
    currency = _common(sheet, header)
    days(sheet, until(header, "N1"), WANTED)
    number = 0
    for line in loops(segments, name, _AFTER_LINES):
        for part in _schedules(line):
            number += 1
            if name == "POC":
                _changed(sheet, line[0], number)
            _wanted(sheet, line, part, number, currency)
    kind = DocumentKind.ORDER if name == "PO1" else DocumentKind.ORDER_CHANGE
    return sheet.document(
        DocumentKind.ORDER_CANCELLATION if meant == "cancellation" else kind, *counted(segments, name)
    )


def read_855(transaction: Transaction, sheet: Sheet) -> Document:
    """One order acknowledgment."""
    return _acknowledged(transaction, sheet, "PO1")


def read_865(transaction: Transaction, sheet: Sheet) -> Document:
    """One answer of the seller to a change, or his own change of what he confirmed."""
    return _acknowledged(transaction, sheet, "POC")


def _acknowledged(transaction: Transaction, sheet: Sheet, name: str) -> Document:
    segments = place(transaction)
    header = until(segments, name, "CTT", "SE")
    numbered: tuple[str, ...] = ()
    for bak in [*of(header, "BAK"), *of(header, "BCA")]:
        at = 8 if bak.name == "BAK" else 9
        sheet.text("order.number", bak, 3)
        if bak.at(1) != "00":
            purpose(sheet, bak, 1)
        sheet.day("order.date", bak, 4 if bak.name == "BAK" else 6)
        if bak.name == "BCA":
            sheet.text("order.change_number", bak, 5)
        if sheet.text("confirmation.number", bak, at):
            numbered = ("confirmation.number",)
        word = codes.X12_ACKNOWLEDGMENTS.get(bak.at(2))
        if word:
            sheet.text("confirmation.status", bak, 2, value=word)
    references(sheet, before_parties(header), but=("order.number", *numbered))
    currency = _common(sheet, header)
    days(sheet, until(header, "N1"), {"delivery.date": codes.X12_PROMISED, "delivery.requested_date": ("002", "074")})
    number = 0
    for line in loops(segments, name, _AFTER_LINES):
        for shipment in _shipments(line):
            number += 1
            if name == "POC":
                _changed(sheet, line[0], number)
            _confirmed(sheet, line, shipment, number, currency)
    return sheet.document(DocumentKind.ORDER_CONFIRMATION, *counted(segments, name))


def _common(sheet: Sheet, header: Sequence[Placed]) -> str | None:
    """What order and answer share; gives the currency."""
    parties(sheet, header)
    notes(sheet, header, "invoice.note")
    carriage(sheet, header)
    return currency_of(header)


def _columns(first: Placed) -> tuple[int, int, int, int, int]:
    """Where PO1 and POC have quantity, unit, price, its basis and the first item number."""
    return (2, 3, 4, 5, 6) if first.name == "PO1" else (3, 5, 6, 7, 8)


def _changed(sheet: Sheet, first: Placed, number: int) -> None:
    """What a POC does with its line, and what of it is still to come."""
    word = x12_codes.CHANGES.get(first.at(2))
    if word:
        sheet.text("line.action", first, 2, number, word)
    sheet.number("line.rest_quantity", first, 4, number, unit_of(first.at(5)))


def _schedules(line: Sequence[Placed]) -> Sequence[Placed | None]:
    """The deliveries a line is divided into (SCH); the line as one where it is not divided."""
    return list(of(line, "SCH")) or [None]


def _wanted(sheet: Sheet, line: Sequence[Placed], part: Placed | None, number: int, currency: str | None) -> None:
    """One line, or one delivery of it, as it shall be."""
    first = line[0]
    quantity, unit, price, basis, item = _columns(first)
    sheet.text("line.order_line", first, 1, number)
    items(sheet, first, item, number, order=False)
    described(sheet, line, number)
    divided = len(_schedules(line)) > 1
    if part is not None and divided:
        sheet.number("line.quantity", part, 1, number, unit_of(part.at(2)))
        sheet.day("line.requested_date", part, 6, number)
    else:
        sheet.number("line.quantity", first, quantity, number, unit_of(first.at(unit)))
    priced(sheet, first, price, basis, number, currency)
    if not divided:
        days(sheet, line, LINE_DAYS, number)
    if part is not None and not sheet.has("line.requested_date", number):
        sheet.day("line.requested_date", part, 6, number)
    for packing in of(line, "PO4"):
        if not sheet.has("line.packages", number):
            sheet.number("line.packages", packing, 1, number, packing.at(4) or None)
    notes(sheet, line, "line.note", number)


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
    quantity, unit, price, basis, item = _columns(first)
    sheet.text("line.order_line", first, 1, number)
    sheet.number("line.ordered_quantity", first, quantity, number, unit_of(first.at(unit)))
    described(sheet, line, number)
    priced(sheet, first, price, basis, number, currency)
    given: set[str] = set()
    for answer in shipment:
        if answer.name == "SCH":
            sheet.number("line.quantity", answer, 1, number, unit_of(answer.at(2)))
            sheet.day("line.delivery_date", answer, 6, number)
        else:
            _answered(sheet, answer, number)
            given |= items(sheet, answer, 7, number, order=False)
    for name, at in _items_of(first, item):
        if name not in given:
            sheet.text(name, first, at, number)
    if not shipment:
        days(sheet, line, {"line.delivery_date": codes.X12_PROMISED}, number)
    days(sheet, line, LINE_DAYS, number)
    notes(sheet, line, "line.note", number)


def _answered(sheet: Sheet, answer: Placed, number: int) -> None:
    """One ACK: what is confirmed gives quantity and date, what is backordered quantity and date of the rest."""
    word = codes.X12_LINE_STATUS.get(answer.at(1), "")
    if word and not sheet.has("line.status", number):
        sheet.text("line.status", answer, 1, number, word)
    if word in _CONFIRMS:
        sheet.number("line.quantity", answer, 2, number, unit_of(answer.at(3)))
    elif word == "backordered":
        sheet.number("line.rest_quantity", answer, 2, number, unit_of(answer.at(3)))
    promised = answer.at(4) not in codes.X12_REQUESTED or answer.at(4) in codes.X12_PROMISED
    if promised and word in _CONFIRMS:
        sheet.day("line.delivery_date", answer, 5, number)
    elif promised and word == "backordered":
        sheet.day("line.rest_date", answer, 5, number)
    elif answer.at(5) and not sheet.has("line.requested_date", number) and word in _CONFIRMS:
        sheet.day("line.requested_date", answer, 5, number)


def _items_of(first: Placed, start: int) -> Iterator[tuple[str, int]]:
    """The item numbers of the order line itself, each field once."""
    seen: set[str] = set()
    for qualifier, at in pairs(first, start):
        for name, qualifiers in ITEMS:
            if qualifier in qualifiers and name not in seen:
                seen.add(name)
                yield name, at
