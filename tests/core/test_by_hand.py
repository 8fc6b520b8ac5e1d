"""What people do to stock by hand: shown with every figure it changes, done only as shown, and only by who may."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from core import door
from core.availability.commands import ReserveStock, WantedClaim
from core.books.periods import ClosePeriod
from core.books.tables import JournalEntry
from core.command import Command, to_wire
from core.deciding.by_hand import DoByHand
from core.deciding.facts import set_judge
from core.erp import Actor
from core.people.commands import AddPerson, GrantRole
from core.refusals import Refusal
from core.replenishment.commands import SetOrderPoint, TakeSuggestion
from core.stock.commands import AdjustStock, IssueStock, TransferStock
from core.stock.cost_commands import CorrectCost
from core.stock.queries import available
from policies.verdict import Policies
from tests.builders import BOLT, HP, LONG_AGO, PDX, RNO, D, broken, company, do, order, receipt, refused, stocked
from tests.conftest import FRIDAY

OTTO, TOMAS, LENA = (Actor(kind="person", id=one) for one in ("otto", "tomas", "lena"))
ROLES = {"otto": "inventory_controller", "tomas": "controller", "lena": "receiving_lead"}


@pytest.fixture(autouse=True)
def _people(session: Session) -> Iterator[None]:
    """An inventory controller, a controller and a receiving lead; the doctor finds nothing after."""
    company(session)
    for person, role in ROLES.items():
        do(session, AddPerson(entity=HP, id=person, name=person.capitalize(), email=f"{person}@hp.example"))
        do(session, GrantRole(entity=HP, person=person, role=role))
    set_judge(session, Policies.load())
    yield
    assert broken(session) == []


def shown(session: Session, command: Command, actor: Actor = OTTO) -> dict[str, Any]:
    """What somebody would be shown before."""
    simulated = door.simulate(session, [DoByHand(entity=HP, entry=to_wire(command))], actor=actor)
    assert simulated.refusal is None, simulated.refusal
    return simulated.results[0]


def by_hand(command: Command, seen: str = "") -> DoByHand:
    return DoByHand(entity=HP, entry=to_wire(command), seen=seen)


def issue(quantity: str, **more: Any) -> IssueStock:
    return IssueStock(entity=HP, item=BOLT, site=PDX, quantity=D(quantity), document="SO-9", **more)


def test_an_issue_of_last_month_shows_whatever_it_costs_anew(session: Session) -> None:
    stocked(session, "100", "0.40", happened_at=LONG_AGO)
    bought = receipt(session, order(session, (BOLT, "100", "0.50")), "100")
    assert bought
    do(session, IssueStock(entity=HP, item=BOLT, site=PDX, quantity=D(80), document="SO-1"))
    moved = TransferStock(entity=HP, item=BOLT, site=PDX, to_site=RNO, quantity=D(20))
    do(session, moved)

    late = shown(session, issue("30", happened_at=LONG_AGO.replace(day=12)))

    corrected = {(one["kind"], one["site"]): (one["was"], one["change"]) for one in late["changes"]["corrected"]}
    # thirty of the old layer are gone: the sale takes ten newer pieces, the transfer twenty
    assert corrected == {
        ("issue", PDX): ("-32", "-1"),
        ("transfer", PDX): ("-8", "-2"),
        ("transfer", RNO): ("8", "2"),
    }
    assert [(one["item"], one["site"], one["quantity"], one["kind"]) for one in late["changes"]["moves"]] == [
        (BOLT, PDX, "-30", "issue")
    ]
    assert late["changes"]["postings"] == [
        {"day": "2026-10-12", "account": "1400", "name": "Inventory", "amount": "-12"},
        {"day": "2026-10-12", "account": "5000", "name": "Cost of goods sold", "amount": "12"},
        {"day": "2026-11-20", "account": "1400", "name": "Inventory", "amount": "-1"},
        {"day": "2026-11-20", "account": "5000", "name": "Cost of goods sold", "amount": "1"},
    ]
    assert late["allowed"]


def test_it_is_done_as_it_was_shown_and_not_otherwise(session: Session) -> None:
    stocked(session, "100", "0.40")
    seen = shown(session, issue("30"))["seen"]

    assert refused(session, by_hand(issue("30")), actor=OTTO).code is Refusal.EFFECTS_DIFFER
    assert refused(session, by_hand(issue("31"), seen), actor=OTTO).code is Refusal.EFFECTS_DIFFER
    do(session, by_hand(issue("30"), seen), actor=OTTO)
    assert available(session, HP, BOLT, PDX) == 70


def test_figures_that_moved_meanwhile_stop_it(session: Session) -> None:
    stocked(session, "100", "0.40")
    seen = shown(session, issue("30"))["seen"]
    do(session, IssueStock(entity=HP, item=BOLT, site=PDX, quantity=D(100), document="SO-1"))
    stocked(session, "50", "0.45")

    assert refused(session, by_hand(issue("30"), seen), actor=OTTO).code is Refusal.EFFECTS_DIFFER


@pytest.mark.parametrize(
    ("actor", "command", "refusal"),
    [
        (LENA, issue("1"), Refusal.NO_AUTHORITY),
        (OTTO, CorrectCost(entity=HP, receipt="GR-1", amount=D(5), reason="freight forgotten"), Refusal.NO_AUTHORITY),
        (Actor(kind="rule", id="x v1"), issue("1"), Refusal.NO_AUTHORITY),
        (Actor(kind="person", id="nobody"), issue("1"), Refusal.PERSON_UNKNOWN),
        (OTTO, TakeSuggestion(entity=HP, suggestion="RP-1", by="lena"), Refusal.NO_AUTHORITY),
        (OTTO, ClosePeriod(entity=HP, through=LONG_AGO.date()), Refusal.NO_AUTHORITY),
        (OTTO, SetOrderPoint(entity=HP, item=BOLT, site=PDX, minimum=D(5)), Refusal.NO_AUTHORITY),
    ],
)
def test_who_may_not_does_not(session: Session, actor: Actor, command: Command, refusal: Refusal) -> None:
    receipt(session, order(session, (BOLT, "10", "0.50")), "10", number="GR-1")

    assert refused(session, by_hand(command, "whatever"), actor=actor).code is refusal


def test_one_alone_writes_little_off(session: Session) -> None:
    stocked(session, "1000", "2.00")
    little = AdjustStock(entity=HP, item=BOLT, site=PDX, quantity=D(-250), reason="crushed")
    much = AdjustStock(entity=HP, item=BOLT, site=PDX, quantity=D(-251), reason="crushed")

    assert shown(session, little)["allowed"]
    assert not shown(session, much)["allowed"]
    refusal = refused(session, by_hand(much, shown(session, much)["seen"]), actor=OTTO)
    assert refusal.code is Refusal.NO_AUTHORITY
    assert "signed by two" in refusal.detail


def test_a_closed_month_gets_a_dated_correction_in_the_open_one(session: Session) -> None:
    receipt(session, order(session, (BOLT, "100", "0.50")), "100", number="GR-1", happened_at=LONG_AGO)
    sold = IssueStock(
        entity=HP, item=BOLT, site=PDX, quantity=D(60), document="SO-1", happened_at=LONG_AGO.replace(day=5)
    )
    do(session, sold)
    do(session, ClosePeriod(entity=HP, through=LONG_AGO.replace(day=31).date()))
    correction = CorrectCost(entity=HP, receipt="GR-1", amount=D(10), reason="freight forgotten")

    before = shown(session, correction, TOMAS)
    do(session, by_hand(correction, before["seen"]), actor=TOMAS)

    assert {one["day"] for one in before["changes"]["postings"]} == {FRIDAY.date().isoformat()}
    sums = [(one["account"], one["amount"]) for one in before["changes"]["postings"]]
    assert sums == [("1400", "4"), ("5000", "6"), ("5320", "-10")]
    days = session.scalars(select(JournalEntry.day).where(JournalEntry.document == "CC-1")).all()
    assert set(days) == {FRIDAY.date()}


def test_what_moves_nothing_needs_no_hash(session: Session) -> None:
    stocked(session, "10", "1")
    do(session, ReserveStock(entity=HP, site=PDX, claims=(WantedClaim(item=BOLT, quantity=D(4), document="SO-1"),)))
    from_ = {"type": "ReleaseReservation", "entity": HP, "reservation": "RS-1", "reason": "cancelled"}

    do(session, DoByHand(entity=HP, entry=from_), actor=OTTO)

    held = session.execute(text("select state from reservation where number = 'RS-1'")).scalar_one()
    assert held == "released"
