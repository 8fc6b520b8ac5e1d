"""Customers, their orders, and the shipments of these.

An order line counts in pieces, the item's base unit; its price is of one `unit`, which is `unit_factor` pieces. What was
shipped, billed, sent back and credited of it is the sum of its shipment lines, and the database lets none of these pass
what it follows from.
"""

from decimal import Decimal

from sqlalchemy import BigInteger, CheckConstraint, Index, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from core.availability.arithmetic import USUAL
from core.db import (
    Base,
    Day,
    Key,
    MaybeDay,
    MaybeMoment,
    MaybeMoney,
    MaybeOrdinal,
    Moment,
    Money,
    Ordinal,
    Quantity,
    Version,
    Words,
)
from core.money import ZERO

ENTERED, ON_HOLD, CONFIRMED, SHIPPED, CLOSED, CANCELLED = (
    "entered",
    "on_hold",
    "confirmed",
    "shipped",
    "closed",
    "cancelled",
)
COUNTS_AS_EXPOSURE = (CONFIRMED, SHIPPED)
"""Orders whose pieces that are not billed yet count against the customer's credit limit."""


class Customer(Base):
    """A party we sell to, in the books' currency. `credit_limit`: None means that nobody set one."""

    __tablename__ = "customer"
    entity: Mapped[Key]
    number: Mapped[Key]
    name: Mapped[Words]
    currency: Mapped[Words]
    terms_days: Mapped[int]
    credit_limit: Mapped[MaybeMoney]
    account: Mapped[Words]  # what the customer owes stands here
    tier: Mapped[int] = mapped_column(default=USUAL)  # priority, from 1, who is served first where there is too little
    domains: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)  # whose mail is theirs
    version: Mapped[Version] = mapped_column()

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (CheckConstraint("tier between 1 and 9", name="known_tier"),)


class SalesOrder(Base):
    """An order of a customer. `state` is entered, on_hold (over the credit limit, `hold_reason` says by how much),
    confirmed (something is still to ship; with `held_at` nothing leaves because of the customer's credit), shipped
    (something is still to bill), closed or cancelled."""

    __tablename__ = "sales_order"
    entity: Mapped[Key]
    number: Mapped[Key]
    customer: Mapped[Words]
    their_number: Mapped[Words] = mapped_column(default="")  # the customer's own number of it
    state: Mapped[Words]
    hold_reason: Mapped[Words] = mapped_column(default="")
    entered_by: Mapped[Words]
    entered_at: Mapped[Moment]
    confirmed_at: Mapped[MaybeMoment]
    held_at: Mapped[MaybeMoment]  # since when nothing of a confirmed order leaves, `hold_reason` says why
    released: Mapped[Money] = mapped_column(default=ZERO)  # of that much may still leave, whatever the credit says
    released_by: Mapped[Words] = mapped_column(default="")

    __table_args__ = (
        CheckConstraint("held_at is null or hold_reason <> ''", name="held_for_a_reason"),
        CheckConstraint("released >= 0 and (released = 0 or released_by <> '')", name="released_by_somebody"),
        Index("ix_sales_order_customer", "entity", "customer", "state"),
    )


class SalesOrderLine(Base):
    """One line of an order. Everything from `pieces` on is in the item's base unit; `credited` counts pieces whose price
    was given back, whether the goods came back or not."""

    __tablename__ = "sales_order_line"
    entity: Mapped[Key]
    order: Mapped[Key]
    line: Mapped[Ordinal]
    item: Mapped[Words]
    site: Mapped[Words]
    unit: Mapped[Words]
    unit_factor: Mapped[Quantity]
    quantity: Mapped[Quantity]  # in `unit`
    price: Mapped[Quantity]  # of one `unit`, in the books' currency
    promised: Mapped[Day]
    instead_of: Mapped[MaybeOrdinal]  # the line whose pieces a substitute stands in for; none where it was ordered
    plan: Mapped[Words] = mapped_column(default="")  # the demand that a confirmed line is (`core.availability`)
    pieces: Mapped[Quantity]
    cancelled: Mapped[Quantity] = mapped_column(default=ZERO)
    shipped: Mapped[Quantity] = mapped_column(default=ZERO)
    billed: Mapped[Quantity] = mapped_column(default=ZERO)
    returned: Mapped[Quantity] = mapped_column(default=ZERO)
    credited: Mapped[Quantity] = mapped_column(default=ZERO)
    credited_amount: Mapped[Money] = mapped_column(default=ZERO)

    __table_args__ = (
        CheckConstraint("pieces > 0 and quantity > 0 and unit_factor > 0 and price >= 0", name="sane"),
        CheckConstraint("cancelled >= 0 and shipped >= 0 and shipped + cancelled <= pieces", name="ordered_first"),
        CheckConstraint("billed >= 0 and billed <= shipped", name="shipped_first"),
        CheckConstraint("credited >= 0 and credited <= billed", name="billed_first"),
        CheckConstraint("returned >= 0 and returned <= shipped", name="sent_first"),
    )

    @property
    def left(self) -> Decimal:
        """Pieces that are still to ship."""
        return self.pieces - self.cancelled - self.shipped


class Shipment(Base):
    """Goods of an order that left at one moment."""

    __tablename__ = "shipment"
    entity: Mapped[Key]
    number: Mapped[Key]
    order: Mapped[Words]
    customer: Mapped[Words]
    happened_at: Mapped[Moment]
    recorded_at: Mapped[Moment]
    shipped_by: Mapped[Words]

    __table_args__ = (Index("ix_shipment_order", "entity", "order"),)


class ShipmentLine(Base):
    """Pieces of an order line that left from one place, as one cost entry. What became of them since: `billed`; credited
    with the goods to come back (`credited`) or to be kept by the customer (`let_go`); `returned` to stock. Of what they
    cost, `cost_of_sales` is on that account by now, and the rest waits on "Shipped, not invoiced"."""

    __tablename__ = "shipment_line"
    entity: Mapped[Key]
    shipment: Mapped[Key]
    line: Mapped[Ordinal]
    order: Mapped[Words]
    order_line: Mapped[int]
    item: Mapped[Words]
    site: Mapped[Words]
    location: Mapped[Words] = mapped_column(default="")
    lot: Mapped[Words] = mapped_column(default="")
    pieces: Mapped[Quantity]
    billed: Mapped[Quantity] = mapped_column(default=ZERO)
    credited: Mapped[Quantity] = mapped_column(default=ZERO)
    let_go: Mapped[Quantity] = mapped_column(default=ZERO)
    returned: Mapped[Quantity] = mapped_column(default=ZERO)
    entry: Mapped[int] = mapped_column(BigInteger)
    cost_of_sales: Mapped[Money] = mapped_column(default=ZERO)
    billed_on: Mapped[MaybeDay]  # the last day on which a bill or credit note named it

    __table_args__ = (
        CheckConstraint("pieces > 0 and billed >= 0 and billed <= pieces", name="shipped_first"),
        CheckConstraint("credited >= 0 and let_go >= 0 and credited + let_go <= billed", name="billed_first"),
        CheckConstraint("returned >= 0 and returned + let_go <= pieces", name="sent_first"),
        Index("ix_shipment_line_order", "entity", "order", "order_line"),
        Index("ix_shipment_line_entry", "entity", "entry", unique=True),
        Index(
            "ix_shipment_line_to_bill",
            "entity",
            "order",
            postgresql_where=text("billed < pieces"),
        ),
    )

    @property
    def kept(self) -> Decimal:
        """Pieces that were billed and not taken back onto the way: what they cost is cost of sales."""
        return self.billed - self.credited

    @property
    def to_bill(self) -> Decimal:
        """Pieces the customer has and no bill names. Those that are credited and still to come back are not billed again;
        those that came back are never billed."""
        awaited = max(self.credited - self.returned, ZERO)
        return max(self.pieces - self.returned - self.kept - awaited, ZERO)

    @property
    def billed_too_much(self) -> Decimal:
        """Pieces that are billed and not with the customer any more: their price is to be given back."""
        return max(self.kept - (self.pieces - self.returned), ZERO)

    @property
    def to_credit(self) -> Decimal:
        """Pieces that were billed and not credited."""
        return self.billed - self.credited - self.let_go

    @property
    def may_come_back(self) -> Decimal:
        """Pieces that the customer has and that are still ours to take back."""
        return self.pieces - self.returned - self.let_go
