"""EDIFACT ORDERS, ORDCHG and ORDRSP, to claims: the order, its change, and the seller's answer.

A line that is delivered in several parts (several SCC with their own quantity and day) becomes several lines with the
same order line number; nothing is added up. What was asked for (QTY 21, DTM 2) and what is promised stay apart.
"""

from collections.abc import Sequence
from decimal import Decimal

from agents.read import edifact_codes as codes
from agents.read.edifact_common import (
    before_parties,
    beginning,
    carriage,
    counted,
    currency_of,
    differences,
    goods,
    lines_of,
    notes,
    parties,
    priced,
    quantities,
    references,
)
from agents.read.edifact_sheet import Placed, Sheet, days, first, groups, of, place, until
from agents.read.edifact_syntax import Message
from core.claims import Document, DocumentKind

WANTED = {
    "delivery.requested_date": codes.REQUESTED, "delivery.earliest_date": codes.EARLIEST,
    "delivery.latest_date": ("63",),
}  # fmt: skip
CONFIRMED = ("113", "66", "131", "12", "46", "170")
"""6063, the quantity that will be delivered: to be delivered, committed, delivery, despatch, delivered, at that day."""


def read_orders(message: Message, sheet: Sheet) -> Document:
    """One order."""
    segments = place(message)
    header = until(segments, "LIN", "UNS", "UNT")
    purpose = beginning(sheet, header, "order.number", "order.date")
    references(sheet, before_parties(header), names={k: v for k, v in codes.REFERENCES.items() if k != "ON"})
    currency = _common(sheet, header)
    days(sheet, until(header, "NAD"), WANTED)
    lines = lines_of(segments)
    number = 0
    for line in lines:
        for part in _parts(line):
            number += 1
            _ordered(sheet, line, part, number, currency)
    kind = DocumentKind.ORDER_CANCELLATION if purpose == "cancellation" else DocumentKind.ORDER
    return sheet.document(kind, *counted(segments, len(lines)))


def read_ordchg(message: Message, sheet: Sheet) -> Document:
    """One change of an order. Its own number is that of the change; the order stands in a reference."""
    segments = place(message)
    header = until(segments, "LIN", "UNS", "UNT")
    purpose = beginning(sheet, header, "order.change_number", "order.change_date")
    references(sheet, before_parties(header))
    if not sheet.has("order.number"):  # some repeat the order's number as their own and refer to nothing
        for bgm in of(header, "BGM"):
            sheet.text("order.number", bgm, 2)
    currency = _common(sheet, header)
    days(sheet, until(header, "NAD"), WANTED)
    lines = lines_of(segments)
    number = 0
    for line in lines:
        for part in _parts(line):
            number += 1
            action = codes.CHANGED_LINES.get(line[0].at(2))
            if action:
                sheet.text("line.action", line[0], 2, 1, number, action)
            _ordered(sheet, line, part, number, currency)
    kind = DocumentKind.ORDER_CANCELLATION if purpose == "cancellation" else DocumentKind.ORDER_CHANGE
    return sheet.document(kind, *counted(segments, len(lines)))


def read_ordrsp(message: Message, sheet: Sheet) -> Document:
    """One answer to an order."""
    segments = place(message)
    header = until(segments, "LIN", "UNS", "UNT")
    beginning(sheet, header, "confirmation.number", "confirmation.date")
    for bgm in of(header, "BGM"):
        word = codes.ANSWERS.get(bgm.at(3))
        if word:
            sheet.text("confirmation.status", bgm, 3, value=word)
        elif codes.RESPONSES.get(bgm.at(4)):
            sheet.text("confirmation.status", bgm, 4, value=codes.RESPONSES[bgm.at(4)])
    references(
        sheet, before_parties(header), names={k: v for k, v in codes.REFERENCES.items() if k not in ("VN", "POR")}
    )
    currency = _common(sheet, header)
    days(
        sheet,
        until(header, "RFF", "NAD"),
        {"delivery.date": codes.PROMISED, "delivery.requested_date": codes.REQUESTED},
    )
    lines = lines_of(segments)
    number = 0
    for line in lines:
        for part, rest in _deliveries(line):
            number += 1
            _answered(sheet, line, part, number, currency)
            quantities(sheet, rest, number, {"line.rest_quantity": ("83", "21", "113")})
            days(sheet, rest, {"line.rest_date": codes.PROMISED}, number)
    return sheet.document(DocumentKind.ORDER_CONFIRMATION, *counted(segments, len(lines)))


def _common(sheet: Sheet, header: Sequence[Placed]) -> str | None:
    """What order, change and answer share; gives the currency."""
    parties(sheet, header)
    notes(sheet, header, "invoice.note")
    carriage(sheet, header)
    return currency_of(header)[1]


def _parts(line: Sequence[Placed]) -> list[list[Placed]]:
    """The deliveries of a line, each with its quantity and day; the line as one where it is not divided."""
    schedules = [group for group in groups(line, ("SCC",), ("PAC", "LOC", "TAX", "NAD", "ALC")) if first(group, "QTY")]
    return schedules or [[]]


def _deliveries(line: Sequence[Placed]) -> list[tuple[list[Placed], list[Placed]]]:
    """The same of an answer, each with the backorder that follows it (QTY 83): its quantity and day are the rest's."""
    found: list[tuple[list[Placed], list[Placed]]] = []
    for part in _parts(line):
        if found and first(part, "QTY", "83") and not first(part, "QTY", *CONFIRMED):
            found[-1][1].extend(part)
        else:
            found.append((part, []))
    return found


def _whose_line(sheet: Sheet, line: Sequence[Placed], number: int) -> None:
    """The line of the order that is meant: the reference to it (RFF ON with its line, RFF LI), else the line's number."""
    for reference in of(line, "RFF", "ON", "LI", "LN"):
        if reference.at(1) == "ON" and reference.at(1, 3):
            sheet.text("line.order_line", reference, 1, 3, number)
        elif reference.at(1) != "ON" and reference.at(1, 2):
            sheet.text("line.order_line", reference, 1, 2, number)
        if sheet.has("line.order_line", number):
            return
    sheet.text("line.order_line", line[0], 1, 1, number)


def _ordered(sheet: Sheet, line: Sequence[Placed], part: Sequence[Placed], number: int, currency: str | None) -> None:
    """One line, or one delivery of it, as it shall be."""
    _whose_line(sheet, line, number)
    references(sheet, line, number, names={"ON": "order.number", "CT": "contract.number", "PL": "catalogue.number"})
    goods(sheet, line, number)
    whole = until(line, "SCC")
    quantities(sheet, part or whole, number, {"line.quantity": ("21", "113", "1")})
    if not sheet.has("line.quantity", number):
        quantities(sheet, line, number, {"line.quantity": ("21", "113", "1")})
    quantities(sheet, whole, number, {"line.ordered_quantity": ("18",)})
    days(sheet, part, {"line.requested_date": (*codes.REQUESTED, "113", "63", "67", "69")}, number)
    days(sheet, whole, {"line.requested_date": (*codes.REQUESTED, "63", "67", "69")}, number)
    for amount in of(line, "MOA", "203", "66", "38"):
        if not sheet.has("line.amount", number) and not part:
            sheet.number("line.amount", amount, 1, 2, number, currency)
    priced(sheet, line, number, currency)


def _answered(sheet: Sheet, line: Sequence[Placed], part: Sequence[Placed], number: int, currency: str | None) -> None:
    """One line, or one delivery of it, as it is confirmed."""
    _whose_line(sheet, line, number)
    references(sheet, line, number, names={"ON": "order.number"})
    word = codes.ANSWERED_LINES.get(line[0].at(2))
    if word:
        sheet.text("line.status", line[0], 2, 1, number, word)
    _instead(sheet, line, number)
    goods(sheet, line, number)
    whole = until(line, "SCC")
    differences(sheet, [*part, *whole], number)
    quantities(sheet, [*part, *whole], number, {"line.quantity": CONFIRMED, "line.rest_quantity": ("83",)})
    _status_of_difference(sheet, line, number)
    if part and not sheet.has("line.quantity", number):
        quantities(sheet, part, number, {"line.quantity": ("21", "1")})
    differs = any(value != Decimal(0) for value in sheet.values("line.difference", number))
    if sheet.has("line.quantity", number) or differs or word == "rejected":
        quantities(sheet, whole, number, {"line.ordered_quantity": ("21", "1")})
    else:
        quantities(sheet, whole, number, {"line.quantity": ("21", "1")})
    asked = {"line.delivery_date": codes.PROMISED, "line.requested_date": codes.REQUESTED}
    days(sheet, part, asked, number)
    days(sheet, whole, asked, number)
    for amount in of(line, "MOA", "203", "66", "38"):
        if not sheet.has("line.amount", number) and not part:
            sheet.number("line.amount", amount, 1, 2, number, currency)
    priced(sheet, line, number, currency)


def _instead(sheet: Sheet, line: Sequence[Placed], number: int) -> None:
    """What is offered in place of the ordered item (PIA 3), or that the line's item stands in for another (PIA 4)."""
    for other in of(line, "PIA", "3", "4"):
        if not sheet.has("line.status", number):
            sheet.text("line.status", other, 1, 1, number, "substituted")
        for element in range(2, len(other.segment.elements) if other.at(1) == "3" else 0):
            if other.at(element, 2) in codes.SUPPLIER_ITEM and not sheet.has("line.supplier_item", number):
                sheet.text("line.supplier_item", other, element, 1, number)


def _status_of_difference(sheet: Sheet, line: Sequence[Placed], number: int) -> None:
    """A line that says only why it differs still says whether it comes: discontinued and cancelled lines do not."""
    confirmed = any(value != Decimal(0) for value in sheet.values("line.quantity", number))
    if sheet.has("line.status", number) or confirmed:
        return
    for variance in of(line, "QVR"):
        meant = {"discontinued": "rejected", "cancelled": "rejected", "substituted": "substituted"}
        word = meant.get(codes.DISCREPANCIES.get(variance.at(2), ""))
        if word:
            sheet.text("line.status", variance, 2, 1, number, word)
            return
