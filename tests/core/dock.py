"""What tests of the dock look at and do: what stands where, and a bill that is posted."""

from decimal import Decimal

from sqlalchemy.orm import Session

from core.payables.commands import AcceptedLine, BilledLine, PostInvoice, RegisterInvoice
from core.stock.queries import on_hand
from tests.builders import BOLT, HP, PDX, SUPPLIER, D, do


def stands(session: Session, item: str = BOLT) -> dict[str, Decimal]:
    return {status.value: quantity for status, quantity in on_hand(session, HP, item, PDX).items()}


def bill(session: Session, placed: str, quantity: str, price: str) -> None:
    """Bill and post so many bolts."""
    line = BilledLine(item=BOLT, order_line=1, quantity=D(quantity), price=D(price), amount=D(quantity) * D(price))
    command = RegisterInvoice(
        entity=HP, supplier=SUPPLIER, their_number=f"A-{quantity}", currency="USD", order=placed, lines=(line,)
    )
    invoice = do(session, command).result["invoice"]
    accepted = AcceptedLine(line=1, quantity=D(quantity), price=D(price))
    do(session, PostInvoice(entity=HP, invoice=invoice, lines=(accepted,)))
