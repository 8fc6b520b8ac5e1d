"""What was sold as kits, and what was sold without ever being in stock."""

from decimal import Decimal

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Json, Key, Moment, Money, Quantity, Words


class KitIssue(Base):
    """Kits that went out under a document, and how many of them came back."""

    __tablename__ = "kit_issue"
    entity: Mapped[Key]
    document: Mapped[Key]
    kits: Mapped[Quantity]
    returned: Mapped[Quantity] = mapped_column(default=Decimal(0))
    components: Mapped[Json]  # [[item, lot, quantity of one kit as a string], ...]

    __table_args__ = (CheckConstraint("returned <= kits", name="no_more_than_went"),)


class DropShipment(Base):
    """Pieces that went from a supplier straight to our customer. `unbilled_value` stands on goods received."""

    __tablename__ = "drop_shipment"
    entity: Mapped[Key]
    number: Mapped[Key]
    item: Mapped[Words]
    quantity: Mapped[Quantity]
    value: Mapped[Money]
    unbilled_value: Mapped[Money]
    supplier: Mapped[Words]
    document: Mapped[Words]
    happened_at: Mapped[Moment]
