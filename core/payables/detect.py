"""What can be wrong with a supplier's invoice. Detectors look at an event, read the books, and return findings.

Whatever happens to an order, every open invoice of it is examined again and every code is answered, found or cleared:
the result depends on what is true now and never on the order in which documents and goods arrived. An invoice that
nothing is wrong with raises no case; it is matched, and "post_matched" takes it up the staircase to a rule's decision.
"""

from collections.abc import Callable, Iterable, Iterator

from core import driver
from core.cases import Cleared, Code, Finding
from core.erp import Erp, Event
from core.payables import document_checks, match_checks
from core.payables.bill import Bill, bill_of

ABOUT_ONE_INVOICE = (
    "invoice_registered",
    "invoice_linked",
    "invoice_released",
    "invoice_told_apart",
    "invoice_reopened",
)
ABOUT_AN_ORDER = (
    "goods_received",
    "receipt_grown",
    "goods_returned",
    "order_changed",
    "order_confirmed",
    "invoice_reopened",
    "invoice_linked",
)
ENDS_AN_INVOICE = ("invoice_posted", "invoice_rejected", "credit_posted")

Check = Callable[[Erp, Bill], Iterable[Finding]]

ON_INVOICES: tuple[Check, ...] = (
    match_checks.without_order,
    document_checks.conflicts,
    document_checks.arithmetic,
    document_checks.tax,
    match_checks.before_receipt,
    match_checks.quantity,
    match_checks.price,
    match_checks.charges,
)
ON_CREDIT_NOTES: tuple[Check, ...] = (document_checks.credit, document_checks.arithmetic, document_checks.tax_as_told)

ABOUT_INVOICES = (
    Code.INVOICE_DUPLICATE,
    Code.INVOICE_WITHOUT_ORDER,
    Code.FACT_CONFLICT,
    Code.DOCUMENT_UNREADABLE,
    Code.INVOICE_ARITHMETIC,
    Code.INVOICE_TAX_MISMATCH,
    Code.INVOICE_BEFORE_RECEIPT,
    Code.INVOICE_QUANTITY_VARIANCE,
    Code.INVOICE_PRICE_VARIANCE,
    Code.CHARGE_UNPLANNED,
)


OPEN_INVOICES = """
select number from supplier_invoice
where entity = %(entity)s and "order" = %(order)s and state in ('registered', 'held') and number <> %(but)s
order by registered_at, number
"""


def examine_invoice(erp: Erp, event: Event) -> Iterator[Finding | Cleared]:
    """Everything that is wrong with the invoice of the event, and with the account it asks to be paid to."""
    yield from _examine(erp, event.facts["invoice"], anew=True)


def examine_open_invoices(erp: Erp, event: Event) -> Iterator[Finding | Cleared]:
    """Look again at every open invoice of the event's order: what came, went or was billed changes what we should pay."""
    order = event.facts.get("order")
    if order is None:
        return
    values = {"entity": erp.entity, "order": order, "but": event.facts.get("invoice", "")}
    for (number,) in driver.ask(erp.session, OPEN_INVOICES, values):
        yield from _examine(erp, number, anew=False)


def end_invoice(erp: Erp, event: Event) -> Iterator[Cleared]:
    """A posted or rejected invoice is nobody's exception any more. Its bank question stays open: that is about money
    to come."""
    number = event.facts["invoice"]
    for code in (*ABOUT_INVOICES, Code.INVOICE_MATCHED):
        yield Cleared(code=code, cause=cause_of(number), subject="*")


def cause_of(invoice: str) -> str:
    """The cause that all findings on one invoice fold by."""
    return f"invoice:{invoice}"


def _examine(erp: Erp, number: str, *, anew: bool) -> Iterator[Finding | Cleared]:
    bill = bill_of(erp, number, anew=anew)
    # a copy of another invoice is wrong in every other way too, and for no other reason
    found = list(document_checks.duplicate(erp, bill))
    if not found:
        checks = ON_CREDIT_NOTES if bill.invoice.kind == "credit_note" else ON_INVOICES
        found = [finding for check in checks for finding in check(erp, bill)]
    yield from found
    standing = {(finding.code, finding.subject) for finding in found}
    for code in ABOUT_INVOICES:
        subjects = [subject for found_code, subject in standing if found_code is code]
        yield Cleared(code=code, cause=cause_of(number), subject="*", but=tuple(sorted(subjects)))
    yield from document_checks.bank(erp, bill)
    if found:
        yield Cleared(code=Code.INVOICE_MATCHED, cause=cause_of(number), subject="*")
    else:
        _matched(erp, bill)


def _matched(erp: Erp, bill: Bill) -> None:
    """Nothing is wrong: send it up the staircase, where a policy rule decides to post it."""
    invoice = bill.invoice
    if any(event.kind == "invoice_matched" and event.facts["invoice"] == invoice.number for event in erp.events):
        return
    erp.emit("invoice_matched", f"supplier_invoice {invoice.number}", invoice=invoice.number, order=invoice.order)
    erp.defer(
        "post_matched",
        queueing_lock=f"post_matched:{erp.entity}:{invoice.number}",
        entity=erp.entity,
        invoice=invoice.number,
    )
