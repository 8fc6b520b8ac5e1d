"""EDIFACT CONTRL and APERAK, to claims: what another system says about messages of ours."""

from collections.abc import Sequence

from agents.read import edifact_codes as codes
from agents.read.edifact_common import before_parties, references
from agents.read.edifact_sheet import Placed, Sheet, first, groups, of, place, until
from agents.read.edifact_syntax import Message
from core.claims import Document, DocumentKind


def read_contrl(message: Message, sheet: Sheet) -> Document:
    """One syntax report: the interchange, and each message it names."""
    segments = place(message)
    for uci in of(segments, "UCI"):
        sheet.text("acknowledged.interchange", uci, 1)
        sheet.text("acknowledged.status", uci, 4, value=codes.ACTIONS.get(uci.at(4), uci.at(4)))
        _error(sheet, uci, 5, None)
    for line, group in enumerate(groups(segments, ("UCF", "UCM"), ("UNT",)), 1):
        answered = group[0]
        if answered.name == "UCF":
            sheet.text("acknowledged.group", answered, 1, 1, line)
            at = 4
        else:
            sheet.text("acknowledged.document", answered, 1, 1, line)
            sheet.text("acknowledged.kind", answered, 2, 1, line)
            at = 3
        sheet.text("acknowledged.status", answered, at, 1, line, codes.ACTIONS.get(answered.at(at), answered.at(at)))
        _error(sheet, answered, at + 1, line)
        _details(sheet, group[1:], line)
    return sheet.document(DocumentKind.ACKNOWLEDGEMENT)


def _details(sheet: Sheet, segments: Sequence[Placed], line: int) -> None:
    """What is wrong in which segment (UCS) and element (UCD)."""
    for report in segments:
        if report.name == "UCS":
            _error(sheet, report, 2, line)
        elif report.name == "UCD":
            _error(sheet, report, 1, line)


def _error(sheet: Sheet, segment: Placed, element: int, line: int | None) -> None:
    if segment.at(element):
        word = codes.SYNTAX_ERRORS.get(segment.at(element), f"error {segment.at(element)}")
        sheet.text("acknowledged.error", segment, element, 1, line, word)


def read_aperak(message: Message, sheet: Sheet) -> Document:
    """One answer of an application: 312 to 314 of its beginning say accepted, with errors, or rejected."""
    segments = place(message)
    meant = {"29": "accepted", "27": "rejected", "34": "accepted with errors"}
    for bgm in of(segments, "BGM"):
        named = {"312": "received", "313": "rejected", "314": "accepted with errors"}.get(bgm.at(1))
        if meant.get(bgm.at(3)):
            sheet.text("acknowledged.status", bgm, 3, value=meant[bgm.at(3)])
        elif named:
            sheet.text("acknowledged.status", bgm, 1, value=named)
    header = until(segments, "ERC")
    acknowledged = next(of(header, "RFF", "ACE", "ACW", "AGO", "TN"), None)
    if acknowledged is not None:
        sheet.text("acknowledged.document", acknowledged, 1, 2)
    references(sheet, before_parties(header))
    for line, group in enumerate(groups(segments, ("ERC",), ("UNT",)), 1):
        text = first(group, "FTX")
        if text is None or not sheet.long("acknowledged.error", text, 4, 1, 5, line):
            sheet.text("acknowledged.error", group[0], 1, 1, line, f"error {group[0].at(1)}")
        reference = next(of(group, "RFF"), None)
        if reference is not None:
            sheet.text("acknowledged.document", reference, 1, 2, line)
    return sheet.document(DocumentKind.ACKNOWLEDGEMENT)
