"""Commands on master data. Bank details are set when a supplier is added, and by nothing else in this house."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.command import Command


@dataclass(frozen=True, kw_only=True, slots=True)
class AddEntity(Command):
    """Open the books of a company."""

    name: str
    currency: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AddAccount(Command):
    """Add an account to the general ledger. `kind`: asset, liability, equity, income, expense."""

    code: str
    name: str
    kind: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AddSite(Command):
    code: str
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AddSupplier(Command):
    number: str
    name: str
    currency: str
    terms_days: int = 30
    charges_agreed: Decimal = Decimal(0)  # freight and the like that each of its invoices may carry
    prepayment: bool = False
    on_contract: bool = False
    at_risk: bool = False
    confirm_days: int = 3
    tax_id: str = ""
    tax_rate: Decimal = Decimal(0)
    bank_account: str = ""
    contact_name: str = ""
    contact_email: str = ""
    contact_phone: str = ""
    domains: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class AddItem(Command):
    sku: str
    name: str
    unit: str = "pcs"
    unit_decimals: int = 0
    item_class: str = "C"
    inspect: bool = False
    over_receipt_pct: Decimal = Decimal(0)
    standard_cost: Decimal = Decimal(0)
    cost_method: str = "fifo"
    cost_by_lot: bool = False
    weight_kg: Decimal = Decimal(0)


@dataclass(frozen=True, kw_only=True, slots=True)
class AddSupplierItem(Command):
    """Say what a supplier calls one of our items."""

    supplier: str
    code: str
    item: str
    description: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class AddConversion(Command):
    """Say how many base units one `unit` of the item is."""

    item: str
    unit: str
    factor: Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class SetSubstitute(Command):
    """Say that `substitute` may stand in for `item`: `factor` pieces of it for one of that, in stock units. From today when
    `valid_from` is empty, for good when `valid_until` is. Replaces what was said of the pair before."""

    item: str
    substitute: str
    factor: Decimal = Decimal(1)
    both_ways: bool = False
    rank: int = 1
    valid_from: date | None = None
    valid_until: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class DropSubstitute(Command):
    """Say that `substitute` stands in for `item` no longer."""

    item: str
    substitute: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class BlockItem(Command):
    """Let nobody order an item anew, from a supplier or for a customer, nor offer it in place of another."""

    item: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class UnblockItem(Command):
    """Let a blocked item be ordered again."""

    item: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SetStockPolicy(Command):
    """Say whether an item may go below zero at a site, and what is kept there for safety. Replaces what was said before."""

    item: str
    site: str
    negative_allowed: bool = False
    safety_stock: Decimal | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class StartNumbersAt(Command):
    """Let the next number of a kind be `first`. Only upwards: numbers are never given twice."""

    kind: str
    first: int


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkSender(Command):
    """Put a mail domain on a supplier's record, after a person made sure that it is theirs."""

    supplier: str
    domain: str
