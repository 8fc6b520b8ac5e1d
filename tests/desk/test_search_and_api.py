"""Search over numbers and names, and the HTTP API that says the same as the pages."""

import re
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from core.canonical import sha256_hex
from core.intake.tables import Message
from desk.house import House
from desk.visible import visible

Comes = Callable[[str], TestClient]


@pytest.mark.parametrize(
    ("words", "finds"),
    [
        ("CASE-1035", "CASE-1035"),
        ("po-40417", "PO-40417"),
        ("KF-88213", "KF-88213"),
        ("kestrel", "Kestrel Fasteners GmbH"),
        ("S-1004", "Norden Plastics"),
    ],
)
def test_a_case_is_found_by_number_order_invoice_and_supplier(sign_in: Comes, words: str, finds: str) -> None:
    page = sign_in("mara").get("/search", params={"q": words}).text
    assert finds in page
    assert 'href="/cases/' in page or words == "S-1004"


@pytest.mark.parametrize(
    "words", ["_", "'; drop table person; --", "\u202e", "x" * 5000, "<script>alert(1)</script>", " "]
)
def test_odd_words_find_nothing_and_break_nothing(sign_in: Comes, words: str) -> None:
    answer = sign_in("mara").get("/search", params={"q": words})
    assert answer.status_code == 200
    assert "<script>" not in answer.text
    assert 'href="/cases/' not in answer.text


def test_a_sign_is_looked_for_as_it_is(sign_in: Comes) -> None:
    page = sign_in("mara").get("/search", params={"q": "7.9%"}).text
    assert re.findall(r'href="/cases/(CASE-\d+)"', page) == ["CASE-1035"]


def test_the_api_gives_cases_as_strings_of_exact_figures(sign_in: Comes) -> None:
    browser = sign_in("mara")
    cases = browser.get("/api/v1/cases", params={"state": "proposed"}).json()
    assert len(cases) == 11
    assert {type(case["stake"]) for case in cases} == {str}
    one = browser.get("/api/v1/cases/CASE-1035").json()
    assert one["stake"] == "125.4"
    assert {finding["code"] for finding in one["findings"]} >= {"invoice_quantity_variance", "invoice_price_variance"}
    assert all(re.fullmatch("[0-9a-f]{64}", proposal["digest"]) for proposal in one["proposals"])
    assert browser.get("/api/v1/cases/CASE-9").json() == {"detail": "no case CASE-9 in HP"}


def test_the_api_is_for_the_roles_of_the_pages(sign_in: Comes) -> None:
    assert sign_in("ruth").get("/api/v1/cases").status_code == 200
    assert sign_in("mara").get("/api/v1/messages").status_code == 403
    assert len(sign_in("noah").get("/api/v1/messages").json()) == 10


def test_a_document_comes_in_by_the_api_with_the_sessions_token(house: House, sign_in: Comes) -> None:
    browser = sign_in("noah")
    token = re.search(r'name="csrf" value="([^"]+)"', browser.get("/intake").text)[1]
    headers = {"X-CSRF": token}
    answer = browser.post("/api/v1/messages?name=a.edi", content=b"ISA*00", headers=headers)
    assert (answer.status_code, answer.json()) == (202, {"sha256": sha256_hex(b"ISA*00")})
    with house.unit() as session:
        assert session.get(Message, ("HP", sha256_hex(b"ISA*00"))).source == "api"
    assert browser.post("/api/v1/messages", content=b"", headers=headers).status_code == 422
    assert browser.post("/api/v1/messages", content=b"0" * (25 * 1024 * 1024 + 1), headers=headers).status_code == 422


@pytest.mark.parametrize("address", ["/search?q=%00", "/cases/%00", "/policies?table=%00", "/intake?message=%00"])
def test_a_nul_in_an_address_breaks_nothing(sign_in: Comes, address: str) -> None:
    assert sign_in("tomas").get(address).status_code == 400


def test_the_api_says_what_it_takes(client: TestClient) -> None:
    paths = client.get("/api/openapi.json").json()["paths"]
    assert {"/api/v1/cases", "/api/v1/cases/{number}", "/api/v1/messages"} <= set(paths)


def test_health_is_said_without_signing_in(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ready"}


@pytest.mark.parametrize(
    ("hidden", "shown"),
    [
        ("pay\u200b\u200b\u200bnow", "pay[3 zero-width spaces]now"),
        ("\u202eevil", "[RTL override]evil"),
        ("plain text, ümlaut, 漢字", "plain text, ümlaut, 漢字"),
        ("a\x00b", "a[control 00]b"),
        ("x\u3164y", "x[Hangul filler]y"),
        ("\U000e0041\U000e0042", "[hidden tag latin capital letter a, hidden tag latin capital letter b]"),
    ],
)
def test_characters_nobody_sees_are_shown_as_words(hidden: str, shown: str) -> None:
    assert visible(hidden) == shown
