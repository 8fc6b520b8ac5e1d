"""ANSI X12 taken apart: interchanges, groups, transactions, segments, with the counts of the envelopes checked.

The separators are those the interchange header itself uses: byte 3 between elements, and the two characters after its
sixteenth element (bytes 104 and 105 of a header of full width). What the envelopes miscount is read and reported; what
cannot be taken apart raises `NotX12`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from agents.read.edi_envelope import miscounted, mismatched
from agents.read.edi_lines import is_wrapped
from agents.read.limits import EDI_INTERCHANGES_MAX, SEGMENT_CHARS_MAX, SEGMENTS_MAX

HEADER_ELEMENTS = 16
HEADER_CHARS_MAX = 400
"""A header of full width has 106 characters."""
_WHITE = " \t\n\r\x0b\x0c"
_LEFT_OUT = frozenset(
    ("ST", "SE", "GE", "GS", "IEA", "HL", "PO1", "IT1", "DTM", "N1", "N2", "N3", "N4", "REF", "PID", "LX", "CTT")
)
"""After a line end inside a segment these look like the next one: its terminator was left out."""


class NotX12(ValueError):
    """The bytes are no X12 interchange; the message says why."""


@dataclass(frozen=True, slots=True)
class Separators:
    """The characters that divide elements, components and segments."""

    element: str
    component: str
    terminator: str


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment: its name, then its elements from 1."""

    elements: tuple[str, ...]
    name: str = field(init=False, compare=False, repr=False)
    """The segment's identifier: "IT1"."""

    def __post_init__(self) -> None:
        """Its identifier is asked for all the time."""
        object.__setattr__(self, "name", self.elements[0].strip().upper())

    def at(self, number: int) -> str:
        """The element of that number as written, without outer spaces; "" when it is left out."""
        return self.elements[number].strip() if number < len(self.elements) else ""


@dataclass(frozen=True, slots=True)
class Transaction:
    """One transaction set from ST to SE. `wrong` says what its own envelope miscounts."""

    kind: str
    segments: tuple[Segment, ...]
    wrong: tuple[str, ...] = ()
    closed: bool = True

    @property
    def control(self) -> str:
        """Its control number (ST02)."""
        return self.segments[0].at(2)


@dataclass(slots=True)
class Group:
    """One functional group from GS to GE. `header` is None for transactions outside any."""

    header: Segment | None
    transactions: list[Transaction] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def control(self) -> str:
        """Its control number (GS06)."""
        return self.header.at(6) if self.header else ""


@dataclass(slots=True)
class Interchange:
    """One interchange from ISA to IEA. `services` are the TA1 between its header and its first group."""

    header: Segment
    separators: Separators
    groups: list[Group] = field(default_factory=list)
    services: list[Segment] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def control(self) -> str:
        """Its control number (ISA13)."""
        return self.header.at(13)

    @property
    def test(self) -> bool:
        """Whether its sender marks it as a test (ISA15)."""
        return self.header.at(15) == "T"

    @property
    def transactions(self) -> list[Transaction]:
        """Those of all groups."""
        return [transaction for group in self.groups for transaction in group.transactions]


def parse(text: str) -> list[Interchange]:
    """Every interchange in the text. Raises `NotX12` when one cannot be taken apart."""
    interchanges: list[Interchange] = []
    if is_wrapped(text):
        text = text.replace("\r", "").replace("\n", "")
    at, blanks = 0, "\ufeff \r\n\t\x1a\0"
    while (at := _skipped(text, at, blanks)) < len(text):
        if interchanges and not text.startswith("ISA", at):
            interchanges[-1].wrong.append("something stands after the end of the interchange")
            break
        if len(interchanges) >= EDI_INTERCHANGES_MAX:
            raise NotX12(f"it holds more than {EDI_INTERCHANGES_MAX} interchanges")
        separators, start = _separators(text, at)
        end = _end_of_interchange(text, at, separators)
        interchanges.append(_taken(text[at:start], _segments(text[start:end], separators), separators))
        at, blanks = end, f" \r\n\t\x1a\0{separators.terminator}"
    return interchanges


def _skipped(text: str, at: int, blanks: str) -> int:
    """Where the next character stands that is none of the blanks."""
    while at < len(text) and text[at] in blanks:
        at += 1
    return at


def _separators(text: str, start: int) -> tuple[Separators, int]:
    """What divides elements, components and segments, and where the first segment after the header begins."""
    if not text.startswith("ISA", start) or len(text) - start < 20:
        raise NotX12("does not start with an X12 header")
    element = text[start + 3]
    at = start + 2
    for _ in range(HEADER_ELEMENTS):
        at = text.find(element, at + 1, start + HEADER_CHARS_MAX)
        if at < 0:
            raise NotX12("its X12 header has fewer than sixteen elements")
    tail = text[at + 1 : at + 4]
    if len(tail) < 2 or element in tail[:2]:
        raise NotX12("its X12 header breaks off")
    if tail[1] in "\r\n" and not tail[0].isalnum():
        beginning = text[at : at + 10_000]
        if beginning.count(f"{tail[0]}\n") + beginning.count(f"{tail[0]}\r") > 2:
            return Separators(element, "", tail[0]), at + 2  # the component separator was left out
    if tail[1].isalnum() or tail[1] == tail[0]:
        raise NotX12(f"its X12 header names “{tail[1]}” as the end of a segment")
    return Separators(element, tail[0], tail[1]), at + 3


def _end_of_interchange(text: str, start: int, separators: Separators) -> int:
    """Where the interchange ends: after its closing segment, before another header, or at the end of the text."""
    at, element = start, separators.element
    while (at := text.find(separators.terminator, at)) >= 0:
        end = at
        at = _skipped(text, at + 1, _WHITE)
        if text.startswith(f"ISA{element}", at):
            return at
        if text.startswith(f"IEA{element}", at):
            closed = text.find(separators.terminator, at)
            return closed + 1 if closed >= 0 else len(text)
        at = max(at, end + 1)
    return len(text)


def _segments(text: str, separators: Separators) -> Iterator[Segment]:
    for number, written in enumerate(text.split(separators.terminator)):
        if number > SEGMENTS_MAX:
            raise NotX12(f"more than {SEGMENTS_MAX:,} segments")
        if len(written) > SEGMENT_CHARS_MAX:
            raise NotX12(f"a segment is longer than {SEGMENT_CHARS_MAX:,} characters")
        if stripped := written.strip(" \r\n\t\x1a\0"):
            yield Segment(tuple(stripped.split(separators.element)))


def _taken(header: str, segments: Iterator[Segment], separators: Separators) -> Interchange:
    """Sort the segments into groups and transactions, counting as the envelopes do."""
    first = Segment(tuple(header.rstrip(separators.terminator + "\r\n ").split(separators.element)))
    interchange = Interchange(first, separators)
    group = Group(None)
    current: list[Segment] | None = None
    closed = False
    for segment in segments:
        name = segment.name
        if name == "GS":
            group = Group(segment)
            interchange.groups.append(group)
        elif name == "ST":
            if current is not None:
                _close(group, current, None)
            if group.header is None and group not in interchange.groups:
                interchange.groups.append(group)
                interchange.wrong.append("a transaction stands outside any group")
            current = [segment]
        elif name == "SE" and current is not None:
            _close(group, current, segment)
            current = None
        elif name == "GE":
            miscounted(group.wrong, f"group {segment.at(2)}", "transactions", segment.at(1), len(group.transactions))
            mismatched(group.wrong, "group", group.control, segment.at(2))
            group = Group(None)
        elif name == "IEA":
            closed = True
            groups = sum(1 for group in interchange.groups if group.header is not None)
            miscounted(interchange.wrong, f"interchange {segment.at(2)}", "groups", segment.at(1), groups)
            mismatched(interchange.wrong, "interchange", interchange.control, segment.at(2))
        elif name == "TA1" and current is None:
            interchange.services.append(segment)
        elif current is not None:
            current.append(segment)
    if current is not None:
        _close(group, current, None)
    if not closed:
        interchange.wrong.append("the interchange is not closed")
    return interchange


def _close(group: Group, segments: Sequence[Segment], end: Segment | None) -> None:
    """A transaction is over; `end` is its SE, or None where it has none."""
    head = segments[0]
    wrong: list[str] = []
    where = f"transaction {head.at(2)}"
    if end is None:
        wrong.append(f"{where} is not closed")
    else:
        miscounted(wrong, where, "segments", end.at(1), len(segments) + 1)
        mismatched(wrong, "transaction", head.at(2), end.at(2))
    for segment in segments:
        if any(_runs_on(element) for element in segment.elements):
            wrong.append(f"a segment {segment.name[:3]} is not closed")
    everything = tuple(segments) if end is None else (*segments, end)
    group.transactions.append(Transaction(head.at(1), everything, tuple(wrong), closed=end is not None))


def _runs_on(element: str) -> bool:
    """Whether an element ends in a line of its own that looks like the beginning of a segment."""
    if "\n" not in element and "\r" not in element:
        return False
    last = element.replace("\r", "\n").rpartition("\n")[2]
    return last.strip() in _LEFT_OUT and not last.endswith((" ", "\t"))
