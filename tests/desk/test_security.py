"""What every answer carries, which requests are not taken, and how the desk says no."""

import hashlib
import re
from collections.abc import Callable

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from core import audit
from core.cases import Case
from core.deciding.proposals import Decision
from desk.app import PAGES, create_app
from desk.house import House
from desk.security import HEADERS
from desk.settings import PROJECT

Comes = Callable[[str], TestClient]


def routes(app: FastAPI, method: str) -> list[str]:
    """The addresses of the desk's pages that take this method, with something in their blanks."""
    pages = [route for room in PAGES for route in room.router.routes]
    return sorted(re.sub(r"\{[^}]+\}", "X-1", route.path) for route in pages if method.upper() in route.methods)


def test_every_answer_carries_the_headers(client: TestClient, sign_in: Comes) -> None:
    for address in ("/signin", "/healthz", "/static/desk.css", "/inbox", "/nothing", "/api/v1/cases"):
        answer = client.get(address)
        for name, value in HEADERS.items():
            assert answer.headers[name] == value, (address, name)
    assert client.get("/signin").headers["cache-control"] == "no-store"
    assert sign_in("mara").get("/inbox").headers["cache-control"] == "no-store"


def test_no_template_needs_more_than_the_content_policy_gives(sign_in: Comes) -> None:
    pages = {
        "mara": [
            "/inbox",
            "/inbox?view=done",
            "/cases/CASE-1035",
            "/ledger",
            "/audit",
            "/policies",
            "/search?q=kestrel",
        ],
        "noah": ["/intake"],
    }
    for person, addresses in pages.items():
        browser = sign_in(person)
        for address in addresses:
            page = browser.get(address).text
            assert not re.search(r"<script(?! src=)|<[a-z][^<>]*\s(?:on\w+|style)=|javascript:|<style", page), address
            assert not re.search(r'(?:src|href)="(?:https?:)?//', page), address


def test_nobody_comes_in_without_signing_in(client: TestClient) -> None:
    open_to_all = {"/signin", "/healthz", "/readyz"}
    for address in routes(client.app, "get"):
        if address not in open_to_all:
            assert client.get(address).status_code == 303, address
    for address in routes(client.app, "post"):
        if address != "/signin":
            answer = client.post(address)
            assert (answer.status_code, answer.headers.get("location", "")[:7]) == (303, "/signin"), address
    assert client.get("/api/v1/cases").status_code == 401
    assert client.get("/events").status_code == 303


def test_no_unsafe_request_is_taken_without_the_sessions_token(house: House, sign_in: Comes) -> None:
    browser = sign_in("tomas")
    for address in routes(browser.app, "post"):
        if address == "/signin":
            continue
        for form in ({}, {"csrf": ""}, {"csrf": "wrong"}, {"csrf": "ü"}):
            assert browser.post(address, data=form).status_code == 403, (address, form)
    assert browser.post("/api/v1/messages", content=b"x").status_code == 403
    with house.unit() as session:
        assert session.query(Decision).filter(~Decision.decided_by.like("rule:%")).count() == 0


def test_another_persons_token_is_not_hers(sign_in: Comes) -> None:
    theirs = re.search(r'name="csrf" value="([^"]+)"', sign_in("tomas").get("/inbox").text)[1]
    assert sign_in("mara").post("/cases/CASE-1035/take", data={"csrf": theirs}).status_code == 403


def test_who_only_reads_changes_nothing(house: House, sign_in: Comes) -> None:
    browser = sign_in("ruth")
    page = browser.get("/cases/CASE-1035")
    assert page.status_code == 200
    form = {"csrf": re.search(r'name="csrf" value="([^"]+)"', page.text)[1], "verb": "close", "reason": "x"}
    for act in ("approve", "reject", "hold", "take", "edit", "undo", "take-back"):
        assert browser.post(f"/cases/CASE-1035/{act}", data=form).status_code == 403, act
    with house.unit() as session:
        assert session.get(Case, ("HP", "CASE-1035")).state == "proposed"


def test_a_page_of_another_role_is_refused_and_recorded(house: House, sign_in: Comes) -> None:
    answer = sign_in("priya").get("/ledger")
    assert answer.status_code == 403
    for words in (
        "Ledger is not for this role",
        "Priya Kaur, Buyer",
        "Dana Reyes and Mara Lindqvist",
        "That you asked",
    ):
        assert words in answer.text, words
    with house.unit() as session:
        (entry,) = audit.entries(session, limit=1)
        assert (entry.kind, entry.actor, entry.says) == ("refused", "priya", "Asked for Ledger")


def test_a_mistyped_case_shows_the_closest(sign_in: Comes) -> None:
    answer = sign_in("mara").get("/cases/CASE-10355")
    assert answer.status_code == 404
    assert 'href="/cases/CASE-1035"' in answer.text
    assert 'value="CASE-10355"' in answer.text


def test_what_cannot_be_read_is_422_and_named(sign_in: Comes) -> None:
    answer = sign_in("ruth").get("/audit?entry=many")
    assert answer.status_code == 422
    assert "<dt>entry</dt>" in answer.text
    assert sign_in("mara").get("/api/v1/cases/CASE-1035?x=1").status_code == 200


def test_a_failure_is_a_page_with_a_reference_and_the_headers(house: House) -> None:
    app = create_app(house)

    @app.get("/breaks")
    def breaks() -> None:
        raise RuntimeError("secret of the server")

    with TestClient(app, base_url="http://desk.example") as client:
        answer = client.get("/breaks")
        assert answer.status_code == 500
        assert re.search(r"E-[0-9A-F]{4}-[0-9A-F]{4}", answer.text)
        assert "nothing was booked" in answer.text
        assert "secret" not in answer.text
        assert answer.headers["content-security-policy"] == HEADERS["Content-Security-Policy"]


def test_a_refusal_inside_a_card_is_a_card_of_its_own(sign_in: Comes) -> None:
    answer = sign_in("mara").get("/cases/CASE-9", headers={"HX-Request": "true"})
    assert answer.status_code == 404
    assert "<html" not in answer.text
    assert 'role="alert"' in answer.text


@pytest.mark.parametrize("length", ["999999999999", "-1", "many"])
def test_a_request_that_says_it_is_too_long_is_not_read(client: TestClient, length: str) -> None:
    assert client.post("/signin", content=b"x", headers={"content-length": length}).status_code in (400, 413)


def test_vendored_files_are_the_ones_that_are_written_down() -> None:
    folder = PROJECT / "desk" / "static" / "vendor"
    rows = re.findall(r"^\| (\S+) \|.*\| ([0-9a-f]{64}) \|$", (folder / "VENDOR.md").read_text(), re.MULTILINE)
    assert len(rows) >= 3
    for name, sha256 in rows:
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == sha256, name
