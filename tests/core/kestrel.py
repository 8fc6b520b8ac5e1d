"""The company of the payables tests, told in verbs: Harbor & Pine orders bolts of Kestrel, receives, and is billed.

Everything goes through the door, under a key of its own.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import door
from core.books.accounts import CHART
from core.books.tables import JournalLine
from core.cases import Case, CaseFinding
from core.command import Command
from core.door import Outcome
from core.erp import Actor
from core.masterdata.commands import (
    AddAccount,
    AddConversion,
    AddEntity,
    AddItem,
    AddSite,
    AddSupplier,
    AddSupplierItem,
)
from core.payables.commands import AcceptedLine, BilledLine, PostInvoice, RegisterInvoice
from core.payables.tables import SupplierInvoice, SupplierInvoiceLine
from core.purchasing.commands import ApproveOrder, NewOrderLine, PlaceOrder
from core.purchasing.tables import PurchaseOrderLine
from core.receiving.commands import CountedLine, ReceiveGoods
from tests.builders import D

MARA = Actor(kind="person", id="mara")
NEED_BY = date(2026, 12, 1)
_keys = count(1)


def do(session: Session, command: Command, actor: Actor = MARA) -> Outcome:
    """Carry a command out under a fresh key."""
    return door.execute(session, command, actor=actor, key=f"test-{next(_keys)}")


def company(session: Session, *, tax_rate: str = "0", prepayment: bool = False, over_pct: str = "0") -> None:
    """HP with its chart, Portland, Kestrel with three items, and Bluegate with none."""
    do(session, AddEntity(entity="HP", name="Harbor & Pine Supply", currency="USD"))
    for code, name, kind in CHART:
        do(session, AddAccount(entity="HP", code=code, name=name, kind=kind))
    do(session, AddSite(entity="HP", code="PDX", name="Portland"))
    for number, name in (("KESTREL", "Kestrel Fasteners GmbH"), ("BLUEGATE", "Bluegate Packaging")):
        do(
            session,
            AddSupplier(
                entity="HP",
                number=number,
                name=name,
                currency="USD",
                terms_days=30,
                tax_rate=D(tax_rate),
                prepayment=prepayment,
                bank_account="•••• 2291",
                domains=(f"{number.lower()}.example",),
            ),
        )
    items = (
        ("KF-M8X40", "Hex bolt M8×40", "M8X40-ZN"),
        ("KF-FN10", "Flange nut M10", "FN10"),
        ("KF-W8", "Washer M8", "W8"),
    )
    for sku, name, theirs in items:
        do(session, AddItem(entity="HP", sku=sku, name=name, over_receipt_pct=D(over_pct)))
        do(session, AddConversion(entity="HP", item=sku, unit="box", factor=D(12)))
        do(session, AddSupplierItem(entity="HP", supplier="KESTREL", code=theirs, item=sku))


def order(session: Session, *lines: tuple[str, str, str], unit: str = "", supplier: str = "KESTREL") -> str:
    """An open order of (item, quantity, price) lines."""
    placed = do(
        session,
        PlaceOrder(
            entity="HP",
            supplier=supplier,
            site="PDX",
            placed_by="priya",
            lines=tuple(
                NewOrderLine(item=item, quantity=D(quantity), price=D(price), need_by=NEED_BY, unit=unit)
                for item, quantity, price in lines
            ),
        ),
    )
    number = str(placed.result["order"])
    do(session, ApproveOrder(entity="HP", order=number, approved_by="dana"))
    return number


def receive(session: Session, order: str, *quantities: str, damaged: Sequence[str] = (), final: bool = True) -> str:
    """A delivery: so many of each line in turn; "0" leaves a line out."""
    broken = {place: D(quantity) for place, quantity in enumerate(damaged, 1)}
    counted = tuple(
        CountedLine(order_line=place, quantity=D(quantity), damaged=broken.get(place, D(0)))
        for place, quantity in enumerate(quantities, 1)
        if quantity != "0" or broken.get(place)
    )
    done = do(session, ReceiveGoods(entity="HP", order=order, lines=counted, received_by="lena", final=final))
    return str(done.result["receipt"])


def billed(item: str, quantity: str, price: str, amount: str = "", unit: str = "pcs") -> BilledLine:
    """A goods line; its amount is the product unless given."""
    worth = D(amount) if amount else (D(quantity) * D(price)).quantize(D("0.01"))
    return BilledLine(supplier_item=item, quantity=D(quantity), price=D(price), amount=worth, unit=unit)


def freight(amount: str) -> BilledLine:
    """A freight charge."""
    return BilledLine(kind="charge", description="Freight", quantity=D(1), price=D(amount), amount=D(amount))


def bill(session: Session, their_number: str, *lines: BilledLine, **said: Any) -> str:
    """Register an invoice of Kestrel; its total is the lines' (and the tax) unless said otherwise."""
    facts: dict[str, Any] = {"supplier": "KESTREL", "currency": "USD", "invoice_date": date(2026, 11, 19), **said}
    tax = facts.get("tax_total") or D(0)
    facts.setdefault("total", sum((line.amount or D(0) for line in lines), D(0)) + tax)
    done = do(session, RegisterInvoice(entity="HP", their_number=their_number, lines=lines, **facts))
    return str(done.result["invoice"])


def mock_story(session: Session) -> tuple[str, str, str]:
    """Ordered, received short, billed in full with one price raised and freight on top: order, receipt, invoice."""
    company(session)
    placed = order(session, ("KF-M8X40", "1200", "0.42"), ("KF-FN10", "2500", "0.38"), ("KF-W8", "5000", "0.06"))
    arrived = receive(session, placed, "1080", "2500", "5000")
    invoice = bill(
        session,
        "KF-88213",
        billed("KF-M8X40", "1200", "0.42"),
        billed("KF-FN10", "2500", "0.41"),
        billed("KF-W8", "5000", "0.06"),
        freight("48.00"),
        order=placed,
    )
    return placed, arrived, invoice


def balance(session: Session, account: str) -> Decimal:
    """An account's balance, debit positive."""
    total = func.coalesce(func.sum(JournalLine.debit - JournalLine.credit), 0)
    return Decimal(session.execute(select(total).where(JournalLine.account == account)).scalar_one())


def journal(session: Session, entry: str) -> list[tuple[str, Decimal]]:
    """An entry's lines: account and signed amount, debit positive."""
    lines = session.scalars(select(JournalLine).where(JournalLine.entry == entry).order_by(JournalLine.line))
    return [(line.account, line.debit - line.credit) for line in lines]


def open_cases(session: Session) -> dict[str, Case]:
    """The open cases by their cause."""
    session.expire_all()
    return {case.cause: case for case in session.scalars(select(Case).where(Case.closed_at.is_(None)))}


def standing(session: Session, cause: str) -> dict[str, list[CaseFinding]]:
    """The findings that stand on the open case of a cause, by code."""
    case = open_cases(session).get(cause)
    found: dict[str, list[CaseFinding]] = {}
    if case is not None:
        rows = session.scalars(
            select(CaseFinding)
            .where(CaseFinding.case == case.number, CaseFinding.cleared_at.is_(None))
            .order_by(CaseFinding.seq)
        )
        for row in rows:
            found.setdefault(row.code, []).append(row)
    return found


def accept(line: int, quantity: str, price: str) -> AcceptedLine:
    """So many of a billed line, at so much."""
    return AcceptedLine(line=line, quantity=D(quantity), price=D(price))


SHORT = (accept(1, "1080", "0.42"), accept(2, "2500", "0.38"), accept(3, "5000", "0.06"), accept(4, "1", "48.00"))


def post(session: Session, invoice: str, *lines: AcceptedLine, **more: Any) -> dict[str, Any]:
    """Post an invoice with these accepted lines; gives the result."""
    return do(session, PostInvoice(entity="HP", invoice=invoice, lines=lines, **more)).result


def invoice_row(session: Session, number: str) -> SupplierInvoice:
    """The invoice as it is now."""
    session.expire_all()
    row = session.get(SupplierInvoice, ("HP", number))
    assert row is not None
    return row


def line_rows(session: Session, number: str) -> list[SupplierInvoiceLine]:
    """The invoice's lines as they are now."""
    session.expire_all()
    lines = select(SupplierInvoiceLine).where(SupplierInvoiceLine.invoice == number).order_by(SupplierInvoiceLine.line)
    return list(session.scalars(lines))


def order_line(session: Session, order: str, line: int = 1) -> PurchaseOrderLine:
    """An order line as it is now."""
    session.expire_all()
    row = session.get(PurchaseOrderLine, ("HP", order, line))
    assert row is not None
    return row


def plain_case(session: Session, quantity: str = "100", price: str = "1.00") -> tuple[str, str, str]:
    """An order received in full and billed as ordered: order, receipt, invoice."""
    company(session)
    placed = order(session, ("KF-M8X40", quantity, price))
    arrived = receive(session, placed, quantity)
    return placed, arrived, bill(session, "A-1", billed("KF-M8X40", quantity, price), order=placed)


SHORT = (accept(1, "1080", "0.42"), accept(2, "2500", "0.38"), accept(3, "5000", "0.06"), accept(4, "1", "48.00"))
"""What the mock's proposal accepts: what came, at the order's price, and the freight."""
