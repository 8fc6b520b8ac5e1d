"""The ledger page: do the books hold, what was posted and why, what every account stands at, what the stock is worth."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import clock, wording
from core.books import accounts
from core.books.tables import JournalEntry, JournalLine
from core.masterdata.tables import Account, Item, Supplier
from core.payables.tables import PayableItem, SupplierInvoice
from core.people.tables import Person
from core.receiving.tables import GoodsReceiptLine
from core.stock.tables import StockBalance, StockMove, ValuationLayer
from desk.web import User, house_of, is_fragment, may_open, show

router = APIRouter()

SPANS = {"today": 0, "week": 6, "period": 30, "all": 3650}
ENTRIES_MAX = 60
MOVES_MAX = 40


@dataclass(frozen=True, kw_only=True, slots=True)
class Equality:
    """Two figures that must be one: a control account and what carries it."""

    label: str
    value: str
    holds: bool
    says: str


@dataclass(frozen=True, kw_only=True, slots=True)
class EntryRow:
    """One posting in the journal."""

    number: str
    at: str
    says: str
    party: str
    by: str
    amount: str


@dataclass(frozen=True, kw_only=True, slots=True)
class EntryView:
    """One posting with its lines and why it was booked."""

    number: str
    says: str
    lines: tuple[tuple[str, str, str], ...]
    why: tuple[tuple[str, str, str, str], ...]  # what, words, small words, link
    reverses: str
    mirror: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AccountRow:
    """One account of the trial balance: opening, the span, closing; each a debit and a credit."""

    code: str
    name: str
    cells: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class StockView:
    """One item's ledger: its moves, what the balance is made of, what it is worth."""

    known: tuple[tuple[str, str], ...]
    item: str
    name: str
    moves: tuple[tuple[str, str, str, str, str], ...]
    by_state: tuple[tuple[str, str], ...]
    layers: tuple[tuple[str, str], ...]
    on_hand: str
    value: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Ledger:
    """The page."""

    says: str
    holds: bool
    span: str
    counts: dict[str, int]
    equalities: tuple[Equality, ...]
    entries: tuple[EntryRow, ...]
    total: str
    entry: EntryView | None
    accounts: tuple[AccountRow, ...]
    totals: tuple[str, ...]
    stock: StockView
    currency: str


@router.get("/ledger", response_class=HTMLResponse)
def page(
    request: Request, span: str = "today", entry: str = "", item: str = "", user: User = may_open("Ledger")
) -> HTMLResponse:
    """The ledger; htmx gets one entry alone."""
    with house_of(request).unit() as session:
        if is_fragment(request) and entry:
            return show(request, "_entry.html", entry=_entry(session, user, entry))
        ledger = _ledger(session, user, span if span in SPANS else "today", entry, item)
    return show(request, "ledger.html", ledger=ledger)


def _ledger(session: Session, user: User, span: str, entry: str, item: str) -> Ledger:
    today = clock.now(session).date()
    rows = _entries(session, user, today - timedelta(days=SPANS[span]))
    if not rows and span == "today" and not entry:
        span, rows = "all", _entries(session, user, date.min)
    start = date.min if span == "all" else today - timedelta(days=SPANS[span])
    equalities = _equalities(session, user)
    shown = entry or (rows[0].number if rows else "")
    table, totals = _trial_balance(session, user, start)
    holds = all(one.holds for one in equalities)
    return Ledger(
        says="The books hold" if holds else "The books do not hold",
        holds=holds,
        span=span,
        counts={name: _count(session, user, today - timedelta(days=days)) for name, days in SPANS.items()},
        equalities=equalities,
        entries=tuple(rows[:ENTRIES_MAX]),
        total=_money(sum((Decimal(row.amount.replace(",", "")) for row in rows), Decimal(0)), user),
        entry=_entry(session, user, shown) if shown else None,
        accounts=table,
        totals=totals,
        stock=_stock(session, user, item),
        currency=user.currency,
    )


def _entries(session: Session, user: User, start: date) -> list[EntryRow]:
    people = {person.id: person.name for person in session.scalars(select(Person))}
    suppliers = {s.number: s.name for s in session.scalars(select(Supplier).where(Supplier.entity == user.entity))}
    rows = session.execute(
        select(JournalEntry, func.sum(JournalLine.debit), func.max(JournalLine.supplier))
        .join(JournalLine, (JournalLine.entity == JournalEntry.entity) & (JournalLine.entry == JournalEntry.number))
        .where(JournalEntry.entity == user.entity, JournalEntry.day >= start)
        .group_by(JournalEntry.entity, JournalEntry.number)
        .order_by(JournalEntry.recorded_at.desc(), func.length(JournalEntry.number).desc(), JournalEntry.number.desc())
    )
    return [
        EntryRow(
            number=entry.number,
            at=f"{entry.day:%d %b} {wording.hour(entry.recorded_at)}",
            says=entry.says,
            party=suppliers.get(supplier or "", ""),
            by=people.get(entry.actor, entry.actor.removeprefix("system:").capitalize()),
            amount=_money(debit, user),
        )
        for entry, debit, supplier in rows
    ]


def _entry(session: Session, user: User, number: str) -> EntryView:
    entry = session.get(JournalEntry, (user.entity, number))
    if entry is None:
        raise HTTPException(404, f"There is no journal entry {number} in {user.entity}.")
    names = _names(session, user)
    lines = session.scalars(
        select(JournalLine)
        .where(JournalLine.entity == user.entity, JournalLine.entry == number)
        .order_by(JournalLine.line)
    )
    why: list[tuple[str, str, str, str]] = []
    invoice = session.get(SupplierInvoice, (user.entity, entry.document))
    if invoice is not None:
        billed = f"billed {wording.amount(invoice.total, invoice.currency)}" if invoice.total is not None else ""
        why.append(("Document", f"Invoice {invoice.their_number}", billed, ""))
        if invoice.order:
            why.append(("Order", invoice.order, "", f"/search?q={invoice.order}"))
    else:
        why.append(("Document", entry.document, "", ""))
    why.append(("Booked by", _who(session, entry.actor), wording.day(entry.day), ""))
    if entry.case:
        why.append(("Decided", entry.case, "", f"/cases/{entry.case}"))
        why.append(("Proof", "Audit entries of the case", "", f"/audit?find={entry.case}"))
    mirror = session.scalars(
        select(JournalEntry.number).where(JournalEntry.entity == user.entity, JournalEntry.reverses == number)
    ).first()
    return EntryView(
        number=number,
        says=entry.says,
        lines=tuple(
            (
                f"{line.account} {names.get(line.account, '')}",
                _money(line.debit, user) if line.debit else "",
                _money(line.credit, user) if line.credit else "",
            )
            for line in lines
        ),
        why=tuple(why),
        reverses=entry.reverses or "",
        mirror=mirror or "",
    )


def _equalities(session: Session, user: User) -> tuple[Equality, ...]:
    """Control accounts and what carries them, compared in the same transaction."""
    books = _balances(session, user, None)
    debits, credits_ = session.execute(
        select(func.coalesce(func.sum(JournalLine.debit), 0), func.coalesce(func.sum(JournalLine.credit), 0)).where(
            JournalLine.entity == user.entity
        )
    ).one()
    owed, items = session.execute(
        select(func.coalesce(func.sum(PayableItem.open), 0), func.count()).where(
            PayableItem.entity == user.entity, PayableItem.open != 0
        )
    ).one()
    worth, layers = session.execute(
        select(func.coalesce(func.sum(ValuationLayer.value), 0), func.count()).where(
            ValuationLayer.entity == user.entity, ValuationLayer.remaining > 0
        )
    ).one()
    pending = _received_not_billed(session, user)
    waiting = -books.get(accounts.GOODS_RECEIVED, Decimal(0))
    return (
        Equality(
            label="Debits and credits",
            value=_money(debits, user),
            holds=debits == credits_,
            says="equal in every entry",
        ),
        _equality("Payables", -books.get(accounts.PAYABLES, Decimal(0)), owed, f"{items} open supplier items", user),
        _equality("Inventory", books.get(accounts.INVENTORY, Decimal(0)), worth, f"{layers} valuation layers", user),
        _equality("Goods received, not billed", waiting, pending, "receipts nobody billed yet", user),
    )


def _equality(label: str, control: Decimal, carried: Decimal, what: str, user: User) -> Equality:
    holds = control == carried
    says = f"equals {what}" if holds else f"{what} say {_money(carried, user)}"
    return Equality(label=label, value=_money(control, user), holds=holds, says=says)


def _received_not_billed(session: Session, user: User) -> Decimal:
    """What came and was neither billed nor sent back, at receipt cost, rounded as it was booked."""
    waiting = select(func.coalesce(func.sum(GoodsReceiptLine.unbilled_value), 0))
    return Decimal(session.execute(waiting.where(GoodsReceiptLine.entity == user.entity)).scalar_one())


def _balances(session: Session, user: User, before: date | None) -> dict[str, Decimal]:
    query = (
        select(JournalLine.account, func.sum(JournalLine.debit - JournalLine.credit))
        .join(JournalEntry, (JournalEntry.entity == JournalLine.entity) & (JournalEntry.number == JournalLine.entry))
        .where(JournalLine.entity == user.entity)
        .group_by(JournalLine.account)
    )
    if before is not None:
        query = query.where(JournalEntry.day < before)
    return dict(session.execute(query).all())


def _trial_balance(session: Session, user: User, start: date) -> tuple[tuple[AccountRow, ...], tuple[str, ...]]:
    names = _names(session, user)
    opening, closing = _balances(session, user, start), _balances(session, user, None)
    moved = session.execute(
        select(JournalLine.account, func.sum(JournalLine.debit), func.sum(JournalLine.credit))
        .join(JournalEntry, (JournalEntry.entity == JournalLine.entity) & (JournalEntry.number == JournalLine.entry))
        .where(JournalLine.entity == user.entity, JournalEntry.day >= start)
        .group_by(JournalLine.account)
    )
    span = {account: (debit, credit) for account, debit, credit in moved}
    rows, sums = [], [Decimal(0)] * 6
    for code in sorted(names):
        first, last = opening.get(code, Decimal(0)), closing.get(code, Decimal(0))
        debit, credit = span.get(code, (Decimal(0), Decimal(0)))
        cells = [
            max(first, Decimal(0)),
            max(-first, Decimal(0)),
            debit,
            credit,
            max(last, Decimal(0)),
            max(-last, Decimal(0)),
        ]
        if any(cells):
            sums = [total + cell for total, cell in zip(sums, cells, strict=True)]
            rows.append(
                AccountRow(code=code, name=names[code], cells=tuple(_money(c, user) if c else "–" for c in cells))
            )
    return tuple(rows), tuple(_money(total, user) for total in sums)


def _stock(session: Session, user: User, wanted: str) -> StockView:
    items = session.execute(
        select(Item.sku, Item.name)
        .where(Item.entity == user.entity, Item.sku.in_(select(StockMove.item).where(StockMove.entity == user.entity)))
        .order_by(Item.sku)
    ).all()
    sku = wanted or (items[0].sku if items else "")
    name = next((row.name for row in items if row.sku == sku), "")
    moves = session.scalars(
        select(StockMove).where(StockMove.entity == user.entity, StockMove.item == sku).order_by(StockMove.number)
    ).all()
    balance, shown = Decimal(0), []
    for move in moves:
        balance += move.quantity
        where = f"{move.site}, {move.status}"
        sign = "+" if move.quantity > 0 else "−"
        figure = f"{sign}{wording.quantity(abs(move.quantity))}"
        what = f"{move.kind.capitalize()} {move.document}"
        shown.append((wording.day(move.happened_at.date()), what, where, figure, wording.quantity(balance)))
    states = session.execute(
        select(StockBalance.site, StockBalance.status, StockBalance.quantity)
        .where(StockBalance.entity == user.entity, StockBalance.item == sku, StockBalance.quantity != 0)
        .order_by(StockBalance.site, StockBalance.status)
    )
    layers = session.scalars(
        select(ValuationLayer)
        .where(ValuationLayer.entity == user.entity, ValuationLayer.item == sku, ValuationLayer.remaining > 0)
        .order_by(ValuationLayer.happened_at, ValuationLayer.number)
    ).all()
    worth = sum((layer.value for layer in layers), Decimal(0))
    return StockView(
        known=tuple((row.sku, row.name) for row in items),
        item=sku,
        name=name,
        moves=tuple(shown[-MOVES_MAX:]),
        by_state=tuple((f"{site}, {status}", wording.quantity(quantity)) for site, status, quantity in states),
        layers=tuple(
            (f"{layer.document} at {layer.site}, {wording.quantity(layer.remaining)} left", _money(layer.value, user))
            for layer in layers
        ),
        on_hand=wording.quantity(balance),
        value=_money(worth, user),
    )


def _count(session: Session, user: User, start: date) -> int:
    query = select(func.count()).select_from(JournalEntry)
    return int(session.execute(query.where(JournalEntry.entity == user.entity, JournalEntry.day >= start)).scalar_one())


def _names(session: Session, user: User) -> dict[str, str]:
    return {a.code: a.name for a in session.scalars(select(Account).where(Account.entity == user.entity))}


def _who(session: Session, actor: str) -> str:
    person = session.get(Person, actor)
    return person.name if person else actor.removeprefix("system:").capitalize()


def _money(value: Decimal, user: User) -> str:
    return wording.plain_amount(value, user.currency)
