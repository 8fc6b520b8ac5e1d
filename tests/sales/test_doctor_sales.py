"""What the doctor asks of sales: each promise is broken by hand, past triggers and checks, and is named."""

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from core import doctor_sales
from core.doctor import examine
from core.sales.commands import OpenReceivable
from tests.builders import BOLT, GAUGE, HP, D, broken, company, do, stocked
from tests.sales.sold import asking, back, bill, billing, crediting, customer, entered, returning, ship, sold


@pytest.fixture
def house(session: Session) -> Session:
    """Books with something of everything in sales: shipped in parts, billed in part, sent back, credited, on hold."""
    company(session)
    stocked(session, "100", "0.40")
    stocked(session, "10", "12.00", item=GAUGE)
    customer(session)
    order = sold(session, (BOLT, "12", "0.90"), (GAUGE, "4", "20.00"))
    ship(session, order, "12", "3")
    bill(session, order, "10", "2")
    request = do(session, asking(order, "6")).result["request"]
    do(session, returning(order, back("4"), back("1", "damaged"), back("1", "not_ours"), request=request))
    do(session, crediting(order, request=request))
    do(session, OpenReceivable(entity=HP, customer="C-100", document="old", amount=D("5.00")))
    entered(session, (BOLT, "1", "1.00"))
    session.commit()
    assert broken(session) == []
    return session


def tamper(session: Session, *statements: str) -> None:
    """As superuser, past triggers and checks."""
    session.execute(text("set local session_replication_role = replica"))
    for statement in statements:
        session.execute(text(statement))
    session.commit()
    session.expire_all()


UNCHECKED = tuple(
    f"alter table {table} drop constraint {name}"
    for table, name in (
        ("sales_order_line", "ck_sales_order_line_ordered_first"),
        ("sales_order_line", "ck_sales_order_line_shipped_first"),
        ("shipment_line", "ck_shipment_line_shipped_first"),
        ("shipment_line", "ck_shipment_line_billed_first"),
        ("shipment_line", "ck_shipment_line_sent_first"),
    )
)
LINE = "insert into journal_line (entity, entry, line, account, debit, credit) values ('HP', 'JE-3', 9, '{}', 1, 0)"
SOLD = "update sales_order_line set {} where item = 'FB-M8'"
SENT = "update shipment_line set {} where item = 'FB-M8'"

BROKEN: dict[str, tuple[str, ...]] = {
    "shipped was ordered": (*UNCHECKED, SOLD.format("pieces = 11")),
    "shipments left stock": ("delete from stock_move where kind = 'issue'",),
    "billed was shipped": (SENT.format("billed = billed + 1"),),
    "credited was billed": ("update customer_invoice_line set pieces = -11 where pieces < 0",),
    "returned was shipped": (*UNCHECKED, "update customer_return_line set pieces = 13 where disposition = 'restock'"),
    "receivable accounts": (LINE.format("1200"),),
    "bills are owed": ("update customer_invoice set total = total + 1",),
    "shipped account": (LINE.format("1420"),),
    "billed pieces are cost of sales": (SENT.format("cost_of_sales = cost_of_sales + 0.01"),),
    "sales orders are settled": ("update sales_order set state = 'closed' where state = 'confirmed'",),
    "promises are planned": ("update sales_order_line set promised = promised + 1 where plan = 'PL-2'",),
    "substitutes are named": ("insert into substitute values ('HP', 'FB-M8', 'XX', 1, false, 1, '2026-11-20', null)",),
    "substitutes keep the price": ("update sales_order_line set instead_of = 1 where line = 2",),
    "what is held stays": (
        "update sales_order set hold_reason = 'over', held_at = '2026-11-01' where state = 'confirmed'",
    ),
}


@pytest.mark.parametrize("promise", BROKEN)
def test_a_promise_of_sales_that_is_broken_by_hand_is_named(house: Session, promise: str) -> None:
    tamper(house, *BROKEN[promise])
    assert promise in named(house)


def test_every_promise_of_sales_is_broken_here() -> None:
    assert {name for name, _, _ in doctor_sales.QUERIES} == set(BROKEN)


@pytest.mark.parametrize(
    ("statement", "promise"),
    [
        ("delete from customer_item where document = 'old'", "receivable accounts"),
        ("delete from customer_invoice_line", "bills are owed"),
        ("delete from customer_return_line", "returned was shipped"),
        ("delete from customer_return_line", "pieces that wait are on receipts"),
        ("delete from shipment_line", "shipped account"),
        ("update sales_order set state = 'entered' where state = 'confirmed'", "sales orders are settled"),
        ("update customer_invoice_line set amount = amount * 100 where pieces < 0", "credited was billed"),
    ],
)
def test_what_is_missing_or_blown_up_is_named_too(house: Session, statement: str, promise: str) -> None:
    tamper(house, "alter table customer_invoice_line drop constraint ck_customer_invoice_line_one_sign", statement)
    assert promise in named(house)


@pytest.mark.parametrize(
    "statement",
    [
        SOLD.format("shipped = 13"),
        SOLD.format("billed = 13"),
        SENT.format("billed = 13"),
        SENT.format("returned = 13"),
        SENT.format("credited = 11"),
        "update customer_item set open = open + 1000",
    ],
)
def test_the_database_itself_refuses_more_than_what_comes_before(house: Session, statement: str) -> None:
    with pytest.raises(Exception, match="violates check constraint"):
        house.execute(text(statement))


def test_what_is_left_to_bill_can_still_be_billed(house: Session) -> None:
    do(house, billing("SO-1"))
    assert broken(house) == []


def named(session: Session) -> set[str]:
    """The promises that do not hold."""
    return {checked.name for checked in examine(session) if not checked.holds}
