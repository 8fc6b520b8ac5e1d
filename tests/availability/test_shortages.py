"""An item that runs short, or under its safety stock, is one case per site: found at once, gone when it is covered."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.availability.commands import CancelPlan, ChangePlan, PlanSupply, ReserveStock, WantedClaim
from core.cases import Case
from core.masterdata.commands import SetStockPolicy
from core.purchasing.commands import ApproveOrder, ConfirmedLine, RecordConfirmation
from core.replenishment.commands import SetOrderPoint
from core.stock.commands import IssueStock, TransferStock
from tests.availability.planned import goes, on
from tests.builders import BOLT, DANA, HP, PDX, RNO, D, case_of, do, findings, order, receipt, stocked

pytestmark = pytest.mark.usefixtures("sound_company")

CAUSE = f"stock:{BOLT}:{PDX}"


def test_a_demand_that_nothing_covers_is_a_case_with_its_figures(session: Session) -> None:
    stocked(session, "4", "0.50")
    goes(session, "10", 3)

    case = case_of(session, CAUSE)

    assert (case.code, case.owner_role, case.title) == ("inventory_shortage", "inventory_planner", "Inventory shortage")
    assert case.says == "Flange bolt M8 at Portland is 6 pieces short from 23 Nov 2026"
    assert case.stake == D("3.00")
    assert findings(session) == {"inventory_shortage": ["6 pieces short"]}


def test_six_orders_that_starve_are_one_case(session: Session) -> None:
    for number in range(6):
        goes(session, "2", 3 + number, f"SO-{number}")

    assert session.scalars(select(Case.cause)).all() == [CAUSE]
    assert findings(session) == {"inventory_shortage": ["12 pieces short"]}


def test_it_closes_by_itself_when_goods_a_plan_or_an_order_cover_it(session: Session) -> None:
    plan = goes(session, "10", 20)
    placed = order(session, (BOLT, "10", "1.00"), approved=False)
    assert "inventory_shortage" in findings(session)
    do(session, ApproveOrder(entity=HP, order=placed, approved_by="dana"), actor=DANA)
    assert "inventory_shortage" not in findings(session)

    late = ConfirmedLine(line=1, promised=on(25))
    do(session, RecordConfirmation(entity=HP, order=placed, lines=(late,)))
    assert findings(session)["inventory_shortage"] == ["10 pieces short"]
    do(session, ChangePlan(entity=HP, plan=plan, day=on(25)))
    assert "inventory_shortage" not in findings(session)

    do(session, ChangePlan(entity=HP, plan=plan, day=on(5)))
    assert "inventory_shortage" in findings(session)
    receipt(session, placed, "10")
    assert "inventory_shortage" not in findings(session)


def test_two_shipments_are_short_until_one_moves(session: Session) -> None:
    for quantity, day in (("6", 0), ("14", 14)):
        supply = PlanSupply(entity=HP, item=BOLT, site=PDX, quantity=D(quantity), day=on(day), document="TR-1")
        do(session, supply)
    first = goes(session, "6", 7, "s1")
    goes(session, "6", 7, "s2")
    goes(session, "6", 21, "s3")
    assert findings(session) == {"inventory_shortage": ["6 pieces short"]}

    do(session, ChangePlan(entity=HP, plan=first, day=on(14)))
    assert findings(session) == {}


def test_what_another_site_sends_covers_it(session: Session) -> None:
    stocked(session, "8", "1", site=RNO)
    goes(session, "5", 2)
    assert findings(session) == {"inventory_shortage": ["5 pieces short"]}

    do(session, TransferStock(entity=HP, item=BOLT, site=RNO, to_site=PDX, quantity=D(5)))

    assert findings(session) == {}
    goes(session, "4", 2, "SO-2", site=RNO)
    assert findings(session) == {"inventory_shortage": ["1 piece short"]}


def test_less_than_the_safety_stock_is_a_case_until_there_is_more(session: Session) -> None:
    stocked(session, "20", "1")
    do(session, SetStockPolicy(entity=HP, item=BOLT, site=PDX, safety_stock=D(15)))
    assert findings(session) == {}

    do(session, IssueStock(entity=HP, item=BOLT, site=PDX, quantity=D(8), document="SO-1"))
    assert findings(session) == {"safety_stock_breach": ["3 pieces under safety stock"]}
    case = case_of(session, CAUSE)
    assert case.says == "Flange bolt M8 at Portland falls 3 pieces under its safety stock on 20 Nov 2026"

    stocked(session, "3", "1")
    assert findings(session) == {}


def test_a_breach_that_becomes_a_shortage_stays_one_case(session: Session) -> None:
    stocked(session, "20", "1")
    do(session, SetOrderPoint(entity=HP, item=BOLT, site=PDX, safety=D(15), lead_days=2))
    plan = goes(session, "8", 5)
    assert findings(session) == {"safety_stock_breach": ["3 pieces under safety stock"]}

    other = goes(session, "16", 6, "SO-2")
    assert findings(session) == {"inventory_shortage": ["4 pieces short"]}
    assert len(session.scalars(select(Case.number)).all()) == 1

    do(session, CancelPlan(entity=HP, plan=plan))
    assert findings(session) == {"safety_stock_breach": ["11 pieces under safety stock"]}
    do(session, CancelPlan(entity=HP, plan=other))
    assert findings(session) == {}


def test_a_claim_without_a_plan_is_committed_demand(session: Session) -> None:
    stocked(session, "10", "1")
    claim = WantedClaim(item=BOLT, quantity=D(6), document="SO-1")
    do(session, ReserveStock(entity=HP, site=PDX, claims=(claim,)))
    assert findings(session) == {}

    goes(session, "5", 4, "SO-2")
    assert findings(session) == {"inventory_shortage": ["1 piece short"]}
