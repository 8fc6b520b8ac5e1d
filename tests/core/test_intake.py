"""A message is kept before anything reads it; mail goes out only as it was approved."""

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from core.intake.commands import MarkSent, SendMessage, StoreMessage
from core.intake.tables import Message, OutgoingMessage, StoredBytes
from core.refusals import Refusal, Refused
from tests.core.kestrel import company, do
from tests.core.letters import RAW, SHA, keep, queued, row


def test_a_message_is_stored_by_its_hash_and_its_reading_is_queued(session: Session) -> None:
    company(session)

    sha256 = keep(session)

    message = row(session)
    assert (sha256, message.state, message.size, message.copies) == (SHA, "stored", len(RAW), 1)
    assert session.get_one(StoredBytes, SHA).content == RAW
    assert queued(session, "read_message") == [{"entity": "HP", "message": SHA}]


def test_the_same_bytes_again_are_the_same_message_and_are_read_once(session: Session) -> None:
    company(session)
    keep(session)
    keep(session, name="copy.eml")

    assert (row(session).copies, row(session).name) == (2, "mail.eml")
    assert len(queued(session, "read_message")) == 1


def test_one_arrival_told_twice_counts_once(session: Session) -> None:
    company(session)
    keep(session, arrival="imap-7")
    keep(session, arrival="imap-7")
    assert row(session).copies == 1


def test_the_same_bytes_at_once_are_one_message(session: Session, new_session: Callable[[], Session]) -> None:
    company(session)
    session.commit()
    both = threading.Barrier(2)

    def drop() -> None:
        with new_session() as mine:
            mine.execute(text("select 1"))
            both.wait(10)
            keep(mine)
            mine.commit()

    threads = [threading.Thread(target=drop) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert session.scalar(select(func.count()).select_from(Message)) == 1
    assert len(queued(session, "read_message")) == 1


def test_bytes_that_were_never_stored_are_no_message(session: Session) -> None:
    company(session)
    with pytest.raises(Refused) as refused:
        do(session, StoreMessage(entity="HP", sha256="0" * 64, name="x", source="folder"))
    assert refused.value.code is Refusal.MESSAGE_UNKNOWN


def test_stored_bytes_are_never_changed(session: Session) -> None:
    from sqlalchemy.exc import DBAPIError

    company(session)
    keep(session)
    with pytest.raises(DBAPIError, match="append-only"), session.begin_nested():
        session.execute(text("update stored_bytes set content = ''"))


def mail(**change: str) -> SendMessage:
    facts = {
        "case": "CASE-1",
        "recipient": "jonas@kestrel.example",
        "subject": "Invoice KF-1",
        "body": "Hello",
        **change,
    }
    return SendMessage(entity="HP", **facts)


def test_an_approved_mail_is_queued_and_marked_when_it_left(session: Session) -> None:
    company(session)
    number = do(session, mail()).result["outgoing_message"]
    assert queued(session, "send_message") == [{"entity": "HP", "number": number}]

    do(session, MarkSent(entity="HP", number=number, sent_to="outbox OM-1.eml"))

    session.expire_all()
    sent = session.get(OutgoingMessage, ("HP", number))
    assert sent is not None
    assert (sent.state, sent.sent_to) == ("sent", "outbox OM-1.eml")
    with pytest.raises(Refused) as refused:
        do(session, MarkSent(entity="HP", number=number, sent_to="again"))
    assert refused.value.code is Refusal.NO_SUCH_MOVE


@pytest.mark.parametrize(
    "change",
    [
        {"recipient": "jonas"},
        {"recipient": "a@b.example, c@d.example"},
        {"recipient": "a@b.example\nBcc: c@d.example"},
        {"subject": "Hello\r\nBcc: c@d.example"},
        {"in_reply_to": "<1>\nX: y"},
        {"body": "  "},
    ],
)
def test_a_mail_goes_to_one_address_and_carries_no_header_of_its_own(session: Session, change: dict[str, str]) -> None:
    company(session)
    with pytest.raises(Refused):
        do(session, mail(**change))
    assert list(session.scalars(select(OutgoingMessage))) == []
