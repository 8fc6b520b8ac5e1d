"""Questions on the journal: the trial balance of a span of days, entries with their lines, an account's balance."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from core.books.tables import JournalEntry, JournalLine
from core.masterdata.tables import Account
from core.money import ZERO

ENTRIES_MAX = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class AccountBalance:
    """One account over a span: what stood on it before, what was debited and credited in it. Debit positive."""

    account: str
    name: str
    opening: Decimal
    debit: Decimal
    credit: Decimal

    @property
    def closing(self) -> Decimal:
        """What stands on it at the end of the span."""
        return self.opening + self.debit - self.credit


@dataclass(frozen=True, kw_only=True, slots=True)
class Posted:
    """One entry with its lines as (account, signed amount), debit positive."""

    number: str
    day: date
    document: str
    says: str
    actor: str
    case: str | None
    reverses: str | None
    sides: tuple[tuple[str, Decimal], ...]


def trial_balance(session: Session, entity: str, day_from: date, day_to: date) -> tuple[AccountBalance, ...]:
    """Every account of the chart over the days from `day_from` to `day_to`, both included. The closings add up to 0."""
    before, within = JournalEntry.day < day_from, JournalEntry.day.between(day_from, day_to)
    moved = (
        select(
            JournalLine.account,
            func.sum(JournalLine.debit - JournalLine.credit).filter(before).label("opening"),
            func.sum(JournalLine.debit).filter(within).label("debit"),
            func.sum(JournalLine.credit).filter(within).label("credit"),
        )
        .join(JournalEntry, (JournalEntry.entity == JournalLine.entity) & (JournalEntry.number == JournalLine.entry))
        .where(JournalLine.entity == entity, JournalEntry.day <= day_to)
        .group_by(JournalLine.account)
        .subquery()
    )
    rows = session.execute(
        select(Account.code, Account.name, moved.c.opening, moved.c.debit, moved.c.credit)
        .join(moved, moved.c.account == Account.code, isouter=True)
        .where(Account.entity == entity)
        .order_by(Account.code)
    )
    return tuple(
        AccountBalance(account=code, name=name, opening=opening or ZERO, debit=debit or ZERO, credit=credit or ZERO)
        for code, name, opening, debit, credit in rows
    )


def balance(session: Session, entity: str, account: str) -> Decimal:
    """What stands on an account now, in the entity's currency, debit positive."""
    total = func.coalesce(func.sum(JournalLine.debit - JournalLine.credit), ZERO)
    where = (JournalLine.entity == entity, JournalLine.account == account)
    return Decimal(session.execute(select(total).where(*where)).scalar_one())


def entry(session: Session, entity: str, number: str) -> Posted | None:
    """One entry with its lines; None when there is none of that number."""
    return next(
        _posted(session, select(JournalEntry).where(JournalEntry.entity == entity, JournalEntry.number == number)), None
    )


def journal(
    session: Session, entity: str, *, document: str | None = None, most: int = ENTRIES_MAX
) -> tuple[Posted, ...]:
    """The newest entries in the order in which they were posted, of one document when it is named."""
    wanted = select(JournalEntry).where(JournalEntry.entity == entity)
    if document is not None:
        wanted = wanted.where(JournalEntry.document == document)
    newest = wanted.order_by(
        JournalEntry.recorded_at.desc(), func.length(JournalEntry.number).desc(), JournalEntry.number.desc()
    ).limit(most)
    return tuple(_posted(session, newest))[::-1]


def _posted(session: Session, wanted: Select[JournalEntry]) -> Iterator[Posted]:
    found = session.scalars(wanted).all()
    lines = _lines(session, found)
    for row in found:
        yield Posted(
            number=row.number,
            day=row.day,
            document=row.document,
            says=row.says,
            actor=row.actor,
            case=row.case,
            reverses=row.reverses,
            sides=tuple(lines.get(row.number, ())),
        )


def _lines(session: Session, entries: Sequence[JournalEntry]) -> dict[str, list[tuple[str, Decimal]]]:
    if not entries:
        return {}
    rows = session.execute(
        select(JournalLine.entry, JournalLine.account, JournalLine.debit - JournalLine.credit)
        .where(JournalLine.entity == entries[0].entity, JournalLine.entry.in_([row.number for row in entries]))
        .order_by(JournalLine.entry, JournalLine.line)
    )
    sides: dict[str, list[tuple[str, Decimal]]] = {}
    for number, account, amount in rows:
        sides.setdefault(number, []).append((account, amount))
    return sides
