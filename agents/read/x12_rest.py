"""Walks over an X12 transaction for what its reader left: of which line, party, charge or tax each segment speaks."""

import re
from collections.abc import Iterator, Sequence

from agents.read.codes import X12_TAXES
from agents.read.edi_rest import CURRENCY, Rest, Spoken, Table, Term, lines_of_segments, owners_of_segments
from agents.read.edi_sheet import Value
from agents.read.structured import date_in, decimal_in
from agents.read.x12_codes import unit_of
from agents.read.x12_header import scheme_of
from agents.read.x12_rest_freight import ANSWERS, FREIGHT, MONEY, WAREHOUSE
from agents.read.x12_rest_terms import GOODS, OWNERS, PAPERS, PARTIES
from agents.read.x12_segments import Placed, Sheet, century_of
from agents.read.x12_words import PARTIES as ROLES
from core.claims import Document, DocumentKind

TABLE: Table = {**GOODS, **PAPERS, **FREIGHT, **WAREHOUSE, **MONEY, **ANSWERS,
    "SAC tax": {
        "02": ".tax_kind", "05": ".tax_amount cents currency", "07": ".tax_rate number", "08": ".tax_rate number",
        "13": ".tax_number", "15": ".tax_text",
    }
}  # fmt: skip
_SAC = re.compile(r"SAC\[(\d+)\]/05$")
_LINES = frozenset(
    ("IT1", "PO1", "POC", "LIN", "HL", "RCD", "W01", "W12", "LX", "S5", "RMR", "AK2", "OTI", "AT7", "SLN", "ENT")
)
"""Segments that begin a line, or one part of it."""
_SUMMARIES = frozenset(("TDS", "CTT", "W76", "W03", "L3", "AK9", "SE"))
_OF_PARTY = frozenset((*PARTIES, "NX2", "FOB"))
_OF_PARTS = frozenset(("PID", "PO4", "PO3", "CTP", "QTY", "N9", "REF", "DTM", "MSG", "SAC", "TXI"))
"""Segments that may follow a part of a line (SLN) and speak of it."""
_PAPERS = {
    DocumentKind.ORDER: "order", DocumentKind.ORDER_CHANGE: "order", DocumentKind.ORDER_CANCELLATION: "order",
    DocumentKind.ORDER_CONFIRMATION: "order", DocumentKind.SHIPPING_ORDER: "order",
}  # fmt: skip


class X12Rest(Rest[Placed]):
    """What is left of one transaction."""

    sheet: Sheet

    def at(self, segment: Placed, place: str) -> str:
        """The element of that number."""
        return segment.at(int(place))

    def put(self, term: Term, segment: Placed, place: str, line: int | None) -> bool:
        """One claim. A day that is none stays a text: it may be a week or a month."""
        written = segment.at(int(place))
        value: Value = written
        field, unit = term.field, None
        if term.kind in ("number", "cents"):
            number = decimal_in(written)
            if number is None:
                self.sheet.doubts.append(f"{segment.name} gives “{written[:20]}”, which is no number")
                return False
            value = number.scaleb(-2) if term.kind == "cents" and "." not in written else number
            unit = self.currency if term.unit == CURRENCY else term.unit and unit_of(segment.at(int(term.unit)))
        elif term.kind == "scheme":
            unit = scheme_of(segment.at(int(term.unit)))
        elif term.kind == "day":
            day = date_in(century_of(written))
            value, field = (day, field) if day is not None else (written, field.removesuffix("date") + "period")
        self.sheet.put(field, value, written, segment, place, line, unit or None)
        return True


def rest(sheet: Sheet, segments: Sequence[Placed], document: Document) -> Document:
    """A transaction's document with what its reader left, as far as it has a name."""
    paper = _PAPERS.get(document.kind, "invoice")
    owners = {**OWNERS, **dict.fromkeys(("SAC", "SAC tax", "TXI", "TAX"), paper)}
    walk = X12Rest(sheet, TABLE, PARTIES, owners)
    walk.currency = next((c.at(2).upper() for c in segments if c.name in ("CUR", "C3") and c.at(2)), None)
    walk.read(_spoken(sheet, segments))
    return sheet.completed(document)


def _spoken(sheet: Sheet, segments: Sequence[Placed]) -> Iterator[Spoken[Placed]]:
    lines, parties = lines_of_segments(sheet, segments), owners_of_segments(sheet)
    charges = _Charges(sheet)
    line: int | None = None
    owner = part = ""
    used: set[str] = set()
    loops = _lines_of_loops(segments, lines)
    for n, segment in enumerate(segments):
        name = segment.name
        if name in _SUMMARIES:
            line, owner, part = None, "", ""
        elif name in _LINES:
            line, owner = loops.get(n, line if name == "SLN" else None), ""
            part = "subline" if name == "SLN" and line is not None else ""
        elif part and name not in _OF_PARTS:
            part = ""
        if name == "N1":
            owner = parties.get(f"N1[{segment.number}]") or ROLES.get(segment.at(1), "party")
            used = set()
        elif owner and name not in _OF_PARTY:
            owner = ""
        if owner:
            yield Spoken(segment, owner=owner, line=line, party=True, used=used)
        elif name == "SAC":
            yield _charge(segment, line, charges, part)
        else:
            yield Spoken(segment, owner=part or ("line" if line is not None else ""), line=line)


def _lines_of_loops(segments: Sequence[Placed], lines: dict[tuple[str, int], int]) -> dict[int, int]:
    """For each segment that begins a line: the number its loop was read under."""
    found: dict[int, int] = {}
    begun: int | None = None
    for n, segment in enumerate(segments):
        if segment.name in _SUMMARIES:
            begun = None
        elif segment.name in _LINES and segment.name != "SLN":
            begun = n
        line = lines.get((segment.name, segment.number))
        shared = segment.name == "MAN" and segments[begun or 0].name == "HL"  # a package may hold several items
        if begun is not None and line is not None and not shared:
            found.setdefault(begun, line)
    return found


class _Charges:
    """The numbers of charges and discounts on the whole: those that the reader gave, and more of them."""

    def __init__(self, sheet: Sheet) -> None:
        named = ("invoice.charge", "invoice.allowance")
        claims = [(claim, claim.span.path or "") for claim in sheet.claims if claim.field in named]
        told = [(_SAC.search(path), claim.line) for claim, path in claims]
        self.lines = {int(found[1]): line for found, line in told if found is not None}
        self._counts = {
            code: sum(claim.field == name for claim, _ in claims) for code, name in zip("CA", named, strict=True)
        }

    def next(self, code: str) -> int:
        """The number of the next one of a kind."""
        self._counts[code] = number = self._counts.get(code, 0) + 1
        return number


def _charge(sac: Placed, line: int | None, charges: _Charges, part: str) -> Spoken[Placed]:
    """A charge, discount or tax: on a line that line's own, else with the number it has or is given."""
    if sac.at(2) in X12_TAXES:
        return Spoken(sac, owner="line" if line is not None else "", line=line, name="SAC tax")
    given = charges.lines.get(sac.number)
    if given is not None:
        return Spoken(sac, owner="invoice", line=given)
    if line is not None:
        return Spoken(sac, owner=part or "line", line=line)
    return Spoken(sac, line=charges.next(sac.at(1)))
