"""Mail that goes out: only what a person approved, queued with the decision and sent after it."""

import re
from datetime import timedelta
from typing import Any

from core.erp import Erp
from core.intake.commands import BeginSending, MarkInDoubt, MarkSent, MarkUnsent, SendMessage, SettleLetter
from core.intake.tables import OutgoingMessage
from core.refusals import Refusal, Refused

UNDELIVERED = ("failed", "in_doubt", "bounced")
"""A mail in these states is somebody's case."""
OUTCOMES = {"again": "queued again", "arrived": "arrived", "by_hand": "said by other means"}
WAIT_MIN, WAIT_MAX = timedelta(minutes=1), timedelta(hours=4)
GIVEN_UP_AFTER = timedelta(days=2)
"""Mail servers give up after two to five days; a letter about a delivery is stale before that."""
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


def begin_sending(erp: Erp, cmd: BeginSending) -> dict[str, Any]:
    """Note that the last byte of a mail is about to go out. Refuses one that is not queued: another worker is before us, or
    a person settled it."""
    message = _letter(erp, cmd.number, "queued")

    message.state, message.message_id = "sending", cmd.message_id
    message.tries += 1
    erp.emit("message_sending", f"outgoing_message {message.number}", number=message.number, case=message.case)
    return {"outgoing_message": message.number}


def mark_sent(erp: Erp, cmd: MarkSent) -> dict[str, Any]:
    """Note that a mail left the house, and where it was put. Its server’s answer ends a doubt that came up meanwhile."""
    message = _letter(erp, cmd.number, "queued", "sending", "in_doubt")

    _no_longer_in_doubt(erp, message)
    message.state, message.sent_at, message.sent_to = "sent", erp.now, cmd.sent_to
    message.message_id, message.why, message.next_try_at = cmd.message_id or message.message_id, "", None
    erp.emit("message_sent", f"outgoing_message {message.number}", number=message.number, case=message.case)
    return {"outgoing_message": message.number}


def mark_unsent(erp: Erp, cmd: MarkUnsent) -> dict[str, Any]:
    """Note that a mail did not leave the house. It waits for its next try, longer each time, for two days at most; after
    that, or when its server says never, it is a person's."""
    message = _letter(erp, cmd.number, "queued", "sending", "in_doubt")

    _no_longer_in_doubt(erp, message)
    message.why = cmd.why
    if message.state == "queued":
        message.tries += 1
    wait = min(WAIT_MAX, WAIT_MIN * 2 ** min(message.tries - 1, 16))
    final = cmd.final or erp.now + wait > message.queued_at + GIVEN_UP_AFTER
    message.state, message.next_try_at = ("failed", None) if final else ("queued", erp.now + wait)
    _tell(erp, message, "message_failed" if final else "message_delayed")
    return {"outgoing_message": message.number, "state": message.state}


def mark_in_doubt(erp: Erp, cmd: MarkInDoubt) -> dict[str, Any]:
    """Note that nobody can tell whether a mail left the house. It becomes a person's, and is not sent again by itself."""
    message = _letter(erp, cmd.number, "sending")

    message.state, message.why = "in_doubt", cmd.why
    _tell(erp, message, "message_failed")
    return {"outgoing_message": message.number}


def settle_letter(erp: Erp, cmd: SettleLetter) -> dict[str, Any]:
    """What a person says becomes of a mail that did not get through."""
    message = _letter(erp, cmd.number, *UNDELIVERED)
    if cmd.outcome not in ("again", "arrived", "by_hand"):
        raise Refused(Refusal.COMMAND_MALFORMED, f"{cmd.outcome!r} is not again, arrived or by_hand")

    was = message.state.replace("_", " ")
    if cmd.outcome == "again":
        message.state, message.queued_at, message.tries, message.next_try_at = "queued", erp.now, 0, None
        erp.defer("send_message", queueing_lock=f"send_message:{erp.entity}:{message.number}",
                  entity=erp.entity, number=message.number)  # fmt: skip
    else:
        message.state = "sent" if cmd.outcome == "arrived" else "settled"
    message.why = cmd.reason
    erp.effect("message", f"Mail {message.number} to {message.recipient}", was=was, now=OUTCOMES[cmd.outcome])
    erp.emit("message_settled", f"outgoing_message {message.number}", number=message.number, case=message.case)
    return {"outgoing_message": message.number}


def bounced(erp: Erp, message: OutgoingMessage, why: str) -> None:
    """A mail came back: it was not delivered, whatever its server said first."""
    message.state, message.why = "bounced", why
    _tell(erp, message, "message_failed")


def _no_longer_in_doubt(erp: Erp, message: OutgoingMessage) -> None:
    if message.state == "in_doubt":
        erp.emit("message_settled", f"outgoing_message {message.number}", number=message.number, case=message.case)


def _tell(erp: Erp, message: OutgoingMessage, kind: str) -> None:
    erp.emit(
        kind,
        f"outgoing_message {message.number}",
        number=message.number,
        case=message.case,
        state=message.state,
        why=message.why,
    )


def _letter(erp: Erp, number: str, *states: str) -> OutgoingMessage:
    message = erp.need(OutgoingMessage, erp.entity, number, refusal=Refusal.MESSAGE_UNKNOWN, lock=True)
    if message.state not in states:
        raise Refused(Refusal.NO_SUCH_MOVE, f"{message.number} is {message.state}")
    return message
