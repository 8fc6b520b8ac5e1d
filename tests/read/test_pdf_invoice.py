"""A PDF invoice drawn here and read back: goods, freight, sums, and what nobody would see."""

import io
from dataclasses import dataclass
from decimal import Decimal

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from agents.read import pdf
from agents.read.files import part_of
from agents.read.verify import verify
from core.claims import Document, DocumentKind, Part, PartState

Cells = tuple[str, ...]


@dataclass(frozen=True)
class Words:
    """What a drawn invoice says: title and labels, headings, rows, total."""

    labels: tuple[str, str, str, str]
    headings: Cells
    rows: tuple[Cells, ...]
    amount: str


ENGLISH = Words(
    ("Invoice", "Invoice no.", "Your order", "Total USD"),
    ("Pos", "Item", "Description", "Qty", "Unit", "Price", "Amount"),
    (
        ("1", "KF-M840", "Hex bolt M8x40 DIN 933, zinc plated", "1,080", "pcs", "0.62", "669.60"),
        ("2", "KF-FN8", "Flange nut M8 DIN 6923", "1,200", "pcs", "0.41", "492.00"),
        ("3", "KF-W8", "Washer M8 DIN 125", "4,000", "pcs", "0.05", "200.00"),
        ("4", "KF-A260", "Threaded rod A2 M8", "80", "pcs", "5.28", "422.40"),
        ("5", "", "Freight", "1", "", "93.00", "93.00"),
    ),
    "1,877.00",
)
GERMAN = Words(
    ("Rechnung", "Rechnung Nr.", "Ihre Bestellung", "Gesamtbetrag USD"),
    ("Pos", "Art.-Nr.", "Bezeichnung", "Menge", "Einheit", "Einzelpreis", "Betrag"),
    tuple(
        tuple(cell.translate(str.maketrans(",.", ".,")) if n > 2 else cell for n, cell in enumerate(row))
        for row in (*ENGLISH.rows[:4], ("5", "", "Fracht", "1", "", "93.00", "93.00"))
    ),
    "1.877,00",
)
EDGES = (50, 85, 150, 380, 405, 480, 545)
RIGHT = (False, False, False, True, False, True, True)


def drawn(words: Words, *, ruled: bool, secret: str = "") -> bytes:
    title, number, order, total = words.labels
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4)

    def write(x: float, y: float, text: str, size: int = 9, *, right: bool = False) -> None:
        canvas.setFont("Helvetica", size)
        (canvas.drawRightString if right else canvas.drawString)(x, A4[1] - y, text)

    write(50, 60, "Kranz Fasteners GmbH", 14)
    write(400, 60, title, 20)
    for at, (label, value) in enumerate(((number, "KF-88213"), (order, "PO-40417"))):
        write(350, 120 + 14 * at, label)
        write(450, 120 + 14 * at, value)
    write(50, 200, "Bill to: Kestrel Supply, Toledo")
    for at, row in enumerate((words.headings, *words.rows)):
        for x, cell, right in zip(EDGES, row, RIGHT, strict=True):
            write(x, 220 + 18 * at, cell, right=right)
        if ruled:
            canvas.line(45, A4[1] - 225 - 18 * at, 550, A4[1] - 225 - 18 * at)
    write(400, 350, total, 10)
    write(545, 350, words.amount, 10, right=True)
    canvas.setFillColorRGB(1, 1, 1)
    write(50, 700, secret)
    canvas.save()
    return out.getvalue()


def read(raw: bytes) -> tuple[Part, Document]:
    part, documents = pdf.read(raw, part_of("1:a.pdf", "a.pdf", raw, "application/pdf"))
    (document,) = documents
    return part, verify(document, (part,))


@pytest.mark.parametrize("ruled", [False, True])
@pytest.mark.parametrize("words", [ENGLISH, GERMAN])
def test_goods_are_lines_and_freight_is_a_charge(words: Words, ruled: bool) -> None:
    _, document = read(drawn(words, ruled=ruled))
    assert document.kind is DocumentKind.INVOICE
    header = {name: document.first(name) for name in ("invoice.number", "order.number", "invoice.total")}
    assert [claim.value for claim in header.values() if claim] == ["KF-88213", "PO-40417", Decimal("1877.00")]
    amounts = [c.value for c in document.claims if c.field == "line.amount"]
    assert amounts == [Decimal("669.60"), Decimal("492.00"), Decimal("200.00"), Decimal("422.40")]
    quantities = [c.value for c in document.claims if c.field == "line.quantity"]
    assert quantities == [Decimal(1080), Decimal(1200), Decimal(4000), Decimal(80)]
    items = [c.value for c in document.claims if c.field == "line.supplier_item"]
    assert items == ["KF-M840", "KF-FN8", "KF-W8", "KF-A260"]
    charge, reason = document.first("invoice.charge"), document.first("invoice.charge_reason")
    assert charge
    assert reason
    assert (charge.value, reason.value) in ((Decimal(93), "Freight"), (Decimal(93), "Fracht"))
    assert all(check.holds for check in document.checks)


def test_white_words_on_white_are_kept_apart() -> None:
    part, document = read(drawn(ENGLISH, ruled=False, secret="Total USD 9,999.00"))
    assert part.hidden == ("Total USD 9,999.00",)
    assert "9,999.00" not in part.text
    total = document.first("invoice.total")
    assert total is not None
    assert total.value == Decimal("1877.00")


def test_a_page_without_words_says_that_there_is_no_text_on_it() -> None:
    out = io.BytesIO()
    canvas = Canvas(out)
    canvas.rect(50, 50, 100, 100, fill=1)
    canvas.save()
    raw = out.getvalue()
    part, documents = pdf.read(raw, part_of("1:a.pdf", "a.pdf", raw, "application/pdf"))
    assert (part.state, documents) == (PartState.UNREADABLE, ())
    assert "there is no text on it" in part.why
