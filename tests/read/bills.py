"""A bill drawn here, to be made into pictures of itself (evals/scanning.py)."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas


@dataclass(frozen=True)
class Bill:
    """A bill as it is drawn: what the reader must find on its picture."""

    number: str = "KF-88213"
    order: str = "PO-40417"
    lines: Sequence[tuple[str, str, str, str, str]] = field(
        default=(
            ("KF-M840", "Hex bolt M8x40 DIN 933", "1,080", "0.62", "669.60"),
            ("KF-FN8", "Flange nut M8 DIN 6923", "1,200", "0.41", "492.00"),
            ("KF-A260", "Threaded rod A2 M8", "80", "5.28", "422.40"),
        )
    )
    net: str = "1,584.00"
    tax: str = "300.96"
    total: str = "1,884.96"

    def facts(self) -> dict[str, str | Decimal]:
        """The header as claims name it."""
        amounts = {"net_total": self.net, "tax_total": self.tax, "total": self.total}
        return {
            "invoice.number": self.number,
            "order.number": self.order,
            **{f"invoice.{name}": Decimal(amount.replace(",", "")) for name, amount in amounts.items()},
        }

    def pages(self) -> bytes:
        """The bill as a PDF of one page."""
        out = io.BytesIO()
        canvas = Canvas(out, pagesize=A4, invariant=1)
        self.draw(canvas)
        canvas.save()
        return out.getvalue()

    def draw(self, canvas: Canvas) -> None:
        """The bill on the page that is open."""
        canvas.setFont("Helvetica-Bold", 18)
        canvas.drawString(50, 780, "Invoice")
        canvas.setFont("Helvetica", 10)
        canvas.drawString(50, 750, "Kestrel Fastener Supply Ltd, 4 Mill Lane, Leeds")
        for y, label, value in (
            (720, "Invoice no.", self.number),
            (704, "Your order", self.order),
            (688, "Date", "19.11.2026"),
        ):
            canvas.drawString(350, y, label)
            canvas.drawString(440, y, value)
        for x, heading in zip((50, 120, 360, 430, 500), ("Item", "Description", "Qty", "Price", "Amount"), strict=True):
            canvas.drawString(x, 640, heading)
        canvas.line(50, 634, 545, 634)
        for row, line in enumerate(self.lines):
            for x, text, right in zip((50, 120, 385, 460, 545), line, (False, False, True, True, True), strict=True):
                (canvas.drawRightString if right else canvas.drawString)(x, 616 - 18 * row, text)
        for row, (label, value) in enumerate(
            (("Net total", self.net), ("VAT 19 %", self.tax), ("Total EUR", self.total))
        ):
            canvas.drawString(400, 520 - 18 * row, label)
            canvas.drawRightString(545, 520 - 18 * row, value)
