"""Purchase orders and their lines. A line remembers what was ordered, confirmed, received, billed and cancelled."""

from decimal import Decimal

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import (
    Base,
    Day,
    Key,
    MaybeDay,
    MaybeMoment,
    MaybeMoney,
    MaybeQuantity,
    MaybeRate,
    MaybeWords,
    Moment,
    Ordinal,
    Quantity,
    Version,
    Words,
)

STILL_OPEN = "not closed_short and ordered - cancelled - received - damaged + returned > 0"
"""Something of a line may still come. The index of open lines is for queries that say it in these very words."""


class PurchaseOrder(Base):
    """An order to a supplier. `state` is awaiting_approval, open, closed or cancelled; `version` moves with every change
    to it or to one of its lines, so that a proposal can say on which state of the order it rests."""

    __tablename__ = "purchase_order"
    entity: Mapped[Key]
    number: Mapped[Key]
    supplier: Mapped[Words]
    site: Mapped[Words]
    currency: Mapped[Words]
    rate: Mapped[MaybeRate]  # agreed for receipts and invoices that name none; None: by the day
    state: Mapped[Words]
    charges_agreed: Mapped[
        MaybeMoney
    ]  # freight and the like agreed for the whole order; the supplier's terms when None
    placed_by: Mapped[Words]
    placed_at: Mapped[Moment]
    approved_by: Mapped[MaybeWords]
    approved_at: Mapped[MaybeMoment]
    confirmed_at: Mapped[MaybeMoment]
    confirmation_number: Mapped[MaybeWords]
    changed_at: Mapped[Moment]
    changes: Mapped[int] = mapped_column(default=0)  # counts every change, so that the version moves with each
    version: Mapped[Version] = mapped_column()

    __table_args__ = (Index("ix_purchase_order_supplier", "entity", "supplier", "state"),)
    __mapper_args__ = {"version_id_col": version}


class PurchaseOrderLine(Base):
    """One line of an order, in the order's unit and currency. `received` counts good pieces, `damaged` the others;
    `returned` went back to the supplier. What the supplier promised (`promised`, `confirmed_*`) is the supplier's word."""

    __tablename__ = "purchase_order_line"
    entity: Mapped[Key]
    order: Mapped[Key]
    line: Mapped[Ordinal]
    item: Mapped[Words]
    supplier_item: Mapped[Words] = mapped_column(default="")
    description: Mapped[Words]
    unit: Mapped[Words]
    unit_factor: Mapped[Quantity] = mapped_column(default=Decimal(1))  # base units in one order unit
    ordered: Mapped[Quantity]
    price: Mapped[Quantity]  # six decimals, since suppliers price in tenths of cents
    need_by: Mapped[Day]
    promised: Mapped[MaybeDay]
    confirmed: Mapped[MaybeQuantity]
    confirmed_price: Mapped[MaybeQuantity]
    received: Mapped[Quantity] = mapped_column(default=Decimal(0))
    damaged: Mapped[Quantity] = mapped_column(default=Decimal(0))
    returned: Mapped[Quantity] = mapped_column(default=Decimal(0))
    billed: Mapped[Quantity] = mapped_column(default=Decimal(0))  # posted against this line, in the order's unit
    cancelled: Mapped[Quantity] = mapped_column(default=Decimal(0))
    closed_short: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        CheckConstraint("ordered > 0 and price >= 0", name="sane"),
        CheckConstraint(
            "received >= 0 and damaged >= 0 and returned >= 0 and billed >= 0 and cancelled >= 0", name="not_negative"
        ),
        Index("ix_purchase_order_line_item", "entity", "item"),
        Index("ix_purchase_order_line_open", "entity", "item", postgresql_where=text(STILL_OPEN)),
    )
