"""Claims held against a known truth, one by one: what readers are calibrated on, and what their confidence is tested on.

Developed: hybrid PDFs of two thirds of the issuers, from their text and as pictures, the PDFs with JSON, our labelled
letters and sheets but every third, and the recorded cases, those with a model's answers by both readers. Held out: the other
issuers, the other letters and sheets. A claim of a field that the truth does not speak of is not judged.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from agents.read import filetype, pdf
from agents.read.confidence import Class, classes, evidence, with_confidence
from agents.read.document import read_message
from agents.read.files import part_of
from agents.read.ocr import Pictures
from agents.read.verify import verify
from core.claims import Document, DocumentKind, PartState
from evals.judging_sheets import Right, recorded, sheets
from evals.mail_report import FIELDS, given_facts, item_of, labelled, mail_of, plain
from evals.progress import passing
from evals.read_papers import Truth, by_issuer, described, hybrids, printed, set_apart, spelled
from evals.read_pictures import PAGES_MAX
from evals.scanning import WAYS, picture_of, scanned, way_of

BILLS = (DocumentKind.INVOICE, DocumentKind.CREDIT_NOTE)


@dataclass(frozen=True, slots=True)
class Judged:
    """One claim: its classes from the narrowest, whether it is right, and how sure the reader now says it is."""

    classes: tuple[Class, ...]
    right: bool
    confidence: Decimal | None


def judged(folder: Path, *, held_out: bool, pictures_every: int = 0) -> Iterator[Judged]:
    """Every claim that can be judged. By picture of each issuer every so-manieth paper, none with 0; papers only where
    they are there."""
    yield from _letters(held_out=held_out)
    yield from _labelled(sheets(held_out=held_out))
    if not held_out:
        yield from _labelled(recorded())
    if not folder.is_dir():
        return
    papers = [one for one in hybrids(folder) if set_apart(one[2]) is held_out]
    papers += [] if held_out else list(described(folder))
    by_picture = {path for path, _, _ in by_issuer(papers, pictures_every)} if pictures_every else set()
    for path, raw, said in passing("papers judged", papers):
        yield from _paper(path, raw, said, by_picture=path in by_picture)


def _paper(path: Path, raw: bytes, said: Truth, *, by_picture: bool) -> Iterator[Judged]:
    """A PDF by its text, and as a picture of itself."""
    part, documents = pdf.read(raw, part_of("1:a.pdf", path.name, raw, filetype.PDF), Pictures(seconds=0))
    if part.state is not PartState.READ or not part.text:
        return
    shown = {one: [value for value in values if printed(value, part.text)] for one, values in said.items()}
    for document in documents:
        yield from _against(verify(document, (part,)), shown)
    if by_picture and part.pages <= PAGES_MAX:
        shots = [WAYS[way_of(path.name)](picture_of(raw, page, dots=170 / 72)) for page in range(part.pages)]
        scan = scanned(*shots)
        part, documents = pdf.read(scan, part_of("1:a.pdf", path.name, scan, filetype.PDF))
        for document in documents:
            yield from _against(verify(document, (part,)), shown)


def _against(document: Document, truth: Truth) -> Iterator[Judged]:
    if document.kind not in BILLS:
        return
    sure = with_confidence(document).claims
    for claim, speaks, told in zip(document.claims, evidence(document), sure, strict=True):
        wanted = truth.get(claim.field)
        if wanted:
            right = spelled(claim.field, claim.value) in {spelled(claim.field, value) for value in wanted}
            yield Judged(classes(claim, speaks), right, told.confidence)


def _letters(*, held_out: bool) -> Iterator[Judged]:
    for _, letter in labelled(held_out=held_out):
        facts = set(given_facts(letter["facts"]))
        for document in read_message(mail_of(letter)).of_kind(DocumentKind.MAIL):
            for claim, speaks in zip(document.claims, evidence(_bare(document)), strict=True):
                if claim.field in FIELDS:
                    item = item_of(document, claim.line) if claim.field.startswith("line.") else ""
                    right = (claim.field, plain(claim.field, claim.value), item) in facts
                    yield Judged(classes(claim, speaks), right, claim.confidence)


def _labelled(documents: Right) -> Iterator[Judged]:
    """Claims of sheets and recorded cases. How clear a picture's letters were is gone once its confidence was told."""
    for document, right in documents:
        bare = _bare(document)
        sure = with_confidence(bare).claims
        for at, (claim, speaks, told) in enumerate(zip(document.claims, evidence(bare), sure, strict=True)):
            if at in right and not claim.reader.startswith("picture/"):
                yield Judged(classes(claim, speaks), right[at], told.confidence)


def _bare(document: Document) -> Document:
    """A letter's document as its reader gave it, before anybody said how sure it is."""
    return replace(document, claims=tuple(replace(claim, confidence=None) for claim in document.claims))
