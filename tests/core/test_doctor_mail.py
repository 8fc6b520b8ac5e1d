"""What the doctor says of mailboxes, broken by hand."""

from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from core.doctor_mail import QUERIES
from core.intake.commands import LeaveInMailbox, MarkSent, SendMessage
from core.intake.storing import Place, store_from_mailbox
from core.intake.tables import Mailbox
from tests.builders import HP, PRIYA, broken, company, do

PLACE = Place(mailbox="orders", uidvalidity=7, uid=1)
BROKEN = {
    "arrivals are stored": ("update mailbox_arrival set sha256 = 'x' where uid = 1",),
    "mail counts as often as it came": ("update message set copies = 1",),
    "mailboxes answer": ("update mailbox set failing_since = now() - interval '1 hour'",),
    "stored mail is put away": ("update mailbox_arrival set at = now() - interval '2 hours'",),
    "letters leave": (
        "update outgoing_message set state = 'queued', queued_at = now() - interval '5 hours'",
        "delete from procrastinate_jobs where task_name = 'send_message'",
    ),
    "undelivered letters are owned": ("update outgoing_message set state = 'failed'",),
}


@pytest.fixture
def mailbox(session: Session) -> Session:
    """A mailbox with the same message twice, and one that was left."""
    company(session)
    session.add(Mailbox(entity=HP, name="orders", address="orders", state="watching"))
    for uid in (1, 2):
        place = replace(PLACE, uid=uid)
        store_from_mailbox(session, b"a letter", entity=HP, name="a", place=place, actor=PRIYA, waits=True)
    letter = SendMessage(entity=HP, case="CASE-1", recipient="a@b.example", subject="x", body="x")
    do(session, MarkSent(entity=HP, number=do(session, letter).result["outgoing_message"], sent_to="smtp"))
    do(session, LeaveInMailbox(entity=HP, mailbox="orders", uidvalidity=7, uid=3, size=9, why="too large"))
    session.execute(text("update mailbox_arrival set at = now()"))
    session.commit()
    assert broken(session) == []
    return session


@pytest.mark.parametrize("promise", BROKEN)
def test_what_is_broken_by_hand_is_named(mailbox: Session, promise: str) -> None:
    mailbox.execute(text("set local session_replication_role = replica"))
    for statement in BROKEN[promise]:
        mailbox.execute(text(statement))

    assert [one.partition(":")[0] for one in broken(mailbox)] == [promise]


def test_a_letter_on_its_way_that_nobody_waits_for_is_named(mailbox: Session) -> None:
    mailbox.execute(text("update outgoing_message set state = 'sending'"))
    mailbox.execute(text("delete from procrastinate_jobs where task_name = 'send_message'"))

    assert [one.partition(":")[0] for one in broken(mailbox)] == ["letters leave"]


def test_every_promise_is_broken_here() -> None:
    assert {name for name, _, _ in QUERIES} == set(BROKEN)


def test_the_same_place_again_is_the_same_arrival(mailbox: Session) -> None:
    store_from_mailbox(mailbox, b"a letter", entity=HP, name="a", place=PLACE, actor=PRIYA, waits=True)

    assert mailbox.execute(text("select copies from message")).scalar() == 2
    assert mailbox.execute(text("select count(*) from mailbox_waiting")).scalar() == 2
