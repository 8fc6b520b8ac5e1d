"""Counts: blind, against the balance at the scan, within a tolerance or with somebody who stands for them."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock
from core.counting import queries
from core.counting.commands import (
    CancelCount,
    ConfirmVariance,
    CountAgain,
    CountItem,
    OpenCount,
    PostCount,
    RefreshCount,
    SetCountPolicy,
)
from core.counting.queries import Counted
from core.counting.tables import CountScan, RootCause
from core.door import Outcome
from core.masterdata.commands import AddItem
from core.refusals import Refusal
from core.stock.commands import IssueStock
from core.stock.place_commands import HoldStock, PutAway
from core.stock.queries import available, layers
from core.stock.tables import CostEntry, StockStatus
from tests.builders import (
    BOLT,
    DANA,
    GAUGE,
    HP,
    LONG_AGO,
    PDX,
    RNO,
    WIRE,
    D,
    case_of,
    do,
    findings,
    posted,
    refused,
    stocked,
)
from tests.conftest import FRIDAY


@pytest.fixture(autouse=True)
def _more(session: Session, sound_company: None) -> None:
    """Every test stands in the company with a tolerance of ten percent and 200."""
    do(session, SetCountPolicy(entity=HP, quantity_pct=D(10), value_limit=D(200)))


def opened(session: Session, *items: str, site: str = PDX) -> str:
    return str(do(session, OpenCount(entity=HP, site=site, items=items)).result["count"])


def count(session: Session, number: str, item: str, counted: str, **more: Any) -> Outcome:
    return do(session, CountItem(entity=HP, count=number, item=item, counted=D(counted), **more))


def line(session: Session, number: str, at: int = 1) -> Counted:
    return queries.lines(session, HP, number)[at - 1]


def confirm(number: str, at: int = 1) -> ConfirmVariance:
    return ConfirmVariance(entity=HP, count=number, line=at, root_cause=RootCause.MISPLACED)


def test_whoever_counts_is_not_told_what_is_expected(session: Session) -> None:
    stocked(session, "100", "0.40")
    told = [do(session, OpenCount(entity=HP, site=PDX)), count(session, "CNT-1", BOLT, "97")]
    assert [outcome.result for outcome in told] == [{"count": "CNT-1", "lines": 1}, {"count": "CNT-1", "line": 1}]
    assert "100" not in str([(outcome.events, outcome.effects) for outcome in told])


def test_a_small_difference_is_adjusted_and_posted(session: Session) -> None:
    stocked(session, "100", "0.40")
    number = opened(session)
    count(session, number, BOLT, "97")

    assert do(session, PostCount(entity=HP, count=number)).result["adjusted"] == {"1": "-3"}
    assert available(session, HP, BOLT, PDX) == 97
    assert posted(session, "ADJ-1") == [[("1400", D("-1.20")), ("5330", D("1.20"))]]


def test_picks_after_the_scan_do_not_change_the_difference(session: Session) -> None:
    stocked(session, "100", "0.40")
    number = opened(session)
    count(session, number, BOLT, "97")
    do(session, IssueStock(entity=HP, item=BOLT, site=PDX, quantity=D(40), document="SO-1"))

    do(session, PostCount(entity=HP, count=number))
    assert available(session, HP, BOLT, PDX) == 57


def test_a_scan_of_a_device_that_was_not_connected_counts_by_its_own_hour(session: Session) -> None:
    stocked(session, "100", "0.40", happened_at=LONG_AGO)
    number = opened(session)
    clock.set_clock(session, clock.fixed(FRIDAY + timedelta(hours=2)))
    do(session, IssueStock(entity=HP, item=BOLT, site=PDX, quantity=D(40), document="SO-1"))

    count(session, number, BOLT, "99", scanned_at=FRIDAY + timedelta(hours=1))
    assert (line(session, number).expected, line(session, number).variance.quantity) == (D(100), D(-1))
    early = CountItem(entity=HP, count=number, item=BOLT, counted=D(1), scanned_at=FRIDAY - timedelta(hours=1))
    assert refused(session, early).code is Refusal.NO_SUCH_MOVE


def test_a_difference_is_measured_in_tolerances_and_waits_for_a_person(session: Session) -> None:
    stocked(session, "1", "100")
    stocked(session, "2.5", "70", item=WIRE)
    number = opened(session)
    count(session, number, BOLT, "2")
    count(session, number, WIRE, "5")

    bolts, wire = (one.variance for one in queries.lines(session, HP, number))
    assert [bolts.quantity, bolts.in_tolerances, bolts.value] == [D(1), D(10), D(100)]
    assert [wire.value, wire.over_limit] == [D(175), D("0.875")]
    assert refused(session, PostCount(entity=HP, count=number)).code is Refusal.NEEDS_CONFIRMATION


def test_a_value_over_the_limit_waits_although_the_quantity_is_within(session: Session) -> None:
    stocked(session, "100", "50")
    number = opened(session)
    count(session, number, BOLT, "95")
    assert not line(session, number).variance.within
    assert refused(session, PostCount(entity=HP, count=number)).code is Refusal.NEEDS_CONFIRMATION


def test_somebody_else_stands_for_a_large_difference_with_its_root_cause(session: Session) -> None:
    stocked(session, "100", "0.40")
    number = opened(session)
    count(session, number, BOLT, "50")

    assert refused(session, confirm(number)).code is Refusal.DUTIES
    do(session, confirm(number), actor=DANA)
    do(session, PostCount(entity=HP, count=number))
    assert available(session, HP, BOLT, PDX) == 50


def test_a_variance_is_one_case_until_it_is_confirmed_counted_again_or_posted(session: Session) -> None:
    stocked(session, "100", "0.40")
    stocked(session, "5", "10", item=GAUGE)
    number = opened(session)
    count(session, number, BOLT, "50")
    count(session, number, GAUGE, "9")

    assert findings(session) == {"stock_variance": ["50 pieces fewer than booked", "4 pieces more than booked"]}
    case = case_of(session, f"count:{number}")
    assert (case.code, case.owner_role, case.stake) == ("stock_variance", "inventory_controller", D(60))

    do(session, CountAgain(entity=HP, count=number, lines=(2,)))
    assert refused(session, PostCount(entity=HP, count=number)).code is Refusal.NOTHING_TO_DO
    count(session, number, GAUGE, "5")
    assert findings(session) == {"stock_variance": ["50 pieces fewer than booked"]}
    do(session, confirm(number), actor=DANA)
    assert findings(session) == {}
    do(session, PostCount(entity=HP, count=number))


def test_counting_again_asks_again_and_keeps_both_scans(session: Session) -> None:
    stocked(session, "100", "0.40")
    number = opened(session)
    count(session, number, BOLT, "50")
    do(session, confirm(number), actor=DANA)
    count(session, number, BOLT, "60")

    assert line(session, number).needs_confirmation
    assert session.scalars(select(CountScan.counted).order_by(CountScan.seq)).all() == [D(50), D(60)]


def test_a_refresh_holds_what_was_counted_against_the_books_of_now(session: Session) -> None:
    do(session, SetCountPolicy(entity=HP, quantity_pct=D(100), value_limit=D(200)))
    stocked(session, "1", "1")
    stocked(session, "2.5", "1", item=WIRE)
    number = opened(session)
    count(session, number, BOLT, "3")
    stocked(session, "1", "1")
    stocked(session, "1.3", "1", item=WIRE)
    do(session, RefreshCount(entity=HP, count=number))
    assert [one.expected for one in queries.lines(session, HP, number)] == [D(2), D("3.8")]
    count(session, number, WIRE, "3.8")

    assert do(session, PostCount(entity=HP, count=number)).result["adjusted"] == {"1": "1"}


def test_with_no_policy_every_difference_waits(session: Session) -> None:
    do(session, SetCountPolicy(entity=HP, item=BOLT, quantity_pct=D(0), value_limit=D(0)))
    stocked(session, "100", "0.40")
    number = opened(session)
    count(session, number, BOLT, "99")
    assert refused(session, PostCount(entity=HP, count=number)).code is Refusal.NEEDS_CONFIRMATION
    count(session, number, BOLT, "100")
    assert do(session, PostCount(entity=HP, count=number)).result["adjusted"] == {}


def test_places_lots_and_held_pieces_are_counted_and_adjusted_by_themselves(session: Session) -> None:
    stocked(session, "100", "0.40")
    do(session, PutAway(entity=HP, item=BOLT, site=PDX, quantity=D(50), to_location="A-1"))
    do(session, HoldStock(entity=HP, item=BOLT, site=PDX, quantity=D(20), reason="rust", location="A-1"))
    number = opened(session)
    count(session, number, BOLT, "50")
    count(session, number, BOLT, "29", location="A-1")
    count(session, number, BOLT, "20", location="A-1", status=StockStatus.HOLD)

    assert do(session, PostCount(entity=HP, count=number)).result["adjusted"] == {"2": "-1"}
    assert available(session, HP, BOLT, PDX) == 79


def test_first_counts_at_two_sites_are_the_layers_from_which_is_sold(session: Session) -> None:
    do(session, SetCountPolicy(entity=HP, item=GAUGE, quantity_pct=D(10), value_limit=D(0)))
    for site, counted in ((PDX, "1000"), (RNO, "400")):
        number = opened(session, GAUGE, site=site)
        count(session, number, GAUGE, counted)
        do(session, confirm(number), actor=DANA)
        do(session, PostCount(entity=HP, count=number))
    do(session, IssueStock(entity=HP, item=GAUGE, site=PDX, quantity=D(10), document="SO-1"))

    assert [layer.quantity for layer in layers(session, HP, GAUGE)] == [990, 400]


def test_counting_and_revaluing_takes_a_lot_out_at_its_cost_and_in_at_the_new_one(session: Session) -> None:
    do(session, AddItem(entity=HP, sku="PT-1", name="Paint", cost_by_lot=True))
    for lot, counted, cost in (("Y", "10", "100"), ("X", "13", "200"), ("Y", "5", "50"), ("X", "20", "75")):
        number = str(do(session, OpenCount(entity=HP, site=PDX, items=("PT-1",), location="none")).result["count"])
        count(session, number, "PT-1", counted, lot=lot, unit_cost=D(cost))
        count(session, number, "PT-1", "0", location="none")
        do(session, confirm(number, 2), actor=DANA)
        do(session, PostCount(entity=HP, count=number))

    rows = session.execute(select(CostEntry.quantity, CostEntry.value).order_by(CostEntry.number)).all()
    signed = [(int(quantity if value > 0 else -quantity), int(value)) for quantity, value in rows]
    assert signed == [(10, 1000), (13, 2600), (-10, -1000), (5, 250), (-13, -2600), (20, 1500)]


def test_a_count_that_is_not_finished_or_over_is_refused(session: Session) -> None:
    stocked(session, "100", "0.40")
    stocked(session, "5", "10", item=GAUGE)
    number = opened(session)
    count(session, number, BOLT, "100")
    assert refused(session, PostCount(entity=HP, count=number)).code is Refusal.NOTHING_TO_DO
    for command, code in (
        (CountItem(entity=HP, count="CNT-9", item=BOLT, counted=D(1)), Refusal.COUNT_UNKNOWN),
        (CountItem(entity=HP, count=number, item=BOLT, counted=D(-1)), Refusal.QUANTITY_NOT_POSITIVE),
        (CountItem(entity=HP, count=number, item=BOLT, counted=D("0.5")), Refusal.PRECISION),
        (CountItem(entity=HP, count=number, item="XX", counted=D(1)), Refusal.ITEM_UNKNOWN),
        (
            CountItem(entity=HP, count=number, item=BOLT, counted=D(1), status=StockStatus.DAMAGED),
            Refusal.NO_SUCH_MOVE,
        ),
        (CancelCount(entity=HP, count=number, reason=""), Refusal.REASON_REQUIRED),
        (SetCountPolicy(entity=HP, quantity_pct=D(-1), value_limit=D(1)), Refusal.AMOUNT_NOT_POSITIVE),
    ):
        assert refused(session, command).code is code
    do(session, CancelCount(entity=HP, count=number, reason="the truck came"))
    assert refused(session, PostCount(entity=HP, count=number)).code is Refusal.COUNT_NOT_OPEN


def test_pieces_sold_meanwhile_cannot_be_lost_again(session: Session) -> None:
    stocked(session, "100", "0.40")
    number = opened(session)
    count(session, number, BOLT, "91")
    do(session, IssueStock(entity=HP, item=BOLT, site=PDX, quantity=D(95), document="SO-1"))
    assert refused(session, PostCount(entity=HP, count=number)).code is Refusal.MORE_THAN_ON_HAND


def test_a_pick_before_the_scan_that_is_booked_after_it_is_no_variance(session: Session) -> None:
    stocked(session, "100", "0.40", happened_at=LONG_AGO)
    number = opened(session)
    clock.set_clock(session, clock.fixed(FRIDAY + timedelta(hours=2)))
    count(session, number, BOLT, "70")
    assert refused(session, PostCount(entity=HP, count=number)).code is Refusal.NEEDS_CONFIRMATION
    do(session, confirm(number), actor=DANA)

    before, later = FRIDAY + timedelta(hours=1), FRIDAY + timedelta(hours=3)
    clock.set_clock(session, clock.fixed(later))
    for document, pieces, at in (("SO-1", 20, before), ("SO-2", 5, later)):
        pick = IssueStock(entity=HP, item=BOLT, site=PDX, quantity=D(pieces), document=document, happened_at=at)
        do(session, pick)
    assert refused(session, PostCount(entity=HP, count=number)).code is Refusal.NEEDS_CONFIRMATION, "of another figure"
    do(session, confirm(number), actor=DANA)
    assert line(session, number).variance.quantity == -10

    do(session, IssueStock(entity=HP, item=BOLT, site=PDX, quantity=D(10), document="SO-3", happened_at=before))
    do(session, PostCount(entity=HP, count=number))
    assert available(session, HP, BOLT, PDX) == 65
    assert findings(session) == {}


def test_what_another_count_has_put_right_since_is_not_put_right_twice(session: Session) -> None:
    stocked(session, "100", "0.40", happened_at=LONG_AGO)
    first, second = opened(session), opened(session)
    for number in (first, second):
        count(session, number, BOLT, "95")
    clock.set_clock(session, clock.fixed(FRIDAY + timedelta(hours=1)))
    do(session, PostCount(entity=HP, count=first))

    no = refused(session, PostCount(entity=HP, count=second))
    assert (no.code, no.detail) == (
        Refusal.BOOKS_MOVED,
        f"{BOLT}: {first} has put it right since it was counted, count it again",
    )
    count(session, second, BOLT, "95")
    do(session, PostCount(entity=HP, count=second))
    assert available(session, HP, BOLT, PDX) == 95
