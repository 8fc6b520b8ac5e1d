"""How sure a claim is: how often claims of its kind were right, as counted on documents whose truth is known.

A format whose standard gives each value its place is read or it is not: there a claim is sure. What is found by looking
(pages, letters, pictures, and sheets, whose columns mean what their headings are taken for; and by a model) is as sure as
`confidence.json` counted it, for the reader, the field and what speaks for the value: sums that hold, the only value of its
field, letters that were clear. Told is the lower end of the Wilson interval, not the bare share: readers were developed on
what is counted, which flatters them, and few claims prove little. A model is counted under its own name: what was
counted of one says nothing of another.

Where fewer than `ENOUGH` were counted the next wider class speaks: the field, then all fields of its group; where none is
wide enough, nothing is said. What speaks against a value is never lost that way: such a claim has its own classes or none.
The file is made by `make calibrate` (evals/calibrate.py), never by hand. Nothing is decided by a confidence: it can only
make people look.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_FLOOR, Decimal
from functools import cache
from math import sqrt
from pathlib import Path

from agents.read.ocr_doubt import FIGURES_OF
from agents.read.verify import arithmetic
from core.claims import Claim, Document

FILE = Path(__file__).with_name("confidence.json")
ENOUGH = 30
"""Judged claims that a class needs before it speaks."""
CLEAR_LETTERS = (Decimal("0.97"), Decimal("0.90"))
"""Ends of the bands in which a reader of pictures told how clear the least clear letter was."""
AGAINST = ("sums do not hold", "one of several", "poor letters")
"""Evidence that a wider class, which does not know of it, must not cover."""
SURE = Decimal(1)
"""Of a value whose place a standard gives."""
Z = 1.96
"""Of the Wilson interval: 95 %."""
BY_LOOKING = ("office/",)
"""Readers whose claims have an address, and no standard that says what stands there."""
Class = tuple[str, str, str]
"""Reader, field or group of fields, what speaks for the value; "" is any."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many claims of a class were judged, and how many were right."""

    right: int
    of: int

    @property
    def lower(self) -> Decimal:
        """The lower end of the Wilson interval at 95 %, rounded down."""
        if not self.of:
            return Decimal(0)
        share, n = self.right / self.of, self.of
        middle, spread = share + Z * Z / (2 * n), Z * sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
        low = max(0.0, (middle - spread) / (1 + Z * Z / n))
        return Decimal(str(low)).quantize(Decimal("0.001"), ROUND_FLOOR)


def with_confidence(document: Document, table: Mapping[Class, Count] | None = None) -> Document:
    """The document with a confidence at each claim of which something is known; the others keep what they have."""
    if all(claim.confidence == SURE and claim.span.path is not None for claim in document.claims):
        return document
    known = counted() if table is None else table
    speaking = evidence(document)
    claims = tuple(
        replace(claim, confidence=sure) if (sure := _sure(claim, speaks, known)) is not None else claim
        for claim, speaks in zip(document.claims, speaking, strict=True)
    )
    return replace(document, claims=claims)


def _sure(claim: Claim, speaks: str, known: Mapping[Class, Count]) -> Decimal | None:
    if claim.span.path is not None and not claim.reader.startswith(BY_LOOKING):
        return SURE
    against = any(word in speaks for word in AGAINST)
    told = (one for one in classes(claim, speaks) if one[2] or not against)
    found = next((known[one] for one in told if one in known and known[one].of >= ENOUGH), None)
    if found is None:
        return None
    return found.lower if claim.confidence is None else min(found.lower, claim.confidence)


def classes(claim: Claim, speaks: str) -> tuple[Class, ...]:
    """The classes of a claim, the narrowest first. The last two hold fields of one group: of the paper, or of its lines."""
    group = "line.*" if claim.line is not None else "*"
    return (
        (claim.reader, claim.field, speaks),
        (claim.reader, claim.field, ""),
        (claim.reader, group, speaks),
        (claim.reader, group, ""),
    )


def evidence(document: Document) -> Iterator[str]:
    """What speaks for each claim, in the document's order."""
    holds: set[tuple[str, int | None]] = set()
    fails: set[tuple[str, int | None]] = set()
    for check in arithmetic(document):
        (holds if check.holds else fails).update((name, check.line) for name in FIGURES_OF[check.name])
    values: dict[str, set[object]] = {}
    for claim in document.claims:
        if claim.line is None:
            values.setdefault(claim.field, set()).add(claim.value)
    for claim in document.claims:
        places = {(claim.field, claim.line), (claim.field, None)}
        if places & holds:
            speaks = "sums hold"
        elif places & fails:
            speaks = "sums do not hold"
        elif claim.line is None:
            speaks = "one value" if len(values[claim.field]) == 1 else "one of several"
        else:
            speaks = "unchecked"
        yield speaks if claim.confidence is None else f"{speaks}, {_letters(claim.confidence)}"


def _letters(raw: Decimal) -> str:
    clear, fair = CLEAR_LETTERS
    return "clear letters" if raw >= clear else "fair letters" if raw >= fair else "poor letters"


@cache
def counted() -> Mapping[Class, Count]:
    """What was counted, by class. Empty where nothing was."""
    if not FILE.exists():
        return {}
    rows = json.loads(FILE.read_text("utf-8"))["classes"]
    return {(row["reader"], row["field"], row["evidence"]): Count(row["right"], row["of"]) for row in rows}
