"""Stock exceptions at the desk, from the event that raises them to the command that ends them: one cause is one case, what
was approved is what was shown, whoever decides says why, and pieces are given out once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select

from core import door
from core.availability.commands import PlanDemand, ReserveStock, WantedClaim
from core.availability.tables import Reservation
from core.cases import Case, CaseState
from core.deciding.commands import Approve
from core.doctor import examine
from core.erp import Actor
from core.masterdata.commands import SetStockPolicy
from core.purchasing.commands import ApproveOrder
from core.purchasing.tables import PurchaseOrder
from core.refusals import Refused
from core.replenishment.commands import SetOrderPoint
from core.replenishment.tables import OrderPoint
from core.stock.commands import IssueStock
from desk.house import House
from tests.desk import friday
from tests.desk.stock_desk import (
    GLOVES,
    HP,
    MONDAY,
    PLIERS,
    SHIM,
    SYSTEM,
    Comes,
    D,
    approve,
    case_of,
    do,
    opened,
    there,
    wanted,
    ways,
)


@pytest.fixture(autouse=True)
def _sound(house: House) -> Any:
    """After every story the books hold."""
    yield
    with house.unit() as session:
        assert [check.says for check in examine(session) if not check.holds] == []


def test_six_orders_that_starve_are_one_case_raised_with_the_event_and_ended_by_a_transfer(
    house: House, sign_in: Comes
) -> None:
    opened(house, GLOVES, "TAC", "200")
    for number in range(6):
        wanted(house, f"SO-{number}", "20", item=GLOVES)
    case = case_of(house, "stock:AR-GLV:RNO")
    assert case.says == "Work gloves leather at Reno is 120 pieces short from 24 Nov 2026"
    with house.unit() as session:
        assert session.scalar(select(func.count()).select_from(Case).where(Case.cause == case.cause)) == 1
        plan = PlanDemand(entity=HP, item=GLOVES, site="PDX", quantity=D(5), day=MONDAY, document="SO-9")
        door.execute(session, plan, actor=SYSTEM, key="not-kept")
        assert session.scalars(select(Case).where(Case.cause == "stock:AR-GLV:PDX")).one().state == CaseState.OPEN
        session.rollback()  # the event is gone, and the case with it
    with house.unit() as session:
        assert session.scalars(select(Case).where(Case.cause == "stock:AR-GLV:PDX")).all() == []

    friday.drain(house)
    digest = ways(house, case.number)["transfer AR-GLV TAC"]
    assert approve(sign_in("nadia"), case.number, digest, "demand_rose").status_code == 200
    friday.drain(house)

    done = case_of(house, "stock:AR-GLV:RNO")
    assert (done.state, done.root_cause) == (CaseState.DONE, "demand_rose")
    assert (there(house, GLOVES, "TAC"), there(house, GLOVES, "RNO")) == (D(80), D(120))


def test_a_case_is_not_closed_without_its_root_cause(house: House, sign_in: Comes) -> None:
    wanted(house, "SO-1", "25")
    friday.drain(house)
    case = case_of(house, "stock:BW-PLR:RNO").number
    digest = ways(house, case)["transfer BW-PLR TAC"]

    page = sign_in("nadia").get(f"/cases/{case}").text
    assert '<select id="root-cause" name="root_cause" form="approve-form" required>' in page
    assert approve(sign_in("nadia"), case, digest).status_code == 409
    assert approve(sign_in("nadia"), case, digest, "the weather").status_code == 409
    assert there(house, PLIERS, "TAC") == D(40)
    assert approve(sign_in("nadia"), case, digest, "planned_too_low").status_code == 200


def test_the_page_shows_who_gets_what_what_is_ahead_and_what_is_not_offered(house: House, sign_in: Comes) -> None:
    wanted(house, "SO-1", "25")
    friday.drain(house)
    page = sign_in("nadia").get(f"/cases/{case_of(house, 'stock:BW-PLR:RNO').number}").text

    for words in ("Days ahead", "Who gets what", "Other sites", "nothing on order", "−25", "SO-1"):
        assert words in page, words
    assert "No substitute is offered: no record names an item that may stand in for BW-PLR" in page
    assert "Tacoma: 40 available = 40 to spare; 25 are missing." in page


def test_stock_that_moved_meanwhile_is_a_409_and_a_fresh_card(house: House, sign_in: Comes) -> None:
    wanted(house, "SO-1", "25")
    friday.drain(house)
    case = case_of(house, "stock:BW-PLR:RNO").number
    digest = ways(house, case)["transfer BW-PLR TAC"]
    do(house, IssueStock(entity=HP, item=PLIERS, site="TAC", quantity=D(20), document="SO-2"))

    answer = approve(sign_in("nadia"), case, digest, "demand_rose")

    assert answer.status_code == 409
    fresh = ways(house, case)
    assert digest not in fresh.values()
    assert "Transfer 20 of BW-PLR from Tacoma" in answer.text
    assert there(house, PLIERS, "RNO") == D(0)


def test_what_covers_a_part_leaves_the_case_open_for_the_rest(house: House, sign_in: Comes) -> None:
    wanted(house, "SO-1", "50")
    friday.drain(house)
    case = case_of(house, "stock:BW-PLR:RNO").number
    approve(sign_in("nadia"), case, ways(house, case)["transfer BW-PLR TAC"], "demand_rose")
    friday.drain(house)

    rest = case_of(house, "stock:BW-PLR:RNO")
    assert (rest.number, rest.state) == (case, CaseState.PROPOSED)
    assert rest.says == "Combination pliers 180 at Reno is 10 pieces short from 24 Nov 2026"
    assert next(iter(ways(house, case))).startswith("buy")


def test_of_two_who_approve_ways_over_the_same_pieces_one_gets_them_and_the_other_a_fresh_card(house: House) -> None:
    wanted(house, "SO-1", "30", site="RNO")
    wanted(house, "SO-2", "30", site="PDX")
    friday.drain(house)
    cases = [case_of(house, f"stock:BW-PLR:{site}").number for site in ("RNO", "PDX")]
    digests = [ways(house, case)["transfer BW-PLR TAC"] for case in cases]

    def sign(place: int) -> str:
        person = ("nadia", "lena")[place]
        command = Approve(entity=HP, case=cases[place], digest=digests[place], person=person, root_cause="demand_rose")
        try:
            do(house, command, Actor(kind="person", id=person))
        except Refused as refusal:
            return str(refusal.code)
        return "signed"

    with ThreadPoolExecutor(2) as pool:
        assert "signed" in list(pool.map(sign, (0, 1)))
    friday.drain(house)

    states = sorted(case_of(house, f"stock:BW-PLR:{site}").state for site in ("RNO", "PDX"))
    assert states == [CaseState.DONE, CaseState.PROPOSED]
    assert there(house, PLIERS, "TAC") == D(10)
    loser = next(c for c in cases if ways(house, c))
    assert "transfer BW-PLR TAC" in ways(house, loser)
    assert ways(house, loser)["transfer BW-PLR TAC"] not in digests


def test_pieces_kept_for_later_go_to_whoever_leaves_first_and_who_loses_needs_a_second_signature(
    house: House, sign_in: Comes
) -> None:
    opened(house, SHIM, "TAC", "100", "0.55")
    wanted(house, "SO-LATE", "80", date(2026, 12, 18), item=SHIM, site="TAC")
    claim = WantedClaim(item=SHIM, quantity=D(80), document="SO-LATE", day=date(2026, 12, 18))
    do(house, ReserveStock(entity=HP, site="TAC", claims=(claim,)))
    wanted(house, "SO-SOON", "50", MONDAY, item=SHIM, site="TAC")
    friday.drain(house)
    case = case_of(house, "stock:PS-SHM:TAC").number
    way = next(
        one
        for one in sign_in("nadia").get(f"/api/v1/cases/{case}").json()["proposals"]
        if one["option"] == "reallocate"
    )
    says = "SO-SOON leaves first, on 23 Nov 2026; SO-LATE then lacks 30 on 18 Dec 2026."
    assert way["body"]["says"] == says

    assert approve(sign_in("nadia"), case, way["digest"], "claimed_by_others").status_code == 200
    assert case_of(house, "stock:PS-SHM:TAC").state == CaseState.HALF_SIGNED
    assert approve(sign_in("dana"), case, way["digest"], "claimed_by_others").status_code == 200
    friday.drain(house)

    with house.unit() as session:
        held = select(Reservation).where(Reservation.item == SHIM, Reservation.state == "held")
        assert {row.document: row.quantity for row in session.scalars(held)} == {"SO-LATE": D(50), "SO-SOON": D(30)}
    rest = case_of(house, "stock:PS-SHM:TAC")  # somebody still lacks 30, and it is the same case
    assert (rest.number, rest.state) == (case, CaseState.PROPOSED)
    assert "reallocate" not in ways(house, case)


def test_who_has_an_order_placed_does_not_approve_it_and_the_case_ends_when_somebody_else_does(
    house: House, sign_in: Comes
) -> None:
    opened(house, GLOVES, "TAC", "5")
    do(house, SetStockPolicy(entity=HP, item=GLOVES, site="TAC", safety_stock=D(25)))
    friday.drain(house)
    case = case_of(house, "stock:AR-GLV:TAC")
    assert case.says == "Work gloves leather at Tacoma falls 20 pieces under its safety stock on 20 Nov 2026"
    assert approve(sign_in("nadia"), case.number, ways(house, case.number)["buy AR-GLV"]).status_code == 200
    friday.drain(house)
    assert case_of(house, "stock:AR-GLV:TAC").state == CaseState.SNOOZED
    with house.unit() as session:
        order = session.scalars(
            select(PurchaseOrder).where(PurchaseOrder.site == "TAC", PurchaseOrder.placed_by == "nadia")
        ).one()
        number = order.number
        assert order.state == "awaiting_approval"

    with pytest.raises(Refused, match="nadia placed"):
        do(house, ApproveOrder(entity=HP, order=number, approved_by="nadia"), Actor(kind="person", id="nadia"))
    do(house, ApproveOrder(entity=HP, order=number, approved_by="dana"), Actor(kind="person", id="dana"))


def test_keeping_less_for_safety_is_a_way_that_a_controller_signs_where_it_is_much(
    house: House, sign_in: Comes
) -> None:
    opened(house, GLOVES, "TAC", "40")
    point = SetOrderPoint(
        entity=HP, item=GLOVES, site="TAC", minimum=D(10), target=D(300), safety=D(260), supplier="S-1009", lead_days=5
    )
    do(house, point)
    friday.drain(house)
    case = case_of(house, "stock:AR-GLV:TAC").number
    digest = ways(house, case)["lower_policy"]

    assert approve(sign_in("nadia"), case, digest, "policy_too_high").status_code == 200
    assert case_of(house, "stock:AR-GLV:TAC").state == CaseState.HALF_SIGNED
    assert approve(sign_in("tomas"), case, digest, "policy_too_high").status_code == 200
    friday.drain(house)
    assert case_of(house, "stock:AR-GLV:TAC").state == CaseState.DONE
    with house.unit() as session:
        kept = session.get_one(OrderPoint, (HP, GLOVES, "TAC"))
        assert (kept.safety, kept.minimum, kept.supplier) == (D(40), D(10), "S-1009")
