"""Do the books hold: four equalities compared in one transaction, and the trial balance with opening, span and closing."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from core import wording
from core.books import accounts
from core.books.tables import JournalEntry, JournalLine
from core.masterdata.tables import Account
from core.payables.tables import PayableItem
from core.receiving.tables import GoodsReceiptLine
from core.stock.tables import ValuationLayer
from desk.web import User

ZERO = Decimal(0)
COLUMNS = ("Opening Dr", "Opening Cr", "Moved Dr", "Moved Cr", "Closing Dr", "Closing Cr")


@dataclass(frozen=True, kw_only=True, slots=True)
class Equality:
    """Two figures that must be one: a control account and what carries it."""

    label: str
    value: str
    holds: bool
    says: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AccountRow:
    """One account: opening, what moved, closing; each a debit and a credit."""

    code: str
    name: str
    cells: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class TrialBalance:
    """All accounts that moved or stand at something, with the sums of the columns."""

    rows: tuple[AccountRow, ...]
    totals: tuple[str, ...]


def equalities(session: Session, user: User) -> tuple[Equality, ...]:
    """Every sub-ledger beside its control account, as they are in this transaction."""
    debits, credits_ = session.execute(
        select(func.coalesce(func.sum(JournalLine.debit), 0), func.coalesce(func.sum(JournalLine.credit), 0)).where(
            JournalLine.entity == user.entity
        )
    ).one()
    control = _closing(session, user)
    owed, items = session.execute(
        select(func.coalesce(func.sum(PayableItem.open), 0), func.count()).where(
            PayableItem.entity == user.entity, PayableItem.open != 0
        )
    ).one()
    worth, layers = session.execute(
        select(func.coalesce(func.sum(ValuationLayer.value), 0), func.count()).where(
            ValuationLayer.entity == user.entity
        )
    ).one()
    unbilled, receipts = session.execute(
        select(
            func.coalesce(func.sum(GoodsReceiptLine.unbilled_value), 0),
            func.count(GoodsReceiptLine.receipt.distinct()).filter(GoodsReceiptLine.unbilled_value != 0),
        ).where(GoodsReceiptLine.entity == user.entity)
    ).one()
    money = wording.plain_amount(debits, user.currency)
    return (
        Equality(
            label="Debits and credits", value=money, holds=debits == credits_, says=_equal(debits, credits_, user)
        ),
        _equality("Payables", -control.get(accounts.PAYABLES, ZERO), owed, items, "open supplier item", user),
        _equality("Inventory", control.get(accounts.INVENTORY, ZERO), worth, layers, "valuation layer", user),
        _equality(
            "Goods received, not billed",
            -control.get(accounts.GOODS_RECEIVED, ZERO),
            unbilled,
            receipts,
            "open receipt",
            user,
        ),
    )


def trial_balance(session: Session, user: User, start: date) -> TrialBalance:
    """Opening before the day, what moved since, and closing."""
    before = JournalEntry.day < start
    found = session.execute(
        select(
            Account.code,
            Account.name,
            func.coalesce(func.sum(JournalLine.debit - JournalLine.credit).filter(before), 0),
            func.coalesce(func.sum(JournalLine.debit).filter(~before), 0),
            func.coalesce(func.sum(JournalLine.credit).filter(~before), 0),
        )
        .join(JournalLine, and_(JournalLine.entity == Account.entity, JournalLine.account == Account.code))
        .join(JournalEntry, and_(JournalEntry.entity == JournalLine.entity, JournalEntry.number == JournalLine.entry))
        .where(Account.entity == user.entity)
        .group_by(Account.code, Account.name)
        .order_by(Account.code)
    )
    rows, sums = [], [ZERO] * len(COLUMNS)
    for code, name, opening, debit, credit in found:
        closing = opening + debit - credit
        cells = [max(opening, ZERO), max(-opening, ZERO), debit, credit, max(closing, ZERO), max(-closing, ZERO)]
        sums = [total + cell for total, cell in zip(sums, cells, strict=True)]
        rows.append(AccountRow(code=code, name=name, cells=tuple(_cells(cells, user))))
    return TrialBalance(rows=tuple(rows), totals=tuple(wording.plain_amount(total, user.currency) for total in sums))


def _cells(cells: list[Decimal], user: User) -> list[str]:
    """An account stands on one side; that nothing moved is said with a dash."""
    empty = ("", "", "–", "–", "", "")
    return [
        wording.plain_amount(cell, user.currency) if cell else blank for cell, blank in zip(cells, empty, strict=True)
    ]


def _closing(session: Session, user: User) -> dict[str, Decimal]:
    controls = (accounts.PAYABLES, accounts.INVENTORY, accounts.GOODS_RECEIVED)
    return dict(
        session.execute(
            select(JournalLine.account, func.sum(JournalLine.debit - JournalLine.credit))
            .where(JournalLine.entity == user.entity, JournalLine.account.in_(controls))
            .group_by(JournalLine.account)
        ).all()
    )


def _equality(label: str, control: Decimal, carried: Decimal, count: int, what: str, user: User) -> Equality:
    holds = control == carried
    named = wording.plural(count, what)
    says = f"equals {named}" if holds else f"{named} say {wording.plain_amount(carried, user.currency)}"
    return Equality(label=label, value=wording.plain_amount(control, user.currency), holds=holds, says=says)


def _equal(debits: Decimal, credits_: Decimal, user: User) -> str:
    if debits == credits_:
        return "equal, in every entry"
    return f"credits are {wording.plain_amount(credits_, user.currency)}"
