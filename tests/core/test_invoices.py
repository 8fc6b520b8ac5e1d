"""Supplier invoices: kept as billed, posted to the cent, held, rejected, and open again when their entry is reversed."""

import threading
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from core import door
from core.books.commands import ReverseEntry
from core.command import Command
from core.payables.commands import (
    AcceptedLine,
    BilledLine,
    HoldInvoice,
    LinkInvoice,
    NotADuplicate,
    PostInvoice,
    PostWithoutOrder,
    RegisterInvoice,
    RejectInvoice,
    ReleaseInvoice,
)
from core.payables.match import match
from core.payables.subledger import owed
from core.payables.tables import BilledReceipt, PayableItem, SupplierInvoice, SupplierInvoiceLine
from core.purchasing.tables import PurchaseOrder, PurchaseOrderLine
from core.receiving.commands import AddToReceipt
from core.receiving.tables import GoodsReceipt, GoodsReceiptLine
from core.refusals import Refusal, Refused
from tests.core.kestrel import (
    MARA,
    D,
    balance,
    bill,
    billed,
    company,
    do,
    freight,
    journal,
    mock_story,
    order,
    receive,
)


def accept(line: int, quantity: str, price: str) -> AcceptedLine:
    return AcceptedLine(line=line, quantity=D(quantity), price=D(price))


SHORT = (accept(1, "1080", "0.42"), accept(2, "2500", "0.38"), accept(3, "5000", "0.06"), accept(4, "1", "48.00"))


def post(session: Session, invoice: str, *lines: AcceptedLine, **more: Any) -> dict[str, Any]:
    return do(session, PostInvoice(entity="HP", invoice=invoice, lines=lines, **more)).result


def invoice_row(session: Session, number: str) -> SupplierInvoice:
    session.expire_all()
    row = session.get(SupplierInvoice, ("HP", number))
    assert row is not None
    return row


def line_rows(session: Session, number: str) -> list[SupplierInvoiceLine]:
    session.expire_all()
    lines = select(SupplierInvoiceLine).where(SupplierInvoiceLine.invoice == number).order_by(SupplierInvoiceLine.line)
    return list(session.scalars(lines))


def order_line(session: Session, order: str, line: int = 1) -> PurchaseOrderLine:
    session.expire_all()
    row = session.get(PurchaseOrderLine, ("HP", order, line))
    assert row is not None
    return row


def plain_case(session: Session, quantity: str = "100", price: str = "1.00") -> tuple[str, str, str]:
    company(session)
    placed = order(session, ("KF-M8X40", quantity, price))
    arrived = receive(session, placed, quantity)
    return placed, arrived, bill(session, "A-1", billed("KF-M8X40", quantity, price), order=placed)


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


def test_an_invoice_is_kept_as_billed_and_books_nothing(session: Session) -> None:
    placed, _, invoice = mock_story(session)

    row = invoice_row(session, invoice)

    assert (row.state, row.order, row.their_number_plain, row.posted_total) == ("registered", placed, "KF88213", None)
    assert [line.order_line for line in line_rows(session, invoice)] == [1, 2, 3, None]
    assert balance(session, "2100") == 0


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


def test_linking_an_invoice_to_an_order_matches_its_lines(session: Session) -> None:
    company(session)
    placed = order(session, ("KF-M8X40", "100", "1.00"), ("KF-W8", "10", "2.00"))
    receive(session, placed, "100", "10")
    lines = (billed("W8", "10", "2.00"), BilledLine(description="hex  BOLT m8×40", quantity=D(100), price=D(1)))
    invoice = bill(session, "A-1", *lines, total=D(120))
    assert invoice_row(session, invoice).order is None

    do(session, LinkInvoice(entity="HP", invoice=invoice, order=placed))

    assert [line.order_line for line in line_rows(session, invoice)] == [2, 1]
    assert match(session, "HP", invoice).should_pay == D(120)


def test_an_invoice_is_not_linked_to_another_suppliers_order(session: Session) -> None:
    company(session)
    placed = order(session, ("KF-M8X40", "100", "1.00"), supplier="BLUEGATE")
    invoice = bill(session, "A-1", billed("KF-M8X40", "100", "1.00"), their_order=placed)
    assert (invoice_row(session, invoice).order, invoice_row(session, invoice).their_order) == (None, placed)

    with pytest.raises(Refused) as refused:
        do(session, LinkInvoice(entity="HP", invoice=invoice, order=placed))

    assert refused.value.code is Refusal.SUPPLIER_UNKNOWN


def test_the_item_number_outweighs_the_suppliers_line_number(session: Session) -> None:
    company(session)
    placed = order(session, ("KF-M8X40", "100", "1.00"), ("KF-W8", "10", "2.00"))
    line = BilledLine(supplier_item="W8", order_line=1, quantity=D(10), price=D(2), amount=D(20))

    invoice = bill(session, "A-1", line, order=placed)

    assert line_rows(session, invoice)[0].order_line == 2


def test_a_held_invoice_is_released_or_posted_and_a_rejected_one_is_neither(session: Session) -> None:
    _, _, invoice = plain_case(session)
    do(session, HoldInvoice(entity="HP", invoice=invoice, reason="receipt"))
    assert invoice_row(session, invoice).state == "held"
    do(session, ReleaseInvoice(entity="HP", invoice=invoice))
    do(session, RejectInvoice(entity="HP", invoice=invoice, reason="not ours"))

    for command in (
        HoldInvoice(entity="HP", invoice=invoice, reason="again"),
        ReleaseInvoice(entity="HP", invoice=invoice),
        RejectInvoice(entity="HP", invoice=invoice, reason="again"),
        NotADuplicate(entity="HP", invoice=invoice, reason="looked"),
        PostInvoice(entity="HP", invoice=invoice, lines=(accept(1, "100", "1.00"),)),
    ):
        with pytest.raises(Refused) as refused:
            do(session, command)
        assert refused.value.code is Refusal.INVOICE_NOT_OPEN


@pytest.mark.parametrize("kind", [HoldInvoice, RejectInvoice, NotADuplicate])
def test_what_stands_without_a_posting_needs_a_reason(session: Session, kind: type[Command]) -> None:
    _, _, invoice = plain_case(session)
    with pytest.raises(Refused) as refused:
        do(session, kind(entity="HP", invoice=invoice, reason=" "))  # type: ignore[call-arg]  # all three take these
    assert refused.value.code is Refusal.REASON_REQUIRED


@pytest.mark.parametrize(
    ("command", "refusal"),
    [
        ({"supplier": "NOBODY"}, Refusal.SUPPLIER_UNKNOWN),
        ({"order": "PO-9"}, Refusal.ORDER_UNKNOWN),
        ({"kind": "pro_forma"}, Refusal.COMMAND_MALFORMED),
        ({"their_number": " -/ "}, Refusal.COMMAND_MALFORMED),
        ({"total": Decimal("1e15")}, Refusal.PRECISION),
        ({"lines": (BilledLine(quantity=Decimal("1e30")),)}, Refusal.PRECISION),
    ],
)
def test_registering_refuses_only_what_no_book_can_hold(
    session: Session, command: dict[str, Any], refusal: Refusal
) -> None:
    company(session)
    whole = {"entity": "HP", "their_number": "A-1", "currency": "USD", "lines": (), **command}
    with pytest.raises(Refused) as refused:
        do(session, RegisterInvoice(**whole))
    assert refused.value.code is refusal
    assert list(session.scalars(select(SupplierInvoice))) == []


def test_an_invoice_of_an_unknown_sender_takes_its_supplier_from_the_order(session: Session) -> None:
    company(session)
    placed = order(session, ("KF-M8X40", "100", "1.00"))
    invoice = bill(session, "A-1", billed("KF-M8X40", "100", "1.00"), supplier=None, their_order=placed.lower())
    assert (invoice_row(session, invoice).supplier, invoice_row(session, invoice).order) == ("KESTREL", placed)


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
    version = session.get(GoodsReceipt, ("HP", arrived)).version  # type: ignore[union-attr]  # just received
    post(session, invoice, accept(1, "40", "1.00"))
    session.expire_all()
    assert session.get(GoodsReceipt, ("HP", arrived)).version == version + 1  # type: ignore[union-attr]  # as above
    assert session.get(PurchaseOrder, ("HP", placed)).state == "closed"  # type: ignore[union-attr]  # all came


def test_freight_alone_can_be_left_out(session: Session) -> None:
    company(session)
    placed = order(session, ("KF-M8X40", "100", "1.00"))
    receive(session, placed, "100")
    invoice = bill(session, "A-1", billed("KF-M8X40", "100", "1.00"), freight("20.00"), order=placed)

    result = post(session, invoice, accept(1, "100", "1.00"))

    assert journal(session, result["entry"]) == [("2150", D(100)), ("2100", D(-100))]


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
