"""Every page in light and dark, on a desk and on a phone: no barrier that axe finds, no error in the console, nothing
wider than the screen, and every picture of text readable."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import ConsoleMessage, Page
from sqlalchemy import select, update

from core.cases import Case
from desk.app import PAGES as ROOMS
from tests.browser.stand import PHONE, WIDE, Desk
from tests.desk import friday

pytestmark = pytest.mark.browser
Open = Callable[..., Page]

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = "(rules) => axe.run(document, {runOnly: rules, resultTypes: ['violations']}).then((found) => found.violations)"
"""Every rule runs; what passed is not carried out of the browser, which took longer than the rules."""
PAGES = {
    "sign-in": ("", "/signin"),
    "inbox": ("mara", "/inbox"),
    "team": ("mara", "/inbox?view=team"),
    "done": ("mara", "/inbox?view=done"),
    "case": ("mara", "/cases/CASE-1035"),
    "case of a delay": ("priya", "/cases/CASE-1037"),
    "case about bank details": ("tomas", "/cases/CASE-1036"),
    "case that is done": ("mara", "/cases/CASE-1041"),
    "case, only read": ("ruth", "/cases/CASE-1035"),
    "stock": ("nadia", "/stock"),
    "stock of an item": ("otto", "/stock/items/FB-M8X40?site=PDX&day=2026-11-12"),
    "late entry": ("otto", "/stock/entry?do=IssueStock&item=FB-M8X40&site=PDX"),
    "order point": ("nadia", "/stock/point?item=FB-M8X40&site=PDX"),
    "replenishment": ("nadia", "/stock/replenishment"),
    "no suggestion": ("nadia", "/stock/replenishment/RP-1"),
    "counts": ("lena", "/stock/counts"),
    "no count": ("lena", "/stock/counts/CNT-1"),
    "no sheet": ("lena", "/stock/counts/CNT-1/sheet"),
    "no warehouse connected": ("otto", "/stock/streams"),
    "ledger": ("tomas", "/ledger?span=all&item=FB-M8X40"),
    "audit": ("ruth", "/audit"),
    "audit of a decision": ("ruth", "/audit?kind=by_rule"),
    "policies": ("tomas", "/policies?table=price-variance&case=CASE-1035"),
    "another version": ("ines", "/policies?table=price-variance&version=3&entity=HPC"),
    "intake": ("noah", "/intake"),
    "message": ("noah", f"/intake?message={friday.KESTREL.sha256}"),
    "quarantined": ("noah", f"/intake?message={friday.LOOK_ALIKE.sha256}"),
    "search": ("mara", "/search?q=kestrel"),
    "not yours": ("priya", "/audit"),
    "not there": ("mara", "/cases/CASE-10355"),
}
NOT_PAGES = {
    "/audit/receipts/{number}.json",
    "/audit/export.jsonl",
    "/intake/{sha256}/original",
    "/intake/{sha256}/sheet/{part}/{page}",
    "/events",
}
"""What answers to GET with something else than a page."""
EXPECTED = ("Failed to load resource: the server responded with a status of 40",)
"""A page that is refused says so in the console, too; that is Chromium's word and no error of ours."""


def barriers(page: Page, axe: str) -> list[str]:
    """What axe finds on the page, a line each. Run in the page's own world, past its content policy."""
    page.evaluate(axe)
    found: list[dict[str, Any]] = page.evaluate(RUN, RULES)
    return [f"{one['id']}: {node['target']} {node['failureSummary']}" for one in found for node in one["nodes"]]


def listen(page: Page) -> list[str]:
    """The errors that the page will write into the console."""
    errors: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(EXPECTED):
            errors.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: errors.append(str(error)))
    return errors


def settle(page: Page, address: str) -> None:
    """Open an address and wait until what the page asks for has come."""
    page.goto(address)
    page.wait_for_function("document.fonts.status === 'loaded'")
    page.wait_for_timeout(150)


def test_no_page_is_left_out_of_the_list() -> None:
    routes = [route for room in ROOMS for route in room.router.routes if "GET" in route.methods]
    addresses = [urlsplit(address).path for _, address in PAGES.values()]
    seen = {route.path for route in routes if any(route.path_regex.match(address) for address in addresses)}
    assert len(routes) > len(NOT_PAGES)
    assert {route.path for route in routes} - NOT_PAGES == seen


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_page_is_clean(open_as: Open, axe: str, dark: bool, size: tuple[int, int]) -> None:
    pages: dict[str, Page] = {}
    wrong: list[str] = []
    for name, (person, address) in PAGES.items():
        page = pages.get(person) or open_as(person, size=size, dark=dark)
        pages[person] = page
        errors = listen(page)
        settle(page, address)
        wrong += [f"{name}: {one}" for one in [*errors, *barriers(page, axe)]]
        wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        wrong += [f"{name}: {wider} pixels wider than the screen"] if wider > 0 else []
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_an_empty_inbox_is_clean(desk_server: Desk, open_as: Open, axe: str, size: tuple[int, int]) -> None:
    with desk_server.house.unit() as session:
        session.execute(update(Case).where(Case.state == "proposed").values(state="snoozed"))
    page = open_as("mara", size=size)
    errors = listen(page)
    settle(page, "/inbox")
    assert page.locator("h1").inner_text() == "Nothing needs you"
    wrong = [*errors, *barriers(page, axe)]
    assert not wrong, "\n".join(wrong)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_open_details_dialogs_and_cards_are_clean(open_as: Open, axe: str) -> None:
    page = open_as("tomas")
    errors = listen(page)
    settle(page, "/cases/CASE-1035?form=reject")
    wrong = barriers(page, axe)
    settle(page, "/cases/CASE-1035?form=edit")
    wrong += barriers(page, axe)
    page.keyboard.press("Escape")
    settle(page, "/inbox")
    page.locator(".tick input").first.check()
    wrong += barriers(page, axe)
    page.keyboard.press("?")
    wrong += barriers(page, axe)
    page.keyboard.press("Escape")
    page.locator("details.who summary").click()
    wrong += barriers(page, axe)
    wrong += errors
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_the_pages_of_the_demo_company_are_clean(story: Desk, signed_in: Open, axe: str, size: tuple[int, int]) -> None:
    page = signed_in("mara", size=size, dark=size == PHONE)
    errors = listen(page)
    wrong: list[str] = []
    for address in ("/inbox", "/inbox?view=team", "/ledger?span=all", "/audit", "/policies", "/search?q=kestrel"):
        settle(page, address)
        wrong += [f"{address}: {one}" for one in barriers(page, axe)]
        wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        wrong += [f"{address}: {wider} pixels wider than the screen"] if wider > 0 else []
    wrong += errors
    assert not wrong, "\n".join(wrong)


def test_on_the_narrowest_phone_a_case_of_many_papers_is_no_wider(story: Desk, signed_in: Open) -> None:
    with story.house.unit() as session:
        case = session.scalars(select(Case.number).where(Case.code == "invoice_quantity_variance")).one()
    page = signed_in("mara", size=(320, 640))
    settle(page, f"/cases/{case}")
    assert page.locator(".evidence header label").count() == 4
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
