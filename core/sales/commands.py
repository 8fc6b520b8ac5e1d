"""Commands on customers, sales orders, shipments, bills and payments. What comes back is `return_commands`."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from core.availability.arithmetic import USUAL
from core.books.accounts import RECEIVABLES
from core.command import Command


@dataclass(frozen=True, kw_only=True, slots=True)
class AddCustomer(Command):
    """Add a party we sell to. `credit_limit` in the books' currency: None sets none, 0 sells for nothing but what was
    paid ahead."""

    number: str
    name: str
    currency: str = ""  # the books' when empty; another one is refused so far
    terms_days: int = 30
    credit_limit: Decimal | None = None
    account: str = RECEIVABLES
    tier: int = USUAL  # priority from 1 to 9: 1 is served first where there is too little
    domains: tuple[str, ...] = ()  # of their mail: who only resembles them is told apart


@dataclass(frozen=True, kw_only=True, slots=True)
class SetCreditLimit(Command):
    """Let a customer owe so much, or any amount (None). Orders that are on hold stay there until they are confirmed."""

    customer: str
    limit: Decimal | None
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SetCustomerTier(Command):
    """Say whose turn a customer's is where there is too little: from tier 1, who is served first, to 9."""

    customer: str
    tier: int
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkCustomerSender(Command):
    """Put a mail domain on a customer's record."""

    customer: str
    domain: str


@dataclass(frozen=True, kw_only=True, slots=True)
class NewSalesLine:
    """A line that a customer orders: `quantity` and `price` in `unit`; `promised` is the day the goods are to leave."""

    item: str
    quantity: Decimal
    price: Decimal
    site: str
    promised: date
    unit: str = ""  # the item's base unit when empty


@dataclass(frozen=True, kw_only=True, slots=True)
class EnterSalesOrder(Command):
    """Write down what a customer orders. Promises nothing and reserves nothing until it is confirmed."""

    customer: str
    lines: tuple[NewSalesLine, ...]
    their_number: str = ""
    number: str = ""  # given by whoever took it (an import); the next one when empty


@dataclass(frozen=True, kw_only=True, slots=True)
class ConfirmSalesOrder(Command):
    """Say yes to an order: each line becomes dated demand. An order over the credit limit is put on hold instead."""

    order: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CancelSalesOrder(Command):
    """Cancel what is not shipped of an order, or of some of its lines. What was shipped stays to be billed."""

    order: str
    reason: str
    lines: tuple[int, ...] = ()  # all of them when empty


@dataclass(frozen=True, kw_only=True, slots=True)
class ShippedLine:
    """So many, in the order's unit, of an order line leave from one location and lot."""

    line: int
    quantity: Decimal
    location: str = ""
    lot: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class ShipGoods(Command):
    """Goods of a confirmed order leave. What is reserved for the order is used first. Where the customer is over the limit
    or overdue by now, nothing leaves and the order is held."""

    order: str
    lines: tuple[ShippedLine, ...]
    happened_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ReleaseShipping(Command):
    """Let goods of an order that is held for its customer's credit leave all the same, up to an amount; None: all that is
    left of it. For a person with authority over credit who did not enter the order."""

    order: str
    reason: str
    up_to: Decimal | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class BilledGoods:
    """So many, in the order's unit, of an order line."""

    line: int
    quantity: Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class InvoiceCustomer(Command):
    """Bill what was shipped of an order and is not billed yet: all of it, or the lines named."""

    order: str
    lines: tuple[BilledGoods, ...] = ()
    happened_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenReceivable(Command):
    """A bill of before these books, against equity: the customer owes so much from that day."""

    customer: str
    document: str
    amount: Decimal
    happened_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ReceivePayment(Command):
    """Money of a customer came in. It pays the document named, else the oldest; what is over stays to the customer's
    credit."""

    customer: str
    amount: Decimal
    reference: str
    document: str = ""
    happened_at: datetime | None = None
