"""What a warehouse says otherwise and what the books cannot be, through the desk: shown, approved, carried out, closed."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from core.books.periods import ClosePeriod
from core.books.tables import JournalEntry
from core.cases import Case
from core.command import to_wire
from core.deciding.proposals import Proposal
from core.doctor import examine
from core.masterdata.commands import SetStockPolicy
from core.reconciling.commands import ConnectWarehouse, RecordWarehouseEvents, WarehouseMove
from core.stock.commands import IssueStock
from core.stock.queries import available
from core.unbooked.commands import KeepEntry
from desk.house import House
from tests.desk import friday
from tests.desk.stocklife import BOLT, do

Comes = Callable[[str], TestClient]
D = Decimal
SINCE = friday.AFTERNOON - timedelta(hours=5)


@pytest.fixture
def connected(house: House) -> House:
    """The house with Portland's warehouse connected since nine in the morning."""
    do(house, ConnectWarehouse(entity="HP", source="WMS", sites=("PDX",), since=SINCE))
    return house


def tell(house: House, number: int, quantity: str, reference: str) -> None:
    move = WarehouseMove(
        event=f"W-{number}", sequence=number, happened_at=SINCE + timedelta(minutes=number), item=BOLT, site="PDX",
        quantity=D(quantity), reference=reference,
    )  # fmt: skip
    do(house, RecordWarehouseEvents(entity="HP", source="WMS", events=(move,)))


def case_about(house: House, cause: str) -> Case:
    with house.unit() as session:
        return session.scalars(select(Case).where(Case.cause.startswith(cause)).order_by(Case.number.desc())).all()[0]


def ways(house: House, cause: str) -> dict[str, str]:
    """The ways out that stand on the case, each with its hash, the first first."""
    friday.drain(house)
    case = case_about(house, cause)
    with house.unit() as session:
        rows = session.scalars(
            select(Proposal).where(Proposal.case == case.number, Proposal.state == "proposed").order_by(Proposal.place)
        )
        return {row.option.split(" ")[0]: row.digest for row in rows}


def approve(browser: TestClient, house: House, cause: str, option: str, root_cause: str = "") -> Case:
    """Approve a way as a person does on the case page, and let the worker carry it out."""
    number, digest = case_about(house, cause).number, ways(house, cause)[option]
    page = browser.get(f"/cases/{number}").text
    csrf = re.search(r'name="csrf" value="([^"]+)"', page)
    assert csrf is not None
    form = {"csrf": csrf[1], "digest": digest, "root_cause": root_cause}
    answer = browser.post(f"/cases/{number}/approve", data=form)
    assert answer.status_code == 303, answer.text
    friday.drain(house)
    return case_about(house, cause)


def there(house: House, site: str = "PDX") -> Decimal:
    with house.unit() as session:
        return available(session, "HP", BOLT, site)


def sound(house: House) -> None:
    with house.unit() as session:
        assert [one.says for one in examine(session) if not one.holds] == []


def test_a_conflict_is_shown_and_the_ledger_follows_the_warehouse(connected: House, sign_in: Comes) -> None:
    before = there(connected)
    tell(connected, 1, "-15", "SO-7799")
    otto, cause = sign_in("otto"), f"warehouse:WMS:{BOLT}"
    assert list(ways(connected, cause)) == ["count_bin", "adopt_warehouse", "keep_ledger"]
    page = otto.get(f"/cases/{case_about(connected, cause).number}").text
    for words in ("Warehouse and ledger disagree", "W-1", "SO-7799", "15 pieces fewer"):
        assert words in page

    way = otto.get(f"/cases/{case_about(connected, cause).number}?way=2").text
    assert '<option value="unbooked_issue" selected>' in way
    assert "Suggested by what was compared. It is yours to say." in way
    case = approve(otto, connected, cause, "adopt_warehouse", "theft")
    assert (case.state, case.root_cause, there(connected)) == ("done", "theft", before - 15)
    with connected.unit() as session:
        told = session.scalars(select(JournalEntry.says).where(JournalEntry.document.like("ADJ-%"))).all()
    assert [one for one in told if one.endswith("(theft)")], told
    sound(connected)


def test_the_ledger_is_kept_and_nobody_is_asked_again(connected: House, sign_in: Comes) -> None:
    before = there(connected)
    tell(connected, 1, "-15", "SO-7799")
    case = approve(sign_in("otto"), connected, f"warehouse:WMS:{BOLT}", "keep_ledger")
    assert (case.state, there(connected)) == ("done", before)
    tell(connected, 2, "0", "")
    assert case_about(connected, f"warehouse:WMS:{BOLT}").number == case.number
    sound(connected)


def test_a_count_is_opened_and_the_case_waits_for_it(connected: House, sign_in: Comes) -> None:
    tell(connected, 1, "-15", "SO-7799")
    case = approve(sign_in("otto"), connected, f"warehouse:WMS:{BOLT}", "count_bin")
    assert case.state == "snoozed"
    late = IssueStock(entity="HP", item=BOLT, site="PDX", quantity=D(15), document="SO-7799", happened_at=SINCE)
    do(connected, late)
    assert case_about(connected, f"warehouse:WMS:{BOLT}").state == "done"
    sound(connected)


def test_what_was_never_told_is_waited_for_or_given_up(connected: House, sign_in: Comes) -> None:
    tell(connected, 3, "0", "")
    cause = "warehouse:WMS:gaps"
    assert list(ways(connected, cause)) == ["wait_for_events", "give_up_gap"]
    assert approve(sign_in("otto"), connected, cause, "give_up_gap").state == "done"
    sound(connected)


def test_the_first_of_two_contents_stands(connected: House, sign_in: Comes) -> None:
    tell(connected, 1, "0", "")
    tell(connected, 1, "9", "")
    assert approve(sign_in("otto"), connected, "warehouse:WMS:event", "stand_by_event").state == "done"
    sound(connected)


def kept(house: House, **said: Any) -> str:
    issue = IssueStock(entity="HP", item=BOLT, site="PDX", document="SO-7800", **said)
    do(house, KeepEntry(entity="HP", told=to_wire(issue), source="WMS"))
    return "unbooked:"


def test_an_entry_that_took_too_much_is_made_up_for_and_booked(house: House, sign_in: Comes) -> None:
    cause = kept(house, quantity=there(house) + 10)
    assert {"adjust_and_book", "reject_entry"} <= set(ways(house, cause))
    case = approve(sign_in("otto"), house, cause, "adjust_and_book", "booked_late")
    assert (case.state, case.root_cause, there(house)) == ("done", "booked_late", D(0))
    sound(house)


def test_an_entry_is_booked_as_told_when_it_can_be_or_rejected(house: House, sign_in: Comes) -> None:
    cause = kept(house, quantity=D(1_000_000))
    assert "book_entry" not in ways(house, cause)
    case = approve(sign_in("otto"), house, cause, "reject_entry", "wrong_quantity")
    assert (case.state, case.root_cause) == ("done", "wrong_quantity")
    sound(house)


def test_an_entry_of_a_closed_month_is_booked_today(house: House, sign_in: Comes) -> None:
    before = there(house)
    do(house, ClosePeriod(entity="HP", through=date(2026, 10, 31)))
    cause = kept(house, quantity=D(5), happened_at=friday.AFTERNOON - timedelta(days=25))
    case = approve(sign_in("otto"), house, cause, "correct_entry", "day_closed")
    assert (case.state, there(house)) == ("done", before - 5)
    sound(house)


@pytest.mark.parametrize(
    ("option", "left"), [("adjust_stock", 0), ("take_back_move", 0), ("wait_for_goods", -7), ("count_bin", None)]
)
def test_stock_below_zero_is_waited_for_counted_adjusted_or_taken_back(
    house: House, sign_in: Comes, option: str, left: int | None
) -> None:
    do(house, SetStockPolicy(entity="HP", item=BOLT, site="PDX", negative_allowed=True))
    do(house, IssueStock(entity="HP", item=BOLT, site="PDX", quantity=there(house) + 7, document="SO-7801"))
    cause = f"below_zero:{BOLT}"
    assert list(ways(house, cause)) == ["count_bin", "wait_for_goods", "adjust_stock", "take_back_move"]
    if option == "count_bin":
        return
    case = approve(sign_in("otto"), house, cause, option, "not_found_out")
    assert there(house) == left
    assert case.state == ("snoozed" if option == "wait_for_goods" else "done")
    sound(house)
