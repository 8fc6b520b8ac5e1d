"""Which values an EDI file carries that no claim bears: by a tokeniser that shares nothing with our readers.

It cuts a file at its separators and knows no standard. What it finds in messages that were read, envelopes left out, is held
against the words of the claims. Values of up to three characters are mostly qualifiers and codes, which become part of a
claim's name; they are counted by themselves. A file whose messages are refused or not of trade is named, not counted.
"""

import re
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from agents.read.document import read_message
from core.claims import Reading
from evals.read_measured import Measured, most_megabytes

NAME = "EDI files of others"
SETS = ("edi_net", "edi_staedi", "edi_phpedifact")
ENVELOPES = frozenset(
    ["ISA", "IEA", "GS", "GE", "ST", "SE", "TA1", "UNA", "UNB", "UNZ", "UNG", "UNE", "UNH", "UNT", "UNS", "CTT", "CNT"]
)
LONG = 4
"""Characters from which on a value is taken as said by somebody, not as a code."""
Value = tuple[str, str]
"""Tag and number of its element, text."""


def measure(folder: Path) -> dict[str, Measured]:
    """Every EDI file of the sets that is there, by syntax."""
    found: dict[str, Measured] = {}
    for name in SETS:
        for path in sorted((folder / name).rglob("*")):
            if path.suffix.lower() != ".edi":
                continue
            raw = path.read_bytes()
            syntax = "X12" if raw.lstrip()[:3] == b"ISA" else "EDIFACT"
            one = found.setdefault(syntax, Measured(NAME, syntax, "ours", only_occurs=True))
            one.says = "values that a tokeniser of its own finds, borne by a claim; not read: refused or no trade"
            began = time.perf_counter()
            reading = read_message(raw, path.name)
            one.seconds, one.pages, one.megabytes = (
                one.seconds + time.perf_counter() - began,
                one.pages + 1,
                most_megabytes(),
            )
            if not reading.documents or _refused(reading):
                one.unread += 1
                continue
            one.files += 1
            one.support(reading.documents, reading.parts)
            _count(one, path.name, raw, reading)
    return found


def _refused(reading: Reading) -> bool:
    """Whether a file's envelope does not hold: its messages are shown and kept by nobody."""
    checks = [check for document in reading.documents for check in document.checks]
    return any(not check.holds and check.name in ("envelope", "structure") for check in checks)


def _count(one: Measured, name: str, raw: bytes, reading: Reading) -> None:
    borne = [claim.span.text for document in reading.documents for claim in document.claims]
    words, whole = set(borne), "\n".join(borne)
    missed: Counter[str] = Counter()
    for place, text in values_in(raw):
        kind = "value" if len(text) >= LONG else "code"
        held = text in words or (kind == "value" and text in whole)
        one.given[kind] += 1
        one.right[kind] += held
        if kind == "value" and not held:
            missed[place] += 1
    one.misses += [f"{name}: {count} x {place}" for place, count in missed.most_common()]


def values_in(raw: bytes) -> Iterator[Value]:
    """Every value of an interchange outside its envelopes, with the segment and element it stands in."""
    text = raw.decode("utf-8", "replace").lstrip("\ufeff \r\n")
    if text.startswith("ISA"):
        element, release = text[3], ""
        component, segment = tuple(text.split(element, 16)[-1][:2])
    else:
        told = text[3:9] if text.startswith("UNA") else ":+.? '"
        component, element, release, segment = told[0], told[1], told[3].strip(), told[5]
        text = text.replace("\r", "").replace("\n", "")
        text = text[9:] if text.startswith("UNA") else text
    for piece in _cut(text, segment, release):
        elements = _cut(piece.strip("\r\n "), element, release)
        tag = elements[0].strip()
        if tag in ENVELOPES:
            continue
        for number, whole in enumerate(elements[1:], 1):
            for part in _cut(whole, component, release):
                plain = re.sub(f"{re.escape(release)}(.)", r"\1", part) if release else part
                if plain.strip():
                    yield f"{tag}/{number:02}", plain.strip()


def _cut(text: str, at: str, release: str) -> list[str]:
    """The pieces of a text between separators that are not released."""
    if not release:
        return text.split(at)
    return re.split(f"(?<!{re.escape(release)}){re.escape(at)}", text)
