"""A shipped transfer is called back: to where it left from, at the cost it left with, never more than is on the way."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from core import door
from core.books.periods import ClosePeriod
from core.books.queries import balance
from core.doctor_transit import QUERIES
from core.masterdata.commands import AddItem
from core.refusals import Refusal
from core.stock import queries
from core.stock.cost_commands import AddLandedCost, RevalueStock
from core.stock.place_commands import PutAway
from core.stock.queries import available, on_hand
from core.stock.tables import StockBalance, StockStatus
from core.stock.transit_commands import (
    ArrivedLine,
    RecalledLine,
    RecallTransfer,
    ReceiveTransfer,
    ShippedLine,
    ShipTransfer,
)
from tests.builders import BOLT, HP, LONG_AGO, PDX, PRIYA, RNO, D, broken, do, order, posted, receipt, refused, stocked

pytestmark = pytest.mark.usefixtures("sound_company")


def shipped(session: Session, quantity: str, *, item: str = BOLT, location: str = "") -> str:
    lines = (ShippedLine(item=item, quantity=D(quantity), location=location),)
    return str(do(session, ShipTransfer(entity=HP, site=PDX, to_site=RNO, lines=lines)).result["transfer"])


def recall(transfer: str, quantity: str, *, reason: str = "the road is closed") -> RecallTransfer:
    lines = (RecalledLine(line=1, quantity=D(quantity)),)
    return RecallTransfer(entity=HP, transfer=transfer, lines=lines, reason=reason)


def arrive(transfer: str, quantity: str) -> ReceiveTransfer:
    return ReceiveTransfer(entity=HP, transfer=transfer, lines=(ArrivedLine(line=1, quantity=D(quantity)),))


def layers(session: Session, site: str) -> list[tuple[Decimal, Decimal]]:
    return [(layer.quantity, layer.value) for layer in queries.layers(session, HP, BOLT, site)]


def test_what_turns_back_is_there_again_with_the_cost_and_age_with_which_it_left(session: Session) -> None:
    stocked(session, "100", "0.40", happened_at=LONG_AGO)
    stocked(session, "100", "0.70")
    transfer = shipped(session, "120")

    assert do(session, recall(transfer, "110")).result == {"transfer": transfer, "closed": False}

    assert layers(session, PDX) == [(D(100), D(40)), (D(90), D(63))]
    assert available(session, HP, BOLT, PDX) == 190
    assert on_hand(session, HP, BOLT, RNO) == {StockStatus.IN_TRANSIT: D(10)}
    assert do(session, arrive(transfer, "10")).result["closed"]
    assert layers(session, RNO) == [(D(10), D(7))]
    assert balance(session, HP, "1400") == 110
    assert posted(session, transfer) == []


def test_never_more_turns_back_than_is_still_on_the_way(session: Session) -> None:
    stocked(session, "100", "0.40")
    transfer = shipped(session, "60")
    do(session, arrive(transfer, "50"))

    assert refused(session, recall(transfer, "11")).code is Refusal.MORE_THAN_SHIPPED
    assert do(session, recall(transfer, "10")).result["closed"]
    assert refused(session, recall(transfer, "1")).code is Refusal.MORE_THAN_SHIPPED
    assert refused(session, arrive(transfer, "1")).code is Refusal.MORE_THAN_SHIPPED


def test_it_lies_again_where_it_left_from_or_where_it_is_put(session: Session) -> None:
    stocked(session, "10", "0.40")
    do(session, PutAway(entity=HP, item=BOLT, site=PDX, quantity=D(10), to_location="A-1"))
    transfer = shipped(session, "10", location="A-1")

    do(session, recall(transfer, "6"))
    lines = (RecalledLine(line=1, quantity=D(4), location="DOCK"),)
    do(session, replace(recall(transfer, "4"), lines=lines))

    for location, quantity in (("A-1", 6), ("DOCK", 4)):
        row = session.get_one(StockBalance, (HP, BOLT, PDX, location, "", StockStatus.AVAILABLE))
        assert row.quantity == quantity


def test_a_cost_that_comes_late_follows_what_turned_back(session: Session) -> None:
    arrived = receipt(session, order(session, (BOLT, "100", "0.40")), "100")
    transfer = shipped(session, "100")
    do(session, recall(transfer, "50"))

    do(session, AddLandedCost(entity=HP, receipts=(arrived,), amount=D(10)))

    assert layers(session, PDX) == [(D(50), D(25))]
    do(session, arrive(transfer, "50"))
    assert layers(session, RNO) == [(D(50), D(25))]


def test_a_recall_is_dated_and_may_be_told_late(session: Session) -> None:
    stocked(session, "10", "0.40", happened_at=LONG_AGO)
    stocked(session, "10", "0.90", happened_at=LONG_AGO + timedelta(days=1))
    lines = (ShippedLine(item=BOLT, quantity=D(15)),)
    left = LONG_AGO + timedelta(days=2)
    sent = do(session, ShipTransfer(entity=HP, site=PDX, to_site=RNO, lines=lines, happened_at=left))
    transfer = str(sent.result["transfer"])
    do(session, arrive(transfer, "5"))
    assert layers(session, RNO)[0] == (D(5), D(2)), "the rest, on its way, after it"

    do(session, replace(recall(transfer, "10"), happened_at=left + timedelta(days=1)))

    assert layers(session, RNO) == [(D(5), D("4.50"))], "the older ones turned back before the rest arrived"
    assert layers(session, PDX) == [(D(10), D(4)), (D(5), D("4.50"))]
    assert broken(session) == []


def test_what_makes_no_sense_is_refused(session: Session) -> None:
    stocked(session, "100", "0.40")
    transfer = shipped(session, "60")
    twice = (RecalledLine(line=1, quantity=D(1)), RecalledLine(line=1, quantity=D(1)))
    for command, code in (
        (recall("ST-9", "1"), Refusal.TRANSFER_UNKNOWN),
        (recall(transfer, "0"), Refusal.NOTHING_TO_DO),
        (recall(transfer, "-1"), Refusal.QUANTITY_NOT_POSITIVE),
        (recall(transfer, "0.5"), Refusal.PRECISION),
        (recall(transfer, "1", reason=" "), Refusal.REASON_REQUIRED),
        (replace(recall(transfer, "1"), lines=twice), Refusal.COMMAND_MALFORMED),
        (replace(recall(transfer, "1"), lines=(RecalledLine(line=2, quantity=D(1)),)), Refusal.TRANSFER_UNKNOWN),
        (replace(recall(transfer, "1"), happened_at=LONG_AGO), Refusal.NO_SUCH_MOVE),
    ):
        assert refused(session, command).code is code


def test_a_closed_day_keeps_what_was_on_the_way(session: Session) -> None:
    stocked(session, "10", "0.40", happened_at=LONG_AGO)
    lines = (ShippedLine(item=BOLT, quantity=D(10)),)
    sent = do(session, ShipTransfer(entity=HP, site=PDX, to_site=RNO, lines=lines, happened_at=LONG_AGO)).result
    do(session, ClosePeriod(entity=HP, through=LONG_AGO.date()))

    late = replace(recall(str(sent["transfer"]), "10"), happened_at=LONG_AGO)

    assert refused(session, late).code is Refusal.PERIOD_CLOSED
    assert on_hand(session, HP, BOLT, RNO) == {StockStatus.IN_TRANSIT: D(10)}


def test_the_difference_to_another_standard_cost_is_a_revaluation(session: Session) -> None:
    do(session, AddItem(entity=HP, sku="STD", name="Plate", cost_method="standard", standard_cost=D(5)))
    stocked(session, "20", "5", item="STD")
    transfer = shipped(session, "10", item="STD")
    do(session, RevalueStock(entity=HP, item="STD", site=PDX, unit_cost=D(4), reason="other lathe"))
    do(session, recall(transfer, "10"))

    assert posted(session, transfer) == [[("5340", D(10)), ("1400", D(-10))]]


def test_what_is_shown_before_is_what_is_done_and_changes_nothing(session: Session) -> None:
    stocked(session, "100", "0.40")
    transfer = shipped(session, "60")
    shown = door.simulate(session, [recall(transfer, "60")], actor=PRIYA)
    assert {(effect.what, effect.change) for effect in shown.effects} == {
        (f"{BOLT} at {RNO}, in_transit", D(-60)),
        (f"{BOLT} at {PDX}, available", D(60)),
    }
    assert available(session, HP, BOLT, PDX) == 40


@pytest.mark.parametrize(
    "by_hand",
    [
        "update stock_transfer_line set recalled = 9, received = 1",
        "delete from stock_move where kind = 'transfer' and site = 'PDX' and quantity > 0",
    ],
)
def test_the_doctor_names_what_was_recalled_and_is_not_back(session: Session, by_hand: str) -> None:
    stocked(session, "100", "0.40")
    do(session, recall(shipped(session, "60"), "10"))
    with session.begin_nested() as tampered:
        session.execute(text("set local session_replication_role = replica"))
        session.execute(text(by_hand))
        assert QUERIES[0][0] in [said.split(":")[0] for said in broken(session)]
        tampered.rollback()
