"""What to buy and what to move: the netting, its days, and that running again gives nothing new."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from core.availability.commands import CancelPlan, ReserveStock, WantedClaim
from core.masterdata.commands import AddSupplierItem, SetStockPolicy
from core.purchasing.commands import ConfirmedLine, RecordConfirmation
from core.refusals import Refusal
from core.replenishment.commands import LeaveSuggestion, SetCalendar, SetOrderPoint, TakeSuggestion
from core.replenishment.netting import working_days_before
from core.replenishment.queries import suggestions
from core.stock.commands import IssueStock
from core.stock.queries import available, on_hand
from core.stock.tables import StockStatus
from core.stock.transit_commands import ArrivedLine, RecalledLine, RecallTransfer, ReceiveTransfer
from tests.availability.planned import TODAY, goes, on
from tests.availability.points import point, run, standing
from tests.builders import BOLT, HP, PDX, RNO, SUPPLIER, D, do, order, order_line, refused, stocked

pytestmark = pytest.mark.usefixtures("sound_company")


@pytest.mark.parametrize(
    ("levels", "quantity"),
    [
        ({}, 2),
        ({"minimum": "-2", "target": "10"}, None),
        ({"minimum": "5", "target": "10"}, 12),
        ({"minimum": "0", "target": "10"}, 12),
        ({"safety": "3"}, 5),
        ({"minimum": "1", "safety": "3", "target": "4"}, 6),
    ],
)
def test_below_the_minimum_it_is_filled_to_the_target(
    session: Session, levels: dict[str, str], quantity: int | None
) -> None:
    goes(session, "1", 0)
    goes(session, "1", 10, "SO-2")
    if levels:
        point(session, lead_days=1, **levels)

    run(session)

    assert standing(session) == ([("buy", "", PDX, quantity)] if quantity else [])
    assert run(session) == {"new": [], "changed": [], "withdrawn": [], "items": 1}


def test_a_suggestion_shows_how_it_was_reckoned(session: Session) -> None:
    stocked(session, "7", "1")
    order(session, (BOLT, "3", "1.00"), approved=False)
    goes(session, "12", 4)
    point(session, minimum="5", target="20")
    run(session)

    (one,) = suggestions(session, HP)

    assert one.netting == [
        ["available", "7"],
        ["waiting", "0"],
        ["coming", "3"],
        ["wanted", "-12"],
        ["moved", "0"],
        ["net", "-2"],
        ["trigger", "5"],
        ["fill", "20"],
    ]
    assert (one.quantity, one.need_by) == (D(22), on(4))


def test_a_forecast_is_bought_for(session: Session) -> None:
    goes(session, "10", -1, "FC-1", until=on(1))
    run(session)
    assert standing(session) == [("buy", "", PDX, 10)]


def test_what_is_ordered_is_not_suggested_again_however_late_it_comes(session: Session) -> None:
    goes(session, "1", 0)
    goes(session, "1", 10, "SO-2")
    point(session, minimum="0", target="10", lead_days=1, supplier=SUPPLIER)
    (number,) = run(session)["new"]

    taken = do(session, TakeSuggestion(entity=HP, suggestion=number, by="priya")).result

    line = order_line(session, taken["document"])
    assert (line.ordered, line.price, line.need_by) == (D(12), D("0.40"), TODAY)
    assert run(session)["new"] == []
    promised = ConfirmedLine(line=1, promised=on(90))
    do(session, RecordConfirmation(entity=HP, order=taken["document"], lines=(promised,)))
    assert run(session)["new"] == []
    assert standing(session) == []
    assert (
        refused(session, TakeSuggestion(entity=HP, suggestion=number, by="priya")).code is Refusal.SUGGESTION_NOT_OPEN
    )


def test_what_is_taken_in_part_is_suggested_for_the_rest(session: Session) -> None:
    goes(session, "12", 3)
    (number,) = run(session)["new"]
    take = TakeSuggestion(entity=HP, suggestion=number, by="priya", quantity=D(5))
    assert refused(session, take).code is Refusal.SUPPLIER_UNKNOWN

    do(session, AddSupplierItem(entity=HP, supplier=SUPPLIER, code="K-8", item=BOLT))
    do(session, take)
    run(session)

    assert standing(session) == [("buy", "", PDX, 7)]


def test_what_is_no_longer_missing_is_withdrawn_and_what_changes_keeps_its_number(session: Session) -> None:
    plan = goes(session, "12", 3)
    other = goes(session, "3", 8, "SO-2")
    (number,) = run(session)["new"]

    do(session, CancelPlan(entity=HP, plan=plan))
    assert run(session) == {"new": [], "changed": [number], "withdrawn": [], "items": 1}
    assert standing(session) == [("buy", "", PDX, 3)]
    do(session, CancelPlan(entity=HP, plan=other))
    assert run(session) == {"new": [], "changed": [], "withdrawn": [number], "items": 1}


def test_a_site_is_filled_from_another_one(session: Session) -> None:
    stocked(session, "100", "1", site=RNO)
    point(session, PDX, minimum="10", target="15", source=RNO)
    (number,) = run(session)["new"]
    assert standing(session) == [("transfer", RNO, PDX, 15)]

    do(session, TakeSuggestion(entity=HP, suggestion=number, by="priya"))

    assert available(session, HP, BOLT, PDX) == 15
    assert run(session)["new"] == []


def test_what_takes_days_from_another_site_is_on_the_way_and_not_suggested_again(session: Session) -> None:
    stocked(session, "100", "1", site=RNO)
    point(session, PDX, minimum="10", target="15", source=RNO, lead_days=2)
    (number,) = run(session)["new"]

    transfer = do(session, TakeSuggestion(entity=HP, suggestion=number, by="priya", quantity=D(12))).result["document"]

    assert available(session, HP, BOLT, PDX) == 0
    assert on_hand(session, HP, BOLT, PDX) == {StockStatus.IN_TRANSIT: D(12)}
    assert run(session)["new"] == []
    back = (RecalledLine(line=1, quantity=D(5)),)
    do(session, RecallTransfer(entity=HP, transfer=transfer, lines=back, reason="the road is closed"))
    assert len(run(session)["new"]) == 1
    assert standing(session) == [("transfer", RNO, PDX, 8)]
    do(session, ReceiveTransfer(entity=HP, transfer=transfer, lines=(ArrivedLine(line=1, quantity=D(7)),)))
    assert available(session, HP, BOLT, PDX) == 7
    assert run(session)["new"] == []


def test_what_is_beyond_another_sites_maximum_comes_at_once_whatever_buying_takes(session: Session) -> None:
    stocked(session, "30", "1", site=RNO)
    point(session, RNO, maximum="10", overflow_to=PDX)
    point(session, PDX, minimum="0", target="0", lead_days=5)
    (number,) = run(session)["new"]
    do(session, TakeSuggestion(entity=HP, suggestion=number, by="priya"))
    assert available(session, HP, BOLT, PDX) == 20


def test_less_than_nothing_is_filled_up_from_the_source(session: Session) -> None:
    stocked(session, "100", "1", site=RNO)
    do(session, SetStockPolicy(entity=HP, item=BOLT, site=PDX, negative_allowed=True))
    do(session, IssueStock(entity=HP, item=BOLT, site=PDX, quantity=D(10), document="SO-1"))
    point(session, PDX, minimum="0", target="0", source=RNO)
    run(session)
    assert standing(session) == [("transfer", RNO, PDX, 10)]


def test_what_a_source_cannot_give_is_bought_there(session: Session) -> None:
    stocked(session, "30", "1", site=RNO)
    claim = WantedClaim(item=BOLT, quantity=D(8), document="SO-9")
    do(session, ReserveStock(entity=HP, site=RNO, claims=(claim,)))
    point(session, PDX, minimum="10", target="50", source=RNO)
    point(session, RNO, minimum="4", target="6")

    run(session)

    # of 30 pieces 8 are reserved and 4 stay: 18 go at once, 32 are bought with what fills the source itself
    assert sorted(standing(session)) == [("buy", "", RNO, 34), ("transfer", RNO, PDX, 18)]


def test_what_is_above_the_maximum_overflows(session: Session) -> None:
    stocked(session, "100", "1")
    point(session, PDX, maximum="80", target="60", overflow_to=RNO)
    run(session)
    assert standing(session) == [("transfer", PDX, RNO, 40)]


def test_nothing_overflows_that_somebody_wants_soon(session: Session) -> None:
    stocked(session, "100", "1")
    goes(session, "25", 5)
    point(session, PDX, maximum="80", target="60", overflow_to=RNO)
    run(session)
    assert standing(session) == []


def test_order_days_are_counted_in_working_days(session: Session) -> None:
    goes(session, "5", 10)  # Monday, 30 November
    holiday = date(2026, 11, 26)
    do(session, SetCalendar(entity=HP, code="US", weekdays=(0, 1, 2, 3, 4), holidays=(holiday,)))
    point(session, lead_days=3, calendar="US", minimum="0")
    run(session)

    (one,) = suggestions(session, HP)

    assert (one.need_by, one.order_by) == (date(2026, 11, 30), date(2026, 11, 24))
    sunday = date(2026, 11, 29)
    assert working_days_before(sunday, 0, weekdays=(0, 1, 2, 3, 4)) == date(2026, 11, 27)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"minimum": D(5), "target": D(3)}, Refusal.NOTHING_TO_DO),
        ({"target": D(9), "maximum": D(3)}, Refusal.NOTHING_TO_DO),
        ({"overflow_to": RNO}, Refusal.NOTHING_TO_DO),
        ({"source": PDX}, Refusal.NOTHING_TO_DO),
        ({"source": "MOON"}, Refusal.SITE_UNKNOWN),
        ({"calendar": "MOON"}, Refusal.CALENDAR_UNKNOWN),
        ({"supplier": "MOON"}, Refusal.SUPPLIER_UNKNOWN),
        ({"safety": D(-1)}, Refusal.QUANTITY_NOT_POSITIVE),
        ({"lead_days": -1}, Refusal.QUANTITY_NOT_POSITIVE),
    ],
)
def test_order_points_that_contradict_themselves_are_refused(
    session: Session, said: dict[str, Any], code: Refusal
) -> None:
    assert refused(session, SetOrderPoint(entity=HP, item=BOLT, site=PDX, **said)).code is code


def test_sites_that_fill_each_other_in_a_circle_are_refused(session: Session) -> None:
    point(session, PDX, source=RNO)
    circle = SetOrderPoint(entity=HP, item=BOLT, site=RNO, source=PDX)
    assert refused(session, circle).code is Refusal.NOTHING_TO_DO


def test_what_is_left_is_suggested_again_only_when_more_is_missing(session: Session) -> None:
    goes(session, "12", 3)
    (number,) = run(session)["new"]
    leave = LeaveSuggestion(entity=HP, suggestion=number, by="priya", reason="the customer may cancel")
    assert refused(session, LeaveSuggestion(entity=HP, suggestion=number, by="priya", reason=" ")).code is (
        Refusal.REASON_REQUIRED
    )

    do(session, leave)
    assert standing(session) == []
    assert refused(session, leave).code is Refusal.SUGGESTION_NOT_OPEN
    assert run(session) == {"new": [], "changed": [], "withdrawn": [], "items": 1}
    more = goes(session, "1", 4, "SO-2")
    assert run(session)["changed"] == [number]
    assert standing(session) == [("buy", "", PDX, 13)]
    do(session, leave)
    do(session, CancelPlan(entity=HP, plan=more))
    assert run(session)["new"] == []
    assert standing(session) == []
