"""The receivables sub-ledger: what customers owe, item by item. Its open items add up to the receivable accounts.

Whoever posts to such an account calls `owe` in the same command; nothing else writes `customer_item`. What a customer is
owed (a credit note, a payment) settles open items: those of the document or order it is about first, then the oldest.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.books import accounts, ledger
from core.erp import Erp
from core.money import ZERO, rounded
from core.refusals import Refusal, Refused
from core.sales.billing_tables import CustomerItem
from core.sales.commands import OpenReceivable, ReceivePayment
from core.sales.tables import Customer
from core.stock.ledger import take_turn


def open_receivable(erp: Erp, cmd: OpenReceivable) -> dict[str, Any]:
    """A bill of before these books, against equity. Refuses a document that is there already."""
    take_turn(erp)  # before what it locks, as whoever decides on it does
    customer = erp.need(Customer, erp.entity, cmd.customer, refusal=Refusal.CUSTOMER_UNKNOWN, lock=True)
    _must_be_an_amount(cmd.amount, customer.currency)
    _must_be_called(cmd.document)
    if _of_document(erp, customer.number, cmd.document):
        raise Refused(Refusal.ALREADY_EXISTS, cmd.document)

    day = (cmd.happened_at or erp.now).date()
    sides = [ledger.debit(customer.account, cmd.amount), ledger.credit(accounts.EQUITY, cmd.amount)]
    entry = ledger.post(erp, document=cmd.document, says=f"Opening of {customer.name}", sides=sides, day=day)
    owe(erp, customer, document=cmd.document, amount=cmd.amount, day=day, entry=entry)
    erp.emit("receivable_opened", f"customer {customer.number}", customer=customer.number, document=cmd.document)
    return {"customer": customer.number, "entry": entry}


def receive_payment(erp: Erp, cmd: ReceivePayment) -> dict[str, Any]:
    """Book money that came in. Refuses a reference that is booked already for that customer, and a document that is not
    open. What is over stays open to the customer's credit."""
    take_turn(erp)  # before what it locks, as whoever decides on it does
    customer = erp.need(Customer, erp.entity, cmd.customer, refusal=Refusal.CUSTOMER_UNKNOWN, lock=True)
    _must_be_an_amount(cmd.amount, customer.currency)
    _must_be_called(cmd.reference)
    if _of_document(erp, customer.number, cmd.reference):
        raise Refused(Refusal.ALREADY_EXISTS, f"{cmd.reference} of {customer.name} is booked")
    if cmd.document and not any(item.open > ZERO for item in _of_document(erp, customer.number, cmd.document)):
        raise Refused(Refusal.INVOICE_NOT_OPEN, f"nothing of {cmd.document} is open with {customer.name}")

    day = (cmd.happened_at or erp.now).date()
    sides = [ledger.debit(accounts.BANK, cmd.amount), ledger.credit(customer.account, cmd.amount)]
    entry = ledger.post(erp, document=cmd.reference, says=f"Payment of {customer.name}", sides=sides, day=day)
    left = owe(
        erp, customer, document=cmd.reference, amount=-cmd.amount, day=day, entry=entry, pays=cmd.document or None
    )
    erp.emit("payment_received", f"customer {customer.number}", customer=customer.number, reference=cmd.reference)
    return {"customer": customer.number, "entry": entry, "not_used": -left}


def owe(
    erp: Erp,
    customer: Customer,
    *,
    document: str,
    amount: Decimal,
    day: date,
    entry: str,
    order: str = "",
    pays: str | None = None,
) -> Decimal:
    """Record that a customer owes us `amount` (negative: we owe them) for a document booked by `entry`.

    Items of opposite signs settle each other: those of the document named by `pays` first, then those of the order, then
    the oldest. Gives what stays open of it.
    """
    open_ = list(
        erp.session.scalars(
            select(CustomerItem)
            .where(
                CustomerItem.entity == erp.entity,
                CustomerItem.customer == customer.number,
                CustomerItem.open != ZERO,
            )
            .order_by(CustomerItem.day, CustomerItem.number)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )
    left = _settle(
        sorted(open_, key=lambda item: (item.document != pays, not order or item.order != order)),
        amount,
    )
    item = CustomerItem(
        entity=erp.entity,
        number=erp.ordinal("RECEIVABLE"),
        customer=customer.number,
        account=customer.account,
        document=document,
        entry=entry,
        order=order,
        amount=amount,
        open=left,
        day=day,
        due=day + timedelta(days=customer.terms_days) if amount > ZERO else None,
        posted_at=erp.now,
    )
    erp.add(item)
    erp.effect("receivable", customer.name, amount, customer.currency)
    return left


def owed(session: Session, entity: str, customer: str) -> Decimal:
    """What a customer owes us, in the books' currency; negative: we owe the customer."""
    total = func.coalesce(func.sum(CustomerItem.open), ZERO)
    where = (CustomerItem.entity == entity, CustomerItem.customer == customer, CustomerItem.open != ZERO)
    return Decimal(session.execute(select(total).where(*where)).scalar_one())


def overdue(session: Session, entity: str, customer: str, today: date) -> tuple[Decimal, date | None]:
    """What a customer should have paid before today and did not, and since when the oldest of it is due."""
    late = select(func.coalesce(func.sum(CustomerItem.open), ZERO), func.min(CustomerItem.due)).where(
        CustomerItem.entity == entity,
        CustomerItem.customer == customer,
        CustomerItem.open > ZERO,
        CustomerItem.due < today,
    )
    amount, since = session.execute(late).one()
    return Decimal(amount), since


def _settle(items: Sequence[CustomerItem], amount: Decimal) -> Decimal:
    """Let an amount and open items of the other sign close each other. Gives what is left of the amount."""
    for item in items:
        if amount == ZERO:
            break
        if (item.open > ZERO) == (amount > ZERO):
            continue
        part = min(abs(item.open), abs(amount))
        item.open += part if amount > ZERO else -part
        amount -= part if amount > ZERO else -part
    return amount


def _of_document(erp: Erp, customer: str, document: str) -> Sequence[CustomerItem]:
    return erp.session.scalars(
        select(CustomerItem)
        .where(CustomerItem.entity == erp.entity, CustomerItem.document == document, CustomerItem.customer == customer)
        .execution_options(populate_existing=True)
    ).all()


def _must_be_an_amount(amount: Decimal, currency: str) -> None:
    if amount <= ZERO:
        raise Refused(Refusal.AMOUNT_NOT_POSITIVE, amount)
    if amount != rounded(amount, currency):
        raise Refused(Refusal.PRECISION, f"{amount} is finer than {currency}")


def _must_be_called(document: str) -> None:
    if not document.strip():
        raise Refused(Refusal.COMMAND_MALFORMED, "a document has a number")
