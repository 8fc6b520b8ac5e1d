"""Stock is counted in boxes and kept in pieces: conversions are exact, and what cannot be counted is refused."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from core.command import Command
from core.masterdata.commands import AddConversion
from core.masterdata.units import base_of
from core.payables.units import to_six
from core.refusals import Refusal
from core.stock.commands import AdjustStock, IssueStock, OpenStock, TransferStock
from core.stock.cost_commands import ReceiveReturn
from core.stock.place_commands import HoldStock, PutAway, ReleaseStock
from core.stock.queries import layers, on_hand
from core.stock.tables import StockStatus
from core.stock.units import in_unit
from tests.builders import BOLT, HP, PDX, RNO, WIRE, D, broken, company, do, refused, stocked


@pytest.fixture
def bolts(session: Session) -> Session:
    """Ten boxes of twelve bolts at 4.80 a box, and two and a half reels of forty kilograms of wire at 100 a reel."""
    company(session)
    do(session, AddConversion(entity=HP, item=WIRE, unit="reel", factor=D(40)))
    do(session, AddConversion(entity=HP, item=WIRE, unit="g", factor=D("0.001")))
    stocked(session, "10", "4.80", unit="box")
    stocked(session, "2.5", "100", item=WIRE, unit="reel")
    return session


def lies(session: Session, item: str = BOLT, site: str = PDX) -> dict[StockStatus, Decimal]:
    """What lies there, by status."""
    return {status: quantity for status, quantity in on_hand(session, HP, item, site).items() if quantity}


def test_what_is_opened_in_boxes_is_kept_in_pieces_at_the_cost_of_the_boxes(bolts: Session) -> None:
    found = {item: [(x.quantity, x.value) for x in layers(bolts, HP, item)] for item in (BOLT, WIRE)}

    assert found == {BOLT: [(D(120), D(48))], WIRE: [(D(100), D(250))]}
    assert broken(bolts) == []


def test_every_command_on_stock_takes_boxes(bolts: Session) -> None:
    here: dict[str, Any] = {"entity": HP, "item": BOLT, "site": PDX, "unit": "box"}
    do(bolts, IssueStock(**here, quantity=D(2), document="SO-1"))
    do(bolts, ReceiveReturn(**here, quantity=D("0.5"), document="SO-1"))
    do(bolts, TransferStock(**here, quantity=D(3), to_site=RNO))
    do(bolts, PutAway(**here, quantity=D(1), to_location="A-1"))
    do(bolts, HoldStock(**here, quantity=D(2), reason="look at them"))
    do(bolts, ReleaseStock(**here, quantity=D("0.25"), reason="three are good"))
    do(bolts, AdjustStock(**here, quantity=D("-0.083333"), reason="one is missing"))
    do(bolts, AdjustStock(**here, quantity=D(1), reason="one more box", unit_cost=D("6.00")))

    assert sum(lies(bolts).values()) == 120 - 24 + 6 - 36 - 1 + 12
    assert lies(bolts)[StockStatus.HOLD] == 21
    assert lies(bolts, site=RNO) == {StockStatus.AVAILABLE: 36}
    assert sum(layer.value for layer in layers(bolts, HP, BOLT, PDX)) == D("32.00")
    assert broken(bolts) == []


@pytest.mark.parametrize(
    ("quantity", "unit", "code"),
    [
        ("0.3", "box", Refusal.PRECISION),
        ("1.5", "pcs", Refusal.PRECISION),
        ("1", "pallet", Refusal.UNIT_UNKNOWN),
        ("0", "box", Refusal.QUANTITY_NOT_POSITIVE),
        ("-1", "box", Refusal.QUANTITY_NOT_POSITIVE),
        ("0.0000001", "box", Refusal.PRECISION),
        ("11", "box", Refusal.MORE_THAN_ON_HAND),
    ],
)
def test_what_is_no_number_of_pieces_is_refused(bolts: Session, quantity: str, unit: str, code: Refusal) -> None:
    issue = IssueStock(entity=HP, item=BOLT, site=PDX, quantity=D(quantity), unit=unit, document="SO-1")
    assert refused(bolts, issue).code is code


def test_an_unknown_unit_says_what_to_do(bolts: Session) -> None:
    issue = IssueStock(entity=HP, item=BOLT, site=PDX, quantity=D(1), unit="pallet", document="SO-1")
    assert refused(bolts, issue).detail == "FB-M8 is not known by the pallet: say first how many pcs one pallet is"


@pytest.mark.parametrize(
    ("command", "more"),
    [
        (OpenStock, {"unit_cost": D(1)}),
        (IssueStock, {"document": "SO-1"}),
        (TransferStock, {"to_site": RNO}),
        (AdjustStock, {"reason": "why"}),
        (PutAway, {"to_location": "A-1"}),
        (HoldStock, {"reason": "why"}),
        (ReleaseStock, {"reason": "why"}),
    ],
)
def test_no_command_takes_a_third_of_a_bolt(bolts: Session, command: type[Command], more: dict[str, Any]) -> None:
    said: dict[str, Any] = {"entity": HP, "item": BOLT, "site": PDX, "quantity": D("0.03"), "unit": "box"}
    assert refused(bolts, command(**said, **more)).code is Refusal.PRECISION


def test_grams_are_rounded_to_nothing_finer_than_the_item_is_counted_in(bolts: Session) -> None:
    here: dict[str, Any] = {"entity": HP, "item": WIRE, "site": PDX, "document": "SO-1", "unit": "g"}
    do(bolts, IssueStock(**here, quantity=D(1)))

    assert lies(bolts, WIRE) == {StockStatus.AVAILABLE: D("99.999")}
    assert refused(bolts, IssueStock(**here, quantity=D("0.4"))).code is Refusal.PRECISION


def test_a_unit_is_known_however_it_is_written(bolts: Session) -> None:
    do(bolts, IssueStock(entity=HP, item=BOLT, site=PDX, quantity=D(1), unit="Boxes", document="SO-1"))
    do(bolts, IssueStock(entity=HP, item=BOLT, site=PDX, quantity=D(1), unit="EA", document="SO-2"))

    assert lies(bolts) == {StockStatus.AVAILABLE: 107}
    assert in_unit(bolts, HP, BOLT, D(107), "bx") == D("8.916667")
    assert in_unit(bolts, HP, BOLT, D(107), "pallet") is None


@given(pieces=st.integers(min_value=1, max_value=10**6), factor=st.integers(min_value=1, max_value=1000))
def test_pieces_in_boxes_are_the_same_pieces_again(pieces: int, factor: int) -> None:
    boxes = to_six(Decimal(pieces) / factor)

    assert base_of(boxes, factor=Decimal(factor), decimals=0) == pieces
