"""The lines of an invoice as its document bills them: goods, charges and discounts. Pure."""

import re
from collections.abc import Mapping
from decimal import Decimal

from core.claims import Claim, Document
from core.payables.commands import BilledLine
from core.payables.units import to_six

CHARGE_WORDS = re.compile(
    r"\b(freight|shipping|shipment cost|delivery (charge|fee|cost)|carriage|postage|handling|surcharge|fuel|insurance"
    r"|packing|packaging|pallet|minimum order|small order|fee|toll"
    r"|fracht(kosten)?|versand(kosten)?|porto|verpackung|zuschlag|maut|mindermengen\w*|transport(kosten)?"
    r"|frais|port|livraison|transporte|env[ií]o|portes|embalaje|recargo"
    r"|vracht(kosten)?|verzend(kosten)?|toeslag)\b",
    re.IGNORECASE,
)
"""Words that make a line without an item number a charge: English, German, French, Spanish, Dutch."""

TEXT_MAX = 200
"""Longer is no description and no number; the whole text stays in the reading."""


def billed_lines(
    document: Document, meant: Mapping[int, tuple[str, int] | None], order: str | None
) -> tuple[BilledLine, ...]:
    """Every billed line in the document's order, then its charges, then its discounts as negative charges.

    Takes the document and the order line each of its lines was linked to. A line linked to another order than the
    invoice's keeps no line number: it is on no line of that order.
    """
    numbers = sorted({claim.line for claim in document.claims if claim.line and claim.field.startswith("line.")})
    lines = [_line(document, number, meant.get(number), order) for number in numbers]
    lines += _extras(document, "invoice.charge", "Charge", sign=1)
    lines += _extras(document, "invoice.allowance", "Discount", sign=-1)
    return tuple(lines)


def their_total(document: Document) -> Decimal | None:
    """What a document says is to be paid in all: its total, else the amount due."""
    for name in ("invoice.total", "invoice.payable"):
        claim = document.first(name)
        if claim is not None and isinstance(claim.value, Decimal):
            return claim.value
    return None


def brief(claim: Claim | None) -> str:
    """A claimed text on one line and of a length that a table can show; "" when nothing is claimed."""
    return " ".join(str(claim.value).split())[:TEXT_MAX] if claim else ""


def _line(document: Document, number: int, meant: tuple[str, int] | None, order: str | None) -> BilledLine:
    item_number = _text(document, "line.supplier_item", number)
    our_item = _text(document, "line.buyer_item", number)
    description = _text(document, "line.description", number)
    quantity, price, amount = (_number(document, f"line.{name}", number) for name in ("quantity", "price", "amount"))
    base = _number(document, "line.price_base", number)
    if price is not None and base:
        price = to_six(price / base)
    linked = meant is not None and (order is None or meant[0] == order)
    if not linked and not item_number and not our_item and CHARGE_WORDS.search(description):
        return BilledLine(kind="charge", description=description, quantity=quantity, price=price, amount=amount)
    quantity_claim = document.first("line.quantity", number)
    return BilledLine(
        description=description,
        supplier_item=item_number,
        item=our_item or None,
        order_line=meant[1] if linked and meant is not None else _claimed_line(document, number),
        quantity=quantity,
        unit=(quantity_claim.unit or "") if quantity_claim else "",
        price=price,
        amount=amount,
        tax_rate=_number(document, "line.tax_rate", number),
    )


def _claimed_line(document: Document, number: int) -> int | None:
    """The order line as the supplier wrote it. Item numbers outweigh it when the invoice is registered."""
    written = _text(document, "line.order_line", number)
    return int(written) if written.isdigit() and len(written) < 9 else None


def _extras(document: Document, name: str, default: str, *, sign: int) -> list[BilledLine]:
    """Charges or discounts that stand beside the lines. `line` numbers them apart from the lines."""
    found = []
    for claim in document.claims:
        if claim.field != name or not isinstance(claim.value, Decimal) or claim.value == 0:
            continue
        reason = next(
            (brief(c) for c in document.claims if c.field == f"{name}_reason" and c.line == claim.line), default
        )
        amount = sign * abs(claim.value) if sign < 0 else claim.value
        found.append(BilledLine(kind="charge", description=reason, quantity=Decimal(1), price=amount, amount=amount))
    return found


def _text(document: Document, name: str, line: int) -> str:
    return brief(document.first(name, line))


def _number(document: Document, name: str, line: int) -> Decimal | None:
    claim = document.first(name, line)
    return claim.value if claim and isinstance(claim.value, Decimal) else None
