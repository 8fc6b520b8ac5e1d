"""UN/EDIFACT taken apart (ISO 9735, syntax 1 to 4): interchanges, groups, messages, segments, components.

The separators are those of the service string (UNA) or of the standard, the charset that of the interchange header (UNB),
held against the bytes. What the envelopes miscount is read and reported; what cannot be taken apart raises `NotEdifact`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from agents.read.edi_envelope import miscounted, mismatched
from agents.read.edi_lines import is_wrapped
from agents.read.edifact_characters import (
    NotEdifact,
    Segment,
    Service,
    characters,
    pattern,
    segments,
    service_of,
    skipped,
)
from agents.read.limits import EDI_BYTES_MAX, EDI_INTERCHANGES_MAX

_SERVICE = frozenset(("UNA", "UNB", "UNZ", "UNG", "UNE", "UNH", "UNT"))


@dataclass(frozen=True, slots=True)
class Message:
    """One message from UNH to UNT. `wrong` says what its own envelope miscounts."""

    kind: str
    directory: str
    reference: str
    segments: tuple[Segment, ...]
    wrong: tuple[str, ...] = ()


@dataclass(slots=True)
class Interchange:
    """One interchange from UNB to UNZ. `wrong` says what its envelope miscounts, beside what its messages do."""

    service: Service
    header: Segment
    messages: list[Message] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def reference(self) -> str:
        """The sender's control reference (0020)."""
        return self.header.at(5)

    @property
    def test(self) -> bool:
        """Whether the sender marks it as a test (0035)."""
        return self.header.at(11) in ("1", "2", "3", "4")


def parse(raw: bytes) -> tuple[list[Interchange], str]:
    """Every interchange in the bytes, and the whole as text. Raises `NotEdifact` when one cannot be taken apart."""
    if len(raw) > EDI_BYTES_MAX:
        raise NotEdifact(f"the file is larger than {EDI_BYTES_MAX // 1024 // 1024} MB")
    plain = raw.removeprefix(b"\xef\xbb\xbf").decode("latin-1")
    if is_wrapped(raw.decode("utf-8", "ignore")) or is_wrapped(plain):
        plain = plain.replace("\r", "").replace("\n", "")
    interchanges: list[Interchange] = []
    texts: list[str] = []
    at = 0
    while (at := skipped(plain, at)) < len(plain):
        if len(interchanges) >= EDI_INTERCHANGES_MAX:
            raise NotEdifact(f"it holds more than {EDI_INTERCHANGES_MAX} interchanges")
        if interchanges and not plain.startswith(("UNA", "UNB"), at):
            interchanges[-1].wrong.append("something stands after the end of the interchange")
            break
        service, start = service_of(plain, at)
        end = _end_of_interchange(plain, start, service)
        text = characters(plain[start:end], service)
        texts.append(plain[at:start] + text)
        interchanges.append(_taken(segments(text, service), service))
        at = end
    if not interchanges:
        raise NotEdifact("it holds no interchange")
    return interchanges, "".join(texts)


def _end_of_interchange(text: str, start: int, service: Service) -> int:
    """Where the interchange ends: after its UNZ, before another UNB, or at the end of the text."""
    closing = re.compile(
        rf"{re.escape(service.terminator)}[\s]*(?:UNZ{re.escape(service.element)}|(?=UNA[^\w\s]|UNB[^\w\s]))"
    )
    found = closing.search(text, start)
    while found is not None and service.release and _released(text, found.start(), service.release):
        found = closing.search(text, found.start() + 1)
    if found is None:
        return len(text)
    if not found[0].endswith("UNZ" + service.element):
        return found.end()
    end = pattern(service).match(text, found.end())
    assert end is not None
    return min(end.end() + 1, len(text))


def _released(text: str, at: int, release: str) -> bool:
    """Whether the character there has an odd number of release characters before it."""
    count = 0
    while at - count > 0 and text[at - count - 1] == release:
        count += 1
    return count % 2 == 1


def _taken(segments: Iterator[Segment], service: Service) -> Interchange:
    """Sort the segments into messages, counting as the envelopes do."""
    interchange = Interchange(service, next(segments))
    if len(interchange.header.elements) < 3:
        raise NotEdifact("its interchange header (UNB) says neither sender nor receiver")
    current: list[Segment] | None = None
    groups = in_group = 0
    group: Segment | None = None
    closed = False
    for segment in segments:
        name = segment.name
        if name not in _SERVICE:
            if current is not None:
                current.append(segment)
            elif not closed:
                interchange.wrong.append(f"a segment {name[:6]} stands outside any message")
        elif name == "UNH":
            if current is not None:
                _close(interchange, current, None)
            current, in_group = [segment], in_group + 1
        elif name == "UNT" and current is not None:
            _close(interchange, current, segment)
            current = None
        elif name == "UNG":
            group, groups, in_group = segment, groups + 1, 0
        elif name == "UNE":
            miscounted(interchange.wrong, f"group {segment.at(2)}", "messages", segment.at(1), in_group)
            mismatched(interchange.wrong, "group", group.at(5) if group else "", segment.at(2))
        elif name == "UNZ":
            closed = True
            found, what = (groups, "groups") if groups else (len(interchange.messages), "messages")
            miscounted(interchange.wrong, f"interchange {segment.at(2)}", what, segment.at(1), found)
            mismatched(interchange.wrong, "interchange", interchange.reference, segment.at(2))
    if current is not None:
        _close(interchange, current, None)
    if not closed:
        interchange.wrong.append("the interchange is not closed")
    return interchange


def _close(interchange: Interchange, segments: Sequence[Segment], end: Segment | None) -> None:
    """A message is over; `end` is its UNT, or None where it has none."""
    head = segments[0]
    wrong: list[str] = []
    where = f"message {head.at(1) or len(interchange.messages) + 1}"
    if end is None:
        wrong.append(f"{where} is not closed")
    else:
        miscounted(wrong, where, "segments", end.at(1), len(segments) + 1)
        mismatched(wrong, "message", head.at(1), end.at(2))
    directory = f"{head.at(2, 2)}.{head.at(2, 3)}".strip(".")
    everything = tuple(segments) if end is None else (*segments, end)
    interchange.messages.append(Message(head.at(2).upper(), directory, head.at(1), everything, tuple(wrong)))
