"""Of two intents that the same words show, the one that is meant. `intents` finds, this chooses."""

import re
from collections.abc import Sequence

from core.claims import Document, DocumentKind, Intent, Span

DECIDED = frozenset(
    (
        Intent.CUSTOMER_ORDER,
        Intent.ORDER_CANCELLATION,
        Intent.REMITTANCE_ADVICE,
        Intent.DAMAGED_GOODS,
        Intent.WRONG_GOODS,
    )
)
"""What nobody wants, or reports, as long as he makes it conditional ("if the tender goes our way we will order")."""
_ASKED_BESIDE = frozenset(
    (
        Intent.DAMAGED_GOODS, Intent.WRONG_GOODS, Intent.RETURN_REQUEST, Intent.CUSTOMER_COMPLAINT, Intent.DISPUTE,
        Intent.PAYMENT_REMINDER, Intent.SUBSTITUTION_OFFER, Intent.FREIGHT_NOTICE,
    )
)  # fmt: skip
"""A question beside one of these asks what shall become of it, not how an order stands."""
_NOT_OF_A_CREDIT = frozenset((Intent.DESPATCH_ADVICE, Intent.DAMAGED_GOODS, Intent.WRONG_GOODS))
"""A credit note is no shipment when it is "on its way", and "for the 14 damaged rolls" reports no damage."""
_INVOICE = re.compile(r"\b(?:invoices?|Rechnung\w*|factures?|facturas?|factuur)\b", re.I)
TAKEN_BACK = frozenset((Intent.ORDER_CANCELLATION, Intent.ORDER_CHANGE_REQUEST, Intent.CUSTOMER_ORDER))
NOT = re.compile(r"\b(?:not|nicht|pas|niet|n[o\u00f3]t? yet)\b", re.I)
"""Inside the words that would show one of those: "the order is not cancelled"."""
_BY_A_BUYER = frozenset(
    (
        Intent.DAMAGED_GOODS, Intent.WRONG_GOODS, Intent.RETURN_REQUEST, Intent.CUSTOMER_COMPLAINT, Intent.CUSTOMER_ORDER,
        Intent.ORDER_CHANGE_REQUEST, Intent.DISPUTE, Intent.FREIGHT_NOTICE,
    )
)  # fmt: skip


def meant(text: str, intent: Intent, shown: Sequence[tuple[Intent, int, int]], *, conditional: bool) -> bool:
    """Whether a sentence that shows an intent means it, beside what else it shows."""
    if conditional and intent in DECIDED:
        return False
    if intent is Intent.CUSTOMER_ORDER and Intent.RETURN_REQUEST in {one for one, _, _ in shown}:
        return False  # "please send the 12 valves back"
    return intent not in _of_a_credit(text, shown)


def settle(found: dict[Intent, Span | None], documents: tuple[Document, ...]) -> None:
    """Of two intents that the same words show, the one that is meant."""
    if (
        Intent.SHORT_CONFIRMATION in found
        and Intent.PARTIAL_SHIPMENT in found
        and Intent.ORDER_CONFIRMATION not in found
    ):
        del found[Intent.SHORT_CONFIRMATION]  # the goods were sent short: nothing is being confirmed
    if Intent.ORDER_CANCELLATION in found and Intent.PARTIAL_SHIPMENT in found:
        found.setdefault(Intent.SHORT_CONFIRMATION, found.pop(Intent.PARTIAL_SHIPMENT))  # no rest will follow
    if found.keys() & _BY_A_BUYER and Intent.ORDER_CONFIRMATION not in found:
        found.pop(Intent.SHORT_CONFIRMATION, None)  # what came short, told by whoever got it
    if Intent.REMITTANCE_ADVICE in found and DocumentKind.CREDIT_NOTE not in {d.kind for d in documents}:
        found.pop(Intent.CREDIT_NOTE, None)  # money is sent for one: it came before
    if Intent.CUSTOMER_COMPLAINT in found:
        found.pop(Intent.SUPPLIER_DELAY, None)
    if found.keys() & _ASKED_BESIDE:
        found.pop(Intent.QUESTION_STATUS, None)
    if Intent.INVOICE_CORRECTION in found and DocumentKind.CREDIT_NOTE not in {d.kind for d in documents}:
        found.pop(Intent.CREDIT_NOTE, None)


def _of_a_credit(text: str, shown: Sequence[tuple[Intent, int, int]]) -> frozenset[Intent]:
    """What a sentence about a credit note does not show. "Credit note 5 to invoice 7 is attached" encloses no invoice;
    "invoice 7 and credit note 5 are attached" does."""
    start = next((start for intent, start, _ in shown if intent is Intent.CREDIT_NOTE), None)
    if start is None:
        return frozenset()
    return _NOT_OF_A_CREDIT if _INVOICE.search(text[:start]) else _NOT_OF_A_CREDIT | {Intent.INVOICE_ENCLOSED}
