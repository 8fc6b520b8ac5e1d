"""What the readers of X12 transactions share: segments with their positions, and claims with their addresses.

Each value keeps its element as written and its address ("IT1[2]/04"). Amounts without a decimal point where the standard
implies two places (TDS, SAC) are read so.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from agents.read import codes, edi_sheet, x12_codes
from agents.read.edi_sheet import Claims, Counts, Value, first, groups, of, until
from agents.read.structured import date_in, decimal_in
from agents.read.x12_syntax import NotX12, Segment, Transaction
from core.claims import Check

__all__ = [
    "ITEMS", "READER", "Placed", "Sheet", "century_of", "counted", "dated", "days", "described", "first", "items",
    "loops", "of", "pairs",
    "place", "priced", "until",
]  # fmt: skip

READER = "x12/1"


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """A segment with its position among those of its name, from 1, and its identifier."""

    segment: Segment
    number: int
    name: str

    @property
    def width(self) -> int:
        """How many elements it has, its tag among them."""
        return len(self.segment.elements)

    def at(self, number: int, /) -> str:
        """The element of that number."""
        return self.segment.at(number)


@dataclass(slots=True)
class Sheet(Claims):
    """The claims of one transaction as they are found."""

    reader: ClassVar[str] = READER
    refused: ClassVar[type[ValueError]] = NotX12

    def text(
        self,
        name: str,
        segment: Placed,
        element: int,
        line: int | None = None,
        value: str = "",
        unit: str | None = None,
    ) -> bool:
        """A text claim, unless the element is empty. `value` is given where a code list says what the element means."""
        if not segment.at(element):
            return False
        self._add(name, value or segment.at(element), segment, element, line, unit)
        return True

    def once(self, name: str, segment: Placed, element: int, line: int | None = None) -> bool:
        """A text claim, unless the element is empty or the field was claimed already."""
        return not self.has(name, line) and self.text(name, segment, element, line)

    def day(self, name: str, segment: Placed, element: int, line: int | None = None) -> bool:
        """A date of eight digits, or of the six of version 3010 (years from 1980 to 2079)."""
        written = segment.at(element)
        if not written:
            return False
        value = date_in(century_of(written))
        if value is None:
            self.wrong.append(f"{segment.name} gives “{written[:20]}”, which is no date")
            return False
        self._add(name, value, segment, element, line, None)
        return True

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

    def _add(self, name: str, value: Value, segment: Placed, element: int, line: int | None, unit: str | None) -> None:
        self.put(name, value, segment.at(element), segment, f"{element:02}", line, unit)

    def base(self, segment: Placed, element: int, line: int, value: int) -> None:
        """A price base that a code names."""
        self._add("line.price_base", Decimal(value), segment, element, line, None)


def century_of(written: str) -> str:
    """A day of six digits with its century; any other as it is."""
    return ("19" if written[:2] >= "80" else "20") + written if re.fullmatch(r"\d{6}", written) else written


def place(transaction: Transaction) -> list[Placed]:
    """The segments with their positions."""
    counts = Counts()
    named = [(segment, segment.name) for segment in transaction.segments]
    return [Placed(segment, counts.next(name), name) for segment, name in named]


def loops(segments: Sequence[Placed], opens: str, closes: Sequence[str] = ()) -> Iterator[list[Placed]]:
    """The groups of segments that each start with `opens`, until one of `closes`."""
    return groups(segments, (opens,), closes)


def dated(segments: Sequence[Placed], qualifiers: Sequence[str], name: str = "DTM") -> Placed | None:
    """The DTM (or G62) of the first of the qualifiers that occurs."""
    return next((dtm for dtm in of(segments, name, *qualifiers) if dtm.at(2)), None)


def days(
    sheet: Sheet, segments: Sequence[Placed], wanted: Mapping[str, Sequence[str]], line: int | None = None
) -> None:
    """For each field the DTM of the first of its qualifiers that occurs."""
    for name, qualifiers in wanted.items():
        found = dated(segments, qualifiers)
        if found is not None and not sheet.has(name, line):
            sheet.day(name, found, 2, line)


def pairs(segment: Placed, start: int) -> Iterator[tuple[str, int]]:
    """Qualifiers of product numbers and where the number stands, from element `start` on."""
    for n in range(start, len(segment.segment.elements) - 1, 2):
        if segment.at(n) and segment.at(n + 1):
            yield segment.at(n), n + 1


ITEMS = (
    ("line.supplier_item", x12_codes.SUPPLIER_ITEM),
    ("line.buyer_item", x12_codes.BUYER_ITEM),
    ("line.gtin", x12_codes.GTIN),
)


def items(sheet: Sheet, segment: Placed, start: int, line: int, *, order: bool = True) -> set[str]:
    """Item numbers, lot, serial number, order line and order of one line, and the fields that were given."""
    wanted = (
        *ITEMS,
        ("line.order_line", x12_codes.ORDER_LINE),
        ("order.number", x12_codes.ORDER if order else ()),
        ("line.lot", x12_codes.LOT),
        ("line.serial", x12_codes.SERIAL),
    )
    given: set[str] = set()
    found = list(pairs(segment, start))
    for name, qualifiers in wanted:
        for qualifier, at in found:
            if qualifier in qualifiers and name not in given:
                sheet.text(name, segment, at, line)
                given.add(name)
    return given


def described(sheet: Sheet, segments: Sequence[Placed], line: int) -> None:
    """The item's description: the first free-form PID, else the text of a warehouse's G69."""
    for segment in segments:
        at = {"PID": 5, "G69": 1}.get(segment.name)
        if at and segment.at(at):
            sheet.text("line.description", segment, at, line)
            return


def priced(sheet: Sheet, segment: Placed, price: int, basis: int, line: int, currency: str | None) -> None:
    """The unit price and, when it is per hundred or thousand, its base."""
    sheet.number("line.price", segment, price, line, currency)
    base = codes.X12_PRICE_BASE.get(segment.at(basis))
    if base is not None:
        sheet.base(segment, basis, line, base)


def counted(segments: Sequence[Placed], name: str) -> tuple[Check, ...]:
    """Whether the lines are as many as CTT says."""
    found = sum(1 for _ in of(segments, name))
    return edi_sheet.counted(next((c.at(1) for c in of(segments, "CTT")), ""), found)
