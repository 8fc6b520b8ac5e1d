"""EDIFACT as characters (ISO 9735): service characters, charsets, segments with their elements and components."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from agents.read.charsets import characters_of
from agents.read.limits import SEGMENT_CHARS_MAX, SEGMENTS_MAX

CHARSETS = {
    "UNOA": "ascii", "UNOB": "ascii", "UNOC": "iso-8859-1", "UNOD": "iso-8859-2", "UNOE": "iso-8859-5",
    "UNOF": "iso-8859-7", "UNOG": "iso-8859-3", "UNOH": "iso-8859-4", "UNOI": "iso-8859-6", "UNOJ": "iso-8859-8",
    "UNOK": "iso-8859-9", "UNOX": "iso2022_jp", "UNOW": "utf-8", "UNOY": "utf-8",
}  # fmt: skip
"""Syntax identifiers (data element 0001) and what their bytes are."""


_LINE_ENDS = re.compile(r"[\r\n]+")


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
    name: str = field(init=False, compare=False, repr=False)
    """The tag: "LIN"."""

    def __post_init__(self) -> None:
        """Its tag is asked for all the time."""
        object.__setattr__(
            self, "name", self.elements[0][0].strip().upper() if self.elements and self.elements[0] else ""
        )

    def at(self, element: int, component: int = 1) -> str:
        """A component as written, release characters taken out, without outer spaces; "" when it is left out."""
        if element >= len(self.elements) or component > len(self.elements[element]):
            return ""
        return self.elements[element][component - 1].strip()


def skipped(text: str, at: int) -> int:
    """Where the next character stands that is no white space."""
    while at < len(text) and text[at] in " \r\n\t\x0b\x0c\x1a\0":
        at += 1
    return at


def service_of(text: str, at: int) -> tuple[Service, int]:
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
        start = skipped(text, at + 9)
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


def pattern(service: Service) -> re.Pattern[str]:
    """A run of characters up to the next terminator that is not released."""
    end, release = re.escape(service.terminator), re.escape(service.release)
    if not release:
        return re.compile(rf"[^{end}]*+")
    return re.compile(rf"(?:[^{end}{release}]++|{release}[\s\S])*+")


def characters(plain: str, service: Service) -> str:
    """The bytes of one interchange as characters, by the charset its header names and what they are."""
    raw = plain.encode("latin-1")
    if raw.isascii():
        return plain
    named = plain[4:8].upper() if plain[3] == service.element else ""
    return characters_of(raw, CHARSETS.get(named, ""))[0]


def segments(text: str, service: Service) -> Iterator[Segment]:
    """The segments one after the other."""
    run = pattern(service)
    at = number = 0
    while at < len(text):
        found = run.match(text, at)
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
    beside = service.element + service.component
    lines = _LINE_ENDS.split(
        written
    )  # one by one: a pattern over all of it would look at a long run of blanks again and again
    pieces = [lines[0]]
    for line in lines[1:]:
        line = line.lstrip(" \t")
        if not (pieces[-1].endswith(tuple(beside)) or line.startswith(tuple(beside))):
            pieces[-1] = pieces[-1].rstrip(" \t")
            line = f" {line}"
        pieces.append(line)
    return "".join(pieces)


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
