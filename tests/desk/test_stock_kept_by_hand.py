"""What the books refuse of an entry by hand: said with what to do about it, and kept as a case by whoever may enter it."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, text

from core.books.periods import ClosePeriod
from core.command import to_wire
from core.deciding.by_hand import DoByHand
from core.erp import Actor
from core.refusals import Refusal, Refused
from core.stock.commands import OpenStock
from core.unbooked.commands import KeepEntry
from core.unbooked.tables import UnbookedEntry
from desk.house import House
from tests.desk import friday, stocklife
from tests.desk.stocklife import BOX, D
from tests.desk.test_stock_pages import plain, post, token

Comes = Callable[[str], TestClient]
TOO_MANY = f"/stock/entry?do=IssueStock&item={BOX}&site=PDX&quantity=999999&document=SO-7600"


def sent(page: str) -> dict[str, str]:
    """The form that keeps an entry, as it stands on the page."""
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page[page.index("/stock/entry/keep") :]))


def entries(house: House) -> list[UnbookedEntry]:
    with house.unit() as session:
        found = session.scalars(select(UnbookedEntry).order_by(UnbookedEntry.number)).all()
        session.expunge_all()
        return list(found)


def test_an_issue_of_more_than_is_there_is_kept_and_leads_to_its_case(house: House, sign_in: Comes) -> None:
    otto = sign_in("otto")
    page = otto.get(TOO_MANY).text
    words = plain(page)
    assert "count the place" in words
    assert "Keep as a case" in words
    assert "as shown" not in words, "what is refused is not booked"

    answer = otto.post("/stock/entry/keep", data=sent(page))
    assert answer.status_code == 303
    case = otto.get(answer.headers["location"])
    assert case.status_code == 200
    assert "could not be booked: more than is on hand" in plain(case.text)

    (row,) = entries(house)
    assert (row.kept_by, row.state, row.told["quantity"]) == ("otto", "open", "999999")
    assert row.told["happened_at"].startswith(friday.AFTERNOON.date().isoformat()), "not when it will be booked"
    with house.unit() as session:
        noted = text("select actor_kind || ' ' || actor from audit_entry where text like '%By hand: KeepEntry%'")
        assert session.scalars(noted).all() == ["person otto"]


def test_a_form_that_is_sent_twice_keeps_one_entry_and_leads_to_one_case(house: House, sign_in: Comes) -> None:
    otto = sign_in("otto")
    form = sent(otto.get(TOO_MANY).text)
    first, again = (otto.post("/stock/entry/keep", data=form).headers["location"] for _ in range(2))
    assert first == again
    assert len(entries(house)) == 1


def test_a_day_of_a_closed_month_is_kept_as_it_was_told(house: House, sign_in: Comes) -> None:
    stocklife.do(house, ClosePeriod(entity="HP", through=date(2026, 10, 31)))
    otto = sign_in("otto")
    page = otto.get(f"/stock/entry?do=AdjustStock&item={BOX}&site=PDX&quantity=-3&reason=torn&day=2026-10-30").text
    assert "Write a day of an open month" in plain(page)
    assert otto.post("/stock/entry/keep", data=sent(page)).status_code == 303
    (row,) = entries(house)
    assert (row.refusal, row.told["happened_at"][:10], row.told["reason"]) == ("period_closed", "2026-10-30", "torn")


def test_whoever_may_not_enter_it_may_not_keep_it(house: House, sign_in: Comes) -> None:
    lena = sign_in("lena")
    page = lena.get(TOO_MANY).text
    assert "Keep as a case" not in page
    form = {"do": "IssueStock", "item": BOX, "site": "PDX", "quantity": "999999", "document": "SO-7600"}
    answer = post(lena, "/stock/entry/keep", page, asked="", lot="", location="", day="", **form)
    assert answer.status_code == 409
    assert "You may not sign this" in answer.text
    assert entries(house) == []


def test_nothing_is_kept_that_would_be_booked_or_says_nothing(house: House, sign_in: Comes) -> None:
    otto = sign_in("otto")
    page = otto.get(TOO_MANY).text
    answer = otto.post("/stock/entry/keep", data={**sent(page), "quantity": "1"})
    assert answer.status_code == 409
    assert "would be booked" in answer.text
    assert otto.post("/stock/entry/keep", data={**sent(page), "asked": "soon"}).status_code == 422
    assert otto.post("/stock/entry/keep", data={"csrf": token(page), "do": "OpenStock"}).status_code == 404
    assert entries(house) == []


def test_what_nobody_enters_by_hand_nobody_keeps_by_hand(house: House) -> None:
    stocklife.do(house, ClosePeriod(entity="HP", through=date(2026, 10, 31)))
    late = friday.AFTERNOON - timedelta(days=25)
    opened = OpenStock(entity="HP", item=BOX, site="PDX", quantity=D(1), unit_cost=D(1), happened_at=late)
    kept = KeepEntry(entity="HP", told=to_wire(opened))
    with pytest.raises(Refused) as no:
        stocklife.do(house, DoByHand(entity="HP", entry=to_wire(kept)), Actor(kind="person", id="otto"))
    assert no.value.code is Refusal.NO_AUTHORITY
    assert entries(house) == []
    assert stocklife.do(house, kept).result["entry"] == entries(house)[0].number, "a feed may"
