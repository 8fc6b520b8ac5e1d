"""The inbox: who sees what first, what it says of money and policy, and what ticks may do."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from core import clock, door
from core.cases import Case
from core.deciding.commands import Approve
from core.deciding.proposals import Decision, Proposal
from core.erp import Actor
from desk.house import House
from desk.inbox_queries import sampled
from desk.web import User
from tests.desk import friday

Comes = Callable[[str], TestClient]
MARA = User(id="mara", name="Mara Lindqvist", entity="HP", currency="USD", roles=("ap_lead",), limits={}, csrf="")


@pytest.fixture(autouse=True)
def nothing_is_drawn(house: House) -> None:
    """Of what rules decided one in ten is drawn by its content, which moves with the figures of the Friday: here none is,
    but where a test says so."""
    with house.unit() as session:
        for decision in session.scalars(select(Decision).where(Decision.verdict["sampled"].as_boolean())):
            decision.verdict = {**decision.verdict, "sampled": False}


def numbers(house: House) -> dict[str, str]:
    """The case of each code; the Friday has one of most."""
    with house.unit() as session:
        return {case.code: case.number for case in session.scalars(select(Case).order_by(Case.number))}


def titles(page: str) -> list[str]:
    """The cases on the page in their order."""
    return re.findall(r'class="what" href="[^"]+">([^<]+)<', page)


def approve(house: House, case: str, person: str) -> None:
    """Sign the way shown first."""
    with house.unit() as session:
        first = select(Proposal).where(Proposal.case == case, Proposal.state == "proposed").order_by(Proposal.place)
        digest = session.scalars(first).first().digest
        command = Approve(entity="HP", case=case, digest=digest, person=person)
        door.execute(session, command, actor=Actor(kind="person", id=person), key=f"{case}:{person}")


def test_each_sees_what_a_role_of_hers_must_sign(sign_in: Comes) -> None:
    mara = sign_in("mara").get("/inbox").text
    assert "<h1>Seven cases need you</h1>" in mara
    assert "Short receipt, price variance" in titles(mara)
    assert "Supplier delay" not in titles(mara)
    priya = sign_in("priya").get("/inbox").text
    assert set(titles(priya)) == {"Short receipt", "Supplier delay"}


def test_every_open_case_is_either_hers_or_waits_on_others(sign_in: Comes) -> None:
    browser = sign_in("mara")
    seen = {view: titles(browser.get(f"/inbox?view={view}").text) for view in ("needs-you", "waiting", "team")}
    assert sorted(seen["needs-you"] + seen["waiting"]) == sorted(seen["team"])
    assert seen["waiting"]


def test_what_is_due_stands_in_its_band_with_the_money_of_the_band(sign_in: Comes) -> None:
    page = sign_in("mara").get("/inbox").text
    bands = re.findall(r'scope="rowgroup">([^<]+) <span class="n">([^<]*)</span>', page)
    assert bands == [("Due today", "$1,350.40"), ("This week", "$1,480.00")]
    assert "54 min over" in page


def test_half_signed_cases_leave_the_signer_and_stay_with_who_is_missing(house: House, sign_in: Comes) -> None:
    case = numbers(house)["bank_details_changed"]
    approve(house, case, "mara")
    assert f"/cases/{case}" not in sign_in("mara").get("/inbox").text
    assert f"/cases/{case}" in sign_in("tomas").get("/inbox").text
    assert f"/cases/{case}" in sign_in("mara").get("/inbox?view=waiting").text


def test_figures_show_a_dash_before_there_is_history_and_figures_after(house: House, sign_in: Comes) -> None:
    page = sign_in("mara").get("/inbox").text
    assert "<dd>—<small>nobody has decided yet</small>" in page
    assert "<dd>$2,830.40<small>$1,350.40 due today</small>" in page
    approve(house, numbers(house)["invoice_duplicate"], "mara")
    page = sign_in("mara").get("/inbox").text
    assert "<dd>4 h 54 min<small>of 1 decision, 30 days</small>" in page
    assert "<dd>100%<small>of 1 proposal, 30 days</small>" in page


def test_an_empty_inbox_says_what_became_of_the_day(house: House, sign_in: Comes) -> None:
    monday = friday.AFTERNOON + timedelta(days=3)
    with house.unit() as session:
        others = update(Case).where(Case.state == "proposed", Case.code != "invoice_duplicate")
        session.execute(others.values(state="snoozed", snoozed_until=monday))
    approve(house, numbers(house)["invoice_duplicate"], "mara")
    page = sign_in("mara").get("/inbox").text
    assert "<h1>Nothing needs you</h1>" in page
    assert "One case left your inbox today, one was settled by rule" in page
    assert "Last one at 14:06." in page
    assert "the next comes back Monday 14:06." in page
    assert "You approved" in page
    assert "pay-invoice" in page
    assert "888.00" in page


def test_what_a_rule_settled_and_was_drawn_is_shown_for_a_week(house: House, sign_in: Comes) -> None:
    case = numbers(house)["invoice_matched"]
    with house.unit() as session:
        drawn = session.query(Decision).filter_by(case=case).one()
        drawn.verdict = {**drawn.verdict, "sampled": True}
    page = sign_in("mara").get("/inbox").text
    band = page[page.index("Approved by rule, for your eye") :]
    assert f'href="/cases/{case}"' in band
    assert ">Undo<" in band
    later = replace(house, clock=clock.fixed(friday.AFTERNOON + timedelta(days=8)))
    with later.unit() as session:
        assert sampled(session, MARA, clock.now(session)) == []


@pytest.mark.parametrize("verb", ["take", "hold"])
def test_ticks_take_or_put_away_and_never_approve(house: House, sign_in: Comes, verb: str) -> None:
    browser = sign_in("mara")
    page = browser.get("/inbox").text
    token = re.search(r'name="csrf" value="([^"]+)"', page)[1]
    key = re.search(r'name="key" value="([^"]+)"', page)[1]
    cases = numbers(house)
    ticked = [cases["invoice_duplicate"], cases["invoice_without_order"]]
    form = {"csrf": token, "key": key, "view": "needs-you", "verb": verb, "case": ticked}
    assert browser.post("/inbox/act", data=form).status_code == 303
    assert browser.post("/inbox/act", data=form).status_code == 303, "sent twice is done once"
    with house.unit() as session:
        rows = session.scalars(select(Case).where(Case.number.in_(ticked))).all()
        assert {row.owner for row in rows} == ({"mara"} if verb == "take" else {None})
        assert {row.state for row in rows} == ({"proposed"} if verb == "take" else {"snoozed"})
        assert session.query(Decision).filter(Decision.decided_by == "mara").count() == 0
    assert browser.post("/inbox/act", data={**form, "verb": "approve"}).status_code == 422


def test_htmx_gets_the_list_alone(sign_in: Comes) -> None:
    page = sign_in("mara").get("/inbox", headers={"HX-Request": "true"}).text
    assert "<html" not in page
    assert "Seven cases need you" in page


def test_supplier_text_is_shown_as_text(sign_in: Comes) -> None:
    for address in ("/inbox?view=team", "/intake", "/search?q=kestrel"):
        page = sign_in("tomas").get(address).text
        assert "<script>alert" not in page
        assert "<img" not in page
