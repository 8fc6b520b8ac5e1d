"""The desk under somebody's hands: keys, decisions, pages that hear of changes, a broken line, and a hostile mail."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from core import door
from core.cases import Case
from core.deciding.commands import Approve
from core.deciding.proposals import Decision, Proposal
from core.erp import Actor
from core.intake.storing import store
from tests.browser.stand import PHONE, Desk
from tests.desk import friday

pytestmark = pytest.mark.browser
Open = Callable[..., Page]


def approve(desk: Desk, case: str, person: str) -> None:
    """Somebody else signs the way shown first."""
    with desk.house.unit() as session:
        first = select(Proposal).where(Proposal.case == case, Proposal.state == "proposed").order_by(Proposal.place)
        digest = session.scalars(first).first().digest
        command = Approve(entity="HP", case=case, digest=digest, person=person)
        door.execute(session, command, actor=Actor(kind="person", id=person), key=f"{case}:{person}")


def test_a_case_is_decided_by_keys_alone(desk_server: Desk, open_as: Open) -> None:
    page = open_as("mara")
    page.goto("/inbox")
    seen = []
    for _ in range(7):
        page.keyboard.press("j")
        seen.append(page.evaluate("document.activeElement.textContent"))
    assert len(dict.fromkeys(seen)) >= 5, "J moves down the rows"
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.textContent") == seen[-2]
    page.keyboard.press("j")
    page.keyboard.press("o")
    page.wait_for_url("**/cases/*")
    page.goto("/cases/CASE-1035")
    page.keyboard.press("r")
    expect(page.locator("#proposal h2")).to_have_text("Why is this not right?")
    page.keyboard.press("Tab")
    page.goto("/cases/CASE-1035")
    page.keyboard.press("a")
    expect(page.locator("#proposal header .tag").first).to_contain_text("Approved")
    expect(page.locator("#needs-you")).to_have_text("6")
    with desk_server.house.unit() as session:
        assert session.query(Decision).filter_by(case="CASE-1035", decided_by="mara").count() == 1


def test_keys_do_nothing_while_somebody_types(desk_server: Desk, open_as: Open) -> None:
    page = open_as("mara")
    page.goto("/cases/CASE-1035")
    page.keyboard.press("/")
    page.keyboard.type("aerh")
    assert page.locator("[role=search] input").input_value() == "aerh"
    expect(page.locator("#proposal h2")).to_have_text("Pay for what arrived, claim the rest")
    with desk_server.house.unit() as session:
        assert session.query(Decision).filter_by(case="CASE-1035").count() == 0


def test_the_list_of_keys_opens_and_gives_the_focus_back(open_as: Open) -> None:
    page = open_as("mara")
    page.goto("/inbox")
    page.keyboard.press("j")
    before = page.evaluate("document.activeElement.href")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()
    assert page.evaluate("document.activeElement.href") == before


def test_the_inbox_and_the_intake_hear_of_changes_by_themselves(desk_server: Desk, open_as: Open) -> None:
    inbox, intake = open_as("mara"), open_as("noah")
    inbox.goto("/inbox")
    intake.goto("/intake")
    expect(inbox.locator("h1")).to_have_text("Seven cases need you")
    expect(intake.locator("h1")).to_contain_text("of 10 messages")
    inbox.wait_for_timeout(600)  # both lines are open
    approve(desk_server, "CASE-1034", "tomas")
    with desk_server.house.unit() as session:
        store(session, b"new", entity="HP", name="new.eml", source="folder", actor=friday.READER)
    expect(inbox.locator("h1")).to_have_text("Six cases need you", timeout=6000)
    expect(intake.locator("h1")).to_contain_text("of 11 messages", timeout=6000)


def test_while_the_line_is_down_it_is_said_and_nothing_is_decided(desk_server: Desk, open_as: Open) -> None:
    page = open_as("mara")
    page.goto("/cases/CASE-1034")
    page.wait_for_timeout(500)
    page.evaluate("document.getElementById('offline').hidden = false")  # as after four seconds without a line
    page.locator("[data-key=a]").click()
    expect(page.locator("#offline")).to_contain_text("Not sent, there is no connection.")
    with desk_server.house.unit() as session:
        assert session.get(Case, ("HP", "CASE-1034")).state == "proposed"


def test_two_people_at_once_have_one_winner_and_the_other_is_told(desk_server: Desk, open_as: Open) -> None:
    page = open_as("mara")
    page.goto("/cases/CASE-1034")
    approve(desk_server, "CASE-1034", "tomas")
    page.locator("[data-key=a]").click()
    expect(page.locator("#proposal")).to_contain_text("Tomas Orr")
    with desk_server.house.unit() as session:
        assert session.query(Decision).filter_by(case="CASE-1034").count() == 1


def test_a_hostile_mail_does_nothing_in_a_real_browser(desk_server: Desk, open_as: Open) -> None:
    page = open_as("noah")
    dialogs, posts = [], []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    page.goto(f"/intake?message={friday.LOOK_ALIKE.sha256}")
    page.wait_for_timeout(400)
    expect(page.locator(".document").first).to_contain_text("hx-post=")
    assert (dialogs, posts) == ([], [])
    assert page.locator(".document [hx-post], .document img, .document script").count() == 0


def test_a_posting_opens_beside_the_journal(open_as: Open) -> None:
    page = open_as("tomas")
    page.goto("/ledger?span=all")
    first = page.locator("#entry h2").inner_text()
    page.locator("[aria-label=Journal] tbody tr a.id").nth(3).click()
    expect(page.locator("#entry h2")).not_to_have_text(first)
    expect(page.locator("h1")).to_have_text("The books hold")


def test_the_record_is_verified_when_it_is_opened(open_as: Open) -> None:
    page = open_as("ruth")
    page.goto("/audit")
    expect(page.locator("#verified h1")).to_contain_text("The record is whole")
    page.keyboard.press("v")
    expect(page.locator("#verified")).to_contain_text("Chain intact")


def test_on_a_phone_one_decides_and_signs_out(desk_server: Desk, open_as: Open) -> None:
    page = open_as("mara", size=PHONE)
    page.goto("/cases/CASE-1035")
    button = page.locator("[data-key=a]")
    expect(button).to_be_in_viewport()
    assert button.bounding_box()["height"] >= 44
    button.click()
    expect(page.locator("#proposal header .tag").first).to_contain_text("Approved")
    page.locator("details.who summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/signin")
    page.goto("/inbox")
    assert "/signin" in page.url


def test_without_script_every_step_works(chromium: object, desk_server: Desk) -> None:
    context = chromium.new_context(java_script_enabled=False, base_url=desk_server.url)
    page = context.new_page()
    page.goto("/inbox")
    page.click("button[value=mara]")
    page.click("a.what:has-text('Short receipt')")
    page.click("button:has-text('Approve')")
    expect(page.locator("#proposal header .tag").first).to_contain_text("Approved")
    page.goto("/ledger?span=all")
    page.locator("[aria-label=Journal] tbody tr a.id").nth(2).click()
    expect(page.locator("#entry")).to_be_visible()
    context.close()
