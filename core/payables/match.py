"""The three-way match: what was ordered, what came, what is billed, and what we should pay. A pure read.

Rules read it, options compute from it, the case page shows it. It knows no tolerance: whether 7.9 % is too much is for
policy to say. What we should pay is never above the order's price, never above what was received and not yet billed,
and never above what is billed.
"""

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import clock
from core.books.rates import known_rate
from core.masterdata.tables import Entity, Supplier
from core.money import ZERO, rounded
from core.payables.answering import claim_answered_by
from core.payables.match_lines import MatchLine as MatchLine
from core.payables.match_lines import match_lines
from core.payables.tables import SupplierInvoice, SupplierInvoiceLine
from core.purchasing.tables import PurchaseOrder
from core.receiving.tables import GoodsReceipt
from core.refusals import Refusal, Refused


@dataclass(frozen=True, kw_only=True, slots=True)
class Match:
    """An invoice beside its order and receipts. `way` is three-way when something was received on the order, two-way
    when nothing was yet, none when there is no order. `rests_on` are the rows it was made from, with their versions."""

    entity: str
    invoice: str
    kind: str
    state: str
    their_number: str
    supplier: str | None
    supplier_name: str
    order: str | None
    receipts: tuple[str, ...]
    currency: str  # of the invoice
    order_currency: str
    books_currency: str
    rate: Decimal | None  # the books' currency for one of the invoice's, agreed or of today; None when nobody said
    way: str
    lines: tuple[MatchLine, ...]
    should_pay: Decimal  # lines and charges, without tax
    was_billed: Decimal
    over: Decimal
    freight: Decimal  # all charges that are no discount
    freight_agreed: Decimal  # of them, by the order or the supplier's terms; what earlier invoices took of it is gone
    tax_rate: Decimal  # percent, from the supplier's record
    tax_expected: Decimal  # on what we should pay
    tax_on_billed: Decimal  # on what was billed, by the same rate
    tax_billed: Decimal
    tax_payable: Decimal  # the lower of expected and billed
    total_billed: Decimal  # as the invoice says, or its lines and tax where it says nothing
    total_payable: Decimal  # what we should pay with the tax on it
    claim: str | None  # of a credit note: the open claim it answers to the cent
    rests_on: tuple[tuple[str, int], ...]

    @property
    def freight_unplanned(self) -> Decimal:
        """Charges above what was agreed. Whether so much is accepted is for policy to say."""
        return self.freight - self.freight_agreed

    def booked(self, amount: Decimal) -> Decimal:
        """About what an amount of the invoice is in the books' currency, for limits and for what is at stake. Without a
        rate it is taken one for one: what cannot be booked anyway is still somebody's to look at."""
        if self.rate is None or self.currency == self.books_currency:
            return amount
        return rounded(amount * self.rate, self.books_currency)

    @property
    def bookable(self) -> bool:
        """Whether its currency is its order's (the books', without one), and somebody gave a rate of it."""
        meant = self.books_currency if self.order is None else self.order_currency
        return self.currency == meant and self.rate is not None

    @property
    def rounding(self) -> Decimal:
        """What the bill's total is off its own lines and tax: a cent or three by rounding, or a mistake."""
        return self.total_billed - self.was_billed - self.tax_billed

    @property
    def disputed(self) -> Decimal:
        """What is billed and not to be paid, tax included. Never negative."""
        return max(ZERO, self.total_billed - self.total_payable)


def match(session: Session, entity: str, invoice: str) -> Match:
    """Match an invoice as it is now. Refuses an unknown number; everything that is wrong with it is in the figures."""
    bill = session.get(SupplierInvoice, (entity, invoice))
    if bill is None:
        raise Refused(Refusal.INVOICE_UNKNOWN, invoice)
    supplier = session.get(Supplier, (entity, bill.supplier)) if bill.supplier else None
    order = session.get(PurchaseOrder, (entity, bill.order)) if bill.order else None
    receipts = _receipts(session, entity, bill.order)
    lines = match_lines(session, bill, supplier)
    books = session.get(Entity, entity)
    assert books is not None, "an invoice of no entity"
    should_pay = sum((line.should_pay for line in lines), ZERO)
    freight = sum((line.was_billed for line in lines if line.kind == "charge" and line.was_billed > 0), ZERO)
    was_billed = sum((line.was_billed for line in lines), ZERO)
    rate = supplier.tax_rate if supplier else ZERO
    answered = claim_answered_by(session, bill) if bill.kind == "credit_note" else None
    tax_expected = rounded(should_pay * rate / 100, bill.currency)
    tax_billed = stated_tax(bill)
    tax_payable = max(ZERO, min(tax_expected, tax_billed))
    rests_on = [(f"supplier_invoice {bill.number}", bill.version)]
    rests_on += [(f"purchase_order {order.number}", order.version)] if order else []
    rests_on += [(f"goods_receipt {receipt.number}", receipt.version) for receipt in receipts]
    rests_on += [(f"supplier {supplier.number}", supplier.version)] if supplier else []
    return Match(
        entity=entity,
        invoice=bill.number,
        kind=bill.kind,
        state=bill.state,
        their_number=bill.their_number,
        supplier=bill.supplier,
        supplier_name=supplier.name if supplier else "",
        order=bill.order,
        receipts=tuple(receipt.number for receipt in receipts),
        currency=bill.currency,
        order_currency=order.currency if order else bill.currency,
        books_currency=books.currency,
        rate=_rate(session, bill, order, books.currency),
        way="none" if order is None else "three-way" if receipts else "two-way",
        lines=tuple(lines),
        should_pay=should_pay,
        was_billed=was_billed,
        over=was_billed - should_pay,
        freight=freight,
        freight_agreed=min(freight, _agreed(session, bill, supplier, order)),
        tax_rate=rate,
        tax_expected=tax_expected,
        tax_on_billed=rounded(was_billed * rate / 100, bill.currency),
        tax_billed=tax_billed,
        tax_payable=tax_payable,
        total_billed=bill.total if bill.total is not None else was_billed + tax_billed,
        total_payable=should_pay + tax_payable,
        claim=answered.number if answered else None,
        rests_on=tuple(sorted(rests_on)),
    )


def _rate(session: Session, bill: SupplierInvoice, order: PurchaseOrder | None, books: str) -> Decimal | None:
    if bill.currency == books:
        return Decimal(1)
    if order is not None and order.currency == bill.currency and order.rate is not None:
        return order.rate
    known = known_rate(session, bill.entity, bill.currency, clock.now(session).date())
    return known.rate if known else None


def stated_tax(bill: SupplierInvoice) -> Decimal:
    """The tax an invoice bills: as it says, else what its total is above its net total, else none."""
    if bill.tax_total is not None:
        return bill.tax_total
    if bill.total is not None and bill.net_total is not None:
        return bill.total - bill.net_total
    return ZERO


def _agreed(session: Session, bill: SupplierInvoice, supplier: Supplier | None, order: PurchaseOrder | None) -> Decimal:
    """The charges this invoice may carry: what the order agrees less what its other invoices took of it, else the
    supplier's terms for each invoice."""
    if order is None or supplier is None:
        return ZERO
    if order.charges_agreed is None:
        return supplier.charges_agreed
    taken = session.execute(
        select(func.sum(SupplierInvoiceLine.posted_amount))
        .join(
            SupplierInvoice,
            (SupplierInvoice.entity == SupplierInvoiceLine.entity)
            & (SupplierInvoice.number == SupplierInvoiceLine.invoice),
        )
        .where(
            SupplierInvoice.entity == bill.entity,
            SupplierInvoice.order == order.number,
            SupplierInvoice.number.not_in([bill.number, bill.corrects or ""]),
            SupplierInvoiceLine.kind == "charge",
            SupplierInvoiceLine.posted_amount > 0,
        )
    ).scalar_one()
    return max(ZERO, order.charges_agreed - (taken or ZERO))


def _receipts(session: Session, entity: str, order: str | None) -> list[GoodsReceipt]:
    if order is None:
        return []
    return list(
        session.scalars(
            select(GoodsReceipt)
            .where(GoodsReceipt.entity == entity, GoodsReceipt.order == order)
            .order_by(GoodsReceipt.happened_at, GoodsReceipt.number)
        )
    )
