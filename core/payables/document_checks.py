"""Checks on the invoice as a document: is it a copy, does it add up, may it be compared, whom does it pay.

Each takes the bill and yields what it finds; none knows a tolerance.
"""

import re
from collections.abc import Iterator
from decimal import Decimal

from core import wording
from core.cases import Cleared, Code, Finding
from core.erp import Erp
from core.money import ZERO, minor_unit
from core.payables.bill import Bill, finding_on, goods_lines
from core.payables.duplicates import copy_of
from core.payables.match import MatchLine, stated_tax
from core.payables.match_lines import invoice_lines
from core.payables.tables import SupplierInvoice


def duplicate(erp: Erp, bill: Bill) -> Iterator[Finding]:
    """The same number, the same content, or nearly the same number over the same amount, of the same supplier."""
    copy = copy_of(erp.session, bill.invoice)
    if copy is None:
        return
    first = copy.earlier
    state = f"{first.state} {wording.day(first.posted_at.date())}" if first.posted_at else first.state
    yield finding_on(
        bill,
        Code.INVOICE_DUPLICATE,
        headline=f"Looks like {first.their_number}",
        says=f"{copy.why.capitalize()} as {first.their_number}, {state}",
        stake=bill.match.total_billed,
        clause=f"billed {bill.amount(bill.match.total_billed)} again, {copy.why} as {first.their_number}",
        earlier=first.number,
        earlier_number=first.their_number,
        why=copy.why,
    )


def conflicts(erp: Erp, bill: Bill) -> Iterator[Finding]:
    """What makes the invoice impossible to compare: its currency, its units, its quantities, what it corrects."""
    invoice, matched = bill.invoice, bill.match
    expected = matched.order_currency if invoice.order else matched.books_currency
    if invoice.currency != expected:
        why = f"Billed in {invoice.currency}, {'ordered' if invoice.order else 'the books are'} in {expected}"
        clause = f"billed in {invoice.currency} what we ordered in {expected}"
        yield finding_on(
            bill,
            Code.FACT_CONFLICT,
            headline="Another currency",
            says=why,
            stake=matched.total_billed,
            clause=clause,
            whole=True,
        )
    yield from _contradictions(bill)
    if not matched.lines:
        yield finding_on(
            bill,
            Code.DOCUMENT_UNREADABLE,
            headline="No lines could be read",
            says=f"{invoice.their_number} over {bill.amount(matched.total_billed)} cannot be matched line by line",
            stake=matched.total_billed,
            clause=f"sent invoice {invoice.their_number}, of which no line could be read",
            whole=True,
        )
    for line in goods_lines(matched):
        if line.order_line is None and invoice.order is None:
            continue
        wrong = _conflict_of(line)
        if wrong:
            yield finding_on(
                bill,
                Code.FACT_CONFLICT,
                line,
                headline=wrong[0],
                says=wrong[1],
                stake=abs(line.was_billed),
                clause=wrong[2],
            )
    yield from _correction(erp, bill)


def _contradictions(bill: Bill) -> Iterator[Finding]:
    """Two papers of one invoice, or its data and its picture, say different things."""
    if bill.invoice.contradictions:
        yield finding_on(
            bill,
            Code.FACT_CONFLICT,
            headline="Its papers differ",
            says="; ".join(bill.invoice.contradictions),
            stake=bill.match.total_billed,
            place="#papers",
            clause=f"sent papers of {bill.invoice.their_number} that say different things",
            whole=True,
            papers_differ=True,
        )


def arithmetic(erp: Erp, bill: Bill) -> Iterator[Finding]:
    """Lines times prices, their sum, and the total with tax. To the cent; ways of rounding are no mistake."""
    found = False
    for says, off, place in _sums_off(erp, bill):
        found = True
        yield finding_on(
            bill,
            Code.INVOICE_ARITHMETIC,
            headline=f"Off by {bill.amount(off)}",
            says=says,
            stake=off,
            place=place,
            clause=f"sent {bill.invoice.their_number}, which is off by {bill.amount(off)}",
        )
    if bill.invoice.checks_failed and not found:
        yield finding_on(
            bill,
            Code.INVOICE_ARITHMETIC,
            headline="A check failed",
            says="; ".join(bill.invoice.checks_failed),
            place="#checks",
            clause=f"sent {bill.invoice.their_number}, which does not hold together",
        )


def tax(erp: Erp, bill: Bill) -> Iterator[Finding]:
    """Tax billed against the supplier's rate on record, on what was billed. A cent a line may be rounding. Where that is
    right, what the reader found wrong with tax: its sums by category and the rules on it."""
    matched = bill.match
    off = abs(matched.tax_billed - matched.tax_on_billed) if bill.supplier is not None else ZERO
    if off <= minor_unit(matched.currency) * max(1, len(matched.lines)):
        yield from tax_as_told(erp, bill)
        return
    rate = wording.percent(matched.tax_rate)
    base, right = bill.amount(matched.was_billed), bill.amount(matched.tax_on_billed)
    yield finding_on(
        bill,
        Code.INVOICE_TAX_MISMATCH,
        headline=f"Tax off by {bill.amount(off)}",
        says=f"Billed {bill.amount(matched.tax_billed)} tax, {rate} of {base} is {right}",
        stake=off,
        clause=f"billed {bill.amount(matched.tax_billed)} tax where {right} is due",
    )


def tax_as_told(erp: Erp, bill: Bill) -> Iterator[Finding]:
    """What the reader found wrong with tax on the document itself."""
    if bill.invoice.tax_checks_failed:
        yield finding_on(
            bill,
            Code.INVOICE_TAX_MISMATCH,
            headline="A tax rule is broken",
            says="; ".join(bill.invoice.tax_checks_failed),
            place="#rules",
            clause=f"sent {bill.invoice.their_number}, whose tax breaks a rule",
        )


def credit(erp: Erp, bill: Bill) -> Iterator[Finding]:
    """A credit note that answers no claim of ours: good money, but somebody has to say what it is for."""
    yield from _contradictions(bill)
    if bill.match.claim is None:
        amount = bill.amount(abs(bill.match.total_billed))
        yield finding_on(
            bill,
            Code.FACT_CONFLICT,
            headline="Credit without a claim",
            says=f"{bill.invoice.their_number} credits {amount}, and no open claim is over that",
            stake=abs(bill.match.total_billed),
            clause=f"credited {amount} that we did not claim",
        )


def bank(erp: Erp, bill: Bill) -> Iterator[Finding | Cleared]:
    """The account the invoice asks to be paid to is not the supplier's. Its own cause: it never rides on a payment."""
    supplier, invoice = bill.supplier, bill.invoice
    if supplier is None or not invoice.pays_to:
        return
    cause, subject = f"bank:{supplier.number}", f"supplier_invoice {invoice.number}"
    if same_account(supplier.bank_account, invoice.pays_to):
        yield Cleared(code=Code.BANK_DETAILS_CHANGED, cause=cause, subject=subject)
        return
    yield Finding(
        code=Code.BANK_DETAILS_CHANGED,
        cause=cause,
        subject=subject,
        headline="Bank change",
        says=f"{invoice.their_number} asks to be paid to another account than the one on record",
        facts={"clause": "asks to be paid to another account", "their_number": invoice.their_number},
        supplier=supplier.number,
        order=invoice.order,
        invoice=invoice.number,
        message=invoice.message,
        anew=bill.anew,
    )


def same_account(on_record: str, written: str) -> bool:
    """Whether an account as written may be the one on record, which is kept masked: what both show must agree."""
    groups = re.findall(r"[0-9A-Z]+", on_record.upper())
    plain = "".join(re.findall(r"[0-9A-Z]+", written.upper()))
    if not groups:
        return False
    if not re.search(r"[*•·…#_]", on_record):
        return "".join(groups) == plain
    return len(groups[-1]) >= 3 and plain.endswith(groups[-1])


def _sums_off(erp: Erp, bill: Bill) -> Iterator[tuple[str, Decimal, str]]:
    """What does not add up: in words, by how much, and where."""
    invoice, cent = bill.invoice, minor_unit(bill.invoice.currency)
    rows = invoice_lines(erp.session, erp.entity, invoice.number)
    for row in rows:
        if row.quantity is None or row.price is None or row.amount is None:
            continue
        off = abs(row.amount - row.quantity * row.price)
        if off >= cent:
            sides = f"{wording.quantity(row.quantity)} at {wording.price(row.price)}"
            right = bill.amount(row.quantity * row.price)
            yield f"Line {row.line}: {sides} is {right}, billed {bill.amount(row.amount)}", off, f"#{row.line}"
    net = bill.match.was_billed
    if rows and invoice.net_total is not None and abs(invoice.net_total - net) >= cent:
        says = f"The lines come to {bill.amount(net)}, the net total says {bill.amount(invoice.net_total)}"
        yield says, abs(invoice.net_total - net), "#net"
    if invoice.net_total is not None:
        net = invoice.net_total
    if invoice.total is not None and (rows or invoice.net_total is not None):
        off = abs(invoice.total - net - stated_tax(invoice))
        if off >= cent:
            with_tax = bill.amount(net + stated_tax(invoice))
            yield f"Net and tax come to {with_tax}, the total says {bill.amount(invoice.total)}", off, "#total"


def _conflict_of(line: MatchLine) -> tuple[str, str, str] | None:
    """Headline, sentence and clause of what cannot be compared in a line."""
    if line.billed is not None and line.billed < 0:
        count = wording.quantity(line.billed)
        return "Bills less than nothing", f"Line {line.line} bills {count} {line.unit}", "billed a negative quantity"
    if line.order_line is not None and line.billed is None and line.was_billed:
        says = f"Line {line.line}, {line.title}: {line.note}"
        return "Cannot be compared", says, f"billed {line.title} in a way we cannot compare: {line.note}"
    return None


def _correction(erp: Erp, bill: Bill) -> Iterator[Finding]:
    invoice = bill.invoice
    if invoice.kind != "correction":
        return
    first = erp.session.get(SupplierInvoice, (erp.entity, invoice.corrects)) if invoice.corrects else None
    if first is None:
        says = f"{invoice.their_number} corrects an invoice that we do not have"
        clause = "corrected an invoice that we do not have"
    elif first.state == "posted":
        says = f"{invoice.their_number} corrects {first.their_number}, which is posted already"
        clause = f"corrected {first.their_number}, which is posted already"
    else:
        return
    yield finding_on(
        bill,
        Code.FACT_CONFLICT,
        headline="Correction",
        says=says,
        stake=bill.match.total_billed,
        place="#corrects",
        clause=clause,
        whole=True,
    )
