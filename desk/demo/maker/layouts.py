"""Papers as PDF by reportlab, in seven layouts: ruled, plain, wide, letter, banded, typed, and over several pages.

Deterministic: `invariant` fixes dates and ids, so that making them twice gives the same bytes.
"""

import io
from dataclasses import dataclass
from decimal import Decimal

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4, LETTER, landscape
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from desk.demo.maker.paper import BUYER, Paper

MARGIN = 54
ROWS_A_PAGE = 24
SHARES = {"code": 16, "text": 34, "quantity": 11, "unit": 8, "price": 13, "amount": 15, "when": 16}
RIGHT = ("quantity", "price", "amount")


@dataclass(frozen=True, kw_only=True)
class Style:
    """How a layout looks. `rules`: lines between rows; `band`: the colour behind the table's head."""

    size: tuple[float, float] = A4
    font: str = "Helvetica"
    bold: str = "Helvetica-Bold"
    rules: bool = False
    box: bool = False
    band: str = ""
    facts_left: bool = False
    leading: float = 18


STYLES = {
    "ruled": Style(rules=True),
    "plain": Style(facts_left=True),
    "wide": Style(size=landscape(A4), rules=True, box=True),
    "letter": Style(size=LETTER, font="Times-Roman", bold="Times-Bold", facts_left=True, leading=20),
    "banded": Style(size=LETTER, band="#23405f"),
    "typed": Style(size=LETTER, font="Courier", bold="Courier-Bold", facts_left=True, leading=15),
    "pages": Style(rules=True, leading=17),
}


def pdf(paper: Paper, layout: str, *, password: str = "") -> bytes:
    """The paper in one of the layouts; with a password, as a file that asks for it."""
    style = STYLES[layout]
    out = io.BytesIO()
    lock = StandardEncryption(password, ownerPassword=password, strength=128) if password else None
    canvas = Canvas(out, pagesize=style.size, invariant=1, encrypt=lock)
    canvas.setTitle(f"{paper.title} {paper.number}")
    canvas.setAuthor(paper.issuer)
    rows = [paper.cells(line) for line in paper.lines] + [paper.charge_cells(*charge) for charge in paper.charges]
    pages = [rows[at : at + ROWS_A_PAGE] for at in range(0, len(rows), ROWS_A_PAGE)]
    so_far = Decimal(0)
    for number, page in enumerate(pages, 1):
        y = _head(canvas, paper, style)
        if number > 1:
            y = _carried(canvas, paper, style, so_far, y)
        y = _table(canvas, paper, style, page, y)
        so_far = sum((line.amount for line in paper.lines[: number * ROWS_A_PAGE]), Decimal(0))
        if number < len(pages):
            _carried(canvas, paper, style, so_far, y)
        else:
            _foot(canvas, paper, style, y)
        if len(pages) > 1:
            canvas.setFont(style.font, 8)
            canvas.drawRightString(style.size[0] - MARGIN, 36, f"Page {number} of {len(pages)}")
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _head(canvas: Canvas, paper: Paper, style: Style) -> float:
    width, height = style.size
    y = height - MARGIN
    canvas.setFont(style.bold, 15)
    canvas.drawString(MARGIN, y, paper.issuer)
    canvas.setFont(style.font, 8.5)
    canvas.drawString(MARGIN, y - 13, " · ".join(filter(None, (paper.address, paper.tax_id))))
    if style.facts_left:
        canvas.setFont(style.bold, 13)
        canvas.drawRightString(width - MARGIN, y, paper.title)
    canvas.setFont(style.font, 10)
    y -= 42
    top = y
    for label, value in paper.facts():
        canvas.drawString(MARGIN if style.facts_left else width - 240, y, f"{label}: {value}")
        y -= 14
    canvas.drawString(width - 240 if style.facts_left else MARGIN, top, f"{paper.word('bill_to')}: {BUYER[0]}")
    canvas.drawString(width - 240 if style.facts_left else MARGIN, top - 14, BUYER[1])
    canvas.drawString(width - 240 if style.facts_left else MARGIN, top - 28, BUYER[2])
    return min(y, top - 42) - 24


def _places(paper: Paper, style: Style) -> dict[str, float]:
    """Where each column's text starts, or ends when it is set flush right."""
    names = paper.columns()
    room = (style.size[0] - 2 * MARGIN) / sum(SHARES[name] for name in names)
    x, places = float(MARGIN), {}
    for name in names:
        wide = SHARES[name] * room
        places[name] = x + wide - 6 if name in RIGHT else x + 4
        x += wide
    return places


def _row(canvas: Canvas, places: dict[str, float], cells: dict[str, str], y: float) -> None:
    for name, x in places.items():
        (canvas.drawRightString if name in RIGHT else canvas.drawString)(x, y, cells[name])


def _table(canvas: Canvas, paper: Paper, style: Style, rows: list[dict[str, str]], y: float) -> float:
    width = style.size[0]
    places = _places(paper, style)
    top = y + 12
    canvas.setFont(style.bold, 9)
    if style.band:
        canvas.setFillColor(colors.HexColor(style.band))
        canvas.rect(MARGIN, y - 5, width - 2 * MARGIN, 17, stroke=0, fill=1)
        canvas.setFillColor(colors.white)
    _row(canvas, places, {name: paper.word(name) for name in places}, y)
    canvas.setFillColor(colors.black)
    canvas.setFont(style.font, 9 if style.font == "Courier" else 9.5)
    if style.rules:
        canvas.line(MARGIN, y - 5, width - MARGIN, y - 5)
    for cells in rows:
        y -= style.leading
        _row(canvas, places, cells, y)
        if style.rules:
            canvas.line(MARGIN, y - 5, width - MARGIN, y - 5)
    if style.box:
        canvas.rect(MARGIN, y - 5, width - 2 * MARGIN, top - y + 5, stroke=1, fill=0)
    return y - style.leading


def _carried(canvas: Canvas, paper: Paper, style: Style, so_far: Decimal, y: float) -> float:
    canvas.setFont(style.bold, 9.5)
    canvas.drawString(MARGIN + 4, y, paper.word("carried"))
    canvas.drawRightString(style.size[0] - MARGIN - 6, y, paper.money(so_far))
    return y - 22


def _foot(canvas: Canvas, paper: Paper, style: Style, y: float) -> None:
    right = style.size[0] - MARGIN
    y -= 6
    for label, value in paper.totals():
        canvas.setFont(style.bold, 10)
        canvas.drawRightString(right - 90, y, label)
        canvas.drawRightString(right - 6, y, value)
        y -= 15
    canvas.setFont(style.font, 9)
    for text in paper.notes():
        y -= 14
        canvas.drawString(MARGIN, y, text)


def text_page(title: str, issuer: str, lines: list[str]) -> bytes:
    """A page of plain text: conditions of sale, a formal letter."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=1)
    canvas.setTitle(title)
    canvas.setFont("Times-Bold", 14)
    canvas.drawString(MARGIN, A4[1] - MARGIN, issuer)
    canvas.setFont("Times-Bold", 12)
    canvas.drawString(MARGIN, A4[1] - MARGIN - 44, title)
    canvas.setFont("Times-Roman", 10.5)
    for at, text in enumerate(lines):
        canvas.drawString(MARGIN, A4[1] - MARGIN - 72 - at * 15, text)
    canvas.showPage()
    canvas.save()
    return out.getvalue()
