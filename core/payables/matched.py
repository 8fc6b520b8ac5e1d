"""An invoice that matches in every figure is no exception, and still nobody's word alone: it walks the staircase."""

from typing import Any

from core.cases import Code, Finding
from core.erp import Erp
from core.folding import fold
from core.payables.commands import ProposeMatched
from core.payables.detect import cause_of
from core.payables.match import match
from core.payables.tables import SupplierInvoice
from core.refusals import Refusal, Refused
from core.stock.ledger import take_turn
from core.wording import amount


def propose_matched(erp: Erp, cmd: ProposeMatched) -> dict[str, Any]:
    """Open a case that says "nothing is wrong", for a rule or a person to decide on. Refuses an invoice that is not open."""
    take_turn(erp)  # before the bill, as whoever decides on it does
    invoice = erp.need(SupplierInvoice, erp.entity, cmd.invoice, refusal=Refusal.INVOICE_UNKNOWN, lock=True)
    if invoice.state not in ("registered", "held"):
        raise Refused(Refusal.INVOICE_NOT_OPEN, f"{invoice.number} is {invoice.state}")

    matched = match(erp.session, erp.entity, invoice.number)
    way = matched.way.replace("-", " ")
    finding = Finding(
        code=Code.INVOICE_MATCHED,
        cause=cause_of(invoice.number),
        subject=f"supplier_invoice {invoice.number}",
        headline=f"Every figure of {invoice.their_number} matches",
        says=f"{amount(matched.total_billed, matched.currency)} billed, ordered and received, {way}",
        facts={"clause": f"billed {amount(matched.total_billed, matched.currency)}, and every figure matches"},
        supplier=invoice.supplier,
        order=invoice.order,
        invoice=invoice.number,
        message=invoice.message,
        anew=True,  # after a posting was reversed the same words are a new question
    )
    fold(erp, [finding])
    return {"invoice": invoice.number}
