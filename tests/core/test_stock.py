"""Stock that is here: opened, issued, transferred, adjusted; layers leave oldest first and to the last cent."""

import threading
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from core import door
from core.books.queries import balance
from core.command import Command
from core.masterdata.units import base_of, rest
from core.receiving.commands import ReceiveGoods
from core.refusals import Refusal, Refused
from core.stock import queries
from core.stock.commands import AdjustStock, IssueStock, OpenStock, TransferStock
from core.stock.queries import available, on_hand
from core.stock.tables import StockMove, StockStatus
from tests.builders import (
    BOLT,
    GAUGE,
    HP,
    LONG_AGO,
    PDX,
    PRIYA,
    RNO,
    WIRE,
    D,
    counted,
    do,
    effects,
    order,
    posted,
    receipt,
    refused,
    stocked,
)

pytestmark = pytest.mark.usefixtures("sound_company")


def issue(quantity: str, *, item: str = BOLT, site: str = PDX) -> IssueStock:
    return IssueStock(entity=HP, item=item, site=site, quantity=D(quantity), document="SO-1")


def layers(session: Session, site: str = PDX) -> list[tuple[Decimal, Decimal]]:
    """What is left of each layer of bolts: pieces and value, in the order in which they leave."""
    return [(layer.quantity, layer.value) for layer in queries.layers(session, HP, BOLT, site)]


def test_opening_stock_stands_against_equity(session: Session) -> None:
    stocked(session, "640", "0.42")

    assert available(session, HP, BOLT, PDX) == 640
    assert posted(session, f"{BOLT} {PDX}") == [[("1400", D("268.80")), ("3000", D("-268.80"))]]


def test_goods_go_out_at_the_cost_of_the_oldest_layers(session: Session) -> None:
    stocked(session, "100", "0.50")
    stocked(session, "100", "0.40", happened_at=LONG_AGO)

    done = do(session, issue("150"))

    assert done.result["value"] == "65"  # 100 at 0.40, 50 at 0.50
    assert effects(done) == {
        "stock FB-M8 at PDX, available": D(-150),
        "journal 5000 Cost of goods sold": D(65),
        "journal 1400 Inventory": D(-65),
    }
    assert layers(session) == [(D(50), D(25))]


def test_the_last_piece_of_a_layer_takes_the_last_cent(session: Session) -> None:
    stocked(session, "3", "0.3333")  # one dollar
    assert balance(session, HP, "1400") == D("1.00")

    costs = [do(session, issue("1")).result["value"] for _ in range(3)]

    assert costs == ["0.33", "0.34", "0.33"]
    assert balance(session, HP, "1400") == 0


def test_more_than_is_available_is_refused(session: Session) -> None:
    stocked(session, "10", "1")
    for command in (
        issue("11"),
        TransferStock(entity=HP, item=BOLT, site=PDX, to_site=RNO, quantity=D(11)),
        AdjustStock(entity=HP, item=BOLT, site=PDX, quantity=D(-11), reason="count"),
        issue("1", site=RNO),
    ):
        assert refused(session, command).code is Refusal.MORE_THAN_ON_HAND


def test_what_is_in_inspection_or_damaged_is_on_hand_and_not_available(session: Session) -> None:
    placed = order(session, (GAUGE, "40", "12.00"))
    receipt(session, placed, "30+10")

    assert on_hand(session, HP, GAUGE, PDX) == {StockStatus.INSPECTION: D(30), StockStatus.DAMAGED: D(10)}
    assert available(session, HP, GAUGE, PDX) == 0
    for command in (
        issue("1", item=GAUGE),
        TransferStock(entity=HP, item=GAUGE, site=PDX, to_site=RNO, quantity=D(1)),
        AdjustStock(entity=HP, item=GAUGE, site=PDX, quantity=D(-1), reason="count"),
    ):
        assert refused(session, command).code is Refusal.MORE_THAN_ON_HAND


def test_a_transfer_moves_layers_with_their_cost_and_age_and_posts_nothing(session: Session) -> None:
    stocked(session, "100", "0.40", happened_at=LONG_AGO)
    stocked(session, "100", "0.50", site=RNO, happened_at=LONG_AGO + timedelta(days=1))
    before = balance(session, HP, "1400")

    do(session, TransferStock(entity=HP, item=BOLT, site=PDX, to_site=RNO, quantity=D(60)))

    assert layers(session) == [(D(40), D(16))]
    assert layers(session, RNO) == [(D(60), D(24)), (D(100), D(50))]
    assert balance(session, HP, "1400") == before
    assert do(session, issue("60", site=RNO)).result["value"] == "24"


def test_what_is_found_comes_in_at_the_newest_known_cost(session: Session) -> None:
    stocked(session, "100", "0.40", happened_at=LONG_AGO)
    receipt(session, order(session, (BOLT, "10", "0.55")), "10")
    do(session, issue("110"))

    done = do(session, AdjustStock(entity=HP, item=BOLT, site=PDX, quantity=D(4), reason="found behind rack 3"))

    assert posted(session, str(done.result["adjustment"])) == [[("1400", D("2.20")), ("5330", D("-2.20"))]]


def test_what_was_never_bought_is_found_at_its_standard_cost(session: Session) -> None:
    done = do(session, AdjustStock(entity=HP, item=BOLT, site=PDX, quantity=D(5), reason="first count"))
    assert posted(session, str(done.result["adjustment"])) == [[("1400", D("2.00")), ("5330", D("-2.00"))]]


def test_what_is_lost_leaves_at_the_oldest_cost_to_scrap(session: Session) -> None:
    stocked(session, "100", "0.40")
    done = do(session, AdjustStock(entity=HP, item=BOLT, site=PDX, quantity=D(-5), reason="count"))
    assert posted(session, str(done.result["adjustment"])) == [[("1400", D("-2.00")), ("5330", D("2.00"))]]


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (issue("0"), Refusal.QUANTITY_NOT_POSITIVE),
        (issue("-1"), Refusal.QUANTITY_NOT_POSITIVE),
        (issue("0.5"), Refusal.PRECISION),
        (issue("1", item="XX"), Refusal.ITEM_UNKNOWN),
        (issue("0.0001", item=WIRE), Refusal.PRECISION),
        (OpenStock(entity=HP, item=BOLT, site="NYC", quantity=D(1), unit_cost=D(1)), Refusal.SITE_UNKNOWN),
        (OpenStock(entity=HP, item="XX", site=PDX, quantity=D(1), unit_cost=D(1)), Refusal.ITEM_UNKNOWN),
        (OpenStock(entity=HP, item=BOLT, site=PDX, quantity=D(0), unit_cost=D(1)), Refusal.QUANTITY_NOT_POSITIVE),
        (OpenStock(entity=HP, item=BOLT, site=PDX, quantity=D(1), unit_cost=D(-1)), Refusal.QUANTITY_NOT_POSITIVE),
        (TransferStock(entity=HP, item=BOLT, site=PDX, to_site="NYC", quantity=D(1)), Refusal.SITE_UNKNOWN),
        (TransferStock(entity=HP, item=BOLT, site=PDX, to_site=PDX, quantity=D(1)), Refusal.NOTHING_TO_DO),
        (TransferStock(entity=HP, item=BOLT, site=PDX, to_site=RNO, quantity=D(0)), Refusal.QUANTITY_NOT_POSITIVE),
        (AdjustStock(entity=HP, item=BOLT, site=PDX, quantity=D(0), reason="count"), Refusal.NOTHING_TO_DO),
        (AdjustStock(entity=HP, item=BOLT, site=PDX, quantity=D(1), reason=""), Refusal.REASON_REQUIRED),
        (AdjustStock(entity=HP, item=BOLT, site="NYC", quantity=D(1), reason="count"), Refusal.SITE_UNKNOWN),
        (AdjustStock(entity=HP, item=BOLT, site=PDX, quantity=D("0.5"), reason="count"), Refusal.PRECISION),
    ],
)
def test_a_move_that_makes_no_sense_is_refused(session: Session, command: Command, code: Refusal) -> None:
    stocked(session, "10", "1")
    stocked(session, "10", "1", item=WIRE)
    assert refused(session, command).code is code


def test_moves_are_never_changed_not_even_by_hand(session: Session) -> None:
    from sqlalchemy import text

    stocked(session, "10", "1")
    for statement in ("update stock_move set quantity = 11", "delete from stock_move", "truncate stock_move"):
        with pytest.raises(DBAPIError, match="append-only"), session.begin_nested():
            session.execute(text(statement))
    assert session.scalars(select(StockMove.quantity)).all() == [10]


def test_issues_and_deliveries_of_two_items_at_once_never_wait_for_each_other_in_a_circle(
    session: Session, new_session: Callable[[], Session]
) -> None:
    """One thread receives bolts then wire, another wire then bolts, a third transfers both ways, a fourth issues."""
    stocked(session, "500", "0.40")
    stocked(session, "500", "0.40", site=RNO)
    stocked(session, "500", "3.10", item=WIRE)
    both = order(session, (BOLT, "500", "0.42"), (WIRE, "500", "3.10"))
    turned = order(session, (WIRE, "500", "3.10"), (BOLT, "500", "0.42"))
    session.commit()
    there = TransferStock(entity=HP, item=BOLT, site=PDX, to_site=RNO, quantity=D(3))
    back = TransferStock(entity=HP, item=BOLT, site=RNO, to_site=PDX, quantity=D(3))
    work: tuple[tuple[Command, ...], ...] = (
        (ReceiveGoods(entity=HP, order=both, lines=counted("7", "2"), received_by="lena", final=False),) * 10,
        (ReceiveGoods(entity=HP, order=turned, lines=counted("2", "7"), received_by="lena", final=False),) * 10,
        (there, back) * 5,
        (issue("4"), issue("1", item=WIRE)) * 5,
    )
    wrong: list[BaseException] = []

    def run(name: int, commands: tuple[Command, ...]) -> None:
        for place, command in enumerate(commands):
            try:
                with new_session() as other:
                    door.execute(other, command, actor=PRIYA, key=f"race-{name}-{place}")
                    other.commit()
            except (DBAPIError, Refused) as error:
                wrong.append(error)

    threads = [threading.Thread(target=run, args=one) for one in enumerate(work)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert wrong == []
    session.expire_all()
    assert available(session, HP, BOLT, PDX) + available(session, HP, BOLT, RNO) == 1000 + 2 * 70 - 20


@given(pieces=st.integers(0, 10**6), factor=st.integers(1, 1000))
def test_pieces_written_in_boxes_are_the_same_pieces_again(pieces: int, factor: int) -> None:
    from core.payables.units import to_six

    boxes = to_six(Decimal(pieces) / factor)

    assert base_of(boxes, factor=Decimal(factor), decimals=0) == pieces


@given(value=st.decimals(-10, 10, places=6))
def test_what_six_decimals_leave_behind_is_nothing(value: Decimal) -> None:
    assert rest(value) in (value, 0)
    assert rest(value) >= 0
    assert rest(value) == value or value < D("0.00001")
