"""Taking a decision back: by mirrors, with the authority it took, or refused with the way that makes up for it."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.books.queries import balance
from core.cases import Case
from core.deciding import undoing
from core.deciding.commands import CarryOut, UndoDecision
from core.deciding.proposals import Action, Draft
from core.doctor import examine
from core.erp import Actor
from core.payables.commands import IssueDebitNote
from core.payables.tables import SupplierClaim
from core.people.commands import AddPerson, GrantRole
from core.refusals import Refusal, Refused
from policies.options import STEPS
from tests.core.kestrel import D, bill, billed, company, do, invoice_row, mock_story, open_cases, order, receive
from tests.policies.test_deciding import approve, hire, propose, short_pay, stands_in

CLAIM = {
    "type": "OpenClaim", "entity": "HP", "supplier": "KESTREL",
    "reasons": [{"code": "invoice_price_variance", "says": "withheld", "amount": "125.40"}],
}  # fmt: skip
LETTER = {
    "type": "SendMessage", "entity": "HP", "recipient": "orders@kestrel.example", "subject": "Short", "body": "Short.",
}  # fmt: skip


def undo(session: Session, decision: str, person: str, reason: str = "booked twice") -> dict[str, Any]:
    command = UndoDecision(entity="HP", decision=decision, person=person, reason=reason)
    return do(session, command, Actor(kind="person", id=person)).result


def not_undone(session: Session, decision: str, person: str, **more: str) -> tuple[Refusal, str]:
    with pytest.raises(Refused) as told:
        undo(session, decision, person, **more)
    return told.value.code, told.value.detail


def carried_out(session: Session, case: str, draft: Draft, *people: str) -> str:
    """The decision over a draft, signed by these people in turn, and carried out."""
    [digest] = propose(session, case, draft)
    decision = [approve(session, case, digest, person) for person in people][-1]["decision"]
    assert "made" in do(session, CarryOut(entity="HP", decision=decision)).result
    return str(decision)


def short_paid(session: Session) -> tuple[str, str, str]:
    """The Kestrel invoice paid short, with a claim and a letter: case, invoice, decision."""
    _, _, invoice = mock_story(session)
    hire(session)
    case = open_cases(session)[f"invoice:{invoice}"].number
    pays = short_pay(invoice)
    wires = (CLAIM | {"invoice": invoice}, LETTER | {"case": case})
    draft = Draft(
        option=pays.option,
        title=pays.title,
        says=pays.says,
        amounts=pays.amounts,
        actions=(*pays.actions, *(Action(command=wire, title=str(wire["type"])) for wire in wires)),
    )
    return case, invoice, carried_out(session, case, draft, "aki")


def large_paid(session: Session) -> tuple[str, str]:
    """A matching invoice over 6,000 that two signed for: case, decision."""
    company(session)
    hire(session)
    do(session, AddPerson(entity="HP", id="una", name="Una Berg", email="una@harborpine.example"))
    do(session, GrantRole(entity="HP", person="una", role="controller"))
    placed = order(session, ("KF-M8X40", "100", "60.00"))
    receive(session, placed, "100")
    invoice = bill(session, "A-1", billed("KF-M8X40", "100", "61.00"), order=placed)
    post = {
        "type": "PostInvoice", "entity": "HP", "invoice": invoice, "tax": "0",
        "lines": [{"line": 1, "quantity": "100", "price": "60.00"}],
    }  # fmt: skip
    draft = Draft(
        option="short_pay",
        title="Pay to the order",
        says="Pay $6,000.00.",
        actions=(Action(command=post, title="Post"),),
        amounts={"pays": D(6000), "disputes": D(100), "price_variance_pct": D("1.6667")},
    )
    case = open_cases(session)[f"invoice:{invoice}"].number
    return case, carried_out(session, case, draft, "aki", "tomas")


def test_a_controller_takes_back_what_an_ap_lead_decided_and_the_case_is_open_again(session: Session):
    case, invoice, decision = short_paid(session)
    row = session.get_one(Case, ("HP", case))

    done = undo(session, decision, "tomas")

    assert (len(done["entries"]), len(done["withdrawn"]), len(done["letters_stay"])) == (1, 1, 1)
    assert (balance(session, "HP", "2100"), balance(session, "HP", "2150")) == (0, D("-1703.60"))
    assert invoice_row(session, invoice).state == "registered"
    assert session.get_one(SupplierClaim, ("HP", done["withdrawn"][0])).state == "withdrawn"
    assert row.state == "open"
    assert [checked.says for checked in examine(session) if not checked.holds] == []


def test_it_takes_a_controller_and_nobody_in_her_name(session: Session):
    _, _, decision = short_paid(session)

    assert not_undone(session, decision, "aki") == (Refusal.NO_AUTHORITY, "It needs a controller")
    assert not_undone(session, decision, "ruth")[0] is Refusal.NO_AUTHORITY
    command = UndoDecision(entity="HP", decision=decision, person="tomas", reason="x")
    with pytest.raises(Refused) as told:
        do(session, command, Actor(kind="person", id="aki"))
    assert told.value.code is Refusal.NO_AUTHORITY


def test_what_two_signed_for_is_taken_back_by_two(session: Session):
    case, decision = large_paid(session)

    first = undo(session, decision, "tomas")
    assert (first["signed"], first["missing"]) == (True, [["ap_lead", "controller"]])
    assert session.get_one(Case, ("HP", case)).state == "done"
    assert balance(session, "HP", "2100") == D(-6000)
    assert not_undone(session, decision, "tomas", reason="again")[0] is Refusal.ALREADY_SIGNED

    second = undo(session, decision, "aki", reason="another reason for the same thing")
    assert len(second["entries"]) == 1
    assert balance(session, "HP", "2100") == 0


def test_the_duties_hold_for_taking_back_too(session: Session):
    _, _, decision = short_paid(session)
    do(session, GrantRole(entity="HP", person="priya", role="controller"))

    assert not_undone(session, decision, "priya")[0] is Refusal.DUTIES  # she placed the order
    stands_in(session, "priya", "tomas", "buyer")
    assert not_undone(session, decision, "tomas")[0] is Refusal.DUTIES


def test_a_decision_is_taken_back_once_with_a_reason_and_only_when_it_was_carried_out(session: Session):
    _, _, decision = short_paid(session)

    assert not_undone(session, decision, "tomas", reason=" ")[0] is Refusal.REASON_REQUIRED
    undo(session, decision, "tomas")
    refusal, says = not_undone(session, decision, "tomas")
    assert (refusal, says) == (Refusal.ALREADY_DECIDED, f"{decision} was undone by tomas: booked twice")


def test_a_claim_that_a_note_settled_is_not_taken_back_before_the_note_is(session: Session):
    _, _, decision = short_paid(session)
    claim = session.scalars(select(SupplierClaim.number)).one()
    note = do(session, IssueDebitNote(entity="HP", claim=claim)).result["debit_note"]

    assert not_undone(session, decision, "tomas") == (
        Refusal.CLAIM_NOT_OPEN,
        f"{claim} is settled by {note}: take that back first",
    )
    assert balance(session, "HP", "2100") == D("-1751.60")


def test_what_no_mirror_takes_back_is_refused_with_the_way_that_makes_up_for_it(session: Session):
    company(session)
    hire(session)
    placed = order(session, ("KF-M8X40", "100", "1.00"))
    receipt = receive(session, placed, "90", final=True)
    case = open_cases(session)[f"receipt:{receipt}"].number
    close = {"type": "CloseShort", "entity": "HP", "order": placed, "line": 1, "reason": "short"}
    draft = Draft(
        option="close_short", title="Close", says="Close.", actions=(Action(command=close, title="Close line 1 short"),)
    )
    decision = carried_out(session, case, draft, "dana")

    refusal, says = not_undone(session, decision, "tomas")

    assert refusal is Refusal.NO_SUCH_MOVE
    assert says == "“Close line 1 short” cannot be undone: place a new order for the rest"


def test_a_letter_alone_is_not_taken_back(session: Session):
    company(session)
    hire(session)
    placed = order(session, ("KF-M8X40", "100", "1.00"))
    receipt = receive(session, placed, "90", final=True)
    case = open_cases(session)[f"receipt:{receipt}"].number
    letter = Action(command=LETTER | {"case": case}, title="Ask")
    draft = Draft(option="keep_open", title="Keep open", says="Ask.", actions=(letter,))
    decision = carried_out(session, case, draft, "dana")

    refusal, says = not_undone(session, decision, "tomas")

    assert (refusal, says) == (
        Refusal.NOTHING_TO_DO,
        "nothing was booked: write to them that it no longer holds",
    )


def test_every_step_a_proposal_may_take_is_taken_back_or_has_a_way_that_makes_up_for_it():
    by_people = ("undo", "by_hand")  # neither is ever proposed
    steps = {step for option, taken in STEPS.items() if option not in by_people for step in taken}

    assert steps - {"OpenClaim", "HoldInvoice", "PostInvoice", "PostWithoutOrder"} <= set(undoing.INSTEAD)
