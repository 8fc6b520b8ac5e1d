"""Policy where it counts: at the decision, in the database, through the door."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from core.deciding.commands import Approve, EditProposal, RecordProposals, Reject
from core.deciding.facts import set_judge
from core.deciding.proposals import Action, Draft
from core.erp import Actor
from core.masterdata.commands import AddEntity
from core.people.commands import AddPerson, Deactivate, Delegate, GrantRole
from core.refusals import Refusal, Refused
from policies.verdict import Policies
from tests.conftest import FRIDAY
from tests.core.kestrel import do, mock_story, open_cases

AGENT = Actor(kind="reader", id="propose")
STAFF = {
    "aki": ("Aki Sato", "ap_lead", "5000"),
    "tomas": ("Tomas Orr", "controller", None),
    "priya": ("Priya Kaur", "buyer", "2500"),
    "dana": ("Dana Reyes", "buyers_manager", "25000"),
    "ruth": ("Ruth Abara", "auditor", None),
}


def hire(session: Session) -> None:
    """The people of the story, each with one role. (Mara keeps the suppliers there, so another leads AP.)"""
    for person, (name, role, limit) in STAFF.items():
        do(session, AddPerson(entity="HP", id=person, name=name, email=f"{person}@harborpine.example"))
        amount = None if limit is None else Decimal(limit)
        do(session, GrantRole(entity="HP", person=person, role=role, limit=amount))
    set_judge(session, Policies.load())


def stands_in(session: Session, person: str, delegate: str, role: str, entity: str = "HP") -> None:
    """From yesterday until next week."""
    starts_at, ends_at = FRIDAY - timedelta(days=1), FRIDAY + timedelta(days=7)
    command = Delegate(
        entity=entity, person=person, delegate=delegate, role=role, starts_at=starts_at, ends_at=ends_at
    )  # fmt: skip
    do(session, command)


def short_pay(invoice: str, *, price: str = "0.38", pays: str = "1751.60", **flags: bool) -> Draft:
    """Pay for what arrived, with the figures of the match, as code drafts it."""
    quantities = (("1080", "0.42"), ("2500", price), ("5000", "0.06"), ("1", "48.00"))
    command: dict[str, Any] = {
        "type": "PostInvoice",
        "entity": "HP",
        "invoice": invoice,
        "lines": [
            {"line": place, "quantity": count, "price": each} for place, (count, each) in enumerate(quantities, 1)
        ],
        "tax": "0",
    }
    amounts = {
        "pays": pays,
        "disputes": "125.40",
        "freight_unplanned": "48.00",
        "price_variance_pct": "7.8947",
        "price_variance_amount": "75.00",
    }
    return Draft(
        option="short_pay",
        title="Pay for what arrived, claim the rest",
        says=f"Pay ${pays}.",
        actions=(Action(command=command, title="Post the invoice, short"),),
        amounts={name: Decimal(figure) for name, figure in amounts.items()},
        flags=flags,
    )


def propose(session: Session, case: str, *drafts: Draft) -> Sequence[str]:
    """Put drafts before people; their hashes."""
    done = do(session, RecordProposals(entity="HP", case=case, drafts=drafts, author="propose/rules"), AGENT)
    return [str(digest) for digest in done.result["digests"]]


@pytest.fixture
def story(session: Session) -> tuple[Session, str, str]:
    """The Kestrel invoice, its case, and its people: session, case, invoice."""
    _, _, invoice = mock_story(session)
    hire(session)
    return session, open_cases(session)[f"invoice:{invoice}"].number, invoice


def approve(session: Session, case: str, digest: str, person: str) -> dict[str, Any]:
    return do(
        session, Approve(entity="HP", case=case, digest=digest, person=person), Actor(kind="person", id=person)
    ).result


def refused(session: Session, case: str, digest: str, person: str) -> tuple[Refusal, str]:
    with pytest.raises(Refused) as told:
        approve(session, case, digest, person)
    return told.value.code, str(told.value.detail)


def test_the_ap_lead_decides_alone(story: tuple[Session, str, str]):
    session, case, invoice = story
    [digest] = propose(session, case, short_pay(invoice))

    assert approve(session, case, digest, "aki")["missing"] == []


def test_the_buyer_is_refused_although_she_covers_for_the_ap_lead(story: tuple[Session, str, str]):
    """Scenario 26, in the books: refused at decision time, and the next in the chain decides."""
    session, case, invoice = story
    stands_in(session, "aki", "priya", "ap_lead")
    [digest] = propose(session, case, short_pay(invoice))

    refusal, says = refused(session, case, digest, "priya")
    assert refusal is Refusal.DUTIES
    assert says.startswith("Priya Kaur placed PO-")
    assert approve(session, case, digest, "tomas")["missing"] == []


def test_who_covers_for_the_buyer_is_refused_with_her_name(story: tuple[Session, str, str]):
    session, case, invoice = story
    stands_in(session, "priya", "tomas", "buyer")
    [digest] = propose(session, case, short_pay(invoice))

    refusal, says = refused(session, case, digest, "tomas")
    assert refusal is Refusal.DUTIES
    assert says.startswith("Tomas Orr stands in for Priya Kaur, who placed PO-")


def test_nobody_lends_a_role_that_she_does_not_hold_here(story: tuple[Session, str, str]):
    session, case, invoice = story
    do(session, AddEntity(entity="HPC", name="Harbor & Pine Canada", currency="CAD"))
    do(session, GrantRole(entity="HPC", person="ruth", role="ap_lead"))
    stands_in(session, "ruth", "dana", "ap_lead")  # Ruth holds it in Canada only
    stands_in(session, "ruth", "dana", "controller")  # and this nowhere
    [digest] = propose(session, case, short_pay(invoice))

    assert refused(session, case, digest, "dana") == (Refusal.NO_AUTHORITY, "It needs an AP lead or controller")


def test_who_left_lends_nothing(story: tuple[Session, str, str]):
    session, case, invoice = story
    stands_in(session, "aki", "dana", "ap_lead")
    do(session, Deactivate(entity="HP", person="aki"))
    [digest] = propose(session, case, short_pay(invoice))

    assert refused(session, case, digest, "dana")[0] is Refusal.NO_AUTHORITY


def test_who_edits_does_not_sign_her_edit(story: tuple[Session, str, str]):
    session, case, invoice = story
    [digest] = propose(session, case, short_pay(invoice))
    edited = short_pay(invoice, price="0.41", pays="1826.60", relies_on_claim=True)
    command = EditProposal(entity="HP", case=case, based_on=digest, draft=edited, person="aki")
    hers = str(do(session, command, Actor(kind="person", id="aki")).result["digest"])

    assert refused(session, case, hers, "aki") == (
        Refusal.DUTIES,
        "Aki Sato edited it; another must sign",
    )
    assert approve(session, case, hers, "tomas")["missing"] == []


def test_what_policy_refuses_can_be_rejected_by_who_owns_such_cases_but_not_approved(story: tuple[Session, str, str]):
    session, case, invoice = story
    [digest] = propose(session, case, short_pay(invoice, new_payee=True))

    assert refused(session, case, digest, "tomas") == (Refusal.POLICY_REFUSES, "Agents may never propose it")
    no = {"entity": "HP", "case": case, "digest": digest, "reason_code": "wrong_action"}
    with pytest.raises(Refused):
        do(session, Reject(person="ruth", **no), Actor(kind="person", id="ruth"))
    assert do(session, Reject(person="aki", **no), Actor(kind="person", id="aki")).result["decision"]


def test_a_step_outside_the_closed_set_is_refused_by_policy(story: tuple[Session, str, str]):
    session, case, invoice = story
    draft = short_pay(invoice)
    grant = {"type": "GrantRole", "entity": "HP", "person": "aki", "role": "controller", "limit": None}
    smuggled = Draft(
        option=draft.option,
        title=draft.title,
        says=draft.says,
        actions=(*draft.actions, Action(command=grant, title="And a role")),
        amounts=draft.amounts,
    )
    [digest] = propose(session, case, smuggled)

    assert refused(session, case, digest, "tomas") == (Refusal.POLICY_REFUSES, "GrantRole is no step of short_pay")
