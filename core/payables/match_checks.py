"""Checks on the match: what is billed against what was ordered and received, line by line.

Each takes the bill and yields what it finds; none knows a tolerance. Whether a charge needs anybody is asked of policy.
"""

from collections.abc import Iterator

from core import wording
from core.case_words import counted
from core.cases import Code, Finding
from core.erp import Erp
from core.judging import Answer, JudgedFacts, judge_in
from core.money import ZERO
from core.payables.bill import Bill, finding_on, goods_lines
from core.payables.match import Match, MatchLine
from core.payables.units import plain_unit


def without_order(erp: Erp, bill: Bill) -> Iterator[Finding]:
    """No order at all, or a line that is on no line of the order."""
    invoice, matched = bill.invoice, bill.match
    if invoice.order is None:
        written = invoice.their_order
        what = f"names {written}, which is no order of ours to them" if written else "names no purchase order"
        yield finding_on(
            bill,
            Code.INVOICE_WITHOUT_ORDER,
            headline="No purchase order",
            says=f"{invoice.their_number} over {bill.amount(matched.total_billed)} {what}",
            stake=matched.total_billed,
            clause=f"billed {bill.amount(matched.total_billed)} without a purchase order",
            whole=True,
        )
        return
    for line in goods_lines(matched):
        if line.order_line is None and line.was_billed > 0:
            yield finding_on(
                bill,
                Code.INVOICE_WITHOUT_ORDER,
                line,
                headline="Line on no order",
                says=f"Line {line.line}, {line.title}, is not on {invoice.order}",
                stake=line.was_billed,
                clause=f"billed {line.title}, which is not on {invoice.order}",
            )


def before_receipt(erp: Erp, bill: Bill) -> Iterator[Finding]:
    """Billed, and nothing came on that line yet, but may still."""
    for line in _linked(bill.match):
        if line.quantity_over > 0 and _waits(line):
            count = counted(line.quantity_over, plain_unit(line.unit))
            yield finding_on(
                bill,
                Code.INVOICE_BEFORE_RECEIPT,
                line,
                headline=f"{count} not here yet",
                says=f"Line {line.line} billed {wording.quantity(line.billed or ZERO)}, nothing received",
                stake=line.over_for_quantity,
                quantity=line.quantity_over,
                unit=plain_unit(line.unit),
                clause="billed {} before anything came",
            )


def quantity(erp: Erp, bill: Bill) -> Iterator[Finding]:
    """Billed above what was received and not billed before, or above what the order allows; what is only not here yet
    is another finding."""
    for line in _linked(bill.match):
        if line.quantity_over <= 0 or _waits(line):
            continue
        before = line.billed_before or ZERO
        billed = line.billed or ZERO
        says = f"Line {line.line} billed {wording.quantity(billed)}, received {wording.quantity(line.received or ZERO)}"
        if before:
            says += f", {wording.quantity(before)} of them billed before"
        came = billed + before <= (line.received or ZERO)  # then it is the order, with its tolerance, that was exceeded
        if came:
            says += f", ordered {wording.quantity(line.ordered or ZERO)}"
        elif not line.received:
            says += ", nothing more is expected"
        yield finding_on(
            bill,
            Code.INVOICE_QUANTITY_VARIANCE,
            line,
            headline=f"{counted(line.quantity_over, plain_unit(line.unit))} {'above the order' if came else 'short'}",
            says=says,
            stake=line.over_for_quantity,
            quantity=line.quantity_over,
            unit=plain_unit(line.unit),
            clause="billed {} above what we ordered" if came else "billed {} we have not received",
        )


def price(erp: Erp, bill: Bill) -> Iterator[Finding]:
    """Billed above the order's price. Below it we pay what is billed, and nothing is wrong."""
    for line in _linked(bill.match):
        if line.over_for_price > 0 and line.order_price is not None and line.billed_price is not None:
            ordered, billed = wording.price(line.order_price), wording.price(line.billed_price)
            yield finding_on(
                bill,
                Code.INVOICE_PRICE_VARIANCE,
                line,
                headline=f"Price up {wording.percent(line.price_over_pct)}",
                says=f"Line {line.line} ordered at {ordered}, billed {billed}",
                stake=line.over_for_price,
                percent=line.price_over_pct,
                item=line.title,
                clause="raised {}",
            )


def charges(erp: Erp, bill: Bill) -> Iterator[Finding]:
    """Freight and other charges above what was agreed, unless a tolerance of policy takes them as they are. Without a
    policy every one is raised."""
    matched = bill.match
    if bill.invoice.order is None or matched.freight_unplanned <= 0 or _tolerated(erp, bill):
        return
    left = matched.freight_agreed
    for line in matched.lines:
        if line.kind != "charge" or line.was_billed <= 0:
            continue
        agreed = min(left, line.was_billed)
        left, unplanned = left - agreed, line.was_billed - agreed
        if unplanned <= 0:
            continue
        billed = bill.amount(line.was_billed)
        of_it = f", {bill.amount(agreed)} of it agreed" if agreed else f" is not on {bill.invoice.order}"
        yield finding_on(
            bill,
            Code.CHARGE_UNPLANNED,
            line,
            headline=f"{line.title} {billed}",
            says=f"{line.title} of {billed}{of_it}",
            stake=unplanned,
            clause=f"charged {bill.amount(unplanned)} {line.title.lower()} that is not on the order",
        )


def _tolerated(erp: Erp, bill: Bill) -> bool:
    """Whether the tolerance for charges that were not agreed takes them without a person, in the books' currency."""
    judge, matched = judge_in(erp.session), bill.match
    if judge is None or not matched.bookable:
        return False
    facts = JudgedFacts(
        entity=erp.entity,
        currency=matched.books_currency,
        at=erp.now,
        codes=(Code.CHARGE_UNPLANNED.value,),
        option="short_pay",
        freight_unplanned=matched.booked(matched.freight_unplanned),
        supplier=matched.supplier or "",
        supplier_known=bill.supplier is not None,
        on_contract=bill.supplier is not None and bill.supplier.on_contract,
        supplier_at_risk=bill.supplier is not None and bill.supplier.at_risk,
    )
    return judge.tolerance("freight", facts).answer is Answer.ALLOW


def _waits(line: MatchLine) -> bool:
    """Whether nothing of a line has come and something still may."""
    return not line.received and bool(line.still_open)


def _linked(matched: Match) -> list[MatchLine]:
    return [line for line in matched.lines if line.kind != "charge" and line.billed is not None]
