"""What no table, version or entity can loosen. Each guardrail reads facts and answers, or keeps silent.

A verdict takes the strictest answer, so a guardrail can only raise. Flags that come from documents stand here: a claim
raises scrutiny and never lowers it.
"""

from collections.abc import Callable
from dataclasses import fields
from decimal import Decimal

from core.canonical import digest
from core.case_defaults import BY_WEIGHT
from core.judging import Answer, JudgedFacts, Ruling
from core.wording import amount, percent
from policies.options import CLOSED_WHERE, MONEY, STEPS
from policies.roles import LIMITS

VERSION = "guardrail 5"
TWO_OVER = Decimal(5000)
"""Above this, one signature is never enough (entity currency)."""

CEILINGS: dict[str, Decimal] = {
    "pays": Decimal(5000),
    "disputes": Decimal(250),
    "credit": Decimal(250),
    "commits": Decimal(0),
    "writes_off": Decimal(0),
    "freight_unplanned": Decimal(100),
    "price_variance_pct": Decimal(5),
    "price_variance_amount": Decimal(500),
    "tax_difference": Decimal(1),
    "rounding_difference": Decimal(5),
    "need_by_slips_days": Decimal(0),
}
"""The most that any table of any entity may allow without a person. Above it a person is asked, whatever the table says."""

ANYBODY = ("ap_lead", "buyer", "buyers_manager", "receiving_lead", "intake_clerk", "controller")
ANYBODY_OF_STOCK = (*ANYBODY, "inventory_planner", "inventory_controller")
SECOND = ("ap_lead", "buyers_manager", "receiving_lead", "inventory_controller", "controller")
SEVERITIES = ("low", "normal", "high", "critical")
FIGURES = tuple(field.name for field in fields(JudgedFacts) if field.type in (Decimal, "Decimal"))

Guardrail = Callable[[JudgedFacts], Ruling | None]


def known_values(facts: JudgedFacts) -> Ruling | None:
    """A value that nobody here knows is nobody's to allow: a code, a severity, a negative or endless figure."""
    strange = [code for code in facts.codes if code not in BY_WEIGHT]
    strange += [] if facts.severity in SEVERITIES else [facts.severity]
    figures = {name: getattr(facts, name) for name in FIGURES}
    strange += [name for name, figure in figures.items() if not figure.is_finite() or figure < 0]
    strange += [] if facts.at.tzinfo is not None and facts.currency else ["time or currency"]
    if not strange:
        return None
    return _refuse("silence", f"No rule knows {', '.join(strange)}")


def closed_set(facts: JudgedFacts) -> Ruling | None:
    """A way out consists of its own steps and of no others."""
    steps = STEPS.get(facts.option)
    strange = () if steps is None else tuple(action for action in facts.actions if action not in steps)
    if steps is not None and not strange:
        return None
    says = (
        f"{', '.join(strange)} is no step of {facts.option}" if strange else f"{facts.option or 'This'} is no way out"
    )
    return _refuse("closed-set", says)


def doubtful_sender(facts: JudgedFacts) -> Ruling | None:
    """Nobody is believed from now on who looks like somebody else, or who asks for payment to another account."""
    shut = CLOSED_WHERE.get(facts.option)
    if shut is None:
        return None
    named = [code for code in facts.codes if code in shut]
    if not facts.sender_doubtful and not named:
        return None
    return _refuse(
        "doubtful-sender", "The sender is in doubt, or asks for payment elsewhere: nobody links such a sender"
    )


def bank_details(facts: JudgedFacts) -> Ruling | None:
    """Bank details: never by an agent, never by mail. A case about them is closed by two who called the number on file."""
    if facts.new_payee or any("Bank" in action or "Payee" in action for action in facts.actions):
        return _refuse("bank-details", "Agents may never propose it")
    asked = facts.touches_bank_details or "bank_details_changed" in facts.codes
    if not asked:
        return None
    if _moves_money(facts):
        return _refuse(
            "bank-details", "Set apart: no payment is decided together with a request for other bank details"
        )
    says = "Somebody calls the number on file, two sign that it was done"
    return _ask("bank-details", says, ("controller",), ("controller", "ap_lead"))


def two_over_limit(facts: JudgedFacts) -> Ruling | None:
    """Money above the limit needs two people, one of them a controller."""
    most = stakes(facts)
    if most <= TWO_OVER:
        return None
    says = f"{amount(most, facts.currency)} is over {_whole(TWO_OVER, facts)}, two sign"
    return _ask("two-over-5000", says, SECOND, ("controller",))


def as_decided(facts: JudgedFacts) -> Ruling | None:
    """What several had to sign for is not taken back by fewer."""
    if facts.option != "undo" or not facts.decided_by:
        return None
    return _ask("as-decided", "Taken back by whoever could decide it", *facts.decided_by)


def claims(facts: JudgedFacts) -> Ruling | None:
    """What rests on the supplier's word alone is for a person, whatever its size."""
    if not facts.relies_on_claim:
        return None
    return _ask("claims", "Rests on what the supplier wrote; nothing of ours attests it", ANYBODY)


def four_eyes(facts: JudgedFacts) -> Ruling | None:
    """An edited proposal is signed by somebody else than its editor; the duties see to who that is."""
    if not (facts.edited or facts.edited_by):
        return None
    return _ask("four-eyes", "Edited by a person, another must sign", ANYBODY)


def known_sender(facts: JudgedFacts) -> Ruling | None:
    """A message from a sender who is not on the supplier's record moves no money without a person."""
    if facts.sender_known or not _moves_money(facts):
        return None
    return _ask("known-sender", "The sender is not on the supplier's record", ANYBODY)


def authentication(facts: JudgedFacts) -> Ruling | None:
    """A sender that failed authentication is nobody."""
    if facts.sender_authenticated is not False or not _moves_money(facts):
        return None
    return _ask("sender-authentication", "The sender failed authentication", ("controller",))


def hidden_text(facts: JudgedFacts) -> Ruling | None:
    """A document that hides text from its reader is looked at by a person."""
    if not facts.hidden_text:
        return None
    return _ask("hidden-text", "The message hides text from its reader", ANYBODY)


def injection(facts: JudgedFacts) -> Ruling | None:
    """A document that gives instructions is looked at by a person, and obeyed by nobody."""
    if not facts.injection_suspected:
        return None
    return _ask("injection", "The message gives instructions to whoever reads it; none was followed", ANYBODY)


def contradiction(facts: JudgedFacts) -> Ruling | None:
    """Where documents say different things of one matter, a person chooses whom to believe before money moves."""
    if "fact_conflict" not in facts.codes or not _moves_money(facts):
        return None
    return _ask("contradiction", "Documents contradict each other; a person chooses which to believe", ANYBODY)


def readable(facts: JudgedFacts) -> Ruling | None:
    """A message of which a part could not be read is seen by a person before money moves."""
    if facts.readable or not _moves_money(facts):
        return None
    return _ask("unreadable", "A part of the message could not be read", ANYBODY)


def twice(facts: JudgedFacts) -> Ruling | None:
    """Nothing is paid while it may be the same bill again."""
    if not (facts.duplicates_suspected or "invoice_duplicate" in facts.codes) or not _moves_money(facts):
        return None
    return _refuse("duplicate", "It may be the same bill again; settle that first")


def unknown_supplier(facts: JudgedFacts) -> Ruling | None:
    """Nothing is paid to a party that is not in master data."""
    if facts.supplier_known or not _moves_money(facts):
        return None
    return _refuse("unknown-supplier", "There is no such supplier in master data")


def currency(facts: JudgedFacts) -> Ruling | None:
    """A bill in another currency than its order's, or in one without a rate, is not posted."""
    if not facts.currency_differs or not _moves_money(facts):
        return None
    return _refuse("currency", "It is in another currency than its order, or in one without a rate")


def letters(facts: JudgedFacts) -> Ruling | None:
    """What we write to a supplier goes out when a person said so."""
    if "SendMessage" not in facts.actions:
        return None
    return _ask("letters", "A letter goes out only when a person sends it", ANYBODY)


def ceilings(facts: JudgedFacts) -> Ruling | None:
    """What no table may allow alone. Silent where somebody is asked anyway."""
    over = [name for name, most in CEILINGS.items() if getattr(facts, name) > most]
    if not over:
        return None
    worst = over[0]
    says = f"{_figure(worst, getattr(facts, worst), facts)} is over what any rule may allow alone"
    return _ask("by-rule", says, ANYBODY_OF_STOCK)


GUARDRAILS: tuple[Guardrail, ...] = (
    known_values, closed_set, doubtful_sender, bank_details, twice, unknown_supplier, currency,
    two_over_limit, as_decided, claims, four_eyes, known_sender, authentication, hidden_text, injection,
    contradiction, readable, letters, ceilings,
)  # fmt: skip

QUIET = frozenset(("by-rule", "letters", "known-sender"))
"""Said only where no other rule asks for at least as much: they add no line to a card that says it already."""

LISTED: tuple[tuple[str, str, Answer], ...] = (
    ("bank-details", "Bank details are never changed by an agent; two close such a case", Answer.REFUSE),
    ("not-the-buyer", "A buyer never approves her own order", Answer.REFUSE),
    ("claims", "A claim never lowers scrutiny", Answer.ASK),
    ("two-over-5000", "Over $5,000 always two", Answer.ASK),
    ("as-decided", "What two signed for is not undone by one", Answer.ASK),
    ("four-eyes", "Who edits does not sign", Answer.REFUSE),
    ("silence", "No row, no approval", Answer.REFUSE),
    ("closed-set", "No step outside the closed set", Answer.REFUSE),
    ("duplicate", "Nothing is paid twice", Answer.REFUSE),
    ("unknown-supplier", "No payment to a party without a record", Answer.REFUSE),
    ("currency", "No posting in another currency than the order's, or without a rate", Answer.REFUSE),
    ("known-sender", "No money by rule on an unknown sender's word", Answer.ASK),
    ("doubtful-sender", "A look-alike, or a stranger with a new account, is never linked to a supplier", Answer.REFUSE),
    ("sender-authentication", "A sender that failed authentication goes to a controller", Answer.ASK),
    ("hidden-text", "Hidden text goes to a person", Answer.ASK),
    ("injection", "Instructions in a document go to a person", Answer.ASK),
    ("contradiction", "No money by rule while documents contradict each other", Answer.ASK),
    ("unreadable", "What could not be read goes to a person", Answer.ASK),
    ("letters", "No letter goes out by rule", Answer.ASK),
    ("by-rule", "No rule allows more than its ceiling", Answer.ASK),
)
"""Every guardrail for people: its id, what it says, and how strict it is."""


def stakes(facts: JudgedFacts) -> Decimal:
    """The money that a proposal moves, for limits and signatures. Undoing moves as much as what it undoes."""
    return max(facts.pays, facts.credit, facts.commits, facts.writes_off)


def fingerprint() -> str:
    """A hash over the guardrails' figures and version, as a part of the policy's version."""
    return digest([VERSION, TWO_OVER, CEILINGS, STEPS, LIMITS])[:12]


def _moves_money(facts: JudgedFacts) -> bool:
    return any(action in MONEY for action in facts.actions)


def _whole(value: Decimal, facts: JudgedFacts) -> str:
    return amount(value, facts.currency).removesuffix(".00")


def _figure(name: str, value: Decimal, facts: JudgedFacts) -> str:
    if name.endswith("_days"):
        return f"{value} days"
    return percent(value) if name.endswith("_pct") else amount(value, facts.currency)


def _ask(rule: str, says: str, *groups: tuple[str, ...]) -> Ruling:
    return Ruling(rule=rule, answer=Answer.ASK, says=says, version=VERSION, groups=groups)


def _refuse(rule: str, says: str) -> Ruling:
    return Ruling(rule=rule, answer=Answer.REFUSE, says=says, version=VERSION)
