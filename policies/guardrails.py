"""What no table, version or entity can loosen. Each guardrail reads facts and answers, or keeps silent.

A verdict takes the strictest answer, so a guardrail can only raise. Flags that come from documents stand here: a claim
raises scrutiny and never lowers it.
"""

from collections.abc import Callable
from decimal import Decimal

from core.judging import Answer, JudgedFacts, Ruling
from core.wording import amount

TWO_OVER = Decimal(5000)
"""Above this, one signature is never enough (entity currency)."""
OUT_OF_BAND = ("controller",)
MONEY = ("PostInvoice", "PostWithoutOrder", "PostCreditNote", "IssueDebitNote")
VERSION = "guardrail"

Guardrail = Callable[[JudgedFacts], Ruling | None]


def bank_details(facts: JudgedFacts) -> Ruling | None:
    """Bank details: never by an agent, never by mail. A case about them is closed by two who called the number on file."""
    if facts.new_payee or any("Bank" in action for action in facts.actions):
        return _refuse("bank-details", "A payee is never a parameter")
    if not facts.touches_bank_details:
        return None
    return _ask(
        "bank-details",
        "Somebody calls the number on file, two sign that it was done",
        OUT_OF_BAND,
        ("controller", "ap_lead"),
    )


def two_over_limit(facts: JudgedFacts) -> Ruling | None:
    """Money above the limit needs two people."""
    most = max(facts.pays, facts.writes_off, facts.commits)
    if most <= TWO_OVER:
        return None
    says = f"{amount(most, facts.currency)} is over {amount(TWO_OVER, facts.currency)}, two sign"
    return _ask("two-over-5000", says, ("ap_lead", "buyers_manager", "receiving_lead", "controller"), ("controller",))


def claims(facts: JudgedFacts) -> Ruling | None:
    """What rests on the supplier's word alone is for a person, whatever its size."""
    if not facts.relies_on_claim:
        return None
    return _ask("claims", "Rests on what the supplier wrote; nothing of ours attests it", ANYBODY)


def four_eyes(facts: JudgedFacts) -> Ruling | None:
    """An edited proposal is signed by somebody else than its editor; the duties see to who that is."""
    if not facts.edited:
        return None
    return _ask("four-eyes", "Edited by a person, another must sign", ANYBODY)


def known_sender(facts: JudgedFacts) -> Ruling | None:
    """A message from a sender who is not on the supplier's record moves no money without a person."""
    if facts.sender_known or not any(action in MONEY for action in facts.actions):
        return None
    return _ask("known-sender", "The sender is not on the supplier's record", ANYBODY)


def authentication(facts: JudgedFacts) -> Ruling | None:
    """A sender that failed authentication is nobody."""
    if facts.sender_authenticated is not False or not any(action in MONEY for action in facts.actions):
        return None
    return _ask("sender-authentication", "The sender failed authentication", ("controller",))


def hidden_text(facts: JudgedFacts) -> Ruling | None:
    """A document that hides text from its reader is looked at by a person."""
    if not (facts.hidden_text or facts.injection_suspected):
        return None
    return _ask("hidden-text", "The message hides text from its reader", ANYBODY)


def unknown_supplier(facts: JudgedFacts) -> Ruling | None:
    """Nothing is paid to a party that is not in master data."""
    if facts.supplier_known or not any(action in MONEY for action in facts.actions):
        return None
    return _refuse("unknown-supplier", "There is no such supplier in master data")


def currency(facts: JudgedFacts) -> Ruling | None:
    """Another currency than the books' is not posted: rates are not there yet."""
    if not facts.currency_differs or not any(action in MONEY for action in facts.actions):
        return None
    return _refuse("currency", "Invoices in another currency are not posted yet")


ANYBODY = ("ap_lead", "buyer", "buyers_manager", "receiving_lead", "intake_clerk", "controller")

GUARDRAILS: tuple[Guardrail, ...] = (
    bank_details,
    two_over_limit,
    claims,
    four_eyes,
    known_sender,
    authentication,
    hidden_text,
    unknown_supplier,
    currency,
)


def _ask(rule: str, says: str, *groups: tuple[str, ...]) -> Ruling:
    return Ruling(rule=rule, answer=Answer.ASK, says=says, version=VERSION, groups=groups)


def _refuse(rule: str, says: str) -> Ruling:
    return Ruling(rule=rule, answer=Answer.REFUSE, says=says, version=VERSION)
