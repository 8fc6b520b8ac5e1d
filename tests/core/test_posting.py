"""Posting an invoice: to the cent, never above the bill, the order or what came."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import door
from core.doctor import examine
from core.payables.commands import AcceptedLine, BilledLine, PostInvoice, PostWithoutOrder
from core.payables.match import match
from core.payables.subledger import owed
from core.payables.tables import BilledReceipt, PayableItem
from core.receiving.tables import GoodsReceiptLine
from core.refusals import Refusal, Refused
from tests.core.kestrel import (
    MARA,
    SHORT,
    D,
    accept,
    balance,
    bill,
    billed,
    company,
    do,
    freight,
    invoice_row,
    journal,
    line_rows,
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


def test_the_mocks_invoice_posts_short_with_the_mocks_journal(session: Session) -> None:
    placed, _, invoice = mock_story(session)

    result = post(session, invoice, *SHORT)

    assert journal(session, result["entry"]) == [
        ("2150", D("1703.60")),
        ("5310", D("48.00")),
        ("2100", D("-1751.60")),
    ]
    assert balance(session, "2150") == 0
    assert owed(session, "HP", "KESTREL") == D("1751.60")
    assert result["due"] == "2026-12-19"
    posted = invoice_row(session, invoice)
    assert (posted.state, posted.posted_total, posted.entry) == ("posted", D("1751.60"), result["entry"])
    assert [row.posted_quantity for row in line_rows(session, invoice)] == [D(1080), D(2500), D(5000), D(0)]
    assert order_line(session, placed, 1).billed == D(1080)
    receipts = session.scalars(select(GoodsReceiptLine).order_by(GoodsReceiptLine.line))
    assert [row.billed for row in receipts] == [D(1080), D(2500), D(5000)]


def test_an_accepted_price_rise_is_a_price_variance(session: Session) -> None:
    _, _, invoice = mock_story(session)

    result = post(session, invoice, SHORT[0], accept(2, "2500", "0.41"), SHORT[2], SHORT[3])

    assert journal(session, result["entry"]) == [
        ("2150", D("1703.60")),
        ("5310", D("48.00")),
        ("5320", D("75.00")),
        ("2100", D("-1826.60")),
    ]


def test_a_price_below_the_order_is_a_variance_in_our_favour(session: Session) -> None:
    company(session)
    placed = order(session, ("KF-M8X40", "100", "1.00"))
    receive(session, placed, "100")
    invoice = bill(session, "A-1", billed("KF-M8X40", "100", "0.90"), order=placed)

    result = post(session, invoice, accept(1, "100", "0.90"))

    assert journal(session, result["entry"]) == [("2150", D(100)), ("5320", D(-10)), ("2100", D(-90))]


def test_tax_goes_to_input_tax_and_a_discount_lowers_what_we_owe(session: Session) -> None:
    company(session, tax_rate="10")
    placed = order(session, ("KF-M8X40", "100", "1.00"))
    receive(session, placed, "100")
    discount = BilledLine(kind="charge", description="Discount", quantity=D(1), price=D("-5.00"), amount=D("-5.00"))
    lines = (billed("KF-M8X40", "100", "1.00"), discount)
    invoice = bill(session, "A-1", *lines, order=placed, tax_total=D("9.50"), total=D("104.50"))

    result = post(session, invoice, accept(1, "100", "1.00"), accept(2, "1", "-5.00"), tax=D("9.50"))

    assert journal(session, result["entry"]) == [
        ("2150", D(100)),
        ("5320", D(-5)),
        ("1300", D("9.50")),
        ("2100", D("-104.50")),
    ]


def test_receipts_are_billed_oldest_first_at_what_they_cost(session: Session) -> None:
    from core.purchasing.commands import AmendPrice

    company(session)
    placed = order(session, ("KF-M8X40", "100", "1.00"))
    first = receive(session, placed, "60", final=False)
    do(session, AmendPrice(entity="HP", order=placed, line=1, price=D("1.10")))
    second = receive(session, placed, "40")
    invoice = bill(session, "A-1", billed("KF-M8X40", "80", "1.10"), order=placed)

    result = post(session, invoice, accept(1, "80", "1.10"))

    parts = {part.receipt: (part.quantity, part.cost) for part in session.scalars(select(BilledReceipt))}
    assert parts == {first: (D(60), D(60)), second: (D(20), D(22))}
    assert journal(session, result["entry"]) == [("2150", D(82)), ("5320", D(6)), ("2100", D(-88))]
    assert balance(session, "2150") == D("-22")


def test_billing_thirds_of_a_receipt_leaves_no_cent_behind(session: Session) -> None:
    company(session)
    placed = order(session, ("KF-M8X40", "3", "0.3333"))
    receive(session, placed, "3")
    for number in ("A-1", "B-22", "C-333"):
        post(session, bill(session, number, billed("KF-M8X40", "1", "0.3333"), order=placed), accept(1, "1", "0.3333"))

    assert balance(session, "2150") == 0
    assert owed(session, "HP") == D("0.99")
    assert balance(session, "5320") == D("-0.01")


@pytest.mark.parametrize(
    ("lines", "more", "refusal"),
    [
        ((accept(1, "101", "1.00"),), {}, Refusal.MORE_THAN_BILLED),
        ((accept(1, "100", "1.01"),), {}, Refusal.MORE_THAN_BILLED),
        ((accept(1, "50", "1.00"), accept(1, "50", "1.00")), {}, Refusal.MORE_THAN_BILLED),
        ((accept(2, "1", "1.00"),), {}, Refusal.MORE_THAN_BILLED),
        ((accept(1, "100", "1.00"),), {"tax": D("0.01")}, Refusal.MORE_THAN_BILLED),
        ((accept(1, "100", "1.00"),), {"tax": D("-1")}, Refusal.MORE_THAN_BILLED),
        ((accept(1, "100", "1.00"),), {"rounding": D("0.03")}, Refusal.MORE_THAN_BILLED),
        ((accept(1, "0", "1.00"),), {}, Refusal.QUANTITY_NOT_POSITIVE),
        ((accept(1, "-5", "1.00"),), {}, Refusal.QUANTITY_NOT_POSITIVE),
        ((accept(1, "100", "0"),), {}, Refusal.AMOUNT_NOT_POSITIVE),
        ((), {}, Refusal.NOTHING_TO_DO),
    ],
)
def test_posting_refuses_what_is_above_the_bill_and_leaves_nothing(
    session: Session, lines: tuple[AcceptedLine, ...], more: dict[str, Any], refusal: Refusal
) -> None:
    placed, _, invoice = plain_case(session)

    with pytest.raises(Refused) as refused:
        post(session, invoice, *lines, **more)

    assert refused.value.code is refusal
    assert invoice_row(session, invoice).state == "registered"
    assert (balance(session, "2100"), order_line(session, placed).billed) == (0, 0)


def test_posting_refuses_more_than_came(session: Session) -> None:
    _, _, invoice = mock_story(session)
    with pytest.raises(Refused) as refused:
        post(session, invoice, accept(1, "1200", "0.42"))
    assert refused.value.code is Refusal.MORE_THAN_RECEIVED


def test_posting_refuses_more_than_the_total_says(session: Session) -> None:
    company(session)
    placed = order(session, ("KF-M8X40", "100", "1.00"))
    receive(session, placed, "100")
    invoice = bill(session, "A-1", billed("KF-M8X40", "100", "1.00"), order=placed, total=D("90.00"))

    with pytest.raises(Refused) as refused:
        post(session, invoice, accept(1, "100", "1.00"))

    assert refused.value.code is Refusal.MORE_THAN_BILLED


def test_a_rounding_of_the_bill_is_taken_to_the_rounding_account(session: Session) -> None:
    company(session)
    placed = order(session, ("KF-M8X40", "100", "1.00"))
    receive(session, placed, "100")
    invoice = bill(session, "A-1", billed("KF-M8X40", "100", "1.00"), order=placed, total=D("99.97"))
    assert match(session, "HP", invoice).rounding == D("-0.03")

    result = post(session, invoice, accept(1, "100", "1.00"), rounding=D("-0.03"))

    assert journal(session, result["entry"]) == [("2150", D(100)), ("5990", D("-0.03")), ("2100", D("-99.97"))]


def test_an_invoice_in_another_currency_than_the_books_is_not_posted(session: Session) -> None:
    company(session)
    placed = order(session, ("KF-M8X40", "100", "1.00"))
    receive(session, placed, "100")
    invoice = bill(session, "A-1", billed("KF-M8X40", "100", "1.00"), order=placed, currency="EUR")
    with pytest.raises(Refused) as refused:
        post(session, invoice, accept(1, "100", "1.00"))
    assert refused.value.code is Refusal.CURRENCY_DIFFERS


def test_a_line_that_is_on_no_order_cannot_be_posted_against_it(session: Session) -> None:
    company(session)
    placed = order(session, ("KF-M8X40", "100", "1.00"))
    receive(session, placed, "100")
    invoice = bill(session, "A-1", billed("KF-W8", "100", "1.00"), order=placed)
    with pytest.raises(Refused) as refused:
        post(session, invoice, accept(1, "100", "1.00"))
    assert refused.value.code is Refusal.ORDER_LINE_UNKNOWN


def test_a_posted_invoice_is_not_posted_again(session: Session) -> None:
    _, _, invoice = plain_case(session)
    post(session, invoice, accept(1, "100", "1.00"))
    with pytest.raises(Refused) as refused:
        post(session, invoice, accept(1, "100", "1.00"))
    assert refused.value.code is Refusal.INVOICE_NOT_OPEN


def test_the_due_date_comes_from_our_terms_and_never_from_the_document(session: Session) -> None:
    company(session)
    placed = order(session, ("KF-M8X40", "100", "1.00"))
    receive(session, placed, "100")
    dates = {"due_date": date(2026, 11, 21), "invoice_date": date(2026, 1, 2)}
    invoice = bill(session, "A-1", billed("KF-M8X40", "100", "1.00"), order=placed, **dates)

    post(session, invoice, accept(1, "100", "1.00"), due_date=date(2026, 11, 21))

    item = session.scalars(select(PayableItem)).one()
    assert item.due == date(2026, 12, 10)  # thirty days from ten days before it reached us, not from January


@pytest.mark.parametrize("quantity", ["100", "37"])
def test_simulating_a_posting_gives_the_effects_of_doing_it_and_leaves_nothing(session: Session, quantity: str) -> None:
    placed, _, invoice = plain_case(session)
    command = PostInvoice(entity="HP", invoice=invoice, lines=(accept(1, quantity, "1.00"),))

    trial = door.simulate(session, [command], actor=MARA)
    assert (balance(session, "2100"), order_line(session, placed).billed) == (0, 0)
    done = do(session, command)

    assert trial.effects == done.effects
    assert ("payable", "Kestrel Fasteners GmbH", D(quantity)) in [(e.kind, e.what, e.change) for e in done.effects]


def test_an_invoice_without_an_order_is_booked_to_the_given_expense(session: Session) -> None:
    company(session, tax_rate="10")
    line = BilledLine(description="Express run", amount=D("100.00"))
    invoice = bill(session, "TV-0093", line, tax_total=D("10.00"), total=D("110.00"))

    result = do(session, PostWithoutOrder(entity="HP", invoice=invoice, account="5310", amount=D("110.00"))).result

    assert journal(session, result["entry"]) == [("5310", D(100)), ("1300", D(10)), ("2100", D(-110))]
    assert owed(session, "HP", "KESTREL") == D(110)


@pytest.mark.parametrize(
    ("account", "amount", "refusal"),
    [
        ("5310", "100.01", Refusal.MORE_THAN_BILLED),
        ("5310", "0", Refusal.AMOUNT_NOT_POSITIVE),
        ("1000", "100.00", Refusal.ACCOUNT_UNKNOWN),
        ("9999", "100.00", Refusal.ACCOUNT_UNKNOWN),
    ],
)
def test_booking_without_an_order_refuses(session: Session, account: str, amount: str, refusal: Refusal) -> None:
    company(session)
    invoice = bill(session, "TV-0093", BilledLine(description="Express run", amount=D("100.00")))
    with pytest.raises(Refused) as refused:
        do(session, PostWithoutOrder(entity="HP", invoice=invoice, account=account, amount=D(amount)))
    assert refused.value.code is refusal


def test_an_invoice_with_an_order_is_not_booked_around_it(session: Session) -> None:
    _, _, invoice = plain_case(session)
    with pytest.raises(Refused) as refused:
        do(session, PostWithoutOrder(entity="HP", invoice=invoice, account="5310", amount=D(1)))
    assert refused.value.code is Refusal.NOTHING_TO_DO


def test_freight_alone_can_be_left_out(session: Session) -> None:
    company(session)
    placed = order(session, ("KF-M8X40", "100", "1.00"))
    receive(session, placed, "100")
    invoice = bill(session, "A-1", billed("KF-M8X40", "100", "1.00"), freight("20.00"), order=placed)

    result = post(session, invoice, accept(1, "100", "1.00"))

    assert journal(session, result["entry"]) == [("2150", D(100)), ("2100", D(-100))]
