"""Other goods in place of those that are short: offered on the case with the arithmetic, approved, and promised."""

from typing import Any

import pytest
from sqlalchemy import select

from core.availability.tables import OPEN, PlannedMove
from core.cases import CaseState
from core.deciding.proposals import Proposal
from core.doctor import examine
from core.masterdata.commands import SetStockPolicy, SetSubstitute
from core.stock.commands import IssueStock
from desk.house import House
from tests.desk import friday
from tests.desk.stock_desk import HP, PLIERS, Comes, D, approve, case_of, do, opened, wanted, ways

WRENCH = "OL-WRN"
WAY = f"substitute {PLIERS} {WRENCH}"


@pytest.fixture
def short(house: House) -> Any:
    """Reno lacks 25 pliers and has 40 wrench sets, of which it keeps 10; the books hold afterwards."""
    do(house, SetSubstitute(entity=HP, item=PLIERS, substitute=WRENCH))
    do(house, SetStockPolicy(entity=HP, item=WRENCH, site="RNO", safety_stock=D(10)))
    do(house, SetStockPolicy(entity=HP, item=PLIERS, site="TAC", safety_stock=D(40)))
    opened(house, WRENCH, "RNO", "40", "16.50")
    wanted(house, "SO-1", "25")
    friday.drain(house)
    yield house
    with house.unit() as session:
        assert [check.says for check in examine(session) if not check.holds] == []


def test_what_stands_in_is_shown_with_its_figures_and_carried_out_when_two_signed(short: House, sign_in: Comes) -> None:
    case = case_of(short, f"stock:{PLIERS}:RNO")
    page = sign_in("nadia").get(f"/cases/{case.number}").text
    assert "No substitute is offered" not in page
    for words in ("Substitutes", "Wrench set 8-pc", "To spare", "Send 25 of OL-WRN instead of BW-PLR"):
        assert words in page, words

    for who in ("nadia", "dana"):
        answer = approve(sign_in(who), case.number, ways(short, case.number)[WAY], "demand_rose")
        assert answer.status_code == 200, answer.text
    friday.drain(short)

    assert case_of(short, f"stock:{PLIERS}:RNO").state == CaseState.DONE
    with short.unit() as session:
        plans = session.scalars(select(PlannedMove).filter_by(entity=HP, document="SO-1", state=OPEN)).all()
        assert [(plan.item, plan.quantity) for plan in plans] == [(WRENCH, 25)]


def test_only_what_nobody_else_needs_is_offered(short: House) -> None:
    do(short, IssueStock(entity=HP, item=WRENCH, site="RNO", quantity=D(28), document="SO-2"))
    do(short, SetStockPolicy(entity=HP, item=WRENCH, site="RNO", safety_stock=D(8)))
    wanted(short, "SO-3", "1")
    friday.drain(short)
    case = case_of(short, f"stock:{PLIERS}:RNO").number
    assert WAY in ways(short, case)
    with short.unit() as session:
        found = session.scalars(select(Proposal).where(Proposal.case == case)).all()
        says = max((one for one in found if one.body["option"] == WAY), key=lambda one: one.version).body["says"]
    assert "12 can be promised by" in says
    assert "− 8 kept = 4" in says
    assert "stay missing" in says
