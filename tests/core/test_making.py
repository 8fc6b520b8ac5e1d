"""Pieces made of others, kits that leave in parts, and what is sold without ever being in stock."""

from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.books.queries import balance
from core.masterdata.commands import AddItem, SetStockPolicy
from core.refusals import Refusal
from core.stock import queries
from core.stock.commands import IssueStock
from core.stock.cost_commands import AddLandedCost, ReceiveReturn
from core.stock.making_commands import Component, DropShip, IssueKit, Repack, ReturnKit
from core.stock.queries import available
from core.stock.selling_tables import DropShipment
from tests.builders import (
    BOLT,
    GAUGE,
    HP,
    LONG_AGO,
    PDX,
    SUPPLIER,
    WIRE,
    D,
    do,
    order,
    posted,
    receipt,
    refused,
    stocked,
)

SET = "SET-1"


@pytest.fixture(autouse=True)
def _more(session: Session, sound_company: None) -> None:
    """Every test stands in the company with a set made of bolts and wire."""
    do(session, AddItem(entity=HP, sku=SET, name="Repair set"))


def pack(bolts: str, sets: str, *, wire: str = "", extra: str = "0") -> Repack:
    components = [Component(item=BOLT, quantity=D(bolts))] + [Component(item=WIRE, quantity=D(w)) for w in [wire] if w]
    return Repack(entity=HP, site=PDX, components=tuple(components), item=SET, quantity=D(sets), extra_cost=D(extra))


def sets_on_hand(session: Session) -> list[tuple[Decimal, Decimal]]:
    return [(layer.quantity, layer.value) for layer in queries.layers(session, HP, SET, PDX)]


def test_what_is_made_is_worth_what_went_in_and_what_the_work_cost(session: Session) -> None:
    for cost in ("10", "20", "30", "40"):
        stocked(session, "10", cost)
    stocked(session, "2", "3", item=WIRE)

    done = do(session, pack("40", "1", wire="0.5", extra="25"))

    assert done.result["value"] == "1026.5"
    assert sets_on_hand(session) == [(D(1), D("1026.5"))]
    assert posted(session, str(done.result["repack"])) == [[("1400", D(25)), ("5400", D(-25))]]
    assert balance(session, HP, "1400") == D("1031")


def test_a_repack_without_extra_cost_posts_nothing(session: Session) -> None:
    stocked(session, "10", "0.40")
    done = do(session, pack("10", "3"))
    assert posted(session, str(done.result["repack"])) == []
    assert sets_on_hand(session) == [(D(3), D(4))]


def test_a_cost_that_comes_late_follows_into_what_was_made_and_sold(session: Session) -> None:
    arrived = receipt(session, order(session, (BOLT, "100", "0.40")), "100")
    do(session, pack("50", "10", extra="5"))
    do(session, IssueStock(entity=HP, item=SET, site=PDX, quantity=D(4), document="SO-1"))
    assert balance(session, HP, "5000") == 10

    do(session, AddLandedCost(entity=HP, receipts=(arrived,), amount=D(20)))

    assert sets_on_hand(session) == [(D(6), D(21))]
    assert balance(session, HP, "5000") == 14


def test_an_earlier_component_found_later_changes_what_was_made(session: Session) -> None:
    stocked(session, "10", "1")
    do(session, pack("10", "10"))
    stocked(session, "10", "3", happened_at=LONG_AGO)
    assert sets_on_hand(session) == [(D(10), D(30))]


def test_what_is_made_of_pieces_at_a_standard_cost_keeps_its_own(session: Session) -> None:
    do(session, AddItem(entity=HP, sku="STD", name="Plate", cost_method="standard", standard_cost=D(5)))
    arrived = receipt(session, order(session, (BOLT, "10", "1")), "10")
    made = Repack(
        entity=HP,
        site=PDX,
        components=(Component(item=BOLT, quantity=D(10)),),
        item="STD",
        quantity=D(4),
        extra_cost=D(2),
    )

    done = do(session, made)
    assert posted(session, str(done.result["repack"])) == [[("1400", D(10)), ("5340", D(-8)), ("5400", D(-2))]]

    do(session, AddLandedCost(entity=HP, receipts=(arrived,), amount=D(3)))
    assert balance(session, HP, "5340") == -5


def test_what_cannot_be_made_is_refused(session: Session) -> None:
    stocked(session, "10", "1")
    do(session, SetStockPolicy(entity=HP, item=BOLT, site=PDX, negative_allowed=True))
    of_itself = Repack(entity=HP, site=PDX, components=(Component(item=SET, quantity=D(1)),), item=SET, quantity=D(1))
    for command, code in (
        (pack("11", "1"), Refusal.MORE_THAN_ON_HAND),  # what has not come has no cost to go into anything
        (pack("0", "1"), Refusal.QUANTITY_NOT_POSITIVE),
        (pack("1", "0"), Refusal.QUANTITY_NOT_POSITIVE),
        (pack("1", "1", extra="0.001"), Refusal.PRECISION),
        (pack("1", "0.5"), Refusal.PRECISION),
        (of_itself, Refusal.NOTHING_TO_DO),
        (Repack(entity=HP, site=PDX, components=(), item=SET, quantity=D(1)), Refusal.NOTHING_TO_DO),
    ):
        assert refused(session, command).code is code


def kit(kits: str, document: str = "SO-1") -> IssueKit:
    components = (Component(item=BOLT, quantity=D(4)), Component(item=GAUGE, quantity=D(1)))
    return IssueKit(entity=HP, site=PDX, kits=D(kits), components=components, document=document)


def test_a_kit_leaves_in_its_components_and_comes_back_at_what_they_cost(session: Session) -> None:
    stocked(session, "10", "1", happened_at=LONG_AGO)
    stocked(session, "10", "2")
    stocked(session, "5", "10", item=GAUGE)

    assert do(session, kit("3")).result["value"] == "44"  # 10 at 1, 2 at 2, 3 at 10
    back = do(session, ReturnKit(entity=HP, document="SO-1", site=PDX, kits=D(1)))

    assert D(back.result["value"]) == D("14.67")  # a third of each component
    assert [available(session, HP, item, PDX) for item in (BOLT, GAUGE)] == [12, 3]


def test_a_kit_that_is_not_complete_does_not_leave(session: Session) -> None:
    stocked(session, "100", "1")
    stocked(session, "2", "10", item=GAUGE)
    assert refused(session, kit("3")).code is Refusal.MORE_THAN_ON_HAND
    assert refused(session, kit("0.5")).code is Refusal.PRECISION
    do(session, kit("2"))
    assert refused(session, kit("1")).code is Refusal.ALREADY_EXISTS
    assert (
        refused(session, ReturnKit(entity=HP, document="SO-1", site=PDX, kits=D(3))).code is Refusal.MORE_THAN_ON_HAND
    )
    assert refused(session, ReturnKit(entity=HP, document="SO-2", site=PDX, kits=D(1))).code is Refusal.NO_SUCH_MOVE


def test_a_component_that_came_back_alone_does_not_come_back_again_with_its_kit(session: Session) -> None:
    stocked(session, "100", "1")
    stocked(session, "2", "10", item=GAUGE)
    do(session, kit("2"))
    do(session, ReceiveReturn(entity=HP, document="SO-1", item=GAUGE, site=PDX, quantity=D(1)))
    assert (
        refused(session, ReturnKit(entity=HP, document="SO-1", site=PDX, kits=D(2))).code is Refusal.MORE_THAN_ON_HAND
    )


def test_a_drop_shipment_is_cost_of_sales_and_touches_no_stock(session: Session) -> None:
    stocked(session, "1", "10")
    stocked(session, "1", "20")
    drop = DropShip(entity=HP, item=BOLT, quantity=D(1), unit_cost=D(10), document="SO-1", supplier=SUPPLIER)

    done = do(session, drop)

    assert posted(session, str(done.result["drop_shipment"])) == [[("5000", D(10)), ("2150", D(-10))]]
    assert available(session, HP, BOLT, PDX) == 2
    assert balance(session, HP, "1400") == 30
    assert session.scalars(select(DropShipment.unbilled_value)).all() == [D(10)]


@pytest.mark.parametrize(
    ("drop", "code"),
    [
        (DropShip(entity=HP, item="XX", quantity=D(1), unit_cost=D(1), document="SO-1"), Refusal.ITEM_UNKNOWN),
        (DropShip(entity=HP, item=BOLT, quantity=D(0), unit_cost=D(1), document="SO-1"), Refusal.QUANTITY_NOT_POSITIVE),
        (DropShip(entity=HP, item=BOLT, quantity=D("0.5"), unit_cost=D(1), document="SO-1"), Refusal.PRECISION),
        (
            DropShip(entity=HP, item=BOLT, quantity=D(1), unit_cost=D(1), document="SO-1", supplier="S-9"),
            Refusal.SUPPLIER_UNKNOWN,
        ),
    ],
)
def test_a_drop_shipment_that_makes_no_sense_is_refused(session: Session, drop: DropShip, code: Refusal) -> None:
    assert refused(session, drop).code is code
