"""What a page does not show is not read, however it is hidden; what it shows is, however it is coloured."""

import io
from collections.abc import Callable
from decimal import Decimal

import pytest
from reportlab.lib.colors import HexColor, black, white
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from agents.read import pdf
from agents.read.files import part_of
from core.claims import Document, Part, PartState

SECRET = "Total USD 9,999.00"
Draw = Callable[[Canvas], None]


def page(*draw: Draw) -> tuple[Part, Document]:
    """An invoice over 100.00 with something drawn onto it, read."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4)
    canvas.setFont("Helvetica", 18)
    canvas.drawString(50, 780, "Invoice KF-1")
    canvas.setFont("Helvetica", 10)
    canvas.drawString(350, 400, "Total USD")
    canvas.drawRightString(540, 400, "100.00")
    for act in draw:
        act(canvas)
    canvas.save()
    raw = out.getvalue()
    part, (document,) = pdf.read(raw, part_of("1:a.pdf", "a.pdf", raw, "application/pdf"))
    return part, document


def in_white(canvas: Canvas) -> None:
    canvas.setFillColor(white)
    canvas.drawString(50, 300, SECRET)


def in_nearly_white(canvas: Canvas) -> None:
    canvas.setFillColor(HexColor("#fafafa"))
    canvas.drawString(50, 300, SECRET)


def tiny(canvas: Canvas) -> None:
    canvas.setFont("Helvetica", 1)
    canvas.drawString(50, 300, SECRET)


def off_the_page(canvas: Canvas) -> None:
    canvas.drawString(700, 300, SECRET)


def invisible(canvas: Canvas) -> None:
    text = canvas.beginText(50, 300)
    text.setTextRenderMode(3)
    text.textLine(SECRET)
    canvas.drawText(text)


def under_a_box(canvas: Canvas) -> None:
    canvas.drawString(50, 300, SECRET)
    canvas.setFillColor(white)
    canvas.rect(40, 290, 200, 30, stroke=0, fill=1)


def black_on_black(canvas: Canvas) -> None:
    canvas.setFillColor(black)
    canvas.rect(40, 290, 200, 30, stroke=0, fill=1)
    canvas.drawString(50, 300, SECRET)


def clipped_away(canvas: Canvas) -> None:
    canvas.saveState()
    path = canvas.beginPath()
    path.rect(0, 0, 10, 10)
    canvas.clipPath(path, stroke=0)
    canvas.drawString(50, 300, SECRET)
    canvas.restoreState()


def see_through(canvas: Canvas) -> None:
    canvas.setFillAlpha(0.01)
    canvas.drawString(50, 300, SECRET)


@pytest.mark.parametrize(
    "hide",
    [in_white, in_nearly_white, tiny, off_the_page, invisible, under_a_box, black_on_black, clipped_away, see_through],
)
def test_hidden_words_are_named_and_never_read(hide: Draw) -> None:
    part, document = page(hide)
    assert "9,999" in " ".join(part.hidden)
    assert "9,999" not in part.text
    assert all("9,999" not in claim.span.text for claim in document.claims)
    total = document.first("invoice.total")
    assert total is not None
    assert total.value == Decimal("100.00")


def white_on_blue(canvas: Canvas) -> None:
    canvas.setFillColor(HexColor("#204080"))
    canvas.rect(40, 290, 220, 30, stroke=0, fill=1)
    canvas.setFillColor(white)
    canvas.drawString(50, 300, "Your order PO-40417")


def in_pale_grey(canvas: Canvas) -> None:
    canvas.setFillColor(HexColor("#999999"))
    canvas.setFont("Helvetica", 6)
    canvas.drawString(50, 300, "Your order PO-40417")


def in_colour(canvas: Canvas) -> None:
    canvas.setFillColor(HexColor("#d04010"))
    canvas.drawString(50, 300, "Your order PO-40417")


@pytest.mark.parametrize("show", [white_on_blue, in_pale_grey, in_colour])
def test_what_the_page_shows_is_read_in_any_colour(show: Draw) -> None:
    part, document = page(show)
    order = document.first("order.number")
    assert order is not None
    assert order.value == "PO-40417"
    assert part.hidden == ()


def test_of_two_words_on_one_place_the_one_on_top_is_read() -> None:
    def overdraw(canvas: Canvas) -> None:
        canvas.drawString(50, 300, "Your order PO-11111")
        canvas.setFillColor(white)
        canvas.rect(40, 290, 200, 30, stroke=0, fill=1)
        canvas.setFillColor(black)
        canvas.drawString(50, 300, "Your order PO-40417")

    part, document = page(overdraw)
    order = document.first("order.number")
    assert order is not None
    assert order.value == "PO-40417"
    assert "PO-11111" in " ".join(part.hidden)


def test_a_page_with_nothing_but_words_that_nobody_sees_is_not_read_by_them() -> None:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4)
    invisible(canvas)
    canvas.save()
    raw = out.getvalue()
    part, documents = pdf.read(raw, part_of("1:a.pdf", "a.pdf", raw, "application/pdf"))
    assert (part.state, documents) == (PartState.UNREADABLE, ())
    assert "there is no text on it" in part.why
    assert "9,999" in " ".join(part.hidden)
