"""How far a message's sender may be believed. Pure: a reading and what its sender was linked to, nothing else."""

from enum import StrEnum

from core.claims import Claim, DocumentKind, Intent, IntentClaim, PartState, Reading
from core.intake.authentic import failed
from core.intake.reports import report_in
from core.payables.document_checks import same_account

NOISE = {
    Intent.NEWSLETTER: "A newsletter",
    Intent.OUT_OF_OFFICE: "An out-of-office reply",
    Intent.SPAM: "Unasked advertising",
}
"""Intents that set a message aside when it holds nothing else."""

NAME_MAX = 100
"""A file's name is as long as its sender likes; so much of it is told."""

BUSINESS = (
    DocumentKind.INVOICE,
    DocumentKind.CREDIT_NOTE,
    DocumentKind.ORDER_CONFIRMATION,
    DocumentKind.DESPATCH_ADVICE,
    DocumentKind.STATEMENT,
)


class Sender(StrEnum):
    """Who wrote: somebody on a supplier's record, nobody we know, a look-alike, or somebody who failed authentication.
    `UPLOADED` is a bare file that a person of ours put in: it has no sender to believe."""

    KNOWN = "known"
    UPLOADED = "uploaded"
    UNKNOWN = "unknown"
    LOOK_ALIKE = "look_alike"
    FAILED = "failed"
    PHISHING = "phishing"

    @property
    def believed(self) -> bool:
        """Whether what the message says may be kept as the supplier's word."""
        return self in (Sender.KNOWN, Sender.UPLOADED)


def sender_of(reading: Reading, supplier: str | None, look_alike: str) -> Sender:
    """Who wrote the message, as far as can be told. Words in it that call it phishing outweigh a known address."""
    if any(claim.intent is Intent.PHISHING for claim in reading.intents):
        return Sender.PHISHING
    if look_alike:
        return Sender.LOOK_ALIKE
    if not reading.sender:
        return Sender.UPLOADED
    if supplier is None:
        return Sender.UNKNOWN
    return Sender.FAILED if failed(reading) else Sender.KNOWN


def bank_requests(reading: Reading) -> tuple[list[Claim], list[IntentClaim]]:
    """The passages that ask for payment to other bank details, and the intents that say the message does."""
    asked = [c for d in reading.documents for c in d.claims if c.field == "bank_change.request"]
    return asked, [c for c in reading.intents if c.intent is Intent.BANK_DETAILS_CHANGE]


def asks_for_another_account(reading: Reading, on_record: str) -> bool:
    """Whether a message wants money elsewhere: it says so, or a document of it names an account that is not on record."""
    if any(bank_requests(reading)):
        return True
    named = [str(c.value) for d in reading.documents for c in d.claims if c.field == "supplier.iban"]
    return any(not same_account(on_record, account) for account in named)


def noise(reading: Reading) -> str:
    """What a message is that nobody needs to see, in words; "" when it holds anything else."""
    if reading.of_kind(*BUSINESS):
        return ""
    report = report_in(reading)
    if report is not None:
        return report.says
    intents = {claim.intent for claim in reading.intents} - {Intent.OTHER}
    if not intents or not intents <= NOISE.keys():
        return ""
    return f"{NOISE[min(intents, key=list(NOISE).index)]}: nothing in it for us"


def unread(reading: Reading) -> list[tuple[str, str]]:
    """The parts that could not be read, each with the reason; logos and other harmless things are not among them."""
    return [
        ((part.name or part.path)[:NAME_MAX], part.why or "it could not be read")
        for part in reading.parts
        if part.state in (PartState.UNREADABLE, PartState.REFUSED)
    ]
