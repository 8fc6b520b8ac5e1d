"""Where an invoice stands without a posting: held, released, rejected, or told from a duplicate."""

from typing import Any

from core.erp import Erp
from core.payables.commands import HoldInvoice, NotADuplicate, RejectInvoice, ReleaseInvoice
from core.payables.tables import SupplierInvoice
from core.refusals import Refusal, Refused
from core.stock.ledger import take_turn

OPEN = ("registered", "held")


def hold_invoice(erp: Erp, cmd: HoldInvoice) -> dict[str, Any]:
    """Keep an invoice unpaid until what it waits for happens. A receipt for its order looks at it again by itself."""
    invoice = _open(erp, cmd.invoice, "registered")
    _must_say_why(cmd.reason)

    _stand(erp, invoice, "held", cmd.reason)
    erp.emit("invoice_held", f"supplier_invoice {invoice.number}", invoice=invoice.number, order=invoice.order)
    return {"invoice": invoice.number}


def release_invoice(erp: Erp, cmd: ReleaseInvoice) -> dict[str, Any]:
    """Take a held invoice off hold and match it again."""
    invoice = _open(erp, cmd.invoice, "held")

    _stand(erp, invoice, "registered", "")
    erp.emit("invoice_released", f"supplier_invoice {invoice.number}", invoice=invoice.number, order=invoice.order)
    return {"invoice": invoice.number}


def reject_invoice(erp: Erp, cmd: RejectInvoice) -> dict[str, Any]:
    """Refuse an invoice or credit note for good. It stays readable, and counts as no earlier one for a later copy."""
    invoice = _open(erp, cmd.invoice, *OPEN)
    _must_say_why(cmd.reason)

    _stand(erp, invoice, "rejected", cmd.reason)
    erp.emit("invoice_rejected", f"supplier_invoice {invoice.number}", invoice=invoice.number, order=invoice.order)
    return {"invoice": invoice.number}


def not_a_duplicate(erp: Erp, cmd: NotADuplicate) -> dict[str, Any]:
    """Keep a person's word that an invoice is another one, and match it like any other from here."""
    invoice = _open(erp, cmd.invoice, *OPEN)
    _must_say_why(cmd.reason)

    invoice.not_duplicate = cmd.reason
    erp.effect("record", f"Invoice {invoice.their_number}", was="possible duplicate", now="another invoice")
    erp.emit("invoice_told_apart", f"supplier_invoice {invoice.number}", invoice=invoice.number, order=invoice.order)
    return {"invoice": invoice.number}


def _open(erp: Erp, number: str, *states: str) -> SupplierInvoice:
    take_turn(erp)  # before the bill, as whoever decides on it does
    invoice = erp.need(SupplierInvoice, erp.entity, number, refusal=Refusal.INVOICE_UNKNOWN, lock=True)
    if invoice.state not in states:
        raise Refused(Refusal.INVOICE_NOT_OPEN, f"{invoice.their_number} is {invoice.state}")
    return invoice


def _must_say_why(reason: str) -> None:
    if not reason.strip():
        raise Refused(Refusal.REASON_REQUIRED, "say why")


def _stand(erp: Erp, invoice: SupplierInvoice, state: str, reason: str) -> None:
    erp.effect("record", f"Invoice {invoice.their_number}", was=invoice.state, now=state)
    erp.note("command", f"Invoice {invoice.their_number} is {state}{': ' if reason else ''}{reason}")
    invoice.state, invoice.hold_reason = state, reason
