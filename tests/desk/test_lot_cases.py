"""A lot that nobody will use in time, at the desk: from the command that raises it to the one that ends it."""

from datetime import date, timedelta
from typing import Any

import pytest

from core.doctor import examine
from core.stock.commands import IssueStock, OpenStock
from core.stock.lots import SetLotExpiry
from desk.house import House
from tests.desk import friday
from tests.desk.stock_desk import HP, PLIERS, Comes, D, approve, case_of, do, there, wanted, ways

SOON = friday.AFTERNOON.date() + timedelta(days=10)


@pytest.fixture(autouse=True)
def _sound(house: House) -> Any:
    """After every story the books hold."""
    yield
    with house.unit() as session:
        assert [check.says for check in examine(session) if not check.holds] == []


def lot(house: House, quantity: str, day: date = SOON) -> str:
    """Pieces of a lot in Reno that nobody there wants; the number of their case."""
    stock = OpenStock(entity=HP, item=PLIERS, site="RNO", quantity=D(quantity), unit_cost=D("11.80"), lot="L-1")
    do(house, stock)
    do(house, SetLotExpiry(entity=HP, item=PLIERS, lot="L-1", expires_on=day))
    friday.drain(house)
    return str(case_of(house, f"lot:RNO:{PLIERS}:L-1").number)


def test_it_is_sent_where_it_is_used_by_the_planner_with_a_root_cause(house: House, sign_in: Comes) -> None:
    wanted(house, "SO-9001", "500", SOON - timedelta(days=2), item=PLIERS, site="TAC")
    before = there(house, PLIERS, "TAC")
    case = lot(house, "30")

    page = sign_in("nadia").get(f"/cases/{case}").text
    assert "30 pieces will expire" in page
    assert "Transfer 30 of lot L-1 to Tacoma" in page
    assert approve(sign_in("nadia"), case, ways(house, case)["transfer_lot L-1 TAC"], "demand_fell").status_code == 200
    friday.drain(house)

    assert (there(house, PLIERS, "TAC") - before, case_of(house, f"lot:RNO:{PLIERS}:L-1").state) == (30, "done")
    assert case_of(house, f"lot:RNO:{PLIERS}:L-1").root_cause == "demand_fell"


def test_what_is_scrapped_is_not_for_the_planner(house: House, sign_in: Comes) -> None:
    case = lot(house, "3")
    digest = ways(house, case)["scrap_lot"]

    assert approve(sign_in("nadia"), case, digest, "bought_too_much").status_code in (403, 409)
    assert approve(sign_in("otto"), case, digest, "bought_too_much").status_code == 200
    friday.drain(house)

    assert case_of(house, f"lot:RNO:{PLIERS}:L-1").state == "done"


def test_pieces_sold_while_somebody_looks_void_what_was_shown(house: House, sign_in: Comes) -> None:
    case = lot(house, "3")
    digest = ways(house, case)["scrap_lot"]
    do(house, IssueStock(entity=HP, item=PLIERS, site="RNO", quantity=D(1), document="SO-9002", lot="L-1"))
    assert approve(sign_in("otto"), case, digest, "bought_too_much").status_code == 409
