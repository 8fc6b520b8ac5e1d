"""Small builders for tests: each takes only what its test is about and makes the rest, through the door.

The company is Harbor & Pine in US dollars with two sites, one supplier and three items: bolts that nothing is special
about, gauges that are inspected first, and wire that is counted in kilograms.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from core import audit, door
from core.books.accounts import CHART
from core.books.queries import journal
from core.cases import Case, CaseFinding
from core.command import Command
from core.door import Outcome
from core.erp import Actor
from core.masterdata.commands import AddAccount, AddConversion, AddEntity, AddItem, AddSite, AddSupplier
from core.purchasing.commands import ApproveOrder, NewOrderLine, PlaceOrder
from core.purchasing.tables import PurchaseOrder, PurchaseOrderLine
from core.receiving.commands import CountedLine, ReceiveGoods
from core.receiving.tables import GoodsReceipt, GoodsReceiptLine
from core.refusals import Refused
from core.stock.commands import OpenStock
from tests.soundness import flaws

HP, PDX, RNO, SUPPLIER = "HP", "PDX", "RNO", "S-1001"
BOLT, GAUGE, WIRE = "FB-M8", "GA-10", "WR-2"
PRIYA = Actor(kind="person", id="priya")
DANA = Actor(kind="person", id="dana")
NEED_BY = date(2026, 12, 1)
LONG_AGO = datetime(2026, 10, 1, 8, 0, tzinfo=UTC)
ROWS_OF = ("event", "command_log", "audit_entry", "procrastinate_jobs", "counter", "journal_entry", "stock_move")
"""What a refused command must not add to."""

_keys = count(1)


D = Decimal
"""A figure; many stand in a line of a test."""


def do(session: Session, command: Command, *, actor: Actor = PRIYA, key: str = "") -> Outcome:
    """Carry a command out, under a key of its own unless one is named."""
    return door.execute(session, command, actor=actor, key=key or f"builder-{next(_keys)}")


def refused(session: Session, command: Command, *, actor: Actor = PRIYA) -> Refused:
    """The refusal of a command, after making sure that it left nothing behind."""
    before = footprint(session)
    try:
        do(session, command, actor=actor)
    except Refused as refusal:
        assert footprint(session) == before, "a refused command left something behind"
        return refusal
    raise AssertionError(f"{type(command).__name__} was not refused")


def footprint(session: Session) -> dict[str, Any]:
    """How many rows there are of everything a command may add, and which numbers were given out."""
    session.flush()
    rows = {table: session.execute(text(f"select count(*) from {table}")).scalar_one() for table in ROWS_OF}
    counters = session.execute(text("select entity, kind, last from counter order by 1, 2")).all()
    told = rows.pop("audit_entry") + audit.mark(session)  # entries wait for the commit
    return {**rows, "audit entries": told, "numbers": [tuple(row) for row in counters]}


def company(session: Session, *, currency: str = "USD", tolerance: str = "0", confirm_days: int = 3) -> str:
    """The company with its chart, sites, supplier and items. Gives its code."""
    do(session, AddEntity(entity=HP, name="Harbor & Pine Supply", currency=currency))
    for code, name, kind in CHART:
        do(session, AddAccount(entity=HP, code=code, name=name, kind=kind))
    do(session, AddSite(entity=HP, code=PDX, name="Portland"))
    do(session, AddSite(entity=HP, code=RNO, name="Reno"))
    supplier = AddSupplier(
        entity=HP, number=SUPPLIER, name="Kestrel Fasteners GmbH", currency=currency, confirm_days=confirm_days
    )
    do(session, supplier)
    more = D(tolerance)
    do(session, AddItem(entity=HP, sku=BOLT, name="Flange bolt M8", standard_cost=D("0.40"), over_receipt_pct=more))
    do(session, AddItem(entity=HP, sku=GAUGE, name="Plug gauge 10 mm", inspect=True, over_receipt_pct=more))
    do(session, AddItem(entity=HP, sku=WIRE, name="Welding wire 2 mm", unit="kg", unit_decimals=3))
    do(session, AddConversion(entity=HP, item=BOLT, unit="box", factor=D(12)))
    return HP


def order(session: Session, *lines: tuple[str, str, str], unit: str = "", approved: bool = True) -> str:
    """An order of (item, quantity, price) lines for Portland, open unless it is to wait for approval."""
    placed = PlaceOrder(
        entity=HP,
        supplier=SUPPLIER,
        site=PDX,
        placed_by="priya",
        lines=tuple(
            NewOrderLine(item=item, quantity=D(quantity), price=D(price), need_by=NEED_BY, unit=unit)
            for item, quantity, price in lines
        ),
    )
    number = str(do(session, placed).result["order"])
    if approved:
        do(session, ApproveOrder(entity=HP, order=number, approved_by="dana"), actor=DANA)
    return number


def receipt(session: Session, order: str, *counts: str, **more: Any) -> str:
    """A delivery, a count for each line in turn: "90", "90+10" with ten damaged, "" for a line that is not on it."""
    done = do(session, ReceiveGoods(entity=HP, order=order, lines=counted(*counts), received_by="lena", **more))
    return str(done.result["receipt"])


def counted(*counts: str, unit: str = "") -> tuple[CountedLine, ...]:
    """Counted lines in the short form of `receipt`; "90/100" says that the note promises a hundred."""
    lines = []
    for place, written in enumerate(counts, 1):
        if not written:
            continue
        came, _, shipped = written.partition("/")
        good, _, damaged = came.partition("+")
        lines.append(
            CountedLine(
                order_line=place,
                quantity=D(good),
                damaged=D(damaged or 0),
                shipped=D(shipped) if shipped else None,
                unit=unit,
            )
        )
    return tuple(lines)


def stocked(session: Session, quantity: str, unit_cost: str, *, item: str = BOLT, site: str = PDX, **more: Any) -> None:
    """Opening stock of an item."""
    stock = OpenStock(entity=HP, item=item, site=site, quantity=D(quantity), unit_cost=D(unit_cost), **more)
    do(session, stock)


def order_row(session: Session, number: str) -> PurchaseOrder:
    """An order as the database has it now."""
    return session.get_one(PurchaseOrder, (HP, number), populate_existing=True)


def order_line(session: Session, number: str, line: int = 1) -> PurchaseOrderLine:
    """An order line as the database has it now."""
    return session.get_one(PurchaseOrderLine, (HP, number, line), populate_existing=True)


def receipt_row(session: Session, number: str) -> GoodsReceipt:
    """A receipt as the database has it now."""
    return session.get_one(GoodsReceipt, (HP, number), populate_existing=True)


def receipt_line(session: Session, number: str, line: int = 1) -> GoodsReceiptLine:
    """A receipt line as the database has it now."""
    return session.get_one(GoodsReceiptLine, (HP, number, line), populate_existing=True)


def posted(session: Session, document: str) -> list[list[tuple[str, Decimal]]]:
    """The entries of a document, each as (account, amount) with debits positive."""
    return [list(entry.sides) for entry in journal(session, HP, document=document)]


def findings(session: Session) -> dict[str, list[str]]:
    """What stands on open cases: the headlines by code, in the order in which they were found."""
    rows = session.scalars(
        select(CaseFinding)
        .join(Case, (Case.entity == CaseFinding.entity) & (Case.number == CaseFinding.case))
        .where(Case.closed_at.is_(None), CaseFinding.cleared_at.is_(None))
        .order_by(CaseFinding.case, CaseFinding.seq)
    )
    standing: dict[str, list[str]] = {}
    for row in rows:
        standing.setdefault(row.code, []).append(row.headline)
    return standing


def case_of(session: Session, cause: str) -> Case:
    """The open case of a cause."""
    return session.scalars(select(Case).where(Case.cause == cause, Case.closed_at.is_(None))).one()


def effects(outcome: Outcome) -> Mapping[str, Decimal]:
    """What changed by how much: "journal 1400 Inventory" -> 453.60."""
    changed: dict[str, Decimal] = {}
    for effect in outcome.effects:
        name = f"{effect.kind} {effect.what}"
        changed[name] = changed.get(name, Decimal(0)) + effect.change
    return changed


def broken(session: Session) -> list[str]:
    """What the doctor finds; nothing in books that hold."""
    return flaws(session)
