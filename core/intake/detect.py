"""What can be wrong with a message itself: its sender, a part nobody could read, a wish for other bank details."""

from collections.abc import Iterator

from core.cases import Cleared, Code, Finding
from core.claims import DocumentKind, Reading
from core.erp import Erp, Event
from core.intake.authentic import failed
from core.intake.machine_mail import refusals_in
from core.intake.papers import asked_in
from core.intake.tables import Message
from core.intake.trust import (
    Sender,
    asks_for_another_account,
    bank_requests,
    noise,
    unread,
)
from core.intake.waiting import ASKS, left_open, waits
from core.masterdata.tables import Supplier
from core.reading_wire import from_wire
from core.refusals import Refusal
from core.sales.tables import Customer
from core.wording import listed

QUOTE_LENGTH = 240
PAPERS_MAX = 5
"""Orders and changes of one message that its case tells; the message shows them all."""
ABOUT_MESSAGES = (Code.SENDER_UNKNOWN, Code.DOCUMENT_UNREADABLE, Code.REQUEST_UNANSWERED, Code.INTEGRATION_FAILED)


def examine_message(erp: Erp, event: Event) -> Iterator[Finding | Cleared]:
    """The findings on a message that was just read. Read again, it is examined again: what no longer holds is cleared."""
    message = erp.need(Message, erp.entity, event.facts["message"], refusal=Refusal.MESSAGE_UNKNOWN)
    reading = from_wire(message.reading)
    found = (
        []
        if noise(reading) and event.facts["sender"] != Sender.PHISHING
        else list(_findings(erp, event, message, reading))
    )
    yield from found
    for code in ABOUT_MESSAGES:
        subjects = tuple(sorted(finding.subject for finding in found if finding.code is code))
        yield Cleared(code=code, cause=cause_of(message.sha256), subject="*", but=subjects)


def end_message(erp: Erp, event: Event) -> Iterator[Cleared]:
    """A message that a person set aside is nobody's exception any more."""
    for code in ABOUT_MESSAGES:
        yield Cleared(code=code, cause=cause_of(event.facts["message"]), subject="*")


def cause_of(sha256: str) -> str:
    """The cause that findings on one message fold by."""
    return f"message:{sha256}"


def _findings(erp: Erp, event: Event, message: Message, reading: Reading) -> Iterator[Finding]:
    supplier = erp.session.get(Supplier, (erp.entity, event.facts["supplier"])) if event.facts["supplier"] else None
    number = event.facts.get("customer")
    customer = erp.session.get(Customer, (erp.entity, number)) if number else None
    yield from _sender(event, message, reading, supplier, customer)
    if Sender(event.facts["sender"]).believed:
        yield from _unreadable(event, message, reading, supplier)
        yield from _unanswered(event, message, reading, supplier)
        yield from _refused_by_them(message, reading, supplier)
    yield from _bank(event, message, reading, supplier)


def _sender(
    event: Event, message: Message, reading: Reading, supplier: Supplier | None, customer: Customer | None
) -> Iterator[Finding]:
    sender = Sender(event.facts["sender"])
    address = reading.sender or "somebody without an address"
    domain = address.rpartition("@")[2]
    name = customer.name if customer else supplier.name if supplier else "a supplier"
    if sender.believed:
        told = [document for document in reading.documents if document.kind is not DocumentKind.ACKNOWLEDGEMENT]
        nobody = sender is Sender.UPLOADED and supplier is None and bool(told)
        if not nobody:
            return
        headline, says, clause = "Whose it is cannot be told", f"{message.name} names no supplier of ours", ""
    elif sender is Sender.LOOK_ALIKE:
        headline = f"Looks like {name}"
        says = event.facts.get("resembles") or f"{domain} is not {name}'s domain, it only resembles it"
        clause = f"is named by {address}, whose domain only resembles theirs"
    elif sender is Sender.FAILED:
        headline, says = "Failed authentication", f"{address} failed: {'; '.join(reading.authentication)}"
        clause = f"may not have written this: {address} failed authentication"
    elif sender is Sender.PHISHING:
        headline, says = "Reads like phishing", f"{address} asks for what no supplier asks for"
        clause = "is named in what reads like phishing"
    else:
        headline, says = "Unknown sender", f"{address} is on no supplier's record"
        clause = f"is named by {address}, who is on no supplier's record"
    if supplier is None:
        clause = (
            f"wrote from {address}: {headline[:1].lower()}{headline[1:]}" if reading.sender else "is behind this file"
        )
    yield Finding(
        code=Code.SENDER_UNKNOWN,
        cause=cause_of(message.sha256),
        subject=f"message {message.sha256}",
        headline=headline,
        says=says,
        facts={
            "clause": clause,
            "sender": reading.sender,
            "subject": reading.subject,
            "why": sender.value,
            "doubt": _doubt(sender, reading, supplier),
        },
        supplier=supplier.number if supplier else None,
        message=message.sha256,
        anew=True,
    )


def _doubt(sender: Sender, reading: Reading, supplier: Supplier | None) -> str:
    """Why nobody shall come to believe this sender because of this message; "" when a call may settle who it is."""
    if sender in (Sender.LOOK_ALIKE, Sender.FAILED, Sender.PHISHING):
        return sender.value
    if failed(reading):
        return Sender.FAILED.value
    if asks_for_another_account(reading, supplier.bank_account if supplier else ""):
        return "bank_change"
    return ""


def _unreadable(event: Event, message: Message, reading: Reading, supplier: Supplier | None) -> Iterator[Finding]:
    lost = unread(reading)
    if not lost and not reading.documents and reading.trouble:
        lost = [(message.name, "; ".join(reading.trouble))]
    places = [(f"#{place}", name, why) for place, (name, why) in enumerate(lost, start=1)]
    places += [(f"#kept{n}", "", why) for n, why in enumerate(event.facts["missing"], start=1)]
    for place, name, why in places:
        yield Finding(
            code=Code.DOCUMENT_UNREADABLE,
            cause=cause_of(message.sha256),
            subject=f"message {message.sha256}{place}",
            headline=f"{name} cannot be read" if name else "Could not be kept",
            says=f"{name}: {why}" if name else why,
            facts={"clause": f"sent {name or 'something'} that we cannot read", "name": name, "why": why},
            supplier=supplier.number if supplier else None,
            message=message.sha256,
            anew=True,
        )


def _unanswered(event: Event, message: Message, reading: Reading, supplier: Supplier | None) -> Iterator[Finding]:
    """What a supplier asks or reports and no command keeps, and what of a letter could mean two things: a person's."""
    asked = waits(reading, kept=bool(event.facts["made"]))
    doubts = [check.says for check in left_open(reading)]
    if supplier is None or not (asked or doubts):
        return
    asks = listed(list(dict.fromkeys(ASKS[claim.intent] for claim in asked))) or "wrote what can mean two things"
    papers = asked_in(reading) if asked else ()
    quotes = [claim.span.text[:QUOTE_LENGTH] for claim in asked if claim.span] or [one[:QUOTE_LENGTH] for one in papers]
    yield Finding(
        code=Code.REQUEST_UNANSWERED,
        cause=cause_of(message.sha256),
        subject=f"message {message.sha256}",
        headline=ASKS[asked[0].intent][:1].upper() + ASKS[asked[0].intent][1:] if asked else "Can mean two things",
        says="; ".join([f"{supplier.name} {asks}", *papers[:PAPERS_MAX], *doubts]),
        facts={"clause": asks, "quote": quotes[0] if quotes else "", "doubts": doubts, "sender": reading.sender},
        supplier=supplier.number,
        order=next((str(link["ref"]) for link in message.links if link.get("what") == "order"), None),
        message=message.sha256,
        anew=True,
    )


def _refused_by_them(message: Message, reading: Reading, supplier: Supplier | None) -> Iterator[Finding]:
    """A message of ours that another system did not take: nobody there acts on it until it is said again."""
    for place, refused in enumerate(refusals_in(reading), start=1):
        yield Finding(
            code=Code.INTEGRATION_FAILED,
            cause=cause_of(message.sha256),
            subject=f"message {message.sha256}#refused{place}",
            headline="Their system refused a message of ours",
            says=refused.says,
            facts={
                "clause": f"did not take {refused.named}: their system refused it",
                "who": supplier.name if supplier else reading.sender or message.name,
                "case_name": "Refused by their system",
                "refused": refused.named,
                "errors": list(refused.errors),
                "owner_role": "intake_clerk",
            },
            supplier=supplier.number if supplier else None,
            message=message.sha256,
            anew=True,
        )


def _bank(event: Event, message: Message, reading: Reading, supplier: Supplier | None) -> Iterator[Finding]:
    """A wish to be paid elsewhere: by whomever it comes, it goes to the controller and changes nothing."""
    asked, intents = bank_requests(reading)
    if supplier is None or not (asked or intents):
        return
    quote = next((str(claim.value) for claim in asked), next((c.span.text for c in intents if c.span), ""))
    believed = Sender(event.facts["sender"]).believed
    clause = "asks to be paid to another account" if believed else "is named by somebody who asks for payment elsewhere"
    yield Finding(
        code=Code.BANK_DETAILS_CHANGED,
        cause=f"bank:{supplier.number}",
        subject=f"message {message.sha256}",
        headline="Bank change",
        says=f"{reading.sender or message.name} asks for payment to another account",
        facts={"clause": clause, "quote": quote[:QUOTE_LENGTH], "sender": reading.sender},
        supplier=supplier.number,
        message=message.sha256,
        anew=True,
    )
