"""Transfers in two steps: what is on the way is on hand, not available, and keeps its cost and age."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from core.books.queries import balance
from core.masterdata.commands import AddItem
from core.refusals import Refusal
from core.stock import queries
from core.stock.commands import IssueStock
from core.stock.cost_commands import AddLandedCost, ChangeCostMethod, RevalueStock
from core.stock.costing import Method
from core.stock.queries import available, on_hand
from core.stock.tables import StockStatus
from core.stock.transit_commands import ArrivedLine, ReceiveTransfer, ShippedLine, ShipTransfer
from tests.builders import BOLT, HP, LONG_AGO, PDX, RNO, D, broken, do, order, posted, receipt, refused, stocked

pytestmark = pytest.mark.usefixtures("sound_company")


def ship(quantity: str, *, item: str = BOLT) -> ShipTransfer:
    return ShipTransfer(entity=HP, site=PDX, to_site=RNO, lines=(ShippedLine(item=item, quantity=D(quantity)),))


def arrive(transfer: str, quantity: str, *, lost: str = "0", reason: str = "") -> ReceiveTransfer:
    lines = (ArrivedLine(line=1, quantity=D(quantity), lost=D(lost)),)
    return ReceiveTransfer(entity=HP, transfer=transfer, lines=lines, reason=reason)


def shipped(session: Session, quantity: str, *, item: str = BOLT) -> str:
    return str(do(session, ship(quantity, item=item)).result["transfer"])


def layers(session: Session, site: str) -> list[tuple[Decimal, Decimal]]:
    return [(layer.quantity, layer.value) for layer in queries.layers(session, HP, BOLT, site)]


def test_what_is_on_the_way_is_on_hand_where_it_goes_and_not_available(session: Session) -> None:
    stocked(session, "100", "0.40")
    transfer = shipped(session, "60")

    assert available(session, HP, BOLT, PDX) == 40
    assert on_hand(session, HP, BOLT, RNO) == {StockStatus.IN_TRANSIT: D(60)}
    issue = IssueStock(entity=HP, item=BOLT, site=RNO, quantity=D(1), document="SO-1")
    assert refused(session, issue).code is Refusal.MORE_THAN_ON_HAND
    assert balance(session, HP, "1400") == 40
    assert posted(session, transfer) == []


def test_pieces_arrive_in_parts_with_the_cost_and_age_with_which_they_left(session: Session) -> None:
    stocked(session, "100", "0.40", happened_at=LONG_AGO)
    stocked(session, "100", "0.70")
    stocked(session, "10", "0.50", site=RNO)
    transfer = shipped(session, "120")

    first = do(session, arrive(transfer, "100"))
    assert layers(session, RNO) == [(D(100), D(40)), (D(20), D(14)), (D(10), D(5))]  # the second is on its way
    last = do(session, arrive(transfer, "20"))

    assert (first.result["closed"], last.result["closed"]) == (False, True)
    assert layers(session, RNO) == [(D(100), D(40)), (D(20), D(14)), (D(10), D(5))]
    assert available(session, HP, BOLT, RNO) == 130


def test_nobody_sells_the_layers_of_pieces_on_the_way(session: Session) -> None:
    stocked(session, "10", "0.40", happened_at=LONG_AGO)
    stocked(session, "10", "0.90", site=RNO)
    shipped(session, "10")

    issue = IssueStock(entity=HP, item=BOLT, site=RNO, quantity=D(10), document="SO-1")
    assert do(session, issue).result["value"] == "9"


def test_what_is_lost_on_the_way_goes_to_scrap_at_its_cost_with_a_reason(session: Session) -> None:
    stocked(session, "100", "0.40")
    transfer = shipped(session, "60")

    assert refused(session, arrive(transfer, "50", lost="10")).code is Refusal.REASON_REQUIRED
    done = do(session, arrive(transfer, "50", lost="10", reason="pallet fell off"))

    assert done.result == {"transfer": transfer, "lost_value": "4", "closed": True}
    assert posted(session, transfer) == [[("5330", D(4)), ("1400", D(-4))]]
    assert on_hand(session, HP, BOLT, RNO) == {StockStatus.AVAILABLE: D(50)}


def test_more_than_was_shipped_is_refused(session: Session) -> None:
    stocked(session, "100", "0.40")
    transfer = shipped(session, "60")
    assert refused(session, arrive(transfer, "61")).code is Refusal.MORE_THAN_SHIPPED
    assert refused(session, arrive(transfer, "55", lost="6", reason="x")).code is Refusal.MORE_THAN_SHIPPED
    do(session, arrive(transfer, "60"))
    assert refused(session, arrive(transfer, "1")).code is Refusal.MORE_THAN_SHIPPED


def test_what_makes_no_sense_is_refused(session: Session) -> None:
    stocked(session, "100", "0.40")
    transfer = shipped(session, "60")
    early = ReceiveTransfer(
        entity=HP, transfer=transfer, lines=(ArrivedLine(line=1, quantity=D(1)),), happened_at=LONG_AGO
    )
    for command, code in (
        (ship("0"), Refusal.QUANTITY_NOT_POSITIVE),
        (ship("41"), Refusal.MORE_THAN_ON_HAND),
        (ship("1", item="XX"), Refusal.ITEM_UNKNOWN),
        (ShipTransfer(entity=HP, site=PDX, to_site=RNO, lines=()), Refusal.NOTHING_TO_DO),
        (ShipTransfer(entity=HP, site=PDX, to_site="NYC", lines=ship("1").lines), Refusal.SITE_UNKNOWN),
        (arrive("ST-9", "1"), Refusal.TRANSFER_UNKNOWN),
        (arrive(transfer, "0"), Refusal.NOTHING_TO_DO),
        (arrive(transfer, "-1"), Refusal.QUANTITY_NOT_POSITIVE),
        (early, Refusal.NO_SUCH_MOVE),
    ):
        assert refused(session, command).code is code


def test_a_cost_that_comes_late_follows_pieces_on_their_way_arrived_and_lost(session: Session) -> None:
    arrived = receipt(session, order(session, (BOLT, "100", "0.40")), "100")
    transfer = shipped(session, "100")
    do(session, arrive(transfer, "50", lost="10", reason="pallet fell off"))

    do(session, AddLandedCost(entity=HP, receipts=(arrived,), amount=D(10)))

    assert layers(session, RNO) == [(D(50), D(25)), (D(40), D(20))]
    assert balance(session, HP, "5330") == 5


def test_a_change_of_method_leaves_what_is_on_the_way_alone(session: Session) -> None:
    stocked(session, "100", "0.40")
    transfer = shipped(session, "60")
    do(session, ChangeCostMethod(entity=HP, item=BOLT, method=Method.AVERAGE))
    do(session, arrive(transfer, "60"))
    assert layers(session, RNO) == [(D(60), D(24))]


def test_the_difference_between_two_standard_costs_is_a_revaluation(session: Session) -> None:
    do(session, AddItem(entity=HP, sku="STD", name="Plate", cost_method="standard", standard_cost=D(5)))
    stocked(session, "10", "5", item="STD")
    stocked(session, "10", "5", item="STD", site=RNO)
    do(session, RevalueStock(entity=HP, item="STD", site=RNO, unit_cost=D(4), reason="other lathe"))
    transfer = shipped(session, "10", item="STD")
    do(session, arrive(transfer, "10"))

    assert posted(session, transfer) == [[("5340", D(10)), ("1400", D(-10))]]


def test_the_doctor_sees_a_transfer_that_waits_for_what_is_not_on_the_way(session: Session) -> None:
    stocked(session, "100", "0.40")
    transfer = shipped(session, "60")
    with session.begin_nested() as by_hand:
        session.execute(text("update stock_transfer_line set received = 1"))
        assert [said.split(":")[0] for said in broken(session)] == ["in transit is open transfers"]
        by_hand.rollback()
    session.expire_all()
    late = LONG_AGO - timedelta(days=1)
    stocked(session, "10", "0.30", happened_at=late)
    do(session, arrive(transfer, "60"))
    assert layers(session, RNO) == [(D(10), D(3)), (D(50), D(20))]  # what came first, though recorded late, left first
