"""What an EDI message says beside what its reader looks for: element by element, by tables of names.

A reader picks the terms that are acted on: the first of several days, the most telling of several parties. Whatever else
stands in the message is claimed here under names of its own (docs/vocabulary.md), so that nothing a partner wrote is lost
to a person: other parties with their addresses, references, charges, packing, terms of delivery. What is claimed already is
not claimed again, and what a code beside a value says is part of its name, or a claim of its own (`..._kind`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar

from agents.read.edi_sheet import Claims, Standing
from agents.read.limits import CLAIMS_MAX

MORE_STREETS = {".street": ".street_2", ".street_2": ".street_3"}
"""A party may write several lines of a street in several segments."""
AGAIN: Mapping[str, str] = {
    ".supplier_item": ".item_number", ".buyer_item": ".item_number", ".gtin": ".item_number",
    ".order_line": ".reference_line", ".tax_rate": ".stated_tax_rate", ".tax_id": ".number",
    ".packages": ".inner_packages", ".weight": ".stated_weight", ".due_date": ".stated_due_date",
    ".currency": ".stated_currency", ".early_payment_percent": ".percent",
    "order.number": "document.reference", "contract.number": "document.reference", "order.date": "document.stated_date",
    "confirmation.date": "document.stated_date", "freight.shipment": "document.reference",
    "freight.number": "document.reference", "freight.carrier": "freight.carrier_id",
    "freight.pickup_date": "freight.stated_date", "freight.status_date": "freight.stated_date",
    "payment.reference": "payment.payer_reference", "catalogue.number": "document.reference",
    "invoice.preceding": "document.reference",
}  # fmt: skip
"""Names that are acted on are given once: what a reader picked stays what the field says, another value has this name."""
CURRENCY = "currency"
"""In place of the place of a unit: the amount is in the message's currency."""


@dataclass(frozen=True, slots=True)
class Term:
    """A name of the vocabulary, the kind of value (text, scheme, number, cents, day), the place of its unit. A name with a
    dot before it belongs to whom the segment speaks of: a line, a party, the whole."""

    field: str
    kind: str = "text"
    unit: str = ""


@dataclass(frozen=True, slots=True)
class By:
    """A value whose name the code at another place of its segment tells ("" where it is nobody's). A code that tells none
    becomes a claim itself, `..._kind`, in a word where `words` has one."""

    code: str
    other: str
    fields: Mapping[str, str] | None = None
    words: Mapping[str, str] | None = None


Entry = str | By
Table = Mapping[str, Mapping[str, Entry]]
"""For each segment, for each place in it, what stands there."""
P = TypeVar("P", bound=Standing)


@dataclass(slots=True)
class Spoken(Generic[P]):
    """A segment with whom it speaks of. `owner` is "" for the whole message; `used` are the names its party has already,
    `name` the table's name for it where that is not its own."""

    segment: P
    owner: str = ""
    line: int | None = None
    party: bool = False
    used: set[str] | None = None
    name: str = ""


@lru_cache(maxsize=1024)
def term_of(written: str) -> Term:
    """A term from "field kind unit"."""
    return Term(*written.split())


class Rest(Generic[P]):
    """One walk over one message. Each syntax says how an address is looked up, and who owns what."""

    def __init__(self, sheet: Claims, table: Table, of_party: Table, owners: Mapping[str, str]) -> None:
        self.sheet, self.table, self.of_party, self.owners = sheet, table, of_party, owners
        self.room = CLAIMS_MAX - len(sheet.claims)
        self.currency: str | None = None
        self.borne = self.places_borne()
        self.segments = {path.partition("/")[0] for path in self.borne}

    def places_borne(self) -> set[str]:
        """The addresses that claims have already."""
        start = len(self.sheet.prefix)
        return {(claim.span.path or "")[start:] for claim in self.sheet.claims}

    def at(self, segment: P, place: str) -> str:
        """What stands at a place of a segment, "" for nothing."""
        raise NotImplementedError

    def put(self, term: Term, segment: P, place: str, line: int | None) -> bool:
        """One claim, unless the value is none of its kind."""
        raise NotImplementedError

    def read(self, spoken: Iterable[Spoken[P]]) -> None:
        """Claim everything in these segments that has a name and no claim."""
        for one in spoken:
            if self.room < 0:
                return
            name = one.name or one.segment.name
            entries = (self.of_party if one.party else self.table).get(name)
            if entries is None and one.party:
                entries = self.table.get(name)
            width = one.segment.width
            for place, entry in (entries or {}).items():
                if int(place[:2]) < width:
                    self._take(one, place, entry)

    def _take(self, one: Spoken[P], place: str, entry: Entry) -> None:
        segment = one.segment
        if not self.at(segment, place) or f"{segment.name}[{segment.number}]/{place}" in self.borne:
            return
        if isinstance(entry, str):
            self._named(one, place, entry)
            return
        code = self.at(segment, entry.code)
        told = (entry.fields or {}).get(code)
        if told and self._field(one, term_of(told).field, again=False) != self._field(one, term_of(told).field):
            told = None  # it has another value already: then the code beside it is what tells them apart
        if told is not None:
            if told:
                self._named(one, place, told)
        elif self._named(one, place, entry.other) and code:
            if f"{segment.name}[{segment.number}]/{entry.code}" in self.borne:
                return
            word = (entry.words or {}).get(code, code)
            field = f"{self._field(one, term_of(entry.other).field)}_kind"
            self.sheet.put(field, word, code, segment, entry.code, one.line, None)
            self.room -= 1

    def _named(self, one: Spoken[P], place: str, written: str) -> bool:
        term = term_of(written)
        field = term.field
        if one.used is not None:
            while field in one.used and field in MORE_STREETS:
                field = MORE_STREETS[field]
            one.used.add(field)
            told = f"{one.segment.name}[{one.segment.number}]" in self.segments or len(one.used) > 1
            if field == ".role" and one.owner != "party" and told:
                return False  # the names of its claims say it
        self.room -= 1
        return self.put(Term(self._field(one, field), term.kind, term.unit), one.segment, place, one.line)

    def _field(self, one: Spoken[P], field: str, *, again: bool = True) -> str:
        owner = one.owner or self.owners.get(one.name or one.segment.name, "document")
        whole = f"{owner}{field}" if field.startswith(".") else field
        if not again or field not in AGAIN or not self.sheet.has(whole, one.line):
            return whole
        other = AGAIN[field]
        return f"{owner}{other}" if other.startswith(".") else other


def lines_of_segments(sheet: Claims, segments: Sequence[P]) -> dict[tuple[str, int], int]:
    """Which line each segment was read for: the first where a line is divided."""
    start = len(sheet.prefix)
    lines: dict[str, int] = {}
    for claim in sheet.claims:
        if claim.line is not None and not claim.field.startswith(("invoice.charge", "invoice.allowance")):
            lines.setdefault((claim.span.path or "")[start:].partition("/")[0], claim.line)
    found = ((one, lines.get(f"{one.name}[{one.number}]")) for one in segments)
    return {(one.name, one.number): line for one, line in found if line is not None}


def owners_of_segments(sheet: Claims) -> dict[str, str]:
    """Which party each segment was read as, by its address: the most telling role where it has several."""
    start = len(sheet.prefix)
    found: dict[str, str] = {}
    for claim in sheet.claims:
        if claim.field.endswith((".name", ".id")):
            found.setdefault((claim.span.path or "")[start:].partition("/")[0], claim.field.partition(".")[0])
    return found
