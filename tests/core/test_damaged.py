"""Damaged and inspected pieces: on hand, never available, and where each may go from there."""

import pytest
from sqlalchemy.orm import Session

from core.books.queries import balance
from core.receiving.commands import (
    AcceptDamaged,
    AcceptInspected,
    CountedLine,
    ReceiveGoods,
    ReturnToSupplier,
    ScrapDamaged,
)
from core.refusals import Refusal
from core.stock.commands import IssueStock
from core.stock.queries import available
from tests.builders import (
    BOLT,
    GAUGE,
    HP,
    LONG_AGO,
    PDX,
    D,
    case_of,
    do,
    findings,
    order,
    order_row,
    posted,
    receipt,
    receipt_line,
    refused,
    stocked,
)
from tests.core.dock import bill, stands

pytestmark = pytest.mark.usefixtures("sound_company")


def test_damaged_pieces_are_on_hand_and_never_available(session: Session) -> None:
    placed = order(session, (BOLT, "100", "0.42"))

    arrived = receipt(session, placed, "90+10")

    assert stands(session) == {"available": D(90), "damaged": D(10)}
    assert balance(session, HP, "1400") == D(42)
    assert findings(session) == {"damaged_receipt": ["10 pieces damaged"]}
    assert case_of(session, f"receipt:{arrived}").stake == D("4.20")
    refusal = refused(session, IssueStock(entity=HP, item=BOLT, site=PDX, quantity=D(91), document="SO-1"))
    assert (refusal.code, refusal.detail) == (Refusal.MORE_THAN_ON_HAND, "FB-M8 at PDX: 90 available, 91 asked")


def test_goods_wait_in_inspection_and_are_available_when_it_ends_well(session: Session) -> None:
    placed = order(session, (GAUGE, "40", "12.00"))

    arrived = receipt(session, placed, "40")
    assert stands(session, GAUGE) == {"inspection": D(40)}
    assert available(session, HP, GAUGE, PDX) == 0
    refusal = refused(session, IssueStock(entity=HP, item=GAUGE, site=PDX, quantity=D(1), document="SO-1"))
    assert refusal.code is Refusal.MORE_THAN_ON_HAND

    do(session, AcceptInspected(entity=HP, receipt=arrived, line=1, quantity=D(38)))
    assert available(session, HP, GAUGE, PDX) == 38

    do(session, ReturnToSupplier(entity=HP, receipt=arrived, line=1, quantity=D(2), status="inspection"))
    assert stands(session, GAUGE) == {"available": D(38)}
    assert balance(session, HP, "2150") == D(-456)


def test_no_more_is_accepted_than_waits_on_that_very_receipt(session: Session) -> None:
    placed = order(session, (GAUGE, "40", "12.00"))
    first = receipt(session, placed, "10", final=False)
    receipt(session, placed, "30")

    refusal = refused(session, AcceptInspected(entity=HP, receipt=first, line=1, quantity=D(11)))

    assert (refusal.code, refusal.detail) == (Refusal.MORE_THAN_RECEIVED, f"10 of {first} line 1 are in inspection")


def test_only_the_damaged_pieces_of_a_receipt_are_scrapped_on_it(session: Session) -> None:
    placed = order(session, (BOLT, "100", "0.42"))
    first = receipt(session, placed, "40+10", final=False)
    receipt(session, placed, "40+10")
    do(session, ScrapDamaged(entity=HP, receipt=first, line=1, quantity=D(10)))

    for command in (ScrapDamaged, AcceptDamaged):
        refusal = refused(session, command(entity=HP, receipt=first, line=1, quantity=D(1)))
        assert refusal.code is Refusal.MORE_THAN_RECEIVED


def test_scrapped_pieces_are_a_loss_until_they_are_claimed(session: Session) -> None:
    placed = order(session, (BOLT, "100", "0.42"))
    arrived = receipt(session, placed, "90+10")

    do(session, ScrapDamaged(entity=HP, receipt=arrived, line=1, quantity=D(10)))

    assert posted(session, arrived)[1] == [("5330", D("4.20")), ("1400", D("-4.20"))]
    assert balance(session, HP, "2150") == D(-42), "they came: what we owe for them is not settled by scrapping"
    assert findings(session) == {}


def test_returned_pieces_lower_what_we_expect_to_be_billed_and_are_expected_again(session: Session) -> None:
    placed = order(session, (BOLT, "100", "0.42"))
    arrived = receipt(session, placed, "90+10")
    assert order_row(session, placed).state == "closed"

    do(session, ReturnToSupplier(entity=HP, receipt=arrived, line=1, quantity=D(10), status="damaged"))

    assert posted(session, arrived)[1] == [("2150", D("4.20")), ("1400", D("-4.20"))]
    assert stands(session) == {"available": D(90)}
    assert order_row(session, placed).state == "open"
    assert findings(session) == {}


def test_returning_good_pieces_leaves_the_damaged_ones_to_be_decided(session: Session) -> None:
    placed = order(session, (BOLT, "100", "0.42"))
    arrived = receipt(session, placed, "90+10")

    do(session, ReturnToSupplier(entity=HP, receipt=arrived, line=1, quantity=D(10), status="available"))

    assert findings(session) == {"damaged_receipt": ["10 pieces damaged"]}
    refusal = refused(session, ReturnToSupplier(entity=HP, receipt=arrived, line=1, quantity=D(81), status="available"))
    assert refusal.code is Refusal.MORE_THAN_RECEIVED


def test_billed_pieces_are_claimed_and_not_returned(session: Session) -> None:
    placed = order(session, (BOLT, "100", "0.42"))
    arrived = receipt(session, placed, "100")
    bill(session, placed, "95", "0.42")

    command = ReturnToSupplier(entity=HP, receipt=arrived, line=1, quantity=D(6), status="available")
    refusal = refused(session, command)
    assert (refusal.code, refusal.detail) == (Refusal.MORE_THAN_RECEIVED, "5 are not billed yet: claim the others")

    do(session, ReturnToSupplier(entity=HP, receipt=arrived, line=1, quantity=D(5), status="available"))
    assert balance(session, HP, "2150") == 0


def test_damaged_pieces_can_be_taken_into_stock_after_all(session: Session) -> None:
    placed = order(session, (BOLT, "100", "0.42"))
    arrived = receipt(session, placed, "90+10")

    do(session, AcceptDamaged(entity=HP, receipt=arrived, line=1, quantity=D(10)))

    assert stands(session) == {"available": D(100)}
    line = receipt_line(session, arrived)
    assert (line.quantity, line.damaged, line.damaged_left) == (D(100), D(0), D(0))
    assert findings(session) == {}


def test_damaged_pieces_leave_at_some_cost_although_their_layer_was_issued(session: Session) -> None:
    """Pieces are issued at the oldest cost, wherever it lies: also at that of damaged pieces that are still here."""
    placed = order(session, (BOLT, "100", "0.42"))
    arrived = receipt(session, placed, "90+10", happened_at=LONG_AGO)
    stocked(session, "100", "0.50")
    do(session, IssueStock(entity=HP, item=BOLT, site=PDX, quantity=D(100), document="SO-1"))

    do(session, ScrapDamaged(entity=HP, receipt=arrived, line=1, quantity=D(10)))

    assert posted(session, arrived)[1] == [("5330", D(5)), ("1400", D(-5))]


def test_a_return_at_another_cost_than_expected_is_a_price_variance(session: Session) -> None:
    placed = order(session, (BOLT, "100", "0.42"))
    arrived = receipt(session, placed, "90+10", happened_at=LONG_AGO)
    stocked(session, "100", "0.50")
    do(session, IssueStock(entity=HP, item=BOLT, site=PDX, quantity=D(100), document="SO-1"))

    do(session, ReturnToSupplier(entity=HP, receipt=arrived, line=1, quantity=D(10), status="damaged"))

    assert posted(session, arrived)[1] == [("2150", D("4.20")), ("5320", D("0.80")), ("1400", D(-5))]


def test_five_damaged_pieces_of_a_box_go_back_one_by_one_and_nothing_is_left(session: Session) -> None:
    placed = order(session, (BOLT, "1", "6.00"), unit="box")
    pieces = CountedLine(order_line=1, quantity=D(7), damaged=D(5), unit="pcs")
    arrived = do(session, ReceiveGoods(entity=HP, order=placed, lines=(pieces,), received_by="lena")).result["receipt"]

    for _ in range(5):
        back = ReturnToSupplier(entity=HP, receipt=arrived, line=1, quantity=D("0.083333"), status="damaged")
        do(session, back)

    assert stands(session) == {"available": D(7)}
    assert findings(session) == {}


@pytest.mark.parametrize("status", ["hold", "in_transit", "stolen", ""])
def test_nothing_goes_back_from_where_receipts_put_nothing(session: Session, status: str) -> None:
    arrived = receipt(session, order(session, (BOLT, "100", "0.42")), "100")
    back = ReturnToSupplier(entity=HP, receipt=arrived, line=1, quantity=D(1), status=status)
    assert refused(session, back).code is Refusal.COMMAND_MALFORMED
