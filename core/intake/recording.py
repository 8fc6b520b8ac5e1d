"""What was read from a message is kept: the reading, its links, and what of it enters the books as claims."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from core import wording
from core.claims import Reading
from core.command import Command
from core.erp import Erp
from core.intake.answers import find_case
from core.intake.authentic import counted
from core.intake.commands import RecordReading
from core.intake.instructions import instructions_in
from core.intake.machine_mail import refusals_in
from core.intake.register import commands_of, left_out
from core.intake.tables import Message
from core.intake.trust import Sender, noise, sender_of, unread
from core.intake.waiting import ASKS, waits
from core.masterdata.tables import Supplier
from core.payables.commands import RegisterInvoice
from core.purchasing.tables import PurchaseOrderLine
from core.reading_wire import NotAReading, from_wire, to_wire
from core.refusals import Refusal, Refused
from core.stock.ledger import take_turn

STATED = {
    Sender.UNKNOWN: "nobody we know; nothing was registered",
    Sender.LOOK_ALIKE: "the sender's domain only resembles that of somebody we know; nothing was registered",
    Sender.FAILED: "the sender failed authentication; nothing was registered",
    Sender.PHISHING: "it reads like phishing; nothing was registered",
}


def record_reading(erp: Erp, cmd: RecordReading) -> dict[str, Any]:
    """Keep a reading of a stored message, and register its invoices and confirmations as claims.

    From a sender who cannot be believed nothing is registered: what he says is kept in the reading, and a person looks.
    A document the books refuse to keep does not take the others with it; it is named. Refuses a second reading of a
    message, and what is not a reading.
    """
    take_turn(erp)  # before what it locks, as whoever decides on it does
    message = erp.need(Message, erp.entity, cmd.message, refusal=Refusal.MESSAGE_UNKNOWN, lock=True)
    if message.state != "stored":
        raise Refused(Refusal.NO_SUCH_MOVE, f"{message.name} was read already and is {message.state}")
    reading = counted(_reading(cmd), cmd.trusted)
    if cmd.supplier is not None:
        erp.need(Supplier, erp.entity, cmd.supplier, refusal=Refusal.SUPPLIER_UNKNOWN)

    sender = sender_of(reading, cmd.supplier, cmd.look_alike or cmd.look_alike_customer)
    _keep(erp, message, cmd, reading)
    made: list[dict[str, Any]] = []
    missing: list[str] = []
    if sender.believed and not noise(reading):
        missing.extend(left_out(reading))
        for command in commands_of(reading, cmd.links, entity=erp.entity, units_of=_units_of(erp, cmd)):
            try:
                made.append(_perform(erp, command))
            except Refused as refusal:
                missing.append(f"{_called(command)} could not be kept: {refusal.detail or refusal.code.value}")
    message.state, message.says = _outcome(reading, sender, made, missing)
    case = find_case(erp, message, reading)
    if case is not None:
        message.says = f"{message.says} It belongs to {case}."
    supplier = cmd.supplier or _linked_supplier(cmd.links) or cmd.look_alike or None
    erp.emit(
        "message_read",
        f"message {message.sha256}",
        message=message.sha256,
        sender=sender.value,
        resembles=cmd.resembles,
        customer=cmd.look_alike_customer,
        supplier=supplier,
        missing=missing,
        made=made,
    )
    erp.note("reading", f"Read {message.name}: {message.says}")
    return {"message": message.sha256, "state": message.state, "made": made, "missing": missing}


def _reading(cmd: RecordReading) -> Reading:
    try:
        reading = from_wire(cmd.reading)
    except NotAReading as wrong:
        raise Refused(Refusal.COMMAND_MALFORMED, f"not a reading: {wrong}") from wrong
    if reading.message != cmd.message:
        raise Refused(Refusal.COMMAND_MALFORMED, "this is the reading of another message")
    return reading


def _keep(erp: Erp, message: Message, cmd: RecordReading, reading: Reading) -> None:
    message.reading, message.links, message.reader = (
        to_wire(reading),
        [dict(link) for link in cmd.links],
        reading.reader,
    )
    message.sender, message.subject = reading.sender, reading.subject
    message.instructs = list(instructions_in(reading))
    message.sent_at = _sent(reading)
    message.message_id = reading.thread[0] if reading.thread else ""
    message.supplier = cmd.supplier
    message.intents = sorted({claim.intent.value for claim in reading.intents})
    message.read_at = erp.now
    message.readings += 1


def _perform(erp: Erp, command: Command) -> dict[str, Any]:
    """Carry out one command in a savepoint of its own, so that a refusal leaves nothing of it: no row and no event."""
    before = (len(erp.events), len(erp.effects), len(erp.jobs))
    try:
        with erp.session.begin_nested():
            result = erp.perform(command)
            erp.session.flush()
            return {"command": type(command).__name__, **result, "says": _called(command)}
    except Refused:
        events, effects, jobs = before
        del erp.events[events:], erp.effects[effects:], erp.jobs[jobs:]
        raise


def _units_of(erp: Erp, cmd: RecordReading) -> dict[str, dict[int, str]]:
    """The units of the lines of every order that the reading was linked to."""
    orders = sorted({str(link["ref"]) for link in cmd.links if link.get("what") == "order"})
    units: dict[str, dict[int, str]] = {order: {} for order in orders}
    lines = select(PurchaseOrderLine.order, PurchaseOrderLine.line, PurchaseOrderLine.unit).where(
        PurchaseOrderLine.entity == erp.entity, PurchaseOrderLine.order.in_(orders)
    )
    for order, line, unit in erp.session.execute(lines):
        units[order][line] = unit
    return units


def _outcome(reading: Reading, sender: Sender, made: list[dict[str, Any]], missing: list[str]) -> tuple[str, str]:
    """Where the message goes and why, a sentence: read, set aside for a person or for nobody, or quarantined."""
    if sender is Sender.PHISHING:
        return "quarantined", f"Quarantined: {STATED[sender]}."
    nothing = noise(reading)
    if nothing:
        return "set_aside", f"{nothing}."
    if not sender.believed:
        return "set_aside", f"Set aside: {STATED[sender]}."
    lost = [f"{name}: {why}" for name, why in unread(reading)] + missing + [one.says for one in refusals_in(reading)]
    if made:
        kept = wording.listed([str(one["says"]) for one in made])
        return "read", f"Kept {kept}." + (f" Not kept: {'; '.join(lost)}." if lost else "")
    if lost:
        return "set_aside", f"A person must look: {'; '.join(lost)}."
    if reading.trouble:
        return "set_aside", f"A person must look: {'; '.join(reading.trouble)}"
    asked = waits(reading, kept=False)
    if asked:
        return "set_aside", f"Waits for an answer: it {ASKS[asked[0].intent]}."
    return "set_aside", "Read; nothing in it changes an order or an invoice."


def _called(command: Command) -> str:
    """What a command would have kept, in words."""
    if isinstance(command, RegisterInvoice):
        return f"{command.kind.replace('_', ' ')} {command.their_number}"
    return f"confirmation of {getattr(command, 'order', 'an order')}"


def _linked_supplier(links: tuple[dict[str, Any], ...]) -> str | None:
    """The supplier that a document names. Whoever sent it, the case may say whom it is about."""
    return next((str(link["ref"]) for link in links if link.get("what") == "supplier"), None)


def _sent(reading: Reading) -> datetime | None:
    """The Date header; None when it is absent, unreadable or without a zone."""
    try:
        sent = datetime.fromisoformat(reading.sent)
    except ValueError:
        return None
    return sent if sent.tzinfo is not None else None
