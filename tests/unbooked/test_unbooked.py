"""Stock that cannot be: below zero where policy lets it happen, and entries that are kept because they were refused."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.books.periods import ClosePeriod
from core.cases import Case, CaseFinding
from core.command import from_wire, to_wire
from core.masterdata.commands import SetStockPolicy
from core.refusals import Refusal, Refused
from core.stock.commands import IssueStock
from core.stock.cost_commands import ReceiveReturn
from core.stock.queries import available
from core.unbooked.commands import BookEntry, KeepEntry, RejectEntry
from core.unbooked.queries import waiting
from core.unbooked.tables import UnbookedEntry
from tests.builders import BOLT, HP, PDX, RNO, D, case_of, do, findings, refused, stocked
from tests.conftest import FRIDAY

pytestmark = pytest.mark.usefixtures("sound_company")


def issue(quantity: str = "8", document: str = "SO-1", **more: Any) -> IssueStock:
    return IssueStock(entity=HP, item=BOLT, site=PDX, quantity=D(quantity), document=document, **more)


def kept(session: Session, command: Any, source: str = "WMS-PDX") -> str:
    return str(do(session, KeepEntry(entity=HP, told=to_wire(command), source=source)).result["entry"])


def open_causes(session: Session) -> list[str]:
    return sorted(session.scalars(select(Case.cause).where(Case.closed_at.is_(None))))


def test_stock_that_goes_below_zero_is_a_case_in_the_same_transaction_and_closes_when_it_is_covered(
    session: Session,
) -> None:
    do(session, SetStockPolicy(entity=HP, item=BOLT, site=PDX, negative_allowed=True))
    stocked(session, "5", "0.40")
    do(session, issue("8"))

    case = case_of(session, f"below_zero:{BOLT}:{PDX}")
    assert (case.code, case.owner_role) == ("book_stock_impossible", "inventory_controller")
    assert case.says == "Flange bolt M8 at Portland is 3 pieces below zero"
    assert case.stake == D("1.20")
    (finding,) = session.scalars(select(CaseFinding).where(CaseFinding.case == case.number))
    assert finding.says == "Flange bolt M8 at Portland: -3 on the books since SO-1 took 8"
    do(session, issue("1", "SO-2"))
    assert findings(session) == {"book_stock_impossible": ["4 pieces below zero"]}
    stocked(session, "2", "0.50")
    assert findings(session) == {"book_stock_impossible": ["2 pieces below zero"]}
    stocked(session, "2", "0.50")
    assert open_causes(session) == []


def test_two_bins_of_an_item_below_zero_are_one_case(session: Session) -> None:
    do(session, SetStockPolicy(entity=HP, item=BOLT, site=PDX, negative_allowed=True))
    for location in ("A-1", "A-2"):
        do(session, issue("3", location=location))
    assert open_causes(session) == [f"below_zero:{BOLT}:{PDX}"]
    do(session, ReceiveReturn(entity=HP, item=BOLT, site=PDX, quantity=D(3), document="SO-1", location="A-1"))
    assert findings(session) == {"book_stock_impossible": ["3 pieces below zero"]}


def test_a_refused_entry_is_kept_as_it_was_told(session: Session) -> None:
    stocked(session, "5", "0.40")
    number = kept(session, issue("8"))

    (row,) = waiting(session, HP)
    assert (row.number, row.refusal, row.source, row.kept_by) == (number, "more_than_on_hand", "WMS-PDX", "priya")
    assert from_wire(row.told) == issue("8")
    case = case_of(session, f"unbooked:{number}")
    assert case.title == "Stock that cannot be"
    assert case.says == "WMS-PDX told issue stock of 8 pieces that cannot be booked"
    assert available(session, HP, BOLT, PDX) == 5


def test_an_entry_told_twice_is_kept_once(session: Session) -> None:
    assert kept(session, issue()) == kept(session, issue())
    assert len(waiting(session, HP)) == 1


def test_what_was_missing_came_and_the_entry_is_booked_as_it_was_told(session: Session) -> None:
    number = kept(session, issue("8"))
    assert refused(session, BookEntry(entity=HP, entry=number)).code is Refusal.MORE_THAN_ON_HAND
    stocked(session, "10", "0.40")
    do(session, BookEntry(entity=HP, entry=number))

    assert available(session, HP, BOLT, PDX) == 2
    assert open_causes(session) == []
    row = session.get_one(UnbookedEntry, (HP, number))
    assert (row.state, (row.booked_as or {})["made"]["item"]) == ("booked", BOLT)
    assert refused(session, BookEntry(entity=HP, entry=number)).code is Refusal.ALREADY_DECIDED
    assert refused(session, RejectEntry(entity=HP, entry=number, reason="x")).code is Refusal.ALREADY_DECIDED


def test_an_entry_of_a_closed_month_is_kept_and_booked_with_another_day(session: Session) -> None:
    stocked(session, "10", "0.40", happened_at=FRIDAY - timedelta(days=60))
    do(session, ClosePeriod(entity=HP, through=date(2026, 10, 31)))
    late = issue("4", happened_at=FRIDAY - timedelta(days=30))
    number = kept(session, late)
    assert findings(session) == {"book_stock_impossible": ["Issue stock could not be booked: a day that is closed"]}
    corrected = to_wire(issue("4", happened_at=FRIDAY))
    do(session, BookEntry(entity=HP, entry=number, corrected=corrected))

    row = session.get_one(UnbookedEntry, (HP, number))
    assert (row.told, (row.booked_as or {})["command"]) == (to_wire(late), corrected)
    assert open_causes(session) == []


def test_a_rejected_entry_stays_on_record_with_its_reason(session: Session) -> None:
    number = kept(session, issue())
    assert refused(session, RejectEntry(entity=HP, entry=number, reason="")).code is Refusal.REASON_REQUIRED
    do(session, RejectEntry(entity=HP, entry=number, reason="scanned for another company"))
    row = session.get_one(UnbookedEntry, (HP, number))
    assert (row.state, row.settled_says, open_causes(session)) == ("rejected", "scanned for another company", [])
    assert kept(session, issue()) != number  # it may happen again


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"type": "IssueStock", "item": BOLT, "site": PDX, "quantity": "1", "document": "SO-1"}, Refusal.NOTHING_TO_DO),
        ({"type": "IssueStock", "item": "X", "site": PDX, "quantity": "1", "document": "SO-1"}, Refusal.ITEM_UNKNOWN),
        ({"type": "IssueStock", "item": BOLT}, Refusal.COMMAND_MALFORMED),
        ({"type": "ClosePeriod", "through": "2026-10-01"}, Refusal.COMMAND_MALFORMED),
        ({}, Refusal.COMMAND_MALFORMED),
        (
            {"entity": "OTHER", "type": "IssueStock", "item": BOLT, "site": PDX, "quantity": "99", "document": "S"},
            Refusal.COMMAND_MALFORMED,
        ),
    ],
)
def test_only_what_happened_and_could_not_be_booked_is_kept(
    session: Session, told: dict[str, Any], code: Refusal
) -> None:
    stocked(session, "5", "0.40")
    assert refused(session, KeepEntry(entity=HP, told=told)).code is code


def test_a_correction_is_of_the_same_kind(session: Session) -> None:
    stocked(session, "20", "0.40", site=RNO)
    number = kept(session, issue())
    other = {"type": "AdjustStock", "item": BOLT, "site": PDX, "quantity": "1", "reason": "x"}
    command = BookEntry(entity=HP, entry=number, corrected=other)
    assert refused(session, command).code is Refusal.COMMAND_MALFORMED


def test_a_figure_that_is_a_float_is_refused_at_the_door() -> None:
    told = {"type": "IssueStock", "item": BOLT, "site": PDX, "quantity": 1.5, "document": "SO-1"}
    with pytest.raises(Refused) as refusal:
        from_wire({"type": "KeepEntry", "entity": HP, "told": told})
    assert refusal.value.code is Refusal.COMMAND_MALFORMED
    assert "write figures as text" in refusal.value.detail
