"""A lot past its last day leaves for nobody's use, whoever asks; who names no lot is given what expires first."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock
from core.availability.arithmetic import Demand
from core.availability.commands import ReserveStock, WantedClaim
from core.availability.perishing import LotHere, left_over
from core.command import Command
from core.masterdata.commands import AddItem, SetStockPolicy
from core.refusals import Refusal
from core.sales.tables import ShipmentLine
from core.stock.commands import AdjustStock, IssueStock, TransferStock
from core.stock.cost_commands import ReceiveReturn
from core.stock.lots import SetLotExpiry
from core.stock.making_commands import Component, IssueKit, Repack, ReturnKit
from core.stock.place_commands import HoldStock, PutAway
from core.stock.queries import on_hand
from core.stock.tables import StockBalance, StockStatus
from core.stock.transit_commands import ShippedLine, ShipTransfer
from tests.builders import BOLT, HP, LONG_AGO, PDX, RNO, D, broken, do, refused, stocked
from tests.conftest import FRIDAY
from tests.expiry.lots import in_days, lot
from tests.sales.sold import customer, ship, shipping, sold

pytestmark = pytest.mark.usefixtures("sound_company")

OLD, TODAYS, FRESH = "A-OLD", "B-TODAY", "C-FRESH"


@pytest.fixture(autouse=True)
def _lots(session: Session, sound_company: None) -> None:
    """Five pieces each: of a lot whose last day was yesterday, of one whose last day is today, and of one that keeps."""
    do(session, AddItem(entity=HP, sku="SET-1", name="Repair set"))
    for name, days in ((FRESH, 30), (OLD, -1), (TODAYS, 0)):
        stocked(session, "5", "2", lot=name, happened_at=LONG_AGO)
        do(session, SetLotExpiry(entity=HP, item=BOLT, lot=name, expires_on=in_days(days)))


def lies(session: Session, status: StockStatus = StockStatus.AVAILABLE) -> dict[str, Decimal]:
    """What lies in Portland, by lot."""
    rows = session.execute(
        select(StockBalance.lot, StockBalance.quantity).where(
            StockBalance.item == BOLT, StockBalance.site == PDX, StockBalance.status == status
        )
    )
    return {name: quantity for name, quantity in rows if quantity}


def issue(quantity: str, name: str = "", **more: Any) -> IssueStock:
    return IssueStock(entity=HP, item=BOLT, site=PDX, quantity=D(quantity), document="SO-1", lot=name, **more)


def component(name: str) -> tuple[Component, ...]:
    return (Component(item=BOLT, quantity=D(1), lot=name),)


USES: dict[str, Callable[[str], Command]] = {
    "sold": lambda name: issue("1", name),
    "in a kit": lambda name: IssueKit(entity=HP, site=PDX, kits=D(1), components=component(name), document="SO-2"),
    "made into something": lambda name: Repack(
        entity=HP, site=PDX, components=component(name), item="SET-1", quantity=D(1)
    ),
    "reserved": lambda name: ReserveStock(
        entity=HP, site=PDX, claims=(WantedClaim(item=BOLT, quantity=D(1), document="SO-3", lot=name),)
    ),
    "transferred": lambda name: TransferStock(entity=HP, item=BOLT, site=PDX, to_site=RNO, quantity=D(1), lot=name),
    "shipped": lambda name: ShipTransfer(
        entity=HP, site=PDX, to_site=RNO, lines=(ShippedLine(item=BOLT, quantity=D(1), lot=name),)
    ),
}


@pytest.mark.parametrize("use", USES)
def test_an_expired_lot_is_not_used_by_name_and_one_on_its_last_day_is(session: Session, use: str) -> None:
    said = refused(session, USES[use](OLD))
    assert said.code is Refusal.LOT_EXPIRED
    assert f"lot {OLD} of {BOLT} at {PDX} was to be used by 19 Nov 2026" in said.detail
    assert "scrap them, send them back or put them on hold" in said.detail
    do(session, USES[use](TODAYS))
    assert broken(session) == []


def test_a_lot_is_over_with_the_midnight_that_ends_its_last_day(session: Session) -> None:
    midnight = (FRIDAY + timedelta(days=1)).replace(hour=0, minute=0)
    clock.set_clock(session, clock.fixed(midnight - timedelta(seconds=1)))
    do(session, issue("1", TODAYS))
    clock.set_clock(session, clock.fixed(midnight))
    assert refused(session, issue("1", TODAYS)).code is Refusal.LOT_EXPIRED


def test_what_expired_is_scrapped_held_put_away_and_corrected(session: Session) -> None:
    here: dict[str, Any] = {"entity": HP, "item": BOLT, "site": PDX, "lot": OLD}
    do(session, AdjustStock(**here, quantity=D(-1), reason="expired"))
    do(session, AdjustStock(**here, quantity=D(1), reason="one was not"))
    do(session, PutAway(**here, quantity=D(2), to_location="Q-1"))
    do(session, HoldStock(**here, quantity=D(2), reason="to be looked at"))
    do(session, TransferStock(**here, to_site=RNO, quantity=D(1), status=StockStatus.HOLD))
    do(session, HoldStock(**here, quantity=D(2), reason="to be looked at", location="Q-1"))

    assert on_hand(session, HP, BOLT, PDX)[StockStatus.HOLD] == 3
    assert on_hand(session, HP, BOLT, RNO) == {StockStatus.HOLD: 1}
    assert broken(session) == []


def test_who_names_no_lot_is_given_what_expires_first_and_never_what_expired(session: Session) -> None:
    do(session, issue("7"))
    assert lies(session) == {OLD: 5, FRESH: 3}

    said = refused(session, issue("4"))
    assert said.code is Refusal.LOT_EXPIRED
    assert f"{BOLT} at {PDX}: 1 more asked than may still be used on 20 Nov 2026" in said.detail
    assert f"expired: lot {OLD} on 19 Nov 2026" in said.detail
    do(session, HoldStock(entity=HP, item=BOLT, site=PDX, lot=OLD, quantity=D(5), reason="expired"))
    assert refused(session, issue("4")).code is Refusal.MORE_THAN_ON_HAND


def test_pieces_of_no_lot_leave_after_those_that_expire_and_before_lots_nobody_dated(session: Session) -> None:
    stocked(session, "5", "2", lot="A-UNDATED")
    stocked(session, "5", "2")
    do(session, issue("12"))
    assert lies(session) == {OLD: 5, "": 3, "A-UNDATED": 5}


def test_kits_and_repacks_take_what_expires_first(session: Session) -> None:
    do(session, IssueKit(entity=HP, site=PDX, kits=D(3), components=component(""), document="SO-2"))
    made = (Component(item=BOLT, quantity=D(3)), Component(item=BOLT, quantity=D(1)))
    do(session, Repack(entity=HP, site=PDX, components=made, item="SET-1", quantity=D(1)))
    assert lies(session) == {OLD: 5, FRESH: 3}


def test_what_comes_back_of_an_issue_without_lots_goes_to_the_lots_it_left(session: Session) -> None:
    do(session, issue("7"))
    back = ReceiveReturn(entity=HP, document="SO-1", item=BOLT, site=PDX, quantity=D(3))
    do(session, back)
    assert lies(session) == {OLD: 5, FRESH: 5, TODAYS: 1}, "the last out is the first back"
    do(session, back)
    assert lies(session) == {OLD: 5, FRESH: 5, TODAYS: 4}

    do(session, IssueKit(entity=HP, site=PDX, kits=D(5), components=component(""), document="SO-2"))
    do(session, ReturnKit(entity=HP, document="SO-2", site=PDX, kits=D(2)))
    assert lies(session) == {OLD: 5, FRESH: 5, TODAYS: 1}
    assert broken(session) == []


def test_a_shipment_that_names_no_lot_takes_what_expires_first_and_tells_which(session: Session) -> None:
    customer(session)
    placed = sold(session, (BOLT, "9", "5"))
    old = replace(shipping(placed, "1").lines[0], lot=OLD)
    assert refused(session, replace(shipping(placed), lines=(old,))).code is Refusal.LOT_EXPIRED
    ship(session, placed, "7")
    went = session.execute(select(ShipmentLine.lot, ShipmentLine.pieces).order_by(ShipmentLine.line)).all()
    assert went == [(TODAYS, 5), (FRESH, 2)]
    do(session, HoldStock(entity=HP, item=BOLT, site=PDX, lot=FRESH, quantity=D(2), reason="to be looked at"))
    assert refused(session, shipping(placed, "2")).code is Refusal.LOT_EXPIRED
    assert broken(session) == []


def test_a_late_entry_is_judged_by_the_day_it_happened(session: Session) -> None:
    yesterday = FRIDAY - timedelta(days=1)
    do(session, issue("1", OLD, happened_at=yesterday))
    do(session, issue("6", happened_at=yesterday))
    assert lies(session) == {TODAYS: 3, FRESH: 5}
    assert broken(session) == []


def test_nobody_picked_yesterday_from_a_lot_that_came_today(session: Session) -> None:
    lot(session, "0-NEW", "5", 5)
    do(session, issue("2", happened_at=FRIDAY - timedelta(hours=1)))
    assert lies(session)[TODAYS] == 3
    do(session, issue("4"))
    assert lies(session) == {OLD: 5, "0-NEW": 4, FRESH: 5}


def test_what_others_reserved_by_lot_is_left_to_them_and_ones_own_comes_first(session: Session) -> None:
    kept = (
        WantedClaim(item=BOLT, quantity=D(4), document="SO-9", lot=TODAYS),
        WantedClaim(item=BOLT, quantity=D(2), document="SO-1", lot=FRESH),
    )
    made = do(session, ReserveStock(entity=HP, site=PDX, claims=kept)).result["reservations"]
    do(session, issue("3", reservation=made[1]["reservation"]))
    assert lies(session) == {OLD: 5, TODAYS: 4, FRESH: 3}
    assert refused(session, issue("4")).code is Refusal.RESERVED


def test_a_lot_that_is_over_before_the_pieces_leave_is_not_reserved(session: Session) -> None:
    wanted = WantedClaim(item=BOLT, quantity=D(1), document="SO-3", lot=TODAYS, day=in_days(1))
    reserve = ReserveStock(entity=HP, site=PDX, claims=(wanted,))
    assert refused(session, reserve).code is Refusal.LOT_EXPIRED


def test_where_stock_may_go_below_zero_expired_pieces_still_stay(session: Session) -> None:
    do(session, SetStockPolicy(entity=HP, item=BOLT, site=PDX, negative_allowed=True))
    do(session, issue("12"))
    assert lies(session) == {OLD: 5, "": -2}
    assert refused(session, issue("1", OLD)).code is Refusal.LOT_EXPIRED


@given(parts=st.lists(st.integers(1, 4), min_size=1, max_size=4))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_real_picks_leave_what_the_reckoning_says_is_left(session: Session, parts: list[int]) -> None:
    """Issued in whatever parts, from each lot goes what `perishing` would take for the same demand today."""
    with session.begin_nested() as held:
        wanted = min(sum(parts), 10)
        done = 0
        for part in parts:
            quantity = min(part, wanted - done)
            if quantity:
                do(session, issue(str(quantity)))
                done += quantity
        here = [
            LotHere(lot=name, quantity=D(5), last_day=in_days(days))
            for name, days in ((OLD, -1), (TODAYS, 0), (FRESH, 30))
        ]
        demand = Demand(day=FRIDAY.date(), quantity=D(wanted), document="SO-1", line=0)
        reckoned = left_over(here, [demand], FRIDAY.date())
        assert {name: lies(session).get(name, D(0)) for name in reckoned} == reckoned
        held.rollback()
