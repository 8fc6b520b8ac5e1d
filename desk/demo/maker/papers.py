"""Business papers as PDF, in several layouts, by reportlab: ruled, unruled, landscape, letter-like, and as a scan.

Deterministic: `invariant` fixes dates and ids, so that making them twice gives the same bytes.
"""

import io
from dataclasses import dataclass, field
from decimal import Decimal

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4, LETTER, landscape
from reportlab.pdfgen.canvas import Canvas

MARGIN = 54


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of a paper."""

    code: str
    text: str
    quantity: str
    price: str
    unit: str = "pcs"
    date: str = ""

    @property
    def amount(self) -> Decimal:
        """Quantity by price, in cents."""
        return (Decimal(self.quantity) * Decimal(self.price)).quantize(Decimal("0.01"))


@dataclass(frozen=True, kw_only=True)
class Paper:
    """What stands on a paper. `words` are its labels, by language; `amounts` override a line's own for wrong bills."""

    issuer: str
    address: str
    title: str
    number: str
    date: str
    order: str
    lines: tuple[Line, ...]
    charges: tuple[tuple[str, str], ...] = ()
    tax_rate: str = ""
    currency: str = "USD"
    total: str = ""
    terms: str = "Net 30 days"
    notes: tuple[str, ...] = ()
    priced: bool = True
    words: dict[str, str] = field(default_factory=dict)
    german: bool = False
    hidden: str = ""

    def word(self, key: str) -> str:
        """A label in the paper's language."""
        return {**ENGLISH, **(GERMAN if self.german else {}), **self.words}[key]

    def money(self, value: Decimal) -> str:
        """An amount in the paper's notation."""
        text = f"{value:,.2f}"
        return text.translate(str.maketrans(",.", ".,")) if self.german else text

    def count(self, value: str) -> str:
        """A quantity in the paper's notation."""
        text = f"{Decimal(value):,f}"
        return text.translate(str.maketrans(",.", ".,")) if self.german else text

    @property
    def net(self) -> Decimal:
        """Lines and charges."""
        return sum((line.amount for line in self.lines), Decimal(0)) + sum(
            (Decimal(a) for _, a in self.charges), Decimal(0)
        )

    @property
    def tax(self) -> Decimal:
        """Tax on the net total."""
        return (self.net * Decimal(self.tax_rate or 0) / 100).quantize(Decimal("0.01"))


ENGLISH = {
    "number": "Invoice", "date": "Date", "order": "Your order", "code": "Item no.", "text": "Description", "quantity": "Qty",
    "unit": "Unit", "price": "Price", "amount": "Amount", "net": "Net total", "tax": "VAT", "total": "Total", "when": "Delivery",
}  # fmt: skip
GERMAN = {
    "number": "Rechnung Nr.", "date": "Datum", "order": "Ihre Bestellung", "code": "Art.-Nr.", "text": "Bezeichnung", "quantity": "Menge",
    "unit": "Einheit", "price": "Einzelpreis", "amount": "Betrag", "net": "Nettobetrag", "tax": "MwSt.", "total": "Gesamtbetrag", "when": "Liefertermin",
}  # fmt: skip


def pdf(paper: Paper, layout: str = "ruled") -> bytes:
    """The paper as a PDF in one of the layouts: ruled, plain, wide, letter, banded."""
    size = {"wide": landscape(A4), "letter": LETTER, "banded": LETTER}.get(layout, A4)
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=size, invariant=1)
    canvas.setTitle(f"{paper.title} {paper.number}")
    canvas.setAuthor(paper.issuer)
    y = _head(canvas, paper, size, layout)
    y = _table(canvas, paper, size, y, layout)
    _foot(canvas, paper, size, y)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _head(canvas: Canvas, paper: Paper, size: tuple[float, float], layout: str) -> float:
    width, height = size
    y = height - MARGIN
    font = "Times" if layout == "letter" else "Helvetica"
    bold = "Times-Bold" if layout == "letter" else "Helvetica-Bold"
    canvas.setFont(bold, 15)
    canvas.drawString(MARGIN, y, paper.issuer)
    canvas.setFont(f"{font}-Roman" if font == "Times" else font, 8.5)
    canvas.drawString(MARGIN, y - 13, paper.address)
    canvas.setFont(bold, 13)
    canvas.drawRightString(width - MARGIN, y, paper.title)
    canvas.setFont(f"{font}-Roman" if font == "Times" else font, 10)
    facts = [(paper.word("number"), paper.number), (paper.word("date"), paper.date), (paper.word("order"), paper.order)]
    y -= 42
    for label, value in facts:
        if value:
            canvas.drawString(MARGIN if layout in ("letter", "plain") else width - 230, y, f"{label}: {value}")
            y -= 14
    canvas.drawString(
        MARGIN,
        height - MARGIN - 42 - (48 if layout in ("letter", "plain") else 0),
        "Bill to: Harbor & Pine Supply, Portland",
    )
    return y - 30


def _columns(paper: Paper, width: float) -> list[tuple[str, float, bool]]:
    names = ["code", "text", "quantity", "unit"] + (["price", "amount"] if paper.priced else [])
    if any(line.date for line in paper.lines):
        names.append("when")
    room = width - 2 * MARGIN
    shares = {"code": 0.15, "text": 0.33, "quantity": 0.11, "unit": 0.09, "price": 0.14, "amount": 0.17, "when": 0.18}
    total = sum(shares[name] for name in names)
    x, columns = float(MARGIN), []
    for name in names:
        wide = room * shares[name] / total
        right = name in ("quantity", "price", "amount")
        columns.append((name, x + wide - 6 if right else x + 4, right))
        x += wide
    return columns


def _table(canvas: Canvas, paper: Paper, size: tuple[float, float], y: float, layout: str) -> float:
    width, _ = size
    columns = _columns(paper, width)
    canvas.setFont("Helvetica-Bold", 9)
    if layout == "banded":
        canvas.setFillColor(colors.HexColor("#23405f"))
        canvas.rect(MARGIN, y - 4, width - 2 * MARGIN, 15, stroke=0, fill=1)
        canvas.setFillColor(colors.white)
    for name, x, right in columns:
        (canvas.drawRightString if right else canvas.drawString)(x, y, paper.word(name))
    canvas.setFillColor(colors.black)
    canvas.setFont("Helvetica", 9.5)
    top = y + 12
    y -= 18
    for line in paper.lines:
        cells = {
            "code": line.code, "text": line.text, "quantity": paper.count(line.quantity), "unit": line.unit,
            "price": _price(paper, line.price), "amount": paper.money(line.amount), "when": line.date,
        }  # fmt: skip
        for name, x, right in columns:
            (canvas.drawRightString if right else canvas.drawString)(x, y, cells[name])
        if layout in ("ruled", "wide"):
            canvas.line(MARGIN, y - 5, width - MARGIN, y - 5)
        y -= 18
    for reason, amount in paper.charges:
        by_name = {name: (x, right) for name, x, right in columns}
        canvas.drawString(by_name["text"][0], y, reason)
        canvas.drawRightString(by_name["quantity"][0], y, "1")
        canvas.drawRightString(by_name["price"][0], y, paper.money(Decimal(amount)))
        canvas.drawRightString(by_name["amount"][0], y, paper.money(Decimal(amount)))
        y -= 18
    if layout in ("ruled", "wide"):
        canvas.rect(MARGIN, y + 13, width - 2 * MARGIN, top - y - 13, stroke=1, fill=0)
    return y


def _price(paper: Paper, value: str) -> str:
    text = f"{Decimal(value):,.{max(2, len(value.partition('.')[2]))}f}"
    return text.translate(str.maketrans(",.", ".,")) if paper.german else text


def _foot(canvas: Canvas, paper: Paper, size: tuple[float, float], y: float) -> None:
    width, _ = size
    right = width - MARGIN
    y -= 12
    rows: list[tuple[str, str]] = []
    if paper.priced:
        if paper.tax_rate:
            rows.append((paper.word("net"), paper.money(paper.net)))
            rows.append((f"{paper.word('tax')} {paper.tax_rate}%", paper.money(paper.tax)))
        total = Decimal(paper.total) if paper.total else paper.net + paper.tax
        rows.append((f"{paper.word('total')} {paper.currency}", paper.money(total)))
    canvas.setFont("Helvetica-Bold", 10)
    for label, value in rows:
        canvas.drawRightString(right - 90, y, label)
        canvas.drawRightString(right, y, value)
        y -= 15
    canvas.setFont("Helvetica", 9)
    for text in (paper.terms, *paper.notes):
        if text:
            y -= 14
            canvas.drawString(MARGIN, y, text)
    if paper.hidden:
        canvas.setFillColor(colors.white)
        canvas.setFont("Helvetica", 6)
        canvas.drawString(MARGIN, 30, paper.hidden)


def scan(page: bytes, *, angle: float = 0.6) -> bytes:
    """A PDF that is only a picture of the first page of another, slightly turned: as a scanner makes it."""
    import pypdfium2
    from reportlab.lib.utils import ImageReader

    image = pypdfium2.PdfDocument(page)[0].render(scale=1.3).to_pil().convert("L").rotate(angle, fillcolor=255)
    shot = io.BytesIO()
    image.save(shot, "JPEG", quality=45)
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=1)
    canvas.drawImage(ImageReader(io.BytesIO(shot.getvalue())), 0, 0, *A4)
    canvas.save()
    return out.getvalue()
