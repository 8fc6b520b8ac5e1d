"""What the messages of other systems need before anything of them is kept: an envelope that counts, and no refusal. Pure.

A message in a broken envelope is shown with everything it says and nothing of it enters the books: its sender's system
lost or added something, and nobody can tell what. A system that refuses a message of ours says so to somebody.
"""

from core.claims import Document, DocumentKind

WHOLE = ("envelope", "structure")
"""Checks of a reader that must hold before a document is kept."""
REFUSALS = ("rejected", "partly accepted")
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


def refused(document: Document) -> str:
    """The sentence for a message of ours that another system refused; "" where it took everything."""
    if document.kind is not DocumentKind.ACKNOWLEDGEMENT or broken(document):
        return ""
    lines = [
        line
        for line in (None, *document.line_numbers())
        if any(c.field == "acknowledged.status" and c.line == line and c.value in REFUSALS for c in document.claims)
    ]
    if not lines:
        return ""
    named = [
        " ".join(_said(document, field, line) for field in ("acknowledged.kind", "acknowledged.document")).strip()
        for line in lines
        if line is not None
    ]
    errors = [str(claim.value) for claim in document.claims if claim.field == "acknowledged.error"]
    whole = " ".join(
        _said(document, field, None) for field in ("acknowledged.interchange", "acknowledged.group")
    ).strip()
    what = ", ".join(name for name in named if name) or whole
    return f"{document.part}: their system refused {what or 'what we sent'}" + (
        f": {'; '.join(errors[:5])}" if errors else ""
    )


def _said(document: Document, field: str, line: int | None) -> str:
    return next((str(c.value) for c in document.claims if c.field == field and c.line == line), "")
