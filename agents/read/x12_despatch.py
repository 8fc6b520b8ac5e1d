"""X12 856: the ship notice, to claims. Its levels are followed by their HL numbers, in whatever order they stand:
shipment, order, tare, pack, item (SOTPI), or item before pack (SOIP). A line is a level that ships something (SN1).
"""

from collections.abc import Mapping, Sequence

from agents.read import codes, edi_sheet, x12_codes
from agents.read.x12_codes import unit_of
from agents.read.x12_header import carriage, notes, parties, purpose, references
from agents.read.x12_segments import Placed, Sheet, dated, days, described, items, loops, of, place, until
from agents.read.x12_syntax import Transaction
from core.claims import Check, Document, DocumentKind

LEVELS_MAX = 12
"""Levels above an item that are followed: four are usual, and a cycle must end."""
PACKAGES = ("GM", "UC", "AA", "AI", "W", "MC", "SI", "L", "R", "SM")
"""88, marks that tell packages apart. "GM" is a serial shipping container code, "CP" a carrier's package number."""

_INHERITED = frozenset(("PRF", "LIN", "PID", "G69", "MAN"))
"""Segments of a level that hold for the items under it."""
Level = list[Placed]


def read_856(transaction: Transaction, sheet: Sheet) -> Document:
    """One ship notice: what was shipped, when, on which orders, in which packages."""
    segments = place(transaction)
    header = until(segments, "HL", "SE")
    levels = list(loops(segments, "HL", ("CTT", "SE")))
    for bsn in of(header, "BSN"):
        sheet.text("despatch.number", bsn, 2)
        purpose(sheet, bsn, 1)
    shipments = [segment for level in levels if level[0].at(3) == "S" for segment in level]
    _shipped(sheet, [*header, *shipments])
    orders = [prf for level in levels for prf in of(level, "PRF") if prf.at(1)]
    numbers = {prf.at(1) for prf in orders}
    if len(numbers) == 1:
        sheet.text("order.number", orders[0], 1)
        sheet.day("order.date", orders[0], 4)
    by_number = {level[0].at(1): level for level in levels}
    said_above = {number: [s for s in level if s.name in _INHERITED] for number, level in by_number.items()}
    below: dict[str, list[Level]] = {}
    for level in levels:
        below.setdefault(level[0].at(2), []).append(level)
    shipped = [level for level in levels if any(True for _ in of(level, "SN1"))]
    for number, level in enumerate(shipped, 1):
        around = _above(level, by_number)
        inherited = [said_above[one[0].at(1)] for one in around]
        above = [segment for one in inherited for segment in one]
        _item(sheet, level, above, number, several=len(numbers) > 1)
        packages = [said for one, said in zip(around, inherited, strict=True) if one[0].at(3) not in ("S", "O")]
        _packed(sheet, level, [segment for one in packages for segment in one], _below(level, below), number)
    return sheet.document(DocumentKind.DESPATCH_ADVICE, *_counted(segments, len(levels)), *_hung(levels, by_number))


def _shipped(sheet: Sheet, segments: Sequence[Placed]) -> None:
    """What holds for the whole shipment."""
    days(sheet, segments, {"despatch.date": codes.X12_SHIPPED, "delivery.date": codes.X12_EXPECTED})
    references(sheet, until(segments, "N1"), but=("order.number",))
    for mark in of(segments, "MAN", "CP"):
        sheet.text("tracking.number", mark, 2)
    parties(sheet, segments)
    carriage(sheet, segments)
    notes(sheet, segments, "invoice.note")


def _above(level: Level, by_number: Mapping[str, Level]) -> list[Level]:
    """The levels that a level stands under, the nearest first."""
    found: list[Level] = []
    parent = level[0].at(2)
    for _ in range(LEVELS_MAX):
        above = by_number.get(parent)
        if not parent or above is None or above is level:
            break
        found.append(above)
        parent = above[0].at(2)
    return found


def _below(level: Level, below: Mapping[str, list[Level]]) -> Level:
    """The segments of the levels directly under a level: the packages an item is in, its lots."""
    return [segment for child in below.get(level[0].at(1), []) if child is not level for segment in child]


def _item(sheet: Sheet, level: Level, above: Level, number: int, *, several: bool) -> None:
    order = next((prf for prf in of([*level, *above], "PRF") if prf.at(1)), None)
    if several and order is not None:
        sheet.text("order.number", order, 1, number)
    given: set[str] = set()
    own = list(of(level, "LIN"))
    for lin in own or list(of(above, "LIN"))[:1]:
        given |= items(sheet, lin, 2, number, order=order is None)
        if "line.order_line" not in given and sheet.text("line.order_line", lin, 1, number):
            given.add("line.order_line")
    described(sheet, level if own else [*level, *above], number)
    for sn1 in of(level, "SN1"):
        if "line.order_line" not in given:
            sheet.text("line.order_line", sn1, 1, number)
        sheet.number("line.quantity", sn1, 2, number, unit_of(sn1.at(3)))
        sheet.number("line.ordered_quantity", sn1, 5, number, unit_of(sn1.at(6) or sn1.at(3)))
        word = codes.X12_LINE_STATUS.get(sn1.at(8))
        if word:
            sheet.text("line.status", sn1, 8, number, word)
    shipped = dated(level, codes.X12_SHIPPED)
    if shipped is not None:
        sheet.day("line.delivery_date", shipped, 2, number)


def _packed(sheet: Sheet, level: Level, packing: Level, below: Level, number: int) -> None:
    """The packages an item lies in, its lots and serial numbers, and until when it is good. The marks of a whole shipment or
    order are no packages of one item."""
    own = [*level, *below]
    for marks in (own, packing):
        for mark in of(marks, "MAN"):
            if mark.at(1) in PACKAGES:
                sheet.text("line.package", mark, 2, number)
            elif mark.at(1) == "CP" and marks is own:
                sheet.text("tracking.number", mark, 2, number)
    for reference in of([*level, *below], "REF", "LT", "BT", "SE"):
        sheet.text("line.serial" if reference.at(1) == "SE" else "line.lot", reference, 2, number)
    for lin in of(below, "LIN"):
        for qualifier, field in (("LT", "line.lot"), ("SN", "line.serial")):
            for at in range(2, len(lin.segment.elements) - 1, 2):
                if lin.at(at) == qualifier:
                    sheet.text(field, lin, at + 1, number)
    wanted = {"line.expiry_date": x12_codes.EXPIRES, "line.production_date": x12_codes.PRODUCED}
    days(sheet, [*level, *below], wanted, number)
    for packages in of(level, "PO4"):
        if not sheet.has("line.packages", number):
            sheet.number("line.packages", packages, 1, number, packages.at(4) or None)


def _counted(segments: Sequence[Placed], levels: int) -> tuple[Check, ...]:
    """Whether the levels are as many as CTT says."""
    return edi_sheet.counted(next((c.at(1) for c in of(segments, "CTT")), ""), levels, "levels")


def _hung(levels: Sequence[Level], by_number: Mapping[str, Level]) -> tuple[Check, ...]:
    """Whether every level stands under one that is there, and no two have the same number."""
    lost = [level[0].at(1) for level in levels if level[0].at(2) and level[0].at(2) not in by_number]
    same = len(levels) - len(by_number)
    if not lost and not same:
        return ()
    says = f"levels {', '.join(lost[:5])} stand under levels that are not there" if lost else "levels share a number"
    return (Check(name="levels", holds=False, says=says),)
