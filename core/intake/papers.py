"""What an order, its change or its cancellation asks, in a sentence: a paper has no words of its own to quote. Pure."""

from datetime import date
from decimal import Decimal

from core import wording
from core.claims import Claim, Document, DocumentKind, Reading

PAPERS = {
    DocumentKind.ORDER: "orders",
    DocumentKind.ORDER_CHANGE: "changes order",
    DocumentKind.ORDER_CANCELLATION: "cancels order",
}
LINES_MAX = 5
"""Lines that are told; the paper shows them all."""
REASONS = ("order.cancellation_reason", "invoice.note")
_ITEMS = ("line.buyer_item", "line.supplier_item", "line.gtin", "line.item", "line.description")


def asked_in(reading: Reading) -> tuple[str, ...]:
    """What each such paper of a message asks, a sentence without its end."""
    return tuple(_asks(document) for document in reading.documents if document.kind in PAPERS)


def _asks(document: Document) -> str:
    number = document.first("order.number")
    head = " ".join(one for one in (PAPERS[document.kind], _text(number)) if one)
    lines = document.line_numbers()
    told = [one for one in (_line(document, line) for line in lines[:LINES_MAX]) if one]
    more = f" and {len(lines) - LINES_MAX} more lines" if len(lines) > LINES_MAX else ""
    reason = next((_text(claim) for claim in map(document.first, REASONS) if claim is not None), "")
    parts = ["; ".join(told) + more if told else "", f"“{reason}”" if reason else ""]
    return ": ".join(one for one in (head, *parts) if one)


def _line(document: Document, line: int) -> str:
    """One line: what it is about, and what shall become of it."""
    whose = next((c for name in _ITEMS if (c := document.first(name, line)) is not None), None)
    count, day = _text(document.first("line.quantity", line)), _text(document.first("line.requested_date", line))
    action = document.first("line.action", line)
    wanted = " ".join(one for one in (count, _text(whose), f"for {day}" if day else "") if one)
    named = _text(document.first("line.order_line", line))
    said = ", ".join(one for one in (wanted, _text(action)) if one)
    return f"line {named}: {said}" if named and said else said


def _text(claim: Claim | None) -> str:
    """A claim as a person reads it."""
    if claim is None:
        return ""
    if isinstance(claim.value, Decimal):
        return " ".join(one for one in (wording.quantity(claim.value), claim.unit or "") if one)
    return wording.day(claim.value) if isinstance(claim.value, date) else " ".join(claim.value.split())[:120]
