"""Goods receipts: what the dock counted, line by line."""

from decimal import Decimal

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.db import (
    Base,
    Json,
    Key,
    MaybeMoment,
    MaybeQuantity,
    MaybeWords,
    Moment,
    Money,
    Ordinal,
    Quantity,
    Rate,
    Version,
    Words,
)


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
    lot: Mapped[Words] = mapped_column(default="")
    quantity: Mapped[Quantity]
    damaged: Mapped[Quantity] = mapped_column(default=Decimal(0))
    shipped: Mapped[Quantity] = mapped_column(default=Decimal(0))
    returned: Mapped[Quantity] = mapped_column(default=Decimal(0))
    scrapped: Mapped[Quantity] = mapped_column(default=Decimal(0))
    billed: Mapped[Quantity] = mapped_column(default=Decimal(0))
    in_inspection: Mapped[Quantity] = mapped_column(default=Decimal(0))
    failed: Mapped[Quantity] = mapped_column(
        default=Decimal(0)
    )  # of those in inspection, measured and not within limits
    damaged_left: Mapped[Quantity] = mapped_column(default=Decimal(0))
    price: Mapped[Quantity]  # of the order when it came, in the order's currency
    unit_cost: Mapped[Quantity]
    unbilled_value: Mapped[Money] = mapped_column(default=Decimal(0))  # what of this line stands on account 2150

    __table_args__ = (
        CheckConstraint("quantity >= 0 and damaged >= 0 and returned >= 0 and billed >= 0", name="not_negative"),
        CheckConstraint("in_inspection >= 0 and damaged_left >= 0", name="nothing_left_twice"),
        CheckConstraint("failed >= 0 and failed <= in_inspection", name="failed_waits"),
        Index("ix_goods_receipt_line_order", "entity", "order", "order_line"),
    )


class InspectionLimit(Base):
    """What one characteristic of an item may measure, both limits included; None is no limit on that side."""

    __tablename__ = "inspection_limit"
    entity: Mapped[Key]
    item: Mapped[Key]
    characteristic: Mapped[Key]
    lower: Mapped[MaybeQuantity]
    upper: Mapped[MaybeQuantity]
    unit: Mapped[Words] = mapped_column(default="")
    changed_by: Mapped[Words]
    changed_at: Mapped[Moment]


class Inspection(Base):
    """Pieces of a receipt line that were measured, in the order's unit. `state` is passed, failed, released (taken as
    they are, a deviation that names who and why), scrapped, or superseded by the inspection that measured them again."""

    __tablename__ = "inspection"
    entity: Mapped[Key]
    number: Mapped[Key]
    receipt: Mapped[Words]
    line: Mapped[int]
    quantity: Mapped[Quantity]
    state: Mapped[Words]
    inspected_by: Mapped[Words]
    inspected_at: Mapped[Moment]
    released_by: Mapped[MaybeWords]
    released_at: Mapped[MaybeMoment]
    reason: Mapped[Words] = mapped_column(default="")  # why it was released, or measured again
    supersedes: Mapped[Words] = mapped_column(default="")  # the failed inspection whose pieces this measured again
    again: Mapped[Words] = mapped_column(default="")  # why somebody asked for another measurement

    __table_args__ = (Index("ix_inspection_receipt", "entity", "receipt", "line"),)


class InspectionReading(Base):
    """What was measured of one characteristic, beside the limits as they were then. `within` says whether every value is."""

    __tablename__ = "inspection_reading"
    entity: Mapped[Key]
    inspection: Mapped[Key]
    characteristic: Mapped[Key]
    lower: Mapped[MaybeQuantity]
    upper: Mapped[MaybeQuantity]
    unit: Mapped[Words]
    measured: Mapped[Json]  # decimals as text, one a sample
    within: Mapped[bool]
