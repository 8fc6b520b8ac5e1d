"""What the readers of X12 transactions share: segments with their positions, and claims with their addresses.

Each value keeps its element as written and its address ("IT1[2]/04"). Amounts without a decimal point where the standard
implies two places (TDS, SAC) are read so.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from agents.read import codes
from agents.read.structured import date_in, decimal_in
from core.claims import Check, Claim, Document, DocumentKind, Span

READER = "x12/1"
SELLERS = ("SE", "SU", "VN", "RE", "SF", "MF")
BUYERS = ("BY", "BT", "ST")


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment: its name, then its elements from 1."""

    elements: tuple[str, ...]

    @property
    def name(self) -> str:
        """The segment's identifier: "IT1"."""
        return self.elements[0].strip().upper()

    def at(self, number: int) -> str:
        """The element of that number as written, without outer spaces; "" when it is left out."""
        return self.elements[number].strip() if number < len(self.elements) else ""


@dataclass(frozen=True, slots=True)
class Transaction:
    """One transaction set from ST to SE."""

    kind: str
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Placed:
    """A segment with its position among those of its name, from 1."""

    segment: Segment
    number: int

    def at(self, number: int) -> str:
        """The element of that number."""
        return self.segment.at(number)

    @property
    def name(self) -> str:
        """The segment's identifier."""
        return self.segment.name


@dataclass(slots=True)
class Sheet:
    """The claims of one transaction as they are found."""

    part: str
    prefix: str
    claims: list[Claim] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def text(self, name: str, segment: Placed, element: int, line: int | None = None, value: str = "") -> bool:
        """A text claim, unless the element is empty. `value` is given where a code list says what the element means."""
        if not segment.at(element):
            return False
        self._add(name, value or segment.at(element), segment, element, line, None)
        return True

    def day(self, name: str, segment: Placed, element: int, line: int | None = None) -> None:
        """A date of eight digits, or of the six of version 3010 (years from 1980 to 2079)."""
        written = segment.at(element)
        if not written:
            return
        century = "19" if written[:2] >= "80" else "20"
        value = date_in(century + written if re.fullmatch(r"\d{6}", written) else written)
        if value is None:
            self.wrong.append(f"{segment.name} gives “{written[:20]}”, which is no date")
        else:
            self._add(name, value, segment, element, line, None)

    def number(
        self, name: str, segment: Placed, element: int, line: int | None = None, unit: str | None = None
    ) -> Decimal | None:
        """A number with an explicit decimal point, or none."""
        return self._number(name, segment, element, line, unit, places=0)

    def cents(
        self, name: str, segment: Placed, element: int, line: int | None = None, unit: str | None = None
    ) -> Decimal | None:
        """An amount of type N2: two implied places, unless the sender wrote a point all the same."""
        return self._number(name, segment, element, line, unit, places=2)

    def _number(
        self, name: str, segment: Placed, element: int, line: int | None, unit: str | None, *, places: int
    ) -> Decimal | None:
        written = segment.at(element)
        if not written:
            return None
        value = decimal_in(written)
        if value is None:
            self.wrong.append(f"{segment.name} gives “{written[:20]}”, which is no number")
            return None
        if "." not in written:
            value = value.scaleb(-places)
        self._add(name, value, segment, element, line, unit)
        return value

    def _add(
        self, name: str, value: str | Decimal | date, segment: Placed, element: int, line: int | None, unit: str | None
    ) -> None:
        path = f"{self.prefix}{segment.name}[{segment.number}]/{element:02}"
        span = Span(part=self.part, text=segment.at(element), path=path)
        self.claims.append(Claim(field=name, value=value, span=span, reader=READER, line=line, unit=unit))

    def document(self, kind: DocumentKind, *checks: Check) -> Document:
        """Everything found, as a document; a failed check when a value could not be read."""
        broken = Check(name="notation", holds=False, says="; ".join(self.wrong[:5]))
        all_checks = (broken, *checks) if self.wrong else checks
        return Document(kind=kind, part=self.part, claims=tuple(self.claims), reader=READER, checks=all_checks)


def place(transaction: Transaction) -> list[Placed]:
    """The segments with their positions."""
    seen: dict[str, int] = {}
    placed: list[Placed] = []
    for segment in transaction.segments:
        seen[segment.name] = seen.get(segment.name, 0) + 1
        placed.append(Placed(segment, seen[segment.name]))
    return placed


def loops(segments: Sequence[Placed], opens: str, closes: Sequence[str]) -> Iterator[list[Placed]]:
    """The groups of segments that each start with `opens`, until one of `closes`."""
    current: list[Placed] | None = None
    for segment in segments:
        if segment.name == opens or segment.name in closes:
            if current is not None:
                yield current
            current = [segment] if segment.name == opens else None
        elif current is not None:
            current.append(segment)
    if current is not None:
        yield current


def of(segments: Sequence[Placed], name: str) -> Iterator[Placed]:
    """The segments of a name."""
    return (segment for segment in segments if segment.name == name)


def until(segments: Sequence[Placed], *names: str) -> list[Placed]:
    """The segments before the first of one of the names."""
    end = next((n for n, segment in enumerate(segments) if segment.name in names), len(segments))
    return list(segments[:end])


def parties(sheet: Sheet, header: Sequence[Placed]) -> None:
    """Supplier and buyer by name, the most telling role of each."""
    for name, roles in (("supplier.name", SELLERS), ("buyer.name", BUYERS)):
        found = [n for role in roles for n in of(header, "N1") if n.at(1) == role and n.at(2)]
        if found:
            sheet.text(name, found[0], 2)


REFERENCES: Mapping[str, str] = {
    "PO": "order.number", "VN": "confirmation.number", "PK": "despatch.number", "SI": "despatch.number",
    "CN": "tracking.number", "2I": "tracking.number", "TJ": "supplier.tax_id",
}  # fmt: skip
"""REF01 of references the vocabulary knows: purchase order, vendor order, packing list, shipper's number, tracking."""


def references(sheet: Sheet, segments: Sequence[Placed], line: int | None = None, *, but: Sequence[str] = ()) -> None:
    """The references of a header or line, except the fields in `but`, which another segment has given already."""
    for segment in of(segments, "REF"):
        name = REFERENCES.get(segment.at(1))
        if name and name not in but:
            sheet.text(name, segment, 2, line)


def dated(segments: Sequence[Placed], qualifiers: Sequence[str]) -> Placed | None:
    """The DTM of the first of the qualifiers that occurs."""
    return next((d for q in qualifiers for d in of(segments, "DTM") if d.at(1) == q and d.at(2)), None)


def pairs(segment: Placed, start: int) -> Iterator[tuple[str, int]]:
    """Qualifiers of product numbers and where the number stands, from element `start` on."""
    for n in range(start, len(segment.segment.elements) - 1, 2):
        if segment.at(n) and segment.at(n + 1):
            yield segment.at(n), n + 1


def items(sheet: Sheet, segment: Placed, start: int, line: int, *, order: bool = True) -> set[str]:
    """Item numbers, order line and order of one line, and the fields that were given."""
    wanted = (
        ("line.supplier_item", codes.X12_SUPPLIER_ITEM),
        ("line.buyer_item", codes.X12_BUYER_ITEM),
        ("line.order_line", codes.X12_ORDER_LINE),
        ("order.number", codes.X12_ORDER if order else ()),
    )
    given: set[str] = set()
    for name, qualifiers in wanted:
        for qualifier, at in pairs(segment, start):
            if qualifier in qualifiers and name not in given:
                sheet.text(name, segment, at, line)
                given.add(name)
    return given


def described(sheet: Sheet, segments: Sequence[Placed], line: int) -> None:
    """The item's description: the first free-form PID."""
    for segment in of(segments, "PID"):
        if segment.at(5):
            sheet.text("line.description", segment, 5, line)
            return


def priced(sheet: Sheet, segment: Placed, price: int, basis: int, line: int, currency: str | None) -> None:
    """The unit price and, when it is per hundred or thousand, its base."""
    sheet.number("line.price", segment, price, line, currency)
    base = codes.X12_PRICE_BASE.get(segment.at(basis))
    if base is not None:
        path = f"{sheet.prefix}{segment.name}[{segment.number}]/{basis:02}"
        span = Span(part=sheet.part, text=segment.at(basis), path=path)
        claim = Claim(field="line.price_base", value=Decimal(base), span=span, reader=READER, line=line)
        sheet.claims.append(claim)


def counted(segments: Sequence[Placed], name: str) -> tuple[Check, ...]:
    """Whether the lines are as many as CTT says."""
    said = next((c.at(1) for c in of(segments, "CTT")), "")
    if not said.isdigit():
        return ()
    found = sum(1 for _ in of(segments, name))
    says = f"{found} lines, the summary says {int(said[:9])}"
    return (Check(name="lines_counted", holds=found == int(said[:9]), says=says),)
