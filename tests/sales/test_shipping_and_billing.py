"""Goods leave against a confirmed order and are billed once: cost of sales follows the bill, whatever turns out later."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from core.availability import queries as availability
from core.availability.commands import ReserveStock, WantedClaim
from core.availability.tables import PlannedMove, Reservation
from core.books.commands import ReverseEntry
from core.books.periods import ClosePeriod
from core.books.queries import journal
from core.masterdata.commands import SetStockPolicy
from core.refusals import Refusal
from core.sales.billing_tables import CustomerItem
from core.sales.commands import ShipGoods, ShippedLine
from core.stock.commands import OpenStock
from core.stock.cost_commands import AddLandedCost, ReceiveReturn
from core.stock.queries import available
from tests.builders import BOLT, GAUGE, HP, PDX, D, do, order, receipt, refused, stocked
from tests.conftest import FRIDAY
from tests.sales.sold import (
    ALDER,
    COST,
    ON_THE_WAY,
    RECEIVABLE,
    SALES,
    STOCK,
    bill,
    billing,
    customer,
    entered,
    items,
    line_of,
    on,
    ship,
    shipping,
    sold,
    state_of,
)

pytestmark = pytest.mark.usefixtures("sound_company")


def test_what_ships_waits_on_its_account_until_it_is_billed(session: Session) -> None:
    customer(session)
    stocked(session, "100", "0.40")
    order = sold(session, (BOLT, "12", "0.90"))

    ship(session, order, "12")
    assert on(session, STOCK, ON_THE_WAY, COST) == (D("35.20"), D("4.80"), 0)

    done = bill(session, order)
    assert (done["total"], done["cost"]) == ("10.8", "4.8")
    assert on(session, ON_THE_WAY, COST, RECEIVABLE, SALES) == (0, D("4.80"), D("10.80"), D("-10.80"))
    assert state_of(session, order) == "closed"


def test_only_what_was_shipped_is_billed_and_only_once(session: Session) -> None:
    customer(session)
    stocked(session, "100", "0.40")
    order = sold(session, (BOLT, "12", "0.90"))
    assert refused(session, billing(order)).code is Refusal.NOTHING_TO_DO
    ship(session, order, "5")

    assert refused(session, billing(order, "6")).code is Refusal.MORE_THAN_SHIPPED
    bill(session, order, "2")
    bill(session, order)
    assert refused(session, billing(order)).code is Refusal.NOTHING_TO_DO
    assert (line_of(session, order).billed, state_of(session, order)) == (5, "confirmed")


def test_however_bills_are_split_they_come_to_the_same(session: Session) -> None:
    customer(session)
    stocked(session, "1000", "0.333333")
    whole, parts = sold(session, (BOLT, "100", "0.015")), sold(session, (BOLT, "100", "0.015"))
    ship(session, whole, "100")
    together = bill(session, whole)
    totals, costs = [], []
    for _ in range(100):
        ship(session, parts, "1")
        one = bill(session, parts)
        totals.append(D(one["total"]))
        costs.append(D(one["cost"]))

    assert sum(totals) == D(together["total"]) == D("1.50")
    assert on(session, ON_THE_WAY) == (0,)


def test_boxes_are_shipped_as_their_pieces_and_billed_by_the_box(session: Session) -> None:
    customer(session)
    stocked(session, "100", "0.40")
    order = sold(session, (BOLT, "3", "5.00"), unit="box")

    ship(session, order, "2.5")
    assert line_of(session, order).shipped == 30
    assert bill(session, order)["total"] == "12.5"
    assert refused(session, shipping(order, "0.04")).code is Refusal.PRECISION
    ship(session, order, "0.5")
    assert bill(session, order)["total"] == "2.5"


REFUSED_SHIPMENTS: list[tuple[dict[str, Any], Refusal]] = [
    ({"order": "SO-99"}, Refusal.ORDER_UNKNOWN),
    ({"lines": ()}, Refusal.NOTHING_TO_DO),
    ({"lines": (ShippedLine(line=2, quantity=D(1)),)}, Refusal.ORDER_LINE_UNKNOWN),
    ({"lines": (ShippedLine(line=1, quantity=D(0)),)}, Refusal.QUANTITY_NOT_POSITIVE),
    ({"lines": (ShippedLine(line=1, quantity=D("0.5")),)}, Refusal.PRECISION),
    ({"lines": (ShippedLine(line=1, quantity=D(13)),)}, Refusal.MORE_THAN_ORDERED),
    ({"lines": (ShippedLine(line=1, quantity=D(7)), ShippedLine(line=1, quantity=D(6)))}, Refusal.MORE_THAN_ORDERED),
    ({"lines": (ShippedLine(line=1, quantity=D(11)),)}, Refusal.MORE_THAN_ON_HAND),
    ({"happened_at": FRIDAY + timedelta(days=1)}, Refusal.NOTHING_TO_DO),
    ({"happened_at": FRIDAY - timedelta(days=5)}, Refusal.PERIOD_CLOSED),
]


@pytest.mark.parametrize(("change", "why"), REFUSED_SHIPMENTS)
def test_a_shipment_that_cannot_be_is_refused(session: Session, change: dict[str, Any], why: Refusal) -> None:
    customer(session)
    stocked(session, "10", "0.40", happened_at=FRIDAY - timedelta(days=20))
    do(session, ClosePeriod(entity=HP, through=(FRIDAY - timedelta(days=4)).date()))
    order = sold(session, (BOLT, "12", "0.90"))
    wanted: dict[str, Any] = {"entity": HP, "order": order, "lines": (ShippedLine(line=1, quantity=D(1)),)}

    assert refused(session, ShipGoods(**{**wanted, **change})).code is why


def test_an_order_that_nobody_confirmed_does_not_ship(session: Session) -> None:
    customer(session)
    stocked(session, "10", "0.40")
    order = entered(session, (BOLT, "5", "0.90"))
    assert refused(session, shipping(order, "5")).code is Refusal.ORDER_NOT_OPEN


def test_shipping_uses_what_is_reserved_for_the_order_and_for_nobody_else(session: Session) -> None:
    customer(session)
    stocked(session, "10", "0.40")
    mine, other = sold(session, (BOLT, "8", "0.90")), sold(session, (BOLT, "5", "0.90"))
    claim = WantedClaim(item=BOLT, quantity=D(8), document=mine, line=1)
    do(session, ReserveStock(entity=HP, site=PDX, claims=(claim,)))

    assert refused(session, shipping(other, "3")).code is Refusal.RESERVED
    ship(session, mine, "5")
    ship(session, other, "2")
    held = session.query(Reservation).one()
    assert (held.quantity, held.state) == (3, "held")
    ship(session, mine, "3")
    session.refresh(held)
    assert (held.quantity, held.state, available(session, HP, BOLT, PDX)) == (0, "consumed", 0)


def test_a_confirmed_order_is_dated_demand_until_it_ships(session: Session) -> None:
    customer(session)
    stocked(session, "10", "0.40")
    order = sold(session, (BOLT, "4", "0.90"), (BOLT, "3", "0.90"))
    later = FRIDAY + timedelta(days=30)
    assert [one.quantity for one in availability.balances(session, HP, BOLT, PDX, later)] == [3]

    ship(session, order, "", "3")
    plans = {plan.line: (plan.left, plan.state) for plan in session.query(PlannedMove)}
    assert plans == {1: (4, "open"), 2: (0, "done")}
    assert [one.quantity for one in availability.balances(session, HP, BOLT, PDX, later)] == [3]


def test_pieces_sold_before_they_came_cost_what_they_turn_out_to_cost(session: Session) -> None:
    customer(session)
    do(session, SetStockPolicy(entity=HP, item=GAUGE, site=PDX, negative_allowed=True))
    order = sold(session, (GAUGE, "10", "20.00"))
    ship(session, order, "10")
    bill(session, order, "4")
    assert on(session, COST, ON_THE_WAY) == (0, 0)

    do(session, OpenStock(entity=HP, item=GAUGE, site=PDX, quantity=D(10), unit_cost=D("12.00")))
    assert on(session, STOCK, COST, ON_THE_WAY) == (0, D("48.00"), D("72.00"))
    bill(session, order)
    assert on(session, COST, ON_THE_WAY) == (D("120.00"), 0)


def test_freight_that_comes_after_the_sale_goes_where_the_pieces_are(session: Session) -> None:
    customer(session)
    arrived = receipt(session, order(session, (BOLT, "30", "1.00")), "30")
    going = sold(session, (BOLT, "20", "3.00"))
    ship(session, going, "20")
    bill(session, going, "5")

    do(session, AddLandedCost(entity=HP, receipts=(arrived,), amount=D("3.00")))
    assert on(session, STOCK, ON_THE_WAY, COST) == (D("11.00"), D("16.50"), D("5.50"))
    bill(session, going)
    assert on(session, ON_THE_WAY, COST) == (0, D("22.00"))


def test_a_receipt_that_comes_late_changes_what_the_sale_cost(session: Session) -> None:
    customer(session)
    stocked(session, "10", "2.00")
    going = sold(session, (BOLT, "10", "3.00"))
    ship(session, going, "10")
    bill(session, going, "5")
    stocked(session, "4", "1.00", happened_at=FRIDAY - timedelta(days=3))

    assert on(session, STOCK, ON_THE_WAY, COST) == (D("8.00"), D("8.00"), D("8.00"))


def test_a_shipment_told_later_is_booked_on_its_day(session: Session) -> None:
    customer(session)
    stocked(session, "10", "2.00", happened_at=FRIDAY - timedelta(days=9))
    going = sold(session, (BOLT, "10", "3.00"))
    shipment = ship(session, going, "10", happened_at=FRIDAY - timedelta(days=2))
    (entry,) = journal(session, HP, document=shipment)
    assert entry.day == (FRIDAY - timedelta(days=2)).date()
    assert refused(session, billing(going, happened_at=FRIDAY - timedelta(days=3))).code is Refusal.NO_SUCH_MOVE
    assert refused(session, billing(going, happened_at=FRIDAY + timedelta(days=1))).code is Refusal.NOTHING_TO_DO
    bill(session, going, happened_at=FRIDAY - timedelta(days=1))
    item = session.query(CustomerItem).one()
    assert ((FRIDAY - timedelta(days=1)).date() - item.day, (item.due or item.day) - item.day) == (
        timedelta(0),
        timedelta(days=30),
    )


def test_a_shipment_comes_back_only_as_a_return_of_its_order(session: Session) -> None:
    customer(session)
    stocked(session, "10", "2.00")
    going = sold(session, (BOLT, "10", "3.00"))
    shipment = ship(session, going, "10")
    around = ReceiveReturn(entity=HP, document=shipment, item=BOLT, site=PDX, quantity=D(1))
    assert refused(session, around).code is Refusal.NO_SUCH_MOVE


def test_what_sales_booked_is_not_mirrored_by_hand(session: Session) -> None:
    customer(session)
    stocked(session, "10", "2.00")
    going = sold(session, (BOLT, "10", "3.00"))
    ship(session, going, "10")
    bill(session, going)
    for entry in journal(session, HP)[1:]:
        refusal = refused(session, ReverseEntry(entity=HP, entry=entry.number, reason="a mistake"))
        assert refusal.code is Refusal.NO_SUCH_MOVE


def test_what_is_given_away_is_billed_at_nothing_and_still_costs(session: Session) -> None:
    customer(session)
    stocked(session, "10", "2.00")
    going = sold(session, (BOLT, "10", "0"))
    ship(session, going, "10")
    assert bill(session, going)["total"] == "0"
    assert (items(session), on(session, COST), state_of(session, going)) == ([], (Decimal("20.00"),), "closed")
    assert ALDER
