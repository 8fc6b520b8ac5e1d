"""Builders for what is bought in another currency: a supplier in euro, its orders and bills, and what a euro is worth."""

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from core.books.rates import SetExchangeRate
from core.masterdata.commands import AddSupplier
from core.payables.commands import AcceptedLine, BilledLine, PostInvoice, RegisterInvoice
from core.purchasing.commands import ApproveOrder, NewOrderLine, PlaceOrder
from tests.builders import BOLT, DANA, HP, NEED_BY, PDX, D, company, do

EURO_SUPPLIER = "S-2002"
TODAY = date(2026, 11, 20)


def company_abroad(session: Session) -> None:
    """The company, a supplier in euro, and a euro worth 1.10 of the books' dollars since Monday."""
    company(session)
    do(session, AddSupplier(entity=HP, number=EURO_SUPPLIER, name="Tenaro Utensili Srl", currency="EUR"))
    rate(session, "1.10", date(2026, 11, 16))


def rate(session: Session, value: str, day: date = TODAY, *, source: str = "ECB") -> None:
    """What a euro is worth from a day on."""
    do(session, SetExchangeRate(entity=HP, currency="EUR", rate=D(value), source=source, day=day))


def euro_order(session: Session, *lines: tuple[str, str], supplier: str = EURO_SUPPLIER, **more: Any) -> str:
    """An order of bolts in euro, (quantity, price) a line, approved."""
    ordered = tuple(NewOrderLine(item=BOLT, quantity=D(q), price=D(p), need_by=NEED_BY) for q, p in lines)
    placed = PlaceOrder(entity=HP, supplier=supplier, site=PDX, placed_by="priya", lines=ordered, **more)
    number = str(do(session, placed).result["order"])
    do(session, ApproveOrder(entity=HP, order=number, approved_by="dana"), actor=DANA)
    return number


def bill(session: Session, number: str, *lines: tuple[str, str], currency: str = "EUR", **more: Any) -> str:
    """An invoice for an order, (quantity, price) a line, registered."""
    billed = tuple(
        BilledLine(item=BOLT, order_line=place, quantity=D(q), price=D(p), amount=D(q) * D(p))
        for place, (q, p) in enumerate(lines, 1)
    )
    total = sum((line.amount for line in billed if line.amount is not None), D(0))
    said = {"their_number": "FT-77", "total": total, **more}
    invoice = RegisterInvoice(
        entity=HP, supplier=EURO_SUPPLIER, currency=currency, net_total=total, order=number, lines=billed, **said
    )
    return str(do(session, invoice).result["invoice"])


def pay(session: Session, invoice: str, *lines: tuple[str, str], **more: Any) -> dict[str, Any]:
    """Post an invoice as billed."""
    accepted = tuple(AcceptedLine(line=place, quantity=D(q), price=D(p)) for place, (q, p) in enumerate(lines, 1))
    return do(session, PostInvoice(entity=HP, invoice=invoice, lines=accepted, **more)).result
