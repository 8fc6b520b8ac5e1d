"""Supplier invoices as billed (claims, kept as what they are) and as posted (what we owe), claims and debit notes."""

from decimal import Decimal

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from core.db import (
    Base,
    Json,
    Key,
    MaybeDay,
    MaybeMoment,
    MaybeMoney,
    MaybeQuantity,
    MaybeWords,
    Moment,
    Money,
    Ordinal,
    Quantity,
    Version,
    Words,
)


class SupplierInvoice(Base):
    """An invoice or credit note. Everything up to `message` is what the supplier wrote; `state` and `posted_*` are ours.

    `state` is registered (to be matched), held, posted, rejected or reversed. `kind` is invoice, credit_note or
    correction. `number` is ours (VI-5001); `their_number` is the supplier's.
    """

    __tablename__ = "supplier_invoice"
    entity: Mapped[Key]
    number: Mapped[Key]
    kind: Mapped[Words]
    supplier: Mapped[MaybeWords]
    their_number: Mapped[Words]
    their_number_plain: Mapped[Words]  # upper case, letters and digits only: RE-2026/0815 and re 20260815 are one
    invoice_date: Mapped[MaybeDay]
    due_date: Mapped[MaybeDay]
    currency: Mapped[Words]
    net_total: Mapped[MaybeMoney]
    tax_total: Mapped[MaybeMoney]
    tax_rate: Mapped[MaybeQuantity]
    total: Mapped[MaybeMoney]
    order: Mapped[MaybeWords]  # our order, when linked
    their_order: Mapped[Words] = mapped_column(default="")  # as the supplier wrote it
    corrects: Mapped[MaybeWords]  # our number of the invoice it corrects or credits
    pays_to: Mapped[Words] = mapped_column(default="")  # account as written, masked: compared, never used
    content_digest: Mapped[Words]  # over lines and totals, to find the same bill under another number
    message: Mapped[MaybeWords]  # sha256 of the message it came in
    state: Mapped[Words]
    registered_at: Mapped[Moment]
    hold_reason: Mapped[Words] = mapped_column(default="")
    posted_at: Mapped[MaybeMoment]
    posted_total: Mapped[MaybeMoney]
    entry: Mapped[MaybeWords]  # journal entry that posted it
    version: Mapped[Version] = mapped_column()

    __table_args__ = (
        Index("ix_supplier_invoice_their_number", "entity", "supplier", "their_number_plain"),
        Index("ix_supplier_invoice_content", "entity", "supplier", "content_digest"),
        Index("ix_supplier_invoice_order", "entity", "order"),
    )
    __mapper_args__ = {"version_id_col": version}


class SupplierInvoiceLine(Base):
    """One line as billed: goods, or a charge (freight, surcharge; `kind` = charge). `posted_*` is what we accepted."""

    __tablename__ = "supplier_invoice_line"
    entity: Mapped[Key]
    invoice: Mapped[Key]
    line: Mapped[Ordinal]
    kind: Mapped[Words]
    description: Mapped[Words] = mapped_column(default="")
    supplier_item: Mapped[Words] = mapped_column(default="")
    item: Mapped[MaybeWords]
    order: Mapped[MaybeWords]
    order_line: Mapped[int | None]
    quantity: Mapped[MaybeQuantity]  # as billed, in `unit`
    unit: Mapped[Words] = mapped_column(default="")
    quantity_in_order_unit: Mapped[MaybeQuantity]  # None when no conversion is known: a conflict, not a guess
    price: Mapped[MaybeMoney]  # as billed, per `unit`
    price_in_order_unit: Mapped[MaybeMoney]
    amount: Mapped[MaybeMoney]
    tax_rate: Mapped[MaybeQuantity]
    posted_quantity: Mapped[Quantity] = mapped_column(default=Decimal(0))
    posted_amount: Mapped[Money] = mapped_column(default=Decimal(0))

    __table_args__ = (Index("ix_supplier_invoice_line_order", "entity", "order", "order_line"),)


class SupplierClaim(Base):
    """What we claim back from a supplier: not received, damaged, above the order's price. Memo until a debit note books it."""

    __tablename__ = "supplier_claim"
    entity: Mapped[Key]
    number: Mapped[Key]
    supplier: Mapped[Words]
    invoice: Mapped[MaybeWords]
    receipt: Mapped[MaybeWords]
    order: Mapped[MaybeWords]
    currency: Mapped[Words]
    amount: Mapped[Money]
    reasons: Mapped[Json]  # [{"code", "line", "quantity", "amount", "says"}]
    state: Mapped[Words]  # open, settled, withdrawn
    opened_at: Mapped[Moment]
    debit_note: Mapped[MaybeWords]
    version: Mapped[Version] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class DebitNote(Base):
    """A claim booked: payables go down by it."""

    __tablename__ = "debit_note"
    entity: Mapped[Key]
    number: Mapped[Key]
    claim: Mapped[Words]
    supplier: Mapped[Words]
    currency: Mapped[Words]
    amount: Mapped[Money]
    entry: Mapped[Words]
    issued_at: Mapped[Moment]


class PayableItem(Base):
    """The payables sub-ledger: one signed open item per posted invoice, credit or debit note. Adds up to account 2100."""

    __tablename__ = "payable_item"
    entity: Mapped[Key]
    document: Mapped[Key]
    supplier: Mapped[Words]
    amount: Mapped[Money]  # in the entity's currency; positive is owed by us
    open: Mapped[Money]
    due: Mapped[MaybeDay]
    posted_at: Mapped[Moment]

    __table_args__ = (Index("ix_payable_item_supplier", "entity", "supplier"),)
