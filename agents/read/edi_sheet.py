"""What the readers of EDIFACT and X12 share: claims as they are found, and the ways through a message's segments.

A segment here is a `Placed` of either syntax: it has a name and, by `at(number)`, its elements.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import ClassVar, Protocol, TypeVar

from agents.read.characters import visible
from agents.read.confidence import SURE
from agents.read.edi_envelope import is_whole
from agents.read.limits import CLAIMS_MAX, LINES_MAX
from core.claims import Check, Claim, Document, DocumentKind, Span

Value = str | Decimal | date


class Standing(Protocol):
    """A segment with its position among those of its name."""

    @property
    def name(self) -> str:
        """Its tag."""

    @property
    def number(self) -> int:
        """Its position among those of its name, from 1."""

    @property
    def width(self) -> int:
        """How many elements it has, its tag among them."""

    def at(self, element: int, /) -> str:
        """An element as written, "" when it is left out."""


S = TypeVar("S", bound=Standing)


@dataclass(slots=True)
class Claims:
    """The claims of one message as they are found. Each syntax adds how it reads a text, a number and a day."""

    reader: ClassVar[str] = ""
    refused: ClassVar[type[ValueError]] = ValueError

    part: str
    prefix: str
    claims: list[Claim] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    known: dict[tuple[str, int | None], set[Value]] = field(default_factory=dict)
    doubts: list[str] = field(default_factory=list)

    def put(
        self, name: str, value: Value, written: str, segment: Standing, place: str, line: int | None, unit: str | None
    ) -> None:
        """One claim. What nobody would see in its value or text is taken out."""
        if not written.isascii():
            value = visible(value)[0].strip() if isinstance(value, str) else value
            written = visible(written)[0].strip()
            if not written:
                return
        if line is not None and line > LINES_MAX:
            raise self.refused(f"a message has more than {LINES_MAX:,} lines")
        if len(self.claims) >= CLAIMS_MAX:
            raise self.refused(f"it says more than {CLAIMS_MAX:,} things")
        span = Span(part=self.part, text=written, path=f"{self.prefix}{segment.name}[{segment.number}]/{place}")
        self.claims.append(
            Claim(field=name, value=value, span=span, reader=self.reader, line=line, unit=unit, confidence=SURE)
        )
        self.known.setdefault((name, line), set()).add(value)

    def has(self, name: str, line: int | None = None) -> bool:
        """Whether the field was claimed already, for that line or for the whole."""
        return (name, line) in self.known

    def values(self, name: str, line: int | None = None) -> set[Value]:
        """What was claimed of a field, for that line or for the whole."""
        return self.known.get((name, line), set())

    def document(self, kind: DocumentKind, *checks: Check) -> Document:
        """Everything found, as a document; a failed check when a value could not be read."""
        broken = Check(name="notation", holds=False, says="; ".join(self.wrong[:5]))
        all_checks = (broken, *checks) if self.wrong else checks
        return Document(kind=kind, part=self.part, claims=tuple(self.claims), reader=self.reader, checks=all_checks)

    def completed(self, document: Document) -> Document:
        """The document with what was found since; what then was no value is said and decides nothing."""
        says = "; ".join(self.doubts[:5])
        doubt = (Check(name="value_is_read", holds=False, says=says, warning=True),) if self.doubts else ()
        return replace(document, claims=tuple(self.claims), checks=(*document.checks, *doubt))


class Counts:
    """Numbers the segments of each name from 1, as they come."""

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}

    def next(self, name: str) -> int:
        """The number of the next segment of that name."""
        self._seen[name] = number = self._seen.get(name, 0) + 1
        return number


def of(segments: Sequence[S], name: str, *qualifiers: str) -> Iterator[S]:
    """The segments of a name, and of one of the qualifiers where any is given, in the qualifiers' order."""
    if not qualifiers:
        yield from (segment for segment in segments if segment.name == name)
        return
    named = [segment for segment in segments if segment.name == name]
    for qualifier in qualifiers if named else ():
        yield from (segment for segment in named if segment.at(1) == qualifier)


def first(segments: Sequence[S], name: str, *qualifiers: str) -> S | None:
    """The first of them, or None."""
    return next(of(segments, name, *qualifiers), None)


def until(segments: Sequence[S], *names: str) -> list[S]:
    """The segments before the first of one of the names."""
    end = next((n for n, segment in enumerate(segments) if segment.name in names), len(segments))
    return list(segments[:end])


def groups(segments: Sequence[S], opens: Sequence[str], closes: Sequence[str] = ()) -> Iterator[list[S]]:
    """The groups of segments that each start with one of `opens`, until one of `closes`."""
    current: list[S] | None = None
    for segment in segments:
        if segment.name in opens or segment.name in closes:
            if current is not None:
                yield current
            current = [segment] if segment.name in opens else None
        elif current is not None:
            current.append(segment)
    if current is not None:
        yield current


def counted(said: str, found: int, what: str = "lines") -> tuple[Check, ...]:
    """Whether there are as many lines as the summary says, where it says a number."""
    if not is_whole(said):
        return ()
    says = f"{found} {what}, the summary says {int(said[:9])}"
    return (Check(name="lines_counted", holds=found == int(said[:9]), says=says),)
