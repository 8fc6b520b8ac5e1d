"""ANSI X12 taken apart: interchange, groups, transactions, segments, with the counts of the envelopes checked.

The separators are those the interchange header itself uses: byte 3 between elements, and the two characters after its
sixteenth element (bytes 104 and 105 of a header of full width). What the envelope miscounts is read and reported.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from agents.read.charsets import characters_of
from agents.read.limits import SEGMENTS_MAX, TEXT_CHARS_MAX
from agents.read.x12_bill import read_810
from agents.read.x12_despatch import read_856
from agents.read.x12_order import read_850, read_855
from agents.read.x12_segments import Segment, Transaction
from core.claims import Check, Document, Part, PartState

READER = "x12/1"
HEADER_ELEMENTS = 16
READERS: Mapping[str, Callable[[Transaction, str, str], Document]] = {
    "810": read_810,
    "850": read_850,
    "855": read_855,
    "856": read_856,
}
_ACKNOWLEDGMENTS = frozenset(("997", "999", "TA1", "824"))


class NotX12(ValueError):
    """The bytes are no X12 interchange; the message says why."""


@dataclass(slots=True)
class Interchange:
    """Everything between an ISA and its IEA, or several of them one after the other."""

    transactions: list[Transaction] = field(default_factory=list)
    miscounts: list[str] = field(default_factory=list)


def read(raw: bytes, part: Part) -> tuple[Part, tuple[Document, ...]]:
    """Read one X12 file: a document for each invoice, order, acknowledgment or ship notice in it."""
    text = characters_of(raw)[0].lstrip("\ufeff \r\n\t")
    part = replace(part, text=text[:TEXT_CHARS_MAX], media_type="application/edi-x12")
    try:
        interchange = parse(text)
    except NotX12 as error:
        return replace(part, state=PartState.UNREADABLE, why=str(error)), ()
    several = len(interchange.transactions) > 1
    envelope = _envelope(interchange)
    documents: list[Document] = []
    others: list[str] = []
    for number, transaction in enumerate(interchange.transactions, 1):
        build = READERS.get(transaction.kind)
        if build is None:
            others.append(transaction.kind)
            continue
        document = build(transaction, part.path, f"ST[{number}]/" if several else "")
        if not document.claims:
            others.append(f"{transaction.kind} without anything to read")
            continue
        documents.append(replace(document, checks=(envelope, *document.checks)))
    return _ended(part, documents, others, interchange), tuple(documents)


def _envelope(interchange: Interchange) -> Check:
    says = "; ".join(interchange.miscounts[:5]) or "Segments, transactions and groups are as many as the envelope says"
    return Check(name="envelope", holds=not interchange.miscounts, says=says)


def _ended(part: Part, documents: Sequence[Document], others: Sequence[str], interchange: Interchange) -> Part:
    """The part with how reading it ended."""
    named = ", ".join(sorted(set(others)))
    if documents:
        return replace(part, why=f"also holds X12 {named}, which this desk does not read" if others else "")
    if others and set(others) <= _ACKNOWLEDGMENTS:
        return replace(part, state=PartState.SET_ASIDE, why=f"a receipt of the other side's EDI system (X12 {named})")
    if others:
        why = f"an X12 {named}; this desk reads 810, 850, 855 and 856"
        return replace(part, state=PartState.UNREADABLE, why=why)
    why = "an X12 interchange without a transaction"
    return replace(part, state=PartState.UNREADABLE, why="; ".join((why, *interchange.miscounts[:1])))


def parse(text: str) -> Interchange:
    """The transactions of every interchange in the text. Raises `NotX12` when its header cannot be used."""
    interchange = Interchange()
    rest = text
    while rest:
        separator, terminator = _separators(rest)
        end = _end_of_interchange(rest, separator, terminator)
        _take(list(_segments(rest[:end], separator, terminator)), interchange)
        rest = rest[end:].strip(f" \r\n\t{terminator}")
        if not rest.startswith("ISA"):
            if rest:
                interchange.miscounts.append("something stands after the end of the interchange")
            break
    return interchange


def _separators(text: str) -> tuple[str, str]:
    """Element separator and segment terminator, from the header."""
    if not text.startswith("ISA") or len(text) < 20:
        raise NotX12("does not start with an X12 header")
    separator = text[3]
    at = 2
    for _ in range(HEADER_ELEMENTS):
        at = text.find(separator, at + 1, 400)
        if at < 0:
            raise NotX12("its X12 header has fewer than sixteen elements")
    tail = text[at + 1 : at + 4]
    if len(tail) < 2 or separator in tail[:2]:
        raise NotX12("its X12 header breaks off")
    if tail[1] in "\r\n" and not tail[0].isalnum() and text.count(f"{tail[0]}\n") + text.count(f"{tail[0]}\r") > 2:
        return separator, tail[0]  # the component separator was left out: its place holds the terminator
    return separator, tail[1]


def _end_of_interchange(text: str, separator: str, terminator: str) -> int:
    """Where the interchange ends: after its closing segment, or at the end of the text when that is missing."""
    end = re.escape(terminator)
    found = re.compile(rf"{end}\s*IEA{re.escape(separator)}[^{end}]*(?:{end}|\Z)").search(text)
    return found.end() if found else len(text)


def _segments(text: str, separator: str, terminator: str) -> Iterator[Segment]:
    for number, written in enumerate(text.split(terminator)):
        if number > SEGMENTS_MAX:
            raise NotX12(f"more than {SEGMENTS_MAX:,} segments")
        if stripped := written.strip(" \r\n\t"):
            yield Segment(tuple(stripped.split(separator)))


def _take(segments: Sequence[Segment], interchange: Interchange) -> None:
    """Sort the segments into transactions, counting as the envelopes do."""
    groups = transactions = 0
    current: list[Segment] | None = None
    closed = False
    for segment in segments:
        name = segment.name
        if name == "GS":
            groups, transactions = groups + 1, 0
        elif name == "ST":
            current, transactions = [segment], transactions + 1
        elif name == "SE" and current is not None:
            current.append(segment)
            _count(interchange, f"transaction {current[0].at(2)}", "segments", segment.at(1), len(current))
            if segment.at(2) != current[0].at(2):
                interchange.miscounts.append(
                    f"transaction {current[0].at(2)} is closed as {segment.at(2) or 'nothing'}"
                )
            interchange.transactions.append(Transaction(current[0].at(1), tuple(current)))
            current = None
        elif name == "GE":
            _count(interchange, f"group {segment.at(2)}", "transactions", segment.at(1), transactions)
        elif name == "IEA":
            closed = True
            _count(interchange, f"interchange {segment.at(2)}", "groups", segment.at(1), groups)
        elif name == "TA1" and current is None:
            interchange.transactions.append(Transaction("TA1", (segment,)))
        elif current is not None:
            current.append(segment)
    if current is not None:
        interchange.miscounts.append(f"transaction {current[0].at(2)} is not closed")
        interchange.transactions.append(Transaction(current[0].at(1), tuple(current)))
    if not closed:
        interchange.miscounts.append("the interchange is not closed")


def _count(interchange: Interchange, where: str, what: str, said: str, found: int) -> None:
    if not said.isdigit() or int(said[:9]) != found:
        interchange.miscounts.append(f"{where} says it has {said or 'no number of'} {what}, it has {found}")
