"""Ways out when the message itself is the trouble: other bank details, an unknown sender, nothing that can be read."""

from collections.abc import Iterable
from decimal import Decimal

from agents.propose.letters import letter
from agents.tools import CaseSeen, Tools
from core.deciding.proposals import Action, Draft
from policies.options import CLOSED_WHERE

ANSWER_DAYS = 3


def bank_change(case: CaseSeen, tools: Tools) -> Iterable[Draft]:
    """Somebody asks for payment to another account. No option changes anything: the number on file is called."""
    supplier = case.supplier
    phone = supplier.contact_phone if supplier else ""
    name = supplier.name if supplier else "the supplier"
    yield Draft(
        option="verify_out_of_band",
        title=f"Call {name} at the number on file",
        says="Payments go on to the account on record. No message changes it, and no agent proposes it.",
        actions=(),
        flags={"touches_bank_details": True},
        evidence=case.evidence,
        score=Decimal(90),
        why=f"On file: {phone}" if phone else "A number from the message does not count",
    )
    sentences = (
        "We received a request to pay to another account.",
        "We do not change payment details because of a message. Please call the contact you know with us.",
    )
    refuse = letter(case, tools, sentences, subject="Your payment details", says="Says that mail changes nothing")
    if refuse:
        yield Draft(
            option="reject_bank_change",
            title="Refuse the change and tell the supplier",
            says="Payments go on to the account on record.",
            actions=refuse,
            flags={"touches_bank_details": True},
            evidence=case.evidence,
            score=Decimal(40),
            why="Goes to the contact on record, not to the sender",
        )


def unreadable(case: CaseSeen, tools: Tools) -> Iterable[Draft]:
    """Nothing reliable could be read."""
    sentences = (
        f"We could not read what you sent us{f' (“{case.subject}”)' if case.subject else ''}.",
        "Please send it again as a PDF with text, or as an electronic invoice.",
    )
    again = letter(case, tools, sentences, subject="Please send it again", says="Asks for a readable document")
    if again:
        yield Draft(
            option="ask_resend",
            title="Ask for a readable document",
            says="The case waits for the answer; the original is kept.",
            actions=again,
            evidence=case.evidence,
            waits_days=ANSWER_DAYS,
            score=Decimal(80),
            why=case.findings[0].says if case.findings else "",
        )
    if case.invoice is not None:  # it was registered, and only its lines could not be read
        reject = {
            "type": "RejectInvoice",
            "entity": case.entity,
            "invoice": case.invoice,
            "reason": "could not be read",
        }
        yield Draft(
            option="discard",
            title="Reject the invoice, with a reason",
            says="Nothing is booked; the message is kept.",
            actions=(Action(command=reject, title="Reject the invoice", says="could not be read"),),
            evidence=case.evidence,
            score=Decimal(30),
            why=case.findings[0].says if case.findings else "",
        )
        return
    yield _set_aside(case, "discard", "Discard it, with a reason", "nothing for us in it", score=Decimal(30))


def unanswered(case: CaseSeen, tools: Tools) -> Iterable[Draft]:
    """Somebody asks or reports what no rule keeps, or wrote a day or a number that could be two."""
    open_ = [str(doubt) for finding in case.of("request_unanswered") for doubt in finding.facts.get("doubts", ())]
    sentences = (
        f"Thank you for your message{f' (“{case.subject}”)' if case.subject else ''}.",
        *(f"In it, {doubt.split(':')[0]}. Which one do you mean?" for doubt in open_),
    )
    asked = letter(case, tools, sentences, subject="What do you mean?", says="Asks which one is meant") if open_ else ()
    if asked:
        yield Draft(
            option="ask_meaning",
            title="Ask what is meant",
            says="Nothing is taken from the message until the answer is there.",
            actions=asked,
            evidence=case.evidence,
            waits_days=ANSWER_DAYS,
            score=Decimal(80),
            why=open_[0],
        )
    yield _set_aside(case, "taken_care_of", "Taken care of: set it aside", "taken care of by hand", score=Decimal(60))
    yield _set_aside(case, "discard", "Discard it, with a reason", "nothing for us in it", score=Decimal(30))


def unknown_sender(case: CaseSeen, tools: Tools) -> Iterable[Draft]:
    """The sender is nobody we know, or only looks like somebody. Who looks like a supplier, failed authentication or wants
    money elsewhere is not linked to one: that way is not offered."""
    yield _set_aside(case, "ignore_sender", "Ignore the message", "sender unknown", score=Decimal(60))
    yield _set_aside(case, "report_phishing", "Report it as phishing", "reported as phishing", score=Decimal(40))
    domain = case.sender.rpartition("@")[2].lower()
    doubted = any(finding.facts.get("doubt") for finding in case.findings) or case.has(*CLOSED_WHERE["link_sender"])
    if case.supplier is not None and domain and not doubted:
        yield Draft(
            option="link_sender",
            title=f"Link {domain} to {case.supplier.name}",
            says="Only after a call to the number on file: from then on its mail counts as theirs.",
            actions=(
                Action(
                    command={
                        "type": "LinkSender",
                        "entity": case.entity,
                        "supplier": case.supplier.number,
                        "domain": domain,
                    },
                    title=f"Put {domain} on the supplier's record",
                ),
                Action(
                    command={
                        "type": "ReadAgain",
                        "entity": case.entity,
                        "message": case.message or "",
                        "reason": "linked",
                    },
                    title="Read the message again",
                    says="Now as theirs",
                ),
            ),
            flags={"relies_on_claim": True},
            evidence=case.evidence,
            score=Decimal(20),
            why="The message names this supplier's order; anybody can",
        )


def _set_aside(case: CaseSeen, option: str, title: str, reason: str, *, score: Decimal) -> Draft:
    return Draft(
        option=option,
        title=title,
        says="The message is kept and set aside with the reason.",
        actions=(
            Action(
                command={"type": "SetAside", "entity": case.entity, "message": case.message or "", "reason": reason},
                title="Set the message aside",
                says=reason,
            ),
        ),
        evidence=case.evidence,
        score=score,
        why=case.findings[0].says if case.findings else "",
    )
