"""Order points, calendars, and suggestions with the arithmetic that gave them."""

from datetime import date

from sqlalchemy import BigInteger, CheckConstraint, Date, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Day, Json, Key, MaybeQuantity, Moment, Quantity, Words

BUY, TRANSFER = "buy", "transfer"
OPEN, TAKEN, LEFT, WITHDRAWN = "open", "taken", "left", "withdrawn"


class OrderPoint(Base):
    """When an item is replenished at a site: below `minimum` (or `safety`) up to `target`; above `maximum` down to it.

    With a `source` site pieces are transferred from there, else they are bought.
    """

    __tablename__ = "order_point"
    entity: Mapped[Key]
    item: Mapped[Key]
    site: Mapped[Key]
    minimum: Mapped[MaybeQuantity]
    target: Mapped[MaybeQuantity]
    maximum: Mapped[MaybeQuantity]
    safety: Mapped[MaybeQuantity]
    source: Mapped[Words] = mapped_column(default="")
    overflow_to: Mapped[Words] = mapped_column(default="")
    supplier: Mapped[Words] = mapped_column(default="")
    lead_days: Mapped[int] = mapped_column(default=0)  # working days of the calendar from ordering to having
    period_days: Mapped[int] = mapped_column(default=30)  # so many days after the lead time are looked at
    calendar: Mapped[Words] = mapped_column(default="")  # empty: every day is a working day


class WorkCalendar(Base):
    """The days on which somebody works: weekdays (0 is Monday) without the holidays."""

    __tablename__ = "work_calendar"
    entity: Mapped[Key]
    code: Mapped[Key]
    weekdays: Mapped[Json]  # [0, 1, 2, 3, 4]
    holidays: Mapped[Json]  # ["2026-12-25", ...]


class Suggestion(Base):
    """So many pieces to buy or to transfer, by when, and the netting that says so. It changes no stock and no order.

    One that was left stays left until more is missing than was left, or nothing is.
    """

    __tablename__ = "replenishment_suggestion"
    entity: Mapped[Key]
    number: Mapped[Key]
    kind: Mapped[Words]  # buy, transfer
    item: Mapped[Words]
    site: Mapped[Words]  # that gets the pieces
    from_site: Mapped[Words] = mapped_column(default="")
    supplier: Mapped[Words] = mapped_column(default="")
    quantity: Mapped[Quantity]
    need_by: Mapped[Day]
    order_by: Mapped[Day]
    netting: Mapped[Json]  # [[what, quantity], ...] in the order in which it is reckoned
    state: Mapped[Words]  # open, taken, left, withdrawn
    document: Mapped[Words] = mapped_column(default="")  # the order or the transfer it became
    reason: Mapped[Words] = mapped_column(default="")  # why it was left
    left_by: Mapped[Words] = mapped_column(default="")
    made_at: Mapped[Moment]

    __table_args__ = (
        CheckConstraint("quantity > 0", name="of_something"),
        Index(
            "uq_replenishment_suggestion_open",
            "entity", "item", "kind", "site", "from_site",
            unique=True,
            postgresql_where=text("state in ('open', 'left')"),
        ),
        Index("ix_replenishment_suggestion_queue", "entity", "state", "order_by"),
    )  # fmt: skip


class ReplenishmentRun(Base):
    """How far the last run over everything, or over all that changed, has read."""

    __tablename__ = "replenishment_run"
    entity: Mapped[Key]
    last_move: Mapped[int] = mapped_column(BigInteger, default=0)
    last_event: Mapped[int] = mapped_column(BigInteger, default=0)


class NextLook(Base):
    """The day on which an item is to be looked at again although nothing happens to it: a demand comes into sight, a
    forecast or a claim ends."""

    __tablename__ = "replenishment_look"
    entity: Mapped[Key]
    item: Mapped[Key]
    day: Mapped[date] = mapped_column(Date)

    __table_args__ = (Index("ix_replenishment_look_day", "entity", "day"),)
