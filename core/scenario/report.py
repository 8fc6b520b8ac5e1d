"""What became of a story: what was done, what stands in the books at the end, and what is not as it should be."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.books.queries import trial_balance
from core.cases import Case, CaseFinding
from core.clock import now
from core.payables.tables import PayableItem, SupplierClaim, SupplierInvoice, SupplierInvoiceLine
from core.purchasing.orders import still_open
from core.purchasing.tables import PurchaseOrder, PurchaseOrderLine
from core.scenario import holdings, sold
from core.scenario.failing import Failed
from core.scenario.story import Story
from core.stock.tables import StockBalance


@dataclass(frozen=True, kw_only=True, slots=True)
class Done:
    """One step as it went: the command, its result, or the refusal."""

    place: int
    at: str
    by: str
    do: str
    result: Mapping[str, Any] = field(default_factory=dict)
    refused: str = ""
    shown: Mapping[str, Any] = field(default_factory=dict)  # what its simulation showed, by what changes
    only_shown: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """The books at one moment, in the words of a story. All figures are exact."""

    stock: dict[str, dict[str, Decimal]]  # "FB-M8X40 PDX": {"available": 640}
    value: dict[str, Decimal]  # by item and site
    layers: dict[str, list[str]]  # by item and site, oldest first: "10 for 20.5 (GR-1)"
    costs: dict[str, Decimal]  # by document: what it took out of stock
    journal: dict[str, Decimal]  # "2150": balance, debit positive
    orders: dict[str, dict[str, Any]]  # "PO-7001": {"state": "open"}, "PO-7001#1": {"received": 90, ...}
    invoices: dict[str, dict[str, Any]]  # by the supplier's number
    claims: list[dict[str, Any]]
    payables: dict[str, Decimal]  # by supplier: what we owe
    sales: dict[str, dict[str, Any]]  # "SO-1": {"state": "shipped"}, "SO-1#1": {"shipped": 12, ...}
    receivables: dict[str, Decimal]  # by customer: what it owes us
    exceptions: list[dict[str, Any]]  # open cases


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """The outcome of one story. `holds` when nothing failed."""

    story: str
    says: str
    done: tuple[Done, ...]
    failed: tuple[Failed, ...]
    seen: Seen
    others: Mapping[str, Seen] = field(default_factory=dict)  # of the entities that the story expects something of

    @property
    def holds(self) -> bool:
        """Whether everything was as the story says."""
        return not self.failed


def seen(session: Session, story: Story) -> Seen:
    """The books of the story's company as they stand. Reads only."""
    entity = story.entity
    return Seen(
        stock=_stock(session, entity),
        value=holdings.value(session, entity),
        layers=holdings.layers(session, entity),
        costs=holdings.costs(session, entity),
        journal=_journal(session, story),
        orders=_orders(session, entity),
        invoices=_invoices(session, entity),
        claims=_claims(session, entity),
        payables=_payables(session, entity),
        sales=sold.sales(session, entity),
        receivables=sold.receivables(session, entity),
        exceptions=_exceptions(session, entity),
    )


def _stock(session: Session, entity: str) -> dict[str, dict[str, Decimal]]:
    found: dict[str, dict[str, Decimal]] = {}
    for row in session.scalars(select(StockBalance).where(StockBalance.entity == entity)):
        statuses = found.setdefault(f"{row.item} {row.site}", {})
        statuses[row.status] = statuses.get(row.status, Decimal(0)) + row.quantity
    return {key: {status: count for status, count in held.items() if count} for key, held in sorted(found.items())}


def _journal(session: Session, story: Story) -> dict[str, Decimal]:
    day = now(session).date()
    rows = trial_balance(session, story.entity, day.replace(year=day.year - 10, day=1), day)
    return {row.account: row.closing for row in rows if row.closing}


def _orders(session: Session, entity: str) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {
        row.number: {"state": row.state} for row in session.scalars(select(PurchaseOrder).filter_by(entity=entity))
    }
    lines = select(PurchaseOrderLine).filter_by(entity=entity)
    for line in session.scalars(lines.execution_options(populate_existing=True)):
        found[f"{line.order}#{line.line}"] = {
            "ordered": line.ordered,
            "received": line.received,
            "damaged": line.damaged,
            "returned": line.returned,
            "billed": line.billed,
            "cancelled": line.cancelled,
            "open": still_open(line),
            "price": line.price,
            "need_by": line.need_by,
            "promised": line.promised,
        }
    return dict(sorted(found.items()))


def _invoices(session: Session, entity: str) -> dict[str, dict[str, Any]]:
    """By the supplier's number; a second one of the same number stands under "number (2)"."""
    found: dict[str, dict[str, Any]] = {}
    rows = select(SupplierInvoice).filter_by(entity=entity).order_by(SupplierInvoice.registered_at)
    for row in session.scalars(rows.order_by(SupplierInvoice.number).execution_options(populate_existing=True)):
        same = sum(1 for name in found if "#" not in name and name.split(" (")[0] == row.their_number)
        name = f"{row.their_number} ({same + 1})" if same else row.their_number
        found[name] = {
            "kind": row.kind,
            "state": row.state,
            "posted": row.posted_total,
            "order": row.order,
            "total": row.total,
        }
        found |= _invoice_lines(session, row, name)
    return found


def _invoice_lines(session: Session, invoice: SupplierInvoice, name: str) -> dict[str, dict[str, Any]]:
    """The goods of an invoice by the order they are of: as billed, and in the unit that they were ordered in."""
    lines = select(SupplierInvoiceLine).filter_by(entity=invoice.entity, invoice=invoice.number, kind="goods")
    return {
        f"{name}#{line.line}": {
            "billed": line.quantity,
            "unit": line.unit,
            "price": line.price,
            "in_order_unit": line.quantity_in_order_unit,
            "price_in_order_unit": line.price_in_order_unit,
            "posted": line.posted_quantity,
        }
        for line in session.scalars(lines.order_by(SupplierInvoiceLine.line).execution_options(populate_existing=True))
    }


def _claims(session: Session, entity: str) -> list[dict[str, Any]]:
    rows = select(SupplierClaim).filter_by(entity=entity).order_by(SupplierClaim.opened_at, SupplierClaim.number)
    return [
        {"supplier": row.supplier, "amount": row.amount, "state": row.state, "codes": [r["code"] for r in row.reasons]}
        for row in session.scalars(rows.execution_options(populate_existing=True))
    ]


def _payables(session: Session, entity: str) -> dict[str, Decimal]:
    owed: dict[str, Decimal] = {}
    for row in session.scalars(select(PayableItem).filter_by(entity=entity)):
        owed[row.supplier] = owed.get(row.supplier, Decimal(0)) + row.open
    return {supplier: amount for supplier, amount in sorted(owed.items()) if amount}


def _exceptions(session: Session, entity: str) -> list[dict[str, Any]]:
    rows = select(Case).where(Case.entity == entity, Case.closed_at.is_(None)).order_by(Case.opened_at, Case.number)
    found = []
    for row in session.scalars(rows.execution_options(populate_existing=True)):
        findings = session.scalars(
            select(CaseFinding)
            .where(CaseFinding.entity == entity, CaseFinding.case == row.number, CaseFinding.cleared_at.is_(None))
            .order_by(CaseFinding.seq)
        ).all()
        found.append(
            {
                "case": row.number,
                "codes": sorted({one.code for one in findings}),
                "about": row.cause,
                "state": row.state,
                "severity": row.severity,
                "stake": row.stake,
                "owner": row.owner_role,
                "due": row.due_at,
                "says": row.says,
                "findings": [one.headline for one in findings],
                "related": row.related,
            }
        )
    return found
