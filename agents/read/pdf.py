"""A PDF's visible text to a document: what it is by its title, its header by labels, its lines by their headings.

No template of any issuer. Every claim carries page and box of the words it was read from. The functions never raise over
a page's content that pdfplumber can open; what it cannot open is the caller's to report.
"""

import io
from dataclasses import replace

import pdfplumber
import pypdfium2
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfplumber.utils.exceptions import PdfminerException

from agents.read.dates import day_comes_first
from agents.read.limits import HIDDEN_CHARS_MAX, HIDDEN_TEXTS_MAX, PAGES_MAX, TEXT_CHARS_MAX
from agents.read.numbers import decimal_mark
from agents.read.pdf_fields import header, kind_of
from agents.read.pdf_goods import lines
from agents.read.pdf_segments import Row, invisible_boxes, rows_of, words_of
from agents.read.pdf_sums import totals
from agents.read.text_facts import Marks
from agents.read.text_sentences import decimal_mark_of_language
from agents.read.units import currency
from core.claims import Claim, Document, DocumentKind, Part, PartState

READER = "pdf-rules/1"
LOCKED = "the PDF asks for a password"
PICTURE = "a picture without a text layer; reading pictures is not there yet"


def read(raw: bytes, part: Part) -> tuple[Part, tuple[Document, ...]]:
    """The part with its text, pages and hidden text, and the one document it holds, if it holds one we know.

    Gives an UNREADABLE part for a PDF with a password or without a text layer.
    """
    try:
        rows, hidden, pages = _rows(raw)
    except (PDFPasswordIncorrect, pypdfium2.PdfiumError, PdfminerException) as error:
        told = f"{error!r} {error.args!r}"
        why = LOCKED if "assword" in told else f"the PDF is damaged ({type(error).__name__})"
        return replace(part, state=PartState.UNREADABLE, why=why), ()
    text = _text(rows)
    seen = tuple(passage[:HIDDEN_CHARS_MAX] for passage in hidden[:HIDDEN_TEXTS_MAX])
    part = replace(part, text=text[:TEXT_CHARS_MAX], pages=pages, hidden=(*part.hidden, *seen))
    if not text.strip():
        return replace(part, state=PartState.UNREADABLE, why=PICTURE), ()
    document = document_of(rows, part.path)
    return part, (document,) if document else ()


def _rows(raw: bytes) -> tuple[list[Row], list[str], int]:
    """All rows of a file in order, its hidden texts, its number of pages."""
    rows: list[Row] = []
    hidden: list[str] = []
    drawn = pypdfium2.PdfDocument(raw)
    try:
        with pdfplumber.open(io.BytesIO(raw)) as file:
            count = len(drawn)
            for number, page in enumerate(file.pages[:PAGES_MAX], 1):
                words, unseen = words_of(page, number, invisible_boxes(drawn, number - 1) if number <= count else ())
                rows += rows_of(words)
                hidden += unseen
                page.close()
            return rows, hidden, len(file.pages)
    finally:
        drawn.close()


def _text(rows: list[Row]) -> str:
    """The rows as text, pages parted by form feeds, wide gaps by two spaces."""
    written: list[str] = []
    page = 1
    for row in rows:
        if row.page != page:
            written.append("\f")
            page = row.page
        written.append("  ".join(segment.text for segment in row.segments) + "\n")
    return "".join(written)


def document_of(rows: list[Row], path: str) -> Document | None:
    """The document that rows of words are, or None when it is none that we know."""
    texts = [row.text for row in rows]
    whole = "\n".join(texts)
    mark = decimal_mark(texts) or decimal_mark_of_language(whole)
    marks = Marks(mark, day_comes_first(texts), None)
    kind = kind_of(rows)
    if kind is None:
        return None
    goods, used = lines(rows, path, READER, marks, kind)
    claims: list[Claim] = list(header(rows, path, READER, marks, kind))
    if kind in (DocumentKind.INVOICE, DocumentKind.CREDIT_NOTE):
        claims += totals([row for row in rows if row not in used], path, READER, marks, goods)
    claims += goods
    if not claims:
        return None
    money = next((c.unit for c in claims if c.unit and c.field == "invoice.total"), None) or currency(whole)
    if money and kind in (DocumentKind.INVOICE, DocumentKind.CREDIT_NOTE):
        claims = [_with_currency(claim, money) for claim in claims]
    return Document(kind=kind, part=path, claims=tuple(claims), reader=READER)


_AMOUNTS = frozenset(
    (
        "invoice.net_total", "invoice.tax_total", "invoice.total", "invoice.payable", "invoice.charge",
        "invoice.allowance", "line.amount", "line.price",
    )
)  # fmt: skip


def _with_currency(claim: Claim, money: str) -> Claim:
    """An amount that names no currency has the document's."""
    return replace(claim, unit=money) if claim.field in _AMOUNTS and not claim.unit else claim
