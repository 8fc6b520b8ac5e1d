"""Counts: what is to be counted, every scan that was made, and how far a count may differ without a person."""

from decimal import Decimal
from enum import StrEnum

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import (
    Base,
    Key,
    MaybeMoment,
    MaybeMoney,
    MaybeOrdinal,
    MaybeQuantity,
    Moment,
    Money,
    Ordinal,
    Quantity,
    Words,
)
from core.money import ZERO

OPEN, POSTED, CANCELLED = "open", "posted", "cancelled"


class RootCause(StrEnum):
    """Why a count differs from the books, as whoever confirmed it found out."""

    MISPLACED = "misplaced"
    UNBOOKED_ISSUE = "unbooked_issue"
    UNBOOKED_RECEIPT = "unbooked_receipt"
    UNIT_MIXED_UP = "unit_mixed_up"
    ITEM_MIXED_UP = "item_mixed_up"
    DAMAGE = "damage"
    THEFT = "theft"
    NOT_FOUND_OUT = "not_found_out"


class CountPolicy(Base):
    """How far a count may differ from the books without a person. An empty item: every item that has no row."""

    __tablename__ = "count_policy"
    entity: Mapped[Key]
    item: Mapped[Key]
    quantity_pct: Mapped[Quantity]  # of what is expected
    value_limit: Mapped[Money]  # in the entity's currency


class StockCount(Base):
    """A count at a site."""

    __tablename__ = "stock_count"
    entity: Mapped[Key]
    number: Mapped[Key]
    site: Mapped[Words]
    state: Mapped[Words]
    opened_at: Mapped[Moment]
    posted_at: Mapped[MaybeMoment]


class CountLine(Base):
    """One balance that is counted. `expected` is what the books had at the moment `held_at`: of the scan, or when they were
    asked again; `held_after` the last move that was booked then."""

    __tablename__ = "count_line"
    entity: Mapped[Key]
    count: Mapped[Key]
    line: Mapped[Ordinal]
    item: Mapped[Words]
    location: Mapped[Words]
    lot: Mapped[Words]
    status: Mapped[Words]
    counted: Mapped[MaybeQuantity]
    expected: Mapped[MaybeQuantity]
    held_at: Mapped[MaybeMoment]
    held_after: Mapped[MaybeOrdinal]
    unit_cost: Mapped[MaybeMoney]  # what a counted piece is said to be worth; none: what it costs here
    root_cause: Mapped[Words] = mapped_column(default="")
    confirmed_by: Mapped[Words] = mapped_column(default="")
    adjusted: Mapped[Quantity] = mapped_column(default=ZERO)

    __table_args__ = (CheckConstraint("counted is null or counted >= 0", name="counted_something"),)

    @property
    def difference(self) -> Decimal:
        """How many more were counted than the books had; nothing as long as it is not counted."""
        if self.counted is None or self.expected is None:
            return ZERO
        return self.counted - self.expected


class CountScan(Base):
    """One time somebody counted a line. Append-only by use: a recount is another scan."""

    __tablename__ = "count_scan"
    entity: Mapped[Key]
    count: Mapped[Key]
    line: Mapped[Ordinal]
    seq: Mapped[Ordinal]
    counted: Mapped[Quantity]
    told: Mapped[Words] = mapped_column(
        default=""
    )  # as it was counted, where that was not in base units: 3 case + 4 pcs
    expected: Mapped[Quantity]
    scanned_at: Mapped[Moment]
    scanned_by: Mapped[Words]
