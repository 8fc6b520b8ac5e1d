"""Which of our claims a credit note answers."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.payables.tables import SupplierClaim, SupplierInvoice


def claim_answered_by(session: Session, note: SupplierInvoice) -> SupplierClaim | None:
    """The one claim that a credit note answers to the cent: of the same supplier, on the invoice it names if it names
    one, not withdrawn and not credited before. None when there is none, or more than one."""
    if note.supplier is None or note.total is None:
        return None
    wanted = select(SupplierClaim).where(
        SupplierClaim.entity == note.entity,
        SupplierClaim.supplier == note.supplier,
        SupplierClaim.currency == note.currency,
        SupplierClaim.amount == abs(note.total),
        SupplierClaim.state != "withdrawn",
        SupplierClaim.credit_note.is_(None),
    )
    if note.corrects is not None:
        wanted = wanted.where(SupplierClaim.invoice == note.corrects)
    claims = session.scalars(wanted.limit(2)).all()
    return claims[0] if len(claims) == 1 else None
