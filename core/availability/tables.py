"""Claims on stock, and what is planned to come and to go. A claim is never a status: reserved pieces stay available.

Order lines are not here: what is open of a purchase order counts as supply by the day its supplier promised.
"""

from datetime import date
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Day, Key, MaybeDay, MaybeMoment, Moment, Quantity, Words

HELD, RELEASED, EXPIRED, CONSUMED = "held", "released", "expired", "consumed"
OPEN, DONE, CANCELLED = "open", "done", "cancelled"


class Strength(StrEnum):
    """What a reservation is good for: a hard one keeps its pieces from everybody else, a soft one is a wish on record."""

    HARD = "hard"
    SOFT = "soft"


class Direction(StrEnum):
    """Whether a planned move brings pieces or takes them."""

    SUPPLY = "supply"
    DEMAND = "demand"


class Reservation(Base):
    """A claim of a document on available pieces at a site, or at one location or of one lot there."""

    __tablename__ = "reservation"
    entity: Mapped[Key]
    number: Mapped[Key]
    item: Mapped[Words]
    site: Mapped[Words]
    location: Mapped[Words] = mapped_column(default="")  # empty: wherever at the site
    lot: Mapped[Words] = mapped_column(default="")  # empty: whichever lot
    document: Mapped[Words]
    line: Mapped[int] = mapped_column(default=0)
    quantity: Mapped[Quantity]  # still claimed, in base units
    strength: Mapped[Words]
    state: Mapped[Words]  # held, released, expired, consumed
    day: Mapped[MaybeDay]  # on which the pieces are to leave; none where nobody said
    expires_at: Mapped[MaybeMoment]
    made_at: Mapped[Moment]

    __table_args__ = (
        CheckConstraint("quantity > 0 or (quantity = 0 and state <> 'held')", name="claims_something"),
        Index("ix_reservation_held", "entity", "item", "site", postgresql_where=text("state = 'held'")),
        Index("ix_reservation_document", "entity", "document", "line"),
        Index(
            "ix_reservation_lapses",
            "entity",
            "expires_at",
            postgresql_where=text("state = 'held' and expires_at is not null"),
        ),
        Index("ix_reservation_day", "entity", "day", postgresql_where=text("state = 'held' and day is not null")),
    )


class PlannedMove(Base):
    """Pieces planned to come or to go on a day. A forecast is a demand for a window, `day` to `until`, less what is
    ordered in it."""

    __tablename__ = "planned_move"
    entity: Mapped[Key]
    number: Mapped[Key]
    direction: Mapped[Words]
    kind: Mapped[Words]  # receipt, transfer, production; shipment, sales, forecast, ...
    item: Mapped[Words]
    site: Mapped[Words]
    day: Mapped[Day]
    until: Mapped[MaybeDay]
    quantity: Mapped[Quantity]  # planned, in base units
    done: Mapped[Quantity] = mapped_column(default=Decimal(0))
    document: Mapped[Words]
    line: Mapped[int] = mapped_column(default=0)
    state: Mapped[Words]  # open, done, cancelled

    __table_args__ = (
        CheckConstraint("quantity > 0 and done >= 0", name="sane"),
        CheckConstraint("until is null or until >= day", name="window"),
        Index("ix_planned_move_open", "entity", "item", "site", "day", postgresql_where=text("state = 'open'")),
        Index("ix_planned_move_document", "entity", "document", "line"),
    )

    @property
    def left(self) -> Decimal:
        """What is still to come or to go."""
        return max(self.quantity - self.done, Decimal(0))

    @property
    def last(self) -> date:
        """The last day it is about."""
        return self.until or self.day
