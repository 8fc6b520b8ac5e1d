"""What suppliers write on the Friday of the desk tests, as mail and as the reading of it. Spans are found in the text."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from core.canonical import sha256_hex
from core.claims import (
    Check,
    Claim,
    Document,
    DocumentKind,
    Intent,
    IntentClaim,
    Part,
    PartState,
    Reading,
    Span,
)

Value = str | Decimal | date
READER = "rules 1"


@dataclass(frozen=True, kw_only=True)
class Said:
    """One value and the words it stands in. `page` puts it on the first page of the attachment."""

    field: str
    value: Value
    text: str
    line: int | None = None
    unit: str | None = None
    page: bool = False


@dataclass(frozen=True, kw_only=True)
class Letter:
    """One message: who writes what, what is attached, and what is read from both."""

    sender: str
    name: str
    subject: str
    body: str
    sent: str
    kind: DocumentKind = DocumentKind.MAIL
    attached: str = ""  # file name of the attachment
    attached_text: str = ""
    attached_state: PartState = PartState.READ
    why: str = ""
    hidden: tuple[str, ...] = ()
    said: tuple[Said, ...] = ()
    intents: tuple[Intent, ...] = ()
    checks: tuple[Check, ...] = ()
    authentication: tuple[str, ...] = ("DKIM pass",)
    supplier: str | None = None
    order: str | None = None
    lines: dict[int, int] = field(default_factory=dict)  # the document's lines and the order's
    look_alike: str = ""

    @property
    def raw(self) -> bytes:
        """The mail as it arrives."""
        head = f"From: {self.name} <{self.sender}>\r\nSubject: {self.subject}\r\nDate: {self.sent}\r\n\r\n"
        return (head + self.body + "\r\n" + self.attached_text).encode()

    @property
    def sha256(self) -> str:
        """Its hash."""
        return sha256_hex(self.raw)

    @property
    def reading(self) -> Reading:
        """What a reader says of it."""
        parts = [_part("body", "body", "text/plain", self.body, hidden=self.hidden)]
        path = f"1:{self.attached}"
        if self.attached:
            media = "application/pdf"
            parts.append(
                _part(path, self.attached, media, self.attached_text, state=self.attached_state, why=self.why, pages=1)
            )
        return Reading(
            message=self.sha256,
            reader=READER,
            parts=tuple(parts),
            documents=tuple(self._documents(path)),
            intents=tuple(IntentClaim(intent=intent, reader=READER) for intent in self.intents),
            sender=self.sender,
            sender_name=self.name,
            subject=self.subject,
            sent=self.sent,
            thread=(f"<{self.sha256[:12]}@{self.sender.rpartition('@')[2]}>",),
            authentication=self.authentication,
        )

    @property
    def links(self) -> tuple[dict[str, object], ...]:
        """What each document was linked to."""
        found: list[dict[str, object]] = []
        for document, _ in enumerate(self.reading.documents):
            if self.supplier:
                found.append(_link(document, "supplier", self.supplier))
            if self.order:
                found.append(_link(document, "order", self.order))
                found.extend(
                    _link(document, "order_line", f"{self.order}#{theirs}", line) for line, theirs in self.lines.items()
                )
        return tuple(found)

    def _documents(self, path: str) -> list[Document]:
        mail = tuple(self._claim(one, "body", self.body) for one in self.said if not one.page)
        page = tuple(self._claim(one, path, self.attached_text) for one in self.said if one.page)
        found = []
        if mail or not page:
            kind = DocumentKind.MAIL if page or self.attached else self.kind
            found.append(Document(kind=kind, part="body", claims=mail, reader=READER))
        if page:
            found.append(Document(kind=self.kind, part=path, claims=page, reader=READER, checks=self.checks))
        return found

    def _claim(self, one: Said, part: str, text: str) -> Claim:
        at = text.index(one.text)
        place = {"page": 1} if one.page else {"start": at, "end": at + len(one.text)}
        return Claim(
            field=one.field,
            value=one.value,
            span=Span(part=part, text=one.text, **place),
            reader=READER,
            line=one.line,
            unit=one.unit,
        )


def _part(path: str, name: str, media: str, text: str, **more: Any) -> Part:
    return Part(
        path=path,
        name=name,
        media_type=media,
        sha256=sha256_hex(text.encode()),
        size=len(text.encode()),
        state=more.pop("state", PartState.READ),
        text=text,
        **more,
    )


def _link(document: int, what: str, ref: str, line: int | None = None) -> dict[str, object]:
    return {"document": document, "what": what, "ref": ref, "line": line, "score": "1.00", "how": "by number"}


def billed(line: int, item: str, quantity: str, price: str, amount: str) -> tuple[Said, ...]:
    """One line on a page, its text the row as it is printed."""
    row = f"{line} {item} {quantity} {price} {amount}"
    return (
        Said(field="line.supplier_item", value=item, text=row, line=line, page=True),
        Said(field="line.quantity", value=Decimal(quantity), text=row, line=line, unit="pcs", page=True),
        Said(field="line.price", value=Decimal(price), text=row, line=line, page=True),
        Said(field="line.amount", value=Decimal(amount), text=row, line=line, unit="USD", page=True),
    )


def total(amount: str) -> Said:
    """The total on a page."""
    return Said(field="invoice.total", value=Decimal(amount), text=f"Total USD {amount}", unit="USD", page=True)


def number(value: str) -> Said:
    """The invoice number on a page."""
    return Said(field="invoice.number", value=value, text=f"Invoice {value}", page=True)
