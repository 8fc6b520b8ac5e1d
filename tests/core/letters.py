"""Messages and readings for the intake tests: one mail of Kestrel, and what a reader may say of it."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from core.canonical import sha256_hex
from core.claims import Claim, Document, DocumentKind, Intent, IntentClaim, Reading, Span
from core.erp import Actor
from core.intake.commands import RecordReading
from core.intake.storing import store
from core.intake.tables import Message
from core.reading_wire import to_wire
from tests.core.kestrel import D, do

READER = Actor(kind="reader", id="intake")
RAW = b"From: orders@kestrel.example\n\nHello"
SHA = sha256_hex(RAW)
Value = str | Decimal | date


def keep(session: Session, raw: bytes = RAW, name: str = "mail.eml", **more: Any) -> str:
    """Store the message."""
    return store(session, raw, entity="HP", name=name, source="folder", actor=READER, **more)


def row(session: Session, sha256: str = SHA) -> Message:
    """The message as it is now."""
    session.expire_all()
    message = session.get(Message, ("HP", sha256))
    assert message is not None
    return message


def queued(session: Session, task: str) -> list[dict[str, str]]:
    """The arguments of a task's jobs."""
    session.flush()
    rows = session.execute(text("select args from procrastinate_jobs where task_name = :task"), {"task": task})
    return [args if isinstance(args, dict) else json.loads(args) for (args,) in rows]


def claim(field: str, value: Value, line: int | None = None, unit: str | None = None) -> Claim:
    """A claim out of the body."""
    return Claim(
        field=field,
        value=value,
        span=Span(part="body", text=str(value), start=0, end=1),
        reader="t",
        line=line,
        unit=unit,
    )


def invoice_document(number: str = "KF-1", quantity: int = 100, total: str = "100.00") -> Document:
    """An invoice over bolts as a reader gives it."""
    return Document(
        kind=DocumentKind.INVOICE,
        part="1:a.pdf",
        reader="t",
        claims=(
            claim("invoice.number", number),
            claim("invoice.total", D(total), unit="USD"),
            claim("line.supplier_item", "KF-M8X40", 1),
            claim("line.quantity", D(quantity), 1, unit="pcs"),
            claim("line.price", D("1.00"), 1),
            claim("line.amount", D(total), 1),
        ),
    )


def a_reading(
    *documents: Document, intents: tuple[Intent, ...] = (), sender: str = "orders@kestrel.example", **more: Any
) -> Reading:
    """What a reader says of the message, from Kestrel's address unless said otherwise."""
    return Reading(
        message=SHA,
        reader="rules 1",
        parts=more.pop("parts", ()),
        documents=documents,
        intents=tuple(IntentClaim(intent=intent, reader="t") for intent in intents),
        sender=sender,
        subject="Invoice",
        sent="2026-11-19T16:48:00+01:00",
        thread=("<1@kestrel.example>",),
        **more,
    )


def link(document: int, what: str, ref: str, line: int | None = None) -> dict[str, Any]:
    """A link in wire form."""
    return {"document": document, "what": what, "ref": ref, "line": line, "score": "1.00", "how": "by number"}


def record(
    session: Session, reading: Reading, *links: dict[str, Any], supplier: str | None = "KESTREL", look_alike: str = ""
) -> dict[str, Any]:
    """Keep a reading of the message; gives the result."""
    command = RecordReading(
        entity="HP", message=SHA, reading=to_wire(reading), links=links, supplier=supplier, look_alike=look_alike
    )
    return do(session, command, READER).result


def links_to(order: str) -> tuple[dict[str, Any], ...]:
    """The links of an invoice over the first line of an order."""
    return link(0, "supplier", "KESTREL"), link(0, "order", order), link(0, "order_line", f"{order}#1", 1)
