"""Which values of EDI files no claim bears, element by element: by a tokeniser that shares nothing with our readers.

It cuts a file at its separators and knows no standard. Every value of every message that is read must be the place of a
claim (the address that docs/edi.md describes), or stand in `evals/read_edi_places.py` with the reason why none can be:
counts and control numbers of envelopes, and codes which only say how the value beside them is to be read. Such a code is
let pass only where a value of its own segment is borne. Files whose envelopes do not hold are measured by themselves.
"""

import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from agents.read.document import read_message
from core.claims import Claim, Reading
from evals.read_edi_places import ENVELOPES, why_left_out
from evals.read_measured import Measured, most_megabytes

NAME = "EDI files of others"
SETS = ("edi_net", "edi_staedi", "edi_phpedifact")
CODE_CHARS_MAX = 3
"""Values up to this length are mostly codes: they are counted by themselves."""
_PATH = re.compile(r"(?:(?:UNH|ST)\[(\d+)\]/)?(\w+)\[(\d+)\]/(\d+)(?::(\d+)(?:-(\d+))?)?")
Message = tuple[int, str, list["Value"]]
"""The message's number in the file, its kind, what stands in it."""


@dataclass(frozen=True, slots=True)
class Value:
    """One value: its segment's tag and number, its element and component, and what is written there."""

    tag: str
    number: int
    element: int
    component: int
    text: str

    @property
    def place(self) -> str:
        """Where such values stand in every message: "QTY/01:2" (X12 has no component in it)."""
        return f"{self.tag}/{self.element:02}" + (f":{self.component}" if self.component else "")


def measure(folder: Path) -> dict[str, Measured]:
    """Every EDI file of the sets that is there, by syntax, those apart whose envelopes do not hold."""
    found: dict[str, Measured] = {}
    left_out: dict[str, Counter[str]] = {}
    for name in SETS:
        for path in sorted((folder / name).rglob("*")):
            if path.suffix.lower() != ".edi":
                continue
            raw = path.read_bytes()
            began = time.perf_counter()
            reading = read_message(raw, path.name)
            seconds = time.perf_counter() - began
            syntax = syntax_of(raw) + (", envelope broken" if refused(reading) else "")
            one = found.setdefault(syntax, Measured(NAME, syntax, "ours", only_occurs=True))
            if reading.documents:
                one.files += 1
                one.pages, one.seconds, one.megabytes = one.pages + 1, one.seconds + seconds, most_megabytes()
                one.support(reading.documents, reading.parts)
                count(one, path.name, raw, reading, left_out.setdefault(syntax, Counter()))
            else:
                one.unread += 1
    for syntax, one in found.items():
        left = [f"left out {n}, {why}" for why, n in left_out.get(syntax, Counter()).most_common()]
        one.says = "; ".join(("values that are the place of a claim", *left, "files not read: no trade, or refused"))
    return found


def syntax_of(raw: bytes) -> str:
    """By the first letters, whatever mark of byte order stands before them."""
    return "X12" if text_of(raw).startswith("ISA") else "EDIFACT"


def text_of(raw: bytes) -> str:
    """A file as text, without a mark of byte order and blanks before it."""
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig")):
        if raw.startswith(mark):
            return raw.decode(encoding, "replace").lstrip("\ufeff \r\n\t")
    return raw.decode("utf-8", "replace").lstrip("\ufeff \r\n\t")


def refused(reading: Reading) -> bool:
    """Whether a file's envelope does not hold: its messages are shown and kept by nobody."""
    checks = [check for document in reading.documents for check in document.checks]
    return any(not check.holds and check.name in ("envelope", "structure") for check in checks)


def count(one: Measured, name: str, raw: bytes, reading: Reading, left_out: Counter[str]) -> None:
    """Hold every value of a file's messages against the places of their claims. Messages of no trade are not counted."""
    said = " ".join(check.says for document in reading.documents for check in document.failed())
    claims = [claim for document in reading.documents for claim in document.claims]
    places: dict[tuple[int, str, int, int], list[tuple[int, int, Claim]]] = {}
    for claim in claims:
        found = _PATH.fullmatch(claim.span.path or "")
        assert found is not None, claim.span.path
        start = int(found[5] or 0)
        place = (int(found[1] or 1), found[2], int(found[3]), int(found[4]))
        places.setdefault(place, []).append((start, int(found[6] or start), claim))
    segments = {place[:3] for place in places}
    read = {place[0] for place in places}
    missed: Counter[str] = Counter()
    for number, _, values in messages_in(raw):
        noted = {(value.tag, value.number) for value in values if f"{value.tag} gives “{value.text[:20]}”" in said}
        for value in values if number in read else ():
            what = "code" if len(value.text) <= CODE_CHARS_MAX else "value"
            at = places.get((number, value.tag, value.number, value.element), [])
            here = [claim for first, last, claim in at if first <= value.component <= last]
            why = why_left_out(value.place, borne=(number, value.tag, value.number) in segments)
            if (value.tag, value.number) in noted:
                why = "no value of its kind: a failed check says so"
            if not here and why:
                left_out[why] += 1
                continue
            one.given[what] += 1
            one.right[what] += any(plain(value.text) in plain(claim.span.text) for claim in here)
            if not here:
                missed[value.place] += 1
    one.misses += [f"{name}: {count} x {place}" for place, count in missed.most_common()]


def plain(text: str) -> str:
    """Letters and digits alone: readers take out what nobody sees, and join lines."""
    return re.sub(r"[\W_]+", "", text)


def messages_in(raw: bytes) -> Iterator[Message]:
    """Every message of a file with everything that stands in it between its header and its trailer."""
    text = text_of(raw)
    opens: tuple[str, ...]
    closes: tuple[str, ...]
    if text.startswith("ISA"):
        element, release = text[3], ""
        component, segment = tuple(text.split(element, 16)[-1][:2])
        opens, closes = ("ST", "TA1"), ("SE", "GS", "IEA")
    else:
        told = text[3:9] if text.startswith("UNA") else ":+.? '"
        component, element, release, segment = told[0], told[1], told[3].strip(), told[5]
        text = re.sub(r"[\r\n]", "", text)
        text = text[9:] if text.startswith("UNA") else text
        opens, closes = ("UNH",), ("UNT",)
    number, kind, values = 0, "", list[Value]()
    counts: Counter[str] = Counter()
    for piece in _cut(text, segment, release):
        elements = [part.strip() for part in _cut(piece.strip("\r\n "), element, release)]
        tag = elements[0].upper()
        if tag in opens or tag in closes:
            if values:
                yield number, kind, values
            values, counts = [], Counter()
            number += tag in opens
            kind = elements[1] if len(elements) > 1 and tag in opens else ""
        if not (tag in ENVELOPES or number == 0):
            counts[tag] += 1
            values += _values(tag, counts[tag], elements, component if opens == ("UNH",) else "", release)
    if values:
        yield number, kind, values


def _values(tag: str, number: int, elements: list[str], component: str, release: str) -> Iterator[Value]:
    """The values of one segment. Elements of X12 are taken whole: a claim's address names no component of them."""
    for n, whole in enumerate(elements[1:], 1):
        for c, part in enumerate(_cut(whole, component, release), 1) if component else ((0, whole),):
            text = re.sub(f"{re.escape(release)}(.)", r"\1", part).strip() if release else part.strip()
            if text:
                yield Value(tag, number, n, c, text)


def _cut(text: str, at: str, release: str) -> list[str]:
    """The pieces of a text between separators that are not released."""
    if not release or release not in text:
        return text.split(at)
    return re.split(f"(?<!{re.escape(release)}){re.escape(at)}", text)


def values_in(raw: bytes) -> Iterator[Value]:
    """Every value of a file outside its envelopes."""
    for _, _, values in messages_in(raw):
        yield from values
