"""Mail that goes out: only what a person approved, queued with the decision and sent after it."""

import re
from typing import Any

from core.erp import Erp
from core.intake.commands import MarkSent, SendMessage
from core.intake.tables import OutgoingMessage
from core.refusals import Refusal, Refused

ADDRESS = re.compile(r"[^@\s<>,;:\"]+@[^@\s<>,;:\"]+")


def send_message(erp: Erp, cmd: SendMessage) -> dict[str, Any]:
    """Queue a mail; a worker sends it once this transaction is true. Refuses what is no one address or has line breaks
    in its header fields: a mail goes to exactly whom the person saw."""
    if not ADDRESS.fullmatch(cmd.recipient):
        raise Refused(Refusal.COMMAND_MALFORMED, f"{cmd.recipient!r} is not an address")
    if any(sign in field for field in (cmd.subject, cmd.recipient_name, cmd.in_reply_to) for sign in "\r\n"):
        raise Refused(Refusal.COMMAND_MALFORMED, "a header field is one line")
    if not cmd.body.strip():
        raise Refused(Refusal.NOTHING_TO_DO, "the mail says nothing")

    number = erp.number("OM")
    erp.add(
        OutgoingMessage(
            entity=erp.entity,
            number=number,
            case=cmd.case,
            recipient=cmd.recipient,
            recipient_name=cmd.recipient_name,
            subject=cmd.subject,
            body=cmd.body,
            in_reply_to=cmd.in_reply_to,
            state="queued",
            queued_at=erp.now,
        )
    )
    erp.effect("message", f"Mail to {cmd.recipient}", was="", now=cmd.subject)
    erp.emit("message_queued", f"outgoing_message {number}", number=number, case=cmd.case)
    erp.defer("send_message", queueing_lock=f"send_message:{erp.entity}:{number}", entity=erp.entity, number=number)
    return {"outgoing_message": number}


def mark_sent(erp: Erp, cmd: MarkSent) -> dict[str, Any]:
    """Note that a queued mail left the house, and where it was put."""
    message = erp.need(OutgoingMessage, erp.entity, cmd.number, refusal=Refusal.MESSAGE_UNKNOWN, lock=True)
    if message.state != "queued":
        raise Refused(Refusal.NO_SUCH_MOVE, f"{message.number} is {message.state}")

    message.state, message.sent_at, message.sent_to = "sent", erp.now, cmd.sent_to
    erp.emit("message_sent", f"outgoing_message {message.number}", number=message.number, case=message.case)
    return {"outgoing_message": message.number}
