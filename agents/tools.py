"""What agents are handed: plain views of what the ERP knows, the sandboxed reader, the simulator, a model. No session,
no door. Whoever runs an agent implements `Tools`; the desk over the database, an eval over a recorded world.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol

from agents.models.port import Model
from agents.read.country import NOWHERE, Home
from core.claims import Reading
from core.command import Command
from core.counting.looking_into import CountSeen
from core.payables.match import Match
from core.replenishment.outlook import Outlook
from core.simulation import Simulated


@dataclass(frozen=True, kw_only=True, slots=True)
class SupplierSeen:
    """A supplier as master data has it: attested."""

    number: str
    name: str
    currency: str
    domains: tuple[str, ...]
    tax_id: str = ""
    contact_name: str = ""
    contact_email: str = ""
    contact_phone: str = ""
    terms_days: int = 30
    on_contract: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class CustomerSeen:
    """A customer as master data has it, as far as mail is concerned: attested."""

    number: str
    name: str
    domains: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderLineSeen:
    """One line of a purchase order as it stands, in the order's unit."""

    line: int
    item: str
    supplier_item: str
    description: str
    unit: str
    ordered: Decimal
    price: Decimal
    need_by: date
    unit_factor: Decimal  # base units in one order unit
    received: Decimal
    damaged: Decimal
    returned: Decimal
    billed: Decimal
    cancelled: Decimal
    promised: date | None
    confirmed: Decimal | None
    confirmed_price: Decimal | None
    closed_short: bool

    @property
    def open(self) -> Decimal:
        """What may still come."""
        if self.closed_short:
            return Decimal(0)
        return max(self.ordered - self.cancelled - self.came, Decimal(0))

    @property
    def came(self) -> Decimal:
        """What came and did not go back, damaged pieces included."""
        return self.received + self.damaged - self.returned

    @property
    def excess(self) -> Decimal:
        """What came beyond what is ordered and not cancelled."""
        return max(self.came - (self.ordered - self.cancelled), Decimal(0))


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderSeen:
    """A purchase order as it stands."""

    number: str
    supplier: str
    site: str
    currency: str
    state: str
    placed_by: str
    lines: tuple[OrderLineSeen, ...]

    def line(self, number: int) -> OrderLineSeen | None:
        """The line with that number."""
        return next((line for line in self.lines if line.line == number), None)


@dataclass(frozen=True, kw_only=True, slots=True)
class ReceiptLineSeen:
    """One counted line of a receipt."""

    line: int
    order_line: int
    item: str
    quantity: Decimal
    damaged: Decimal
    shipped: Decimal
    returned: Decimal
    in_inspection: Decimal
    damaged_left: Decimal  # damaged pieces that are still here and undecided
    unit_cost: Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class ReceiptSeen:
    """A goods receipt as counted."""

    number: str
    order: str
    lines: tuple[ReceiptLineSeen, ...]
    despatch: str = ""  # number of the delivery note it came with


@dataclass(frozen=True, kw_only=True, slots=True)
class FindingSeen:
    """One thing that is wrong with a case."""

    code: str
    subject: str
    headline: str
    says: str
    stake: Decimal
    facts: dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseSeen:
    """A case as an adviser sees it."""

    entity: str
    number: str
    code: str
    currency: str
    stake: Decimal
    severity: str
    opened_at: datetime
    due_at: datetime | None
    findings: tuple[FindingSeen, ...]
    supplier: SupplierSeen | None = None
    order: OrderSeen | None = None
    receipt: ReceiptSeen | None = None
    invoice: str | None = None
    message: str | None = None  # sha256
    message_id: str = ""
    subject: str = ""
    sender: str = ""
    sender_name: str = ""
    evidence: tuple[str, ...] = ()
    objections: tuple[str, ...] = ()  # what people said when they rejected earlier proposals

    def has(self, *codes: str) -> bool:
        """Is one of these codes among the findings?"""
        return any(finding.code in codes for finding in self.findings)

    def of(self, *codes: str) -> tuple[FindingSeen, ...]:
        """The findings with one of these codes."""
        return tuple(finding for finding in self.findings if finding.code in codes)


@dataclass(frozen=True, kw_only=True, slots=True)
class StockSeen:
    """Available stock of an item at a site."""

    site: str
    name: str  # the site's, as people know it
    available: Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class LotPlace:
    """Pieces of a lot in one place and status of a site."""

    location: str
    status: str
    quantity: Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class LotReceipt:
    """A receipt line that brought pieces of a lot: how many of its good ones may go back, in the order's unit."""

    receipt: str
    line: int
    order: str
    supplier: SupplierSeen
    status: str
    returnable: Decimal
    unit_factor: Decimal  # base units in one of the order's
    unit_cost: Decimal  # of the order's unit, in the books' currency


@dataclass(frozen=True, kw_only=True, slots=True)
class LotSeen:
    """A lot at a site: where its pieces lie, which other sites would use how many in time, and who brought it."""

    places: tuple[LotPlace, ...]
    elsewhere: tuple[StockSeen, ...]
    receipts: tuple[LotReceipt, ...]


class Tools(Protocol):
    """All that agents can reach."""

    @property
    def model(self) -> Model:
        """The model, live, recorded, scripted or the rules."""
        ...

    @property
    def now(self) -> datetime:
        """The hour."""
        ...

    def read(self, raw: bytes, name: str, home: Home = NOWHERE) -> Reading:
        """Read untrusted bytes in the sandbox. `home` is what the supplier's record shows of where he writes from."""
        ...

    def suppliers(self) -> Sequence[SupplierSeen]:
        """Every supplier of the entity."""
        ...

    def customers(self) -> Sequence[CustomerSeen]:
        """The customers of the entity whose mail domains are known."""
        ...

    def order(self, number: str) -> OrderSeen | None:
        """A purchase order by our number."""
        ...

    def receipts(self, order: str) -> Sequence[ReceiptSeen]:
        """The receipts of a purchase order."""
        ...

    def open_orders(self, supplier: str) -> Sequence[OrderSeen]:
        """The orders of a supplier that are not closed or cancelled."""
        ...

    def supplier_items(self, supplier: str) -> dict[str, str]:
        """The supplier's item numbers, each with ours."""
        ...

    def invoice_numbers(self, supplier: str) -> dict[str, str]:
        """The supplier's invoice numbers in plain form, each with ours."""
        ...

    def case(self, number: str) -> CaseSeen:
        """A case with all an adviser may know of it."""
        ...

    def match(self, invoice: str) -> Match:
        """The three-way match of an invoice."""
        ...

    def stock(self, item: str) -> Sequence[StockSeen]:
        """Where an item is available."""
        ...

    def lot(self, item: str, lot: str, site: str) -> LotSeen:
        """A lot at a site, and who else could use it."""
        ...

    def outlook(self, item: str, site: str) -> Outlook:
        """An item that runs out at a site, with everything a way out of it is made from."""
        ...

    def count(self, number: str) -> CountSeen:
        """A count that differs from the books, with everything to look into."""
        ...

    def simulate(self, commands: Sequence[Command]) -> Simulated:
        """What commands would do, without doing it."""
        ...
