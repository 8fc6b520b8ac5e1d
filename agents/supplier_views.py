"""A supplier's record as agents see it."""

from agents.tools import SupplierSeen
from core.masterdata.tables import Supplier


def supplier_seen(row: Supplier) -> SupplierSeen:
    """A supplier's record as a plain view."""
    return SupplierSeen(
        number=row.number,
        name=row.name,
        currency=row.currency,
        domains=tuple(row.domains),
        tax_id=row.tax_id,
        contact_name=row.contact_name,
        contact_email=row.contact_email,
        contact_phone=row.contact_phone,
        terms_days=row.terms_days,
        on_contract=row.on_contract,
    )
