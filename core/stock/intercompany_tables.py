"""What one entity of the group sold to another, layer by layer."""

from sqlalchemy import BigInteger, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Key, Money, Ordinal, Quantity, Words


class IntercompanyLayer(Base):
    """A layer that came from another entity: what it cost there, and the price it came at. `entity` is the buyer, `entry`
    its cost entry; `sold_by` is the seller's. Never changed: what costs become later is asked of the entries."""

    __tablename__ = "intercompany_layer"
    entity: Mapped[Key]
    entry: Mapped[Ordinal]
    seller: Mapped[Words]
    sold_by: Mapped[int] = mapped_column(BigInteger)
    document: Mapped[Words]
    quantity: Mapped[Quantity]
    cost: Mapped[Money]
    price: Mapped[Money]

    __table_args__ = (Index("ix_intercompany_layer_seller", "seller", "sold_by"),)
