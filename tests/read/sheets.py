"""Papers drawn for the tests of the PDF reader: words at places, in the layouts that real programs print."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from agents.read import pdf
from agents.read.files import part_of
from agents.read.verify import verify
from core.claims import Document, Part

Row = Sequence[str]
Value = object


@dataclass(frozen=True)
class Mark:
    """Words at a place from the page's top left corner, in points; `right` sets their right edge there."""

    x: float
    y: float
    text: str
    size: float = 9
    right: bool = False
    page: int = 1


def table(rows: Iterable[Row], edges: Sequence[float], y: float, step: float = 16, page: int = 1) -> list[Mark]:
    """Rows of cells under one another: a negative edge is the right edge of its column."""
    return [
        Mark(abs(edge), y + step * at, cell, right=edge < 0, page=page)
        for at, row in enumerate(rows)
        for edge, cell in zip(edges, row, strict=True)
        if cell
    ]


def labels(pairs: Iterable[tuple[str, str]], x: float, gap: float, y: float, step: float = 14) -> list[Mark]:
    """Labels with their values to the right."""
    return [
        mark
        for at, (label, value) in enumerate(pairs)
        for mark in (Mark(x, y + step * at, label), Mark(x + gap, y + step * at, value))
    ]


def sheet(marks: Iterable[Mark], *, password: str = "") -> bytes:
    """A PDF with the marks on their pages."""
    placed = list(marks)
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, encrypt=password or None)
    for page in range(1, max((mark.page for mark in placed), default=1) + 1):
        for mark in placed:
            if mark.page != page:
                continue
            canvas.setFont("Helvetica", mark.size)
            draw = canvas.drawRightString if mark.right else canvas.drawString
            draw(mark.x, A4[1] - mark.y, mark.text)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def read(raw: bytes) -> tuple[Part, Document]:
    """The part and its one document, verified."""
    part, documents = pdf.read(raw, part_of("1:a.pdf", "a.pdf", raw, "application/pdf"))
    (document,) = documents
    return part, verify(document, (part,))


def header(document: Document, *names: str) -> list[Value]:
    """The values of header fields, None for one that is not claimed."""
    return [claim.value if (claim := document.first(name)) else None for name in names]


def column(document: Document, name: str) -> list[Value]:
    """The values of a line field, line by line, None where a line does not say."""
    return [claim.value if (claim := document.first(name, n)) else None for n in document.line_numbers()]


def failed(document: Document) -> list[str]:
    """What the checks complain about."""
    return [check.says for check in document.checks if not check.holds]
