"""What makes a proposal look closer at: what its message says about itself, and what the goods are worth to us."""

from typing import Any

from sqlalchemy import select

from core import cases
from core.cases import Case, Code
from core.erp import Erp
from core.intake.authentic import results_in, same_organisation
from core.intake.tables import Message
from core.masterdata.tables import Item, Supplier
from core.payables.tables import SupplierInvoiceLine
from core.purchasing.tables import PurchaseOrderLine


def message_facts(erp: Erp, case: Case, supplier: Supplier | None) -> dict[str, Any]:
    """What the message says about itself. No message (an event of our own raised the case): nothing to suspect."""
    message = erp.session.get(Message, (erp.entity, case.message)) if case.message else None
    if message is None:
        return {"sender_known": True}
    reading = message.reading or {}
    domain = message.sender.rpartition("@")[2].lower()
    parts = reading.get("parts", [])
    return {
        "sender_known": supplier is not None and domain in supplier.domains,
        "sender_authenticated": _authenticated(message.sender, reading.get("authentication", [])),
        "sender_doubtful": _doubtful(erp, case),
        "hidden_text": any(part.get("hidden") for part in parts),
        "injection_suspected": bool(message.instructs),
        "readable": not any(part.get("state") in ("unreadable", "refused") for part in parts),
    }


def items_of(erp: Erp, case: Case) -> tuple[str, ...]:
    """Our items that a case is about: those of the lines its findings name, else of all lines of its invoice or order;
    those its findings name where it is about neither."""
    if case.invoice:
        query = select(SupplierInvoiceLine.item).where(
            SupplierInvoiceLine.entity == erp.entity,
            SupplierInvoiceLine.invoice == case.invoice,
            SupplierInvoiceLine.item.is_not(None),
        )
    elif case.order:
        query = select(PurchaseOrderLine.item).where(
            PurchaseOrderLine.entity == erp.entity, PurchaseOrderLine.order == case.order
        )
        lines = {finding.facts.get("line") for finding in cases.findings(erp, case.number)} - {None}
        if lines:
            query = query.where(PurchaseOrderLine.line.in_(lines))
    else:
        named = {finding.facts.get("item") for finding in cases.findings(erp, case.number)} - {None}
        return tuple(sorted(str(item) for item in named))
    return tuple(sorted({str(item) for item in erp.session.scalars(query)}))


def class_of(erp: Erp, case: Case) -> str:
    """The weightiest class among the items a case is about, A before B before C; "" where it is about none."""
    query = select(Item.item_class).where(Item.entity == erp.entity, Item.sku.in_(items_of(erp, case)))
    return min(erp.session.scalars(query), default="")


def _doubtful(erp: Erp, case: Case) -> bool:
    """Whether a finding on the sender says more than that we do not know him."""
    found = cases.findings(erp, case.number)
    return any(finding.code == Code.SENDER_UNKNOWN and finding.facts.get("doubt") for finding in found)


def _authenticated(sender: str, results: list[str]) -> bool | None:
    """What our receiving server found: None when it wrote nothing. A pass for somebody else's domain is none."""
    found = [one for clause in results for one in results_in(clause)]
    if not found:
        return None
    domain = sender.rpartition("@")[2]
    passed = [one for one in found if one.answer == "pass" and same_organisation(one.domain, domain)]
    return not any(one.answer == "fail" for one in found) and any(one.method in ("dkim", "spf") for one in passed)
