"""The story of the house in a real browser: a mail with a short delivery, a dearer nut and a bank request, decided by a
named person, posted, claimed, answered and proven. And two people who are too fast for each other.
"""

import re
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from core import audit, door
from core.books.tables import JournalLine
from core.cases import Case
from core.doctor import examine
from core.erp import Actor
from core.intake.tables import OutgoingMessage
from core.payables.tables import SupplierClaim
from core.receiving.commands import AddToReceipt
from desk.settings import PROJECT
from tests.browser.stand import Desk

pytestmark = pytest.mark.browser


@pytest.fixture
def kestrel(story: Desk) -> str:
    """The invoice case of the story, read from the mail by the real worker."""
    with story.house.unit() as session:
        case = session.scalars(select(Case).where(Case.code == "invoice_quantity_variance")).one()
        assert "raised the price" in case.says
        return case.number


def test_a_short_delivery_with_a_price_rise_and_a_bank_request_is_decided_and_proven(
    story: Desk, kestrel: str, signed_in: Callable[[str], Page], tmp_path: Path
) -> None:
    page = signed_in("mara")
    page.get_by_role("link", name="Short receipt, price variance").first.click()
    card = page.locator("#proposal")
    expect(card).to_contain_text("Pay $1,751.60, dispute $125.40")
    expect(page.locator(".match")).to_contain_text("1,877.00")
    expect(page.locator(".findings")).to_contain_text("Bank details change requested")
    expect(page.locator("mark.ignored").first).to_contain_text("new account")

    page.keyboard.press("a")
    expect(card).to_contain_text("By Mara Lindqvist")
    story.work()
    expect(card).to_contain_text("Approved and carried out", timeout=10_000)

    with story.house.unit() as session:
        decided = session.get(Case, ("HP", kestrel))
        assert decided is not None
        assert decided.state == "done"
        lines = session.execute(
            select(JournalLine.account, JournalLine.debit, JournalLine.credit)
            .where(JournalLine.entity == "HP", JournalLine.supplier.is_not(None) | (JournalLine.account == "5310"))
            .order_by(JournalLine.entry.desc(), JournalLine.line)
        ).all()
        assert ("2100", Decimal(0), Decimal("1751.60")) in [tuple(line) for line in lines]
        claim = session.scalars(select(SupplierClaim)).one()
        assert claim.amount == Decimal("125.40")
        reply = session.scalars(select(OutgoingMessage)).one()
        assert reply.recipient == "orders@kestrel-fasteners.example"
        assert reply.state == "sent"
        assert "7714" not in reply.body
    story.checkpoint()
    with story.house.unit() as session:
        verified = audit.verify_log(session, story.house.settings.anchors, audit.public_keys(story.house.settings.keys))
        assert verified.whole, verified.flaws
        assert [check for check in examine(session) if not check.holds] == []

    expect(card).to_contain_text("Claim CL-")
    expect(card).to_contain_text("$125.40")
    expect(card).to_contain_text("Reply to Jonas Weil, in the outbox")
    assert len(list(story.house.settings.outbox.rglob("*.eml"))) == 1
    card.get_by_role("link", name="open").first.click()
    expect(page.locator("h1")).to_have_text("The books hold")
    expect(page.locator("#entry")).to_contain_text("1,751.60")
    expect(page.locator("#entry")).to_contain_text("Mara Lindqvist")
    the_record_proves_it(signed_in("ruth"), kestrel, tmp_path)


def the_record_proves_it(page: Page, case: str, folder: Path) -> None:
    """The auditor finds the decision, the record whole, and a receipt that holds without the desk."""
    page.goto(f"/audit?find={case}&kind=decision")
    expect(page.locator("#verified h1")).to_contain_text("The record is whole")
    expect(page.locator("main")).to_contain_text("Same hash as the card decided on")
    with page.expect_download() as saved:
        page.get_by_role("link", name=re.compile(r"receipt-\d+\.json")).click()
    receipt = folder / "receipt.json"
    saved.value.save_as(receipt)
    checked = subprocess.run([sys.executable, "desk/verify.py", str(receipt)], cwd=PROJECT, capture_output=True)
    assert checked.returncode == 0, checked.stdout.decode()


def test_two_people_approve_at_once_and_exactly_one_wins(
    story: Desk, kestrel: str, signed_in: Callable[[str], Page]
) -> None:
    mara, tomas = signed_in("mara"), signed_in("tomas")
    for page in (mara, tomas):
        page.goto(f"{story.url}/cases/{kestrel}")
        expect(page.get_by_role("button", name=re.compile("Approve and post"))).to_be_visible()

    mara.get_by_role("button", name=re.compile("Approve and post")).click()
    expect(mara.locator("#proposal")).to_contain_text("By Mara Lindqvist")
    tomas.get_by_role("button", name=re.compile("Approve and post")).click()

    expect(tomas.locator("#proposal")).to_contain_text("Mara Lindqvist decided it")
    expect(tomas.locator("#proposal")).to_contain_text("By Mara Lindqvist")


def test_when_the_books_move_the_old_card_is_refused_and_the_new_one_says_what_changed(
    story: Desk, kestrel: str, signed_in: Callable[[str], Page]
) -> None:
    page = signed_in("mara")
    page.goto(f"{story.url}/cases/{kestrel}")
    expect(page.locator("#proposal")).to_contain_text("Pay $1,751.60")
    with story.house.unit() as session:
        more = AddToReceipt(entity="HP", receipt="GR-9921", line=1, quantity=Decimal(60), received_by="lena")
        door.execute(session, more, actor=Actor(kind="person", id="lena"), key="60 more")

    with page.expect_response(lambda answer: answer.url.endswith("/approve")) as answered:
        page.get_by_role("button", name=re.compile("Approve and post")).click()

    assert answered.value.status == 409
    card = page.locator("#proposal")
    expect(card).to_contain_text("Not approved. The books moved")
    expect(card).to_contain_text("Pay $1,776.80, dispute $100.20")
    expect(card).to_contain_text("1751.6")


def test_the_buyer_of_the_order_cannot_sign_even_with_the_role(
    story: Desk, kestrel: str, signed_in: Callable[[str], Page]
) -> None:
    story.grant("priya", "ap_lead", "5000")
    page = signed_in("priya")
    page.goto(f"{story.url}/cases/{kestrel}")

    expect(page.locator("#proposal")).to_contain_text("You may not approve this")
    expect(page.locator("#proposal")).to_contain_text("placed PO-40417")
    expect(page.get_by_role("button", name=re.compile("Approve and post"))).to_have_count(0)
