"""The ledger page: equalities that would show a difference, entries with their reasons, and a reversal only a controller
may post."""

import re
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, text

from core import door
from core.books.tables import JournalEntry, JournalLine
from core.deciding.commands import Approve
from core.deciding.proposals import Proposal
from core.erp import Actor
from desk.house import House
from tests.desk import friday

Comes = Callable[[str], TestClient]


def invoice_entry(house: House, their_number: str) -> str:
    """The entry that booked an invoice."""
    with house.unit() as session:
        return session.scalars(
            select(JournalEntry.number).where(JournalEntry.says.startswith(f"Invoice {their_number}"))
        ).one()


def token(page: str) -> str:
    """The form token on a page."""
    return re.search(r'name="csrf" value="([^"]+)"', page)[1]


def test_the_four_equalities_stand_beside_what_carries_them(sign_in: Comes) -> None:
    page = sign_in("tomas").get("/ledger").text
    assert "<h1>The books hold</h1>" in page
    said = re.findall(r"<dt>([^<]+)</dt><dd>([\d,.]+)<small class=\"fine\">.*?</svg> ([^<]+)<", page)
    assert said == [
        ("Debits and credits", "319,863.77", "equal, in every entry"),
        ("Payables", "6,283.00", "equals 3 open supplier items"),
        ("Inventory", "19,981.00", "equals 24 valuation layers"),
        ("Goods received, not billed", "5,427.80", "equals 4 open receipts"),
    ]


def test_a_sub_ledger_that_differs_is_said(house: House, sign_in: Comes) -> None:
    with house.unit() as session:
        session.execute(
            text("update payable_item set open = open + 1 where number = (select min(number) from payable_item)")
        )
    page = sign_in("tomas").get("/ledger").text
    assert "<h1>The books do not hold</h1>" in page
    assert "3 open supplier items say 6,284.00" in page


def test_the_trial_balance_adds_up_on_both_sides(house: House, sign_in: Comes) -> None:
    page = sign_in("tomas").get("/ledger?span=today").text
    foot = page[page.index('aria-label="Trial balance"') :]
    totals = re.findall(r">([\d,.]+)</td>", foot[foot.index("<tfoot>") : foot.index("</tfoot>")])
    assert totals[0] == totals[1]
    assert totals[2] == totals[3] == "888.00"
    assert totals[4] == totals[5]


def test_an_entry_says_what_it_rests_on_and_which_rule_decided(house: House, sign_in: Comes) -> None:
    number = invoice_entry(house, "OP-30201")
    browser = sign_in("tomas")
    alone = browser.get(f"/ledger?entry={number}", headers={"HX-Request": "true"}).text
    assert "<html" not in alone
    for words in ("2150 Goods received", "Invoice OP-30201", "PO-40402", "GR-9919", "Rule pay-invoice", "We owe Orion"):
        assert words in alone
    assert "Undo in CASE-" in alone, "what a case posted is undone from the case"


def test_a_persons_name_stands_on_what_she_decided(house: House, sign_in: Comes) -> None:
    with house.unit() as session:
        first = session.scalars(
            select(Proposal).where(Proposal.option == "short_pay", Proposal.state == "proposed")
        ).one()
        command = Approve(entity="HP", case=first.case, digest=first.digest, person="mara")
        door.execute(session, command, actor=Actor(kind="person", id="mara"), key="approve")
    friday.drain(house)
    page = sign_in("tomas").get("/ledger").text
    assert re.search(r"Invoice KF-88213[^<]*<small>Kestrel Fasteners GmbH</small></td>\s*<td[^>]*>Mara Lindqvist", page)
    assert "1,751.60" in page


def test_an_account_opens_its_postings(house: House, sign_in: Comes) -> None:
    page = sign_in("tomas").get("/ledger?span=all&account=2100").text
    with house.unit() as session:
        touching = session.scalars(select(JournalLine.entry).where(JournalLine.account == "2100")).all()
    listed = set(re.findall(r'class="id" href="/ledger[^"]+"[^>]*>(JE-\d+)<', page))
    assert listed == set(touching)
    assert sign_in("tomas").get("/ledger?account=9999").status_code == 404


def test_the_stock_ledger_counts_back_from_what_is_on_hand(sign_in: Comes) -> None:
    page = sign_in("tomas").get("/ledger?item=FB-M8X40").text
    stock = page[page.index('aria-label="Stock ledger"') :]
    balances = re.findall(r'data-label="On hand">([\d,]+)<', stock)
    assert balances == ["640", "2,740", "2,590", "3,670"]
    assert "Layers hold as many" in stock
    assert sign_in("tomas").get("/ledger?item=NONE").status_code == 404


def test_only_a_controller_reverses_and_with_a_reason(house: House, sign_in: Comes) -> None:
    number = invoice_entry(house, "BG-5512")
    for person in ("mara", "ruth"):
        browser = sign_in(person)
        page = browser.get(f"/ledger?entry={number}").text
        assert "Post the mirror" not in page
        sent = {"csrf": token(page), "reason": "I would like to"}
        assert browser.post(f"/ledger/entries/{number}/reverse", data=sent).status_code == 403
    browser = sign_in("tomas")
    page = browser.get(f"/ledger?span=all&entry={number}").text
    assert "Post the mirror" in page
    assert (
        browser.post(f"/ledger/entries/{number}/reverse", data={"csrf": token(page), "reason": ""}).status_code == 409
    )
    answer = browser.post(f"/ledger/entries/{number}/reverse", data={"csrf": token(page), "reason": "billed twice"})
    assert answer.status_code == 303
    assert "The mirror of" in browser.get(answer.headers["location"]).text
    again = browser.post(f"/ledger/entries/{number}/reverse", data={"csrf": token(page), "reason": "again"})
    assert again.status_code == 409
    assert "<h1>The books hold</h1>" in browser.get("/ledger").text


def test_what_a_case_posted_is_not_reversed_beside_it(house: House, sign_in: Comes) -> None:
    number = invoice_entry(house, "OP-30201")
    browser = sign_in("tomas")
    sent = {"csrf": token(browser.get("/ledger").text), "reason": "wrong"}
    answer = browser.post(f"/ledger/entries/{number}/reverse", data=sent)
    assert answer.status_code == 409
    assert "is undone there" in answer.text


@pytest.mark.parametrize("address", ["/ledger?entry=JE-1", "/ledger?span=nonsense&entry=<script>"])
def test_an_entry_that_is_not_there_is_404(sign_in: Comes, address: str) -> None:
    answer = sign_in("tomas").get(address)
    assert answer.status_code == 404
    assert "<script>" not in answer.text.replace('<script src="/static', "")
