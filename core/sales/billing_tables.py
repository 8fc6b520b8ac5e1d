"""Bills and credit notes to customers, what customers owe item by item, and what they send back."""

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Day, Key, MaybeDay, MaybeQuantity, MaybeWords, Moment, Money, Ordinal, Quantity, Words
from core.money import ZERO

BILL, CREDIT_NOTE = "invoice", "credit_note"
OPEN, ARRIVED, SETTLED, WITHDRAWN = "open", "arrived", "settled", "withdrawn"
RESTOCK, DAMAGED, NOT_OURS = "restock", "damaged", "not_ours"


class CustomerInvoice(Base):
    """A bill (`kind` invoice) or a credit note, posted when it is made. `total` of a credit note is negative."""

    __tablename__ = "customer_invoice"
    entity: Mapped[Key]
    number: Mapped[Key]
    kind: Mapped[Words]
    customer: Mapped[Words]
    order: Mapped[Words]
    request: Mapped[MaybeWords]  # the return request that a credit note answers
    day: Mapped[Day]
    due: Mapped[MaybeDay]
    total: Mapped[Money]
    reason: Mapped[Words] = mapped_column(default="")
    entry: Mapped[MaybeWords]  # none where nothing was to be paid
    made_by: Mapped[Words]
    made_at: Mapped[Moment]

    __table_args__ = (Index("ix_customer_invoice_order", "entity", "order"),)


class CustomerInvoiceLine(Base):
    """Pieces of one shipment line on a bill or credit note; both are negative on a credit note."""

    __tablename__ = "customer_invoice_line"
    entity: Mapped[Key]
    invoice: Mapped[Key]
    line: Mapped[Ordinal]
    order: Mapped[Words]
    order_line: Mapped[int]
    shipment: Mapped[Words]
    shipment_line: Mapped[int]
    item: Mapped[Words]
    pieces: Mapped[Quantity]
    amount: Mapped[Money]
    goods_kept: Mapped[bool] = mapped_column(default=False)  # credited, and the customer keeps the pieces

    __table_args__ = (
        CheckConstraint("pieces <> 0 and pieces * amount >= 0", name="one_sign"),
        Index("ix_customer_invoice_line_shipment", "entity", "shipment", "shipment_line"),
    )


class CustomerItem(Base):
    """The receivables sub-ledger: one signed item per bill, credit note, payment and opening balance. What is open adds
    up to the receivable accounts. Never written but by `core.sales.receivables`."""

    __tablename__ = "customer_item"
    entity: Mapped[Key]
    number: Mapped[Ordinal]
    customer: Mapped[Words]
    account: Mapped[Words]
    document: Mapped[Words]
    entry: Mapped[Words]
    order: Mapped[Words] = mapped_column(default="")
    amount: Mapped[Money]  # positive is owed to us
    open: Mapped[Money]
    day: Mapped[Day]
    due: Mapped[MaybeDay]
    posted_at: Mapped[Moment]

    __table_args__ = (
        CheckConstraint("amount <> 0 and open * amount >= 0 and abs(open) <= abs(amount)", name="opens_as_booked"),
        Index("ix_customer_item_open", "entity", "customer", "day", postgresql_where=text("open <> 0")),
        Index("ix_customer_item_document", "entity", "document"),
        Index("ix_customer_item_entry", "entity", "entry"),
    )


class ReturnRequest(Base):
    """A customer asks to send goods of an order back. `state` is open, arrived (something came that is to be credited),
    settled (what came is credited, or was never billed) or withdrawn."""

    __tablename__ = "return_request"
    entity: Mapped[Key]
    number: Mapped[Key]
    order: Mapped[Words]
    customer: Mapped[Words]
    state: Mapped[Words]
    reason: Mapped[Words]
    requested_at: Mapped[Moment]

    __table_args__ = (Index("ix_return_request_order", "entity", "order"),)


class ReturnRequestLine(Base):
    """What is asked back of one order line; `price`, of the order's unit, is what was agreed to be given back for it."""

    __tablename__ = "return_request_line"
    entity: Mapped[Key]
    request: Mapped[Key]
    order_line: Mapped[Ordinal]
    pieces: Mapped[Quantity]
    price: Mapped[MaybeQuantity]
    arrived: Mapped[Quantity] = mapped_column(default=ZERO)  # pieces that came and are ours
    credited: Mapped[Quantity] = mapped_column(default=ZERO)

    __table_args__ = (CheckConstraint("pieces > 0 and arrived >= 0 and credited >= 0", name="sane"),)


class CustomerReturn(Base):
    """Goods that a customer sent back, as they were looked at when they came."""

    __tablename__ = "customer_return"
    entity: Mapped[Key]
    number: Mapped[Key]
    order: Mapped[Words]
    customer: Mapped[Words]
    request: Mapped[MaybeWords]
    site: Mapped[Words]
    received_by: Mapped[Words]
    happened_at: Mapped[Moment]
    recorded_at: Mapped[Moment]

    __table_args__ = (Index("ix_customer_return_order", "entity", "order"),)


class CustomerReturnLine(Base):
    """Pieces of one kind and condition. What is not ours has no shipment and no stock. `damaged_left` still waits for
    somebody to decide on it."""

    __tablename__ = "customer_return_line"
    entity: Mapped[Key]
    number: Mapped[Key]  # of the return
    line: Mapped[Ordinal]
    order_line: Mapped[int | None]
    shipment: Mapped[MaybeWords]
    shipment_line: Mapped[int | None]
    item: Mapped[Words]  # as far as anybody can tell for what is not ours
    site: Mapped[Words]
    location: Mapped[Words] = mapped_column(default="")
    lot: Mapped[Words] = mapped_column(default="")
    pieces: Mapped[Quantity]
    disposition: Mapped[Words]  # restock, damaged, not_ours
    damaged_left: Mapped[Quantity] = mapped_column(default=ZERO)
    says: Mapped[Words] = mapped_column(default="")

    __table_args__ = (
        CheckConstraint("pieces > 0 and damaged_left >= 0 and damaged_left <= pieces", name="sane"),
        CheckConstraint("(disposition = 'not_ours') = (shipment is null)", name="ours_was_shipped"),
        Index("ix_customer_return_line_shipment", "entity", "shipment", "shipment_line"),
    )
