"""Messages as they arrived, immutable and found by their hash; what was read; and what goes out."""

from sqlalchemy import BigInteger, Index, LargeBinary
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Json, Key, MaybeMoment, MaybeWords, Moment, Ordinal, Words


class StoredBytes(Base):
    """The bytes themselves, under their SHA-256. Written before anything reads them; never changed."""

    __tablename__ = "stored_bytes"
    sha256: Mapped[Key]
    content: Mapped[bytes] = mapped_column(LargeBinary)


class Message(Base):
    """One thing that arrived. The same bytes twice are one message.

    `state`: stored (waiting), read, set_aside (read, but a person must look or nothing was for us), quarantined
    (hostile). Every state is owned: what is not `read` without a finding is in somebody's queue.
    """

    __tablename__ = "message"
    entity: Mapped[Key]
    sha256: Mapped[Key]
    name: Mapped[Words]
    source: Mapped[Words]  # folder, upload, mailbox, demo
    stored_by: Mapped[MaybeWords]  # the person who put it in; nobody where it came by itself
    size: Mapped[int]
    arrived_at: Mapped[Moment]
    state: Mapped[Words]
    says: Mapped[Words] = mapped_column(default="")  # why it is where it is, a sentence
    sender: Mapped[Words] = mapped_column(default="")
    subject: Mapped[Words] = mapped_column(default="")
    sent_at: Mapped[MaybeMoment]
    message_id: Mapped[Words] = mapped_column(default="")
    supplier: Mapped[MaybeWords]  # linked
    intents: Mapped[Json] = mapped_column(default=list)
    reading: Mapped[Json | None]  # the Reading in its wire form
    links: Mapped[Json] = mapped_column(default=list)  # what it was linked to, how, with score and runner-up
    reader: Mapped[Words] = mapped_column(default="")
    instructs: Mapped[Json] = mapped_column(default=list)  # passages that speak to whatever reads it, a few of them
    read_at: Mapped[MaybeMoment]
    readings: Mapped[int] = mapped_column(default=0)  # how often it was read; more than once only when a person asked
    copies: Mapped[int] = mapped_column(default=1)
    answers: Mapped[MaybeWords]  # the case whose letter it answers or reports on

    __table_args__ = (
        Index("ix_message_state", "entity", "state", "arrived_at"),
        Index("ix_message_message_id", "entity", "message_id"),
        Index("ix_message_answers", "entity", "answers"),
    )


class OutgoingMessage(Base):
    """A mail a person approved. It answers `in_reply_to`, so that the thread holds; its own `message_id` is the same at
    every try, so that a second copy can be told from a second letter.

    `state`: queued; sending (its last byte may have gone out, the answer is not noted); sent; in_doubt (nobody can tell);
    failed (no server takes it); bounced (sent, and came back); settled (a person dealt with it). `why` says so in words.
    """

    __tablename__ = "outgoing_message"
    entity: Mapped[Key]
    number: Mapped[Key]
    case: Mapped[Words]
    recipient: Mapped[Words]
    recipient_name: Mapped[Words] = mapped_column(default="")
    subject: Mapped[Words]
    body: Mapped[Words]
    in_reply_to: Mapped[Words] = mapped_column(default="")
    state: Mapped[Words]
    queued_at: Mapped[Moment]
    sent_at: Mapped[MaybeMoment]
    sent_to: Mapped[MaybeWords]  # where the mail was put: an outbox file or a server
    message_id: Mapped[Words] = mapped_column(default="")
    why: Mapped[Words] = mapped_column(default="")
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[MaybeMoment]

    __table_args__ = (
        Index("ix_outgoing_message_message_id", "entity", "message_id"),
        Index("ix_outgoing_message_case", "entity", "case"),
        Index("ix_outgoing_message_state", "entity", "state"),
    )


class MailboxArrival(Base):
    """One message of a mailbox, under the numbers its server knows it by, kept in the transaction that stored its bytes:
    what stands here was stored, what does not was not. `left_says` is why one was not fetched; then it has no hash."""

    __tablename__ = "mailbox_arrival"
    entity: Mapped[Key]
    mailbox: Mapped[Key]
    uidvalidity: Mapped[Ordinal]
    uid: Mapped[Ordinal]
    sha256: Mapped[MaybeWords]
    left_says: Mapped[Words] = mapped_column(default="")
    size: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[Moment]

    __table_args__ = (
        Index("ix_mailbox_arrival_sha256", "entity", "mailbox", "sha256"),
        Index("ix_mailbox_arrival_left", "entity", "mailbox", postgresql_where=sql("sha256 is null")),
    )


class MailboxWaiting(Base):
    """A stored message that is still to be moved or flagged in its mailbox. Written with its arrival, gone when done."""

    __tablename__ = "mailbox_waiting"
    entity: Mapped[Key]
    mailbox: Mapped[Key]
    uidvalidity: Mapped[Ordinal]
    uid: Mapped[Ordinal]


class Mailbox(Base):
    """How a mailbox is doing, as whoever watches it last saw it: no book, only what pages and the doctor tell.

    `state`: connecting, watching (the server tells of new mail), polling (it is asked), waiting (after a failure), off (no
    longer configured). Everything up to `done_to` of this `uidvalidity` is stored or named.
    """

    __tablename__ = "mailbox"
    entity: Mapped[Key]
    name: Mapped[Key]
    address: Mapped[Words]  # user and server, as people know the mailbox; never the password
    state: Mapped[Words]
    uidvalidity: Mapped[int] = mapped_column(BigInteger, default=0)
    done_to: Mapped[int] = mapped_column(BigInteger, default=0)
    messages: Mapped[int] = mapped_column(BigInteger, default=0)  # stored out of it, ever
    seen_at: Mapped[MaybeMoment]  # when its server last answered
    stored_at: Mapped[MaybeMoment]  # when a message of it was last stored
    failing_since: Mapped[MaybeMoment]
    failures: Mapped[int] = mapped_column(default=0)  # in a row
    error: Mapped[Words] = mapped_column(default="")
    advice: Mapped[Words] = mapped_column(default="")  # what to do about it
    next_try_at: Mapped[MaybeMoment]
