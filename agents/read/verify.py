"""A document held against itself: every value stands in its span, and the figures compute to the cent.

What its span does not hold is dropped, and a check says so. Arithmetic that fails is kept: it is the supplier's, and a
finding for a person, never a reason to read something else.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

from agents.read.dates import dates_in
from agents.read.numbers import numbers_in
from core.claims import Check, Claim, Document, Part
from core.money import ZERO, rounded

CENT = Decimal("0.01")
ANY_YEAR = date(2026, 7, 1)


def verify(document: Document, parts: tuple[Part, ...]) -> Document:
    """The document with unsupported claims dropped and its checks added."""
    texts = {part.path: part.text for part in parts}
    kept = tuple(claim for claim in document.claims if _supported(claim, texts))
    dropped = tuple(
        Check(
            name="span_supports",
            holds=False,
            says=f"{claim.field} is not in its place in the document",
            line=claim.line,
        )
        for claim in document.claims
        if claim not in kept
    )
    sound = replace(document, claims=kept)
    return replace(sound, checks=(*document.checks, *dropped, *arithmetic(sound)))


def arithmetic(document: Document) -> Iterator[Check]:
    """Quantity by price per line, lines to the net total, net and tax to the total; what is not stated is not checked."""
    amounts: list[Decimal] = []
    for line in document.line_numbers():
        amount = _figure(document, "line.amount", line)
        quantity, price = _figure(document, "line.quantity", line), _figure(document, "line.price", line)
        base = _figure(document, "line.price_base", line) or Decimal(1)
        if amount is not None:
            amounts.append(amount)
        if amount is not None and quantity is not None and price is not None:
            right = rounded(quantity * price / base, "USD")
            says = f"Line {line}: {quantity} × {price} is {right}, billed {amount}"
            yield Check(name="line_amount", holds=abs(right - amount) <= CENT, says=says, line=line)
    net, tax = _figure(document, "invoice.net_total"), _figure(document, "invoice.tax_total")
    total = _figure(document, "invoice.total")
    extras = _sum(document, "invoice.charge") - _sum(document, "invoice.allowance")
    if net is None and total is not None:
        net = total - (tax or ZERO)
    if amounts and net is not None:
        right = sum(amounts, ZERO) + extras
        yield Check(name="net_total", holds=abs(right - net) <= CENT, says=f"The lines add up to {right}, billed {net}")
    stated = document.first("invoice.net_total") is not None
    if stated and net is not None and tax is not None and total is not None:
        says = f"{net} and {tax} tax are {net + tax}, billed {total}"
        yield Check(name="total", holds=abs(net + tax - total) <= CENT, says=says)


def _supported(claim: Claim, texts: dict[str, str]) -> bool:
    """Does the span's own text hold the value, and the part's text the span where it gives a range?"""
    span = claim.span
    if span.start is not None and span.part in texts and texts[span.part][span.start : span.end] != span.text:
        return False
    if isinstance(claim.value, Decimal):
        return abs(claim.value) in {abs(value) for value in numbers_in(span.text)}
    if isinstance(claim.value, date):
        return claim.value in dates_in(span.text, ANY_YEAR) or any(
            (day.month, day.day) == (claim.value.month, claim.value.day) for day in dates_in(span.text, claim.value)
        )
    return _plain(claim.value) in _plain(span.text)


def _plain(text: str) -> str:
    return "".join(text.split()).casefold()


def _figure(document: Document, name: str, line: int | None = None) -> Decimal | None:
    claim = document.first(name, line)
    return claim.value if claim is not None and isinstance(claim.value, Decimal) else None


def _sum(document: Document, name: str) -> Decimal:
    return sum((c.value for c in document.claims if c.field == name and isinstance(c.value, Decimal)), ZERO)
