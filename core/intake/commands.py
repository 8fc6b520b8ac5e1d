"""Commands on messages, what was read from them, and mail that goes out."""

from dataclasses import dataclass
from typing import Any

from core.command import Command


@dataclass(frozen=True, kw_only=True, slots=True)
class StoreMessage(Command):
    """Keep a message before anything reads it. The bytes go beside the command (`core.intake.store`), found by their
    hash, so that the log of commands stays small. The same bytes again count as a copy, unless it is the very arrival that
    was stored before: a mailbox that numbered its messages anew holds no new ones."""

    sha256: str
    name: str
    source: str
    mailbox: str = ""  # where it came by mail: the mailbox, and the numbers its server knows the message by
    uidvalidity: int = 0
    uid: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class LeaveInMailbox(Command):
    """Name a message that is not fetched from its mailbox, and why. It stays where it is, and a person gets it."""

    mailbox: str
    uidvalidity: int
    uid: int
    size: int
    why: str
    sender: str = ""
    subject: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordReading(Command):
    """Keep what a message says (the Reading in wire form) and what it was linked to, raise what is wrong with the
    message itself, and register the confirmations and invoices it holds as what they are: claims."""

    message: str
    reading: dict[str, Any]
    links: tuple[dict[str, Any], ...] = ()
    supplier: str | None = None  # whose domain the sender has
    look_alike: str = ""  # whose domain the sender's nearly is
    look_alike_customer: str = ""  # or whose of our customers
    resembles: str = ""  # in what way, a sentence
    trusted: tuple[str, ...] = ()  # the names under which our own receiving servers write what they found of the sender


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadAgain(Command):
    """Have a message read again that was set aside or quarantined: its sender is linked now, or a reader can do more."""

    message: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class SetAside(Command):
    """A message is not for us, or a person dealt with it. The reason is kept."""

    message: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SendMessage(Command):
    """Send a mail a person approved. It is queued in this transaction and sent after it."""

    case: str
    recipient: str
    recipient_name: str = ""
    subject: str
    body: str
    in_reply_to: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class BeginSending(Command):
    """The last byte of a queued mail is about to go out under this Message-ID. From here on only its server's answer, or a
    person, says whether it was sent."""

    number: str
    message_id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class MarkSent(Command):
    """A mail left the house; `sent_to` says where it was put."""

    number: str
    sent_to: str
    message_id: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class MarkUnsent(Command):
    """A mail did not leave the house, and why: it is tried again, or (`final`) never will be."""

    number: str
    why: str
    final: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class MarkInDoubt(Command):
    """Whether a mail left the house cannot be told. It is not sent again by itself."""

    number: str
    why: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SettleLetter(Command):
    """What becomes of a mail that did not get through: `again` (sent once more, under the same Message-ID), `arrived` (a
    person knows that it did), `by_hand` (said by telephone or otherwise)."""

    number: str
    outcome: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class SettleArrival(Command):
    """A message that was left in its mailbox was dealt with by a person."""

    mailbox: str
    uidvalidity: int
    uid: int
    reason: str
