"""What documents say, each value with the place that literally contains it.

A `Claim` is never a fact: it is what somebody wrote (DESIGN.md, promise 4). It enters the books only as what it is
(the invoice as billed, a date as promised), and rules read attested or derived values. The types here are plain frozen
data, so that readers can make them, the core can store them and pages can show them without any of the three knowing
the others.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

_EXTRAS = ("invoice.charge", "invoice.allowance")

type_of_value = {"text": str, "decimal": Decimal, "date": date}
"""The three types a claim's value may have; anything richer is several claims."""


class DocumentKind(StrEnum):
    """What one document is. A message holds one `MAIL` and any number of the others."""

    MAIL = "mail"
    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"
    ORDER_CONFIRMATION = "order_confirmation"
    DESPATCH_ADVICE = "despatch_advice"
    ORDER = "order"
    ORDER_CHANGE = "order_change"
    ORDER_CANCELLATION = "order_cancellation"
    RECEIVING_ADVICE = "receiving_advice"  # what somebody counted that we sent, or a warehouse for us
    SHIPPING_ORDER = "shipping_order"  # what a warehouse is asked to send
    SHIPPING_ADVICE = "shipping_advice"  # what a warehouse sent
    INVOICE_RESPONSE = "invoice_response"
    STATEMENT = "statement"
    REMITTANCE = "remittance"
    FREIGHT = "freight"
    CATALOGUE = "catalogue"  # a price list or catalogue: prices that nobody ordered at yet
    QUOTE = "quote"
    ACKNOWLEDGEMENT = "acknowledgement"  # an interchange was received, or not: X12 997, EDIFACT CONTRL
    OTHER = "other"


class Intent(StrEnum):
    """What a message wants, the closed list. One message may have several."""

    ORDER_CONFIRMATION = "order_confirmation"
    SUPPLIER_DELAY = "supplier_delay"
    SHORT_CONFIRMATION = "short_confirmation"
    PARTIAL_SHIPMENT = "partial_shipment"
    PRICE_CHANGE = "price_change"
    SUBSTITUTION_OFFER = "substitution_offer"
    DISCONTINUED_ITEM = "discontinued_item"
    DESPATCH_ADVICE = "despatch_advice"
    INVOICE_ENCLOSED = "invoice_enclosed"
    INVOICE_CORRECTION = "invoice_correction"
    CREDIT_NOTE = "credit_note"
    STATEMENT_OF_ACCOUNT = "statement_of_account"
    BANK_DETAILS_CHANGE = "bank_details_change"
    DISPUTE = "dispute"
    DAMAGED_GOODS = "damaged_goods"
    WRONG_GOODS = "wrong_goods"
    RETURN_REQUEST = "return_request"
    ORDER_CHANGE_REQUEST = "order_change_request"
    ORDER_CANCELLATION = "order_cancellation"
    CUSTOMER_ORDER = "customer_order"
    CUSTOMER_COMPLAINT = "customer_complaint"
    PAYMENT_REMINDER = "payment_reminder"
    REMITTANCE_ADVICE = "remittance_advice"
    QUOTE = "quote"
    FREIGHT_NOTICE = "freight_notice"
    QUESTION_STATUS = "question_status"
    OUT_OF_OFFICE = "out_of_office"
    NEWSLETTER = "newsletter"
    SPAM = "spam"
    PHISHING = "phishing"
    OTHER = "other"


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """The place a value was read from.

    `part` names the part of the message ("body", "header:subject", "2:KF-88213.pdf"); `text` is the literal text there.
    Exactly one address is given: a character range in the part's text, a page with a box in PDF points (origin top
    left), or a path inside a structured document (XPath without prefixes, or an X12 address like "IT1[2]/04").
    """

    part: str
    text: str
    start: int | None = None
    end: int | None = None
    page: int | None = None
    box: tuple[Decimal, Decimal, Decimal, Decimal] | None = None
    path: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """One value somebody wrote. `field` is a name of docs/vocabulary.md; `line` counts the document's lines from 1.
    `confidence` (0 to 1) is how sure the reader is of it, None where it read characters as they are written. `because` says
    what settled a value whose own words could be two ("01/02/2026", "1.200"), "" for one that could be no other."""

    field: str
    value: str | Decimal | date
    span: Span
    reader: str
    line: int | None = None
    unit: str | None = None
    confidence: Decimal | None = None
    because: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """A cross-check the reader made: arithmetic, totals, span support, or a rule of the document's standard (then `name`
    is the rule's number). `holds` is its answer, `says` a sentence. What fails as a `warning` is shown and decides nothing;
    `path` is the place in a structured document that fails it. `claims` are the values that two readers of the same words
    read differently, each with its reader and its place: one of them stands in the document, the other only here."""

    name: str
    holds: bool
    says: str
    line: int | None = None
    warning: bool = False
    path: str | None = None
    claims: tuple[Claim, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """One document found in a message, with everything it claims."""

    kind: DocumentKind
    part: str
    claims: tuple[Claim, ...]
    reader: str
    checks: tuple[Check, ...] = ()
    _firsts: dict[tuple[str, int | None], Claim] | None = field(default=None, init=False, repr=False, compare=False)

    def first(self, name: str, line: int | None = None) -> Claim | None:
        """The first claim of that field (and line), or None when the document does not say."""
        if self._firsts is None:  # of a bill of thousands of lines this is asked for each of them
            firsts: dict[tuple[str, int | None], Claim] = {}
            for claim in self.claims:
                firsts.setdefault((claim.field, None), claim)
                firsts.setdefault((claim.field, claim.line), claim)
            object.__setattr__(self, "_firsts", firsts)
        assert self._firsts is not None
        return self._firsts.get((name, line))

    def line_numbers(self) -> tuple[int, ...]:
        """The line numbers that occur, ascending. Charges and discounts on the whole have numbers of their own."""
        return tuple(sorted({c.line for c in self.claims if c.line is not None and not c.field.startswith(_EXTRAS)}))

    def failed(self) -> tuple[Check, ...]:
        """The checks that do not hold, warnings left out."""
        return tuple(check for check in self.checks if not check.holds and not check.warning)


class PartState(StrEnum):
    """How reading one part ended."""

    READ = "read"
    SET_ASIDE = "set_aside"  # harmless and not for us: a logo, a signature, a calendar entry
    UNREADABLE = "unreadable"  # encrypted, damaged, a scan without a text layer
    REFUSED = "refused"  # hostile or over a limit: not opened further


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One part of a message: a header block, a body, an attachment, a file inside an attachment."""

    path: str
    name: str
    media_type: str
    sha256: str
    size: int
    state: PartState
    text: str = ""
    pages: int = 0
    why: str = ""
    hidden: tuple[str, ...] = ()  # text a person would not have seen: white on white, zero width, display:none


@dataclass(frozen=True, kw_only=True, slots=True)
class IntentClaim:
    """An intent, with the words that show it. `span` is None only for what the structure alone shows (an X12 810)."""

    intent: Intent
    reader: str
    span: Span | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelUse:
    """What a model was asked for one reading. Tokens and cost are None where the server does not tell them; the cost is
    in the server's own currency unit, as it wrote it."""

    model: str
    requests: int
    tokens_in: int | None = None
    tokens_out: int | None = None
    cost: Decimal | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """Everything one message says. Same bytes and same readers give the same reading."""

    message: str  # sha256 of the stored bytes
    reader: str
    parts: tuple[Part, ...]
    documents: tuple[Document, ...]
    intents: tuple[IntentClaim, ...] = ()
    sender: str = ""  # address as written in From, a claim like any other
    sender_name: str = ""
    subject: str = ""
    sent: str = ""  # Date header, ISO 8601 with offset, "" when absent or unreadable
    thread: tuple[str, ...] = field(default=())  # Message-ID, then In-Reply-To and References
    authentication: tuple[str, ...] = ()  # SPF, DKIM and DMARC results as the receiving server wrote them
    trouble: tuple[str, ...] = ()  # what could not be read and why, a sentence each
    model_use: ModelUse | None = None  # None when no model was asked

    def of_kind(self, *kinds: DocumentKind) -> tuple[Document, ...]:
        """The documents of these kinds, in the message's order."""
        return tuple(d for d in self.documents if d.kind in kinds)
