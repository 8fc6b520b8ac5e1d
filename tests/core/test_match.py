"""The three-way match: what we should pay is bounded by order, receipt and bill, line by line and to the cent."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from core.payables.commands import AcceptedLine, BilledLine, PostInvoice
from core.payables.match import match
from core.refusals import Refusal, Refused
from tests.core.kestrel import D, bill, billed, company, do, mock_story, order, receive


def test_the_match_of_the_mock_comes_out_to_the_cent(session: Session) -> None:
    placed, arrived, invoice = mock_story(session)

    found = match(session, "HP", invoice)

    assert (found.way, found.order, found.receipts) == ("three-way", placed, (arrived,))
    shown = [
        (line.title, line.received, line.billed, line.should_pay, line.was_billed, line.over) for line in found.lines
    ]
    assert shown == [
        ("Hex bolt M8×40", D(1080), D(1200), D("453.60"), D("504.00"), D("50.40")),
        ("Flange nut M10", D(2500), D(2500), D("950.00"), D("1025.00"), D("75.00")),
        ("Washer M8", D(5000), D(5000), D("300.00"), D("300.00"), D("0.00")),
        ("Freight", None, D(1), D("48.00"), D("48.00"), D("0.00")),
    ]
    assert (found.should_pay, found.was_billed, found.over) == (D("1751.60"), D("1877.00"), D("125.40"))
    assert (found.freight, found.total_payable, found.disputed) == (D("48.00"), D("1751.60"), D("125.40"))
    assert found.lines[1].price_over_pct == D("7.8947")
    assert (found.lines[0].quantity_over, found.lines[0].over_for_quantity) == (D(120), D("50.40"))
    assert (found.lines[1].over_for_price, found.lines[1].over_for_quantity) == (D("75.00"), D("0.00"))


def test_the_match_names_every_row_it_rests_on(session: Session) -> None:
    placed, arrived, invoice = mock_story(session)

    rows = dict(match(session, "HP", invoice).rests_on)

    assert set(rows) == {
        f"supplier_invoice {invoice}",
        f"purchase_order {placed}",
        f"goods_receipt {arrived}",
        "supplier KESTREL",
    }


def test_without_a_receipt_the_match_is_two_way_and_nothing_is_payable(session: Session) -> None:
    company(session)
    placed = order(session, ("KF-M8X40", "100", "0.42"))

    found = match(session, "HP", bill(session, "A-1", billed("KF-M8X40", "100", "0.42"), order=placed))

    assert (found.way, found.should_pay, found.over) == ("two-way", D(0), D("42.00"))


def test_with_prepayment_terms_what_is_ordered_is_payable(session: Session) -> None:
    company(session, prepayment=True)
    placed = order(session, ("KF-M8X40", "100", "0.42"))

    found = match(session, "HP", bill(session, "A-1", billed("KF-M8X40", "120", "0.42"), order=placed))

    assert (found.lines[0].payable, found.should_pay) == (D(100), D("42.00"))


def test_an_order_in_boxes_of_twelve_and_a_bill_in_pieces_agree(session: Session) -> None:
    company(session)
    placed = order(session, ("KF-M8X40", "10", "5.04"), unit="box")
    receive(session, placed, "10")

    found = match(session, "HP", bill(session, "A-1", billed("KF-M8X40", "120", "0.42"), order=placed))

    (line,) = found.lines
    assert (line.billed, line.billed_price, line.over, line.note) == (D(10), D("5.04"), D(0), "120 pcs are 10 box")


def test_an_order_in_pieces_and_a_bill_in_boxes_agree_although_the_price_does_not_divide(session: Session) -> None:
    company(session)
    placed = order(session, ("KF-M8X40", "120", "0.4167"))
    receive(session, placed, "120")
    line = BilledLine(supplier_item="KF-M8X40", quantity=D(10), unit="BX", price=D("5.00"), amount=D("50.00"))

    found = match(session, "HP", bill(session, "A-1", line, order=placed))

    assert (found.lines[0].billed, found.should_pay, found.over) == (D(120), D("50.00"), D(0))


def test_a_unit_without_a_conversion_is_not_guessed(session: Session) -> None:
    company(session)
    placed = order(session, ("KF-M8X40", "1200", "0.42"))
    receive(session, placed, "1200")

    found = match(session, "HP", bill(session, "A-1", billed("KF-M8X40", "1", "504.00", unit="pallet"), order=placed))

    (line,) = found.lines
    assert (line.billed, line.should_pay, line.over) == (None, D(0), D("504.00"))
    assert line.note == "no conversion from pallet to pcs"


def test_two_lines_on_one_order_line_share_what_was_received(session: Session) -> None:
    company(session)
    placed = order(session, ("KF-M8X40", "100", "1.00"))
    receive(session, placed, "100")

    lines = (billed("KF-M8X40", "60", "1.00"), billed("KF-M8X40", "60", "1.00"))
    found = match(session, "HP", bill(session, "A-1", *lines, order=placed))

    assert [(line.payable, line.quantity_over) for line in found.lines] == [(D(60), D(0)), (D(40), D(20))]


def test_what_another_invoice_billed_is_not_payable_again(session: Session) -> None:
    company(session)
    placed = order(session, ("KF-M8X40", "100", "1.00"))
    receive(session, placed, "100")
    first = bill(session, "A-1", billed("KF-M8X40", "70", "1.00"), order=placed)
    do(session, PostInvoice(entity="HP", invoice=first, lines=(AcceptedLine(line=1, quantity=D(70), price=D(1)),)))

    found = match(session, "HP", bill(session, "B-2", billed("KF-M8X40", "50", "1.00"), order=placed))

    assert (found.lines[0].billed_before, found.lines[0].payable) == (D(70), D(30))


def test_a_posted_invoice_still_shows_the_match_it_was_posted_by(session: Session) -> None:
    company(session)
    placed = order(session, ("KF-M8X40", "100", "1.00"))
    receive(session, placed, "100")
    invoice = bill(session, "A-1", billed("KF-M8X40", "70", "1.00"), order=placed)
    before = match(session, "HP", invoice).lines
    do(session, PostInvoice(entity="HP", invoice=invoice, lines=(AcceptedLine(line=1, quantity=D(70), price=D(1)),)))

    assert match(session, "HP", invoice).lines == before


def test_damaged_pieces_came_and_are_payable_and_returned_ones_are_not(session: Session) -> None:
    from core.receiving.commands import ReturnToSupplier

    company(session)
    placed = order(session, ("KF-M8X40", "100", "1.00"))
    arrived = receive(session, placed, "90", damaged=("10",))
    invoice = bill(session, "A-1", billed("KF-M8X40", "100", "1.00"), order=placed)
    assert match(session, "HP", invoice).lines[0].payable == D(100)

    do(session, ReturnToSupplier(entity="HP", receipt=arrived, line=1, quantity=D(10), status="damaged"))
    session.expire_all()

    assert match(session, "HP", invoice).lines[0].payable == D(90)


def test_an_over_receipt_is_payable_within_the_items_tolerance_and_not_beyond(session: Session) -> None:
    company(session, over_pct="5")
    placed = order(session, ("KF-M8X40", "100", "1.00"))
    receive(session, placed, "112")

    found = match(session, "HP", bill(session, "A-1", billed("KF-M8X40", "112", "1.00"), order=placed))

    assert found.lines[0].payable == D(105)


def test_a_bill_below_the_orders_price_is_paid_as_billed(session: Session) -> None:
    company(session)
    placed = order(session, ("KF-M8X40", "100", "1.00"))
    receive(session, placed, "100")

    found = match(session, "HP", bill(session, "A-1", billed("KF-M8X40", "100", "0.90"), order=placed))

    assert (found.should_pay, found.over, found.lines[0].price_over_pct) == (D("90.00"), D(0), D(-10))


def test_an_unknown_invoice_is_refused(session: Session) -> None:
    company(session)
    with pytest.raises(Refused) as refused:
        match(session, "HP", "VI-9")
    assert refused.value.code is Refusal.INVOICE_UNKNOWN


QUANTITIES = st.decimals(min_value=0, max_value=2000, places=2)
PRICES = st.decimals(min_value=0, max_value=50, places=3)


@given(
    ordered=QUANTITIES, came=QUANTITIES, bills=QUANTITIES, price=PRICES, billed_price=PRICES, off=st.integers(-300, 300)
)
def test_what_we_should_pay_is_never_above_order_price_receipt_or_bill(
    ordered: Decimal, came: Decimal, bills: Decimal, price: Decimal, billed_price: Decimal, off: int
) -> None:
    from core.money import rounded
    from core.payables.match_lines import goods_figures

    worth = rounded(bills * billed_price, "USD") + Decimal(off) / 100

    found = goods_figures(
        billed=bills,
        price=billed_price,
        was_billed=worth,
        left=min(came, ordered),
        order_price=price,
        currency="USD",
    )

    assert found.should_pay <= worth or bills == 0
    assert found.should_pay <= rounded(min(came, ordered) * price, "USD") + Decimal("0.01")
    assert found.over == worth - found.should_pay
    assert found.for_quantity + found.for_price + found.for_arithmetic == found.over
    assert min(found.for_price, found.for_arithmetic) >= min(Decimal(0), found.over)
