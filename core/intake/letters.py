"""What can be wrong with mail itself: a letter of ours that did not get through, a message that stays in its mailbox.

A letter that fails is a case of its own beside the case it was written for, and goes to whoever owns that one: what was
decided there stands, and somebody must know that the other side was not told.
"""

from collections.abc import Iterator

from core.cases import Case, Cleared, Code, Finding
from core.erp import Erp, Event
from core.intake.tables import OutgoingMessage
from core.refusals import Refusal

HEADLINES = {
    "failed": "A letter could not be sent",
    "in_doubt": "Whether a letter was sent is not known",
    "bounced": "A letter was not delivered",
}
CLAUSES = {
    "failed": "was not told: our letter could not be sent",
    "in_doubt": "was perhaps not told: whether our letter went out is not known",
    "bounced": "was not told: our letter came back",
}


def not_delivered(erp: Erp, event: Event) -> Iterator[Finding]:
    """A letter that failed, came back, or of which nobody can tell."""
    letter = erp.need(OutgoingMessage, erp.entity, event.facts["number"], refusal=Refusal.MESSAGE_UNKNOWN)
    case = erp.session.get(Case, (erp.entity, letter.case))
    yield Finding(
        code=Code.INTEGRATION_FAILED,
        cause=letter_cause(letter.number),
        subject=f"outgoing_message {letter.number}",
        headline=HEADLINES[letter.state],
        says=f"“{letter.subject}” to {letter.recipient}: {letter.why}",
        facts={
            "clause": CLAUSES[letter.state],
            "who": letter.recipient_name or letter.recipient,
            "case_name": "Letter not delivered",
            "letter": letter.number,
            "state": letter.state,
            "recipient": letter.recipient,
            "subject": letter.subject,
            "for_case": letter.case,
            "owner_role": case.owner_role if case is not None else "intake_clerk",
        },
        supplier=case.supplier if case is not None else None,
        order=case.order if case is not None else None,
        anew=True,
    )


def settled(erp: Erp, event: Event) -> Iterator[Cleared]:
    """A person said what becomes of the letter."""
    number = event.facts["number"]
    yield Cleared(code=Code.INTEGRATION_FAILED, cause=letter_cause(number), subject="*")


def left(erp: Erp, event: Event) -> Iterator[Finding]:
    """A message that is not fetched from its mailbox: a person fetches it."""
    facts = event.facts
    sender = facts["sender"] or "somebody"
    yield Finding(
        code=Code.INTEGRATION_FAILED,
        cause=_arrival_cause(event),
        subject=event.subject,
        headline="A message stays in its mailbox",
        says=f"“{facts['about'] or 'without a subject'}” from {sender} in {facts['mailbox']}: {facts['why']}",
        facts={
            "clause": f"sent what stays in the mailbox {facts['mailbox']}: {facts['why']}",
            "who": sender,
            "case_name": "Message left in its mailbox",
            "mailbox": facts["mailbox"],
            "uidvalidity": facts["uidvalidity"],
            "uid": facts["uid"],
            "owner_role": "intake_clerk",
        },
    )


def arrival_settled(erp: Erp, event: Event) -> Iterator[Cleared]:
    """A person dealt with a message that was left."""
    yield Cleared(code=Code.INTEGRATION_FAILED, cause=_arrival_cause(event), subject="*")


def letter_cause(number: str) -> str:
    """The cause that findings on one letter fold by."""
    return f"letter:{number}"


def _arrival_cause(event: Event) -> str:
    return f"mailbox:{event.facts['mailbox']}:{event.facts['uidvalidity']}:{event.facts['uid']}"
