"""Signing in and out: passwords, the demo's faces, sessions that end, tries that are counted, and the way back."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from core import audit, clock
from core.people.tables import Person, SignInSession
from desk.app import create_app
from desk.house import House
from desk.web import COOKIE
from tests.desk import friday

Comes = Callable[[str], TestClient]


def at(house: House, moment: datetime) -> TestClient:
    """A browser at another hour, on the same database."""
    later = replace(house, clock=clock.fixed(moment))
    return TestClient(create_app(later), base_url="http://desk.example", follow_redirects=False)


def sign_in_with(client: TestClient, email: str, password: str, **more: str) -> object:
    """Fill in the form."""
    client.get("/signin")
    form = {"token": client.cookies["desk_signin"], "email": email, "password": password, **more}
    return client.post("/signin", data=form)


def test_a_password_opens_a_session_that_only_its_hash_is_kept_of(house: House, client: TestClient) -> None:
    answer = sign_in_with(client, "Mara@harbor-pine.example", friday.PASSWORD)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = next(value for name, value in answer.headers.multi_items() if name == "set-cookie" and COOKIE in value)
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    with house.unit() as session:
        (row,) = session.scalars(select(SignInSession)).all()
        assert row.person == "mara"
        assert row.token_sha256 not in cookie
        assert client.cookies[COOKIE] not in row.token_sha256
    assert client.get("/inbox").status_code == 200


def test_the_cookie_is_secure_where_the_desk_is_reached_by_https(house: House) -> None:
    with TestClient(create_app(house), base_url="https://desk.example", follow_redirects=False) as client:
        answer = sign_in_with(client, "mara@harbor-pine.example", friday.PASSWORD)
        cookies = [value for name, value in answer.headers.multi_items() if name == "set-cookie" and "=;" not in value]
        assert all("Secure" in cookie for cookie in cookies if COOKIE in cookie)
        assert "max-age" in answer.headers["strict-transport-security"]


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("mara@harbor-pine.example", "wrong"),
        ("nobody@harbor-pine.example", "demo"),
        ("mara@harbor-pine.example", ""),
        ("", ""),
        ("x" * 5000, "\u202e"),
    ],
)
def test_what_does_not_fit_opens_nothing_and_is_recorded(
    house: House, client: TestClient, email: str, password: str
) -> None:
    answer = sign_in_with(client, email, password)
    assert answer.status_code == 401
    assert COOKIE not in client.cookies
    with house.unit() as session:
        (entry,) = audit.entries(session, limit=1)
        assert (entry.kind, entry.says) == ("refused", "Sign-in failed")
        assert len(entry.actor) <= 254


def test_after_eight_failures_the_right_password_waits_too(house: House, client: TestClient) -> None:
    for _ in range(8):
        assert sign_in_with(client, "mara@harbor-pine.example", "wrong").status_code == 401
    assert sign_in_with(client, "mara@harbor-pine.example", friday.PASSWORD).status_code == 429
    with at(house, friday.AFTERNOON + timedelta(minutes=11)) as later:
        assert sign_in_with(later, "mara@harbor-pine.example", friday.PASSWORD).status_code == 303


def test_the_form_must_be_ours(client: TestClient) -> None:
    client.get("/signin")
    form = {"email": "mara@harbor-pine.example", "password": friday.PASSWORD}
    for token in ("", "something else", "ü"):
        assert client.post("/signin", data={**form, "token": token}).status_code == 403
    client.cookies.clear()
    assert client.post("/signin", data={**form, "token": ""}).status_code == 403


def test_faces_are_there_in_the_demo_alone(house: House, client: TestClient) -> None:
    page = client.get("/signin").text
    assert re.findall(r"<b>([^<]+)</b><small>([^<]+)</small>", page) == [
        ("Intake clerk", "Noah Feld · new messages"),
        ("Receiving lead", "Lena Moss · four cases"),
        ("Buyer", "Priya Kaur · two cases"),
        ("AP lead", "Mara Lindqvist · seven cases"),
        ("Inventory planner", "Nadia Hart · the stock"),
        ("Inventory controller", "Otto Nilsen · the stock"),
        ("Buyer&#39;s manager", "Dana Reyes · four cases"),
        ("Controller", "Tomas Orr · the ledger"),
        ("Policy owner", "Ines Duarte · the tables"),
        ("Auditor", "Ruth Abara · the record"),
    ]
    real = replace(house, settings=replace(house.settings, demo=False))
    with TestClient(create_app(real), base_url="http://desk.example", follow_redirects=False) as outside:
        assert "demo company" not in outside.get("/signin").text
        form = {"token": outside.cookies["desk_signin"], "person": "tomas"}
        assert outside.post("/signin", data=form).status_code == 401


@pytest.mark.parametrize(
    ("person", "start", "bar"),
    [
        ("mara", "/inbox", ["Inbox", "Ledger", "Audit", "Policies"]),
        ("priya", "/inbox", ["Inbox", "Stock"]),
        ("nadia", "/stock", ["Inbox", "Stock"]),
        ("otto", "/stock", ["Inbox", "Stock"]),
        ("tomas", "/ledger", ["Intake", "Inbox", "Stock", "Ledger", "Audit", "Policies"]),
        ("ruth", "/audit", ["Stock", "Ledger", "Audit", "Policies"]),
        ("noah", "/intake", ["Intake", "Inbox", "Audit"]),
        ("ines", "/policies", ["Policies"]),
    ],
)
def test_each_role_starts_on_its_own_page_and_sees_its_own_bar(
    sign_in: Comes, person: str, start: str, bar: list[str]
) -> None:
    browser = sign_in(person)
    assert browser.get("/").headers["location"] == start
    page = browser.get(start).text
    nav = page[page.index('aria-label="Main"') : page.index("</nav>")]
    assert re.findall(r">([A-Z][a-z]+)</a>", nav) == bar


def test_an_idle_session_ends_and_a_long_one_too(house: House, sign_in: Comes) -> None:
    browser = sign_in("mara")
    cookie = browser.cookies[COOKIE]
    for minutes, status in ((59, 200), (118, 200), (200, 401)):
        with at(house, friday.AFTERNOON + timedelta(minutes=minutes)) as later:
            later.cookies.set(COOKIE, cookie)
            assert later.get("/inbox").status_code == status, minutes
    with house.unit() as session:
        row = session.scalars(select(SignInSession)).one()
        row.seen_at = friday.AFTERNOON + timedelta(hours=12)
    with at(house, friday.AFTERNOON + timedelta(hours=12, seconds=1)) as later:
        later.cookies.set(COOKIE, cookie)
        assert later.get("/inbox").status_code == 401


def test_who_was_away_is_told_so_and_comes_back_to_the_page(house: House, sign_in: Comes) -> None:
    browser = sign_in("mara")
    cookie = browser.cookies[COOKIE]
    with at(house, friday.AFTERNOON + timedelta(hours=2)) as later:
        later.cookies.set(COOKIE, cookie)
        page = later.get("/inbox?view=team").text
        assert "You were away, and signed out" in page
        back = re.search(r'href="(/signin\?back=[^"]+)"', page)[1]
        later.get(back)
        form = {"token": later.cookies["desk_signin"], "person": "mara", "back": "/inbox?view=team"}
        assert 'name="back" value="/inbox?view=team"' in later.get(back).text
        assert later.post("/signin", data=form).headers["location"] == "/inbox?view=team"


@pytest.mark.parametrize(
    "back", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "/a\n/b", ""]
)
def test_nobody_is_sent_elsewhere_after_signing_in(client: TestClient, back: str) -> None:
    client.get("/signin", params={"back": back})
    form = {"token": client.cookies["desk_signin"], "person": "mara", "back": back}
    assert client.post("/signin", data=form).headers["location"] == "/"


def test_signing_out_ends_the_session_in_the_database(house: House, sign_in: Comes) -> None:
    browser = sign_in("mara")
    cookie = browser.cookies[COOKIE]
    token = re.search(r'name="csrf" value="([^"]+)"', browser.get("/inbox").text)[1]
    assert browser.post("/signout", data={"csrf": token}).status_code == 303
    browser.cookies.set(COOKIE, cookie)
    assert browser.get("/inbox").status_code == 401
    with house.unit() as session:
        (entry,) = audit.entries(session, limit=1)
        assert entry.says == "Signed out"


def test_who_was_deactivated_is_out_at_once(house: House, sign_in: Comes) -> None:
    browser = sign_in("mara")
    with house.unit() as session:
        session.get(Person, "mara").active = False
    assert browser.get("/inbox").status_code == 401
    assert sign_in_with(browser, "mara@harbor-pine.example", friday.PASSWORD).status_code == 401
