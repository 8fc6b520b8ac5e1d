"""What the readers of EDIFACT messages share: segments with their positions, and claims with their addresses.

A claim's path names segment, element and component: "QTY[3]/01:2" is the second component of the first element of the
third QTY of the message. A text that runs over several components names the first and the last: "IMD[1]/03:4-5".
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from typing import ClassVar

from agents.read.edi_sheet import Claims, Counts, first, groups, of, until
from agents.read.edifact_characters import NotEdifact, Segment, Service
from agents.read.edifact_dates import day_of
from agents.read.edifact_syntax import Message

__all__ = ["READER", "Placed", "Sheet", "days", "decimal_of", "first", "groups", "of", "own", "place", "until"]

READER = "edifact/1"
FULL_LINE = 35
"""Characters of a component of names and descriptions: a word that fills it may go on in the next."""
_NUMBER = re.compile(r"([+-]?)(\d{1,20})?(?:([.,])(\d{0,12}))?(-?)")


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """A segment with its position among those of its name, from 1, and its tag."""

    segment: Segment
    number: int
    name: str

    @property
    def width(self) -> int:
        """How many elements it has, its tag among them."""
        return len(self.segment.elements)

    def at(self, element: int, component: int = 1, /) -> str:
        """A component as written."""
        return self.segment.at(element, component)


@dataclass(slots=True)
class Sheet(Claims):
    """The claims of one message as they are found."""

    reader: ClassVar[str] = READER
    refused: ClassVar[type[ValueError]] = NotEdifact

    service: Service = field(default_factory=Service)

    def text(
        self, name: str, segment: Placed, element: int, component: int = 1, line: int | None = None, value: str = "",
        unit: str | None = None,
    ) -> bool:  # fmt: skip
        """A text claim, unless the component is empty. `value` is given where a code list says what it means."""
        written = segment.at(element, component)
        if not written:
            return False
        self.put(name, value or written, written, segment, f"{element:02}:{component}", line, unit)
        return True

    def long(self, name: str, segment: Placed, element: int, first: int, last: int, line: int | None = None) -> bool:
        """A text claim over the components from `first` to `last`, in one piece."""
        found = [(n, segment.at(element, n)) for n in range(first, last + 1) if segment.at(element, n)]
        if not found:
            return False
        whole = found[0][1]
        for (_, before), (_, after) in pairwise(found):
            joined = len(before) >= FULL_LINE and after[:1].islower()
            whole += after if joined else f" {after}"
        place = f"{found[0][0]}" if len(found) == 1 else f"{found[0][0]}-{found[-1][0]}"
        self.put(name, whole, whole, segment, f"{element:02}:{place}", line, None)
        return True

    def number(
        self, name: str, segment: Placed, element: int, component: int = 1, line: int | None = None,
        unit: str | None = None,
    ) -> Decimal | None:  # fmt: skip
        """A number claim, or none. What is no number under the notation of the standard is noted."""
        written = segment.at(element, component)
        if not written:
            return None
        value = decimal_of(written, self.service)
        if value is None:
            self.wrong.append(f"{segment.name} gives “{written[:20]}”, which is no number")
            return None
        self.put(name, value, written, segment, f"{element:02}:{component}", line, unit)
        return value

    def day(self, name: str, segment: Placed, line: int | None = None) -> bool:
        """The day of a DTM."""
        written = segment.at(1, 2)
        if not written:
            return False
        value = day_of(written, segment.at(1, 3))
        if value is None:
            code = f" (format {segment.at(1, 3)})" if segment.at(1, 3) else ""
            self.wrong.append(f"DTM gives “{written[:30]}”{code}, which is no day")
            return False
        self.put(name, value, written, segment, "01:2", line, None)
        return True


def decimal_of(written: str, service: Service) -> Decimal | None:
    """A number as ISO 9735 writes it: one decimal mark, point or comma, no thousands separators.

    Where the service string names the one mark and three digits follow the other, it cannot be told: None.
    """
    found = _NUMBER.fullmatch(written.replace(" ", ""))
    if found is None or not (found[2] or found[4]) or (found[1] and found[5]):
        return None
    if service.given and found[3] and found[3] != service.mark and len(found[4]) == 3 and found[2]:
        return None
    sign = "-" if "-" in (found[1], found[5]) else ""
    return Decimal(f"{sign}{found[2] or '0'}.{found[4] or '0'}" if found[4] else f"{sign}{found[2]}")


def place(message: Message) -> list[Placed]:
    """The segments with their positions."""
    counts = Counts()
    return [Placed(segment, counts.next(segment.name), segment.name) for segment in message.segments]


def own(segments: Sequence[Placed], *groups_of: str) -> list[Placed]:
    """The segments of a line itself: those before the first of its inner groups."""
    return [segments[0], *until(segments[1:], *groups_of)]


def days(
    sheet: Sheet, segments: Sequence[Placed], wanted: Mapping[str, Sequence[str]], line: int | None = None
) -> None:
    """For each field the DTM of the first of its qualifiers that occurs."""
    for name, qualifiers in wanted.items():
        found = next((dtm for dtm in of(segments, "DTM", *qualifiers) if dtm.at(1, 2)), None)
        if found is not None and not sheet.has(name, line):
            sheet.day(name, found, line)
