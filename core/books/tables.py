"""The journal: entries that balance, and are never edited. A mistake is reversed by its mirror."""

from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Day, Key, MaybeWords, Moment, Money, Ordinal, Words


class JournalEntry(Base):
    """One posting. `actor` did it, `case` is why when a case led to it, `reverses` names the entry it mirrors."""

    __tablename__ = "journal_entry"
    entity: Mapped[Key]
    number: Mapped[Key]
    day: Mapped[Day]
    recorded_at: Mapped[Moment]
    document: Mapped[Words]
    says: Mapped[Words]
    actor: Mapped[Words]
    case: Mapped[MaybeWords]
    reverses: Mapped[MaybeWords]

    __table_args__ = (
        Index("ix_journal_entry_day", "entity", "day"),
        Index("ix_journal_entry_document", "entity", "document"),
        Index("ix_journal_entry_reverses", "entity", "reverses", unique=True),
    )


class JournalLine(Base):
    """One side of one entry. Exactly one of debit and credit is positive, in the entity's currency."""

    __tablename__ = "journal_line"
    entity: Mapped[Key]
    entry: Mapped[Key]
    line: Mapped[Ordinal]
    account: Mapped[Words]
    debit: Mapped[Money] = mapped_column(default=Decimal(0))
    credit: Mapped[Money] = mapped_column(default=Decimal(0))
    supplier: Mapped[MaybeWords]

    __table_args__ = (
        ForeignKeyConstraint(["entity", "entry"], ["journal_entry.entity", "journal_entry.number"]),
        CheckConstraint("debit >= 0 and credit >= 0 and (debit = 0) <> (credit = 0)", name="one_side"),
        Index("ix_journal_line_account", "entity", "account"),
    )
