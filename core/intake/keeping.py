"""Messages as they are kept: stored once, read again when a person asks, set aside with a reason."""

from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from core.erp import Erp
from core.intake.commands import LeaveInMailbox, ReadAgain, SetAside, SettleArrival, StoreMessage
from core.intake.tables import Mailbox, MailboxArrival, Message, StoredBytes
from core.refusals import Refusal, Refused
from core.stock.ledger import take_turn


def store_message(erp: Erp, cmd: StoreMessage) -> dict[str, Any]:
    """Keep a message whose bytes are stored, or count another copy of it. Refuses bytes that were never stored."""
    size = erp.session.execute(
        select(func.octet_length(StoredBytes.content)).where(StoredBytes.sha256 == cmd.sha256)
    ).scalar_one_or_none()
    if size is None:
        raise Refused(Refusal.MESSAGE_UNKNOWN, cmd.sha256)

    renumbered = cmd.mailbox != "" and _arrive(erp, cmd, size)
    new = erp.session.execute(
        insert(Message)
        .values(
            entity=erp.entity,
            sha256=cmd.sha256,
            name=cmd.name,
            source=cmd.source,
            stored_by=erp.actor.id if erp.actor.kind == "person" else None,
            size=size,
            arrived_at=erp.now,
            state="stored",
            says="",
            sender="",
            subject="",
            message_id="",
            intents=[],
            links=[],
            instructs=[],
            reader="",
            readings=0,
            copies=1,
        )
        .on_conflict_do_nothing()
        .returning(Message.sha256)
    ).first()
    if new is None:
        message = erp.need(Message, erp.entity, cmd.sha256, refusal=Refusal.MESSAGE_UNKNOWN, lock=True)
        message.copies += 0 if renumbered else 1
        return {"message": cmd.sha256, "new": False, "copies": message.copies}
    erp.emit("message_stored", f"message {cmd.sha256}", message=cmd.sha256, name=cmd.name, source=cmd.source)
    erp.note("command", f"Stored {cmd.name}")
    defer_reading(erp, cmd.sha256)
    return {"message": cmd.sha256, "new": True, "copies": 1}


def _arrive(erp: Erp, cmd: StoreMessage, size: int) -> bool:
    """Note which message of which mailbox this is. Gives whether it is one that was stored before its server numbered the
    mailbox anew: as many arrivals of the same bytes as there were under other numbers are those."""
    same = select(func.count()).where(
        MailboxArrival.entity == erp.entity,
        MailboxArrival.mailbox == cmd.mailbox,
        MailboxArrival.sha256 == cmd.sha256,
    )
    before = same.where(MailboxArrival.uidvalidity != cmd.uidvalidity).group_by(MailboxArrival.uidvalidity)
    most = max(erp.session.scalars(before).all(), default=0)
    now = erp.session.scalar(same.where(MailboxArrival.uidvalidity == cmd.uidvalidity)) or 0
    erp.add(
        MailboxArrival(
            entity=erp.entity,
            mailbox=cmd.mailbox,
            uidvalidity=cmd.uidvalidity,
            uid=cmd.uid,
            sha256=cmd.sha256,
            left_says="",
            size=size,
            at=erp.now,
        )
    )
    mine = (Mailbox.entity == erp.entity, Mailbox.name == cmd.mailbox)
    erp.session.execute(update(Mailbox).where(*mine).values(messages=Mailbox.messages + 1))
    return now < most


def leave_in_mailbox(erp: Erp, cmd: LeaveInMailbox) -> dict[str, Any]:
    """Name a message that stays in its mailbox unfetched, and why. Refuses to leave one without a reason."""
    if not cmd.why.strip():
        raise Refused(Refusal.REASON_REQUIRED, "say why it was not fetched")

    erp.add(
        MailboxArrival(
            entity=erp.entity,
            mailbox=cmd.mailbox,
            uidvalidity=cmd.uidvalidity,
            uid=cmd.uid,
            sha256=None,
            left_says=cmd.why,
            size=cmd.size,
            at=erp.now,
        )
    )
    erp.emit(
        "message_left",
        f"mailbox {cmd.mailbox} {cmd.uidvalidity}/{cmd.uid}",
        mailbox=cmd.mailbox,
        uidvalidity=cmd.uidvalidity,
        uid=cmd.uid,
        why=cmd.why,
        sender=cmd.sender,
        about=cmd.subject,
    )
    erp.note("command", f"Left in {cmd.mailbox}: {cmd.subject or 'a message'}, {cmd.why}")
    return {"mailbox": cmd.mailbox, "uid": cmd.uid}


def settle_arrival(erp: Erp, cmd: SettleArrival) -> dict[str, Any]:
    """A person dealt with a message that was left in its mailbox, and says how."""
    key = (erp.entity, cmd.mailbox, cmd.uidvalidity, cmd.uid)
    arrival = erp.need(MailboxArrival, *key, refusal=Refusal.MESSAGE_UNKNOWN)
    if arrival.sha256 is not None:
        raise Refused(Refusal.NO_SUCH_MOVE, "it was stored")
    if not cmd.reason.strip():
        raise Refused(Refusal.REASON_REQUIRED, "say what became of it")

    subject = f"mailbox {cmd.mailbox} {cmd.uidvalidity}/{cmd.uid}"
    erp.effect("record", f"Message left in {cmd.mailbox}", was=arrival.left_says, now=cmd.reason)
    erp.emit("arrival_settled", subject, mailbox=cmd.mailbox, uidvalidity=cmd.uidvalidity, uid=cmd.uid)
    return {"mailbox": cmd.mailbox, "uid": cmd.uid}


def read_again(erp: Erp, cmd: ReadAgain) -> dict[str, Any]:
    """Have a message read once more that came to nothing the first time. What was registered from one stays as it is,
    so a message that was read to an end is refused."""
    take_turn(erp)  # before what it locks, as whoever decides on it does
    message = erp.need(Message, erp.entity, cmd.message, refusal=Refusal.MESSAGE_UNKNOWN, lock=True)
    if message.state not in ("set_aside", "quarantined"):
        raise Refused(Refusal.NO_SUCH_MOVE, f"{message.name} is {message.state}")

    message.state, message.says = "stored", cmd.reason
    erp.effect("record", f"Message {message.name}", was="set aside", now="to be read again")
    erp.emit("message_stored", f"message {message.sha256}", message=message.sha256, again=True)
    defer_reading(erp, message.sha256)
    return {"message": message.sha256}


def set_aside(erp: Erp, cmd: SetAside) -> dict[str, Any]:
    """Put a message away with the reason: not for us, or dealt with by a person."""
    take_turn(erp)  # before what it locks, as whoever decides on it does
    message = erp.need(Message, erp.entity, cmd.message, refusal=Refusal.MESSAGE_UNKNOWN, lock=True)
    if not cmd.reason.strip():
        raise Refused(Refusal.REASON_REQUIRED, "say why")

    erp.effect("record", f"Message {message.name}", was=message.state, now="set aside")
    message.state, message.says = "set_aside", cmd.reason
    erp.emit("message_set_aside", f"message {message.sha256}", message=message.sha256, reason=cmd.reason)
    erp.note("command", f"Set aside {message.name}: {cmd.reason}")
    return {"message": message.sha256}


def defer_reading(erp: Erp, sha256: str) -> None:
    """Queue the reading of a stored message, once."""
    erp.defer("read_message", queueing_lock=f"read_message:{erp.entity}:{sha256}", entity=erp.entity, message=sha256)
