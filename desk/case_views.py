"""The case page as plain data: what is wrong, the documents with their marks, what was read, the match, the card.

Built from rows and the three-way match; templates only show it. Text of others stays text: segments, never markup.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import wording
from core.cases import Case, CaseFinding, CaseState
from core.claims import DocumentKind, Reading
from core.intake.tables import Message
from core.masterdata.tables import Supplier
from core.payables.match import Match, MatchLine, match
from core.purchasing.tables import PurchaseOrder, PurchaseOrderLine
from core.reading_wire import from_wire
from core.receiving.tables import GoodsReceipt, GoodsReceiptLine
from desk.case_mail import FindingView, letter_tabs, mail_of
from desk.case_stock import stock_notes, stock_tabs
from desk.document_views import FactView, TabView, facts_and_tabs

SETTLED = "invoice_matched"
STOPPING = frozenset(("bank_details_changed", "sender_unknown"))


@dataclass(frozen=True, kw_only=True, slots=True)
class CellView:
    """A figure in the match; `off` where it differs from what it is compared with."""

    text: str
    off: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class MatchRow:
    """One billed line beside its order line. `matches` shows a check instead of "over"."""

    title: str
    code: str
    is_code: bool
    ordered: CellView
    received: CellView
    billed: CellView
    order_price: CellView
    billed_price: CellView
    should_pay: CellView
    was_billed: CellView
    over: CellView
    matches: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class MatchView:
    """The three-way match as a table."""

    caption: str
    way: str
    rows: tuple[MatchRow, ...]
    currency: str
    should_pay: str
    was_billed: str
    over: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AgreeView:
    """One cross-check in a sentence: holds (go), to look at (ask) or broken (stop)."""

    kind: str
    says: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseView:
    """Everything of the page but the card."""

    number: str
    kind: str
    says: str
    opened: str
    due: str
    late: bool
    severity: str
    why_urgent: str
    state: str
    owner: str
    findings: tuple[FindingView, ...]
    tabs: tuple[TabView, ...]
    facts: tuple[FactView, ...]
    more_facts: tuple[FactView, ...]
    agree: tuple[AgreeView, ...]
    reader: str
    match: MatchView | None
    history: tuple[tuple[str, str], ...] = field(default=())


def case_view(session: Session, case: Case, now: datetime) -> CaseView:
    """The page of one case as it is now."""
    found = list(
        session.scalars(
            select(CaseFinding)
            .where(CaseFinding.entity == case.entity, CaseFinding.case == case.number, CaseFinding.cleared_at.is_(None))
            .order_by(CaseFinding.seq)
        )
    )
    message = session.get(Message, (case.entity, case.message)) if case.message else None
    reading = from_wire(message.reading) if message and message.reading else None
    matched = match(session, case.entity, case.invoice) if case.invoice else None
    facts, tabs = facts_and_tabs(message, reading)
    tabs = (*tabs, *letter_tabs(session, case), *_own_tabs(session, case), *stock_tabs(session, case, found, now))
    notes = stock_notes(session, case, found, now)
    return CaseView(
        number=case.number,
        kind=case.title,
        says=case.says,
        opened=_when(case.opened_at, now),
        due=_when(case.due_at, now) if case.due_at else "",
        late=bool(case.due_at and case.due_at <= now and case.state != CaseState.DONE),
        severity=case.severity,
        why_urgent=case.severity_says,
        state=case.state,
        owner=case.owner or "",
        findings=(*_findings(found, case), *_set_apart(session, case), *mail_of(session, case, now)),
        tabs=tabs,
        facts=facts[:SHOWN],
        more_facts=facts[SHOWN:],
        agree=(*_agree(reading, matched), *(AgreeView(kind="ask", says=note) for note in notes)),
        reader=reading.reader if reading else "",
        match=_match_view(matched) if matched and matched.lines else None,
    )


SHOWN = 7
"""Facts shown at once; the rest unfold."""


def _findings(found: list[CaseFinding], case: Case) -> tuple[FindingView, ...]:
    return tuple(
        FindingView(
            headline=f.headline,
            amount=wording.amount(f.stake, case.currency) if f.stake else "",
            says=f.says,
            kind="stop" if f.code in STOPPING else "go" if f.code == SETTLED else "ask",
        )
        for f in found
    )


def _set_apart(session: Session, case: Case) -> tuple[FindingView, ...]:
    """Cases that the same message raised and that are decided elsewhere."""
    others = session.scalars(
        select(Case)
        .where(Case.entity == case.entity, Case.number.in_(case.related or []), Case.code.in_(STOPPING))
        .order_by(Case.number)
    )
    return tuple(
        FindingView(headline=o.title, amount="", says="Set apart, not approvable here", kind="stop", link=o.number)
        for o in others
    )


def _own_tabs(session: Session, case: Case) -> tuple[TabView, ...]:
    """Our own papers: the order, and its receipts. Attested, so nothing in them is marked."""
    if case.order is None:
        return ()
    order = session.get(PurchaseOrder, (case.entity, case.order))
    if order is None:
        return ()
    supplier = session.get(Supplier, (case.entity, order.supplier))
    lines = session.scalars(
        select(PurchaseOrderLine)
        .where(PurchaseOrderLine.entity == case.entity, PurchaseOrderLine.order == order.number)
        .order_by(PurchaseOrderLine.line)
    ).all()
    rows = [
        (
            str(line.line),
            line.description,
            wording.quantity(line.ordered),
            wording.price(line.price),
            wording.day(line.need_by),
        )
        for line in lines
    ]
    whose = supplier.name if supplier else order.supplier
    head = f"{whose}, placed {wording.day(order.placed_at.date())} by {order.placed_by}"
    tabs = [
        TabView(
            id="order",
            icon="page",
            title=order.number,
            kind="table",
            head=((head, ""),),
            columns=("Line", "Item", "Ordered", "Price", "Needed"),
            rows=tuple(rows),
        )
    ]
    receipts = session.scalars(
        select(GoodsReceipt)
        .where(GoodsReceipt.entity == case.entity, GoodsReceipt.order == order.number)
        .order_by(GoodsReceipt.happened_at, GoodsReceipt.number)
    ).all()
    tabs.extend(_receipt_tab(session, receipt, lines) for receipt in receipts)
    return tuple(tabs)


def _receipt_tab(session: Session, receipt: GoodsReceipt, lines: Sequence[PurchaseOrderLine]) -> TabView:
    names = {line.line: line.description for line in lines}
    counted = session.scalars(
        select(GoodsReceiptLine)
        .where(GoodsReceiptLine.entity == receipt.entity, GoodsReceiptLine.receipt == receipt.number)
        .order_by(GoodsReceiptLine.line)
    )
    rows = [
        (
            str(line.order_line),
            names.get(line.order_line, line.item),
            wording.quantity(line.shipped),
            wording.quantity(line.quantity),
            wording.quantity(line.damaged) if line.damaged else "–",
        )
        for line in counted
    ]
    head = f"Counted {wording.day(receipt.happened_at.date())} by {receipt.received_by} at {receipt.site}"
    return TabView(
        id=f"receipt-{receipt.number}",
        icon="box",
        title=f"Receipt {receipt.number}",
        kind="table",
        head=((head, receipt.despatch),),
        columns=("Line", "Item", "Shipped", "Counted", "Damaged"),
        rows=tuple(rows),
    )


def _agree(reading: Reading | None, matched: Match | None) -> list[AgreeView]:
    """What the documents and the books say of each other, what holds first."""
    views: list[AgreeView] = []
    if matched is not None:
        views.extend(_line_agreements(matched))
    for document in reading.documents if reading else ():
        failed = document.failed()
        views.extend(AgreeView(kind="ask", says=check.says) for check in failed)
        if document.checks and not failed and document.kind in (DocumentKind.INVOICE, DocumentKind.CREDIT_NOTE):
            views.append(AgreeView(kind="go", says="The lines add up to the total billed"))
    order = {"go": 0, "ask": 1, "stop": 2}
    return sorted(dict.fromkeys(views), key=lambda view: order[view.kind])[:6]


def _line_agreements(matched: Match) -> list[AgreeView]:
    receipts = wording.listed(list(matched.receipts))
    views = []
    for line in matched.lines:
        if line.kind != "goods" or line.received is None or line.billed is None:
            continue
        if line.quantity_over > 0 and receipts:
            says = f"{receipts} counted {wording.quantity(line.received)}, billed are {wording.quantity(line.billed)}"
            views.append(AgreeView(kind="ask", says=says))
        if line.over_for_price > 0 and line.order_price is not None and line.billed_price is not None:
            says = (
                f"{matched.order} says {wording.price(line.order_price)}, "
                f"the supplier says {wording.price(line.billed_price)}"
            )
            views.append(AgreeView(kind="ask", says=says))
    confirmed = [line for line in matched.lines if line.kind == "goods" and line.over == 0]
    if confirmed and receipts:
        says = f"{receipts} and {matched.order} confirm {wording.plural(len(confirmed), 'line')}"
        views.append(AgreeView(kind="go", says=says))
    return views


def _match_view(matched: Match) -> MatchView:
    parts = [matched.order or "no order", *(f"receipt {number}" for number in matched.receipts)]
    parts.append(f"invoice {matched.their_number}")
    names = {"three-way": "Three-way match", "two-way": "Two-way match", "none": "Invoice lines"}
    return MatchView(
        caption=" · ".join(parts),
        way=names[matched.way],
        rows=tuple(_match_row(line, matched.currency) for line in matched.lines),
        currency=matched.currency,
        should_pay=wording.plain_amount(matched.should_pay, matched.currency),
        was_billed=wording.plain_amount(matched.was_billed, matched.currency),
        over=wording.plain_amount(matched.over, matched.currency),
    )


def _match_row(line: MatchLine, currency: str) -> MatchRow:
    def amount(value: Decimal, *, off: bool = False) -> CellView:
        return CellView(text=wording.plain_amount(value, currency), off=off)

    short = line.quantity_over > 0
    return MatchRow(
        title=line.title,
        code=line.supplier_item or line.note,
        is_code=bool(line.supplier_item),
        ordered=_quantity(line.ordered),
        received=_quantity(line.received, off=short),
        billed=_quantity(line.billed),
        order_price=_price(line.order_price),
        billed_price=_price(line.billed_price, off=line.over_for_price > 0),
        should_pay=amount(line.should_pay),
        was_billed=amount(line.was_billed),
        over=amount(line.over, off=line.over != 0),
        matches=line.over == 0,
    )


def _quantity(value: Decimal | None, *, off: bool = False) -> CellView:
    return CellView(text="—" if value is None else wording.quantity(value), off=off)


def _price(value: Decimal | None, *, off: bool = False) -> CellView:
    return CellView(text="—" if value is None else wording.price(value), off=off)


def _when(at: datetime, now: datetime) -> str:
    """Today: the hour; this week: the weekday with it; else the day."""
    if at.date() == now.date():
        return f"today {wording.hour(at)}"
    if abs((at.date() - now.date()).days) < 7:
        return f"{at:%a} {wording.hour(at)}"
    return f"{wording.day(at.date())}"
