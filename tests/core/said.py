"""Readings that tests make by hand: what a message claims, and the commands that are made of it."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from core.claims import Check, Claim, Document, DocumentKind, Intent, IntentClaim, Reading, Span
from core.intake.register import commands_of

Value = str | Decimal | date


UNITS = {"PO-40417": {1: "pcs", 2: "pcs", 3: "pcs"}}


def said(field: str, value: Value, line: int | None = None, unit: str | None = None, path: str | None = None) -> Claim:
    return Claim(
        field=field,
        value=value,
        span=Span(part="body", text=str(value), path=path),
        reader="test",
        line=line,
        unit=unit,
    )


def document(kind: DocumentKind, *claims: Claim, part: str = "body", checks: tuple[Check, ...] = ()) -> Document:
    return Document(kind=kind, part=part, claims=claims, reader="test", checks=checks)


ENVELOPE = Check(name="envelope", holds=False, says="message 1 says it has 9 segments, it has 11")


PART_ONE = (
    said("order.number", "PO-40417"),
    said("line.quantity", Decimal(600), 1, "pcs", "QTY[1]/01:2"),
    said("line.delivery_date", date(2026, 11, 30), 1, path="DTM[1]/01:2"),
    said("line.quantity", Decimal(400), 2, "pcs", "QTY[2]/01:2"),
    said("line.delivery_date", date(2026, 12, 7), 2, path="DTM[2]/01:2"),
)


def reading(*documents: Document, intents: tuple[Intent, ...] = ()) -> Reading:
    return Reading(
        message="sha",
        reader="test",
        parts=(),
        documents=documents,
        intents=tuple(IntentClaim(intent=intent, reader="test") for intent in intents),
        sender="orders@kestrel-fasteners.example",
    )


def link(document: int, what: str, ref: str, line: int | None = None) -> dict[str, Any]:
    return {"document": document, "what": what, "ref": ref, "line": line, "score": "1.00", "how": "by number"}


def kept(read: Reading, *links: dict[str, Any], units: Mapping[str, Mapping[int, str]] = UNITS) -> list[Any]:
    return list(commands_of(read, links, entity="HP", units_of=units))


KESTREL = (
    said("invoice.number", "KF-88213"),
    said("invoice.date", date(2026, 11, 19)),
    said("invoice.total", Decimal("1877.00"), unit="USD"),
    said("order.number", "PO-40417"),
    said("line.supplier_item", "KF-M8X40", 1),
    said("line.description", "M8×40 hex bolt, zinc", 1),
    said("line.quantity", Decimal(1200), 1, unit="pcs"),
    said("line.price", Decimal("0.42"), 1),
    said("line.amount", Decimal("504.00"), 1),
    said("line.description", "Freight", 2),
    said("line.quantity", Decimal(1), 2),
    said("line.price", Decimal("48.00"), 2),
    said("line.amount", Decimal("48.00"), 2),
)


KESTREL_LINKS = (
    link(0, "supplier", "KESTREL"),
    link(0, "order", "PO-40417"),
    link(0, "order_line", "PO-40417#1", 1),
)
