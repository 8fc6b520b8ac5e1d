"""Stock is counted in boxes and kept in pieces: conversions are exact, and what cannot be counted is refused."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.availability.commands import ReleaseReservation, ReserveStock, WantedClaim
from core.command import Command
from core.counting.commands import Beside, CountItem, OpenCount
from core.counting.tables import CountLine, CountScan
from core.masterdata.commands import AddConversion, AddItem
from core.masterdata.units import base_of
from core.payables.units import to_six
from core.refusals import Refusal
from core.stock.commands import AdjustStock, IssueStock, OpenStock, TransferStock
from core.stock.cost_commands import ReceiveReturn
from core.stock.making_commands import Component, IssueKit, Repack, ReturnKit
from core.stock.place_commands import HoldStock, PutAway, ReleaseStock
from core.stock.queries import layers, on_hand
from core.stock.tables import StockStatus
from core.stock.transit_commands import (
    ArrivedLine,
    RecalledLine,
    RecallTransfer,
    ReceiveTransfer,
    ShippedLine,
    ShipTransfer,
)
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


def test_kits_and_repacks_take_boxes(bolts: Session) -> None:
    do(bolts, AddItem(entity=HP, sku="SET-1", name="Repair set"))
    do(bolts, AddConversion(entity=HP, item="SET-1", unit="case", factor=D(4)))
    made = (Component(item=BOLT, quantity=D("0.5"), unit="box"), Component(item=WIRE, quantity=D(250), unit="g"))
    do(bolts, Repack(entity=HP, site=PDX, components=made, item="SET-1", quantity=D(2), unit="case"))
    a_kit = (Component(item=BOLT, quantity=D("0.25"), unit="box"), Component(item=WIRE, quantity=D(1)))
    do(bolts, IssueKit(entity=HP, site=PDX, kits=D(4), components=a_kit, document="SO-7"))
    do(bolts, ReturnKit(entity=HP, site=PDX, kits=D(1), document="SO-7"))

    assert lies(bolts) == {StockStatus.AVAILABLE: 120 - 6 - 12 + 3}
    assert lies(bolts, WIRE) == {StockStatus.AVAILABLE: D("100") - D("0.25") - 4 + 1}
    assert lies(bolts, "SET-1") == {StockStatus.AVAILABLE: 8}
    assert broken(bolts) == []


def test_a_transfer_in_two_steps_is_shipped_received_lost_and_called_back_in_boxes(bolts: Session) -> None:
    leaving = (ShippedLine(item=BOLT, quantity=D(6), unit="box"), ShippedLine(item=WIRE, quantity=D(500), unit="g"))
    sent = do(bolts, ShipTransfer(entity=HP, site=PDX, to_site=RNO, lines=leaving)).result["transfer"]
    came = ArrivedLine(line=1, quantity=D("2.5"), lost=D("0.25"), unit="box")
    do(bolts, ReceiveTransfer(entity=HP, transfer=sent, lines=(came,), reason="a box burst"))
    turned = (RecalledLine(line=1, quantity=D(3), unit="box"), RecalledLine(line=2, quantity=D("0.5")))
    do(bolts, RecallTransfer(entity=HP, transfer=sent, lines=turned, reason="not wanted there"))

    assert lies(bolts) == {StockStatus.AVAILABLE: 84}
    assert lies(bolts, site=RNO) == {StockStatus.AVAILABLE: 30, StockStatus.IN_TRANSIT: 3}
    too_much = ReceiveTransfer(entity=HP, transfer=sent, lines=(ArrivedLine(line=1, quantity=D(1), unit="box"),))
    assert "3 on the way, 12 told of" in str(refused(bolts, too_much))
    assert broken(bolts) == []


def test_boxes_are_reserved_and_let_go(bolts: Session) -> None:
    wanted = WantedClaim(item=BOLT, quantity=D(9), unit="box", document="SO-1")
    made = do(bolts, ReserveStock(entity=HP, site=PDX, claims=(wanted, replace(wanted, document="SO-2"))))
    assert [(one["quantity"], one["open"]) for one in made.result["reservations"]] == [("108", "0"), ("12", "96")]

    let_go = ReleaseReservation(entity=HP, reservation="RS-1", quantity=D("1.5"), unit="box")
    assert do(bolts, let_go).result["left"] == "90"


def counted_as(*beside: Beside, counted: str = "3", unit: str = "box") -> CountItem:
    return CountItem(entity=HP, count="CNT-1", item=BOLT, counted=D(counted), unit=unit, beside=beside)


def test_whoever_counts_says_boxes_and_pieces_and_both_are_kept_as_said(bolts: Session) -> None:
    do(bolts, OpenCount(entity=HP, site=PDX, items=(BOLT,)))
    do(bolts, counted_as(Beside(quantity=D(4))))
    do(bolts, counted_as(counted="40", unit=""))
    do(bolts, counted_as(counted="41", unit="pcs"))

    assert [(scan.counted, scan.told) for scan in bolts.scalars(select(CountScan).order_by(CountScan.seq))] == [
        (D(40), "3 box + 4 pcs"),
        (D(40), ""),
        (D(41), ""),
    ]
    assert bolts.scalars(select(CountLine.counted)).one() == 41


HALF = "0.3"
ODD: list[tuple[Command, Refusal]] = [
    (counted_as(counted=HALF), Refusal.PRECISION),
    (counted_as(Beside(quantity=D("0.5"))), Refusal.PRECISION),
    (counted_as(Beside(quantity=D(1), unit="pallet")), Refusal.UNIT_UNKNOWN),
    (counted_as(Beside(quantity=D(1), unit="boxes")), Refusal.COMMAND_MALFORMED),
    (counted_as(Beside(quantity=D(-1))), Refusal.QUANTITY_NOT_POSITIVE),
    (counted_as(counted="-1"), Refusal.QUANTITY_NOT_POSITIVE),
    *[
        (command(quantity=D(quantity), unit=unit), code)
        for quantity, unit, code in (
            (HALF, "box", Refusal.PRECISION),
            ("1", "pallet", Refusal.UNIT_UNKNOWN),
            ("-1", "box", Refusal.QUANTITY_NOT_POSITIVE),
        )
        for command in (
            lambda **of: ReserveStock(entity=HP, site=PDX, claims=(WantedClaim(item=BOLT, document="SO-1", **of),)),
            lambda **of: ReleaseReservation(entity=HP, reservation="RS-1", **of),
            lambda **of: IssueKit(
                entity=HP, site=PDX, kits=D(1), components=(Component(item=BOLT, **of),), document="SO-1"
            ),
            lambda **of: Repack(
                entity=HP, site=PDX, components=(Component(item=BOLT, **of),), item=WIRE, quantity=D(1)
            ),
            lambda **of: Repack(
                entity=HP, site=PDX, components=(Component(item=WIRE, quantity=D(1)),), item=BOLT, **of
            ),
            lambda **of: ShipTransfer(entity=HP, site=PDX, to_site=RNO, lines=(ShippedLine(item=BOLT, **of),)),
            lambda **of: ReceiveTransfer(entity=HP, transfer="ST-1", lines=(ArrivedLine(line=1, **of),)),
            lambda **of: RecallTransfer(entity=HP, transfer="ST-1", lines=(RecalledLine(line=1, **of),), reason="back"),
        )
    ],
]


@pytest.mark.parametrize(("command", "code"), ODD)
def test_nothing_else_is_counted_by_units_that_do_not_come_out_even(
    bolts: Session, command: Command, code: Refusal
) -> None:
    do(bolts, ReserveStock(entity=HP, site=PDX, claims=(WantedClaim(item=BOLT, quantity=D(9), document="SO-9"),)))
    do(bolts, ShipTransfer(entity=HP, site=PDX, to_site=RNO, lines=(ShippedLine(item=BOLT, quantity=D(24)),)))
    do(bolts, OpenCount(entity=HP, site=PDX, items=(BOLT,)))
    assert refused(bolts, command).code is code
