"""Whether a claim's own words bear it out: held anew here, apart from the readers that made the claim."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation

from agents.read.codes import UBL_RESPONSES, X12_ACKNOWLEDGMENTS
from agents.read.verify import verify
from core.claims import Claim, Reading
from evals.scoring import Said, spelled


def said_in(reading: Reading) -> Iterator[Said]:
    """Every claim of a reading. It is spanned when its words stand where it says and hold the value, be it in the
    notation of people or in that of its format."""
    texts = {part.path: part.text for part in reading.parts}
    for document in reading.documents:
        in_words = {id(claim) for claim in verify(document, reading.parts).claims}
        for claim in document.claims:
            span = claim.span
            placed = span.start is None or texts.get(span.part, "")[span.start : span.end] == span.text
            spanned = placed and bool(span.text.strip()) and (id(claim) in in_words or _in_its_format(claim))
            yield Said(field=claim.field, line=claim.line, value=spelled(claim.value), spanned=spanned)


def _in_its_format(claim: Claim) -> bool:
    """Notations only structured formats have: a date as CCYYMMDD, an X12 amount of type N2 (no point, two decimals),
    a status as its code."""
    text, value = claim.span.text.strip(), claim.value
    if claim.span.path is None:
        return False
    if isinstance(value, date):
        return text == f"{value:%Y%m%d}"
    if isinstance(value, Decimal):
        return claim.span.path.startswith(("TDS[", "SAC[", "TXI[")) and _hundredths(text) == value
    return claim.field == "confirmation.status" and value in (X12_ACKNOWLEDGMENTS.get(text), UBL_RESPONSES.get(text))


def _hundredths(text: str) -> Decimal | None:
    try:
        return Decimal(int(text)) / 100
    except (ValueError, InvalidOperation):
        return None
