"""Goods receipts: what the dock counted, line by line."""

from decimal import Decimal

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Key, Moment, Money, Ordinal, Quantity, Rate, Version, Words


class GoodsReceipt(Base):
    """One delivery against one purchase order, as counted. `happened_at` is when it arrived, `recorded_at` when we knew."""

    __tablename__ = "goods_receipt"
    entity: Mapped[Key]
    number: Mapped[Key]
    order: Mapped[Words]
    supplier: Mapped[Words]
    site: Mapped[Words]
    despatch: Mapped[Words] = mapped_column(default="")
    received_by: Mapped[Words]
    happened_at: Mapped[Moment]
    recorded_at: Mapped[Moment]
    rate: Mapped[Rate] = mapped_column(default=Decimal(1))  # of the order's currency, at which its pieces were valued
    rate_source: Mapped[Words] = mapped_column(default="")
    final: Mapped[bool] = mapped_column(default=True)  # the driver said that this was all
    changes: Mapped[int] = mapped_column(default=0)  # counts every change, so that the version moves with each
    version: Mapped[Version] = mapped_column()

    __table_args__ = (Index("ix_goods_receipt_order", "entity", "order"),)
    __mapper_args__ = {"version_id_col": version}


class GoodsReceiptLine(Base):
    """What was counted for one order line, in the order's unit. `quantity` is good, `damaged` is not, `shipped` is what
    the delivery note said; `billed` is what posted invoices matched so far; `unit_cost` is in the entity's currency.
    `in_inspection` and `damaged_left` are the pieces of it that still wait: these and no others can be decided on."""

    __tablename__ = "goods_receipt_line"
    entity: Mapped[Key]
    receipt: Mapped[Key]
    line: Mapped[Ordinal]
    order: Mapped[Words]
    order_line: Mapped[int]
    item: Mapped[Words]
    quantity: Mapped[Quantity]
    damaged: Mapped[Quantity] = mapped_column(default=Decimal(0))
    shipped: Mapped[Quantity] = mapped_column(default=Decimal(0))
    returned: Mapped[Quantity] = mapped_column(default=Decimal(0))
    scrapped: Mapped[Quantity] = mapped_column(default=Decimal(0))
    billed: Mapped[Quantity] = mapped_column(default=Decimal(0))
    in_inspection: Mapped[Quantity] = mapped_column(default=Decimal(0))
    damaged_left: Mapped[Quantity] = mapped_column(default=Decimal(0))
    price: Mapped[Quantity]  # of the order when it came, in the order's currency
    unit_cost: Mapped[Quantity]
    unbilled_value: Mapped[Money] = mapped_column(default=Decimal(0))  # what of this line stands on account 2150

    __table_args__ = (
        CheckConstraint("quantity >= 0 and damaged >= 0 and returned >= 0 and billed >= 0", name="not_negative"),
        CheckConstraint("in_inspection >= 0 and damaged_left >= 0", name="nothing_left_twice"),
        Index("ix_goods_receipt_line_order", "entity", "order", "order_line"),
    )
