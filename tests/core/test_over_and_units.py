"""More than was ordered, tolerance over all deliveries, and counts in boxes, pieces and grams."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from core.books.queries import balance
from core.masterdata.tables import Item
from core.purchasing.commands import AmendQuantity, CancelRest, CloseShort
from core.receiving.commands import ReceiveGoods
from core.refusals import Refusal
from tests.builders import (
    BOLT,
    HP,
    WIRE,
    D,
    counted,
    do,
    findings,
    order,
    order_line,
    order_row,
    receipt,
    receipt_line,
    refused,
)
from tests.core.dock import stands

pytestmark = pytest.mark.usefixtures("sound_company")


def test_more_than_ordered_is_on_hand_since_it_is_here_and_says_so(session: Session) -> None:
    placed = order(session, (BOLT, "100", "0.42"))

    receipt(session, placed, "112")

    assert stands(session) == {"available": D(112)}
    assert findings(session) == {"over_receipt": ["12 pieces too many"]}


def test_an_amended_order_clears_what_was_too_much(session: Session) -> None:
    placed = order(session, (BOLT, "100", "0.42"))
    receipt(session, placed, "112")

    do(session, AmendQuantity(entity=HP, order=placed, line=1, quantity=D(112)))

    assert findings(session) == {}
    assert order_row(session, placed).state == "closed"


def test_what_was_cancelled_is_too_much_when_it_comes(session: Session) -> None:
    placed = order(session, (BOLT, "100", "0.42"), (BOLT, "10", "0.42"))
    receipt(session, placed, "80", final=False)
    do(session, CancelRest(entity=HP, order=placed, line=1))

    receipt(session, placed, "20")

    assert findings(session) == {"over_receipt": ["20 pieces too many"]}


def test_what_comes_of_a_line_closed_short_is_expected_again(session: Session) -> None:
    placed = order(session, (BOLT, "100", "0.42"))
    receipt(session, placed, "80")
    do(session, CloseShort(entity=HP, order=placed, line=1, reason="not needed"))
    assert findings(session) == {}

    receipt(session, placed, "15")

    assert not order_line(session, placed).closed_short
    assert findings(session) == {"short_receipt": ["5 pieces short"]}


SPLITS = st.lists(st.integers(1, 60), min_size=1, max_size=5)


@given(split=SPLITS, tolerance=st.sampled_from((0, 5, 10)))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_tolerance_is_over_all_deliveries_however_they_are_split(
    session: Session, split: list[int], tolerance: int
) -> None:
    """Ordered 100: whether there is too much depends on the sum alone, also when the order closed on the way."""
    session.get_one(Item, (HP, BOLT)).over_receipt_pct = D(tolerance)
    placed = order(session, (BOLT, "100", "0.42"))
    for part in split:
        receipt(session, placed, str(part), final=False)

    total = sum(split)
    causes = [f"{total - 100} piece{'s' if total > 101 else ''} too many"] if total > 100 + tolerance else []
    assert findings(session).get("over_receipt", []) == causes
    assert order_row(session, placed).state == ("closed" if total >= 100 else "open")
    session.rollback()


def test_a_line_ordered_in_boxes_is_on_hand_in_pieces(session: Session) -> None:
    placed = order(session, (BOLT, "10", "5.04"), unit="box")

    arrived = receipt(session, placed, "8+1")

    assert stands(session) == {"available": D(96), "damaged": D(12)}
    assert balance(session, HP, "1400") == D("45.36")
    assert findings(session) == {"short_receipt": ["1 box short"], "damaged_receipt": ["1 box damaged"]}
    assert receipt_line(session, arrived).quantity == 8


def test_a_delivery_of_boxes_may_be_counted_in_pieces(session: Session) -> None:
    placed = order(session, (BOLT, "10", "5.04"), unit="box")

    receive = ReceiveGoods(entity=HP, order=placed, lines=counted("119", unit="pcs"), received_by="lena")
    arrived = do(session, receive).result["receipt"]

    assert stands(session) == {"available": D(119)}
    assert balance(session, HP, "1400") == D("49.98")
    assert receipt_line(session, arrived).quantity == D("9.916667")


def test_pieces_counted_in_thirds_of_a_box_add_up_to_the_box(session: Session) -> None:
    placed = order(session, (BOLT, "1", "6.00"), unit="box")

    for _ in range(3):
        part = ReceiveGoods(entity=HP, order=placed, lines=counted("4", unit="pcs"), received_by="lena", final=False)
        do(session, part)

    assert order_line(session, placed).received == 1
    assert order_row(session, placed).state == "closed"
    assert balance(session, HP, "1400") == D("6.00")


def test_a_count_in_a_unit_nobody_knows_is_refused(session: Session) -> None:
    placed = order(session, (BOLT, "10", "5.04"), unit="box")
    lines = counted("1", unit="pallet")
    refusal = refused(session, ReceiveGoods(entity=HP, order=placed, lines=lines, received_by="lena"))
    assert refusal.code is Refusal.UNIT_UNKNOWN


def test_wire_is_counted_to_the_gram_and_no_finer(session: Session) -> None:
    placed = order(session, (WIRE, "12.5", "3.10"))

    receipt(session, placed, "12.345", final=False)
    refusal = refused(
        session, ReceiveGoods(entity=HP, order=placed, lines=counted("0.0001"), received_by="lena", final=False)
    )

    assert stands(session, WIRE) == {"available": D("12.345")}
    assert refusal.code is Refusal.PRECISION
