"""Walks over an EDIFACT message for what its reader left: of which line, party, charge or tax each segment speaks."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from agents.read.codes import unit_of
from agents.read.edi_rest import CURRENCY, By, Entry, Rest, Spoken, Table, Term, lines_of_segments, owners_of_segments
from agents.read.edi_sheet import Value
from agents.read.edifact_common import currency_of, scheme_of
from agents.read.edifact_dates import day_of
from agents.read.edifact_rest_terms import ADJUSTED, GENERAL, OF_EXTRA, OWNERS, PARTIES
from agents.read.edifact_sheet import Placed, Sheet, decimal_of
from agents.read.edifact_words import AMOUNTS
from agents.read.edifact_words import PARTIES as ROLES
from core.claims import Document, DocumentKind

_RANGE = re.compile(r"(.*/\d+):(\d+)-(\d+)")
_LINES = frozenset(("LIN", "CNI", "GID", "DOC", "UCF", "UCM", "ERC", "CPS", "PGI"))
"""Segments that begin a line, or end one where nothing was read for them."""
_SUMMARIES = frozenset(("UNS", "CNT", "UNT"))
_OF_PARTY = frozenset((*PARTIES, "FII", "DOC"))
_EXTRAS = {"C": ".charge", "A": ".allowance"}
"""5463. What is neither (a service, a promotion) is an `extra`."""
_INSTEAD = {"3": "PIA by", "4": "PIA for"}
"""4347: numbers of the item that takes a line's place, or whose place it takes."""
_PAPERS = {
    DocumentKind.ORDER: "order", DocumentKind.ORDER_CHANGE: "order", DocumentKind.ORDER_CANCELLATION: "order",
    DocumentKind.ORDER_CONFIRMATION: "order", DocumentKind.QUOTE: "order",
}  # fmt: skip


def _adjusted(name: str) -> Table:
    """What stands under a charge or allowance, by its name."""
    amounts = {code: f"{name}{ending} number currency" for code, ending in OF_EXTRA.items()}
    of_amounts: dict[str, Entry] = {"01:2": By("01:1", ".stated_amount number currency", amounts, AMOUNTS)}
    found: dict[str, Mapping[str, Entry]] = {
        f"{name} {segment}": {place: f"{name}{ending}" for place, ending in entries.items()}
        for segment, entries in ADJUSTED.items()
    }
    return found | {f"{name} MOA": of_amounts}


_TAXED = dict.fromkeys(("124", "150", "161", "176"), ".tax_amount number currency") | dict.fromkeys(
    ("125", "79"), ".tax_base number currency"
)
"""5025 under a tax: its amount, and what it is reckoned on."""
TABLE: Table = {
    **GENERAL, **_adjusted(".charge"), **_adjusted(".allowance"), **_adjusted(".extra"),
    "tax MOA": {"01:2": By("01:1", ".stated_amount number currency", _TAXED, AMOUNTS)},
}  # fmt: skip


class EdifactRest(Rest[Placed]):
    """What is left of one message."""

    sheet: Sheet

    def places_borne(self) -> set[str]:
        """The addresses of claims, each component of a range by itself."""
        found: set[str] = set()
        for path in super().places_borne():
            ranged = _RANGE.fullmatch(path)
            found |= {f"{ranged[1]}:{n}" for n in range(int(ranged[2]), int(ranged[3]) + 1)} if ranged else {path}
        return found

    def at(self, segment: Placed, place: str) -> str:
        """The component there; of several the first that is written, unless a claim bears it."""
        element, first, last = _components(place)
        found = [n for n in range(first, last + 1) if segment.at(element, n)]
        if not found or (last > first and f"{segment.name}[{segment.number}]/{element:02}:{found[0]}" in self.borne):
            return ""
        return segment.at(element, found[0])

    def put(self, term: Term, segment: Placed, place: str, line: int | None) -> bool:
        """One claim. A day that is none stays a text: it may be a time or a number of months."""
        element, first, last = _components(place)
        if last > first:
            return self.sheet.long(term.field, segment, element, first, last, line)
        written = segment.at(element, first)
        value: Value = written
        field, unit = term.field, None
        if term.kind == "number":
            number = decimal_of(written, self.sheet.service)
            if number is None:
                self.sheet.doubts.append(f"{segment.name} gives “{written[:20]}”, which is no number")
                return False
            value, unit = number, self._unit(term, segment)
        elif term.kind == "scheme":
            unit = scheme_of(segment.at(*_components(term.unit)[:2]))
        elif term.kind == "day":
            day = day_of(written, segment.at(1, 3))
            value, field = (day, field) if day is not None else (written, field.removesuffix("date") + "period")
            unit = None if day is not None else segment.at(1, 3)
        self.sheet.put(field, value, written, segment, place, line, unit or None)
        return True

    def _unit(self, term: Term, segment: Placed) -> str | None:
        if term.unit == CURRENCY or (segment.name == "MOA" and not segment.at(1, 3)):
            return segment.at(1, 3) if segment.name == "MOA" and segment.at(1, 3) else self.currency
        return unit_of(segment.at(*_components(term.unit)[:2])) if term.unit else None


_PLACE = re.compile(r"(\d+):(\d+)(?:-(\d+))?")


@cache
def _components(place: str) -> tuple[int, int, int]:
    """Element, first and last component of an address."""
    found = _PLACE.fullmatch(place)
    assert found is not None, place
    return int(found[1]), int(found[2]), int(found[3] or found[2])


def rest(sheet: Sheet, segments: Sequence[Placed], document: Document) -> Document:
    """A message's document with what its reader left, as far as it has a name."""
    owners = {**OWNERS, "ALC": _PAPERS.get(document.kind, "invoice"), "TAX": _PAPERS.get(document.kind, "invoice")}
    owners |= {
        f"{name} {segment}": owners["ALC"] for name in (".charge", ".allowance", ".extra") for segment in ADJUSTED
    }
    walk = EdifactRest(sheet, TABLE, PARTIES, {**owners, "tax MOA": owners["TAX"]})
    walk.currency = currency_of(segments)[1]
    walk.read(_spoken(sheet, segments))
    return sheet.completed(document)


def _spoken(sheet: Sheet, segments: Sequence[Placed]) -> Iterator[Spoken[Placed]]:
    parties = owners_of_segments(sheet)
    loops = _lines_of_loops(segments, lines_of_segments(sheet, segments))
    numbers = _Extras(sheet)
    line: int | None = None
    owner = extra = ""
    number: int | None = None
    used: set[str] = set()
    for n, segment in enumerate(segments):
        name = segment.name
        if name in _SUMMARIES or (name in _LINES and not (owner and name == "DOC")):
            line, owner, extra = loops.get(n), "", ""
        if name == "NAD":
            owner = parties.get(f"NAD[{segment.number}]") or ROLES.get(segment.at(1), "party")
            used, extra = set(), ""
        elif owner and name not in _OF_PARTY:
            owner = ""
        if name == "ALC":
            extra = _EXTRAS.get(segment.at(1), ".extra")
            number = line if line is not None else numbers.of(segments, n, extra)
        elif name == "TAX" and not extra.startswith("."):
            extra = "tax"
        elif extra and name not in ADJUSTED:
            extra = ""
        if owner:
            yield Spoken(segment, owner=owner, line=line, party=True, used=used)
        elif extra and (name == "ALC" or f"{extra} {name}" in TABLE):
            table = "" if name == "ALC" else f"{extra} {name}"
            whole = "line" if line is not None else ""
            yield Spoken(segment, owner=whole, line=line if extra == "tax" else number, name=table)
        else:
            table = _INSTEAD.get(segment.at(1), "") if name == "PIA" else ""
            yield Spoken(segment, owner="line" if line is not None else "", line=line, name=table)


class _Extras:
    """The numbers of charges and allowances on the whole: those that the reader gave, and more of them."""

    def __init__(self, sheet: Sheet) -> None:
        start = len(sheet.prefix)
        named = ("invoice.charge", "invoice.allowance")
        claims = [claim for claim in sheet.claims if claim.field in named]
        self._given = {(claim.span.path or "")[start:].partition("/")[0]: claim.line for claim in claims}
        self._counts = {f".{name[8:]}": sum(claim.field == name for claim in claims) for name in named}

    def of(self, segments: Sequence[Placed], at: int, extra: str) -> int | None:
        """The number of the charge or allowance that begins there."""
        for segment in segments[at + 1 : at + 12]:
            if segment.name not in ADJUSTED:
                break
            given = self._given.get(f"{segment.name}[{segment.number}]")
            if given is not None:
                return given
        self._counts[extra] = number = self._counts.get(extra, 0) + 1
        return number


def _lines_of_loops(segments: Sequence[Placed], lines: dict[tuple[str, int], int]) -> dict[int, int]:
    """For each segment that begins a line: the number it was read under."""
    found: dict[int, int] = {}
    begun: int | None = None
    for n, segment in enumerate(segments):
        if segment.name in _SUMMARIES or segment.name in ("CPS", "PGI"):
            begun = None
        elif segment.name in _LINES:
            begun = n
        line = lines.get((segment.name, segment.number))
        if begun is not None and line is not None:
            found.setdefault(begun, line)
    return found
