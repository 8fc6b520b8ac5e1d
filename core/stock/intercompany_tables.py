"""What one entity of the group sold to another, layer by layer, what of it came back, and what was paid."""

from sqlalchemy import BigInteger, CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Key, Money, Ordinal, Quantity, Rate, Words


class IntercompanyLayer(Base):
    """A layer that came from another entity: what it cost there and what it was sold for, in the seller's currency, and
    the price it came at in the buyer's, at `rate`. `entity` is the buyer, `entry` its cost entry; `sold_by` is the
    seller's. Never changed: what costs become later is asked of the entries."""

    __tablename__ = "intercompany_layer"
    entity: Mapped[Key]
    entry: Mapped[Ordinal]
    seller: Mapped[Words]
    sold_by: Mapped[int] = mapped_column(BigInteger)
    document: Mapped[Words]
    quantity: Mapped[Quantity]
    cost: Mapped[Money]
    sold_for: Mapped[Money]
    price: Mapped[Money]
    rate: Mapped[Rate]

    __table_args__ = (Index("ix_intercompany_layer_seller", "seller", "sold_by"),)


class IntercompanyReturn(Base):
    """What the buyer sent back of a layer, at the price it came at: in the seller's currency and in the buyer's.
    `entity` is the buyer, `entry` its cost entry of the layer. Added to and never changed."""

    __tablename__ = "intercompany_return"
    entity: Mapped[Key]
    number: Mapped[Key]
    entry: Mapped[Ordinal]
    seller: Mapped[Words]
    document: Mapped[Words]  # of the return, in the seller's books
    quantity: Mapped[Quantity]
    sold_for: Mapped[Money]
    price: Mapped[Money]

    __table_args__ = (
        CheckConstraint("quantity > 0", name="of_something"),
        Index("ix_intercompany_return_layer", "entity", "entry"),
    )


class IntercompanySettlement(Base):
    """What the buyer paid the seller: `amount` in the seller's currency, `cleared` of what it owes by its own books, and
    `paid` at the rate of the day; the difference is one of exchange. `entity` is the buyer."""

    __tablename__ = "intercompany_settlement"
    entity: Mapped[Key]
    number: Mapped[Key]
    seller: Mapped[Words]
    amount: Mapped[Money]
    cleared: Mapped[Money]
    paid: Mapped[Money]

    __table_args__ = (
        CheckConstraint("amount > 0", name="of_something"),
        Index("ix_intercompany_settlement_seller", "entity", "seller"),
    )
