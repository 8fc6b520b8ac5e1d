"""What the readers of EDIFACT messages share: segments with their positions, and claims with their addresses.

A claim's path names segment, element and component: "QTY[3]/01:2" is the second component of the first element of the
third QTY of the message. A text that runs over several components names the first and the last: "IMD[1]/03:4-5".
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import pairwise

from agents.read.characters import visible
from agents.read.edifact_characters import NotEdifact, Segment, Service
from agents.read.edifact_dates import day_of
from agents.read.edifact_syntax import Message
from agents.read.limits import LINES_MAX
from core.claims import Check, Claim, Document, DocumentKind, Span

READER = "edifact/1"
FULL_LINE = 35
"""Characters of a component of names and descriptions: a word that fills it may go on in the next."""
_NUMBER = re.compile(r"([+-]?)(\d{1,20})?(?:([.,])(\d{0,12}))?(-?)")


@dataclass(frozen=True, slots=True)
class Placed:
    """A segment with its position among those of its name, from 1."""

    segment: Segment
    number: int

    def at(self, element: int, component: int = 1) -> str:
        """A component as written."""
        return self.segment.at(element, component)

    @property
    def name(self) -> str:
        """The segment's tag."""
        return self.segment.name


@dataclass(slots=True)
class Sheet:
    """The claims of one message as they are found."""

    part: str
    prefix: str
    service: Service = field(default_factory=Service)
    claims: list[Claim] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    said: dict[tuple[str, int | None], list[Claim]] = field(default_factory=dict)

    def text(
        self, name: str, segment: Placed, element: int, component: int = 1, line: int | None = None, value: str = ""
    ) -> bool:
        """A text claim, unless the component is empty. `value` is given where a code list says what it means."""
        written = segment.at(element, component)
        if not written:
            return False
        self._add(name, value or written, written, segment, f"{element:02}:{component}", line, None)
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
        self._add(name, whole, whole, segment, f"{element:02}:{place}", line, None)
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
        self._add(name, value, written, segment, f"{element:02}:{component}", line, unit)
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
        self._add(name, value, written, segment, "01:2", line, None)
        return True

    def _add(
        self, name: str, value: str | Decimal | date, written: str, segment: Placed, place: str, line: int | None,
        unit: str | None,
    ) -> None:  # fmt: skip
        if not written.isascii():
            value = visible(value)[0].strip() if isinstance(value, str) else value
            written = visible(written)[0].strip()
            if not written:
                return
        path = f"{self.prefix}{segment.name}[{segment.number}]/{place}"
        span = Span(part=self.part, text=written, path=path)
        if line is not None and line > LINES_MAX:
            raise NotEdifact(f"a message has more than {LINES_MAX:,} lines")
        claim = Claim(field=name, value=value, span=span, reader=READER, line=line, unit=unit)
        self.claims.append(claim)
        self.said.setdefault((name, line), []).append(claim)

    def values(self, name: str, line: int | None = None) -> list[str | Decimal | date]:
        """What was claimed of a field, for that line or for the whole."""
        return [claim.value for claim in self.said.get((name, line), ())]

    def has(self, name: str, line: int | None = None) -> bool:
        """Whether the field was claimed already, for that line or for the whole."""
        return (name, line) in self.said

    def document(self, kind: DocumentKind, *checks: Check) -> Document:
        """Everything found, as a document; a failed check when a value could not be read."""
        broken = Check(name="notation", holds=False, says="; ".join(self.wrong[:5]))
        all_checks = (broken, *checks) if self.wrong else checks
        return Document(kind=kind, part=self.part, claims=tuple(self.claims), reader=READER, checks=all_checks)


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
    seen: dict[str, int] = {}
    placed: list[Placed] = []
    for segment in message.segments:
        seen[segment.name] = seen.get(segment.name, 0) + 1
        placed.append(Placed(segment, seen[segment.name]))
    return placed


def of(segments: Sequence[Placed], name: str, *qualifiers: str, at: int = 1) -> Iterator[Placed]:
    """The segments of a name, and of one of the qualifiers where any is given, in the qualifiers' order."""
    if not qualifiers:
        yield from (segment for segment in segments if segment.name == name)
        return
    for qualifier in qualifiers:
        yield from (segment for segment in segments if segment.name == name and segment.at(at) == qualifier)


def first(segments: Sequence[Placed], name: str, *qualifiers: str) -> Placed | None:
    """The first of them, or None."""
    return next(of(segments, name, *qualifiers), None)


def until(segments: Sequence[Placed], *names: str) -> list[Placed]:
    """The segments before the first of one of the names."""
    end = next((n for n, segment in enumerate(segments) if segment.name in names), len(segments))
    return list(segments[:end])


def groups(segments: Sequence[Placed], opens: Sequence[str], closes: Sequence[str] = ()) -> Iterator[list[Placed]]:
    """The groups of segments that each start with one of `opens`, until one of `closes`."""
    current: list[Placed] | None = None
    for segment in segments:
        if segment.name in opens or segment.name in closes:
            if current is not None:
                yield current
            current = [segment] if segment.name in opens else None
        elif current is not None:
            current.append(segment)
    if current is not None:
        yield current


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
