"""What a message of somebody we know asks or reports that no command can keep: it waits for a person. Pure.

A reminder or a question beside an invoice or a confirmation that was kept is answered by what becomes of those. A
statement, a remittance, a quotation or a carrier's notice asks nothing of anybody: it is shown and set aside.
"""

from core.claims import Check, Intent, IntentClaim, Reading

ASKS = {
    Intent.ORDER_CANCELLATION: "writes that an order is cancelled, or shall be",
    Intent.ORDER_CHANGE_REQUEST: "asks for an order to be changed",
    Intent.DISCONTINUED_ITEM: "writes that an item is no longer made",
    Intent.RETURN_REQUEST: "writes of goods that shall go back",
    Intent.DAMAGED_GOODS: "writes of damaged goods",
    Intent.WRONG_GOODS: "writes of wrong goods",
    Intent.CUSTOMER_COMPLAINT: "complains",
    Intent.CUSTOMER_ORDER: "places an order with us",
    Intent.PAYMENT_REMINDER: "reminds us of a payment",
    Intent.QUESTION_STATUS: "asks how something stands",
}
"""What waits for an answer, in words; the weightiest first."""
ANSWERED_BY_WHAT_WAS_KEPT = frozenset((Intent.PAYMENT_REMINDER, Intent.QUESTION_STATUS))
DOUBTS = frozenset(("date_is_certain", "number_is_certain"))
"""Checks of a letter or sheet whose failing means that a day or a number was left open."""


def waits(reading: Reading, *, kept: bool) -> tuple[IntentClaim, ...]:
    """What a message asks or reports and nothing else answers, the weightiest first. `kept` tells that a command kept
    something of it."""
    settled = ANSWERED_BY_WHAT_WAS_KEPT if kept else frozenset()
    asked = [claim for claim in reading.intents if claim.intent in ASKS and claim.intent not in settled]
    return tuple(sorted(asked, key=lambda claim: list(ASKS).index(claim.intent)))


def left_open(reading: Reading) -> tuple[Check, ...]:
    """The days and numbers of its letters and sheets that could mean two things."""
    return tuple(check for document in reading.documents for check in document.failed() if check.name in DOUBTS)
