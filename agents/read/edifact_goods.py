"""EDIFACT DESADV and RECADV, to claims: what was sent, in which packages, and what of it was counted.

Packages (CPS) stand inside one another; an item lies in the package under which it is listed and in those around it.
"""

from collections.abc import Mapping, Sequence

from agents.read import edifact_codes as codes
from agents.read.edifact_common import (
    before_parties,
    beginning,
    carriage,
    counted,
    differences,
    goods,
    notes,
    parties,
    quantities,
    references,
)
from agents.read.edifact_sheet import Placed, Sheet, days, groups, of, place, until
from agents.read.edifact_syntax import Message
from core.claims import Document, DocumentKind

LEVELS_MAX = 12
"""Packages around one another that are followed: four are usual, and a cycle must end."""
SHIPPED = {"despatch.date": codes.SHIPPED, "delivery.date": codes.EXPECTED}


def read_desadv(message: Message, sheet: Sheet) -> Document:
    """One despatch advice."""
    segments = place(message)
    header = until(segments, "CPS", "LIN", "UNT")
    beginning(sheet, header, "despatch.number", "despatch.issue_date")
    days(sheet, until(header, "RFF", "NAD"), SHIPPED)
    _shipment(sheet, header)
    wanted = {"line.quantity": ("12", "46", "47"), "line.ordered_quantity": ("21",), "line.rest_quantity": ("83",)}
    lines = _packed(sheet, segments, wanted)
    return sheet.document(DocumentKind.DESPATCH_ADVICE, *counted(segments, lines))


def read_recadv(message: Message, sheet: Sheet) -> Document:
    """One receiving advice."""
    segments = place(message)
    header = until(segments, "CPS", "LIN", "UNT")
    beginning(sheet, header, "receipt.number", "receipt.issue_date")
    days(sheet, until(header, "RFF", "NAD"), {"receipt.date": (*codes.RECEIVED, "137")})
    _shipment(sheet, header)
    wanted = {
        "line.quantity": ("48",), "line.accepted_quantity": ("194",), "line.shipped_quantity": ("12", "46"),
        "line.ordered_quantity": ("21",), "line.rejected_quantity": ("195", "196"),
        "line.damaged_quantity": ("124",),
    }  # fmt: skip
    lines = _packed(sheet, segments, wanted)
    return sheet.document(DocumentKind.RECEIVING_ADVICE, *counted(segments, lines))


def _shipment(sheet: Sheet, header: Sequence[Placed]) -> None:
    """What holds for the whole shipment."""
    references(sheet, before_parties(header))
    parties(sheet, header)
    carriage(sheet, header)
    notes(sheet, header, "invoice.note")
    for weight in of(header, "MEA"):
        if weight.at(2) in ("AAD", "G", "AAB") and not sheet.has("freight.weight"):
            sheet.number("freight.weight", weight, 3, 2, unit=weight.at(3) or None)
    for total in of(header, "CNT", "11", "7"):
        name = "freight.packages" if total.at(1) == "11" else "freight.weight"
        if not sheet.has(name):
            sheet.number(name, total, 1, 2, unit=total.at(1, 3) or None)
    for seal in of(header, "SEL"):
        sheet.text("freight.seal", seal, 1)
    for equipment in of(header, "EQD"):
        sheet.text("freight.vehicle", equipment, 2)


def _packed(sheet: Sheet, segments: Sequence[Placed], wanted: Mapping[str, Sequence[str]]) -> int:
    """Every line under its packages; gives how many lines there are."""
    levels = list(groups(segments, ("CPS",), ("UNT", "CNT"))) or [list(segments)]
    packages = [level for level in levels if level[0].name == "CPS"]
    marks = {level[0].at(1): list(of(until(level, "LIN"), "GIN")) for level in packages}
    parents = {level[0].at(1): level[0].at(2) for level in packages}
    number = 0
    for level in levels:
        around = _around(level, marks, parents)
        for line in groups(level, ("LIN",), ("UNT", "CNT", "UNS")):
            number += 1
            _line(sheet, line, around, number, wanted)
    if not sheet.has("freight.packages"):
        outer = [until(level, "LIN") for level in levels if level[0].name == "CPS" and not level[0].at(2)]
        for pac in (pac for level in outer[:1] for pac in of(level, "PAC")):
            if pac.at(1):
                sheet.number("freight.packages", pac, 1, unit=pac.at(3) or None)
                break
    return number


def _around(level: Sequence[Placed], marks: Mapping[str, list[Placed]], parents: Mapping[str, str]) -> list[Placed]:
    """The marks (GIN) of the packages that a line stands in, the innermost first."""
    own = level[0].at(1) if level[0].name == "CPS" else ""
    found = list(marks.get(own, ())) if own else list(of(until(level, "LIN"), "GIN"))
    parent = parents.get(own, "")
    for _ in range(LEVELS_MAX):
        if not parent or parent not in marks:
            break
        found += marks[parent]
        parent = parents[parent]
    return found


def _line(
    sheet: Sheet, line: Sequence[Placed], around: Sequence[Placed], number: int, wanted: Mapping[str, Sequence[str]]
) -> None:
    for reference in of(line, "RFF", "ON", "LI", "LN"):
        at = (1, 3) if reference.at(1) == "ON" else (1, 2)
        if reference.at(*at) and not sheet.has("line.order_line", number):
            sheet.text("line.order_line", reference, *at, number)
    references(sheet, line, number)
    goods(sheet, line, number)
    quantities(sheet, line, number, wanted)
    _of_variance(sheet, line, number)
    differences(sheet, line, number)
    days(
        sheet,
        line,
        {
            "line.delivery_date": codes.SHIPPED,
            "line.expiry_date": codes.EXPIRES,
            "line.production_date": codes.PRODUCED,
        },
        number,
    )
    _marked(sheet, line, around, number)


def _of_variance(sheet: Sheet, line: Sequence[Placed], number: int) -> None:
    """What a receiver refuses or finds damaged, as the difference itself counts it (QVR 195, 196, 124)."""
    for variance in of(line, "QVR"):
        kind = variance.at(1, 2)
        name = {"124": "line.damaged_quantity", "195": "line.rejected_quantity", "196": "line.rejected_quantity"}.get(
            kind
        )
        if name and not variance.at(1).startswith("-") and not sheet.has(name, number):
            sheet.number(name, variance, 1, 1, number)


def _marked(sheet: Sheet, line: Sequence[Placed], around: Sequence[Placed], number: int) -> None:
    """Lots and serial numbers of a line, and the numbers of the packages it lies in."""
    own = list(of(line, "GIN"))
    for at, mark in enumerate([*own, *around]):
        name = next(
            (
                field
                for field, kinds in (
                    ("line.lot", codes.LOTS),
                    ("line.serial", codes.SERIALS),
                    ("line.package", codes.PACKAGES),
                )
                if mark.at(1) in kinds
            ),
            None,
        )
        if name is None or (at >= len(own) and name != "line.package"):
            continue
        for element in range(2, len(mark.segment.elements)):
            for component in (1, 2):
                sheet.text(name, mark, element, component, number)
    for reference in of(line, "RFF", "BT", "LT"):
        sheet.text("line.lot", reference, 1, 2, number)
    for weight in of(line, "MEA"):
        if weight.at(2) in ("AAA", "AAB", "G", "AAD", "AAL") and not sheet.has("line.weight", number):
            sheet.number("line.weight", weight, 3, 2, number, weight.at(3) or None)
    for pac in of(line, "PAC"):
        if pac.at(1) and not sheet.has("line.packages", number):
            sheet.number("line.packages", pac, 1, 1, number, pac.at(3) or None)
