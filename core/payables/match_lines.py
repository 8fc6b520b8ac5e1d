"""The lines of a match: each billed line beside its order line, and what of it we should pay."""

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.masterdata.tables import Item, Supplier
from core.money import ZERO, minor_unit, percent, rounded
from core.payables.linking import order_lines
from core.payables.tables import SupplierInvoice, SupplierInvoiceLine
from core.purchasing.orders import still_open, wanted
from core.purchasing.tables import PurchaseOrderLine
from core.wording import quantity


@dataclass(frozen=True, kw_only=True, slots=True)
class MatchLine:
    """One billed line beside its order line. Quantities and prices are in the order's unit, amounts in the invoice's
    currency. `over` is what is billed above what we should pay, and is made up of the three `over_for_*`."""

    line: int
    kind: str  # goods, charge
    title: str
    supplier_item: str
    item: str | None
    order_line: int | None
    unit: str
    ordered: Decimal | None
    received: Decimal | None  # came and did not go back, damaged pieces included
    damaged: Decimal | None
    still_open: Decimal | None  # may still come
    billed_before: Decimal | None  # by other posted invoices
    billed: Decimal | None  # None when the line names no quantity, or a unit that the item does not know
    payable: Decimal  # how many of the billed we may pay for today
    order_price: Decimal | None
    billed_price: Decimal | None
    accepted_price: Decimal  # the lower of the two
    should_pay: Decimal
    was_billed: Decimal
    over: Decimal
    over_for_quantity: Decimal
    over_for_price: Decimal
    over_for_arithmetic: Decimal
    quantity_over: Decimal  # pieces billed that we may not pay for
    price_over_pct: Decimal  # negative when billed below the order's price
    note: str  # "10 box are 120 pcs", or why the line could not be matched


def match_lines(session: Session, bill: SupplierInvoice, supplier: Supplier | None) -> list[MatchLine]:
    """Every billed line, matched in turn: what one line takes of an order line is not there for the next."""
    billed = invoice_lines(session, bill.entity, bill.number)
    ordered = {line.line: line for line in order_lines(session, bill.entity, bill.order)} if bill.order else {}
    own = _posted(session, bill.entity, bill.number)
    replaced = _posted(session, bill.entity, bill.corrects) if bill.kind == "correction" and bill.corrects else {}
    prepaid = supplier is not None and supplier.prepayment
    left: dict[int, Decimal] = {}
    before: dict[int, Decimal] = {}
    for number, line in ordered.items():
        before[number] = line.billed - own.get(number, ZERO) - replaced.get(number, ZERO)
        left[number] = max(ZERO, _billable(session, line, prepaid=prepaid) - before[number])
    found = []
    for row in billed:
        order_line = ordered.get(row.order_line) if row.order_line is not None else None
        if row.kind == "charge":
            found.append(_charge(row, bill.currency))
        elif order_line is None:
            found.append(_unlinked(row, "no line of an order was found for it", bill.currency))
        else:
            matched = _goods(session, bill, row, order_line, before[order_line.line], left[order_line.line])
            left[order_line.line] -= matched.payable
            found.append(matched)
    return found


def invoice_lines(session: Session, entity: str, invoice: str) -> list[SupplierInvoiceLine]:
    """The lines of an invoice as billed, in their order."""
    return list(
        session.scalars(
            select(SupplierInvoiceLine)
            .where(SupplierInvoiceLine.entity == entity, SupplierInvoiceLine.invoice == invoice)
            .order_by(SupplierInvoiceLine.line)
        )
    )


def billed_amount(row: SupplierInvoiceLine, currency: str) -> Decimal:
    """What a line bills: its amount as written, else its price times its quantity (a charge without one is one)."""
    if row.amount is not None:
        return row.amount
    quantity = row.quantity if row.quantity is not None else Decimal(1 if row.kind == "charge" else 0)
    return rounded((row.price or ZERO) * quantity, currency)


def _billable(session: Session, line: PurchaseOrderLine, *, prepaid: bool) -> Decimal:
    """How many of an order line may be billed in all: what came and did not go back, up to the order with the item's
    tolerance for over-receipts. With prepayment terms, what is ordered and not cancelled."""
    item = session.get(Item, (line.entity, line.item))
    tolerance = item.over_receipt_pct if item else ZERO
    came = min(line.received + line.damaged - line.returned, wanted(line) * (100 + tolerance) / 100)
    return max(came, wanted(line)) if prepaid else came


def _posted(session: Session, entity: str, invoice: str | None) -> dict[int, Decimal]:
    """What an invoice, once posted, added to each order line's billed quantity."""
    posted: dict[int, Decimal] = {}
    for row in invoice_lines(session, entity, invoice) if invoice else []:
        if row.order_line is not None and row.posted_quantity:
            posted[row.order_line] = posted.get(row.order_line, ZERO) + row.posted_quantity
    return posted


def _goods(
    session: Session,
    bill: SupplierInvoice,
    row: SupplierInvoiceLine,
    order_line: PurchaseOrderLine,
    billed_before: Decimal,
    left: Decimal,
) -> MatchLine:
    billed, price = row.quantity_in_order_unit, row.price_in_order_unit
    if row.quantity is None or billed is None or price is None:
        why = "no quantity or price" if row.quantity is None else f"no conversion from {row.unit} to {order_line.unit}"
        return _unlinked(row, why, bill.currency, order_line)
    figures = goods_figures(
        billed=billed,
        price=price,
        was_billed=billed_amount(row, bill.currency)
        if row.amount is not None
        else rounded(billed * price, bill.currency),
        left=left,
        order_price=order_line.price,
        currency=bill.currency,
    )
    item = session.get(Item, (bill.entity, order_line.item))
    other_unit = row.quantity != billed
    return MatchLine(
        line=row.line,
        kind="goods",
        title=item.name if item else row.description or order_line.description,
        supplier_item=row.supplier_item or order_line.supplier_item,
        item=order_line.item,
        order_line=order_line.line,
        unit=order_line.unit,
        ordered=order_line.ordered,
        received=order_line.received + order_line.damaged - order_line.returned,
        damaged=order_line.damaged,
        still_open=still_open(order_line),
        billed_before=billed_before,
        billed=billed,
        payable=figures.payable,
        order_price=order_line.price,
        billed_price=price,
        accepted_price=figures.accepted_price,
        should_pay=figures.should_pay,
        was_billed=figures.was_billed,
        over=figures.over,
        over_for_quantity=figures.for_quantity,
        over_for_price=figures.for_price,
        over_for_arithmetic=figures.for_arithmetic,
        quantity_over=max(ZERO, billed - figures.payable),
        price_over_pct=percent(price - order_line.price, order_line.price),
        note=f"{quantity(row.quantity)} {row.unit} are {quantity(billed)} {order_line.unit}" if other_unit else "",
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """What of one billed line we may pay. `over` is exactly the sum of the three reasons."""

    payable: Decimal
    accepted_price: Decimal
    should_pay: Decimal
    was_billed: Decimal
    over: Decimal
    for_quantity: Decimal
    for_price: Decimal
    for_arithmetic: Decimal


def goods_figures(
    *, billed: Decimal, price: Decimal, was_billed: Decimal, left: Decimal, order_price: Decimal, currency: str
) -> Figures:
    """The figures of a goods line. Pure; quantities and prices in the order's unit, `left` is what may still be billed.

    A bill of less than nothing gives money back: it is taken as billed. An amount that is the product, rounded in
    whatever way, is no mistake.
    """
    accepted = min(price, order_price)
    payable = max(ZERO, min(billed, left))
    if billed < 0:
        return Figures(
            payable=ZERO, accepted_price=accepted, should_pay=min(was_billed, ZERO), was_billed=was_billed,
            over=max(was_billed, ZERO), for_quantity=max(was_billed, ZERO), for_price=ZERO, for_arithmetic=ZERO,
        )  # fmt: skip
    expected = rounded(billed * price, currency)
    if abs(was_billed - billed * price) < minor_unit(currency):
        expected = was_billed
    whole = payable == billed and accepted == price
    should_pay = min(was_billed, expected if whole else rounded(payable * accepted, currency))
    over = was_billed - should_pay
    for_arithmetic = min(over, max(ZERO, was_billed - expected))
    for_price = min(over - for_arithmetic, max(ZERO, expected - rounded(billed * accepted, currency)))
    return Figures(
        payable=payable,
        accepted_price=accepted,
        should_pay=should_pay,
        was_billed=was_billed,
        over=over,
        for_quantity=over - for_arithmetic - for_price,
        for_price=for_price,
        for_arithmetic=for_arithmetic,
    )


def _charge(row: SupplierInvoiceLine, currency: str) -> MatchLine:
    """Freight and the like is on no order: shown as billed, and left to policy. A discount is taken as it is."""
    amount = billed_amount(row, currency)
    return _plain_line(row, was_billed=amount, should_pay=amount, note="not on the order")


def _unlinked(
    row: SupplierInvoiceLine, why: str, currency: str, order_line: PurchaseOrderLine | None = None
) -> MatchLine:
    """A line that cannot be matched is not paid until somebody looked. A line that gives money back is taken."""
    amount = billed_amount(row, currency)
    return _plain_line(row, was_billed=amount, should_pay=min(amount, ZERO), note=why, order_line=order_line)


def _plain_line(
    row: SupplierInvoiceLine,
    *,
    was_billed: Decimal,
    should_pay: Decimal,
    note: str,
    order_line: PurchaseOrderLine | None = None,
) -> MatchLine:
    whole = row.kind == "charge"
    return MatchLine(
        line=row.line,
        kind=row.kind,
        title=row.description or row.supplier_item or row.kind,
        supplier_item=row.supplier_item,
        item=row.item,
        order_line=order_line.line if order_line else None,
        unit=row.unit,
        ordered=order_line.ordered if order_line else None,
        received=order_line.received + order_line.damaged - order_line.returned if order_line else None,
        damaged=order_line.damaged if order_line else None,
        still_open=still_open(order_line) if order_line else None,
        billed_before=order_line.billed if order_line else None,
        billed=(row.quantity or Decimal(1)) if whole else None,
        payable=Decimal(1) if whole else ZERO,
        order_price=order_line.price if order_line else None,
        billed_price=row.price if row.price is not None else was_billed if whole else None,
        accepted_price=was_billed if whole else ZERO,
        should_pay=should_pay,
        was_billed=was_billed,
        over=was_billed - should_pay,
        over_for_quantity=was_billed - should_pay,
        over_for_price=ZERO,
        over_for_arithmetic=ZERO,
        quantity_over=ZERO,
        price_over_pct=ZERO,
        note=note,
    )
