"""The journal as people read it: postings newest first, and one of them with why it was booked and what it moved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from fastapi import HTTPException
from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from core import wording
from core.books import accounts
from core.books.tables import JournalEntry, JournalLine
from core.deciding.proposals import Decision
from core.masterdata.tables import Account, Supplier
from core.payables.tables import BilledReceipt, PayableItem, SupplierInvoice
from core.people.tables import Person
from desk.web import User, short_digest

ENTRIES_MAX = 50


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
class Journal:
    """The postings of a span, newest first: at most `ENTRIES_MAX` of `count`, with the total of all."""

    rows: tuple[EntryRow, ...]
    count: int
    total: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Why:
    """One line of why it was booked."""

    what: str
    words: str
    small: str = ""
    link: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class EntryView:
    """One posting. `reversible` is for a controller: nothing it moved has a better way back."""

    number: str
    says: str
    lines: tuple[tuple[str, str, str], ...]
    balances: bool
    why: tuple[Why, ...]
    moved: tuple[tuple[str, str, str], ...]
    reverses: str
    mirror: str
    case: str
    reversible: bool
    note: str = ""


def journal(session: Session, user: User, start: date, account: str = "") -> Journal:
    """What was posted since a day, on one account when one is named."""
    condition = _since(user, start, account)
    found = session.scalars(
        select(JournalEntry)
        .where(condition)
        .order_by(JournalEntry.recorded_at.desc(), func.length(JournalEntry.number).desc(), JournalEntry.number.desc())
        .limit(ENTRIES_MAX)
    ).all()
    sums = {
        number: (debit, supplier)
        for number, debit, supplier in session.execute(
            select(JournalLine.entry, func.sum(JournalLine.debit), func.max(JournalLine.supplier))
            .where(JournalLine.entity == user.entity, JournalLine.entry.in_([entry.number for entry in found]))
            .group_by(JournalLine.entry)
        )
    }
    count, total = session.execute(
        select(func.count(JournalEntry.number.distinct()), func.coalesce(func.sum(JournalLine.debit), 0))
        .join(JournalLine, and_(JournalLine.entity == JournalEntry.entity, JournalLine.entry == JournalEntry.number))
        .where(condition)
    ).one()
    suppliers = _supplier_names(session, user, {supplier for _, supplier in sums.values() if supplier})
    who = _deciders(session, user, found)
    parties = {number: suppliers.get(supplier or "", "") for number, (_, supplier) in sums.items()}
    rows = tuple(
        EntryRow(
            number=entry.number,
            at=f"{entry.day.day} {entry.day:%b} {wording.hour(entry.recorded_at)}",
            says=entry.says.removesuffix(f" of {parties[entry.number]}"),
            party=parties[entry.number],
            by=who[entry.number],
            amount=wording.plain_amount(sums[entry.number][0], user.currency),
        )
        for entry in found
    )
    return Journal(rows=rows, count=count, total=wording.plain_amount(total, user.currency))


def count_since(session: Session, user: User, start: date) -> int:
    """How many postings there are since a day."""
    query = select(func.count()).select_from(JournalEntry).where(_since(user, start, ""))
    return int(session.execute(query).scalar_one())


def entry_view(session: Session, user: User, number: str, *, note: str = "") -> EntryView:
    """One posting explained. 404 when there is none of that number."""
    entry = session.get(JournalEntry, (user.entity, number))
    if entry is None:
        raise HTTPException(404, f"There is no journal entry {number} in {user.entity}.")
    names = account_names(session, user)
    lines = session.scalars(
        select(JournalLine)
        .where(JournalLine.entity == user.entity, JournalLine.entry == number)
        .order_by(JournalLine.line)
    ).all()
    mirror = session.scalars(
        select(JournalEntry.number).where(JournalEntry.entity == user.entity, JournalEntry.reverses == number)
    ).first()
    moved_stock = any(line.account == accounts.INVENTORY for line in lines)
    taken_back = mirror is not None or entry.reverses is not None
    return EntryView(
        number=number,
        says=entry.says,
        lines=tuple(
            (
                f"{line.account} {names.get(line.account, '')}",
                wording.plain_amount(line.debit, user.currency) if line.debit else "",
                wording.plain_amount(line.credit, user.currency) if line.credit else "",
            )
            for line in lines
        ),
        balances=sum((line.debit - line.credit for line in lines), Decimal(0)) == 0,
        why=tuple(_why(session, user, entry)),
        moved=tuple(_moved(session, user, entry)),
        reverses=entry.reverses or "",
        mirror=mirror or "",
        case=entry.case or "",
        reversible="controller" in user.roles and not (entry.case or moved_stock or taken_back),
        note=note,
    )


def account_names(session: Session, user: User) -> dict[str, str]:
    """The chart of accounts."""
    return dict(session.execute(select(Account.code, Account.name).where(Account.entity == user.entity)).all())


def _since(user: User, start: date, account: str) -> ColumnElement[bool]:
    condition = and_(JournalEntry.entity == user.entity, JournalEntry.day >= start)
    if not account:
        return condition
    touching = select(JournalLine.entry).where(JournalLine.entity == user.entity, JournalLine.account == account)
    return and_(condition, JournalEntry.number.in_(touching))


def _supplier_names(session: Session, user: User, numbers: set[str]) -> dict[str, str]:
    wanted = select(Supplier.number, Supplier.name).where(Supplier.entity == user.entity, Supplier.number.in_(numbers))
    return dict(session.execute(wanted).all())


def _deciders(session: Session, user: User, entries: Sequence[JournalEntry]) -> dict[str, str]:
    """Who decided each posting: a person, a rule, or whatever of the system booked it."""
    decided = _decisions(session, user, {entry.case for entry in entries if entry.case})
    people = dict(session.execute(select(Person.id, Person.name)).all())
    return {entry.number: _by(entry, decided.get(entry.number), people) for entry in entries}


def _decisions(session: Session, user: User, cases: set[str]) -> dict[str, Decision]:
    """The decision that made each entry, by the entry's number."""
    made = session.scalars(
        select(Decision).where(
            Decision.entity == user.entity, Decision.case.in_(cases), Decision.carried_out_at.is_not(None)
        )
    )
    return {
        str(document["entry"]): decision
        for decision in made
        for document in decision.outcome or []
        if document.get("entry")
    }


def _by(entry: JournalEntry, decision: Decision | None, people: dict[str, str]) -> str:
    if decision is not None and decision.decided_by.startswith("rule:"):
        return f"Rule {decision.decided_by.removeprefix('rule:')}"
    actor = decision.decided_by if decision is not None else entry.actor
    return people.get(actor, actor.removeprefix("system:").capitalize())


def _why(session: Session, user: User, entry: JournalEntry) -> list[Why]:
    why: list[Why] = []
    invoice = session.get(SupplierInvoice, (user.entity, entry.document))
    if invoice is None:
        why.append(Why(what="Document", words=entry.document))
    else:
        billed = f"billed {wording.amount(invoice.total, invoice.currency)}" if invoice.total is not None else ""
        why.append(
            Why(
                what="Document", words=f"Invoice {invoice.their_number}", small=billed, link=_find(invoice.their_number)
            )
        )
        if invoice.order:
            why.append(Why(what="Order", words=invoice.order, link=_find(invoice.order)))
        receipts = session.scalars(
            select(BilledReceipt.receipt)
            .where(BilledReceipt.entity == user.entity, BilledReceipt.invoice == invoice.number)
            .distinct()
        ).all()
        if arrived := sorted(receipt for receipt in receipts if receipt):
            why.append(Why(what="Receipt", words=wording.listed(arrived), link=_find(arrived[0])))
    people = dict(session.execute(select(Person.id, Person.name)).all())
    decision = _decisions(session, user, {entry.case} if entry.case else set()).get(entry.number)
    by = _by(entry, decision, people)
    if decision is not None:
        card = f"on card {short_digest(decision.digest)}, policy {decision.policy_version}"
        words = f"{by}, {wording.hour(decision.decided_at)}, {entry.case}"
        why.append(Why(what="Decided", words=words, small=card, link=f"/cases/{entry.case}"))
        why.append(Why(what="Proof", words="Audit entries of the case", link=f"/audit?find={entry.case}"))
    else:
        why.append(Why(what="Booked by", words=by, small=wording.day(entry.day)))
    return why


def _moved(session: Session, user: User, entry: JournalEntry) -> list[tuple[str, str, str]]:
    """What we owed the supplier before and after."""
    items = session.scalars(
        select(PayableItem).where(PayableItem.entity == user.entity, PayableItem.entry == entry.number)
    ).all()
    moved = []
    for item in items:
        before = session.execute(
            select(func.coalesce(func.sum(PayableItem.amount), 0)).where(
                PayableItem.entity == user.entity,
                PayableItem.supplier == item.supplier,
                PayableItem.number < item.number,
            )
        ).scalar_one()
        name = _supplier_names(session, user, {item.supplier}).get(item.supplier, item.supplier)
        was, now = (wording.plain_amount(value, user.currency) for value in (before, before + item.amount))
        moved.append((f"We owe {name}", was, now))
    return moved


def _find(words: str) -> str:
    return f"/search?q={words}"
