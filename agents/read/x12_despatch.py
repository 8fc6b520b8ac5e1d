"""X12 856: the ship notice, to claims. Its levels (shipment, order, pack, item) are followed by their HL numbers."""

from collections.abc import Sequence

from agents.read import codes
from agents.read.x12_segments import (
    Placed,
    Sheet,
    Transaction,
    dated,
    described,
    items,
    loops,
    of,
    parties,
    place,
    references,
    until,
)
from core.claims import Check, Document, DocumentKind

LEVELS_MAX = 12
"""Levels above an item that are followed: four are usual, and a cycle must end."""


def read_856(transaction: Transaction, part: str, prefix: str) -> Document:
    """One ship notice: what was shipped, when, on which orders."""
    segments = place(transaction)
    sheet = Sheet(part, prefix)
    header = until(segments, "HL", "SE")
    levels = list(loops(segments, "HL", ("CTT", "SE")))
    for bsn in of(header, "BSN"):
        sheet.text("despatch.number", bsn, 2)
    shipments = [level for level in levels if level[0].at(3) == "S"]
    _shipped(sheet, [*header, *(segment for level in shipments for segment in level)])
    orders = [prf for level in levels for prf in of(level, "PRF") if prf.at(1)]
    if len({prf.at(1) for prf in orders}) == 1:
        sheet.text("order.number", orders[0], 1)
    by_number = {level[0].at(1): level for level in levels}
    shipped = [level for level in levels if any(True for _ in of(level, "SN1"))]
    for number, level in enumerate(shipped, 1):
        _item(sheet, level, _above(level, by_number), number, several=len({p.at(1) for p in orders}) > 1)
    return sheet.document(DocumentKind.DESPATCH_ADVICE, *_counted(segments, len(levels)))


def _shipped(sheet: Sheet, segments: Sequence[Placed]) -> None:
    """What holds for the whole shipment."""
    for name, qualifiers in (("despatch.date", codes.X12_SHIPPED), ("delivery.date", codes.X12_EXPECTED)):
        found = dated(segments, qualifiers)
        if found is not None:
            sheet.day(name, found, 2)
    references(sheet, segments, but=("order.number",))
    for mark in of(segments, "MAN"):
        if mark.at(1) == "CP":
            sheet.text("tracking.number", mark, 2)
    parties(sheet, segments)


def _above(level: Sequence[Placed], by_number: dict[str, list[Placed]]) -> list[Placed]:
    """The segments of the levels that an item stands under."""
    found: list[Placed] = []
    parent = level[0].at(2)
    for _ in range(LEVELS_MAX):
        above = by_number.get(parent)
        if not parent or above is None:
            break
        found += above
        parent = above[0].at(2)
    return found


def _item(sheet: Sheet, level: Sequence[Placed], above: Sequence[Placed], number: int, *, several: bool) -> None:
    order = next((prf for prf in of([*level, *above], "PRF") if prf.at(1)), None)
    if several and order is not None:
        sheet.text("order.number", order, 1, number)
    given: set[str] = set()
    for lin in of(level, "LIN"):
        given |= items(sheet, lin, 2, number, order=order is None)
        if "line.order_line" not in given and sheet.text("line.order_line", lin, 1, number):
            given.add("line.order_line")
    described(sheet, level, number)
    for sn1 in of(level, "SN1"):
        if "line.order_line" not in given:
            sheet.text("line.order_line", sn1, 1, number)
        sheet.number("line.quantity", sn1, 2, number, codes.unit_of(sn1.at(3)))
        sheet.number("line.ordered_quantity", sn1, 5, number, codes.unit_of(sn1.at(6) or sn1.at(3)))
    shipped = dated(level, codes.X12_SHIPPED)
    if shipped is not None:
        sheet.day("line.delivery_date", shipped, 2, number)


def _counted(segments: Sequence[Placed], levels: int) -> tuple[Check, ...]:
    """Whether the levels are as many as CTT says."""
    said = next((c.at(1) for c in of(segments, "CTT")), "")
    if not said.isdigit():
        return ()
    says = f"{levels} levels, the summary says {int(said[:9])}"
    return (Check(name="lines_counted", holds=levels == int(said[:9]), says=says),)
