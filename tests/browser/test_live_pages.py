"""Open pages follow what happens: nothing is missed before a page's line is open, while an answer is on its way, or while
nobody looks.
"""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import select, update

from core import door
from core.cases import Case
from core.deciding.commands import TakeCase
from core.erp import Actor
from core.intake.commands import MarkSent
from core.intake.tables import OutgoingMessage
from tests.browser.conftest import Open
from tests.browser.stand import SOMEBODY, Desk

pytestmark = pytest.mark.browser

TOMAS = "td.owner [title='Tomas Orr']"


def tomas_takes_one(desk: Desk) -> None:
    """Somebody else takes a case, far from this browser."""
    with desk.house.unit() as session:
        case = session.scalars(select(Case).where(Case.code == "invoice_duplicate")).one()
        command = TakeCase(entity="HP", case=case.number, person="tomas")
        door.execute(session, command, actor=Actor(kind="person", id="tomas"), key="tomas takes it")


def until(page: Page, held: list[Route]) -> Route:
    """The request that was held."""
    for _ in range(100):
        if held:
            return held[0]
        page.wait_for_timeout(50)
    raise AssertionError("it was never asked for")


def looks(page: Page, state: str) -> None:
    """The tab is brought to the front, or goes behind another."""
    page.evaluate(
        """(state) => {
          Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
          document.dispatchEvent(new Event("visibilitychange"));
        }""",
        state,
    )


def test_what_happens_before_the_line_is_open_is_told_when_it_opens(desk_server: Desk, open_as: Open) -> None:
    page = open_as("mara")
    held: list[Route] = []
    page.route("**/events*", lambda route: held.append(route))
    page.goto("/inbox")
    line = until(page, held)
    tomas_takes_one(desk_server)

    line.continue_()

    expect(page.locator(TOMAS)).to_have_count(1)


def test_a_line_without_news_asks_for_nothing_again(desk_server: Desk, open_as: Open) -> None:
    page = open_as("mara")
    asked: list[str] = []
    page.goto("/inbox")
    page.on("request", lambda request: asked.append(request.url))
    with page.expect_response("**/events*"):
        page.reload()
    page.wait_for_timeout(1000)
    assert len([url for url in asked if "/inbox" in url]) == 1, asked


def test_a_page_nobody_looks_at_has_no_line_and_hears_all_when_it_is_shown(desk_server: Desk, open_as: Open) -> None:
    page = open_as("mara")
    with page.expect_response("**/events*"):
        page.goto("/inbox")
    with page.expect_event("requestfailed", lambda request: "/events" in request.url):
        looks(page, "hidden")
    tomas_takes_one(desk_server)
    page.wait_for_timeout(600)
    expect(page.locator(TOMAS)).to_have_count(0)

    looks(page, "visible")

    expect(page.locator(TOMAS)).to_have_count(1)


def test_a_line_that_was_refused_is_tried_again(desk_server: Desk, open_as: Open) -> None:
    page = open_as("mara")
    page.route("**/events*", lambda route: route.fulfill(status=503), times=1)
    page.goto("/inbox")
    tomas_takes_one(desk_server)

    expect(page.locator(TOMAS)).to_have_count(1, timeout=10_000)
    expect(page.locator("#offline")).to_be_hidden()


@pytest.fixture
def kestrel(story: Desk) -> str:
    """The invoice case of the story."""
    with story.house.unit() as session:
        return session.scalars(select(Case.number).where(Case.code == "invoice_quantity_variance")).one()


def test_an_answer_that_comes_after_what_it_does_not_know_of_is_asked_for_again(
    story: Desk, kestrel: str, signed_in: Callable[[str], Page]
) -> None:
    page = signed_in("mara")
    with page.expect_response("**/events*"):
        page.goto(f"/cases/{kestrel}")
    held: list[Route] = []
    page.route("**/approve", lambda route: held.append(route))
    page.get_by_role("button", name=re.compile("Approve and post")).click()
    slow = until(page, held)
    answer = slow.fetch()
    assert "being carried out" in answer.text()
    story.work()
    page.wait_for_timeout(1500)  # all that the work told has been heard

    slow.fulfill(response=answer)

    expect(page.locator("#proposal")).to_contain_text("Approved and carried out")


def test_a_letter_that_leaves_after_the_rest_is_done_is_seen_to_leave(
    story: Desk, kestrel: str, signed_in: Callable[[str], Page]
) -> None:
    page = signed_in("mara")
    page.goto(f"/cases/{kestrel}")
    page.get_by_role("button", name=re.compile("Approve and post")).click()
    expect(page.locator("#proposal")).to_contain_text("By Mara Lindqvist")
    story.work()
    with story.house.unit() as session:
        number = session.scalars(select(OutgoingMessage.number)).one()
        session.execute(update(OutgoingMessage).values(state="queued", sent_to=None))
    page.reload()
    expect(page.locator("#proposal")).to_contain_text("Reply to Jonas Weil, queued")

    with story.house.unit() as session:
        left = MarkSent(entity="HP", number=number, sent_to="outbox reply.eml")
        door.execute(session, left, actor=SOMEBODY, key="it leaves")

    expect(page.locator("#proposal")).to_contain_text("Reply to Jonas Weil, in the outbox")
