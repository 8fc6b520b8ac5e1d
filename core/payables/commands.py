"""Commands on supplier invoices, claims and debit notes."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.command import Command


@dataclass(frozen=True, kw_only=True, slots=True)
class BilledLine:
    """One line as the supplier billed it. `kind` is goods or charge. Order and item are what it was linked to."""

    kind: str = "goods"
    description: str = ""
    supplier_item: str = ""
    item: str | None = None
    order_line: int | None = None
    quantity: Decimal | None = None
    unit: str = ""
    price: Decimal | None = None
    amount: Decimal | None = None
    tax_rate: Decimal | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class RegisterInvoice(Command):
    """Keep an invoice as billed, claims as what they are, and match it. Books nothing in the ledger."""

    kind: str = "invoice"  # invoice, credit_note, correction
    supplier: str | None = None
    their_number: str
    invoice_date: date | None = None
    due_date: date | None = None
    currency: str
    net_total: Decimal | None = None
    tax_total: Decimal | None = None
    tax_rate: Decimal | None = None
    total: Decimal | None = None
    order: str | None = None
    their_order: str = ""
    corrects: str = ""  # the supplier's number of the invoice it corrects, as written
    pays_to: str = ""
    lines: tuple[BilledLine, ...]
    checks_failed: tuple[str, ...] = ()  # what the reader's arithmetic and rules found, a sentence each
    tax_checks_failed: tuple[str, ...] = ()  # the same about tax
    contradictions: tuple[
        str, ...
    ] = ()  # where papers of one invoice, or its data and its picture, say different things
    message: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class AcceptedLine:
    """What we accept of a billed line: so many, at so much. Charges: quantity 1 and the amount as price."""

    line: int
    quantity: Decimal
    price: Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class PostInvoice(Command):
    """Book what we owe for an invoice: the accepted lines, the tax on them, and where a price differs from the order
    the variance. Never more than billed; never to anyone but the supplier of record."""

    invoice: str
    lines: tuple[AcceptedLine, ...]
    tax: Decimal = Decimal(0)
    rounding: Decimal = Decimal(0)  # what the bill's total is off its own lines and tax, taken as it is; signed
    due_date: date | None = None  # by the supplier's terms when None; a sooner date than those is not taken
    day: date | None = None  # on which it is booked; today when None
    rate: Decimal | None = None  # of its currency; as agreed on the order, else of the day it is booked on, when None


@dataclass(frozen=True, kw_only=True, slots=True)
class ProposeMatched(Command):
    """Put an invoice that nothing is wrong with on the staircase, so that a rule (or a person) decides to post it."""

    invoice: str


@dataclass(frozen=True, kw_only=True, slots=True)
class HoldInvoice(Command):
    """Keep an invoice unpaid until something happens: a receipt, a correction, an answer."""

    invoice: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ReleaseInvoice(Command):
    """Take a held invoice off hold, to be matched again."""

    invoice: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RejectInvoice(Command):
    """Refuse an invoice for good (a duplicate, not ours)."""

    invoice: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class NotADuplicate(Command):
    """A person looked: this invoice is another one, or a correction. It is matched like any other from here."""

    invoice: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkInvoice(Command):
    """Tie an invoice to a supplier and one of its orders, and match it again."""

    invoice: str
    order: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PostWithoutOrder(Command):
    """Book an invoice that has no order to an expense account: the non-PO approval."""

    invoice: str
    account: str
    amount: Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class ClaimReason:
    """Why, and how much of the claim is for it, in the claim's currency."""

    code: str
    says: str
    amount: Decimal
    line: int | None = None
    quantity: Decimal | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenClaim(Command):
    """Claim money back from a supplier. A memo until a debit note books it."""

    supplier: str
    reasons: tuple[ClaimReason, ...]
    invoice: str | None = None
    receipt: str | None = None
    order: str | None = None
    currency: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class IssueDebitNote(Command):
    """Book an open claim: payables down, and what was paid too much or lost back."""

    claim: str


@dataclass(frozen=True, kw_only=True, slots=True)
class WithdrawClaim(Command):
    claim: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PostCreditNote(Command):
    """Book a registered credit note against payables and settle the claim it answers, if any. Never more than it says."""

    invoice: str
    amount: Decimal
    claim: str | None = None
