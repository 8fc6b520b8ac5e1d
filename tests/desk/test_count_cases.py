"""Counts that differ, at the desk: who counted does not stand for it, whoever does says why, and much is signed by two."""

from typing import Any

import pytest

from core.cases import CaseState
from core.doctor import examine
from core.people.commands import GrantRole
from core.stock.commands import TransferStock
from desk.house import House
from tests.desk import friday
from tests.desk.stock_desk import HP, PLIERS, Comes, D, approve, case_of, counted, do, scan, there, ways


@pytest.fixture(autouse=True)
def _sound(house: House) -> Any:
    """After every story the books hold."""
    yield
    with house.unit() as session:
        assert [check.says for check in examine(session) if not check.holds] == []


def test_who_counted_does_not_stand_for_it_and_whoever_does_says_why(house: House, sign_in: Comes) -> None:
    number = counted(house, PLIERS, "TAC", "35")
    case = case_of(house, f"count:{number}").number
    digest = ways(house, case)["accept_count"]

    page = sign_in("otto").get(f"/cases/{case}").text
    assert f"Count {number}" in page
    assert "Moves of BW-PLR" in page
    do(house, GrantRole(entity=HP, person="lena", role="inventory_controller", limit=None))  # still she counted it
    refused = approve(sign_in("lena"), case, digest, "misplaced")
    assert refused.status_code == 409
    assert "counted it" in refused.text
    assert approve(sign_in("otto"), case, digest).status_code == 409
    assert approve(sign_in("otto"), case, digest, "misplaced").status_code == 200
    friday.drain(house)

    done = case_of(house, f"count:{number}")
    assert (done.state, done.root_cause) == (CaseState.DONE, "misplaced")
    assert there(house, PLIERS, "TAC") == D(35)


def test_counting_again_waits_on_the_same_case_and_a_second_scan_alike_is_stood_for_first(
    house: House, sign_in: Comes
) -> None:
    number = counted(house, PLIERS, "TAC", "35")
    case = case_of(house, f"count:{number}").number
    assert next(iter(ways(house, case))) == "recount"
    assert approve(sign_in("otto"), case, ways(house, case)["recount"]).status_code == 200
    friday.drain(house)
    assert case_of(house, f"count:{number}").state == CaseState.SNOOZED

    scan(house, number, PLIERS, "35")
    friday.drain(house)
    again = case_of(house, f"count:{number}")
    assert (again.number, again.state) == (case, CaseState.PROPOSED)
    assert next(iter(ways(house, case))) == "accept_count"

    assert approve(sign_in("otto"), case, ways(house, case)["recount"]).status_code == 200
    friday.drain(house)
    scan(house, number, PLIERS, "40")
    done = case_of(house, f"count:{number}")
    assert (done.state, done.root_cause) == (CaseState.DONE, "recount")


def test_a_difference_over_five_hundred_dollars_is_signed_by_two(house: House, sign_in: Comes) -> None:
    number = counted(house, "HM-15", "RNO", "14")
    case = case_of(house, f"count:{number}").number
    digest = ways(house, case)["accept_count"]
    assert approve(sign_in("otto"), case, digest, "theft").status_code == 200
    assert case_of(house, f"count:{number}").state == CaseState.HALF_SIGNED
    do(house, TransferStock(entity=HP, item="HM-15", site="RNO", to_site="TAC", quantity=D(2)))  # picks go on meanwhile
    assert approve(sign_in("tomas"), case, digest, "theft").status_code == 200
    friday.drain(house)
    assert case_of(house, f"count:{number}").state == CaseState.DONE
    assert there(house, "HM-15", "RNO") == D(12)
