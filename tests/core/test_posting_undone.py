"""What was posted is reversed, prepaid, corrected and raced for, and the books hold."""

import threading
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from core.books.commands import ReverseEntry
from core.doctor import examine
from core.payables.match import match
from core.payables.subledger import owed
from core.payables.tables import BilledReceipt
from core.purchasing.tables import PurchaseOrder
from core.receiving.commands import AddToReceipt
from core.receiving.tables import GoodsReceipt, GoodsReceiptLine
from core.refusals import Refusal, Refused
from tests.core.kestrel import (
    SHORT,
    D,
    accept,
    balance,
    bill,
    billed,
    company,
    do,
    invoice_row,
    journal,
    mock_story,
    order,
    order_line,
    plain_case,
    post,
    receive,
)


@pytest.fixture(autouse=True)
def the_books_hold(session: Session) -> Iterator[None]:
    """After every test here the doctor finds nothing."""
    yield
    assert [checked.says for checked in examine(session) if not checked.holds] == []


def test_reversing_the_entry_opens_the_invoice_and_gives_the_receipt_back(session: Session) -> None:
    placed, _, invoice = mock_story(session)
    entry = post(session, invoice, *SHORT)["entry"]
    received = balance(session, "2150")

    do(session, ReverseEntry(entity="HP", entry=entry, reason="wrong month"))

    row = invoice_row(session, invoice)
    assert (row.state, row.posted_total, row.entry) == ("registered", None, None)
    assert order_line(session, placed, 1).billed == 0
    assert [r.billed for r in session.scalars(select(GoodsReceiptLine))] == [0, 0, 0]
    assert list(session.scalars(select(BilledReceipt))) == []
    assert (balance(session, "2150"), received) == (D("-1703.60"), 0)
    assert (balance(session, "2100"), owed(session, "HP")) == (0, 0)
    assert post(session, invoice, *SHORT)["posted"] == "1751.6"
    assert owed(session, "HP") == D("1751.60")


def test_posting_moves_the_versions_of_everything_it_rests_on(session: Session) -> None:
    placed, arrived, invoice = plain_case(session)
    before = dict(match(session, "HP", invoice).rests_on)

    post(session, invoice, accept(1, "100", "1.00"))
    session.expire_all()

    after = dict(match(session, "HP", invoice).rests_on)
    moved = {row for row in before if before[row] != after[row]}
    assert moved == {f"supplier_invoice {invoice}", f"purchase_order {placed}", f"goods_receipt {arrived}"}


def test_prepaid_goods_wait_in_transit_and_are_billed_when_they_come(session: Session) -> None:
    company(session, prepayment=True)
    placed = order(session, ("KF-M8X40", "100", "0.3333"))
    invoice = bill(session, "A-1", billed("KF-M8X40", "100", "0.3333"), order=placed)
    result = post(session, invoice, accept(1, "100", "0.3333"))
    assert journal(session, result["entry"]) == [("1410", D("33.33")), ("2100", D("-33.33"))]

    first = receive(session, placed, "40", final=False)
    assert (balance(session, "1410"), balance(session, "2150")) == (D("20.00"), 0)
    do(session, AddToReceipt(entity="HP", receipt=first, line=1, quantity=D(10), received_by="lena"))
    receive(session, placed, "50")

    assert (balance(session, "1410"), balance(session, "2150"), balance(session, "1400")) == (0, 0, D("33.34"))
    assert balance(session, "5320") == D("-0.01")  # two receipts round apart from one bill
    assert all(row.billed == row.quantity for row in session.scalars(select(GoodsReceiptLine)))
    with pytest.raises(Refused) as refused:
        do(session, ReverseEntry(entity="HP", entry=result["entry"], reason="no"))
    assert refused.value.code is Refusal.MORE_THAN_RECEIVED


def test_a_prepaid_posting_is_reversed_while_nothing_has_come(session: Session) -> None:
    company(session, prepayment=True)
    placed = order(session, ("KF-M8X40", "100", "1.00"))
    invoice = bill(session, "A-1", billed("KF-M8X40", "100", "1.00"), order=placed)
    entry = post(session, invoice, accept(1, "100", "1.00"))["entry"]

    do(session, ReverseEntry(entity="HP", entry=entry, reason="not agreed"))

    receive(session, placed, "100")
    assert (balance(session, "1410"), balance(session, "2150")) == (0, D(-100))


def test_a_correction_is_not_posted_while_what_it_corrects_is(session: Session) -> None:
    placed, _, first = plain_case(session)
    entry = post(session, first, accept(1, "100", "1.00"))["entry"]
    second = bill(
        session, "A-2", billed("KF-M8X40", "90", "1.00"), order=placed, kind="correction", corrects="a 1", total=D(90)
    )
    assert invoice_row(session, second).corrects == first
    assert match(session, "HP", second).lines[0].payable == D(90)

    with pytest.raises(Refused) as refused:
        post(session, second, accept(1, "90", "1.00"))
    assert refused.value.code is Refusal.INVOICE_NOT_OPEN

    do(session, ReverseEntry(entity="HP", entry=entry, reason="corrected"))
    post(session, second, accept(1, "90", "1.00"))
    assert invoice_row(session, first).state == "rejected"
    assert owed(session, "HP") == D(90)


def test_the_receipts_row_is_the_one_that_was_billed(session: Session) -> None:
    placed, arrived, invoice = plain_case(session)
    version = session.get_one(GoodsReceipt, ("HP", arrived)).version
    post(session, invoice, accept(1, "40", "1.00"))
    session.expire_all()
    assert session.get_one(GoodsReceipt, ("HP", arrived)).version == version + 1
    assert session.get_one(PurchaseOrder, ("HP", placed)).state == "closed"


def test_two_people_post_two_bills_over_the_same_pieces_at_once_and_one_wins(
    session: Session, new_session: Callable[[], Session]
) -> None:
    company(session)
    placed = order(session, ("KF-M8X40", "100", "1.00"))
    receive(session, placed, "100")
    invoices = [
        bill(session, number, billed("KF-M8X40", "100", price), order=placed)
        for number, price in (("A-1", "1.00"), ("B-22", "0.99"))
    ]
    session.commit()
    both, outcomes = threading.Barrier(2), []

    def try_to_post(invoice: str, price: str) -> None:
        with new_session() as mine:
            mine.execute(text("select 1"))
            both.wait(10)
            try:
                post(mine, invoice, accept(1, "100", price))
                mine.commit()
                outcomes.append("posted")
            except Refused as refused:
                outcomes.append(refused.code.value)

    threads = [
        threading.Thread(target=try_to_post, args=(invoice, price))
        for invoice, price in zip(invoices, ("1.00", "0.99"), strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert sorted(outcomes) == ["more_than_received", "posted"]
    assert order_line(session, placed).billed == D(100)
    assert balance(session, "2150") == 0
