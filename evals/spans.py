"""Whether a claim's own words bear it out: held anew here, apart from the readers that made the claim."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal, InvalidOperation

from agents.read.verify import verify
from core.claims import Claim, Document, Part, Reading
from evals.scoring import Said, spelled


def said_in(reading: Reading) -> Iterator[Said]:
    """Every claim of a reading, each with whether it is spanned."""
    return said_of(reading.documents, reading.parts)


def said_of(documents: Iterable[Document], parts: tuple[Part, ...]) -> Iterator[Said]:
    """Every claim of some documents. It is spanned when its words stand where it says and hold the value, be it in the
    notation of people or in that of its format."""
    texts = {part.path: part.text for part in parts}
    for document in documents:
        in_words = {id(claim) for claim in verify(document, parts).claims}
        for claim in document.claims:
            span = claim.span
            placed = span.start is None or texts.get(span.part, "")[span.start : span.end] == span.text
            spanned = placed and bool(span.text.strip()) and (id(claim) in in_words or _in_its_format(claim))
            yield Said(field=claim.field, line=claim.line, value=spelled(claim.value), spanned=spanned)


CODED = frozenset(
    (
        "acknowledged.error", "acknowledged.status", "confirmation.status", "document.purpose", "freight.status",
        "invoice.charge_reason", "invoice.terms", "line.action", "line.discrepancy", "line.price_base", "line.status",
        "payment.method",
    )
)  # fmt: skip
"""Fields whose value is the word for a code: what stands there is the code."""
_CODE = re.compile(r"[A-Z0-9]{1,6}")


def _in_its_format(claim: Claim) -> bool:
    """Notations only structured formats have: a date as CCYYMMDD, with its time or in six digits, an X12 amount of type
    N2 (no point, two decimals), a word as its code, a decimal comma."""
    text, value = claim.span.text.strip(), claim.value
    if claim.span.path is None:
        return False
    if isinstance(value, date):
        written = f"{value:%Y%m%d}"
        return text.startswith((written, written[2:])) or text.endswith(written)
    if isinstance(value, Decimal):
        hundredths = claim.span.path.startswith(("TDS[", "SAC[", "TXI[", "ST[")) and _hundredths(text) == value
        return hundredths or (claim.field in CODED and _CODE.fullmatch(text) is not None)
    return claim.field in CODED and (_CODE.fullmatch(text) is not None or text in value)


def _hundredths(text: str) -> Decimal | None:
    try:
        return Decimal(int(text)) / 100
    except (ValueError, InvalidOperation):
        return None
