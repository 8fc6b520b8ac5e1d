"""What the messages of other systems need before anything of them is kept: an envelope that counts, and no refusal. Pure.

A message in a broken envelope is shown with everything it says and nothing of it enters the books: its sender's system
lost or added something, and nobody can tell what. A system that refuses a message of ours says so to somebody.
"""

from dataclasses import dataclass

from core.claims import Document, DocumentKind, Reading

WHOLE = ("envelope", "structure")
"""Checks of a reader that must hold before a document is kept."""
REFUSALS = ("rejected", "partly accepted")
NAMED_MAX = ERRORS_MAX = 5
"""Refused messages and errors that are listed by name; the acknowledgement shows them all."""
_NAMES = {
    DocumentKind.INVOICE: "an invoice",
    DocumentKind.CREDIT_NOTE: "a credit note",
    DocumentKind.ORDER_CONFIRMATION: "an order confirmation",
    DocumentKind.ACKNOWLEDGEMENT: "an acknowledgement",
}


def broken(document: Document) -> str:
    """What is wrong with the envelope a document came in; "" where nothing is."""
    return next((check.says for check in document.checks if check.name in WHOLE and not check.holds), "")


def not_taken(document: Document) -> str:
    """The sentence for a document that is not kept because its envelope is broken; "" where it is not."""
    wrong = broken(document)
    named = _NAMES.get(document.kind) or f"a {document.kind.value.replace('_', ' ')}"
    return f"{document.part}: {named} in a broken envelope: {wrong}" if wrong else ""


def unread_values(document: Document) -> str:
    """The sentence for values of a confirmation that could not be read; an invoice has its own case for them."""
    if document.kind is not DocumentKind.ORDER_CONFIRMATION or broken(document):
        return ""
    wrong = next((check.says for check in document.checks if check.name == "notation" and not check.holds), "")
    return f"{document.part}: an order confirmation with values that cannot be read: {wrong}" if wrong else ""


@dataclass(frozen=True, kw_only=True, slots=True)
class RefusedByThem:
    """Messages of ours that another system refused: what they are called there, and what is wrong with them."""

    part: str
    named: str
    errors: tuple[str, ...]

    @property
    def says(self) -> str:
        """In a sentence without its end."""
        why = f": {'; '.join(self.errors)}" if self.errors else ""
        return f"{self.part}: their system refused {self.named}{why}"


def refused(document: Document) -> RefusedByThem | None:
    """What of ours another system refused; None where it took everything, or where its answer cannot be trusted."""
    if document.kind is not DocumentKind.ACKNOWLEDGEMENT or broken(document):
        return None
    lines = list(
        dict.fromkeys(c.line for c in document.claims if c.field == "acknowledged.status" and c.value in REFUSALS)
    )
    if not lines:
        return None
    named = [
        " ".join(_said(document, field, line) for field in ("acknowledged.kind", "acknowledged.document")).strip()
        for line in lines[:NAMED_MAX]
        if line is not None
    ]
    errors = [str(claim.value) for claim in document.claims if claim.field == "acknowledged.error"]
    whole = " ".join(
        _said(document, field, None) for field in ("acknowledged.interchange", "acknowledged.group")
    ).strip()
    what = ", ".join(name for name in named if name) or whole or "what we sent"
    more = f" and {len(lines) - NAMED_MAX} more" if len(lines) > NAMED_MAX else ""
    return RefusedByThem(part=document.part, named=what + more, errors=tuple(dict.fromkeys(errors))[:ERRORS_MAX])


def refusals_in(reading: Reading) -> tuple[RefusedByThem, ...]:
    """Everything of ours that the acknowledgements of a message refuse."""
    return tuple(found for document in reading.documents if (found := refused(document)) is not None)


def _said(document: Document, field: str, line: int | None) -> str:
    claim = document.first(field, line)
    return str(claim.value) if claim is not None and claim.line == line else ""
