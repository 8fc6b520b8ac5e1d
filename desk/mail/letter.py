"""An approved mail as it leaves: its thread kept, and a Message-ID that is the same at every try.

Where no server is configured, letters go to a folder of `.eml` files and nowhere else, and the desk says so.
"""

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.canonical import digest
from core.intake.tables import Message, OutgoingMessage
from core.reading_wire import from_wire
from desk.mail.settings import SenderSettings

FROM = "desk@harbor-pine.example"
"""Whom letters are from while no server is configured."""
REFERENCES_MAX = 20


def written(session: Session, letter: OutgoingMessage, sender: SenderSettings | None) -> EmailMessage:
    """The mail of an approved letter. The same letter gives the same bytes, whoever asks and however often."""
    address = sender.address if sender else FROM
    mail = EmailMessage(policy=SMTP)
    mail["From"] = Address(sender.name if sender else "", addr_spec=address)
    mail["To"] = Address(letter.recipient_name, addr_spec=letter.recipient)
    mail["Subject"] = letter.subject
    mail["Date"] = format_datetime(letter.queued_at)
    mail["Message-ID"] = letter.message_id or message_id(letter, address)
    if letter.in_reply_to:
        mail["In-Reply-To"] = letter.in_reply_to
        mail["References"] = " ".join(references(session, letter))
    mail.set_content(letter.body)
    return mail


def message_id(letter: OutgoingMessage, address: str) -> str:
    """A Message-ID that nobody else can guess and that does not change: of the letter's number and words."""
    words = digest([letter.entity, letter.number, letter.recipient, letter.subject, letter.body])
    return f"<{letter.entity}.{letter.number}.{words[:16]}@{address.rpartition('@')[2]}>"


def references(session: Session, letter: OutgoingMessage) -> list[str]:
    """The thread a letter belongs to (RFC 5322, 3.6.4): what its parent refers to, and its parent last."""
    parent = session.scalars(
        select(Message)
        .where(Message.entity == letter.entity, Message.message_id == letter.in_reply_to)
        .order_by(Message.arrived_at)
        .limit(1)
    ).first()
    thread = list(from_wire(parent.reading).thread[1:]) if parent is not None and parent.reading else []
    if len(thread) > 1:  # a reading names the parent's own parent first, and the oldest of the thread after it
        thread = [*thread[1:], thread[0]] if thread[0] not in thread[1:] else thread
    thread = [one for one in thread if one != letter.in_reply_to]
    return [*thread[:1], *thread[1:][-(REFERENCES_MAX - 2) :], letter.in_reply_to]


def put(mail: EmailMessage, letter: OutgoingMessage, folder: Path) -> Path:
    """Write one mail into the outbox; the same mail again writes the same file. Gives where it lies."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{letter.entity}-{letter.number}.eml"
    file.write_bytes(mail.as_bytes())
    return file
