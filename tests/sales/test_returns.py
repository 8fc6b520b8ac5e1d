"""What customers send back comes in at what it cost, never more of it than was shipped; credits never pass the bills."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import permutations
from typing import Any

import pytest
from sqlalchemy.orm import Session

from core import door
from core.availability.commands import ReserveStock, WantedClaim
from core.command import Command
from core.masterdata.commands import AddItem
from core.refusals import Refusal, Refused
from core.sales.billing_tables import CustomerReturnLine
from core.sales.commands import ShipGoods, ShippedLine
from core.sales.return_commands import (
    AskedBack,
    RegisterReturnRequest,
    RestockReturned,
    ScrapReturned,
    WithdrawReturnRequest,
)
from core.stock.commands import OpenStock
from core.stock.queries import layers, on_hand
from tests.builders import BOLT, HP, PDX, PRIYA, RNO, D, broken, do, refused, stocked
from tests.sales.sold import (
    COST,
    ON_THE_WAY,
    RECEIVABLE,
    SALES,
    STOCK,
    asking,
    back,
    bill,
    billing,
    bills,
    crediting,
    customer,
    items,
    line_of,
    on,
    request_state,
    returning,
    ship,
    shipped_and_billed,
    sold,
    state_of,
)

pytestmark = pytest.mark.usefixtures("sound_company")


def test_pieces_come_back_at_what_they_cost_when_they_left(session: Session) -> None:
    customer(session)
    stocked(session, "5", "1.00")
    order = shipped_and_billed(session, "5", "3.00")
    stocked(session, "5", "2.00")
    do(session, returning(order, back("2")))
    assert on(session, STOCK, ON_THE_WAY, COST) == (D(12), D(-2), D(5))

    do(session, crediting(order))
    assert on(session, ON_THE_WAY, COST, RECEIVABLE, SALES) == (0, D(3), D(9), D(-9))
    assert [(layer.quantity, layer.value) for layer in layers(session, HP, BOLT, PDX)] == [(5, 10), (2, 2)]


def test_in_whatever_order_goods_and_bills_and_credits_come_the_books_end_the_same(session: Session) -> None:
    customer(session)
    stocked(session, "1000", "0.333333")
    ends = set()
    for steps in permutations((billing, taking_four_back, crediting)):
        order = sold(session, (BOLT, "12", "0.95"))
        ship(session, order, "12")
        revenue, cost = on(session, SALES, COST)
        for number, step in enumerate((*steps, billing, crediting)):
            came_of(session, step(order), f"{order}:{number}")
        line = line_of(session, order)
        ends.add(
            (
                line.billed - line.credited,
                *(a - b for a, b in zip(on(session, SALES, COST), (revenue, cost), strict=True)),
            )
        )
        assert (on(session, ON_THE_WAY), state_of(session, order)) == ((0,), "closed")
    assert ends == {(8, D("-7.60"), D("2.67"))}


def taking_four_back(order: str) -> Command:
    """Four pieces of the first line come back."""
    return returning(order, back("4"))


def came_of(session: Session, command: Command, key: str) -> str:
    """What came of a command: "done", or why not."""
    try:
        door.execute(session, command, actor=PRIYA, key=key)
    except Refused as no:
        return no.code.value
    return "done"


def test_no_more_comes_back_than_was_shipped(session: Session) -> None:
    customer(session)
    stocked(session, "50", "1.00")
    order = sold(session, (BOLT, "12", "3.00"))
    assert refused(session, returning(order, back("1"))).code is Refusal.MORE_THAN_SHIPPED
    ship(session, order, "10")
    assert refused(session, returning(order, back("11"))).code is Refusal.MORE_THAN_SHIPPED
    assert refused(session, returning(order, back("6"), back("5", "damaged"))).code is Refusal.MORE_THAN_SHIPPED
    do(session, returning(order, back("6"), back("4", "damaged")))
    assert refused(session, returning(order, back("1"))).code is Refusal.MORE_THAN_SHIPPED
    assert refused(session, billing(order)).code is Refusal.NOTHING_TO_DO
    assert state_of(session, order) == "confirmed"


def test_what_is_not_ours_is_written_down_and_touches_nothing(session: Session) -> None:
    customer(session)
    stocked(session, "50", "1.00")
    order = shipped_and_billed(session, "12", "3.00")
    before = on(session, STOCK, ON_THE_WAY, RECEIVABLE)

    do(session, returning(order, back("1", "not_ours", line=None, item="a pump", says="another make")))
    assert on(session, STOCK, ON_THE_WAY, RECEIVABLE) == before
    assert [(row.item, row.shipment) for row in session.query(CustomerReturnLine)] == [("a pump", None)]
    assert refused(session, crediting(order)).code is Refusal.NOTHING_TO_DO


def test_damaged_pieces_wait_until_somebody_restocks_or_scraps_them(session: Session) -> None:
    customer(session)
    stocked(session, "12", "1.00")
    order = shipped_and_billed(session, "12", "3.00")
    number = str(do(session, returning(order, back("5", "damaged"))).result["return"])
    assert on_hand(session, HP, BOLT, PDX) == {"damaged": 5}

    do(session, RestockReturned(entity=HP, returned=number, line=1, quantity=D(2), reason="only the box"))
    do(session, ScrapReturned(entity=HP, returned=number, line=1, quantity=D(3), reason="bent"))
    assert (on_hand(session, HP, BOLT, PDX), on(session, "5330")) == ({"available": 2}, (D(3),))
    more = ScrapReturned(entity=HP, returned=number, line=1, quantity=D(1), reason="bent")
    assert refused(session, more).code is Refusal.MORE_THAN_RECEIVED


def test_a_credit_is_never_above_what_was_billed(session: Session) -> None:
    customer(session)
    stocked(session, "12", "1.00")
    order = sold(session, (BOLT, "12", "3.00"))
    ship(session, order, "12")
    bill(session, order, "10")
    for quantity, more, why in (
        ("11", {}, Refusal.MORE_THAN_BILLED),
        ("1", {"price": D("3.01")}, Refusal.MORE_THAN_BILLED),
        ("1", {"price": D("-1")}, Refusal.AMOUNT_NOT_POSITIVE),
        ("0", {}, Refusal.QUANTITY_NOT_POSITIVE),
    ):
        assert refused(session, crediting(order, quantity, **more)).code is why
    do(session, crediting(order, "4", price=D("1.00"), goods_kept=True))
    do(session, crediting(order, "6"))
    assert refused(session, crediting(order, "1")).code is Refusal.MORE_THAN_BILLED
    assert [bill.total for bill in bills(session)] == [30, -4, -18]
    assert on(session, RECEIVABLE, COST) == (D(8), D(4))


def test_pieces_the_customer_keeps_do_not_come_back(session: Session) -> None:
    customer(session)
    stocked(session, "12", "1.00")
    order = shipped_and_billed(session, "12", "3.00")
    do(session, crediting(order, "4", goods_kept=True))
    assert refused(session, returning(order, back("9"))).code is Refusal.MORE_THAN_SHIPPED
    do(session, returning(order, back("8")))
    do(session, crediting(order))
    assert on(session, RECEIVABLE, COST, ON_THE_WAY) == (0, D(4), 0)
    other = sold(session, (BOLT, "8", "3.00"))
    ship(session, other, "8")
    bill(session, other)
    do(session, returning(other, back("8")))
    assert refused(session, crediting(other, "1", goods_kept=True)).code is Refusal.MORE_THAN_SHIPPED


def test_credited_pieces_that_are_awaited_are_not_billed_again(session: Session) -> None:
    customer(session)
    stocked(session, "12", "1.00")
    order = shipped_and_billed(session, "12", "3.00")
    do(session, crediting(order, "5"))
    assert on(session, ON_THE_WAY, COST) == (D(5), D(7))
    assert refused(session, billing(order)).code is Refusal.NOTHING_TO_DO
    do(session, returning(order, back("5")))
    assert on(session, ON_THE_WAY, COST, STOCK) == (0, D(7), D(5))


def test_one_wish_is_not_taken_down_twice(session: Session) -> None:
    customer(session)
    stocked(session, "12", "1.00")
    order = shipped_and_billed(session, "12", "3.00")
    first = str(do(session, asking(order, "8")).result["request"])
    assert refused(session, asking(order, "1")).code is Refusal.NEEDS_CONFIRMATION
    assert refused(session, asking(order, "5", knowing=(first,))).code is Refusal.MORE_THAN_SHIPPED
    do(session, asking(order, "4", knowing=(first,)))
    do(session, WithdrawReturnRequest(entity=HP, request=first, reason="changed their mind"))
    assert request_state(session, first) == "withdrawn"
    assert refused(session, returning(order, back("1"), request=first)).code is Refusal.RETURN_NOT_OPEN
    assert refused(session, returning(order, back("1"), request="RR-9")).code is Refusal.RETURN_UNKNOWN


def test_a_request_agrees_the_price_that_is_given_back(session: Session) -> None:
    customer(session)
    stocked(session, "12", "1.00")
    order = shipped_and_billed(session, "12", "3.00")
    lines = (AskedBack(line=1, quantity=D(4), price=D("2.50")),)
    asked = RegisterReturnRequest(entity=HP, order=order, lines=lines, reason="a restocking fee is agreed")
    request = str(do(session, asked).result["request"])
    do(session, returning(order, back("3"), request=request))
    assert request_state(session, request) == "arrived"
    assert do(session, crediting(order, request=request)).result["total"] == "-7.5"
    assert request_state(session, request) == "settled"
    dear = RegisterReturnRequest(
        entity=HP, order=order, lines=(AskedBack(line=1, quantity=D(1), price=D(4)),), reason="x", knowing=(request,)
    )
    assert refused(session, dear).code is Refusal.MORE_THAN_BILLED


def test_what_came_back_before_it_was_billed_needs_no_credit(session: Session) -> None:
    customer(session)
    stocked(session, "12", "1.00")
    order = sold(session, (BOLT, "12", "3.00"))
    ship(session, order, "12")
    request = str(do(session, asking(order, "4")).result["request"])
    do(session, returning(order, back("4"), request=request))
    assert request_state(session, request) == "settled"
    assert bill(session, order)["total"] == "24"
    assert refused(session, crediting(order, request=request)).code is Refusal.NOTHING_TO_DO


def test_a_lot_comes_back_as_itself_and_to_another_site_with_its_cost(session: Session) -> None:
    customer(session)
    do(session, AddItem(entity=HP, sku="DYE", name="Dye", cost_by_lot=True))
    for lot, cost in (("A", "1.00"), ("B", "2.00")):
        do(session, OpenStock(entity=HP, item="DYE", site=PDX, quantity=D(5), unit_cost=D(cost), lot=lot))
    order = sold(session, ("DYE", "6", "9.00"))
    claim = WantedClaim(item="DYE", quantity=D(3), document=order, line=1, lot="B")
    do(session, ReserveStock(entity=HP, site=PDX, claims=(claim,)))
    lines = (ShippedLine(line=1, quantity=D(3), lot="A"), ShippedLine(line=1, quantity=D(3), lot="B"))
    do(session, ShipGoods(entity=HP, order=order, lines=lines))
    assert refused(session, returning(order, back("4", lot="B"))).code is Refusal.MORE_THAN_SHIPPED
    do(session, returning(order, back("2", lot="B"), site=RNO))
    (layer,) = layers(session, HP, "DYE", RNO)
    assert (layer.quantity, layer.value, layer.lot) == (2, 4, "B")


REFUSED_RETURNS: list[tuple[Any, Refusal]] = [
    (returning("SO-9", back("1")), Refusal.ORDER_UNKNOWN),
    (returning("SO-1"), Refusal.NOTHING_TO_DO),
    (returning("SO-1", back("1", "lost")), Refusal.COMMAND_MALFORMED),
    (returning("SO-1", back("0")), Refusal.QUANTITY_NOT_POSITIVE),
    (returning("SO-1", back("1", line=None)), Refusal.ORDER_LINE_UNKNOWN),
    (returning("SO-1", back("1", line=7)), Refusal.ORDER_LINE_UNKNOWN),
    (returning("SO-1", back("1"), site="NO"), Refusal.SITE_UNKNOWN),
    (asking("SO-1"), Refusal.NOTHING_TO_DO),
    (asking("SO-1", "13"), Refusal.MORE_THAN_SHIPPED),
    (crediting("SO-1", request="RR-9"), Refusal.RETURN_UNKNOWN),
    (ScrapReturned(entity=HP, returned="RET-9", line=1, quantity=D(1), reason="x"), Refusal.RETURN_UNKNOWN),
]


@pytest.mark.parametrize(("command", "why"), REFUSED_RETURNS)
def test_a_return_that_cannot_be_is_refused(session: Session, command: Command, why: Refusal) -> None:
    customer(session)
    stocked(session, "12", "1.00")
    shipped_and_billed(session, "12", "3.00")
    assert refused(session, command).code is why


def test_credit_notes_close_the_bills_of_their_order_first(session: Session) -> None:
    customer(session)
    stocked(session, "24", "1.00")
    shipped_and_billed(session, "12", "1.00")
    second = shipped_and_billed(session, "12", "2.00")
    do(session, returning(second, back("12")))
    do(session, crediting(second))
    assert items(session) == [("CI-1", 12, 12), ("CI-2", 24, 0), ("CM-1", -24, 0)]
    assert state_of(session, second) == "closed"


def test_of_many_who_ship_or_take_back_at_once_nobody_passes_the_order(
    new_session: Callable[[], Session], session: Session
) -> None:
    company_of = session
    customer(company_of)
    stocked(company_of, "100", "0.40")
    order = sold(company_of, (BOLT, "12", "0.90"))
    company_of.commit()

    def ship_five(place: int) -> str:
        lines = (ShippedLine(line=1, quantity=D(5)),)
        return _attempt(new_session, ShipGoods(entity=HP, order=order, lines=lines), f"ship-{place}")

    def take_four(place: int) -> str:
        return _attempt(new_session, returning(order, back("4")), f"back-{place}")

    with ThreadPoolExecutor(5) as pool:
        assert sorted(pool.map(ship_five, range(5))) == ["done"] * 2 + ["more_than_ordered"] * 3
    with ThreadPoolExecutor(5) as pool:
        assert sorted(pool.map(take_four, range(5))) == ["done"] * 2 + ["more_than_shipped"] * 3
    company_of.expire_all()
    line = line_of(company_of, order)
    assert (line.shipped, line.returned, broken(company_of)) == (10, 8, [])


def _attempt(new_session: Callable[[], Session], command: Command, key: str) -> str:
    with new_session() as other:
        said = came_of(other, command, key)
        other.commit()
        return said
