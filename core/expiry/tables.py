"""How long an item keeps, as far as its planner says so."""

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Key

WARNING_DAYS = 30
"""So many days before its last useful day a lot is looked at where nobody said otherwise."""


class ShelfLife(Base):
    """Per item: how many days ahead a lot is warned of, and how many days before its expiry it is of no use any more."""

    __tablename__ = "shelf_life"
    entity: Mapped[Key]
    item: Mapped[Key]
    warning_days: Mapped[int] = mapped_column(default=WARNING_DAYS)
    safety_days: Mapped[int] = mapped_column(default=0)

    __table_args__ = (CheckConstraint("warning_days >= 0 and safety_days >= 0", name="days"),)
