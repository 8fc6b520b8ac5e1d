"""What is planned to come and to go: the balance of the coming days, promises, and which supply is for whom."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from core import clock
from core.availability import queries
from core.availability.commands import (
    CancelPlan,
    ChangePlan,
    FulfilPlan,
    PlanDemand,
    PlanSupply,
    ReserveStock,
    WantedClaim,
)
from core.availability.tables import PlannedMove
from core.books.periods import ClosePeriod
from core.purchasing.commands import ConfirmedLine, RecordConfirmation
from core.refusals import Refusal
from core.stock.commands import IssueStock
from tests.availability.planned import TODAY, comes, goes, on
from tests.builders import BOLT, HP, NEED_BY, PDX, WIRE, D, do, order, receipt, refused, stocked
from tests.conftest import FRIDAY

pytestmark = pytest.mark.usefixtures("sound_company")


def balances(session: Session) -> list[tuple[int, Any]]:
    now = clock.now(session)
    return [((one.day - TODAY).days, one.quantity) for one in queries.balances(session, HP, BOLT, PDX, now)]


def test_two_shipments_are_short_until_one_of_them_is_moved(session: Session) -> None:
    comes(session, "6", 0)
    comes(session, "14", 14, "TR-2")
    first = goes(session, "6", 7, "s1")
    goes(session, "6", 7, "s2")
    goes(session, "6", 21, "s3")

    assert balances(session) == [(0, 6), (7, -6), (14, 8), (21, 2)]
    (short,) = queries.shortages(session, HP, BOLT, PDX, FRIDAY)
    assert [demand.document for demand in short.demands] == ["s1", "s2"]
    found = queries.promise(session, HP, {BOLT: D(6)}, PDX, on(7), FRIDAY, but="s1")
    assert found.whole == on(14)

    do(session, ChangePlan(entity=HP, plan=first, day=on(14)))
    assert queries.shortages(session, HP, BOLT, PDX, FRIDAY) == ()


def test_a_document_of_several_items_leaves_early_only_as_far_as_the_others_allow(session: Session) -> None:
    for quantity, day in (("5", 0), ("10", 14), ("5", 28)):
        comes(session, quantity, day)
    for quantity, day in (("5", 7), ("5", 14)):
        comes(session, quantity, day, item=WIRE)
    goes(session, "4", 21, "s1")
    goes(session, "6", 21, "s1", item=WIRE, line=2)
    goes(session, "8", 21, "s2")
    goes(session, "4", 28, "s3")

    found = {name: queries.earlier(session, HP, name, PDX, FRIDAY) for name in ("s1", "s2", "s3", "s4")}

    assert found.pop("s4") is None
    assert {
        name: ((plan.whole - TODAY).days, (plan.part - TODAY).days, plan.fraction)
        for name, plan in found.items()
        if plan is not None
    } == {"s1": (14, 0, D("0.4")), "s2": (14, 14, D(1)), "s3": (28, 0, D("0.75"))}


def test_open_order_lines_are_supply_by_the_day_the_supplier_promised(session: Session) -> None:
    waits = order(session, (BOLT, "10", "1.00"), approved=False)
    placed = order(session, (BOLT, "5", "1.00"), unit="box")
    assert balances(session) == [(0, 0), ((NEED_BY - TODAY).days, 60)]

    word = RecordConfirmation(entity=HP, order=placed, lines=(ConfirmedLine(line=1, promised=on(20)),))
    do(session, word)
    assert balances(session) == [(0, 0), (20, 60)]

    receipt(session, placed, "2")
    assert balances(session) == [(0, 24), (20, 36 + 24)]
    receipt(session, placed, "3")
    assert balances(session) == [(0, 60)]
    assert waits  # what nobody approved is no supply to promise on


def test_each_demand_is_pegged_to_what_covers_it(session: Session) -> None:
    stocked(session, "5", "1")
    placed = order(session, (BOLT, "10", "1.00"))
    goes(session, "4", 3, "SO-1")
    goes(session, "8", 5, "SO-2")
    goes(session, "9", 30, "SO-3")

    def pegs(document: str) -> list[tuple[str, Any, bool]]:
        return [(one.source, one.quantity, one.late) for one in queries.pegs_of(session, HP, document, FRIDAY)]

    assert pegs("SO-1") == [("stock", 4, False)]
    assert pegs("SO-2") == [("stock", 1, False), (f"{placed}#1", 7, True)]
    assert pegs("SO-3") == [(f"{placed}#1", 3, False), ("", 6, False)]

    claim = WantedClaim(item=BOLT, quantity=D(5), document="SO-3")
    do(session, ReserveStock(entity=HP, site=PDX, claims=(claim,)))
    assert pegs("SO-3") == [("stock", 5, False), ("", 4, False)] or pegs("SO-3")[0] == ("stock", 5, False)
    assert pegs("SO-1") == [(f"{placed}#1", 4, True)]


def test_what_was_reserved_without_a_plan_is_a_demand_and_with_one_the_same_demand(session: Session) -> None:
    stocked(session, "10", "1")
    goes(session, "4", 3, "SO-1")
    claims = (
        WantedClaim(item=BOLT, quantity=D(4), document="SO-1"),
        WantedClaim(item=BOLT, quantity=D(2), document="SO-2", day=on(1)),
    )
    do(session, ReserveStock(entity=HP, site=PDX, claims=claims))

    assert balances(session) == [(0, 10), (1, 8), (3, 4)]


def test_a_forecast_is_used_up_by_what_is_ordered_in_its_window(session: Session) -> None:
    goes(session, "10", -1, "FC-1", until=on(3))
    assert balances(session) == [(0, -10)]

    goes(session, "4", 2, "SO-1")
    goes(session, "4", 9, "SO-2")
    assert balances(session) == [(0, -6), (2, -10), (9, -14)]

    clock.set_clock(session, clock.fixed(FRIDAY + timedelta(days=4)))
    assert balances(session) == [(4, -4), (9, -8)]


def test_what_leaves_for_a_document_is_no_longer_wanted_by_it(session: Session) -> None:
    stocked(session, "10", "1")
    plan = goes(session, "4", 3, "SO-1")
    do(session, IssueStock(entity=HP, item=BOLT, site=PDX, quantity=D(3), document="SO-1"))
    assert balances(session) == [(0, 7), (3, 6)]

    do(session, IssueStock(entity=HP, item=BOLT, site=PDX, quantity=D(1), document="SO-1"))
    assert session.get_one(PlannedMove, (HP, plan), populate_existing=True).state == "done"
    assert balances(session) == [(0, 6)]


def test_a_plan_is_changed_fulfilled_and_cancelled(session: Session) -> None:
    plan = comes(session, "6", 5)
    do(session, ChangePlan(entity=HP, plan=plan, quantity=D(9)))
    do(session, FulfilPlan(entity=HP, plan=plan, quantity=D(4)))
    assert balances(session) == [(0, 0), (5, 5)]
    assert refused(session, FulfilPlan(entity=HP, plan=plan, quantity=D(6))).code is Refusal.QUANTITY_NOT_POSITIVE
    assert refused(session, ChangePlan(entity=HP, plan=plan, quantity=D(4))).code is Refusal.QUANTITY_NOT_POSITIVE
    assert refused(session, ChangePlan(entity=HP, plan=plan)).code is Refusal.NOTHING_TO_DO

    do(session, CancelPlan(entity=HP, plan=plan))
    assert balances(session) == [(0, 0)]
    assert refused(session, CancelPlan(entity=HP, plan=plan)).code is Refusal.PLAN_NOT_OPEN
    assert refused(session, CancelPlan(entity=HP, plan="PL-99")).code is Refusal.PLAN_UNKNOWN


def test_plans_that_make_no_sense_are_refused(session: Session) -> None:
    plan = PlanDemand(entity=HP, item=BOLT, site=PDX, quantity=D("1.5"), day=TODAY, document="SO-1")
    assert refused(session, plan).code is Refusal.PRECISION
    window = PlanDemand(entity=HP, item=BOLT, site=PDX, quantity=D(1), day=TODAY, until=on(-1), document="FC-1")
    assert refused(session, window).code is Refusal.NOTHING_TO_DO
    do(session, ClosePeriod(entity=HP, through=on(-1)))
    late = PlanSupply(entity=HP, item=BOLT, site=PDX, quantity=D(1), day=on(-1), document="TR-1")
    assert refused(session, late).code is Refusal.PERIOD_CLOSED
