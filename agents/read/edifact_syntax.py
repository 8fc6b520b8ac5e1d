"""UN/EDIFACT taken apart (ISO 9735, syntax 1 to 4): interchanges, groups, messages, segments, components.

The separators are those of the service string (UNA) or of the standard, the charset that of the interchange header (UNB),
held against the bytes. What the envelopes miscount is read and reported; what cannot be taken apart raises `NotEdifact`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from agents.read.charsets import characters_of
from agents.read.edi_lines import is_wrapped
from agents.read.limits import EDI_BYTES_MAX, EDI_INTERCHANGES_MAX, SEGMENT_CHARS_MAX, SEGMENTS_MAX

CHARSETS = {
    "UNOA": "ascii", "UNOB": "ascii", "UNOC": "iso-8859-1", "UNOD": "iso-8859-2", "UNOE": "iso-8859-5",
    "UNOF": "iso-8859-7", "UNOG": "iso-8859-3", "UNOH": "iso-8859-4", "UNOI": "iso-8859-6", "UNOJ": "iso-8859-8",
    "UNOK": "iso-8859-9", "UNOX": "iso2022_jp", "UNOW": "utf-8", "UNOY": "utf-8",
}  # fmt: skip
"""Syntax identifiers (data element 0001) and what their bytes are."""
_SERVICE = frozenset(("UNA", "UNB", "UNZ", "UNG", "UNE", "UNH", "UNT"))


class NotEdifact(ValueError):
    """The bytes are no EDIFACT interchange that could be taken apart; the message says why."""


@dataclass(frozen=True, slots=True)
class Service:
    """The service characters of an interchange. `release` is "" where none is in use."""

    component: str = ":"
    element: str = "+"
    mark: str = "."
    release: str = "?"
    terminator: str = "'"
    given: bool = False  # by a UNA segment


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment: element 0 is its tag, then its elements from 1, each with its components from 1."""

    elements: tuple[tuple[str, ...], ...]

    @property
    def name(self) -> str:
        """The tag: "LIN"."""
        return self.elements[0][0].strip().upper() if self.elements and self.elements[0] else ""

    def at(self, element: int, component: int = 1) -> str:
        """A component as written, release characters taken out, without outer spaces; "" when it is left out."""
        if element >= len(self.elements) or component > len(self.elements[element]):
            return ""
        return self.elements[element][component - 1].strip()


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
    while (at := _skipped(plain, at)) < len(plain):
        if len(interchanges) >= EDI_INTERCHANGES_MAX:
            raise NotEdifact(f"it holds more than {EDI_INTERCHANGES_MAX} interchanges")
        if interchanges and not plain.startswith(("UNA", "UNB"), at):
            interchanges[-1].wrong.append("something stands after the end of the interchange")
            break
        service, start = _service_of(plain, at)
        end = _end_of_interchange(plain, start, service)
        text = _characters(plain[start:end], service)
        texts.append(plain[at:start] + text)
        interchanges.append(_taken(_segments(text, service), service))
        at = end
    if not interchanges:
        raise NotEdifact("it holds no interchange")
    return interchanges, "".join(texts)


def _skipped(text: str, at: int) -> int:
    """Where the next character stands that is no white space."""
    while at < len(text) and text[at] in " \r\n\t\x0b\x0c\x1a\0":
        at += 1
    return at


def _service_of(text: str, at: int) -> tuple[Service, int]:
    """The service characters, and where the interchange header begins."""
    if text.startswith("UNA", at):
        given = text[at + 3 : at + 9]
        if len(given) < 6:
            raise NotEdifact("its service string breaks off")
        component, element, mark, release, _, terminator = tuple(given)
        used = [component, element, terminator, *([] if release == " " else [release])]
        if any(sign.isalnum() or sign in " \t" for sign in used) or len(set(used)) != len(used):
            raise NotEdifact(f"its service string “{given}” cannot be used")
        service = Service(component, element, mark if mark in ".," else ".", release.strip(), terminator, True)
        start = _skipped(text, at + 9)
    else:
        start = at
        service = Service()
        if text.startswith("UNB\x1d", at):  # level B of syntax 1 to 3 separates with control characters
            service = Service("\x1f", "\x1d", ".", "", "\x1c")
    if not text.startswith("UNB", start):
        what = "a message without an interchange header" if text.startswith("UNH", start) else "no interchange header"
        raise NotEdifact(f"{what} (UNB)")
    if text[start + 3 : start + 4] != service.element:
        raise NotEdifact("its interchange header uses other separators than the file says")
    if text.find(service.terminator, start) < 0 < text.find("\n", start):
        service = Service(service.component, service.element, service.mark, service.release, "\n", service.given)
    return service, start


def _pattern(service: Service) -> re.Pattern[str]:
    """A run of characters up to the next terminator that is not released."""
    end, release = re.escape(service.terminator), re.escape(service.release)
    if not release:
        return re.compile(rf"[^{end}]*+")
    return re.compile(rf"(?:[^{end}{release}]++|{release}[\s\S])*+")


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
    end = _pattern(service).match(text, found.end())
    assert end is not None
    return min(end.end() + 1, len(text))


def _released(text: str, at: int, release: str) -> bool:
    """Whether the character there has an odd number of release characters before it."""
    count = 0
    while at - count > 0 and text[at - count - 1] == release:
        count += 1
    return count % 2 == 1


def _characters(plain: str, service: Service) -> str:
    """The bytes of one interchange as characters, by the charset its header names and what they are."""
    raw = plain.encode("latin-1")
    if raw.isascii():
        return plain
    named = plain[4:8].upper() if plain[3] == service.element else ""
    return characters_of(raw, CHARSETS.get(named, ""))[0]


def _segments(text: str, service: Service) -> Iterator[Segment]:
    """The segments one after the other."""
    pattern = _pattern(service)
    at = number = 0
    while at < len(text):
        found = pattern.match(text, at)
        assert found is not None
        end = found.end()
        if end < len(text) and text[end] == service.release:
            raise NotEdifact("it ends with a release character that releases nothing")
        number += 1
        if number > SEGMENTS_MAX:
            raise NotEdifact(f"more than {SEGMENTS_MAX:,} segments")
        if end - at > SEGMENT_CHARS_MAX:
            raise NotEdifact(f"a segment is longer than {SEGMENT_CHARS_MAX:,} characters")
        written = _one_line(text[at:end], service)
        at = end + 1
        if written:
            yield _split(written, service)


def _one_line(written: str, service: Service) -> str:
    """A segment without the line ends that stand in it: beside a separator they are nothing, in a text a space."""
    written = written.strip(" \r\n\t\x1a\0")
    if "\n" not in written and "\r" not in written:
        return written
    beside = re.escape(service.element + service.component)
    written = re.sub(rf"[\r\n]+[ \t]*(?=[{beside}])|(?<=[{beside}])[\r\n]+[ \t]*", "", written)
    return re.sub(r"[ \t]*[\r\n]+[ \t]*", " ", written)


def _split(written: str, service: Service) -> Segment:
    """Elements and components, release characters taken out."""
    release = service.release
    if not release or release not in written:
        return Segment(tuple(tuple(element.split(service.component)) for element in written.split(service.element)))
    elements: list[tuple[str, ...]] = []
    components: list[str] = []
    characters: list[str] = []
    signs = iter(written)
    for sign in signs:
        if sign == release:
            characters.append(next(signs, ""))
        elif sign == service.component:
            components.append("".join(characters))
            characters = []
        elif sign == service.element:
            elements.append((*components, "".join(characters)))
            components, characters = [], []
        else:
            characters.append(sign)
    elements.append((*components, "".join(characters)))
    return Segment(tuple(elements))


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
            _count(interchange.wrong, f"group {segment.at(2)}", "messages", segment.at(1), in_group)
            _same(interchange.wrong, "group", group.at(5) if group else "", segment.at(2))
        elif name == "UNZ":
            closed = True
            found, what = (groups, "groups") if groups else (len(interchange.messages), "messages")
            _count(interchange.wrong, f"interchange {segment.at(2)}", what, segment.at(1), found)
            _same(interchange.wrong, "interchange", interchange.reference, segment.at(2))
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
        _count(wrong, where, "segments", end.at(1), len(segments) + 1)
        _same(wrong, "message", head.at(1), end.at(2))
    directory = f"{head.at(2, 2)}.{head.at(2, 3)}".strip(".")
    everything = tuple(segments) if end is None else (*segments, end)
    interchange.messages.append(Message(head.at(2).upper(), directory, head.at(1), everything, tuple(wrong)))


def _count(wrong: list[str], where: str, what: str, said: str, found: int) -> None:
    if not said.isdigit() or int(said[:9]) != found:
        wrong.append(f"{where} says it has {said[:9] or 'no number of'} {what}, it has {found}")


def _same(wrong: list[str], what: str, opened: str, closed: str) -> None:
    if opened != closed:
        wrong.append(f"{what} {opened[:20] or 'without a number'} is closed as {closed[:20] or 'nothing'}")
