"""What one entity of the group sold to another, layer by layer."""

from sqlalchemy import BigInteger, Index
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
