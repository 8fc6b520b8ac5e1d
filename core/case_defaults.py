"""What a code is by default: how heavy, how it is called in a queue, who owns it, how long an answer may take.

From the exception catalogue. Policy may shorten a clock or name another owner when proposals are recorded; the order of
weight is what a case is called by when it has several findings.
"""

from dataclasses import dataclass
from datetime import timedelta

from core.cases import Code


@dataclass(frozen=True, slots=True)
class Default:
    """`hours` to a decision, counted around the clock; `name` stands in the queue, `verb` before a headline in a
    sentence whose subject is the supplier, when a finding brings no clause of its own."""

    name: str
    owner_role: str
    hours: int
    verb: str
    severity: str = "normal"


BY_WEIGHT: dict[Code, Default] = {
    Code.BANK_DETAILS_CHANGED: Default("Bank details change requested", "controller", 4, "asks for:", "high"),
    Code.INVOICE_DUPLICATE: Default("Possible duplicate invoice", "ap_lead", 24, "billed again:"),
    Code.INVOICE_WITHOUT_ORDER: Default("Invoice without a purchase order", "ap_lead", 48, "billed:"),
    Code.FACT_CONFLICT: Default("Documents contradict each other", "ap_lead", 24, "sent documents that conflict:"),
    Code.INVOICE_ARITHMETIC: Default("Invoice does not add up", "ap_lead", 48, "sent an invoice that is off:"),
    Code.INVOICE_TAX_MISMATCH: Default("Tax does not compute", "ap_lead", 48, "billed other tax:"),
    Code.INVOICE_BEFORE_RECEIPT: Default("Invoice before receipt", "ap_lead", 48, "billed"),
    Code.INVOICE_QUANTITY_VARIANCE: Default("Short receipt", "ap_lead", 48, "billed"),
    Code.INVOICE_PRICE_VARIANCE: Default("Price variance", "buyer", 48, "billed:"),
    Code.CHARGE_UNPLANNED: Default("Unplanned charge", "buyer", 48, "charged"),
    Code.INVOICE_MATCHED: Default("Invoice matches", "ap_lead", 48, "billed:"),
    Code.DAMAGED_RECEIPT: Default("Damaged goods", "receiving_lead", 4, "delivered"),
    Code.INSPECTION_FAILED: Default("Failed inspection", "receiving_lead", 24, "delivered"),
    Code.SHORT_RECEIPT: Default("Short receipt", "receiving_lead", 4, "delivered"),
    Code.OVER_RECEIPT: Default("Over-receipt", "receiving_lead", 24, "delivered"),
    Code.INVENTORY_SHORTAGE: Default("Inventory shortage", "inventory_planner", 4, "runs short:"),
    Code.SAFETY_STOCK_BREACH: Default("Safety stock breach", "inventory_planner", 24, "falls under its safety stock:"),
    Code.BOOK_STOCK_IMPOSSIBLE: Default("Stock that cannot be", "inventory_controller", 4, "cannot be on the books:"),
    Code.STOCK_VARIANCE: Default("Stock variance", "inventory_controller", 24, "found"),
    Code.LOT_EXPIRY: Default("Stock that will expire", "inventory_planner", 48, "has stock that expires:"),
    Code.SUPPLIER_DELAY: Default("Supplier delay", "buyer", 8, "delivers late:"),
    Code.SUPPLIER_SHORT_CONFIRMATION: Default("Short confirmation", "buyer", 8, "confirmed"),
    Code.SUPPLIER_PRICE_CHANGE: Default("Price change", "buyer", 24, "confirmed another price:"),
    Code.UNCONFIRMED_ORDER: Default("Unconfirmed order", "buyer", 24, "has not answered:"),
    Code.REQUEST_UNANSWERED: Default("Waits for an answer", "buyer", 8, "writes:"),
    Code.SENDER_UNKNOWN: Default("Unknown sender", "intake_clerk", 4, "wrote:"),
    Code.DOCUMENT_UNREADABLE: Default("Unreadable document", "intake_clerk", 4, "sent what we cannot read:"),
    Code.INTEGRATION_FAILED: Default("Mail that did not get through", "intake_clerk", 4, "was not reached:"),
    Code.INVOICE_MATCHED: Default("Invoice matches", "ap_lead", 48, "billed:", "low"),
}
"""Every code, the heaviest first."""

STANDING = frozenset(
    (
        Code.INVENTORY_SHORTAGE,
        Code.SAFETY_STOCK_BREACH,
        Code.STOCK_VARIANCE,
        Code.LOT_EXPIRY,
        Code.BOOK_STOCK_IMPOSSIBLE,
    )
)
"""What is wrong with the books themselves, as long as the books say so: a way that mends a part of it leaves the case
open for the rest."""

ROOT_CAUSES: dict[str, dict[str, str]] = {
    Code.INVENTORY_SHORTAGE: {
        "supply_late": "Supply came late",
        "demand_rose": "More was wanted than planned",
        "claimed_by_others": "Pieces were kept for others",
        "lost_or_damaged": "Pieces were lost or damaged",
        "planned_too_low": "Too little was planned",
        "not_found_out": "Not found out",
    },
    Code.SAFETY_STOCK_BREACH: {
        "supply_late": "Supply came late",
        "demand_rose": "More was wanted than planned",
        "lost_or_damaged": "Pieces were lost or damaged",
        "planned_too_low": "The order point is too low",
        "policy_too_high": "The safety stock is too high",
        "not_found_out": "Not found out",
    },
    Code.LOT_EXPIRY: {
        "bought_too_much": "Too much was bought",
        "demand_fell": "Less was wanted than planned",
        "came_too_old": "Came with too few days left",
        "not_rotated": "Later lots were used first",
        "not_found_out": "Not found out",
    },
    Code.STOCK_VARIANCE: {
        "misplaced": "Lay in another place",
        "unbooked_issue": "An issue was not booked",
        "unbooked_receipt": "A receipt was not booked",
        "unit_mixed_up": "Units were mixed up",
        "item_mixed_up": "Items were mixed up",
        "damage": "Damaged",
        "theft": "Stolen",
        "not_found_out": "Not found out",
    },
    Code.BOOK_STOCK_IMPOSSIBLE: {
        "booked_late": "What came first was booked late",
        "wrong_place": "Told of another site or bin",
        "wrong_quantity": "Told with another quantity",
        "wrong_item": "Told of another item",
        "told_twice": "Told twice",
        "day_closed": "Told after its month was closed",
        "not_found_out": "Not found out",
    },
}
"""Why it came to this, by code: whoever decides says which. The other codes close with the way that was taken."""


def root_causes(code: str) -> dict[str, str]:
    """The root causes of a code with their words; none where the way taken says it."""
    return ROOT_CAUSES.get(code, {})


assert set(BY_WEIGHT) == set(Code), "a code without an owner would be nobody's"

WEIGHT: dict[str, int] = {code.value: place for place, code in enumerate(BY_WEIGHT)}


def sla(code: str) -> timedelta:
    """How long a decision may take by default."""
    return timedelta(hours=BY_WEIGHT[Code(code)].hours)
