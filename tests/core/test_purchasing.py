"""Purchase orders: one person places, another approves; what the supplier says is kept as its word and measured."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from core.command import Command
from core.masterdata.commands import AddSupplier
from core.purchasing.commands import (
    AcceptPromise,
    AmendPrice,
    AmendQuantity,
    ApproveOrder,
    CancelRest,
    CloseShort,
    NewOrderLine,
    PlaceOrder,
)
from core.purchasing.queries import order_totals
from core.refusals import Refusal
from tests.builders import (
    BOLT,
    DANA,
    GAUGE,
    HP,
    NEED_BY,
    PDX,
    PRIYA,
    SUPPLIER,
    WIRE,
    D,
    do,
    order,
    order_line,
    order_row,
    receipt,
    refused,
)
from tests.conftest import FRIDAY

pytestmark = pytest.mark.usefixtures("sound_company")


def placing(**changes: Any) -> PlaceOrder:
    """An order that would be fine, but for the changes."""
    line = NewOrderLine(item=BOLT, quantity=D(100), price=D("0.42"), need_by=NEED_BY)
    facts = {"supplier": SUPPLIER, "site": PDX, "placed_by": "priya", "lines": (line,), **changes}
    return PlaceOrder(entity=HP, **facts)


def one(**changes: Any) -> dict[str, Any]:
    """The lines of an order with one line."""
    facts = {"item": BOLT, "quantity": D(100), "price": D("0.42"), "need_by": NEED_BY, **changes}
    return {"lines": (NewOrderLine(**facts),)}


def test_an_order_waits_until_somebody_else_approves_it(session: Session) -> None:
    placed = order(session, (BOLT, "100", "0.42"), approved=False)
    assert order_row(session, placed).state == "awaiting_approval"

    do(session, ApproveOrder(entity=HP, order=placed, approved_by="dana"), actor=DANA)

    row = order_row(session, placed)
    assert (row.state, row.approved_by, row.approved_at) == ("open", "dana", FRIDAY)


@pytest.mark.parametrize(("approved_by", "actor"), [("priya", DANA), ("priya", PRIYA), ("dana", PRIYA)])
def test_who_placed_an_order_may_not_approve_it_not_even_in_anothers_name(
    session: Session, approved_by: str, actor: Any
) -> None:
    placed = order(session, (BOLT, "100", "0.42"), approved=False)
    refusal = refused(session, ApproveOrder(entity=HP, order=placed, approved_by=approved_by), actor=actor)
    assert refusal.code is Refusal.DUTIES


def test_an_order_is_approved_once(session: Session) -> None:
    placed = order(session, (BOLT, "100", "0.42"))
    refusal = refused(session, ApproveOrder(entity=HP, order=placed, approved_by="dana"), actor=DANA)
    assert refusal.code is Refusal.ORDER_NOT_AWAITING_APPROVAL


def test_an_order_remembers_how_the_supplier_calls_the_item_and_how_many_pieces_a_box_has(session: Session) -> None:
    from core.masterdata.commands import AddSupplierItem

    do(session, AddSupplierItem(entity=HP, supplier=SUPPLIER, code="M8X40-ZN", item=BOLT))

    line = order_line(session, order(session, (BOLT, "10", "5.04"), unit="box"))

    assert (line.supplier_item, line.description, line.unit, line.unit_factor) == (
        "M8X40-ZN",
        "Flange bolt M8",
        "box",
        D(12),
    )


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"supplier": "S-9"}, Refusal.SUPPLIER_UNKNOWN),
        ({"site": "NYC"}, Refusal.SITE_UNKNOWN),
        ({"lines": ()}, Refusal.NOTHING_TO_DO),
        ({"currency": "EUR"}, Refusal.RATE_UNKNOWN),
        ({"number": "PO-1"}, Refusal.ALREADY_EXISTS),
        (one(item="XX"), Refusal.ITEM_UNKNOWN),
        (one(unit="pallet"), Refusal.UNIT_UNKNOWN),
        (one(quantity=D(0)), Refusal.QUANTITY_NOT_POSITIVE),
        (one(quantity=D(-5)), Refusal.QUANTITY_NOT_POSITIVE),
        (one(quantity=D("2.5")), Refusal.PRECISION),
        (one(quantity=D("0.3"), unit="box"), Refusal.PRECISION),
        (one(price=D("-0.01")), Refusal.AMOUNT_NOT_POSITIVE),
        (one(price=D("0.1234567")), Refusal.PRECISION),
    ],
)
def test_an_order_that_makes_no_sense_is_refused(session: Session, changes: dict[str, Any], code: Refusal) -> None:
    order(session, (BOLT, "1", "1.00"))
    assert refused(session, placing(**changes)).code is code


def test_a_supplier_in_a_currency_without_a_rate_is_refused_in_plain_words(session: Session) -> None:
    do(session, AddSupplier(entity=HP, number="S-2", name="Rivoire", currency="EUR"))
    refusal = refused(session, placing(supplier="S-2"))
    assert refusal.detail == (
        "nobody said what EUR is worth in USD on 2026-11-20 or before: set its exchange rate first"
    )


def test_a_price_in_tenths_of_cents_is_kept_exactly(session: Session) -> None:
    placed = str(do(session, placing(**one(price=D("0.012345")))).result["order"])
    assert order_line(session, placed).price == D("0.012345")


def test_an_order_closes_itself_when_nothing_of_it_may_come_any_more(session: Session) -> None:
    placed = order(session, (BOLT, "100", "0.42"), (GAUGE, "5", "12.00"), (WIRE, "3", "3.10"))
    receipt(session, placed, "100", final=False)
    do(session, CancelRest(entity=HP, order=placed, line=2))
    assert order_row(session, placed).state == "open"

    do(session, CloseShort(entity=HP, order=placed, line=3))

    assert order_row(session, placed).state == "closed"


def test_an_order_of_which_everything_was_cancelled_is_cancelled(session: Session) -> None:
    placed = order(session, (BOLT, "100", "0.42"), (GAUGE, "5", "12.00"))
    do(session, CancelRest(entity=HP, order=placed, line=1))
    do(session, CancelRest(entity=HP, order=placed, line=2))
    assert order_row(session, placed).state == "cancelled"


def test_an_order_that_is_amended_upwards_opens_again(session: Session) -> None:
    placed = order(session, (BOLT, "100", "0.42"))
    receipt(session, placed, "100")

    do(session, AmendQuantity(entity=HP, order=placed, line=1, quantity=D(120)))

    assert order_row(session, placed).state == "open"


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (lambda po: AmendQuantity(entity=HP, order=po, line=1, quantity=D(79)), Refusal.MORE_THAN_ORDERED),
        (lambda po: AmendQuantity(entity=HP, order=po, line=1, quantity=D(0)), Refusal.QUANTITY_NOT_POSITIVE),
        (lambda po: AmendQuantity(entity=HP, order=po, line=1, quantity=D("100.5")), Refusal.PRECISION),
        (lambda po: AmendQuantity(entity=HP, order=po, line=1, quantity=D(100)), Refusal.NOTHING_TO_DO),
        (lambda po: AmendPrice(entity=HP, order=po, line=1, price=D(0)), Refusal.AMOUNT_NOT_POSITIVE),
        (lambda po: AmendPrice(entity=HP, order=po, line=1, price=D("0.42")), Refusal.NOTHING_TO_DO),
        (lambda po: AmendPrice(entity=HP, order=po, line=1, price=D("0.1234567")), Refusal.PRECISION),
        (lambda po: AcceptPromise(entity=HP, order=po, line=1, need_by=NEED_BY), Refusal.NOTHING_TO_DO),
        (lambda po: CancelRest(entity=HP, order=po, line=2), Refusal.NOTHING_TO_DO),
        (lambda po: CloseShort(entity=HP, order=po, line=2), Refusal.NOTHING_TO_DO),
        (lambda po: CancelRest(entity=HP, order=po, line=3), Refusal.ORDER_LINE_UNKNOWN),
        (lambda po: CloseShort(entity=HP, order="PO-9", line=1), Refusal.ORDER_UNKNOWN),
    ],
)
def test_a_change_that_makes_no_sense_is_refused(
    session: Session, command: Callable[[str], Command], code: Refusal
) -> None:
    """Line 1: 80 of 100 came. Line 2: everything came."""
    placed = order(session, (BOLT, "100", "0.42"), (BOLT, "10", "0.42"))
    receipt(session, placed, "70+10", "10", final=False)
    assert refused(session, command(placed)).code is code


def test_what_was_cancelled_is_not_ordered_back_by_an_amendment(session: Session) -> None:
    placed = order(session, (BOLT, "100", "0.42"), (GAUGE, "5", "12.00"))
    receipt(session, placed, "60", final=False)
    do(session, CancelRest(entity=HP, order=placed, line=1))

    refusal = refused(session, AmendQuantity(entity=HP, order=placed, line=1, quantity=D(99)))

    assert (refusal.code, refusal.detail) == (Refusal.MORE_THAN_ORDERED, "60 came already, 40 were cancelled")


def test_an_order_comes_to_its_lines_and_the_tax_to_expect_on_them(session: Session) -> None:
    do(session, AddSupplier(entity=HP, number="S-9", name="Vat and Sons", currency="USD", tax_rate=D(19)))
    lines = (NewOrderLine(item=BOLT, quantity=D(3), price=D("0.333"), need_by=NEED_BY),) * 2
    placed = PlaceOrder(entity=HP, supplier="S-9", site=PDX, placed_by="priya", lines=lines)
    number = str(do(session, placed).result["order"])

    totals = order_totals(session, HP, number)

    assert (totals.net, totals.tax, totals.total) == (D("2.00"), D("0.38"), D("2.38"))
