"""The dock: what was counted is on hand, what is missing, too much or damaged says so, and pieces go where they are sent."""

import pytest
from sqlalchemy.orm import Session

from core.books.queries import balance
from core.purchasing.commands import AmendPrice, CancelRest
from core.receiving.commands import (
    AcceptDamaged,
    AcceptInspected,
    AddToReceipt,
    CountedLine,
    ReceiveGoods,
    ReturnToSupplier,
    ScrapDamaged,
)
from core.refusals import Refusal
from core.stock.tables import StockStatus
from tests.builders import (
    BOLT,
    HP,
    SUPPLIER,
    D,
    case_of,
    counted,
    do,
    effects,
    findings,
    order,
    order_line,
    order_row,
    posted,
    receipt,
    receipt_row,
    refused,
)
from tests.core.dock import stands

pytestmark = pytest.mark.usefixtures("sound_company")


def test_a_short_delivery_books_only_what_arrived(session: Session) -> None:
    placed = order(session, (BOLT, "1200", "0.42"))

    arrived = receipt(session, placed, "1080")

    assert posted(session, arrived) == [[("1400", D("453.60")), ("2150", D("-453.60"))]]
    assert stands(session) == {"available": D(1080)}
    assert order_line(session, placed).received == 1080
    assert order_row(session, placed).state == "open"


def test_a_short_delivery_says_how_many_are_missing_and_what_they_are_worth(session: Session) -> None:
    placed = order(session, (BOLT, "1200", "0.42"))

    arrived = receipt(session, placed, "1080", despatch="DN-77")

    assert findings(session) == {"short_receipt": ["120 pieces short"]}
    case = case_of(session, f"receipt:{arrived}")
    assert (case.order, case.receipt, case.supplier) == (placed, arrived, SUPPLIER)
    assert case.stake == D("50.40")
    assert case.says == "Kestrel Fasteners delivered 120 pieces too few"


def test_what_the_note_says_was_shipped_is_what_short_is_measured_against(session: Session) -> None:
    placed = order(session, (BOLT, "1200", "0.42"))

    receipt(session, placed, "480/500")

    assert findings(session) == {"short_receipt": ["20 pieces short"]}


def test_a_part_delivery_is_not_short_while_more_is_on_its_way(session: Session) -> None:
    placed = order(session, (BOLT, "1200", "0.42"))

    receipt(session, placed, "1080", final=False)

    assert findings(session) == {}


def test_a_later_delivery_clears_a_short_one(session: Session) -> None:
    placed = order(session, (BOLT, "1200", "0.42"))
    receipt(session, placed, "1080")

    receipt(session, placed, "120")

    assert findings(session) == {}
    assert order_row(session, placed).state == "closed"


def test_pieces_found_later_grow_the_receipt_and_clear_what_was_short(session: Session) -> None:
    placed = order(session, (BOLT, "1200", "0.42"))
    arrived = receipt(session, placed, "1080")
    version = receipt_row(session, arrived).version

    do(session, AddToReceipt(entity=HP, receipt=arrived, line=1, quantity=D(120), received_by="lena"))

    assert findings(session) == {}
    assert receipt_row(session, arrived).version > version
    assert posted(session, arrived)[1] == [("1400", D("50.40")), ("2150", D("-50.40"))]


def test_growing_a_receipt_piece_by_piece_is_worth_as_much_as_at_once(session: Session) -> None:
    placed = order(session, (BOLT, "30", "0.333"))
    arrived = receipt(session, placed, "1", final=False)

    for _ in range(29):
        do(session, AddToReceipt(entity=HP, receipt=arrived, line=1, quantity=D(1), received_by="lena"))

    assert balance(session, HP, "1400") == D("9.99")


def test_goods_that_cost_nothing_move_without_an_entry(session: Session) -> None:
    placed = order(session, (BOLT, "10", "0"))

    arrived = receipt(session, placed, "8+2")
    do(session, ScrapDamaged(entity=HP, receipt=arrived, line=1, quantity=D(1)))
    do(session, ReturnToSupplier(entity=HP, receipt=arrived, line=1, quantity=D(1), status="damaged"))

    assert stands(session) == {"available": D(8)}
    assert posted(session, arrived) == []


def test_each_delivery_keeps_the_price_it_was_ordered_at(session: Session) -> None:
    placed = order(session, (BOLT, "200", "0.40"))
    first = receipt(session, placed, "100", final=False)
    do(session, AmendPrice(entity=HP, order=placed, line=1, price=D("0.44")))

    second = receipt(session, placed, "100")

    assert [posted(session, one)[0][0] for one in (first, second)] == [("1400", D(40)), ("1400", D(44))]


def test_a_delivery_shows_its_effects(session: Session) -> None:
    placed = order(session, (BOLT, "100", "0.42"))

    done = do(session, ReceiveGoods(entity=HP, order=placed, lines=counted("90+10"), received_by="lena"))

    assert effects(done) == {
        "stock FB-M8 at PDX, available": D(90),
        "stock FB-M8 at PDX, damaged": D(10),
        "journal 1400 Inventory": D(42),
        "journal 2150 Goods received": D(-42),
    }


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ((), Refusal.NOTHING_TO_DO),
        (counted("0"), Refusal.NOTHING_TO_DO),
        (counted("-1"), Refusal.QUANTITY_NOT_POSITIVE),
        (counted("1+-1"), Refusal.QUANTITY_NOT_POSITIVE),
        (counted("1/-1"), Refusal.QUANTITY_NOT_POSITIVE),
        (counted("1") * 2, Refusal.COMMAND_MALFORMED),
        (counted("", "", "5"), Refusal.ORDER_LINE_UNKNOWN),
        (counted("1.5"), Refusal.PRECISION),
    ],
)
def test_a_count_that_is_none_is_refused(session: Session, lines: tuple[CountedLine, ...], code: Refusal) -> None:
    placed = order(session, (BOLT, "100", "0.42"))
    assert refused(session, ReceiveGoods(entity=HP, order=placed, lines=lines, received_by="lena")).code is code


def test_nothing_is_received_on_an_order_that_waits_is_cancelled_or_unknown(session: Session) -> None:
    waiting = order(session, (BOLT, "100", "0.42"), approved=False)
    cancelled = order(session, (BOLT, "100", "0.42"))
    do(session, CancelRest(entity=HP, order=cancelled, line=1))

    for number, code in (
        (waiting, Refusal.ORDER_NOT_OPEN),
        (cancelled, Refusal.ORDER_NOT_OPEN),
        ("PO-9", Refusal.ORDER_UNKNOWN),
    ):
        command = ReceiveGoods(entity=HP, order=number, lines=counted("1"), received_by="lena")
        assert refused(session, command).code is code


def test_verbs_on_a_receipt_refuse_what_is_not_there_and_quantities_that_are_none(session: Session) -> None:
    arrived = receipt(session, order(session, (BOLT, "100", "0.42")), "90+10")
    for command in (AcceptInspected, AcceptDamaged, ScrapDamaged):
        assert (
            refused(session, command(entity=HP, receipt="GR-9", line=1, quantity=D(1))).code is Refusal.RECEIPT_UNKNOWN
        )
        assert (
            refused(session, command(entity=HP, receipt=arrived, line=9, quantity=D(1))).code is Refusal.RECEIPT_UNKNOWN
        )
        negative = command(entity=HP, receipt=arrived, line=1, quantity=D(-1))
        assert refused(session, negative).code is Refusal.QUANTITY_NOT_POSITIVE
    assert stands(session) == {StockStatus.AVAILABLE: D(90), StockStatus.DAMAGED: D(10)}
