"""Builders for tests of sales: a customer, an order of a few lines, and what is done with it, through the door."""

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from core.books.queries import balance
from core.sales.billing_tables import CustomerInvoice, CustomerItem, ReturnRequest
from core.sales.commands import (
    AddCustomer,
    BilledGoods,
    ConfirmSalesOrder,
    EnterSalesOrder,
    InvoiceCustomer,
    NewSalesLine,
    ShipGoods,
    ShippedLine,
)
from core.sales.queries import order_lines
from core.sales.return_commands import (
    AskedBack,
    CameBack,
    CreditCustomer,
    CreditedGoods,
    ReceiveCustomerReturn,
    RegisterReturnRequest,
)
from core.sales.tables import SalesOrder, SalesOrderLine
from tests.builders import BOLT, HP, PDX, D, do

ALDER = "C-100"
PROMISED = date(2026, 11, 27)
STOCK, ON_THE_WAY, RECEIVABLE, SALES, COST = "1400", "1420", "1200", "4000", "5000"


def customer(session: Session, number: str = ALDER, **more: Any) -> str:
    """A customer without a credit limit unless one is given."""
    do(session, AddCustomer(entity=HP, number=number, name=f"Alder Marine {number}", **more))
    return number


def entered(session: Session, *lines: tuple[str, str, str], unit: str = "", customer: str = ALDER) -> str:
    """An order of (item, quantity, price) lines from Portland, entered."""
    rows = tuple(new_line(item, quantity, price, unit=unit) for item, quantity, price in lines)
    return str(do(session, EnterSalesOrder(entity=HP, customer=customer, lines=rows)).result["order"])


def new_line(item: str, quantity: str, price: str, *, unit: str = "", site: str = PDX) -> NewSalesLine:
    """A line that is promised for next Friday."""
    return NewSalesLine(item=item, quantity=D(quantity), price=D(price), site=site, promised=PROMISED, unit=unit)


def confirm(session: Session, order: str) -> dict[str, Any]:
    """What came of confirming an order."""
    return do(session, ConfirmSalesOrder(entity=HP, order=order)).result


def sold(session: Session, *lines: tuple[str, str, str], unit: str = "", customer: str = ALDER) -> str:
    """An order, confirmed."""
    order = entered(session, *lines, unit=unit, customer=customer)
    assert confirm(session, order)["state"] == "confirmed"
    return order


def shipping(order: str, *quantities: str, **more: Any) -> ShipGoods:
    """The command that ships so many of each line in turn; "" for a line of which nothing goes."""
    lines = tuple(ShippedLine(line=place, quantity=D(q)) for place, q in enumerate(quantities, 1) if q)
    return ShipGoods(entity=HP, order=order, lines=lines, **more)


def ship(session: Session, order: str, *quantities: str, **more: Any) -> str:
    """A shipment of so many of each line in turn."""
    return str(do(session, shipping(order, *quantities, **more)).result["shipment"])


def billing(order: str, *quantities: str, **more: Any) -> InvoiceCustomer:
    """The command that bills so many of each line in turn; everything that is due when no quantity is given."""
    lines = tuple(BilledGoods(line=place, quantity=D(q)) for place, q in enumerate(quantities, 1) if q)
    return InvoiceCustomer(entity=HP, order=order, lines=lines, **more)


def bill(session: Session, order: str, *quantities: str, **more: Any) -> dict[str, Any]:
    """A bill of so many of each line in turn."""
    return do(session, billing(order, *quantities, **more)).result


def shipped_and_billed(session: Session, quantity: str, price: str, *, item: str = BOLT) -> str:
    """An order of one line that went out and was billed whole."""
    order = sold(session, (item, quantity, price))
    ship(session, order, quantity)
    bill(session, order)
    return order


def asking(order: str, *quantities: str, knowing: tuple[str, ...] = ()) -> RegisterReturnRequest:
    """The command that asks for so many of each line back."""
    lines = tuple(AskedBack(line=place, quantity=D(q)) for place, q in enumerate(quantities, 1) if q)
    return RegisterReturnRequest(entity=HP, order=order, lines=lines, reason="too many", knowing=knowing)


def back(quantity: str, disposition: str = "restock", *, line: int | None = 1, **more: Any) -> CameBack:
    """Pieces of one kind and condition."""
    return CameBack(quantity=D(quantity), disposition=disposition, line=line, **more)


def returning(order: str, *came: CameBack, **more: Any) -> ReceiveCustomerReturn:
    """The command that takes pieces back."""
    return ReceiveCustomerReturn(entity=HP, order=order, lines=came, **more)


def crediting(order: str, quantity: str = "", **more: Any) -> CreditCustomer:
    """The command that credits so many of the first line; what came back when no quantity is given."""
    about = {key: more.pop(key) for key in ("price", "goods_kept") if key in more}
    lines = (CreditedGoods(line=1, quantity=D(quantity), **about),) if quantity else ()
    return CreditCustomer(entity=HP, order=order, reason="came back", lines=lines, **more)


def line_of(session: Session, order: str, line: int = 1) -> SalesOrderLine:
    """An order line as the database has it now."""
    return order_lines(session, HP, order)[line - 1]


def state_of(session: Session, order: str) -> str:
    """The state of an order."""
    return session.get_one(SalesOrder, (HP, order), populate_existing=True).state


def request_state(session: Session, request: str) -> str:
    """The state of a return request."""
    return session.get_one(ReturnRequest, (HP, request), populate_existing=True).state


def on(session: Session, *accounts: str) -> tuple[Any, ...]:
    """What stands on accounts, debit positive."""
    return tuple(balance(session, HP, account) for account in accounts)


def bills(session: Session) -> list[CustomerInvoice]:
    """Every bill and credit note, in the order in which they were made."""
    return sorted(session.query(CustomerInvoice).all(), key=lambda one: (one.made_at, one.number))


def items(session: Session) -> list[tuple[str, Any, Any]]:
    """The receivables: document, amount, what is open."""
    session.expire_all()
    rows = session.query(CustomerItem).order_by(CustomerItem.number).all()
    return [(row.document, row.amount, row.open) for row in rows]
