"""Transfers that take time: what was shipped, what arrived of it, what was lost on the way, what was called back."""

from decimal import Decimal

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Key, Moment, Ordinal, Quantity, Words
from core.money import ZERO


class StockTransfer(Base):
    """Pieces on their way from a site to another of the entity. `closed` once all arrived, were given up
    or are back."""

    __tablename__ = "stock_transfer"
    entity: Mapped[Key]
    number: Mapped[Key]
    site: Mapped[Words]
    to_site: Mapped[Words]
    shipped_at: Mapped[Moment]
    closed: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (Index("ix_stock_transfer_open", "entity", "to_site", postgresql_where=text("not closed")),)


class StockTransferLine(Base):
    """One item (of one lot) of a transfer, in base units, and the location it left from."""

    __tablename__ = "stock_transfer_line"
    entity: Mapped[Key]
    transfer: Mapped[Key]
    line: Mapped[Ordinal]
    item: Mapped[Words]
    lot: Mapped[Words]
    location: Mapped[Words]
    quantity: Mapped[Quantity]
    received: Mapped[Quantity] = mapped_column(default=ZERO)
    lost: Mapped[Quantity] = mapped_column(default=ZERO)
    recalled: Mapped[Quantity] = mapped_column(default=ZERO)

    __table_args__ = (CheckConstraint("received + lost + recalled <= quantity", name="no_more_than_shipped"),)

    @property
    def on_the_way(self) -> Decimal:
        """What has neither arrived, nor been given up, nor called back."""
        return self.quantity - self.received - self.lost - self.recalled
