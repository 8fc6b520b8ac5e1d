"""Ways out of an invoice whose paper is the trouble: hold it, ask for another, reject it, link it, book a credit note."""

from collections.abc import Iterable
from decimal import Decimal

from agents.propose.letters import letter
from agents.tools import CaseSeen, Tools
from core.books.accounts import PURCHASED_SERVICES
from core.canonical import text_of
from core.deciding.proposals import Action, Draft
from core.money import ZERO
from core.payables.match import Match
from core.wording import amount

PAPER_CODES = ("invoice_arithmetic", "invoice_tax_mismatch")
HOLD_DAYS = 7
LINKS_MAX = 3


def hold(case: CaseSeen, match: Match, reason: str, *, score: Decimal) -> Draft:
    """Hold the whole invoice. It wakes by itself, and as soon as a receipt changes the match."""
    return Draft(
        option="hold",
        title="Hold the whole invoice",
        says=f"Pay nothing of {amount(match.total_billed, match.currency)} {reason}.",
        actions=(_hold(case, match, reason),),
        amounts={"pays": ZERO, "disputes": ZERO},
        evidence=case.evidence,
        waits_days=HOLD_DAYS,
        score=score,
        why="Nothing is paid before it is clear",
    )


def ask_credit_note(case: CaseSeen, match: Match, tools: Tools) -> Draft:
    """Hold, and ask the supplier for a credit note over what is billed too much."""
    over = match.disputed
    sentences = (
        f"Your invoice {match.their_number} bills {amount(over, match.currency)} more than we ordered and received.",
        "Please send a credit note for it, and we will post the invoice as billed.",
    )
    subject = f"Invoice {match.their_number}: please send a credit note"
    return Draft(
        option="ask_credit_note",
        title="Hold, ask for a credit note",
        says=f"Pay nothing yet, ask for a credit note over {amount(over, match.currency)}.",
        actions=(
            _hold(case, match, "credit note asked for"),
            *letter(case, tools, sentences, subject=subject, says="Asks for a credit note"),
        ),
        amounts={"pays": ZERO, "disputes": match.booked(over)},
        evidence=case.evidence,
        waits_days=HOLD_DAYS,
        score=Decimal(35),
        why="Slower: the whole invoice waits for one paper",
    )


def ask_for_correction(case: CaseSeen, match: Match, tools: Tools) -> Draft:
    """Hold, and ask for a corrected invoice: its figures do not compute."""
    wrong = tuple(finding.says for finding in case.of(*PAPER_CODES, "fact_conflict"))
    sentences = (
        f"We cannot post your invoice {match.their_number}.",
        *(f"{says.rstrip('.')}." for says in wrong),
        "Please send a corrected invoice that refers to it.",
    )
    subject = f"Invoice {match.their_number}: please correct it"
    return Draft(
        option="ask_corrected",
        title="Hold, ask for a corrected invoice",
        says=f"Pay nothing of {amount(match.total_billed, match.currency)} until the figures compute.",
        actions=(
            _hold(case, match, "correction asked for"),
            *letter(case, tools, sentences, subject=subject, says="Says what does not compute"),
        ),
        amounts={"pays": ZERO, "disputes": ZERO},
        evidence=case.evidence,
        waits_days=HOLD_DAYS,
        score=Decimal(75) if case.has(*PAPER_CODES) else Decimal(30),
        why="A corrected paper is the supplier's to write",
    )


def duplicate(case: CaseSeen, match: Match, tools: Tools) -> Iterable[Draft]:
    """The same bill again: reject it, unless a person sees that it is another one."""
    named = (f.facts.get("duplicate_of_number") or f.facts.get("duplicate_of") for f in case.of("invoice_duplicate"))
    twin = next((str(name) for name in named if name), "")
    billed = amount(match.total_billed, match.currency)
    sentences = (
        f"Your invoice {match.their_number} over {billed} repeats {twin or 'one we have'}.",
        "We have not booked it a second time. If it is meant as a correction, please send it with a reference.",
    )
    yield Draft(
        option="reject_duplicate",
        title="Reject, it repeats an invoice we have",
        says=f"Book nothing of {amount(match.total_billed, match.currency)}; {twin or 'the first one'} stands.",
        actions=(
            Action(
                command={
                    "type": "RejectInvoice",
                    "entity": case.entity,
                    "invoice": match.invoice,
                    "reason": f"duplicate of {twin}",
                },
                title=f"Reject invoice {match.their_number}",
                says=f"Same as {twin}" if twin else "",
            ),
            *letter(
                case,
                tools,
                sentences,
                subject=f"Invoice {match.their_number} received twice",
                says="Says that it came twice",
            ),
        ),
        amounts={"pays": ZERO, "disputes": match.booked(match.total_billed)},
        flags={"duplicates_suspected": True},
        evidence=case.evidence,
        score=Decimal(90),
        why=next((f.says for f in case.of("invoice_duplicate")), ""),
    )
    yield Draft(
        option="not_duplicate",
        title="Not a duplicate, match it like any other",
        says="The invoice is matched again; nothing is paid by this alone.",
        actions=(
            Action(
                command={
                    "type": "NotADuplicate",
                    "entity": case.entity,
                    "invoice": match.invoice,
                    "reason": "seen by a person",
                },
                title=f"Take invoice {match.their_number} as another one",
            ),
        ),
        amounts={"pays": ZERO},
        flags={"duplicates_suspected": True},
        evidence=case.evidence,
        score=Decimal(20),
        why="Only when both were looked at",
    )


def without_order(case: CaseSeen, match: Match, tools: Tools) -> Iterable[Draft]:
    """No order was found: link one of the supplier's, approve without, or reject."""
    yield Draft(
        option="ask_order_number",
        title="Hold, ask which order it is for",
        says=f"Pay nothing of {amount(match.total_billed, match.currency)} until an order is named.",
        actions=(
            _hold(case, match, "no purchase order"),
            *letter(
                case,
                tools,
                (
                    f"Your invoice {match.their_number} names no purchase order of ours.",
                    "Please tell us the order number it is for.",
                ),
                subject=f"Invoice {match.their_number}: which order is it for?",
                says="Asks for the order number",
            ),
        ),
        amounts={"pays": ZERO},
        evidence=case.evidence,
        waits_days=HOLD_DAYS,
        score=Decimal(80),
        why="Nothing attests that it was ordered",
    )
    yield from _links(case, match, tools)
    if match.currency == match.books_currency and match.total_billed > 0 and match.supplier:
        yield _without(case, match)
    yield _reject(case, match, "not ordered by us")


def _links(case: CaseSeen, match: Match, tools: Tools) -> Iterable[Draft]:
    """A way for each of the supplier's open orders: link it and match again."""
    orders = tools.open_orders(case.supplier.number) if case.supplier else ()
    for order in list(orders)[:LINKS_MAX]:
        yield Draft(
            option=f"link_order {order.number}",
            title=f"Link to {order.number} and match again",
            says=f"{order.number} is open with this supplier; nothing is paid by this alone.",
            actions=(
                Action(
                    command={
                        "type": "LinkInvoice",
                        "entity": case.entity,
                        "invoice": match.invoice,
                        "order": order.number,
                    },
                    title=f"Link invoice {match.their_number} to {order.number}",
                ),
            ),
            amounts={"pays": ZERO},
            evidence=case.evidence,
            score=Decimal(40),
            why="An open order of the same supplier",
        )


def _without(case: CaseSeen, match: Match) -> Draft:
    """Pay on the supplier's word alone; policy says who may."""
    return Draft(
        option="approve_without_order",
        title="Approve without an order",
        says=f"Pay {amount(match.total_billed, match.currency)} as a purchased service.",
        actions=(
            Action(
                command={
                    "type": "PostWithoutOrder",
                    "entity": case.entity,
                    "invoice": match.invoice,
                    "account": PURCHASED_SERVICES,
                    "amount": text_of(match.total_billed),
                },
                title=f"Post invoice {match.their_number} without an order",
                amount=match.total_billed,
            ),
        ),
        amounts={"pays": match.total_billed},
        flags={"relies_on_claim": True},
        evidence=case.evidence,
        score=Decimal(30),
        why="Rests on the supplier's word alone",
    )


def credit_note(case: CaseSeen, match: Match) -> Iterable[Draft]:
    credit = abs(match.total_billed)
    yield Draft(
        option="post_credit_note",
        title="Book the credit note",
        says=f"It settles {match.claim}." if match.claim else f"Payables go down by {amount(credit, match.currency)}.",
        actions=(
            Action(
                command={
                    "type": "PostCreditNote",
                    "entity": case.entity,
                    "invoice": match.invoice,
                    "amount": text_of(credit),
                    "claim": match.claim,
                },
                title=f"Book credit note {match.their_number}",
                amount=match.booked(credit),
            ),
        ),
        amounts={"credit": match.booked(credit)},
        evidence=case.evidence,
        score=Decimal(90),
        why="It lowers what we owe",
    )


def _reject(case: CaseSeen, match: Match, reason: str) -> Draft:
    return Draft(
        option="reject",
        title="Reject the invoice",
        says=f"Book nothing of {amount(match.total_billed, match.currency)}.",
        actions=(
            Action(
                command={"type": "RejectInvoice", "entity": case.entity, "invoice": match.invoice, "reason": reason},
                title=f"Reject invoice {match.their_number}",
                says=reason,
            ),
        ),
        amounts={"pays": ZERO, "disputes": match.booked(match.total_billed)},
        evidence=case.evidence,
        score=Decimal(10),
        why="Only when it is not ours",
    )


def _hold(case: CaseSeen, match: Match, reason: str) -> Action:
    return Action(
        command={"type": "HoldInvoice", "entity": case.entity, "invoice": match.invoice, "reason": reason},
        title=f"Hold invoice {match.their_number}",
        says=reason,
    )
