"""Where pieces lie and whether they may be used: put-away, hold and release move no value."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.books.periods import ClosePeriod
from core.books.queries import balance
from core.command import Command
from core.masterdata.commands import SetStockPolicy
from core.receiving.commands import CountedLine, ReceiveGoods, ReturnToSupplier
from core.refusals import Refusal
from core.stock.commands import AdjustStock, IssueStock, OpenStock, TransferStock
from core.stock.cost_commands import ReceiveReturn
from core.stock.place_commands import HoldStock, PutAway, ReleaseStock
from core.stock.queries import available, on_hand
from core.stock.tables import StockBalance, StockMove, StockStatus
from tests.builders import (
    BOLT,
    GAUGE,
    HP,
    LONG_AGO,
    PDX,
    RNO,
    D,
    do,
    effects,
    findings,
    order,
    posted,
    refused,
    stocked,
)

HOLD = StockStatus.HOLD


@pytest.fixture(autouse=True)
def _more(session: Session, sound_company: None) -> None:
    """Every test stands in the company with a hundred bolts."""
    stocked(session, "100", "0.40")


def lying(session: Session) -> dict[tuple[str, str], int]:
    """How many bolts lie at each location, by status."""
    rows = session.execute(select(StockBalance.location, StockBalance.status, StockBalance.quantity))
    return {(location, status): int(quantity) for location, status, quantity in rows if quantity}


def put(quantity: str, to: str, **more: Any) -> PutAway:
    return PutAway(entity=HP, item=BOLT, site=PDX, quantity=D(quantity), to_location=to, **more)


def hold(quantity: str, reason: str = "rust seen") -> HoldStock:
    return HoldStock(entity=HP, item=BOLT, site=PDX, quantity=D(quantity), reason=reason)


def release(quantity: str) -> ReleaseStock:
    return ReleaseStock(entity=HP, item=BOLT, site=PDX, quantity=D(quantity), reason="it was dirt")


def test_pieces_are_put_away_and_their_value_does_not_move(session: Session) -> None:
    before = balance(session, HP, "1400")
    do(session, put("60", "A-1"))
    done = do(session, put("10", "B-2", location="A-1"))

    assert lying(session) == {("", "available"): 40, ("A-1", "available"): 50, ("B-2", "available"): 10}
    assert balance(session, HP, "1400") == before
    assert set(effects(done).values()) == {D(0)}


def test_held_pieces_are_on_hand_and_not_available_until_they_are_released(session: Session) -> None:
    do(session, hold("30"))
    assert available(session, HP, BOLT, PDX) == 70
    assert on_hand(session, HP, BOLT, PDX)[StockStatus.HOLD] == 30

    do(session, release("30"))
    assert available(session, HP, BOLT, PDX) == 100


def test_held_pieces_are_missed_where_a_safety_stock_is_kept(session: Session) -> None:
    do(session, SetStockPolicy(entity=HP, item=BOLT, site=PDX, safety_stock=D(80)))
    do(session, hold("30"))
    assert findings(session) == {"safety_stock_breach": ["10 pieces under safety stock"]}
    do(session, release("30"))
    assert findings(session) == {}


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (put("0", "A-1"), Refusal.QUANTITY_NOT_POSITIVE),
        (put("101", "A-1"), Refusal.MORE_THAN_ON_HAND),
        (put("1", ""), Refusal.NOTHING_TO_DO),
        (put("1", "B-2", location="A-1"), Refusal.MORE_THAN_ON_HAND),
        (put("0.5", "A-1"), Refusal.PRECISION),
        (PutAway(entity=HP, item="XX", site=PDX, quantity=D(1), to_location="A-1"), Refusal.ITEM_UNKNOWN),
        (PutAway(entity=HP, item=BOLT, site="NYC", quantity=D(1), to_location="A-1"), Refusal.SITE_UNKNOWN),
        (hold("101"), Refusal.MORE_THAN_ON_HAND),
        (hold("1", ""), Refusal.REASON_REQUIRED),
        (release("1"), Refusal.MORE_THAN_ON_HAND),
    ],
)
def test_what_cannot_be_placed_is_refused_and_leaves_nothing_behind(
    session: Session, command: Command, code: Refusal
) -> None:
    assert refused(session, command).code is code


def test_pieces_keep_their_place_and_status_in_every_movement(session: Session) -> None:
    here: dict[str, Any] = {"entity": HP, "item": BOLT, "site": PDX}
    do(session, OpenStock(**here, quantity=D(20), unit_cost=D("0.40"), location="A-1", lot="L7", status=HOLD))
    move = TransferStock(**here, to_site=RNO, quantity=D(5), location="A-1", lot="L7", status=HOLD, to_location="R-1")
    do(session, move)
    do(session, AdjustStock(**here, quantity=D(-2), reason="crushed", location="A-1", lot="L7", status=HOLD))
    do(session, PutAway(**here, quantity=D(50), to_location="B-2"))
    do(session, IssueStock(**here, quantity=D(10), document="SO-1", location="B-2"))
    do(
        session,
        ReceiveReturn(entity=HP, item=BOLT, site=PDX, quantity=D(4), document="SO-1", location="RET", status=HOLD),
    )

    assert lying(session) == {
        ("", "available"): 50,
        ("A-1", "hold"): 13,
        ("B-2", "available"): 40,
        ("R-1", "hold"): 5,
        ("RET", "hold"): 4,
    }


@pytest.mark.parametrize("status", [StockStatus.INSPECTION, StockStatus.DAMAGED, StockStatus.IN_TRANSIT])
def test_what_is_decided_on_at_a_receipt_or_a_transfer_cannot_be_named_elsewhere(
    session: Session, status: StockStatus
) -> None:
    here: dict[str, Any] = {"entity": HP, "item": BOLT, "site": PDX, "quantity": D(1), "status": status}
    for command in (
        OpenStock(**here, unit_cost=D(1)),
        TransferStock(**here, to_site=RNO),
        AdjustStock(**here, reason="count"),
        ReceiveReturn(**here, document="SO-1"),
    ):
        assert refused(session, command).code is Refusal.NO_SUCH_MOVE


def test_what_is_found_may_be_given_its_own_cost(session: Session) -> None:
    found = AdjustStock(entity=HP, item=BOLT, site=PDX, quantity=D(10), reason="count", unit_cost=D("0.70"))
    assert posted(session, str(do(session, found).result["adjustment"])) == [[("1400", D(7)), ("5330", D(-7))]]
    lost = AdjustStock(entity=HP, item=BOLT, site=PDX, quantity=D(-1), reason="count", unit_cost=D("0.70"))
    assert refused(session, lost).code is Refusal.AMOUNT_NOT_POSITIVE


def test_only_pieces_that_came_are_sent_on(session: Session) -> None:
    do(session, SetStockPolicy(entity=HP, item=BOLT, site=PDX, negative_allowed=True))
    do(session, PutAway(entity=HP, item=BOLT, site=PDX, quantity=D(100), to_location="A-1"))
    do(session, IssueStock(entity=HP, item=BOLT, site=PDX, quantity=D(10), document="SO-1"))  # the shelf is empty

    whole = TransferStock(entity=HP, item=BOLT, site=PDX, to_site=RNO, quantity=D(100), location="A-1")
    assert refused(session, whole).code is Refusal.MORE_THAN_ON_HAND  # ten of them are sold
    do(session, replace(whole, quantity=D(90)))


def test_a_late_issue_does_not_take_pieces_that_were_sent_on(session: Session) -> None:
    do(session, SetStockPolicy(entity=HP, item=GAUGE, site=PDX, negative_allowed=True))
    here: dict[str, Any] = {"entity": HP, "item": GAUGE, "site": PDX}
    do(session, OpenStock(**here, quantity=D(10), unit_cost=D(1), happened_at=LONG_AGO))
    do(session, TransferStock(**here, to_site=RNO, quantity=D(10), happened_at=LONG_AGO + timedelta(days=2)))

    late = IssueStock(**here, quantity=D(1), document="SO-1", happened_at=LONG_AGO + timedelta(days=1))
    assert refused(session, late).code is Refusal.MORE_THAN_ON_HAND
    do(session, replace(late, happened_at=LONG_AGO + timedelta(days=3)))


def test_pieces_of_a_lot_come_back_only_where_so_many_of_it_went(session: Session) -> None:
    here: dict[str, Any] = {"entity": HP, "item": BOLT, "site": PDX}
    do(session, OpenStock(**here, quantity=D(5), unit_cost=D(1), lot="L7"))
    do(session, IssueStock(**here, quantity=D(2), document="SO-1", lot="L7"))
    back = ReceiveReturn(**here, quantity=D(2), document="SO-1", lot="L7")

    assert refused(session, replace(back, lot="L8")).code is Refusal.NO_SUCH_MOVE
    assert refused(session, replace(back, quantity=D(3))).code is Refusal.NO_SUCH_MOVE
    do(session, back)
    assert session.get_one(StockBalance, (HP, BOLT, PDX, "", "L7", "available"), populate_existing=True).quantity == 5


def test_a_closed_day_stays_as_it_was(session: Session) -> None:
    do(session, ClosePeriod(entity=HP, through=(LONG_AGO + timedelta(days=1)).date()))
    assert refused(session, put("1", "A-1", happened_at=LONG_AGO)).code is Refusal.PERIOD_CLOSED


def delivered(session: Session, *lines: CountedLine) -> str:
    """A delivery of an order of 60 bolts and 5 gauges, which are inspected."""
    placed = order(session, (BOLT, "60", "0.40"), (GAUGE, "5", "20.00"))
    return str(do(session, ReceiveGoods(entity=HP, order=placed, lines=lines, received_by="lena")).result["receipt"])


def test_good_pieces_of_a_delivery_are_put_away_with_it_and_damaged_ones_stay_at_the_dock(session: Session) -> None:
    receipt = delivered(session, CountedLine(order_line=1, quantity=D(50), damaged=D(10), location="A-1"))

    assert lying(session) == {("", "available"): 100, ("A-1", "available"): 50, ("", "damaged"): 10}
    moves = select(StockMove.kind, StockMove.location, StockMove.quantity).where(
        StockMove.document == receipt, StockMove.status == "available"
    )
    assert [tuple(row) for row in session.execute(moves.order_by(StockMove.number))] == [
        ("receipt", "", 50),
        ("put-away", "", -50),
        ("put-away", "A-1", 50),
    ]


def test_what_is_inspected_is_not_put_away_before_it_has_passed(session: Session) -> None:
    lines = (CountedLine(order_line=1, quantity=D(60)), CountedLine(order_line=2, quantity=D(5), location="B-2"))
    placed = order(session, (BOLT, "60", "0.40"), (GAUGE, "5", "20.00"))
    command = ReceiveGoods(entity=HP, order=placed, lines=lines, received_by="lena")

    assert refused(session, command).code is Refusal.NO_SUCH_MOVE
    assert lying(session) == {("", "available"): 100}


def test_pieces_go_back_to_the_supplier_from_where_they_were_put_away(session: Session) -> None:
    receipt = delivered(session, CountedLine(order_line=1, quantity=D(60), location="A-1"))
    back = ReturnToSupplier(entity=HP, receipt=receipt, line=1, quantity=D(20), status="available", location="A-1")
    do(session, back)

    assert lying(session) == {("", "available"): 100, ("A-1", "available"): 40}
    assert refused(session, replace(back, quantity=D(20), location="B-2")).code is Refusal.MORE_THAN_ON_HAND
