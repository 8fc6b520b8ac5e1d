"""The ERP's own rows as the plain views that agents are handed: `Tools` over one session, for the desk and for evals.

Reads only. The simulator is handed in by whoever may open the door; here nobody may.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from agents.lot_views import lot_seen
from agents.models.port import Model
from agents.read.country import NOWHERE, Home
from agents.supplier_views import supplier_seen
from agents.tools import (
    CaseSeen,
    CustomerSeen,
    FindingSeen,
    LotSeen,
    OrderLineSeen,
    OrderSeen,
    ReceiptLineSeen,
    ReceiptSeen,
    StockSeen,
    SupplierSeen,
)
from core import clock
from core.cases import Case, CaseFinding
from core.claims import Reading
from core.command import Command
from core.counting.looking_into import CountSeen, look_into
from core.deciding.proposals import Decision
from core.intake.tables import Message
from core.masterdata.tables import Site, Supplier, SupplierItem
from core.payables.match import Match, match
from core.payables.tables import SupplierInvoice
from core.purchasing.tables import PurchaseOrder, PurchaseOrderLine
from core.receiving.tables import GoodsReceipt, GoodsReceiptLine
from core.refusals import Refusal, Refused
from core.replenishment.outlook import Outlook, outlook
from core.sales.tables import Customer
from core.simulation import Simulated
from core.stock.tables import StockBalance, StockStatus


@dataclass(frozen=True, slots=True)
class DatabaseTools:
    """`agents.tools.Tools` over one session of one entity."""

    session: Session
    entity: str
    model: Model
    reader: Callable[[bytes, str, Home], Reading]
    simulator: Callable[[Sequence[Command]], Simulated]

    @property
    def now(self) -> datetime:
        """The session's hour."""
        return clock.now(self.session)

    def read(self, raw: bytes, name: str, home: Home = NOWHERE) -> Reading:
        """Read untrusted bytes in the sandbox."""
        return self.reader(raw, name, home)

    def suppliers(self) -> Sequence[SupplierSeen]:
        """Every supplier of the entity."""
        rows = self.session.scalars(select(Supplier).where(Supplier.entity == self.entity).order_by(Supplier.number))
        return [supplier_seen(row) for row in rows]

    def customers(self) -> Sequence[CustomerSeen]:
        """The customers of the entity whose mail domains are known."""
        known = select(Customer.number, Customer.name, Customer.domains).where(
            Customer.entity == self.entity, func.cardinality(Customer.domains) > 0
        )
        rows = self.session.execute(known.order_by(Customer.number))
        return [CustomerSeen(number=number, name=name, domains=tuple(domains)) for number, name, domains in rows]

    def order(self, number: str) -> OrderSeen | None:
        """A purchase order by our number."""
        row = self.session.get(PurchaseOrder, (self.entity, number))
        return order_seen(self.session, row) if row else None

    def receipts(self, order: str) -> Sequence[ReceiptSeen]:
        """The receipts of a purchase order, oldest first."""
        rows = self.session.scalars(
            select(GoodsReceipt)
            .where(GoodsReceipt.entity == self.entity, GoodsReceipt.order == order)
            .order_by(GoodsReceipt.number)
        )
        return [receipt_seen(self.session, row) for row in rows]

    def open_orders(self, supplier: str) -> Sequence[OrderSeen]:
        """The orders of a supplier that are open or wait for approval."""
        rows = self.session.scalars(
            select(PurchaseOrder)
            .where(
                PurchaseOrder.entity == self.entity,
                PurchaseOrder.supplier == supplier,
                PurchaseOrder.state.in_(("open", "awaiting_approval")),
            )
            .order_by(PurchaseOrder.number)
        )
        return [order_seen(self.session, row) for row in rows]

    def supplier_items(self, supplier: str) -> dict[str, str]:
        """The supplier's item numbers, each with ours."""
        rows = self.session.scalars(
            select(SupplierItem).where(SupplierItem.entity == self.entity, SupplierItem.supplier == supplier)
        )
        return {row.code: row.item for row in rows}

    def invoice_numbers(self, supplier: str) -> dict[str, str]:
        """The supplier's invoice numbers in plain form, each with ours; the newest wins."""
        rows = self.session.execute(
            select(SupplierInvoice.their_number_plain, SupplierInvoice.number)
            .where(SupplierInvoice.entity == self.entity, SupplierInvoice.supplier == supplier)
            .order_by(SupplierInvoice.registered_at)
        )
        return dict(rows.all())

    def case(self, number: str) -> CaseSeen:
        """A case with all an adviser may know of it. Refuses an unknown number."""
        row = self.session.get(Case, (self.entity, number), populate_existing=True)
        if row is None:
            raise Refused(Refusal.CASE_UNKNOWN, number)
        return case_seen(self.session, row)

    def match(self, invoice: str) -> Match:
        """The three-way match of an invoice."""
        return match(self.session, self.entity, invoice)

    def stock(self, item: str) -> Sequence[StockSeen]:
        """Where an item is available, per site."""
        rows = self.session.execute(
            select(Site.code, Site.name, func.sum(StockBalance.quantity))
            .join(Site, (Site.entity == StockBalance.entity) & (Site.code == StockBalance.site))
            .where(
                StockBalance.entity == self.entity,
                StockBalance.item == item,
                StockBalance.status == StockStatus.AVAILABLE,
                StockBalance.quantity > 0,
            )
            .group_by(Site.code, Site.name)
            .order_by(Site.code)
        )
        return [StockSeen(site=site, name=name, available=quantity) for site, name, quantity in rows]

    def lot(self, item: str, lot: str, site: str) -> LotSeen:
        """A lot at a site, and who else could use it."""
        return lot_seen(self.session, self.entity, item, lot, site, self.now)

    def outlook(self, item: str, site: str) -> Outlook:
        """An item at a site from today on."""
        return outlook(self.session, self.entity, item, site, self.now)

    def count(self, number: str) -> CountSeen:
        """A count as it stands."""
        return look_into(self.session, self.entity, number)

    def simulate(self, commands: Sequence[Command]) -> Simulated:
        """What commands would do, without doing it."""
        return self.simulator(commands)


def order_seen(session: Session, row: PurchaseOrder) -> OrderSeen:
    """A purchase order with its lines as a plain view."""
    lines = session.scalars(
        select(PurchaseOrderLine)
        .where(PurchaseOrderLine.entity == row.entity, PurchaseOrderLine.order == row.number)
        .order_by(PurchaseOrderLine.line)
    )
    return OrderSeen(
        number=row.number,
        supplier=row.supplier,
        site=row.site,
        currency=row.currency,
        state=row.state,
        placed_by=row.placed_by,
        lines=tuple(
            OrderLineSeen(
                line=line.line,
                item=line.item,
                supplier_item=line.supplier_item,
                description=line.description,
                unit=line.unit,
                ordered=line.ordered,
                price=line.price,
                need_by=line.need_by,
                unit_factor=line.unit_factor,
                received=line.received,
                damaged=line.damaged,
                returned=line.returned,
                billed=line.billed,
                cancelled=line.cancelled,
                promised=line.promised,
                confirmed=line.confirmed,
                confirmed_price=line.confirmed_price,
                closed_short=line.closed_short,
            )
            for line in lines
        ),
    )


def receipt_seen(session: Session, row: GoodsReceipt) -> ReceiptSeen:
    """A goods receipt with its lines as a plain view."""
    lines = session.scalars(
        select(GoodsReceiptLine)
        .where(GoodsReceiptLine.entity == row.entity, GoodsReceiptLine.receipt == row.number)
        .order_by(GoodsReceiptLine.line)
    )
    return ReceiptSeen(
        number=row.number,
        order=row.order,
        lines=tuple(
            ReceiptLineSeen(
                line=line.line,
                order_line=line.order_line,
                item=line.item,
                quantity=line.quantity,
                damaged=line.damaged,
                shipped=line.shipped,
                returned=line.returned,
                in_inspection=line.in_inspection,
                damaged_left=line.damaged_left,
                unit_cost=line.unit_cost,
            )
            for line in lines
        ),
        despatch=row.despatch,
    )


def case_seen(session: Session, row: Case) -> CaseSeen:
    """A case with its findings, parties and documents as a plain view."""
    entity = row.entity
    found = session.scalars(
        select(CaseFinding)
        .where(CaseFinding.entity == entity, CaseFinding.case == row.number, CaseFinding.cleared_at.is_(None))
        .order_by(CaseFinding.seq)
    )
    supplier = session.get(Supplier, (entity, row.supplier)) if row.supplier else None
    order = session.get(PurchaseOrder, (entity, row.order)) if row.order else None
    receipt = session.get(GoodsReceipt, (entity, row.receipt)) if row.receipt else None
    message = session.get(Message, (entity, row.message)) if row.message else None
    objections = session.scalars(
        select(Decision.reason)
        .where(Decision.entity == entity, Decision.case == row.number, Decision.verb == "reject")
        .order_by(Decision.decided_at)
    )
    return CaseSeen(
        entity=entity,
        number=row.number,
        code=row.code,
        currency=row.currency,
        stake=row.stake,
        severity=row.severity,
        opened_at=row.opened_at,
        due_at=row.due_at,
        findings=tuple(
            FindingSeen(
                code=f.code,
                subject=f.subject,
                headline=f.headline,
                says=f.says,
                stake=f.stake or Decimal(0),
                facts=f.facts,
            )
            for f in found
        ),
        supplier=supplier_seen(supplier) if supplier else None,
        order=order_seen(session, order) if order else None,
        receipt=receipt_seen(session, receipt) if receipt else None,
        invoice=row.invoice,
        message=row.message,
        message_id=message.message_id if message else "",
        subject=message.subject if message else "",
        sender=message.sender if message else "",
        evidence=(row.message,) if row.message else (),
        objections=tuple(objections),
    )
