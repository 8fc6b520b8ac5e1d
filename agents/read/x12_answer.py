"""X12 997, 999, 824 and TA1, to claims: what another system says about transactions of ours."""

from collections.abc import Mapping, Sequence

from agents.read import x12_codes
from agents.read.x12_segments import Placed, Sheet, loops, of, place, until
from agents.read.x12_structure import misshapen
from agents.read.x12_syntax import Transaction
from core.claims import Document, DocumentKind


def read_997(transaction: Transaction, sheet: Sheet) -> Document:
    """One functional or implementation acknowledgment: a group, and each transaction it names."""
    segments = place(transaction)
    for ak1 in of(segments, "AK1"):
        sheet.text("acknowledged.group", ak1, 2)
        sheet.text("acknowledged.kind", ak1, 1)
    for ak9 in of(segments, "AK9"):
        _status(sheet, ak9, None)
        _errors(sheet, ak9, (5, 6, 7, 8, 9), x12_codes.GROUP_ERRORS, None)
    for line, answered in enumerate(loops(segments, "AK2", ("AK9", "SE")), 1):
        sheet.text("acknowledged.kind", answered[0], 1, line)
        sheet.text("acknowledged.document", answered[0], 2, line)
        for segment in answered:
            if segment.name in ("AK5", "IK5"):
                _status(sheet, segment, line)
                _errors(sheet, segment, (2, 3, 4, 5, 6), x12_codes.TRANSACTION_ERRORS, line)
            elif segment.name in ("AK3", "IK3"):
                _errors(sheet, segment, (4,), x12_codes.SEGMENT_ERRORS, line, of_what=f"segment {segment.at(1)}")
            elif segment.name in ("AK4", "IK4"):
                _errors(sheet, segment, (3,), x12_codes.ELEMENT_ERRORS, line, of_what=f"element {segment.at(1)}")
    return sheet.document(DocumentKind.ACKNOWLEDGEMENT, *misshapen(segments))


def _status(sheet: Sheet, segment: Placed, line: int | None) -> None:
    if segment.at(1):
        sheet.text("acknowledged.status", segment, 1, line, x12_codes.TYPES.get(segment.at(1), segment.at(1)))


def _errors(
    sheet: Sheet,
    segment: Placed,
    elements: Sequence[int],
    words: Mapping[str, str],
    line: int | None,
    *,
    of_what: str = "",
) -> None:
    for element in elements:
        if segment.at(element):
            word = words.get(segment.at(element), f"error {segment.at(element)}")
            sheet.text("acknowledged.error", segment, element, line, f"{of_what} {word}".strip())


_TAKEN = {
    "A": "accepted", "C": "accepted with errors", "E": "accepted with errors", "P": "partly accepted", "R": "rejected",
}  # fmt: skip
"""110, the second letter of how an application took a transaction, group or item."""


def read_824(transaction: Transaction, sheet: Sheet) -> Document:
    """One application advice: what an application did with each transaction, and why."""
    segments = place(transaction)
    for line, group in enumerate(loops(segments, "OTI", ("SE",)), 1):
        oti = group[0]
        status = _TAKEN.get(oti.at(1)[1:], "")
        if status:
            sheet.text("acknowledged.status", oti, 1, line, status)
        sheet.text("acknowledged.kind", oti, 10, line)
        sheet.text("acknowledged.document", oti, 9, line) or sheet.text("acknowledged.document", oti, 3, line)
        for error in of(until(group, "SE"), "TED"):
            sheet.text("acknowledged.error", error, 2, line) or sheet.text(
                "acknowledged.error", error, 1, line, f"error {error.at(1)}"
            )
    return sheet.document(DocumentKind.ACKNOWLEDGEMENT)


def read_ta1(transaction: Transaction, sheet: Sheet) -> Document:
    """One interchange acknowledgment."""
    for ta1 in place(transaction):
        sheet.text("acknowledged.interchange", ta1, 1)
        sheet.text("acknowledged.status", ta1, 4, value=x12_codes.INTERCHANGES.get(ta1.at(4), ta1.at(4)))
        if ta1.at(5) not in ("", "000"):
            sheet.text("acknowledged.error", ta1, 5, value=f"interchange note {ta1.at(5)}")
    return sheet.document(DocumentKind.ACKNOWLEDGEMENT)
