"""The stock ledger: moves that are never changed, the balances they add up to, and the layers that value them."""

from decimal import Decimal
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Key, Moment, Money, Ordinal, Quantity, Words


class StockStatus(StrEnum):
    """On hand is the sum of all; only `AVAILABLE` may be promised (DESIGN.md, promise 3)."""

    AVAILABLE = "available"
    INSPECTION = "inspection"
    HOLD = "hold"
    DAMAGED = "damaged"
    IN_TRANSIT = "in_transit"


class StockMove(Base):
    """One signed change of one balance, in base units. Append-only: a trigger refuses update and delete."""

    __tablename__ = "stock_move"
    entity: Mapped[Key]
    number: Mapped[Ordinal]
    item: Mapped[Words]
    site: Mapped[Words]
    location: Mapped[Words] = mapped_column(default="")
    lot: Mapped[Words] = mapped_column(default="")
    status: Mapped[Words]
    quantity: Mapped[Quantity]
    value: Mapped[Money]  # change of inventory value in the entity's currency, 0 for a change of status
    document: Mapped[Words]
    kind: Mapped[Words]  # receipt, inspection, return, scrap, adjustment, opening, transfer, issue
    happened_at: Mapped[Moment]
    recorded_at: Mapped[Moment]

    __table_args__ = (
        CheckConstraint("quantity <> 0", name="not_nothing"),
        Index("ix_stock_move_balance", "entity", "item", "site", "location", "lot", "status", "number"),
        Index("ix_stock_move_document", "entity", "document"),
    )


class StockBalance(Base):
    """The running sum of the moves of one key. Never written but by `core.stock.ledger.move`."""

    __tablename__ = "stock_balance"
    entity: Mapped[Key]
    item: Mapped[Key]
    site: Mapped[Key]
    location: Mapped[Key]
    lot: Mapped[Key]
    status: Mapped[Key]
    quantity: Mapped[Quantity] = mapped_column(default=Decimal(0))


class ValuationLayer(Base):
    """What a quantity that came in cost, oldest first out. `remaining` and `value` reach zero together."""

    __tablename__ = "valuation_layer"
    entity: Mapped[Key]
    number: Mapped[Ordinal]
    item: Mapped[Words]
    site: Mapped[Words]
    document: Mapped[Words]
    quantity: Mapped[Quantity]
    remaining: Mapped[Quantity]
    value: Mapped[Money]  # of what remains, in the entity's currency
    happened_at: Mapped[Moment]

    __table_args__ = (
        CheckConstraint("remaining >= 0 and (remaining > 0 or value = 0)", name="empty_is_worthless"),
        Index("ix_valuation_layer_item", "entity", "item", "site", "happened_at", "number"),
    )
