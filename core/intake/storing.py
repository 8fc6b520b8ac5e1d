"""How anything gets in: the bytes are kept under their hash before anything reads them, and then through the door."""

from dataclasses import asdict, dataclass

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from core import door
from core.canonical import sha256_hex
from core.erp import Actor, Because
from core.intake.commands import StoreMessage
from core.intake.tables import MailboxWaiting, Message, StoredBytes


def store(session: Session, raw: bytes, *, entity: str, name: str, source: str, actor: Actor, arrival: str = "") -> str:
    """Keep a message and queue its reading. Gives its SHA-256; the caller commits."""
    kept = keep(session, raw, entity=entity, name=name, source=source, actor=actor, arrival=arrival)
    return str(kept.result["message"])


def keep(
    session: Session, raw: bytes, *, entity: str, name: str, source: str, actor: Actor, arrival: str = ""
) -> door.Outcome:
    """Keep a message and queue its reading. Gives what came of it, and whether it was a repeated call.

    The same bytes again are the same message: one more copy, no second reading. Whoever can tell one arrival from
    another (a mailbox with its own numbers) gives `arrival`; then even a repeated call counts once.
    """
    sha256 = sha256_hex(raw)
    session.execute(insert(StoredBytes).values(sha256=sha256, content=raw).on_conflict_do_nothing())
    copies = session.execute(
        select(Message.copies).where(Message.entity == entity, Message.sha256 == sha256)
    ).scalar_one_or_none()
    return door.execute(
        session,
        StoreMessage(entity=entity, sha256=sha256, name=name, source=source),
        actor=actor,
        key=f"store:{sha256}:{arrival or (copies or 0) + 1}",
        because=Because(says=f"arrived by {source}", message=sha256),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where a message lies in a mailbox. Its server gives no other message the same two numbers."""

    mailbox: str
    uidvalidity: int
    uid: int

    def __str__(self) -> str:
        return f"{self.mailbox} {self.uidvalidity}/{self.uid}"


def store_from_mailbox(
    session: Session, raw: bytes, *, entity: str, name: str, place: Place, actor: Actor, waits: bool
) -> str:
    """Keep a message of a mailbox with its place there, in one transaction: where a crash comes between any two steps it
    is either stored with its place or not at all. `waits`: it is still to be moved or flagged. The caller commits."""
    sha256 = sha256_hex(raw)
    session.execute(insert(StoredBytes).values(sha256=sha256, content=raw).on_conflict_do_nothing())
    door.execute(
        session,
        StoreMessage(entity=entity, sha256=sha256, name=name, source="mailbox", **asdict(place)),
        actor=actor,
        key=f"mailbox:{place}",
        because=Because(says=f"arrived in {place.mailbox}", message=sha256),
    )
    if waits:
        row = {"entity": entity, **asdict(place)}
        session.execute(insert(MailboxWaiting).values(**row).on_conflict_do_nothing())
    return sha256
