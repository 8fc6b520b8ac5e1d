"""Messages as they are kept: stored once, read again when a person asks, set aside with a reason."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from core.erp import Erp
from core.intake.commands import ReadAgain, SetAside, StoreMessage
from core.intake.tables import Message, StoredBytes
from core.refusals import Refusal, Refused


def store_message(erp: Erp, cmd: StoreMessage) -> dict[str, Any]:
    """Keep a message whose bytes are stored, or count another copy of it. Refuses bytes that were never stored."""
    size = erp.session.execute(
        select(func.octet_length(StoredBytes.content)).where(StoredBytes.sha256 == cmd.sha256)
    ).scalar_one_or_none()
    if size is None:
        raise Refused(Refusal.MESSAGE_UNKNOWN, cmd.sha256)

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
        message.copies += 1
        return {"message": cmd.sha256, "new": False, "copies": message.copies}
    erp.emit("message_stored", f"message {cmd.sha256}", message=cmd.sha256, name=cmd.name, source=cmd.source)
    erp.note("command", f"Stored {cmd.name}")
    defer_reading(erp, cmd.sha256)
    return {"message": cmd.sha256, "new": True, "copies": 1}


def read_again(erp: Erp, cmd: ReadAgain) -> dict[str, Any]:
    """Have a message read once more that came to nothing the first time. What was registered from one stays as it is,
    so a message that was read to an end is refused."""
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
