"""An invoice as a check sees it, and how a check says what it found."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from core import wording
from core.cases import Code, Finding
from core.erp import Erp
from core.masterdata.tables import Supplier
from core.money import ZERO
from core.payables.match import Match, MatchLine, match
from core.payables.tables import SupplierInvoice
from core.refusals import Refusal


@dataclass(frozen=True, slots=True)
class Bill:
    """An invoice with its match, as a check sees it."""

    invoice: SupplierInvoice
    match: Match
    supplier: Supplier | None
    anew: bool

    def amount(self, value: Decimal) -> str:
        """An amount of the invoice in words."""
        return wording.amount(value, self.invoice.currency)


def bill_of(erp: Erp, number: str, *, anew: bool) -> Bill:
    """The invoice as checks see it, read now."""
    invoice = erp.need(SupplierInvoice, erp.entity, number, refusal=Refusal.INVOICE_UNKNOWN)
    supplier = erp.session.get(Supplier, (erp.entity, invoice.supplier)) if invoice.supplier else None
    return Bill(invoice, match(erp.session, erp.entity, number), supplier, anew)


def goods_lines(matched: Match) -> list[MatchLine]:
    """The lines that bill goods, linked to an order line or not."""
    return [line for line in matched.lines if line.kind != "charge"]


def finding_on(
    bill: Bill,
    code: Code,
    line: MatchLine | None = None,
    *,
    headline: str,
    says: str,
    stake: Decimal = ZERO,
    place: str = "",
    **facts: Any,
) -> Finding:
    """A finding on the invoice, or on one of its lines, with the facts that sentences are made of. Takes what is at stake
    in the invoice's currency."""
    invoice = bill.invoice
    where = f"#{line.line}" if line else place
    return Finding(
        code=code,
        cause=f"invoice:{invoice.number}",
        subject=f"supplier_invoice {invoice.number}{where}",
        headline=headline,
        says=says,
        stake=bill.match.booked(stake),
        facts={"their_number": invoice.their_number, **facts},
        supplier=invoice.supplier,
        order=invoice.order,
        receipt=bill.match.receipts[-1] if bill.match.receipts else None,
        invoice=invoice.number,
        message=invoice.message,
        anew=bill.anew,
    )
