"""A failed inspection is a case like any other: two sign a concession, and never whoever measured."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from core.cases import CaseState
from core.deciding.commands import Approve
from core.erp import Actor
from core.purchasing.commands import ApproveOrder, NewOrderLine, PlaceOrder
from core.receiving.commands import CountedLine, InspectReceipt, Reading, ReceiveGoods, Reinspect, SetInspectionLimit
from core.receiving.tables import Inspection
from core.refusals import Refusal, Refused
from desk.house import House
from tests.desk import friday
from tests.desk.stock_desk import HP, D, approve, case_of, do, there, ways

MOTOR = "HM-15"
Comes = Callable[[str], TestClient]


def person(name: str) -> Actor:
    return Actor(kind="person", id=name)


def reading(amps: str) -> tuple[Reading, ...]:
    return (Reading(characteristic="current", measured=(D(amps),)),)


@pytest.fixture
def failed(house: House) -> tuple[str, str]:
    """Four motors came to Tacoma and pull too much current, as Lena measured. Gives the cause of the case and the
    inspection."""
    do(house, SetInspectionLimit(entity=HP, item=MOTOR, characteristic="current", upper=D("3.6"), unit="A"))
    line = NewOrderLine(item=MOTOR, quantity=D(4), price=D(182), need_by=(friday.AFTERNOON + timedelta(days=3)).date())
    placed = PlaceOrder(entity=HP, supplier="S-1007", site="TAC", placed_by="priya", lines=(line,))
    order = do(house, placed)["order"]
    do(house, ApproveOrder(entity=HP, order=order, approved_by="dana"), person("dana"))
    came = ReceiveGoods(entity=HP, order=order, received_by="lena", lines=(CountedLine(order_line=1, quantity=D(4)),))
    receipt = do(house, came)["receipt"]
    measured = InspectReceipt(entity=HP, receipt=receipt, line=1, readings=reading("4.1"), inspected_by="lena")
    inspection = do(house, measured, person("lena"))["inspection"]
    friday.drain(house)
    return f"receipt:{receipt}", inspection


def sign(house: House, case: str, digest: str, who: str) -> dict[str, Any]:
    return do(house, Approve(entity=HP, case=case, digest=digest, person=who), person(who))


def test_the_ways_out_stand_on_the_case_and_the_reading_is_told(
    house: House, sign_in: Comes, failed: tuple[str, str]
) -> None:
    case = case_of(house, failed[0])
    assert case.says.endswith("delivered 4 pieces that failed inspection")
    assert list(ways(house, case.number)) == ["return_failed", "reinspect", "accept_with_concession", "scrap_failed"]
    page = sign_in("dana").get(f"/cases/{case.number}").text
    assert "current 4.1, allowed up to 3.6 A" in page


def test_a_concession_takes_two_and_none_of_them_measured(house: House, failed: tuple[str, str]) -> None:
    cause, inspection = failed
    case = case_of(house, cause).number
    digest = ways(house, case)["accept_with_concession"]
    with pytest.raises(Refused) as measured:
        sign(house, case, digest, "lena")
    assert measured.value.code is Refusal.DUTIES

    assert sign(house, case, digest, "otto")["missing"], "one is not enough"
    sign(house, case, digest, "dana")
    friday.drain(house)

    assert case_of(house, cause).state == CaseState.DONE
    with house.unit() as session:
        row = session.scalars(select(Inspection).where(Inspection.number == inspection)).one()
        assert (row.state, row.released_by) == ("released", "dana")
        assert row.reason == f"use as is, a concession decided on {case}"


def test_measured_again_the_case_waits_and_ends_when_they_pass(
    house: House, sign_in: Comes, failed: tuple[str, str]
) -> None:
    cause, inspection = failed
    case = case_of(house, cause).number
    assert approve(sign_in("dana"), case, ways(house, case)["reinspect"]).status_code == 200
    friday.drain(house)
    assert case_of(house, cause).state == CaseState.SNOOZED

    passed = Reinspect(
        entity=HP, inspection=inspection, readings=reading("3.5"), inspected_by="lena", reason="it ran under load"
    )
    assert do(house, passed, person("lena"))["result"] == "passed"
    assert case_of(house, cause).state == CaseState.DONE


def test_what_failed_is_scrapped_and_claimed(house: House, failed: tuple[str, str]) -> None:
    cause, inspection = failed
    case, before = case_of(house, cause).number, there(house, MOTOR, "TAC")
    digest = ways(house, case)["scrap_failed"]
    assert sign(house, case, digest, "lena")["missing"], "so much is not written off by one"
    sign(house, case, digest, "tomas")
    friday.drain(house)
    assert there(house, MOTOR, "TAC") == before - 4
    with house.unit() as session:
        assert session.scalar(select(Inspection.state).where(Inspection.number == inspection)) == "scrapped"
