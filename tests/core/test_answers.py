"""Mail that answers a letter of ours, or comes back, finds the case it belongs to, and a person hears of it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.cases import Case, CaseFinding, CaseState
from core.claims import Claim, Document, DocumentKind, Intent, Span
from core.deciding.commands import Snooze
from core.intake.commands import (
    BeginSending,
    LeaveInMailbox,
    MarkInDoubt,
    MarkSent,
    MarkUnsent,
    SendMessage,
    SettleArrival,
    SettleLetter,
)
from core.intake.tables import OutgoingMessage
from core.refusals import Refusal, Refused
from tests.conftest import FRIDAY
from tests.core.kestrel import company, do, open_cases, order, receive
from tests.core.letters import a_reading, invoice_document, keep, links_to, record, row

OURS = "<HP.OM-1.abc@harbor-pine.example>"


@pytest.fixture
def case(session: Session) -> str:
    """A case with a letter that was sent, and a stored message."""
    company(session)
    number = order(session, ("KF-M8X40", "100", "1.00"))
    receive(session, number, "80")
    keep(session)
    (found,) = open_cases(session).values()
    write(session, found.number)
    return str(found.number)


def write(session: Session, case: str) -> str:
    command = SendMessage(entity="HP", case=case, recipient="jonas@kestrel.example", subject="KF-1", body="Hello")
    number = str(do(session, command).result["outgoing_message"])
    do(session, BeginSending(entity="HP", number=number, message_id=OURS))
    do(session, MarkSent(entity="HP", number=number, sent_to="smtp"))
    return number


def letter(session: Session) -> OutgoingMessage:
    session.expire_all()
    return session.scalars(select(OutgoingMessage)).one()


def report(action: str, about: str = OURS) -> Document:
    def claim(field: str, value: str) -> Claim:
        return Claim(field=field, value=value, span=Span(part="1:report", text=value, start=0, end=1), reader="t")

    claims = (
        claim("report.action", action),
        claim("report.message_id", about),
        claim("report.status", "5.1.1"),
        claim("report.why", "user unknown"),
    )
    return Document(kind=DocumentKind.OTHER, part="1:report", claims=claims, reader="t")


def about_letters(session: Session) -> list[Case]:
    session.expire_all()
    return list(session.scalars(select(Case).where(Case.code == "integration_failed", Case.closed_at.is_(None))))


def test_an_answer_lands_on_the_case_of_the_letter_it_answers(session: Session, case: str) -> None:
    reading = replace(a_reading(intents=(Intent.OTHER,)), thread=("<2@kestrel.example>", OURS))

    record(session, reading)

    message = row(session)
    assert message.answers == case
    assert message.says.endswith(f"It belongs to {case}.")


def test_an_answer_wakes_a_case_that_waits_for_it(session: Session, case: str) -> None:
    do(session, Snooze(entity="HP", case=case, person="mara", until=FRIDAY + timedelta(days=3)))

    record(session, replace(a_reading(intents=(Intent.OTHER,)), thread=("<2@k>", "<x@y>", OURS)))

    session.expire_all()
    assert session.get_one(Case, ("HP", case)).state == CaseState.OPEN


def test_an_out_of_office_reply_wakes_nobody(session: Session, case: str) -> None:
    do(session, Snooze(entity="HP", case=case, person="mara", until=FRIDAY + timedelta(days=3)))

    record(session, replace(a_reading(intents=(Intent.OUT_OF_OFFICE,)), thread=("<2@k>", OURS)))

    session.expire_all()
    assert session.get_one(Case, ("HP", case)).state == CaseState.SNOOZED
    assert (row(session).state, row(session).answers) == ("set_aside", case)


@pytest.mark.parametrize("named", ["<other@harbor-pine.example>", ""])
def test_mail_that_names_no_letter_of_ours_answers_none(session: Session, case: str, named: str) -> None:
    record(session, replace(a_reading(intents=(Intent.OTHER,)), thread=("<2@k>", named)))
    assert row(session).answers is None


def test_a_letter_that_came_back_is_told_to_whoever_owns_its_case(session: Session, case: str) -> None:
    record(session, a_reading(report("failed"), sender="mailer-daemon@mx.kestrel.example"), supplier=None)

    assert (letter(session).state, letter(session).why) == ("bounced", "it came back: 5.1.1 user unknown")
    (told,) = about_letters(session)
    assert told.owner_role == session.get_one(Case, ("HP", case)).owner_role
    assert told.says == "Kestrel Fasteners was not told: our letter came back"
    assert (row(session).state, row(session).answers) == ("set_aside", case)
    assert row(session).says.startswith("A letter came back: 5.1.1 user unknown")
    assert [one.code for one in session.scalars(select(CaseFinding)) if one.code == "sender_unknown"] == []


@pytest.mark.parametrize("action", ["delayed", "delivered", "displayed"])
def test_other_reports_are_put_away_with_what_they_say(session: Session, case: str, action: str) -> None:
    record(session, a_reading(report(action), sender="postmaster@x.example"), supplier=None)

    assert (letter(session).state, about_letters(session)) == ("sent", [])
    assert row(session).state == "set_aside"


def test_a_report_on_a_letter_that_is_not_ours_is_put_away(session: Session, case: str) -> None:
    record(session, a_reading(report("failed", "<someone@else>"), sender="postmaster@x.example"), supplier=None)

    assert (letter(session).state, row(session).answers, about_letters(session)) == ("sent", None, [])


def test_a_report_cannot_hide_an_invoice(session: Session, case: str) -> None:
    reading = a_reading(invoice_document(), report("failed"), intents=(Intent.INVOICE_ENCLOSED,))

    record(session, reading, *links_to("PO-1"))

    assert row(session).state == "read" or "KF-1" in row(session).says


def settled(session: Session, **facts: Any) -> None:
    do(session, SettleLetter(entity="HP", number=letter(session).number, **facts))


@pytest.mark.parametrize(("outcome", "state"), [("again", "queued"), ("arrived", "sent"), ("by_hand", "settled")])
def test_a_person_says_what_becomes_of_it_and_the_case_goes(
    session: Session, case: str, outcome: str, state: str
) -> None:
    record(session, a_reading(report("failed"), sender="mailer-daemon@x.example"), supplier=None)

    settled(session, outcome=outcome)

    assert (letter(session).state, about_letters(session)) == (state, [])


def test_a_letter_that_fails_again_is_a_case_again(session: Session, case: str) -> None:
    record(session, a_reading(report("failed"), sender="mailer-daemon@x.example"), supplier=None)
    settled(session, outcome="again")

    do(session, MarkUnsent(entity="HP", number=letter(session).number, why="550 no such user", final=True))

    assert len(about_letters(session)) == 1


@pytest.mark.parametrize(
    "command",
    [
        SettleLetter(entity="HP", number="OM-1", outcome="again"),
        BeginSending(entity="HP", number="OM-1", message_id="<x>"),
        MarkInDoubt(entity="HP", number="OM-1", why="?"),
        MarkUnsent(entity="HP", number="OM-1", why="?"),
        MarkSent(entity="HP", number="OM-1", sent_to="again"),
    ],
)
def test_a_letter_that_was_sent_stays_so(session: Session, case: str, command: Any) -> None:
    number = letter(session).number
    with pytest.raises(Refused) as refused:
        do(session, replace(command, number=number))
    assert refused.value.code is Refusal.NO_SUCH_MOVE


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (MarkSent(entity="HP", number="", sent_to="smtp"), "sent"),
        (MarkUnsent(entity="HP", number="", why="451 later"), "queued"),
    ],
)
def test_the_servers_answer_ends_a_doubt_that_came_up_meanwhile(
    session: Session, case: str, answer: MarkSent | MarkUnsent, state: str
) -> None:
    command = SendMessage(entity="HP", case=case, recipient="a@b.example", subject="KF-2", body="Hello")
    number = str(do(session, command).result["outgoing_message"])
    do(session, BeginSending(entity="HP", number=number, message_id="<2@x>"))
    do(session, MarkInDoubt(entity="HP", number=number, why="the worker was gone"))
    assert len(about_letters(session)) == 1

    do(session, replace(answer, number=number))

    session.expire_all()
    assert session.get_one(OutgoingMessage, ("HP", number)).state == state
    assert about_letters(session) == []


def test_a_message_left_in_its_mailbox_is_the_intake_clerks_until_it_was_fetched(session: Session) -> None:
    company(session)
    place = {"mailbox": "orders", "uidvalidity": 7, "uid": 3}
    left = LeaveInMailbox(entity="HP", size=9, why="it has 31.0 MB", sender="Jonas", subject="Catalogue", **place)
    do(session, left)

    (told,) = about_letters(session)
    assert (told.owner_role, told.title) == ("intake_clerk", "Message left in its mailbox")
    assert "31.0 MB" in told.says
    do(session, SettleArrival(entity="HP", reason="fetched by hand", **place))
    assert about_letters(session) == []
