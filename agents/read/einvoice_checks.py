"""Whether a structured document adds up: lines, their sum, charges, tax, total. To the cent.

The rules are those of EN 16931 (BR-CO-10, -13, -15, -16 and the line rule of Peppol, R120), on what the document itself
says. A failed check accuses nobody: it is a finding for somebody to look at.
"""

from collections.abc import Iterator
from decimal import Decimal

from core.claims import Check, Document, DocumentKind

CENT = Decimal("0.01")
BILLS = (DocumentKind.INVOICE, DocumentKind.CREDIT_NOTE)


def adds_up(document: Document) -> tuple[Check, ...]:
    """One check for each rule whose values the document gives, in the order in which a bill is worked out."""
    if document.kind not in BILLS:
        return tuple(_lines(document))
    return (*_lines(document), *_sums(document))


def _value(document: Document, name: str, line: int | None = None) -> Decimal | None:
    claim = document.first(name, line)
    return claim.value if claim is not None and isinstance(claim.value, Decimal) else None


def _all(document: Document, name: str, line: int | None = None) -> Decimal:
    """The sum of all claims of a field, of one line or of the whole document."""
    zero = Decimal(0)
    found = (c.value for c in document.claims if c.field == name and (line is None or c.line == line))
    return sum((value for value in found if isinstance(value, Decimal)), zero)


def _lines(document: Document) -> Iterator[Check]:
    for line in document.line_numbers():
        quantity, price = _value(document, "line.quantity", line), _value(document, "line.price", line)
        amount = _value(document, "line.amount", line)
        if quantity is None or price is None or amount is None:
            continue
        base = _value(document, "line.price_base", line) or Decimal(1)
        due = quantity * price / base + _all(document, "line.charge", line) - _all(document, "line.allowance", line)
        says = f"{quantity:f} × {price:f}" + (f" / {base:f}" if base != 1 else "")
        yield _equal("line_amount", due, amount, f"Line {line}: {says}", line)


def _sums(document: Document) -> Iterator[Check]:
    net, tax = _value(document, "invoice.net_total"), _value(document, "invoice.tax_total")
    total = _value(document, "invoice.total")
    amounts = [c for c in document.claims if c.field == "line.amount"]
    if net is not None and amounts:
        due = _all(document, "line.amount") + _all(document, "invoice.charge") - _all(document, "invoice.allowance")
        yield _equal("lines_make_net", due, net, "Lines with charges and allowances")
    rates = {claim.value for claim in document.claims if claim.field == "invoice.tax_rate"}
    if net is not None and tax is not None and len(rates) == 1:
        rate = _value(document, "invoice.tax_rate") or Decimal(0)
        yield _equal("net_makes_tax", net * rate / 100, tax, f"{rate:f} % of {net:f}")
    if net is not None and total is not None:
        # No tax amount is none due only where no rate is named either; a small profile may leave it out.
        if tax is not None:
            yield _equal("net_and_tax_make_total", net + tax, total, "Net with tax")
        elif _value(document, "invoice.tax_rate") in (None, Decimal(0)):
            yield _equal("net_and_tax_make_total", net, total, "Net without tax")


def _equal(name: str, due: Decimal, written: Decimal, what: str, line: int | None = None) -> Check:
    holds = abs(due - written) <= CENT
    says = f"{what} makes {due.quantize(CENT):f}, written {written:f}"
    return Check(name=name, holds=holds, says=says, line=line)
